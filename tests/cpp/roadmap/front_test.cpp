#include <outweigh/roadmap/front.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/roadmap/solve.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using roadmap::efficient_front;
using roadmap::Front;
using roadmap::RoadmapBuilder;
using roadmap::RoadmapProblem;
using roadmap::supported_front;

namespace {

RoadmapProblem random_problem(std::mt19937_64& random, bool plain) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  RoadmapBuilder builder;
  const std::size_t count = 1 + below(9);
  for (std::size_t s = 0; s < count; ++s) {
    builder.add_solution(std::to_string(s), static_cast<double>(below(7)),
                         static_cast<double>(below(9)) - (plain ? 0.0 : 2.0));
  }
  const auto any = [&] { return std::to_string(below(count)); };
  for (std::size_t k = below(count + 1); k > 0 && count > 1; --k) {
    const std::size_t from = 1 + below(count - 1);
    builder.add_requires(std::to_string(from), std::to_string(below(from)));
  }
  for (std::size_t c = below(5); c > 0; --c) {
    builder.add_customer(std::to_string(c), static_cast<double>(below(12)), {any(), any()});
  }
  if (!plain) {
    builder.set_overlap(below(2) == 0 ? roadmap::Overlap::sum_of_shares : roadmap::Overlap::best_share);
    for (std::size_t n = below(4); n > 0; --n) {
      builder.add_need(std::to_string(n), static_cast<double>(4 * below(5)));
      for (int k = 0; k < 3; ++k) builder.add_cover(any(), std::to_string(n), static_cast<double>(below(5)) / 4.0);
    }
  }
  return builder.build();
}

// Cost and value of all that is not dominated.
std::map<double, double> front_by_enumeration(const RoadmapProblem& problem) {
  std::map<double, double> best;
  const std::size_t count = problem.solution_count();
  std::vector<std::uint8_t> chosen(count);
  for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
    bool fits = true;
    for (std::size_t s = 0; s < count; ++s) chosen[s] = bits >> s & 1U;
    for (std::size_t s = 0; s < count; ++s) {
      for (const std::uint32_t on : problem.required_by(s)) fits = fits && (chosen[s] == 0 || chosen[on] != 0);
    }
    if (!fits) continue;
    const auto [at, fresh] = best.emplace(problem.cost_of(chosen), problem.value_of(chosen));
    if (!fresh) at->second = std::max(at->second, problem.value_of(chosen));
  }
  std::map<double, double> front;
  for (const auto& [cost, value] : best) {
    if (front.empty() || value > front.rbegin()->second) front[cost] = value;
  }
  return front;
}

void require_equal(const Front& front, const std::map<double, double>& expected) {
  REQUIRE(front.complete);
  REQUIRE(front.points.size() == expected.size());
  std::size_t k = 0;
  for (const auto& [cost, value] : expected) {
    REQUIRE(front.points[k].cost == cost);
    REQUIRE(front.points[k].value == value);
    REQUIRE(front.points[k].proven);
    ++k;
  }
}

void require_consistent(const RoadmapProblem& problem, const Front& front) {
  for (const auto& point : front.points) {
    std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
    for (const std::uint32_t s : point.solutions) chosen[s] = 1;
    REQUIRE(problem.cost_of(chosen) == point.cost);
    REQUIRE(problem.value_of(chosen) == point.value);
    for (const std::uint32_t s : point.solutions) {
      for (const std::uint32_t on : problem.required_by(s)) REQUIRE(chosen[on] != 0);
    }
  }
}

}  // namespace

TEST_CASE("fronts of random problems against all sets", "[roadmap]") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 3000; ++round) {
    const RoadmapProblem problem = random_problem(random, round % 2 == 0);
    const auto all = front_by_enumeration(problem);
    const Front efficient = efficient_front(problem);
    INFO("round " << round);
    require_consistent(problem, efficient);
    require_equal(efficient, all);
    // the corners: strictly above the line of their neighbours
    std::map<double, double> corners;
    for (auto at = all.begin(); at != all.end(); ++at) {
      while (corners.size() >= 2) {
        const auto last = std::prev(corners.end());
        const auto before = std::prev(last);
        const double turn = (last->second - before->second) * (at->first - before->first) -
                            (at->second - before->second) * (last->first - before->first);
        if (turn > 0.0) break;
        corners.erase(last);
      }
      corners[at->first] = at->second;
    }
    const Front supported = supported_front(problem);
    require_consistent(problem, supported);
    require_equal(supported, corners);
  }
}

TEST_CASE("a grid of budgets leaves the best at each of them", "[roadmap]") {
  std::mt19937_64 random(12);
  for (int round = 0; round < 300; ++round) {
    const RoadmapProblem problem = random_problem(random, true);
    const Front front = efficient_front(problem, {.step = 3.0});
    for (double budget = 0.0; budget <= problem.total_effort(); budget += 3.0) {
      double value = -1.0;
      for (const auto& point : front.points) {
        if (point.cost <= budget) value = point.value;
      }
      REQUIRE(value == roadmap::solve(problem, {.budget = budget}).value);
    }
  }
}

TEST_CASE("a front without time still has bounds that hold", "[roadmap]") {
  std::mt19937_64 random(13);
  for (int round = 0; round < 200; ++round) {
    const RoadmapProblem problem = random_problem(random, true);
    const Front front = efficient_front(problem, {.time_limit = 0.0});
    require_consistent(problem, front);
    for (const auto& point : front.points) {
      REQUIRE(point.bound >= roadmap::solve(problem, {.budget = point.cost}).value);
    }
  }
}

TEST_CASE("hypervolume of a staircase", "[roadmap]") {
  const std::vector<roadmap::FrontPoint> points{{.cost = 1, .value = 2}, {.cost = 3, .value = 5}};
  CHECK(roadmap::hypervolume(points, 4.0) == 2.0 * 2.0 + 1.0 * 5.0);
  CHECK(roadmap::hypervolume(points, 4.0, 2.0) == 3.0);
  CHECK(roadmap::hypervolume(points, 2.0) == 2.0);
  CHECK(roadmap::hypervolume({}, 2.0) == 0.0);
  CHECK_THROWS_AS(roadmap::hypervolume(points, std::numeric_limits<double>::infinity()), core::InvalidInput);
}

TEST_CASE("fronts of nothing, of fractions, and options out of range", "[roadmap]") {
  CHECK(supported_front({}).points.size() == 1);
  CHECK(efficient_front({}).complete);
  const RoadmapProblem thirds =
      RoadmapBuilder{}.add_solution("a", 1.0 / 3.0, 1.0 / 7.0).add_solution("b", 2.0 / 3.0, 3.0 / 7.0).build();
  const Front front = efficient_front(thirds);
  CHECK(front.points.size() == 4);
  require_consistent(thirds, front);
  CHECK_THROWS_AS(efficient_front({}, {.step = -1.0}), core::InvalidInput);
  CHECK_THROWS_AS(efficient_front({}, {.time_limit = std::numeric_limits<double>::quiet_NaN()}), core::InvalidInput);
}

TEST_CASE("parts that do not need each other share one hull", "[roadmap][front]") {
  // by hand: slopes 5, 3 and 1 of one market and 4, 3 of the other; those of the same slope are one step
  roadmap::RoadmapBuilder builder;
  builder.add_solution("a", 1, 5).add_solution("b", 2, 6).add_solution("c", 3, 3).add_requires("b", "a").add_requires(
      "c", "b");
  builder.add_solution("x", 2, 8).add_solution("y", 1, 3).add_requires("y", "x");
  const Front hull = supported_front(builder.build());
  std::vector<double> costs, values;
  for (const auto& point : hull.points) {
    costs.push_back(point.cost);
    values.push_back(point.value);
  }
  CHECK(costs == std::vector<double>{0, 1, 3, 6, 9});
  CHECK(values == std::vector<double>{0, 5, 13, 22, 25});
  CHECK(hull.points[3].solutions == std::vector<std::uint32_t>{0, 1, 3, 4});
}

TEST_CASE("a front of great and small numbers lacks nothing", "[roadmap]") {
  // the weights at the slope of its hull have more than 60 bits
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .add_solution("a", 6, 640820)
                                     .add_solution("b", 75395485, 3)
                                     .add_need("great", 82025262455.0)
                                     .add_need("small", 7)
                                     .add_cover("a", "great")
                                     .add_cover("b", "great")
                                     .add_cover("b", "small")
                                     .build();
  for (const Front& front : {efficient_front(problem), supported_front(problem)}) {
    REQUIRE(front.points.size() == 3);
    CHECK(front.points[1].cost == 6.0);
    CHECK(front.points[1].value == 82025903275.0);
    CHECK(front.points[2].cost == 75395491.0);
    CHECK(front.points[2].value == 82025903285.0);
    CHECK(front.complete);
  }
}

TEST_CASE("fronts of numbers of any size are those of all sets", "[roadmap]") {
  std::mt19937_64 random(20261201);
  const auto wide = [&](int digits) {
    return std::floor(std::pow(10.0, static_cast<double>(random() % 1000) / 1000.0 * digits));
  };
  for (std::size_t round = 0; round < 300; ++round) {
    const std::size_t count = 3 + random() % 5;
    RoadmapBuilder builder;
    for (std::size_t s = 0; s < count; ++s) builder.add_solution(std::to_string(s), wide(8), wide(11));
    for (std::size_t n = 0; n < round % 3; ++n) {
      const std::string need = "need " + std::to_string(n);
      builder.add_need(need, wide(11));
      for (std::size_t s = 0; s < count; ++s) {
        if (random() % 2 == 0) builder.add_cover(std::to_string(s), need);
      }
    }
    for (std::size_t s = 1; s < count; ++s) {
      if (random() % 2 == 0) builder.add_requires(std::to_string(s), std::to_string(random() % s));
    }
    const RoadmapProblem problem = builder.build();
    std::map<double, double> best;
    std::vector<std::uint8_t> chosen(count);
    for (std::uint32_t set = 0; set < (1U << count); ++set) {
      for (std::size_t s = 0; s < count; ++s) chosen[s] = set >> s & 1U;
      bool closed = true;
      for (std::size_t s = 0; s < count; ++s) {
        for (const std::uint32_t on : problem.required_by(s)) closed = closed && (chosen[s] == 0 || chosen[on] != 0);
      }
      if (!closed) continue;
      double& known = best.try_emplace(problem.cost_of(chosen), 0.0).first->second;
      known = std::max(known, problem.value_of(chosen));
    }
    std::vector<std::pair<double, double>> efficient;
    for (const auto& [cost, value] : best) {
      if (efficient.empty() || value > efficient.back().second) efficient.emplace_back(cost, value);
    }
    const Front front = efficient_front(problem);
    REQUIRE(front.complete);
    REQUIRE(front.points.size() == efficient.size());
    for (std::size_t k = 0; k < efficient.size(); ++k) {
      REQUIRE(front.points[k].cost == efficient[k].first);
      REQUIRE(front.points[k].value == efficient[k].second);
    }
    const Front hull = supported_front(problem);
    for (std::size_t k = 0; k + 1 < hull.points.size(); ++k) {
      const auto& low = hull.points[k];
      const auto& high = hull.points[k + 1];
      for (const auto& [cost, value] : efficient) {
        if (cost < low.cost || cost > high.cost) continue;
        const double line = low.value + (high.value - low.value) * (cost - low.cost) / (high.cost - low.cost);
        REQUIRE(value <= line * (1.0 + 1e-12));
      }
    }
  }
}

TEST_CASE("no point of a front of rounded numbers is worth what a cheaper one is", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .add_solution("0", 1.4e16, -1.4e16)
                                     .add_solution("1", 1.7e16)
                                     .add_solution("2", 1.4e16, 4e15)
                                     .add_solution("3", 1.4e16, -3e15)
                                     .add_need("n", 1e16)
                                     .add_cover("0", "n", 0.0)
                                     .add_cover("3", "n", 0.3)
                                     .set_overlap(roadmap::Overlap::sum_of_shares)
                                     .build();
  CHECK(efficient_front(problem).points.size() == 2);
  CHECK(supported_front(problem).points.size() == 2);
}
