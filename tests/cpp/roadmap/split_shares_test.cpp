#include <outweigh/roadmap/detail/split_shares.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/solve.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/support/catch.hpp"

using outweigh::roadmap::detail::PartOfShares;
using outweigh::roadmap::detail::SplitShares;

TEST_CASE("parts of a need are worth what it is for each choice, and no more between them", "[roadmap]") {
  outweigh::stats::Random random(3);
  for (int round = 0; round < 20'000; ++round) {
    const std::size_t count = 1 + random.below(7);
    const auto worth = static_cast<std::int64_t>(1 + random.below(round % 3 == 0 ? 12 : 1000));
    std::vector<std::int64_t> amounts(count);
    for (std::int64_t& amount : amounts) {
      amount = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(worth) + 3));
      if (round % 5 == 0 && random.below(3) == 0) amount = worth;
    }
    const std::vector<PartOfShares> parts = SplitShares(worth, amounts).parts();
    bool equal = true;
    for (std::size_t choice = 0; choice < (std::size_t{1} << count); ++choice) {
      const auto sum_of = [&](const std::vector<std::int64_t>& of) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < count; ++i) sum += (choice >> i & 1U) != 0 ? of[i] : 0;
        return sum;
      };
      std::int64_t found = 0;
      for (const PartOfShares& part : parts) found += std::min(part.value, sum_of(part.amounts));
      equal = equal && found == std::min(worth, sum_of(amounts));
    }
    CHECK(equal);
    std::vector<double> x(count);
    for (double& share : x) share = random.uniform();
    const auto between = [&](std::int64_t value, const std::vector<std::int64_t>& of) {
      double sum = 0.0;
      for (std::size_t i = 0; i < count; ++i) sum += x[i] * static_cast<double>(of[i]);
      return std::min(static_cast<double>(value), sum);
    };
    double relaxed = 0.0;
    for (const PartOfShares& part : parts) relaxed += between(part.value, part.amounts);
    CHECK(relaxed <= between(worth, amounts) + 1e-9 * static_cast<double>(worth));
  }
}

TEST_CASE("shares that add up are proved, where their plain relaxation leaves gaps of percents", "[roadmap]") {
  using namespace outweigh::roadmap;
  outweigh::stats::Random random(1);
  RoadmapBuilder builder;
  double total = 0.0;
  const int count = 120;
  for (int s = 0; s < count; ++s) {
    const double effort = static_cast<double>(1 + random.below(49));
    total += effort;
    builder.add_solution("s" + std::to_string(s), effort);
    builder.add_need("n" + std::to_string(s), static_cast<double>(1 + random.below(999)));
  }
  for (int s = 0; s < count; ++s) {
    for (std::uint64_t k = 1 + random.below(3); k > 0; --k) {
      builder.add_cover("s" + std::to_string(s), "n" + std::to_string(random.below(count)),
                        static_cast<double>(20 + random.below(81)) / 100.0);
    }
  }
  const RoadmapProblem problem = builder.set_overlap(Overlap::sum_of_shares).build();
  const Selection plan = solve(problem, {.budget = 0.3 * total, .work_limit = 400'000'000});
  CHECK(plan.bound - plan.value <= 0.003 * plan.value);
  const Certificate certificate = certify(problem, plan);
  CHECK(check_certificate(problem, certificate).empty());
  REQUIRE_FALSE(certificate.parts.empty());
  Certificate wrong = certificate;
  for (double& amount : wrong.parts.front().amounts) amount *= 0.5;
  CHECK_FALSE(check_certificate(problem, wrong).empty());
  wrong = certificate;
  wrong.parts.front().value = -1.0;
  CHECK_FALSE(check_certificate(problem, wrong).empty());
  wrong = certificate;
  std::swap(wrong.parts.front(), wrong.parts.back());
  CHECK_FALSE(check_certificate(problem, wrong).empty());
}
