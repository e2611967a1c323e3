#include <outweigh/roadmap/best_plans.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("the best plans are the best of all sets", "[roadmap]") {
  std::mt19937_64 random(7);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 150; ++round) {
    roadmap::RoadmapBuilder builder;
    const std::size_t count = 1 + below(7);
    const bool teams = round % 3 == 0;
    for (std::size_t s = 0; s < count; ++s) {
      const std::string id = std::to_string(s);
      builder.add_solution(id, static_cast<double>(below(6)), static_cast<double>(below(9)));
      if (teams)
        builder.add_effort(id, "a", static_cast<double>(below(5))).add_effort(id, "b", static_cast<double>(below(5)));
      if (s > 0 && below(3) == 0) builder.add_requires(id, std::to_string(below(s)));
    }
    for (std::size_t c = below(3); c > 0; --c) {
      builder.add_customer(std::to_string(c), static_cast<double>(below(12)),
                           {std::to_string(below(count)), std::to_string(below(count))});
    }
    const auto problem = builder.build();
    roadmap::SolveOptions options{.budget = static_cast<double>(below(16))};
    if (teams) options.capacities = {static_cast<double>(below(9)), static_cast<double>(below(9))};
    std::vector<double> values;
    std::vector<std::uint8_t> chosen(count);
    for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
      for (std::size_t s = 0; s < count; ++s) chosen[s] = bits >> s & 1U;
      bool fits = teams || problem.cost_of(chosen) <= options.budget;
      for (std::size_t r = 0; r < options.capacities.size(); ++r)
        fits = fits && problem.cost_of(chosen, r) <= options.capacities[r];
      for (std::size_t s = 0; fits && s < count; ++s) {
        for (const std::uint32_t on : problem.required_by(s)) fits = fits && (chosen[s] == 0 || chosen[on] != 0);
      }
      if (fits) values.push_back(problem.value_of(chosen));
    }
    std::sort(values.begin(), values.end(), std::greater<>());
    const std::size_t wanted = 1 + below(7);
    const auto found = roadmap::best_plans(problem, wanted, options);
    REQUIRE(found.complete);
    REQUIRE(found.plans.size() == std::min(wanted, values.size()));
    std::set<std::vector<std::uint32_t>> different;
    for (std::size_t k = 0; k < found.plans.size(); ++k) {
      REQUIRE(found.plans[k].value == values[k]);
      REQUIRE(roadmap::check_selection(problem, found.plans[k]).empty());
      different.insert(found.plans[k].solutions);
      for (const std::uint32_t s : found.shared) {
        REQUIRE(std::binary_search(found.plans[k].solutions.begin(), found.plans[k].solutions.end(), s));
      }
    }
    REQUIRE(different.size() == found.plans.size());
  }
}

TEST_CASE("best plans keep to the rules", "[roadmap]") {
  const auto problem =
      roadmap::RoadmapBuilder{}.add_solution("a", 3, 10).add_solution("b", 2, 7).add_solution("c", 2, 6).build();
  const auto found = roadmap::best_plans(problem, 9, {.budget = 5.0, .include = {2}});
  REQUIRE(found.plans.size() == 3);
  CHECK(found.plans[0].solutions == std::vector<std::uint32_t>{0, 2});
  CHECK(found.plans[1].solutions == std::vector<std::uint32_t>{1, 2});
  CHECK(found.plans[2].solutions == std::vector<std::uint32_t>{2});
  CHECK(found.shared == std::vector<std::uint32_t>{2});
  CHECK(roadmap::best_plans(problem, 3, {.budget = 1.0, .include = {0}}).plans.empty());
  CHECK_THROWS_AS(roadmap::best_plans(problem, 0, {.budget = 5.0}), core::InvalidInput);
}

TEST_CASE("best plans that are alike in what matters count as one", "[roadmap]") {
  const auto problem =
      roadmap::RoadmapBuilder{}.add_solution("a", 3, 10).add_solution("b", 2, 7).add_solution("free", 0).build();
  const std::vector<std::uint32_t> apart{0, 1};
  const auto found = roadmap::best_plans(problem, 9, {.budget = 5.0}, apart);
  REQUIRE(found.plans.size() == 4);
  CHECK(found.plans[0].value == 17.0);
  CHECK(found.plans[3].value == 0.0);
  CHECK(roadmap::best_plans(problem, 9, {.budget = 5.0}).plans.size() == 8);
  const std::vector<std::uint32_t> none{3};
  CHECK_THROWS_AS(roadmap::best_plans(problem, 1, {.budget = 5.0}, none), core::InvalidInput);
}
