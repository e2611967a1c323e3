#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/detail/peel.hpp>
#include <outweigh/roadmap/solve.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;
using roadmap::check_selection;
using roadmap::RoadmapBuilder;
using roadmap::RoadmapProblem;
using roadmap::Selection;
using roadmap::solve;
using roadmap::SolveStatus;

namespace {

struct Shape {
  bool customers = false, needs = false, excludes = false, together = false, fractions = false, negative = false;
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool once_in(std::size_t n) { return below(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

double number(Random& random, std::size_t most, bool fraction) {
  const auto whole = static_cast<double>(random.below(most + 1));
  return fraction ? whole + static_cast<double>(random.below(1U << 30)) / static_cast<double>(1U << 30) : whole;
}

RoadmapProblem random_problem(Random& random, const Shape& shape) {
  RoadmapBuilder builder;
  const std::size_t count = random.below(11);
  const std::size_t scale = random.once_in(3) ? 2 : 9;
  for (std::size_t s = 0; s < count; ++s) {
    double value =
        random.once_in(shape.customers || shape.needs ? 2 : 6) ? 0.0 : number(random, scale, shape.fractions);
    if (shape.negative && random.once_in(4)) value = -value;
    builder.add_solution(std::to_string(s), random.once_in(6) ? 0.0 : number(random, scale, shape.fractions), value);
  }
  const auto any = [&] { return std::to_string(random.below(count)); };
  if (count >= 2) {
    const std::size_t arcs = random.below(count + 3);
    for (std::size_t k = 0; k < arcs; ++k) {
      const std::size_t from = random.below(count - 1) + 1;
      builder.add_requires(std::to_string(from), std::to_string(random.below(from)));
    }
    if (shape.together && random.once_in(2)) builder.add_together(any(), any());
    if (shape.together && random.once_in(2)) builder.add_together(any(), any());
    if (shape.excludes) {
      for (std::size_t k = random.below(5); k > 0; --k) {
        RoadmapBuilder more = builder;
        more.add_excludes(any(), any());
        try {
          (void)more.build();
          builder = more;
        } catch (const core::InvalidInput&) {
          continue;
        }
      }
    }
  }
  if (shape.customers) {
    const std::size_t customers = random.below(8);
    for (std::size_t c = 0; c < customers; ++c) {
      std::vector<std::string> wanted;
      for (std::size_t k = count == 0 ? 0 : random.below(5); k > 0; --k) wanted.push_back(any());
      builder.add_customer(std::to_string(c), number(random, 2 * scale, shape.fractions), wanted);
    }
  }
  if (shape.needs) {
    const std::size_t needs = random.below(6);
    builder.set_overlap(random.once_in(2) ? roadmap::Overlap::sum_of_shares : roadmap::Overlap::best_share);
    for (std::size_t n = 0; n < needs; ++n) {
      builder.add_need(std::to_string(n), number(random, 2 * scale, shape.fractions));
      for (std::size_t k = count == 0 ? 0 : random.below(5); k > 0; --k) {
        builder.add_cover(any(), std::to_string(n), static_cast<double>(random.below(5)) / 4.0);
      }
    }
  }
  return builder.build();
}

double best_by_enumeration(const RoadmapProblem& problem, double budget) {
  const std::size_t count = problem.solution_count();
  double best = -std::numeric_limits<double>::infinity();
  std::vector<std::uint8_t> chosen(count);
  for (std::uint32_t bits = 0; bits < (1U << count); ++bits) {
    for (std::size_t s = 0; s < count; ++s) chosen[s] = bits >> s & 1U;
    bool fits = problem.cost_of(chosen) <= budget;
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

// No proof of a bound below the best value may pass, whatever its steps say.
void refuse_forged(const RoadmapProblem& problem, roadmap::Certificate forged, double best, Random& random) {
  const Selection nothing = solve(problem, {.budget = 0.0, .time_limit = 0.0});
  if (nothing.value >= best - 1e-3) return;
  forged.solutions = nothing.solutions;
  forged.value = nothing.value;
  forged.cost = nothing.cost;
  forged.bound = std::max(nothing.value, best - std::max(forged.value_step, 1e-3));
  REQUIRE_FALSE(roadmap::check_certificate(problem, forged).empty());
  for (std::size_t k = random.below(4); k > 0 && !forged.steps.empty(); --k) {
    auto& step = forged.steps[random.below(forged.steps.size())];
    if (random.once_in(2)) step.price *= 0.5;
    if (random.once_in(3)) step.kind = static_cast<roadmap::ProofStepKind>(random.below(6));
    if (random.once_in(3)) step.position = static_cast<std::uint32_t>(random.below(problem.solution_count() + 1));
  }
  if (random.once_in(3) && !forged.groups.empty()) {
    forged.groups[random.below(forged.groups.size())] = static_cast<std::uint32_t>(random.below(forged.groups.size()));
  }
  if (random.once_in(3) && !forged.groups.empty()) {
    forged.groups[random.below(forged.groups.size())] = roadmap::Certificate::no_group;
  }
  if (random.once_in(4)) forged.value_step *= 2.0;
  REQUIRE_FALSE(roadmap::check_certificate(problem, forged).empty());
}

void compare_with_enumeration(std::uint64_t seed, int rounds, const Shape& shape) {
  Random random(seed);
  for (int round = 0; round < rounds; ++round) {
    const RoadmapProblem problem = random_problem(random, shape);
    double budget = number(random, 30, shape.fractions);
    if (random.once_in(10)) budget = 0.0;
    if (random.once_in(20)) budget = 1e12;
    if (random.once_in(20)) budget = std::numeric_limits<double>::infinity();
    const Selection found = solve(problem, {.budget = budget});
    const double best = best_by_enumeration(problem, budget);
    const auto faults = check_selection(problem, found);
    INFO("round " << round << ", " << problem.solution_count() << " solutions, budget " << budget << ", value "
                  << found.value << ", gap " << found.gap << ", best " << best);
    if (!faults.empty()) INFO(faults.front());
    REQUIRE(faults.empty());
    REQUIRE(found.proven);
    if (shape.fractions) {
      REQUIRE(found.value == Approx(best).epsilon(1e-6).margin(1e-6));
      REQUIRE(found.bound >= best - 1e-9);
    } else {
      REQUIRE(found.value == best);
      REQUIRE(found.bound == best);
      REQUIRE(found.gap == 0.0);
    }
    if (round % 4 == 1) {
      const auto certificate = roadmap::certify(problem, found);
      const auto wrong = roadmap::check_certificate(problem, certificate);
      INFO((wrong.empty() ? std::string() : wrong.front()));
      REQUIRE(wrong.empty());
      REQUIRE(certificate.bound <= found.bound + 1e-6 * std::abs(found.bound));
      refuse_forged(problem, certificate, best, random);
    }
    if (round % 4 == 0) {
      const Selection hasty = solve(problem, {.budget = budget, .time_limit = 0.0});
      REQUIRE(check_selection(problem, hasty).empty());
      const auto hasty_faults = roadmap::check_certificate(problem, roadmap::certify(problem, hasty));
      INFO((hasty_faults.empty() ? std::string() : hasty_faults.front()));
      REQUIRE(hasty_faults.empty());
      REQUIRE(hasty.bound >= best - 1e-9);
      const Selection short_of_work = solve(problem, {.budget = budget, .work_limit = 1 + random.below(200)});
      REQUIRE(check_selection(problem, short_of_work).empty());
      REQUIRE(short_of_work.bound >= best - 1e-9);
      const Selection warm = solve(problem, {.budget = budget, .start = found.solutions});
      REQUIRE(warm.value == found.value);
    }
  }
}

RoadmapProblem large_problem() {
  Random random(5);
  RoadmapBuilder builder;
  for (std::size_t s = 0; s < 150; ++s) {
    builder.add_solution(std::to_string(s), static_cast<double>(1 + random.below(9)));
    if (s >= 20) {
      for (int k = 0; k < 2; ++k) builder.add_requires(std::to_string(s), std::to_string(random.below(s / 2)));
    }
  }
  for (std::size_t c = 0; c < 120; ++c) {
    std::vector<std::string> wanted;
    for (std::size_t k = 1 + random.below(4); k > 0; --k) wanted.push_back(std::to_string(random.below(150)));
    builder.add_customer(std::to_string(c), static_cast<double>(10 + random.below(40)), wanted);
  }
  return builder.build();
}

}  // namespace

TEST_CASE("random problems: additive values and requires", "[roadmap]") { compare_with_enumeration(1, 10000, {}); }
TEST_CASE("random problems: customers", "[roadmap]") { compare_with_enumeration(2, 10000, {.customers = true}); }
TEST_CASE("random problems: needs", "[roadmap]") { compare_with_enumeration(3, 6000, {.needs = true}); }
TEST_CASE("random problems: negative values", "[roadmap]") {
  compare_with_enumeration(4, 4000, {.customers = true, .negative = true});
}
TEST_CASE("random problems: everything", "[roadmap]") {
  compare_with_enumeration(5, 6000,
                           {.customers = true, .needs = true, .excludes = true, .together = true, .negative = true});
}
TEST_CASE("random problems: numbers that must be rounded", "[roadmap]") {
  compare_with_enumeration(6, 4000,
                           {.customers = true, .needs = true, .excludes = true, .together = true, .fractions = true});
}

TEST_CASE("decimals are exact", "[roadmap]") {
  const RoadmapProblem problem =
      RoadmapBuilder{}.add_solution("a", 0.1, 0.1).add_solution("b", 0.1, 0.2).add_solution("c", 0.1, 0.3).build();
  const Selection all = solve(problem, {.budget = 0.3});
  CHECK(all.solutions.size() == 3);
  CHECK(all.gap == 0.0);
  CHECK(solve(problem, {.budget = 0.29}).solutions == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("nothing to choose from", "[roadmap]") {
  CHECK(solve({}, {.budget = 10}).proven);
  const RoadmapProblem problem =
      RoadmapBuilder{}.add_solution("a", 5, 9).add_solution("free", 0, 1).add_customer("x", 3, {}).build();
  const Selection found = solve(problem, {.budget = 4});
  CHECK(found.solutions == std::vector<std::uint32_t>{1});
  CHECK(found.customers == std::vector<std::uint32_t>{0});
  CHECK(found.value == 4.0);
  CHECK(found.proven);
}

TEST_CASE("options out of range", "[roadmap]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(solve({}, {.budget = -1}), core::InvalidInput);
  CHECK_THROWS_AS(solve({}, {.budget = nan}), core::InvalidInput);
  CHECK_THROWS_AS(solve({}, {.budget = 1, .time_limit = -1}), core::InvalidInput);
  CHECK_THROWS_AS(solve({}, {.budget = 1, .tolerance = nan}), core::InvalidInput);
  CHECK_THROWS_AS(solve({}, {.budget = 1, .start = {0}}), core::InvalidInput);
}

TEST_CASE("a search that ends within a tolerance is proved within it", "[roadmap]") {
  Random random(29);
  for (int round = 0; round < 300; ++round) {
    const RoadmapProblem problem =
        random_problem(random, {.customers = true, .needs = true, .fractions = round % 2 == 0});
    const double tolerance = round % 3 == 0 ? 0.1 : round % 3 == 1 ? 0.003 : 1e-5;
    const Selection plan = solve(problem, {.budget = 0.4 * problem.total_effort(), .tolerance = tolerance});
    CAPTURE(round, plan.value, plan.bound);
    CHECK(plan.status == SolveStatus::finished);
    CHECK(plan.proven);
    CHECK(plan.gap <= std::max(tolerance, 1e-6) * plan.value);
  }
}

TEST_CASE("a long chain is filled in without looking down all of it for each of its links", "[roadmap]") {
  const std::size_t count = 30000;
  RoadmapBuilder builder;
  for (std::size_t s = 0; s < count; ++s) {
    builder.add_solution(std::to_string(s), static_cast<double>(1 + s * 7 % 50), static_cast<double>(s * 31 % 100));
    if (s > 0) builder.add_requires(std::to_string(s), std::to_string(s - 1));
  }
  const RoadmapProblem problem = builder.build();
  const Selection plan = solve(problem, {.budget = std::floor(0.3 * problem.total_effort()), .work_limit = 1});
  CHECK(check_selection(problem, plan).empty());
  CHECK(plan.work < 500'000'000);
}

TEST_CASE("large numbers", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .add_solution("a", 1e12, 9e15)
                                     .add_solution("b", 2e12, 1)
                                     .add_solution("c", 1e-9, 4e15)
                                     .add_customer("x", 1e-6, {"c"})
                                     .build();
  const Selection found = solve(problem, {.budget = 1.5e12});
  CHECK(found.solutions == std::vector<std::uint32_t>{0, 2});
  CHECK(found.proven);
  CHECK(check_selection(problem, found).empty());
  const RoadmapProblem huge = RoadmapBuilder{}.add_solution("a", 1e300, 1e300).add_solution("b", 1e300, 1e299).build();
  CHECK(solve(huge, {.budget = 1e300}).solutions.size() <= 1);
  CHECK(check_selection(huge, solve(huge, {.budget = 1e300})).empty());
}

TEST_CASE("numbers of any size: what is called proved is the best", "[roadmap]") {
  const auto two = [](double big, double small) {
    return RoadmapBuilder{}.add_solution("a", big, big).add_solution("b", small, small).build();
  };
  for (const double big : {1e300, 1e30, 1e18}) {
    for (const double small : {1.0, 1e-9, 1e-300}) {
      const Selection found = solve(two(big, small), {.budget = 3});
      CHECK(found.solutions == std::vector<std::uint32_t>{1});
      CHECK(found.value == small);
      CHECK(found.proven);
    }
  }
  const RoadmapProblem chain = RoadmapBuilder{}
                                   .add_solution("a", 1e200)
                                   .add_solution("b", 1, 5)
                                   .add_solution("c", 1, 2)
                                   .add_requires("b", "a")
                                   .add_customer("x", 1e250, {"a", "c"})
                                   .build();
  CHECK(solve(chain, {.budget = 3}).solutions == std::vector<std::uint32_t>{2});
  CHECK(solve(chain, {.budget = 3}).gap == 0.0);
  CHECK_THROWS_AS(solve(chain, {.budget = 3, .include = {1}}), core::Infeasible);

  Random random(7);
  const auto any_size = [&](int decades) {
    return std::pow(10.0, static_cast<double>(random.below(static_cast<std::size_t>(2 * decades))) - decades) *
           static_cast<double>(1 + random.below(9));
  };
  int proved = 0;
  for (int round = 0; round < 3000; ++round) {
    const int decades = random.once_in(2) ? 6 : 150;
    RoadmapBuilder builder;
    const std::size_t count = 1 + random.below(8);
    for (std::size_t s = 0; s < count; ++s) {
      builder.add_solution(std::to_string(s), any_size(decades), random.once_in(3) ? 0.0 : any_size(decades));
      if (s > 0 && random.once_in(3)) builder.add_requires(std::to_string(s), std::to_string(random.below(s)));
      if (random.once_in(3)) builder.add_customer(std::to_string(s), any_size(decades), {std::to_string(s)});
    }
    const RoadmapProblem problem = builder.build();
    const double budget = any_size(decades);
    const Selection found = solve(problem, {.budget = budget});
    const double best = best_by_enumeration(problem, budget);
    INFO("round " << round << ": value " << found.value << ", bound " << found.bound << ", best " << best);
    REQUIRE(check_selection(problem, found).empty());
    REQUIRE(found.bound >= best * (1.0 - 1e-12));
    if (found.proven) REQUIRE(found.value >= best * (1.0 - 2e-6));
    proved += found.proven ? 1 : 0;
  }
  CHECK(proved > 2000);
}

TEST_CASE("limits, stop and progress end a search with a valid answer", "[roadmap]") {
  const RoadmapProblem problem = large_problem();
  const double budget = std::floor(0.4 * problem.total_effort());
  const Selection best = solve(problem, {.budget = budget});
  REQUIRE(best.proven);
  REQUIRE(check_selection(problem, best).empty());
  REQUIRE(best.status == SolveStatus::finished);

  const Selection hasty = solve(problem, {.budget = budget, .time_limit = 0.0});
  CHECK(check_selection(problem, hasty).empty());
  CHECK(hasty.value <= best.value);
  CHECK(hasty.bound >= best.value);
  CHECK(hasty.status == SolveStatus::time_limit);

  const Selection once = solve(problem, {.budget = budget, .work_limit = 20000});
  const Selection again = solve(problem, {.budget = budget, .work_limit = 20000});
  CHECK(once == again);
  CHECK(once.work == again.work);
  CHECK(once.bound >= best.value);

  core::RunControl control;
  control.stop.request_stop();
  const Selection stopped = solve(problem, {.budget = budget, .control = control});
  CHECK(stopped.status == SolveStatus::stopped);
  CHECK(check_selection(problem, stopped).empty());
  CHECK(stopped.bound >= best.value);

  core::RunControl reporting;
  int calls = 0;
  reporting.progress = [&](std::string_view, double done) {
    CHECK(done >= 0.0);
    CHECK(done <= 1.0);
    return ++calls < 1;
  };
  CHECK(solve(problem, {.budget = budget, .control = reporting}).status == SolveStatus::stopped);
  core::RunControl throwing;
  throwing.progress = [](std::string_view, double) -> bool { throw std::runtime_error("mine"); };
  CHECK_THROWS_WITH(solve(problem, {.budget = budget, .control = throwing}), "mine");
}

TEST_CASE("a set that is too dear gives up what is worth least, not what is worth most together") {
  // ten parts that thirty payers all want but for one of them, and forty parts that pay for themselves alone
  roadmap::detail::ClosureProblem problem;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arcs;
  for (int part = 0; part < 10; ++part) {
    problem.value.push_back(0);
    problem.cost.push_back(1);
  }
  for (int alone = 0; alone < 40; ++alone) {
    problem.value.push_back(2);
    problem.cost.push_back(1);
  }
  for (std::uint32_t payer = 0; payer < 30; ++payer) {
    for (std::uint32_t part = 0; part < 10; ++part) {
      if (part != payer % 10) arcs.emplace_back(50 + payer, part);
    }
    problem.value.push_back(3);
    problem.cost.push_back(0);
  }
  problem.set_arcs(arcs);
  problem.contributions.begin.assign(81, 0);
  problem.excludes.begin.assign(81, 0);
  std::vector<std::uint8_t> set(80, 1), kept(80, 0);
  std::uint64_t work = 0;
  REQUIRE(roadmap::detail::peel(problem, set, kept, 12, work));
  CHECK(std::count(set.begin(), set.begin() + 10, 1) == 10);
  CHECK(std::count(set.begin() + 10, set.begin() + 50, 1) == 2);
  CHECK(std::count(set.begin() + 50, set.end(), 1) == 30);

  kept[10] = 1;  // stays although it is dear
  problem.cost[10] = 9;
  REQUIRE(roadmap::detail::peel(problem, set = std::vector<std::uint8_t>(80, 1), kept, 9, work));
  CHECK(std::count(set.begin(), set.end(), 1) == 1);
  CHECK(set[10] == 1);
  CHECK_FALSE(roadmap::detail::peel(problem, set = std::vector<std::uint8_t>(80, 1), kept, 8, work));
  CHECK(work > 0);
}

TEST_CASE("what fits a budget just so is found where efforts have to be rounded", "[roadmap]") {
  const RoadmapProblem one = RoadmapBuilder{}
                                 .add_solution("a", 5, 18)
                                 .add_solution("b", 1.3724723135346444, 8)
                                 .add_solution("c", 3.1, 1)
                                 .build();
  const Selection best = solve(one, {.budget = 5.0});
  CHECK(best.value == 18.0);
  CHECK(best.proven);
  CHECK(check_certificate(one, certify(one, best)).empty());
  CHECK(solve(one, {.budget = 5.0, .include = {0}}).value == 18.0);
  const RoadmapProblem two = RoadmapBuilder{}
                                 .add_solution("a", 13.0 / 6.0, 5)
                                 .add_solution("b", 17.0 / 6.0, 5)
                                 .add_solution("c", 3, 4)
                                 .build();
  CHECK(solve(two, {.budget = 5.0}).value == 10.0);
  const RoadmapProblem teams = RoadmapBuilder{}
                                   .add_solution("a", 5, 18)
                                   .add_solution("b", 1.3724723135346444, 8)
                                   .add_effort("a", "web", 5)
                                   .add_effort("b", "web", 1.3724723135346444)
                                   .build();
  CHECK(solve(teams, {.capacities = {5.0}}).value == 18.0);
  // A hair less does not hold it.
  CHECK(solve(one, {.budget = 5.0 - 1e-9}).value == 9.0);
  CHECK_THROWS_AS(solve(one, {.budget = 5.0 - 1e-9, .include = {0}}), core::Infeasible);
}

TEST_CASE("a price for what little was left of a budget does not overflow when the budget is back", "[roadmap]") {
  const RoadmapProblem problem = RoadmapBuilder{}
                                     .add_solution("a", 2, 100000)
                                     .add_solution("b", 1000, 33466019637.0)
                                     .add_solution("c", 1426859, 339620464)
                                     .add_solution("d", 13753, 10000000)
                                     .add_need("n", 1e9)
                                     .add_cover("a", "n")
                                     .add_cover("d", "n")
                                     .add_excludes("b", "a")
                                     .build();
  const Selection best = solve(problem, {.budget = 1440612});
  CHECK(best.value == 34476019637.0);
  CHECK(best.proven);
}

TEST_CASE("solutions of which one in five may be chosen are no harder than others", "[roadmap]") {
  std::mt19937_64 random(5);
  RoadmapBuilder builder;
  const auto id = [](int s) { return std::to_string(s); };
  for (int s = 0; s < 300; ++s) {
    const auto effort = static_cast<double>(1 + random() % 20);
    builder.add_solution(id(s), effort, static_cast<double>(1 + random() % 100));
    for (int other = s - s % 5; other < s; ++other) builder.add_excludes(id(s), id(other));
  }
  const RoadmapProblem problem = builder.build();
  const Selection best = solve(problem, {.budget = 0.1 * problem.total_effort(), .work_limit = 20'000'000});
  CHECK(best.proven);
  CHECK(best.nodes < 1000);
  const roadmap::Certificate proof = certify(problem, best);
  CHECK(!proof.fines.empty());
  CHECK(check_certificate(problem, proof).empty());
}

TEST_CASE("needs of very different worth are priced all the same", "[roadmap]") {
  RoadmapBuilder builder;
  for (int s = 0; s < 400; ++s) builder.add_solution(std::to_string(s), 1 + (s * 7919) % 20);
  for (int n = 0; n < 200; ++n) {
    const std::string need = "need " + std::to_string(n);
    builder.add_need(need, 4 * (1 + (n * 104729) % 100));
    for (int k = 0; k < 3; ++k) {
      builder.add_cover(std::to_string((n * 31 + k * k * 137 + n * k * 59) % 400), need, 0.25 * (1 + (n + k) % 4));
    }
  }
  const RoadmapProblem problem = builder.build();
  const Selection best = solve(problem, {.budget = 0.3 * problem.total_effort(), .work_limit = 20'000'000});
  CHECK(best.proven);
}

TEST_CASE("customers that ask for solutions that exclude others, where the budget does not bind", "[roadmap]") {
  std::mt19937_64 random(300);
  RoadmapBuilder builder;
  const auto id = [](std::uint64_t s) { return std::to_string(s); };
  for (std::uint64_t s = 0; s < 150; ++s) {
    builder.add_solution(id(s), static_cast<double>(1 + random() % 20));
    for (std::uint64_t other = s - s % 5; other < s; ++other) builder.add_excludes(id(s), id(other));
  }
  for (int c = 0; c < 150; ++c) {
    std::vector<std::string> asked;
    for (auto k = 1 + random() % 4; k > 0; --k) asked.push_back(id(random() % 150));
    builder.add_customer(std::to_string(c), static_cast<double>(1 + random() % 100), asked);
  }
  const RoadmapProblem problem = builder.build();
  const Selection best = solve(problem, {.budget = 0.4 * problem.total_effort(), .work_limit = 20'000'000});
  CHECK(best.proven);
  CHECK(check_certificate(problem, certify(problem, best)).empty());
}
