#include <outweigh/roadmap/detail/smoothed_prices.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/solve.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/support/catch.hpp"

using namespace outweigh::roadmap;

namespace {

std::string name(char kind, std::size_t at) { return kind + std::to_string(at); }

// Needs that many meet, rules of all kinds; two resources where asked for.
RoadmapProblem random_problem(outweigh::stats::Random& random, std::size_t count, bool resources) {
  RoadmapBuilder builder;
  const bool real = random.below(3) == 0;
  for (std::size_t s = 0; s < count; ++s) {
    const double value = random.below(3) == 0 ? static_cast<double>(random.below(9)) - 5.0 : 0.0;
    builder.add_solution(name('s', s), static_cast<double>(1 + random.below(9)), value);
    if (!resources) continue;
    builder.add_effort(name('s', s), "a", static_cast<double>(1 + random.below(9)));
    builder.add_effort(name('s', s), "b", static_cast<double>(random.below(6)));
  }
  const std::size_t needs = 1 + random.below(count);
  for (std::size_t n = 0; n < needs; ++n) {
    const double whole = static_cast<double>(1 + random.below(60));
    builder.add_need(name('n', n), real ? whole * (0.5 + random.uniform()) : whole);
    for (std::size_t k = 1 + random.below(count); k > 0; --k) {
      const double share = real ? random.uniform() : static_cast<double>(1 + random.below(20)) / 20.0;
      builder.add_cover(name('s', random.below(count)), name('n', n), share);
    }
  }
  for (std::size_t k = random.below(count); k > 0; --k) {
    const std::size_t s = 1 + random.below(count - 1);
    builder.add_requires(name('s', s), name('s', random.below(s)));
  }
  if (random.below(3) == 0) {
    builder.add_customer("c", static_cast<double>(random.below(50)),
                         {name('s', random.below(count)), name('s', random.below(count))});
  }
  return builder.set_overlap(Overlap::sum_of_shares).build();
}

double best_value(const RoadmapProblem& problem, const SolveOptions& options) {
  const std::size_t count = problem.solution_count();
  double best = 0.0;
  std::vector<std::uint8_t> chosen(count);
  for (std::size_t choice = 0; choice < (std::size_t{1} << count); ++choice) {
    for (std::size_t s = 0; s < count; ++s) chosen[s] = choice >> s & 1U;
    bool fine = true;
    for (std::size_t s = 0; s < count; ++s) {
      for (const std::uint32_t on : problem.required_by(s)) fine = fine && (chosen[s] == 0 || chosen[on] != 0);
    }
    if (options.capacities.empty()) fine = fine && problem.cost_of(chosen) <= options.budget;
    for (std::size_t r = 0; r < options.capacities.size(); ++r) {
      fine = fine && problem.cost_of(chosen, r) <= options.capacities[r];
    }
    if (fine) best = std::max(best, problem.value_of(chosen));
  }
  return best;
}

}  // namespace

TEST_CASE("needs that many solutions meet in part: as brute force, with certificates", "[roadmap]") {
  outweigh::stats::Random random(3);
  for (int round = 0; round < 400; ++round) {
    const bool resources = round % 4 == 3;
    const RoadmapProblem problem = random_problem(random, 2 + random.below(8), resources);
    SolveOptions options{.budget = std::floor(problem.total_effort() * random.uniform())};
    if (resources) options.capacities = {1.0 + static_cast<double>(random.below(20)), 8.0};
    const Selection plan = solve(problem, options);
    const double best = best_value(problem, options);
    CAPTURE(round, plan.value, plan.bound, best);
    CHECK(plan.proven);
    CHECK(std::abs(plan.value - best) <= 1e-6 * std::max(1.0, best));
    CHECK(plan.bound >= best - 1e-9 * std::max(1.0, best));
    CHECK(check_certificate(problem, certify(problem, plan)).empty());
  }
}

TEST_CASE("shares that add up are proved, where their plain relaxation leaves gaps of percents", "[roadmap]") {
  outweigh::stats::Random random(1);
  RoadmapBuilder builder;
  double total = 0.0;
  const int count = 400;
  for (int s = 0; s < count; ++s) {
    const auto effort = static_cast<double>(1 + random.below(49));
    total += effort;
    builder.add_solution("s" + std::to_string(s), effort);
    builder.add_need("n" + std::to_string(s), static_cast<double>(1 + random.below(999)));
  }
  for (int s = 0; s < count; ++s) {
    for (std::uint64_t k = 2 + random.below(4); k > 0; --k) {
      builder.add_cover("s" + std::to_string(s), "n" + std::to_string(random.below(count)),
                        static_cast<double>(20 + random.below(81)) / 100.0);
    }
  }
  const RoadmapProblem problem = builder.set_overlap(Overlap::sum_of_shares).build();
  const Selection plan = solve(problem, {.budget = std::floor(0.3 * total), .work_limit = 400'000'000});
  CHECK(plan.proven);
  const Certificate certificate = certify(problem, plan);
  CHECK(check_certificate(problem, certificate).empty());
  REQUIRE_FALSE(certificate.shares.empty());
  Certificate wrong = certificate;
  for (CertificateShare& share : wrong.shares) share.amount *= 0.5;
  CHECK_FALSE(check_certificate(problem, wrong).empty());
  wrong = certificate;
  wrong.shares.front().amount = -1.0;
  CHECK_FALSE(check_certificate(problem, wrong).empty());
  wrong = certificate;
  wrong.shares.front().solution = count;
  CHECK_FALSE(check_certificate(problem, wrong).empty());
  wrong = certificate;
  wrong.shares.clear();
  CHECK_FALSE(check_certificate(problem, wrong).empty());
}
