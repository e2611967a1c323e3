#include <outweigh/roadmap/problem.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;
using roadmap::RoadmapBuilder;
using roadmap::RoadmapProblem;

TEST_CASE("a problem keeps what it was made of", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .set_overlap(roadmap::Overlap::sum_of_shares)
                                     .add_requires("b", "a")
                                     .add_requires("b", "a")
                                     .add_solution("a", 2.0, 1.0)
                                     .add_solution("b", 3.5)
                                     .add_customer("x", 10.0, {"b", "a", "b"})
                                     .add_customer("y", 4.0, {})
                                     .add_need("n", 8.0)
                                     .add_cover("a", "n", 0.75)
                                     .add_cover("b", "n", 0.5)
                                     .build();
  CHECK(problem.solution_count() == 2);
  CHECK(problem.efforts()[1] == 3.5);
  CHECK(problem.required_by(1).size() == 1);
  CHECK(problem.required_by(1)[0] == 0);
  CHECK(problem.requests(0).size() == 2);
  CHECK(problem.requests(1).empty());
  CHECK(problem.find_solution("b") == 1);
  CHECK(problem.total_effort() == 5.5);
  CHECK(problem.value_of(std::vector<std::uint8_t>{0, 0}) == 4.0);
  CHECK(problem.value_of(std::vector<std::uint8_t>{1, 0}) == 4.0 + 1.0 + 6.0);
  CHECK(problem.value_of(std::vector<std::uint8_t>{1, 1}) == 4.0 + 1.0 + 10.0 + 8.0);
  CHECK(problem.cost_of(std::vector<std::uint8_t>{0, 1}) == 3.5);
  const RoadmapProblem best = RoadmapBuilder{}
                                  .add_solution("a", 1)
                                  .add_solution("b", 1)
                                  .add_need("n", 8.0)
                                  .add_cover("a", "n", 0.75)
                                  .add_cover("b", "n", 0.25)
                                  .add_cover("b", "n", 0.5)
                                  .build();
  CHECK(best.value_of(std::vector<std::uint8_t>{0, 1}) == 4.0);
  CHECK(best.value_of(std::vector<std::uint8_t>{1, 1}) == 6.0);
  CHECK_THROWS_AS(problem.value_of(std::vector<std::uint8_t>{0}), core::InvalidInput);
  CHECK_THROWS_AS(problem.find_solution("c"), core::InvalidInput);
  CHECK_THROWS_AS(problem.required_by(2), core::InvalidInput);
  CHECK(RoadmapBuilder{}.build().solution_count() == 0);
}

TEST_CASE("bad rows are named", "[roadmap]") {
  const auto place_of = [](const RoadmapBuilder& builder) {
    try {
      (void)builder.build();
    } catch (const core::InvalidInput& error) {
      return error.place();
    }
    return core::Place{};
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const auto is = [](const core::Place& place, std::string table, std::string column, std::size_t row) {
    CHECK(place.table == table);
    CHECK(place.column == column);
    CHECK(place.row == row);
  };
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_solution("b", -1)), "solutions", "effort", 1);
  is(place_of(RoadmapBuilder{}.add_solution("a", nan)), "solutions", "effort", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", infinity)), "solutions", "effort", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1, nan)), "solutions", "value", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_solution("a", 1)), "solutions", "solution_id", 1);
  is(place_of(RoadmapBuilder{}.add_solution("", 1)), "solutions", "solution_id", 0);
  is(place_of(RoadmapBuilder{}.add_customer("c", 1, {"a"})), "customers", "requests", 0);
  is(place_of(RoadmapBuilder{}.add_customer("c", -1, {})), "customers", "value", 0);
  is(place_of(RoadmapBuilder{}.add_customer("c", 1, {}).add_customer("c", 1, {})), "customers", "customer_id", 1);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_requires("a", "b")), "dependencies", "on", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_requires("b", "a")), "dependencies", "solution_id", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_requires("a", "a")), "dependencies", "on", 0);
  is(place_of(RoadmapBuilder{}.add_need("n", -1)), "needs", "value", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_need("n", 1).add_cover("a", "n", 1.5)), "covers", "share", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_need("n", 1).add_cover("a", "m")), "covers", "need_id", 0);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_solution("b", 1).add_requires("a", "b").add_excludes("b", "a")),
     "dependencies", "on", 1);
  is(place_of(RoadmapBuilder{}.add_solution("a", 1).add_solution("b", 1).add_together("a", "b").add_excludes("b", "a")),
     "dependencies", "on", 1);
}

TEST_CASE("a cycle of requires is named", "[roadmap]") {
  const RoadmapBuilder builder = RoadmapBuilder{}
                                     .add_solution("a", 1)
                                     .add_solution("b", 1)
                                     .add_solution("c", 1)
                                     .add_solution("d", 1)
                                     .add_requires("a", "b")
                                     .add_requires("b", "c")
                                     .add_requires("c", "d")
                                     .add_requires("d", "b");
  CHECK_THROWS_WITH(builder.build(), test::contains("b requires c requires d requires b"));
}

TEST_CASE("groups that require each other through different members are one", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .add_solution("a", 1)
                                     .add_solution("b", 1)
                                     .add_solution("c", 1)
                                     .add_solution("d", 1)
                                     .add_together("a", "c")
                                     .add_requires("b", "a")
                                     .add_requires("c", "b")
                                     .build();
  CHECK(problem.together()[1] == 0);
  CHECK(problem.together()[2] == 0);
  CHECK(problem.together()[3] == 3);
}

TEST_CASE("numbers that are finite one by one and not together are refused by row", "[roadmap]") {
  const auto row_of = [](const RoadmapBuilder& builder) -> std::optional<std::int64_t> {
    try {
      static_cast<void>(builder.build());
    } catch (const core::InvalidInput& error) {
      return static_cast<std::int64_t>(error.place().row.value());
    }
    return std::nullopt;
  };
  CHECK(row_of(RoadmapBuilder{}.add_solution("a", 1.0, 1.7e308).add_solution("b", 1.0, -1.7e308)) == 1);
  CHECK(row_of(RoadmapBuilder{}.add_solution("a", 1.7e308, 1.0).add_solution("b", 1.7e308, 1.0)) == 1);
  CHECK(row_of(RoadmapBuilder{}.add_solution("a", 1.0, 1.7e308).add_customer("c", 1.7e308, {"a"})) == 0);
  CHECK(row_of(RoadmapBuilder{}.add_solution("a", 1.0, 8e307).add_solution("b", 1.0, 8e307)) == std::nullopt);
}
