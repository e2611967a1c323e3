#include <outweigh/roadmap/detail/several_budgets.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/displacement.hpp>
#include <outweigh/roadmap/problem_tables.hpp>
#include <outweigh/roadmap/solve.hpp>
#include <outweigh/roadmap/uncertainty.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

namespace {

struct TeamShape {
  bool customers = false, needs = false, excludes = false, fractions = false, negative = false;
};

roadmap::RoadmapProblem team_problem(std::mt19937_64& random, const TeamShape& shape, std::size_t most,
                                     std::size_t teams) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto amount = [&](std::size_t n) {
    const auto whole = static_cast<double>(below(n + 1));
    return shape.fractions ? whole + static_cast<double>(below(1U << 30)) / static_cast<double>(1U << 30) : whole;
  };
  roadmap::RoadmapBuilder builder;
  const std::size_t count = 1 + below(most);
  for (std::size_t s = 0; s < count; ++s) {
    double value = below(shape.customers || shape.needs ? 2 : 6) == 0 ? 0.0 : amount(9);
    if (shape.negative && below(4) == 0) value = -value;
    builder.add_solution(std::to_string(s), amount(9), value);
    for (std::size_t team = 0; team < teams; ++team) {
      if (team == 0 || below(3) > 0) builder.add_effort(std::to_string(s), "team " + std::to_string(team), amount(9));
    }
  }
  const auto any = [&] { return std::to_string(below(count)); };
  for (std::size_t k = count > 1 ? below(count + 2) : 0; k > 0; --k) {
    const std::size_t from = 1 + below(count - 1);
    builder.add_requires(std::to_string(from), std::to_string(below(from)));
  }
  for (std::size_t k = shape.excludes ? below(4) : 0; k > 0; --k) {
    roadmap::RoadmapBuilder more = builder;
    more.add_excludes(any(), any());
    try {
      (void)more.build();
      builder = more;
    } catch (const core::InvalidInput&) {
      continue;
    }
  }
  if (shape.excludes && below(2) == 0) {
    roadmap::RoadmapBuilder more = builder;
    more.add_together(any(), any());
    try {
      (void)more.build();
      builder = more;
    } catch (const core::InvalidInput&) {
      (void)0;
    }
  }
  for (std::size_t c = shape.customers ? below(8) : 0; c > 0; --c) {
    std::vector<std::string> wanted;
    for (std::size_t k = below(5); k > 0; --k) wanted.push_back(any());
    builder.add_customer(std::to_string(c), amount(18), wanted);
  }
  if (shape.needs) {
    builder.set_overlap(below(2) == 0 ? roadmap::Overlap::sum_of_shares : roadmap::Overlap::best_share);
    for (std::size_t n = below(6); n > 0; --n) {
      builder.add_need(std::to_string(n), amount(18));
      for (std::size_t k = below(5); k > 0; --k) {
        builder.add_cover(any(), std::to_string(n), static_cast<double>(below(5)) / 4.0);
      }
    }
  }
  return builder.build();
}

double best_of_all_sets(const roadmap::RoadmapProblem& problem, const std::vector<double>& capacities) {
  const std::size_t count = problem.solution_count();
  double best = -std::numeric_limits<double>::infinity();
  std::vector<std::uint8_t> chosen(count);
  for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
    for (std::size_t s = 0; s < count; ++s) chosen[s] = bits >> s & 1U;
    bool fits = true;
    for (std::size_t r = 0; fits && r < capacities.size(); ++r) fits = problem.cost_of(chosen, r) <= capacities[r];
    for (std::size_t s = 0; fits && s < count; ++s) {
      fits = chosen[s] == chosen[problem.together()[s]];
      if (chosen[s] == 0) continue;
      for (const std::uint32_t on : problem.required_by(s)) fits = fits && chosen[on] != 0;
    }
    for (const auto& pair : problem.excluded()) fits = fits && (chosen[pair.first] == 0 || chosen[pair.second] == 0);
    if (fits) best = std::max(best, problem.value_of(chosen));
  }
  return best;
}

void compare_teams_with_all_sets(std::uint64_t seed, int rounds, const TeamShape& shape) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) {
    const std::size_t teams = 1 + random() % 4;
    const auto problem = team_problem(random, shape, 10, teams);
    std::vector<double> capacities;
    for (std::size_t r = 0; r < problem.resources().size(); ++r) {
      double total = 0.0;
      for (const double effort : problem.resource_efforts(r)) total += effort;
      const double share = static_cast<double>(random() % 10) / 10.0;
      capacities.push_back(shape.fractions ? share * total : std::floor(share * total));
      if (random() % 20 == 0) capacities.back() = std::numeric_limits<double>::infinity();
    }
    const auto found = roadmap::solve(problem, {.capacities = capacities});
    const double best = best_of_all_sets(problem, capacities);
    const auto faults = roadmap::check_selection(problem, found);
    INFO("round " << round << ", " << problem.solution_count() << " solutions, " << capacities.size()
                  << " teams, value " << found.value << ", bound " << found.bound << ", best " << best);
    if (!faults.empty()) INFO(faults.front());
    REQUIRE(faults.empty());
    REQUIRE(found.proven);
    if (shape.fractions) {
      REQUIRE(found.value == Approx(best).epsilon(1e-6).margin(1e-6));
      REQUIRE(found.bound >= best - 1e-9);
    } else {
      REQUIRE(found.value == best);
      REQUIRE(found.bound == best);
    }
    if (round % 2 == 0) {
      auto certificate = roadmap::certify(problem, found);
      const auto wrong = roadmap::check_certificate(problem, certificate);
      if (!wrong.empty()) INFO(wrong.front());
      REQUIRE(wrong.empty());
      REQUIRE(certificate.bound >= best - 1e-9);
      REQUIRE(certificate.bound <= found.bound + 1e-6 * std::max(1.0, std::abs(found.bound)));
      // no proof shows what is false
      certificate.bound = certificate.value = best - std::max(0.6, 0.01 * std::abs(best));
      REQUIRE_FALSE(roadmap::check_certificate(problem, certificate).empty());
    }
    if (round % 4 == 0) {
      const auto hasty = roadmap::solve(problem, {.capacities = capacities, .time_limit = 0.0});
      REQUIRE(roadmap::check_selection(problem, hasty).empty());
      REQUIRE(hasty.bound >= best - 1e-9);
      const auto short_of_work = roadmap::solve(problem, {.capacities = capacities, .work_limit = 1 + random() % 300});
      REQUIRE(roadmap::check_selection(problem, short_of_work).empty());
      REQUIRE(short_of_work.bound >= best - 1e-9);
      const auto unproved = roadmap::certify(problem, short_of_work);
      REQUIRE(roadmap::check_certificate(problem, unproved).empty());
      REQUIRE(unproved.bound >= best - 1e-9);
      const auto warm = roadmap::solve(problem, {.capacities = capacities, .start = found.solutions});
      REQUIRE(warm.value == found.value);
    }
  }
}

}  // namespace

TEST_CASE("plans under several capacities are the best of all sets", "[roadmap][several]") {
  compare_teams_with_all_sets(11, 2000, {});
  compare_teams_with_all_sets(12, 2000, {.customers = true});
  compare_teams_with_all_sets(13, 1500, {.needs = true});
  compare_teams_with_all_sets(14, 1500, {.customers = true, .needs = true, .excludes = true, .negative = true});
  compare_teams_with_all_sets(15, 1500, {.customers = true, .needs = true, .excludes = true, .fractions = true});
}

TEST_CASE("one capacity of a resource is a budget", "[roadmap][several]") {
  std::mt19937_64 random(21);
  for (int round = 0; round < 100; ++round) {
    const auto named = team_problem(random, {.customers = true, .needs = true}, 40, 1);
    double total = 0.0;
    for (const double effort : named.resource_efforts(0)) total += effort;
    const double capacity = std::floor(0.4 * total);
    const auto plain =
        named.with_numbers(named.resource_efforts(0), named.values(), named.customer_values(), named.need_values());
    const auto several = roadmap::solve(named, {.capacities = {capacity}});
    const auto one = roadmap::solve(plain, {.budget = capacity});
    CHECK(several.value == one.value);
    CHECK(several.proven);
  }
}

TEST_CASE("a shadow price is what more of a capacity is worth", "[roadmap][several]") {
  // by hand: one more unit of the scarce team is worth 2, of the idle one nothing
  const auto hand = roadmap::RoadmapBuilder{}
                        .add_solution("a", 1, 4)
                        .add_effort("a", "scarce", 2)
                        .add_effort("a", "idle", 1)
                        .add_solution("b", 1, 4)
                        .add_effort("b", "scarce", 2)
                        .build();
  const auto plan = roadmap::solve(hand, {.capacities = {3.0, 9.0}});
  CHECK(plan.value == 4.0);
  CHECK(plan.prices[0] == Approx(2.0).margin(0.05));
  CHECK(plan.prices[1] == Approx(0.0).margin(0.05));
  CHECK(plan.costs == std::vector<double>{2.0, plan.solutions.front() == 0 ? 1.0 : 0.0});
}

TEST_CASE("rules hold under several capacities, or are refused by name", "[roadmap][several]") {
  const auto problem = roadmap::RoadmapBuilder{}
                           .add_solution("a", 3, 5)
                           .add_effort("a", "design", 2)
                           .add_effort("a", "code", 1)
                           .add_solution("b", 3, 4)
                           .add_effort("b", "design", 1)
                           .add_effort("b", "code", 2)
                           .add_solution("c", 1, 1)
                           .add_effort("c", "code", 1)
                           .build();
  CHECK(problem.find_resource("code") == 1);
  CHECK_THROWS_AS(problem.find_resource("sales"), core::InvalidInput);
  const auto best = roadmap::solve(problem, {.capacities = {2.0, 2.0}});
  CHECK(roadmap::solution_ids(problem, best) == std::vector<std::string>{"a", "c"});
  CHECK(best.budget == std::numeric_limits<double>::infinity());
  CHECK(roadmap::solve(problem, {.capacities = {2.0, 2.0}, .include = {1}}).value == 4.0);
  CHECK(roadmap::solve(problem, {.capacities = {2.0, 2.0}, .exclude = {0}}).value == 4.0);
  const auto lost = roadmap::displaced_by(problem, best, 1, {.capacities = {2.0, 2.0}});
  CHECK(lost.value_lost == 2.0);
  CHECK(lost.leaving == std::vector<std::uint32_t>{0, 2});
  try {
    (void)roadmap::solve(problem, {.capacities = {1.0, 9.0}, .include = {0}});
    FAIL("'a' does not fit");
  } catch (const core::Infeasible& error) {
    CHECK(std::string(error.what()).find("design") != std::string::npos);
  }
  CHECK_THROWS_AS(roadmap::solve(problem, {.capacities = {1.0}}), core::InvalidInput);
  CHECK_THROWS_AS(roadmap::solve(problem, {.capacities = {1.0, -1.0}}), core::InvalidInput);
  CHECK_THROWS_AS(roadmap::solve(problem, {.capacities = {1.0, std::nan("")}}), core::InvalidInput);
  CHECK_THROWS_AS(roadmap::RoadmapBuilder{}.add_solution("a", 1).add_solution("b", 1).add_effort("a", "x", 1).build(),
                  core::InvalidInput);
  CHECK_THROWS_AS(roadmap::RoadmapBuilder{}.add_solution("a", 1).add_effort("a", "x", -1).build(), core::InvalidInput);
  CHECK_THROWS_AS(roadmap::RoadmapBuilder{}.add_solution("a", 1).add_effort("b", "x", 1).build(), core::InvalidInput);
  CHECK_THROWS_AS(roadmap::RoadmapBuilder{}.add_solution("a", 1).add_effort("a", "", 1).build(), core::InvalidInput);
  CHECK(roadmap::problem_from_tables(roadmap::tables_of(problem)) == problem);
}

TEST_CASE("efforts of any size keep to the capacities", "[roadmap][several]") {
  for (const double size : {1e-9, 1e-3, 1e6, 1e12}) {
    std::mt19937_64 random(41);
    for (int round = 0; round < 30; ++round) {
      const auto small = team_problem(random, {.customers = true, .fractions = true}, 9, 2);
      roadmap::RoadmapBuilder builder;
      for (std::size_t s = 0; s < small.solution_count(); ++s) {
        const std::string id = small.solution_ids()[s];
        builder.add_solution(id, 1.0, small.values()[s]);
        builder.add_effort(id, "large", small.resource_efforts(0)[s] * size);
        builder.add_effort(id, "other", s == 0 ? 1e300 : small.resource_efforts(small.resources().size() - 1)[s]);
      }
      const auto problem = builder.build();
      const std::vector<double> capacities{12.0 * size, 8.0};
      const auto found = roadmap::solve(problem, {.capacities = capacities});
      CHECK(roadmap::check_selection(problem, found).empty());
      CHECK(found.value == Approx(best_of_all_sets(problem, capacities)).epsilon(1e-6).margin(1e-6));
    }
  }
}

TEST_CASE("what all of it takes is enough for all of it, whatever the digits", "[roadmap][several]") {
  std::mt19937_64 random(51);
  for (int round = 0; round < 200; ++round) {
    const auto problem = team_problem(random, {.fractions = true}, 9, 3);
    std::vector<double> capacities;
    for (std::size_t r = 0; r < problem.resources().size(); ++r) {
      double total = 0.0;
      for (const double effort : problem.resource_efforts(r)) total += effort;
      capacities.push_back(total);
    }
    double best = 0.0;
    for (const double value : problem.values()) best += value;
    const auto several = roadmap::solve(problem, {.capacities = capacities});
    CHECK(several.value == Approx(best));
    CHECK(several.proven);
    CHECK(roadmap::check_selection(problem, several).empty());
    const auto one = roadmap::solve(problem, {.budget = problem.total_effort()});
    CHECK(one.value == Approx(best));
    CHECK(one.proven);
    CHECK(roadmap::check_selection(problem, one).empty());
  }
}

TEST_CASE("large multiples of one number are exact", "[roadmap][several]") {
  roadmap::RoadmapBuilder builder;
  for (int s = 0; s < 5; ++s) {
    const std::string id = std::to_string(s);
    builder.add_solution(id, (3.0 + s) * 1e11, 10.0 + s).add_effort(id, "team", (3.0 + s) * 1e11);
  }
  const auto problem = builder.build();
  // 3 + 4 + 5 and 5 + 7 fill it to the last digit
  const auto one = roadmap::solve(problem, {.budget = 12e11});
  CHECK(one.value == 33.0);
  CHECK(one.bound == 33.0);
  const auto several = roadmap::solve(problem, {.capacities = {12e11}});
  CHECK(several.value == 33.0);
  CHECK(several.bound == 33.0);
}

TEST_CASE("a proof by hand under two capacities", "[roadmap][several]") {
  // at prices of 2 for the first and 1 for the second the weights are 10 - 6 - 1, 7 - 2 - 3, 6 - 4 - 2: 3, 2, 0
  const auto problem = roadmap::RoadmapBuilder{}
                           .add_solution("a", 4, 10)
                           .add_effort("a", "first", 3)
                           .add_effort("a", "second", 1)
                           .add_solution("b", 4, 7)
                           .add_effort("b", "first", 1)
                           .add_effort("b", "second", 3)
                           .add_solution("c", 4, 6)
                           .add_effort("c", "first", 2)
                           .add_effort("c", "second", 2)
                           .build();
  roadmap::Certificate hand;
  hand.solutions = {0, 1};
  hand.value = 17.0;
  hand.cost = 8.0;
  hand.budget = std::numeric_limits<double>::infinity();
  hand.bound = 17.0;  // 2 * 4 + 1 * 4 + 3 + 2
  hand.capacities = {4.0, 4.0};
  hand.effort_steps = {0.0, 0.0};
  hand.groups = {0, 1, 2};
  hand.steps = {{.kind = roadmap::ProofStepKind::price}, {.kind = roadmap::ProofStepKind::closed}};
  hand.prices = {{.step = 0, .resource = 0, .price = 2.0}, {.step = 0, .resource = 1, .price = 1.0}};
  CHECK(roadmap::check_certificate(problem, hand).empty());
  auto wrong = hand;
  wrong.prices[1].price = 0.5;  // 8 + 2 + 3.5 + 3.5 + 1 = 18
  CHECK_FALSE(roadmap::check_certificate(problem, wrong).empty());
  wrong.prices[1] = {.step = 0, .resource = 2, .price = 1.0};
  CHECK_FALSE(roadmap::check_certificate(problem, wrong).empty());
  wrong.prices[1] = {.step = 0, .resource = 1, .price = -1.0};
  CHECK_FALSE(roadmap::check_certificate(problem, wrong).empty());
  wrong = hand;
  wrong.capacities = {4.0};
  CHECK_FALSE(roadmap::check_certificate(problem, wrong).empty());
  wrong = hand;
  wrong.capacities = {3.0, 4.0};
  CHECK_FALSE(roadmap::check_certificate(problem, wrong).empty());
}

TEST_CASE("scenarios under several capacities are each the best of all sets", "[roadmap][several]") {
  std::mt19937_64 random(61);
  for (int round = 0; round < 60; ++round) {
    const auto problem = team_problem(random, {.customers = true}, 7, 2);
    const std::size_t count = problem.solution_count();
    std::vector<double> capacities;
    for (std::size_t r = 0; r < problem.resources().size(); ++r) {
      double total = 0.0;
      for (const double effort : problem.resource_efforts(r)) total += effort;
      capacities.push_back(std::floor(0.5 * total));
    }
    roadmap::Scenarios scenarios{.count = 4};  // of which means are exact
    for (std::size_t k = 0; k < 4 * count; ++k) {
      scenarios.values.push_back(static_cast<double>(random() % 9));
      // a solution of no effort may still take something of a team
      const double effort = problem.efforts()[k % count];
      scenarios.efforts.push_back(effort * (0.5 + 0.5 * static_cast<double>(random() % 3)));
    }
    const auto found =
        roadmap::plan_under_uncertainty(problem, scenarios, {.capacities = capacities, .information = round % 5 == 0});
    CHECK(found.proven);
    CHECK(roadmap::check_selection(roadmap::on_average(problem, scenarios), found.plan).empty());
    CHECK(found.plan.value == Approx(best_of_all_sets(roadmap::on_average(problem, scenarios), capacities)));
    CHECK(found.overruns.size() == capacities.size());
    for (std::size_t s = 0; s < 4; ++s) {
      CHECK(found.best_values[s] ==
            Approx(best_of_all_sets(roadmap::in_scenario(problem, scenarios, s), capacities)).margin(1e-6));
    }
  }
}

TEST_CASE("more of what is enough for all is worth nothing", "[roadmap][several]") {
  const auto problem = roadmap::RoadmapBuilder{}
                           .add_solution("a", 5, 5)
                           .add_solution("b", 1, 4)
                           .add_effort("a", "web", 2)
                           .add_effort("b", "web", 1)
                           .add_effort("a", "data", 3)
                           .build();
  const auto all = roadmap::solve(problem, {.capacities = {3, 3}});
  CHECK(all.value == 9.0);
  CHECK(all.prices == std::vector<double>{0.0, 0.0});
  const auto none = roadmap::solve(problem, {.capacities = {1, 0}});
  CHECK(none.prices == std::vector<double>{0.0, 0.0});
}

TEST_CASE("prices are those of the lowest Lagrangian bound", "[roadmap][several]") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 150; ++round) {
    const auto problem = team_problem(random, {}, 9, 2 + random() % 3);
    const std::size_t teams = problem.resources().size();
    std::vector<double> capacities;
    for (std::size_t r = 0; r < teams; ++r) {
      const auto efforts = problem.resource_efforts(r);
      const double all = std::accumulate(efforts.begin(), efforts.end(), 0.0);
      const auto most = static_cast<std::int64_t>(1.0 + std::floor(all * static_cast<double>(2 + random() % 6) / 8.0));
      // no plan takes more than a multiple of what all efforts are multiples of
      std::int64_t step = 0;
      for (const double effort : efforts) {
        if (effort <= static_cast<double>(most)) step = std::gcd(step, static_cast<std::int64_t>(effort));
      }
      capacities.push_back(static_cast<double>(step > 0 ? most / step * step : most));
    }
    const auto plan = roadmap::solve(problem, {.capacities = capacities});
    // sets that keep to what is required, of what fits with all that it requires
    const std::size_t count = problem.solution_count();
    std::vector<std::vector<double>> rows;
    std::vector<std::uint8_t> chosen(count);
    std::vector<std::uint32_t> closed(count, 0);
    for (std::uint32_t s = 0; s < count; ++s) {
      closed[s] = 1U << s;
      for (const std::uint32_t on : problem.required_by(s)) closed[s] |= closed[on];
    }
    const auto set_of = [&](std::uint32_t bits) {
      for (std::size_t s = 0; s < count; ++s) chosen[s] = bits >> s & 1U;
    };
    const auto fits = [&](std::uint32_t bits) {
      set_of(bits);
      bool fine = true;
      for (std::size_t r = 0; r < teams; ++r) fine = fine && problem.cost_of(chosen, r) <= capacities[r];
      return fine;
    };
    for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
      bool fine = true;
      for (std::uint32_t s = 0; s < count; ++s) {
        fine = fine && ((bits >> s & 1U) == 0 || ((bits & closed[s]) == closed[s] && fits(closed[s])));
      }
      if (!fine) continue;
      set_of(bits);
      std::vector<double> row;
      for (std::size_t r = 0; r < teams; ++r) row.push_back(capacities[r] - problem.cost_of(chosen, r));
      double value = 0.0;
      for (std::size_t s = 0; s < count; ++s) value += chosen[s] != 0 ? problem.values()[s] : 0.0;
      row.push_back(value);
      rows.push_back(row);
    }
    const auto bound = [&](const std::vector<double>& prices) {
      double most = 0.0;
      for (const auto& row : rows) {
        double sum = row.back();
        for (std::size_t r = 0; r < teams; ++r) sum += prices[r] * row[r];
        most = std::max(most, sum);
      }
      return most;
    };
    const double lowest = bound(plan.prices);
    CHECK(lowest >= plan.value - 1e-9);
    for (int direction = 0; direction < 200; ++direction) {
      std::vector<double> prices = plan.prices;
      const double size = std::pow(10.0, -static_cast<double>(direction % 4));
      for (double& price : prices) {
        const double step = 2.0 * static_cast<double>(random() % 1001) / 1000.0 - 1.0;
        price = std::max(0.0, price + size * step);
      }
      CAPTURE(round, direction);
      CHECK(bound(prices) >= lowest - 1e-7 * std::max(1.0, lowest));
    }
  }
}
