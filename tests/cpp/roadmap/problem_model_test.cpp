#include <outweigh/roadmap/problem_model.hpp>

#if __has_include(<Highs.h>)
#include <outweigh/roadmap/highs_solver.hpp>
#endif

#include <algorithm>
#include <filesystem>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <outweigh/roadmap/solve.hpp>

#include "roadmap/every_answer.hpp"
#include "support/catch.hpp"

using namespace outweigh;
using roadmap::LinearModel;

namespace {

roadmap::RoadmapProblem two_teams() {
  roadmap::RoadmapBuilder builder;
  std::mt19937 draw(2);
  for (int s = 0; s < 8; ++s) {
    const std::string id = "p" + std::to_string(s);
    builder.add_solution(id, 0.0, static_cast<double>(draw() % 9));
    builder.add_effort(id, "web", static_cast<double>(1 + draw() % 5));
    builder.add_effort(id, "data", static_cast<double>(1 + draw() % 5));
  }
  return builder.add_requires("p5", "p4").add_excludes("p6", "p0").add_together("p7", "p1").build();
}

}  // namespace

TEST_CASE("a model of a problem is worth as much, and gives the problem again", "[problem-model]") {
  std::mt19937 draw(11);
  for (int world = 0; world < 150; ++world) {
    const auto number = [&](unsigned most) { return static_cast<double>(draw() % (most + 1)); };
    roadmap::RoadmapBuilder builder;
    for (const char* id : {"a", "b", "c", "d"}) builder.add_solution(id, 1.0 + number(4), number(9) - 2.0);
    builder.add_requires("b", "a").add_excludes("c", "d");
    if (world % 3 == 0) builder.add_together("a", "c");
    const auto plain = builder.build();
    const double budget = number(12);
    const auto again = roadmap::problem_of(roadmap::model_of(plain, {.budget = budget}));
    CHECK(again.budget == std::min(budget, plain.total_effort()));
    CHECK(roadmap::solve(again.problem, {.budget = budget}).value == roadmap::solve(plain, {.budget = budget}).value);
    builder.set_overlap(world % 2 == 0 ? roadmap::Overlap::best_share : roadmap::Overlap::sum_of_shares);
    builder.add_need("n", number(9)).add_cover("b", "n", 0.5).add_cover("c", "n", 0.75);
    builder.add_customer("x", number(9), {"a", "c"}).add_customer("y", number(9), {});
    const auto problem = builder.build();
    const auto model = roadmap::model_of(problem, {.budget = budget, .is_scaled = world % 2 == 0});
    CHECK(test::every_answer(model, {}).bound + problem.customer_values()[1] ==
          Approx(roadmap::solve(problem, {.budget = budget}).value));
  }
  const auto several = roadmap::model_of(two_teams(), {.capacities = {9, 7}});
  CHECK(roadmap::row_names(several)[1] == "capacity_of_data");
  CHECK(roadmap::problem_of(several).problem.resource_efforts(1)[3] == two_teams().resource_efforts(1)[3]);
}

TEST_CASE("a model that is no problem is refused by name", "[problem-model]") {
  const auto column_of = [](auto change) {
    LinearModel model;
    model.add_column("x");
    model.add_column("y");
    change(model);
    try {
      (void)roadmap::problem_of(model);
    } catch (const core::InvalidInput& error) {
      return error.place().column;
    }
    return std::string("nothing");
  };
  const auto row = [](LinearModel& model, double first, double second, double lower, double upper) {
    const roadmap::LinearTerm terms[] = {{0, first}, {1, second}};
    model.add_row(model.rule("row"), terms, lower, upper);
  };
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(column_of([](LinearModel&) {}) == "nothing");
  CHECK(column_of([](LinearModel& m) { m.add_column("z", 1.0, false); }) == "z");
  CHECK(column_of([](LinearModel& m) { m.upper[1] = 2.0; }) == "y");
  CHECK(column_of([&](LinearModel& m) { row(m, 1, -1, -0.5, 0); }) == "row");
  CHECK(column_of([&](LinearModel& m) { row(m, 2, -1, -infinity, 0); }) == "row");
  CHECK(column_of([&](LinearModel& m) { row(m, 1, 1, 1, infinity); }) == "row");
  CHECK(column_of([&](LinearModel& m) { row(m, -1, 1, 0, infinity); }) == "nothing");
  const auto problem = two_teams();
  CHECK_THROWS_AS(roadmap::model_of(problem, {.budget = -1}), core::InvalidInput);
  CHECK_THROWS_AS(roadmap::model_of(problem, {.capacities = {1}}), core::InvalidInput);
}

#if __has_include(<Highs.h>)
TEST_CASE("a problem goes to MPS and comes back", "[problem-model]") {
  const std::string path = (std::filesystem::temp_directory_path() / "outweigh_problem.mps").string();
  const auto problem = two_teams();
  roadmap::write_model(roadmap::model_of(problem, {.capacities = {9, 7}}), path);
  const auto found = roadmap::problem_of(roadmap::read_model(path));
  CHECK(found.capacities == std::vector<double>{9, 7});
  CHECK(found.problem.resources()[1] == "data");
  CHECK(roadmap::solve(found.problem, {.capacities = {9, 7}}).value ==
        roadmap::solve(problem, {.capacities = {9, 7}}).value);
  std::filesystem::remove(path);
  CHECK_THROWS_AS(roadmap::read_model(path), core::InvalidInput);
}
#endif
