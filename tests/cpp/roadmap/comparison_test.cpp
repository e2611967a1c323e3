#include <outweigh/roadmap/comparison.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <outweigh/lab/simulation.hpp>
#include <outweigh/roadmap/solve.hpp>
#include <outweigh/scoring/scoring.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using SolutionNames = std::vector<std::string>;

TEST_CASE("selections are compared by what is added and dropped, and by who pays", "[roadmap]") {
  const auto problem = roadmap::RoadmapBuilder{}
                           .add_solution("a", 3, 10)
                           .add_solution("b", 2, 7)
                           .add_solution("c", 2, 6)
                           .add_customer("x", 1, {"a"})
                           .add_customer("y", 2, {"b", "c"})
                           .build();
  const auto four = roadmap::solve(problem, {.budget = 4.0});
  const auto five = roadmap::solve(problem, {.budget = 5.0});
  const auto comparison = roadmap::compare_plans(problem, four, five);
  CHECK(comparison.added == SolutionNames{"a"});
  CHECK(comparison.dropped == SolutionNames{"c"});
  CHECK(comparison.kept == SolutionNames{"b"});
  CHECK(comparison.value_change == five.value - four.value);
  CHECK(comparison.effort_change == 1.0);
  CHECK(comparison.accounts == std::vector<roadmap::ChangeOfValue>{{"y", -2.0}, {"x", 1.0}});
  CHECK(comparison.segments.empty());
  CHECK(comparison.same_inputs);
  CHECK(comparison.to_table().rows() == 3);

  const auto other = roadmap::RoadmapBuilder{}.add_solution("b", 2, 7).add_solution("d", 1, 1).build();
  const auto mixed = roadmap::compare_plans(problem, four, other, roadmap::solve(other, {.budget = 3.0}));
  CHECK(mixed.added == SolutionNames{"d"});
  CHECK(mixed.dropped == SolutionNames{"c"});
  CHECK_FALSE(mixed.same_inputs);
  roadmap::Selection wrong = four;
  wrong.solutions.push_back(9);
  CHECK_THROWS_AS(roadmap::compare_plans(problem, four, wrong), core::InvalidInput);
}

TEST_CASE("plans are compared by who feels it", "[roadmap]") {
  const auto graph = lab::simulate({.seed = 2, .accounts = 150}).graph();
  const auto scores = scoring::score(demand::demand(graph, {.method = "pooled"}), scoring::Rice{});
  const auto large = roadmap::plan(scores, {.capacity = 40.0});
  const auto small = roadmap::plan(scores, {.capacity = 20.0});
  const auto comparison = roadmap::compare_plans(large, small);
  CHECK(comparison.value_change == small.value() - large.value());
  CHECK(comparison.effort_change == small.effort() - large.effort());
  CHECK_FALSE(comparison.accounts.empty());
  // what accounts win and lose adds up to the change of value
  double sum = 0.0;
  for (const auto& account : comparison.accounts) sum += account.change;
  CHECK(sum == Approx(comparison.value_change));
  for (const auto overlap : {roadmap::Overlap::best_share, roadmap::Overlap::sum_of_shares}) {
    for (const double capacity : {5.0, 15.0, 60.0}) {
      const auto plan = roadmap::plan(scores, {.capacity = capacity, .overlap = overlap});
      double worth = 0.0;
      for (const double amount : roadmap::worth_to_accounts(plan)) worth += amount;
      CHECK(worth == Approx(plan.value()));
    }
  }
  CHECK(std::is_sorted(comparison.accounts.begin(), comparison.accounts.end(),
                       [](const auto& a, const auto& b) { return a.change < b.change; }));
  const auto back = roadmap::compare_plans(small, large);
  CHECK(back.added == comparison.dropped);
  CHECK(back.value_change == -comparison.value_change);
  const auto same = roadmap::compare_plans(large, large);
  CHECK(same.added.empty());
  CHECK(std::all_of(same.accounts.begin(), same.accounts.end(), [](const auto& a) { return a.change == 0.0; }));
  if (graph.has_table("segments")) CHECK_FALSE(comparison.segments.empty());
}
