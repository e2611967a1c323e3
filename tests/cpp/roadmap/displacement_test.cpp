#include <outweigh/roadmap/displacement.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;
using roadmap::check_selection;
using roadmap::displaced_by;
using roadmap::Displacement;
using roadmap::RoadmapBuilder;
using roadmap::RoadmapProblem;
using roadmap::Selection;
using roadmap::solve;

TEST_CASE("forcing an item in or out shows what it displaces", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .add_solution("a", 3, 10)
                                     .add_solution("b", 2, 7)
                                     .add_solution("c", 2, 6)
                                     .add_solution("d", 9, 50)
                                     .add_solution("e", 1, 0)
                                     .build();
  const Selection best = solve(problem, {.budget = 5});
  REQUIRE(best.solutions == std::vector<std::uint32_t>{0, 1});
  const Displacement in = displaced_by(problem, best, 2, {.budget = 5});
  CHECK(in.forced_in);
  CHECK(in.entering == std::vector<std::uint32_t>{2});
  CHECK(in.leaving == std::vector<std::uint32_t>{1});
  CHECK(in.value_lost == 1.0);
  CHECK(in.effort_change == 0.0);
  const Displacement out = displaced_by(problem, best, 0, {.budget = 5});
  CHECK_FALSE(out.forced_in);
  CHECK(out.entering == std::vector<std::uint32_t>{2});
  CHECK(out.leaving == std::vector<std::uint32_t>{0});
  CHECK(out.value_lost == 4.0);
  const Displacement worthless = displaced_by(problem, best, 4, {.budget = 5});
  CHECK(worthless.alternative.solutions == std::vector<std::uint32_t>{1, 2, 4});
  CHECK_THROWS_AS(displaced_by(problem, best, 3, {.budget = 5}), core::Infeasible);
  CHECK_THROWS_AS(displaced_by(problem, best, 5, {.budget = 5}), core::InvalidInput);
}

TEST_CASE("contradictions are named", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .add_solution("a", 3, 10)
                                     .add_solution("b", 2, 7)
                                     .add_solution("c", 1, 1)
                                     .add_requires("a", "b")
                                     .add_excludes("c", "b")
                                     .build();
  CHECK_THROWS_WITH(solve(problem, {.budget = 4, .include = {0}}), test::contains("do not fit the budget: 'a'"));
  CHECK_THROWS_WITH(solve(problem, {.budget = 9, .include = {0}, .exclude = {1}}),
                    test::contains("'b' cannot be excluded"));
  CHECK_THROWS_WITH(solve(problem, {.budget = 9, .include = {0, 2}}), test::contains("'c' cannot be included"));
  CHECK(solve(problem, {.budget = 9, .include = {2}}).value == 1.0);
  CHECK(solve(problem, {.budget = 9, .exclude = {0}}).value == 7.0);
}

TEST_CASE("forced members agree with enumeration", "[roadmap]") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 3000; ++round) {
    RoadmapBuilder builder;
    const auto count = static_cast<std::uint32_t>(2 + random() % 7);
    for (std::uint32_t s = 0; s < count; ++s) {
      builder.add_solution(std::to_string(s), static_cast<double>(random() % 6),
                           static_cast<double>(random() % 5) - 1.0);
      if (s > 0 && random() % 2 == 0) builder.add_requires(std::to_string(s), std::to_string(random() % s));
    }
    if (random() % 2 == 0) builder.set_overlap(roadmap::Overlap::sum_of_shares);
    builder.add_need("n", 6);
    builder.add_cover("0", "n", 0.5).add_cover("1", "n", 1.0);
    builder.add_customer("c", 4, {std::to_string(random() % count), std::to_string(random() % count)});
    const RoadmapProblem problem = builder.build();
    const auto budget = static_cast<double>(random() % 20);
    const auto in = static_cast<std::uint32_t>(random() % count);
    const auto out = static_cast<std::uint32_t>(random() % count);
    double best = -1e9;
    std::vector<std::uint8_t> chosen(count);
    for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
      for (std::uint32_t s = 0; s < count; ++s) chosen[s] = bits >> s & 1U;
      bool fits = problem.cost_of(chosen) <= budget && chosen[in] != 0 && chosen[out] == 0;
      for (std::uint32_t s = 0; s < count; ++s) {
        for (const std::uint32_t on : problem.required_by(s)) fits = fits && (chosen[s] == 0 || chosen[on] != 0);
      }
      if (fits) best = std::max(best, problem.value_of(chosen));
    }
    const roadmap::SolveOptions options{.budget = budget, .include = {in}, .exclude = {out}};
    if (best < -1e8) {
      REQUIRE_THROWS_AS(solve(problem, options), core::Infeasible);
      continue;
    }
    const Selection found = solve(problem, options);
    REQUIRE(check_selection(problem, found).empty());
    REQUIRE(found.value == best);
    REQUIRE(found.proven);
    REQUIRE(std::ranges::binary_search(found.solutions, in));
    REQUIRE_FALSE(std::ranges::binary_search(found.solutions, out));
    const std::vector<double> adds = roadmap::added_values(problem, found);
    std::ranges::fill(chosen, std::uint8_t{0});
    for (const std::uint32_t s : found.solutions) chosen[s] = 1;
    for (std::size_t k = 0; k < adds.size(); ++k) {
      chosen[found.solutions[k]] = 0;
      REQUIRE(adds[k] == Approx(found.value - problem.value_of(chosen)));
      chosen[found.solutions[k]] = 1;
    }
  }
}
