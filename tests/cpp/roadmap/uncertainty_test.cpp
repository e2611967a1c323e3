#include <outweigh/roadmap/uncertainty.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/roadmap/solve.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using roadmap::ItemKind;
using roadmap::plan_under_uncertainty;
using roadmap::Scenarios;

namespace {

roadmap::RoadmapProblem one_of_two() {
  roadmap::RoadmapBuilder builder;
  builder.add_solution("sure", 1, 5).add_solution("bet", 1, 0);
  return builder.build();
}

}  // namespace

TEST_CASE("what is in the best plan of every scenario is so with 1, whatever their probabilities add up to",
          "[roadmap][uncertainty]") {
  for (const std::size_t count : {3, 6, 10, 30, 49}) {
    std::vector<double> values;
    for (std::size_t s = 0; s < count; ++s) values.insert(values.end(), {5.0, static_cast<double>(s % 4)});
    const auto found = plan_under_uncertainty(one_of_two(), {.count = count, .values = values}, {.budget = 1.0});
    CHECK(found.in_best[0] == 1.0);
    CHECK(found.in_best[1] == 0.0);
  }
}

TEST_CASE("a bet and a sure thing: everything by hand", "[roadmap][uncertainty]") {
  // the bet is worth 0 or 8, half and half: 4 on average, so the sure 5 is built; knowing first is worth (5 + 8)/2 - 5
  const Scenarios scenarios{.count = 2, .values = {5, 0, 5, 8}};
  const auto found = plan_under_uncertainty(one_of_two(), scenarios, {.budget = 1.0});
  CHECK(found.plan.solutions == std::vector<std::uint32_t>{0});
  CHECK(found.expected_value == Approx(5.0));
  CHECK(found.regrets == std::vector<double>{0.0, 3.0});
  CHECK(found.expected_regret == Approx(1.5));
  CHECK(found.worst_regret == Approx(3.0));
  CHECK(found.perfect_information == Approx(1.5));
  CHECK(found.in_best == std::vector<double>{0.5, 0.5});
  REQUIRE(found.information.size() == 1);
  CHECK(found.information[0].kind == ItemKind::solution);
  CHECK(found.information[0].position == 1);
  CHECK(found.information[0].worth == Approx(1.5));
  CHECK(found.information[0].threshold.value() == Approx(5.0));
  CHECK(found.proven);
  const auto weighted = plan_under_uncertainty(
      one_of_two(), {.count = 2, .probabilities = {1, 3}, .values = {5, 0, 5, 8}}, {.budget = 1.0});
  CHECK(weighted.plan.solutions == std::vector<std::uint32_t>{1});
  CHECK(weighted.perfect_information == Approx(0.25 * 5.0));
  const auto judged =
      plan_under_uncertainty(one_of_two(), scenarios, {.budget = 1.0, .judge = std::vector<std::uint32_t>{1}});
  CHECK(judged.expected_regret == Approx(2.5));
  CHECK(judged.worst_value == 0.0);
}

TEST_CASE("uncertain efforts: how often the plan overruns", "[roadmap][uncertainty]") {
  const auto found =
      plan_under_uncertainty(one_of_two(), {.count = 4, .efforts = {1, 1, 1, 1, 1, 1, 1.2, 1}}, {.budget = 1.1});
  CHECK(found.plan.solutions == std::vector<std::uint32_t>{0});
  CHECK(found.overrun == Approx(0.25));
  CHECK(found.regrets == std::vector<double>(4, 0.0));
}

TEST_CASE("against full enumeration of plans, scenarios and what one learns", "[roadmap][uncertainty]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    stats::Random random(seed);
    const auto draw = [&](double most) { return std::floor(random.uniform() * (most + 1.0)); };
    const std::size_t count = 3 + seed % 4;
    roadmap::RoadmapBuilder builder;
    for (std::size_t s = 0; s < count; ++s) builder.add_solution(std::to_string(s), 1.0 + draw(5), draw(6));
    builder.add_requires(std::to_string(count - 1), "0");
    builder.add_customer("c", 4, {"0", "1"}).add_need("n", 6);
    builder.add_cover("1", "n", 0.5).add_cover("2", "n", 1.0);
    const auto problem = builder.build();
    Scenarios scenarios{.count = 5};
    for (std::size_t k = 0; k < 5 * count; ++k) scenarios.values.push_back(draw(8));
    for (int k = 0; k < 5; ++k) scenarios.customer_values.push_back(draw(9));
    for (int k = 0; k < 5; ++k) scenarios.need_values.push_back(draw(9));
    const double budget = 3.0 + draw(8);
    const auto found = plan_under_uncertainty(problem, scenarios, {.budget = budget});

    std::vector<std::vector<std::uint8_t>> plans;
    for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
      std::vector<std::uint8_t> plan(count);
      for (std::size_t s = 0; s < count; ++s) plan[s] = bits >> s & 1U;
      if (problem.cost_of(plan) <= budget && (plan[count - 1] == 0 || plan[0] != 0)) plans.push_back(plan);
    }
    const auto best = [&](const roadmap::RoadmapProblem& p) {
      double most = 0.0;
      for (const auto& plan : plans) most = std::max(most, p.value_of(plan));
      return most;
    };
    const auto mean = roadmap::on_average(problem, scenarios);
    double informed = 0.0;
    for (std::size_t s = 0; s < 5; ++s) {
      const double known = best(roadmap::in_scenario(problem, scenarios, s));
      CHECK(found.best_values[s] == Approx(known).margin(1e-6));
      informed += known / 5.0;
    }
    CHECK(found.expected_value == Approx(best(mean)).margin(1e-6));
    CHECK(found.perfect_information == Approx(informed - best(mean)).margin(1e-6));
    for (const auto& item : found.information) {
      double learnt = 0.0;
      for (std::size_t s = 0; s < 5; ++s) {
        std::vector<double> values(mean.values().begin(), mean.values().end());
        std::vector<double> customers(mean.customer_values().begin(), mean.customer_values().end());
        std::vector<double> needs(mean.need_values().begin(), mean.need_values().end());
        if (item.kind == ItemKind::solution) values[item.position] = scenarios.values[s * count + item.position];
        if (item.kind == ItemKind::customer) customers[0] = scenarios.customer_values[s];
        if (item.kind == ItemKind::need) needs[0] = scenarios.need_values[s];
        learnt += best(mean.with_numbers(mean.efforts(), values, customers, needs)) / 5.0;
      }
      CHECK(item.worth == Approx(std::clamp(learnt - best(mean), 0.0, found.perfect_information)).margin(1e-5));
    }
  }
}

TEST_CASE("what it is worth to learn an effort, by hand", "[roadmap][uncertainty]") {
  roadmap::RoadmapBuilder builder;
  builder.add_solution("a", 2, 10).add_solution("b", 2, 6).add_solution("c", 2, 5);
  const auto problem = builder.build();
  // a takes 1 or 3 of 4. a and b are the plan; when a takes 3, one of them is dropped, though b and c would be worth 11
  const Scenarios scenarios{.count = 2, .efforts = {1, 2, 2, 3, 2, 2}};
  const auto little = plan_under_uncertainty(problem, scenarios, {.budget = 4.0});
  REQUIRE(little.information.size() == 1);
  CHECK(little.information[0].kind == ItemKind::effort);
  CHECK(little.information[0].position == 0);
  CHECK(little.information[0].mean == 2.0);
  CHECK(little.information[0].worth == Approx(0.5));
  CHECK(little.information[0].threshold.value() == 3.0);
  // with 5, and a taking 1 or 3, all three fit when it takes 1: worth 5 with one half
  const auto something = plan_under_uncertainty(problem, scenarios, {.budget = 5.0});
  CHECK(something.plan.solutions == std::vector<std::uint32_t>{0, 1});
  CHECK(something.information[0].worth == Approx(2.5));
  CHECK(something.information[0].threshold.value() == 1.0);
}

TEST_CASE("what it is worth to learn an effort, against all plans", "[roadmap][uncertainty]") {
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    stats::Random random(1000 + seed);
    const auto draw = [&](double most) { return std::floor(random.uniform() * (most + 1.0)); };
    const std::size_t count = 3 + seed % 4, number = 8;  // means are whole multiples of an eighth, and so exact
    roadmap::RoadmapBuilder builder;
    for (std::size_t s = 0; s < count; ++s) builder.add_solution(std::to_string(s), 1.0 + draw(5), draw(6));
    builder.add_requires(std::to_string(count - 1), "0");
    builder.add_customer("c", 4, {"0", "1"});
    const auto problem = builder.build();
    Scenarios scenarios{.count = number};
    for (std::size_t k = 0; k < number * count; ++k) scenarios.efforts.push_back(draw(6));
    const double budget = 3.0 + draw(8);
    const auto found = plan_under_uncertainty(problem, scenarios, {.budget = budget});
    const auto mean = roadmap::on_average(problem, scenarios);
    const auto best = [&](const roadmap::RoadmapProblem& p, bool part_of_plan) {
      double most = 0.0;
      std::vector<std::uint8_t> plan(count);
      for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
        bool fits = true;
        for (std::uint32_t s = 0; s < count; ++s) {
          plan[s] = bits >> s & 1U;
          const auto& kept = found.plan.solutions;
          fits = fits && (plan[s] == 0 || !part_of_plan || std::binary_search(kept.begin(), kept.end(), s));
        }
        if (fits && p.cost_of(plan) <= budget + 1e-9 && (plan[count - 1] == 0 || plan[0] != 0))
          most = std::max(most, p.value_of(plan));
      }
      return most;
    };
    for (const auto& item : found.information) {
      double worth = 0.0;
      for (std::size_t s = 0; s < number; ++s) {
        std::vector<double> efforts(mean.efforts().begin(), mean.efforts().end());
        efforts[item.position] = scenarios.efforts[s * count + item.position];
        const auto drawn = mean.with_numbers(efforts, mean.values(), mean.customer_values(), mean.need_values());
        worth += (best(drawn, false) - best(drawn, true)) / static_cast<double>(number);
      }
      CHECK(item.worth == Approx(std::min(worth, found.perfect_information)).margin(1e-6));
      CHECK(item.threshold.has_value() == (worth > 1e-6));
    }
  }
}

TEST_CASE("scenarios that do not fit the problem are refused", "[roadmap][uncertainty]") {
  const auto problem = one_of_two();
  CHECK_THROWS_AS(plan_under_uncertainty(problem, {}, {.budget = 1.0}), core::InvalidInput);
  CHECK_THROWS_AS(plan_under_uncertainty(problem, {.count = 2, .values = {1, 2, 3}}, {.budget = 1.0}),
                  core::InvalidInput);
  CHECK_THROWS_AS(plan_under_uncertainty(problem, {.count = 1, .probabilities = {0.0}}, {.budget = 1.0}),
                  core::InvalidInput);
  CHECK_THROWS_AS(plan_under_uncertainty(problem, {.count = 2, .probabilities = {1e308, 1e308}}, {.budget = 1.0}),
                  core::InvalidInput);
  CHECK_THROWS_AS(plan_under_uncertainty(problem, {.count = 1, .efforts = {1, -1}}, {.budget = 1.0}),
                  core::InvalidInput);
  CHECK_THROWS_AS(plan_under_uncertainty(problem, {.count = 1, .values = {1, NAN}}, {.budget = 1.0}),
                  core::InvalidInput);
}

TEST_CASE("nothing that one could learn is worth more than to learn all", "[roadmap]") {
  const auto problem = roadmap::RoadmapBuilder{}.add_solution("a", 3, 10).add_solution("b", 3, 8).build();
  roadmap::Scenarios scenarios;
  scenarios.count = 2;
  scenarios.efforts = {1, 3, 5, 3};
  const auto found = roadmap::plan_under_uncertainty(problem, scenarios, {.budget = 3.0});
  // Where a takes 5, nothing of the plan fits and b would be worth 8.
  CHECK(found.regrets == std::vector<double>{0.0, 8.0});
  CHECK(found.perfect_information == Approx(4.0));
  REQUIRE(found.information.size() == 1);
  CHECK(found.information[0].worth == Approx(4.0));
  CHECK(found.overrun == Approx(0.5));
}

TEST_CASE("to learn is worth nothing where nothing hangs on it, also when another plan is judged",
          "[roadmap][uncertainty]") {
  // 'sure' is best whatever 'bet' takes; the plan that is judged is worth 5 less, which no study would win
  roadmap::RoadmapBuilder builder;
  builder.add_solution("sure", 1, 5).add_solution("bet", 1, 0);
  const auto problem = builder.build();
  const Scenarios scenarios{.count = 2, .efforts = {1, 0.5, 1, 1}};
  roadmap::UncertaintyOptions options{.budget = 1.0};
  options.judge = std::vector<std::uint32_t>{1};
  const auto found = plan_under_uncertainty(problem, scenarios, options);
  CHECK(found.expected_regret == Approx(5.0));
  CHECK(found.perfect_information == Approx(0.0));
  REQUIRE(found.information.size() == 1);
  CHECK(found.information[0].kind == ItemKind::effort);
  CHECK(found.information[0].worth == Approx(0.0));
  CHECK_FALSE(found.information[0].threshold.has_value());
}

TEST_CASE("to learn one item is not worth more than to learn all, where draws go together", "[roadmap][uncertainty]") {
  roadmap::RoadmapBuilder builder;
  builder.add_solution("a", 1, 5).add_solution("b", 1, 6);
  const Scenarios alike{.count = 2, .values = {0, 1, 10, 11}};
  const auto found = plan_under_uncertainty(builder.build(), alike, {.budget = 1.0});
  CHECK(found.perfect_information == Approx(0.0));  // b is best in both
  REQUIRE(found.information.size() == 2);
  for (const auto& item : found.information) CHECK(item.worth == Approx(0.0));
}
