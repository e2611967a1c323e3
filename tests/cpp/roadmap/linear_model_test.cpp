#include <outweigh/roadmap/linear_model.hpp>

#if __has_include(<Highs.h>)
#include <outweigh/roadmap/highs_solver.hpp>
#endif

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/roadmap/releases.hpp>
#include <outweigh/roadmap/solve.hpp>

#include "roadmap/every_answer.hpp"
#include "support/catch.hpp"

using namespace outweigh;
using roadmap::LinearModel;
using roadmap::LinearStatus;

namespace {

// Picks of things of an effort within a capacity, and a column that is not whole.
LinearModel picks(const std::vector<double>& efforts, const std::vector<double>& worths, double capacity) {
  LinearModel model;
  std::vector<roadmap::LinearTerm> terms;
  for (std::size_t k = 0; k < efforts.size(); ++k) {
    terms.push_back({model.add_column("x" + std::to_string(k), worths[k]), efforts[k]});
  }
  const double none = -std::numeric_limits<double>::infinity();
  model.add_row(model.rule("capacity"), terms, none, capacity);
  const roadmap::LinearTerm half[] = {{model.add_column("half", 1.0, false), 1.0}, {0, -0.5}};
  model.add_row(model.rule("half"), half, none, 0.0);
  return model;
}

}  // namespace

TEST_CASE("rows of a linear model keep what is given", "[linear-model]") {
  const LinearModel model = picks({1, 0, 2}, {3, 4, 5}, 2);
  CHECK(model.column_count() == 4);
  CHECK(model.row_count() == 2);
  CHECK(model.rules == std::vector<std::string>{"capacity", "half"});
  CHECK(model.row_begin == std::vector<std::size_t>{0, 2, 4});
  CHECK(model.row_columns == std::vector<std::uint32_t>{0, 2, 3, 0});
}

TEST_CASE("a model is scaled for the solver and its answer is not", "[linear-model]") {
  const LinearModel model = picks({1, 2, 2}, {3e-9, 4e-9, 5e-9}, 3);
  double largest = 0.0;
  const auto solver = [&](const LinearModel& scaled, const roadmap::LinearOptions& options) {
    for (const double worth : scaled.worth) largest = std::max(largest, worth);
    return test::every_answer(scaled, options);
  };
  const auto found = roadmap::solve_linear(model, solver, {});
  CHECK(largest <= 1 << 20);
  CHECK(largest >= 1 << 19);
  CHECK(found.objective == Approx(8e-9 + 0.5));
  CHECK(found.bound >= found.objective);
  CHECK(roadmap::solve_linear({}, solver, {}).status == LinearStatus::optimal);
  const double none[] = {0.0};
  CHECK(roadmap::power_of_two_scale(none) == 1.0);
}

TEST_CASE("a smallest conflict spares what it can", "[linear-model]") {
  std::mt19937 draw(3);
  for (int world = 0; world < 100; ++world) {
    LinearModel model;
    for (int k = 0; k < 4; ++k) model.add_column("x" + std::to_string(k));
    std::vector<std::uint32_t> rules;
    for (int row = 0; row < 9; ++row) {
      const auto column = static_cast<std::uint32_t>(draw() % 4);
      const roadmap::LinearTerm terms[] = {{column, 1.0}, {(column + 1) % 4, draw() % 2 == 0 ? 1.0 : -1.0}};
      const double value = static_cast<double>(draw() % 3) - 0.5;
      rules.push_back(model.rule("rule " + std::to_string(row)));
      model.add_row(rules.back(), terms, value);
    }
    const auto infeasible = [&](const std::vector<std::uint32_t>& kept) {
      roadmap::LinearPart part;
      part.without.assign(model.rules.size(), 1);
      for (const auto rule : kept) part.without[rule] = 0;
      return roadmap::solve_linear(model, test::every_answer, {}, part).status == LinearStatus::infeasible;
    };
    if (!infeasible(rules)) continue;
    const auto conflict = roadmap::find_conflict(model, test::every_answer, {}, rules);
    CHECK(conflict.is_smallest);
    CHECK(infeasible(conflict.rules));
    for (std::size_t spared = 0; spared < conflict.rules.size(); ++spared) {
      auto fewer = conflict.rules;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(spared));
      CHECK_FALSE(infeasible(fewer));
    }
    CHECK_FALSE(roadmap::find_conflict(model, test::every_answer, {.time_limit = 0.0}, rules).is_smallest);
  }
}

TEST_CASE("a start that a solver leaves as its answer, below its own bound, is given up", "[linear-model]") {
  const LinearModel model = picks({1, 2, 2}, {3, 4, 5}, 3);
  int searches = 0;
  const auto solver = [&](const LinearModel& scaled, const roadmap::LinearOptions& options) {
    ++searches;
    auto found = test::every_answer(scaled, options);
    if (!options.start.empty()) found.values = options.start;
    return found;
  };
  const auto found = roadmap::solve_linear(model, solver, {.start = {0, 0, 0, 0}});
  CHECK(found.objective == Approx(test::every_answer(model, {}).bound));
  CHECK(searches == 2);
  CHECK(roadmap::solve_linear(model, solver, {.start = found.values}).objective == found.objective);
  CHECK(searches == 3);
}

TEST_CASE("answers that are forbidden come no more", "[linear-model]") {
  LinearModel model = picks({1, 1, 1}, {3, 4, 5}, 1);
  const auto forbid = [&](const roadmap::LinearOutcome& found) {
    if (found.values[2] < 0.5) return false;
    const roadmap::LinearTerm term{2, 1.0};
    model.add_row(model.rule("never"), {&term, 1}, 0.0, 0.0);
    return true;
  };
  CHECK(roadmap::solve_repaired(model, test::every_answer, {}, forbid).values[1] == 1.0);
  CHECK_THROWS_AS(roadmap::solve_repaired(model, test::every_answer, {}, [](const auto&) { return true; }),
                  core::NotIdentified);
}

#if __has_include(<Highs.h>)
TEST_CASE("HiGHS finds the best of all answers", "[linear-model]") {
  std::mt19937 draw(5);
  for (int world = 0; world < 60; ++world) {
    std::vector<double> efforts, worths;
    for (int k = 0; k < 6; ++k) {
      efforts.push_back(static_cast<double>(1 + draw() % 9));
      worths.push_back(static_cast<double>(draw() % 9));
    }
    const LinearModel model = picks(efforts, worths, 12);
    const auto found = roadmap::solve_linear(model, roadmap::solve_with_highs, {});
    CHECK(found.status == LinearStatus::optimal);
    CHECK(found.objective == Approx(roadmap::solve_linear(model, test::every_answer, {}).objective));
    CHECK(found.bound >= found.objective);
  }
}

TEST_CASE("HiGHS plans releases, says what cannot be, and stops", "[releases]") {
  roadmap::RoadmapBuilder builder;
  std::mt19937 draw(9);
  for (int s = 0; s < 30; ++s) {
    builder.add_solution("s" + std::to_string(s), static_cast<double>(1 + draw() % 9),
                         static_cast<double>(1 + draw() % 9));
    if (s > 20) builder.add_requires("s" + std::to_string(s), "s" + std::to_string(s - 20));
  }
  const auto problem = builder.build();
  roadmap::ReleaseOptions options;
  options.resources = {{.capacities = {20, 20, 20}}};
  options.delay = 0.9;
  const auto plan = roadmap::plan_releases(problem, options, roadmap::solve_with_highs);
  CHECK(plan.proven);
  CHECK(roadmap::check_releases(problem, options, plan).empty());
  options.resources[0].capacities = {60};
  options.delay = 1.0;
  CHECK(roadmap::plan_releases(problem, options, roadmap::solve_with_highs).value ==
        Approx(roadmap::solve(problem, {.budget = 60}).value));
  for (std::uint32_t s = 0; s < 30; ++s) options.commitments.push_back({s, 1});
  CHECK_THROWS_AS(roadmap::plan_releases(problem, options, roadmap::solve_with_highs), core::Infeasible);
  options.commitments.clear();
  options.control.progress = [](std::string_view, double) { return false; };
  CHECK_THROWS_AS(roadmap::plan_releases(problem, options, roadmap::solve_with_highs), core::Cancelled);
  options.control = {};
  options.control.stop.request_stop();
  CHECK_THROWS_AS(roadmap::plan_releases(problem, options, roadmap::solve_with_highs), core::Cancelled);
}

TEST_CASE("HiGHS started from no plan finds the best served", "[releases]") {
  const auto problem = roadmap::RoadmapBuilder()
                           .add_solution("a", 3)
                           .add_solution("b", 4, -1)
                           .add_solution("c", 4, 3)
                           .add_solution("d", 6)
                           .add_requires("b", "a")
                           .add_requires("d", "a")
                           .add_customer("x", 5, {"b"})
                           .add_customer("y", 4, {"d"})
                           .build();
  roadmap::ReleaseOptions options;
  options.resources = {{.capacities = {11, 7, 6}}};
  options.delay = 0.5;
  options.deadlines = {{0, 2}};
  options.commitments = {{3, 3}};
  options.segments = {{"north", {{2, -10.0}}, {{0, 8.0}, {1, 3.0}}, {}}};
  options.max_min = true;
  const auto plan = roadmap::plan_releases(problem, options, roadmap::solve_with_highs);
  CHECK(plan.segment_values == std::vector<double>{11.0});
  CHECK(plan.proven);
}
#endif
