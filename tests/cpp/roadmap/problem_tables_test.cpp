#include <outweigh/roadmap/problem_tables.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/roadmap/solve.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using core::Column;
using roadmap::ProblemTables;

namespace {

core::Table problem_table(std::initializer_list<std::pair<const char*, Column>> columns) {
  core::Table result;
  for (const auto& [name, column] : columns) result.add(name, column);
  return result;
}

}  // namespace

TEST_CASE("a problem from tables is the problem that was built", "[roadmap]") {
  const ProblemTables tables{
      .solutions = problem_table({{"solution_id", Column::int64s({7, 8, 9})}, {"effort", Column::int64s({2, 3, 4})}}),
      .customers = problem_table({{"customer_id", Column::strings({"x"})}, {"value", Column::float64s({5})}}),
      .requests =
          problem_table({{"customer_id", Column::strings({"x", "x"})}, {"solution_id", Column::int64s({7, 9})}}),
      .needs = problem_table({{"need_id", Column::strings({"n"})}, {"value", Column::float64s({4})}}),
      .covers = problem_table({{"solution_id", Column::int64s({8})}, {"need_id", Column::strings({"n"})}}),
      .dependencies = problem_table({{"solution_id", Column::int64s({7, 7, 7})},
                                     {"on", Column::int64s({8, 9, 9})},
                                     {"kind", Column::strings({"requires", "together", "together"})}})};
  const auto problem = roadmap::problem_from_tables(tables);
  const auto built = roadmap::RoadmapBuilder{}
                         .add_solution("7", 2)
                         .add_solution("8", 3)
                         .add_solution("9", 4)
                         .add_customer("x", 5, {"7", "9"})
                         .add_need("n", 4)
                         .add_cover("8", "n")
                         .add_requires("7", "8")
                         .add_together("7", "9")
                         .build();
  CHECK(problem == built);
  CHECK(roadmap::problem_from_tables(roadmap::tables_of(problem)) == problem);
  const auto chosen = roadmap::selection_table(problem, roadmap::solve(problem, {.budget = 3}));
  CHECK(chosen["chosen"] == Column::booleans(std::vector<std::uint8_t>{0, 1, 0}));
  CHECK(chosen["adds"] == Column::float64s({0, 4, 0}, std::vector<std::uint8_t>{0, 1, 0}));
}

TEST_CASE("tables that are not a problem say what is wrong", "[roadmap]") {
  const auto solutions =
      problem_table({{"solution_id", Column::strings({"a", "b"})}, {"effort", Column::float64s({1, 2})}});
  CHECK_THROWS_AS(roadmap::problem_from_tables({}), core::MissingInput);
  CHECK_THROWS_AS(roadmap::problem_from_tables({.solutions = problem_table({{"solution_id", Column::strings({"a"})}})}),
                  core::MissingInput);
  CHECK_THROWS_AS(roadmap::problem_from_tables({.solutions = problem_table({{"solution_id", Column::strings({"a"})},
                                                                            {"effort", Column::strings({"much"})}})}),
                  core::TypeMismatch);
  CHECK_THROWS_AS(roadmap::problem_from_tables({.solutions = problem_table({{"solution_id", Column::float64s({1.5})},
                                                                            {"effort", Column::float64s({1})}})}),
                  core::TypeMismatch);
  const std::vector<std::uint8_t> second_unknown{1, 0};
  CHECK_THROWS_AS(roadmap::problem_from_tables(
                      {.solutions = problem_table({{"solution_id", Column::strings({"a", "b"})},
                                                   {"effort", Column::float64s({1, 0}, second_unknown)}})}),
                  core::InvalidInput);
  CHECK_THROWS_WITH(
      roadmap::problem_from_tables({.solutions = solutions,
                                    .dependencies = problem_table({{"solution_id", Column::strings({"a"})},
                                                                   {"on", Column::strings({"b"})},
                                                                   {"kind", Column::strings({"needs"})}})}),
      test::contains("'needs'"));
  CHECK_THROWS_AS(roadmap::problem_from_tables({.solutions = solutions,
                                                .requests = problem_table({{"customer_id", Column::strings({"x"})},
                                                                           {"solution_id", Column::strings({"a"})}})}),
                  core::MissingInput);
}

TEST_CASE("what is unknown or misspelt is not taken for nothing", "[roadmap]") {
  const auto of = [](const char* column, Column values) {
    return problem_table({{"solution_id", Column::strings({"a", "b"})},
                          {"effort", Column::float64s({1, 2})},
                          {column, std::move(values)}});
  };
  const std::vector<std::uint8_t> second_unknown{1, 0};
  try {
    (void)roadmap::problem_from_tables({.solutions = of("value", Column::float64s({3, 0}, second_unknown))});
    FAIL("an unknown value was taken");
  } catch (const core::InvalidInput& error) {
    CHECK(error.place().column == "value");
    CHECK(error.place().row == 1);
  }
  for (const char* name : {"values", "Value", "vlaue"}) {
    CHECK_THROWS_WITH(roadmap::problem_from_tables({.solutions = of(name, Column::float64s({3, 4}))}),
                      test::contains("did you mean 'value'?"));
  }
  CHECK(roadmap::problem_from_tables({.solutions = of("title", Column::strings({"A", "B"}))}).solution_count() == 2);
  CHECK_THROWS_WITH(roadmap::problem_from_tables({.solutions = of("value", Column::float64s({3, 4})),
                                                  .needs = problem_table({{"need_id", Column::strings({"n"})},
                                                                          {"value", Column::float64s({4})}}),
                                                  .covers = problem_table({{"solution_id", Column::strings({"a"})},
                                                                           {"need_id", Column::strings({"n"})},
                                                                           {"shares", Column::float64s({0.5})}})}),
                    test::contains("did you mean 'share'?"));
}
