#include <outweigh/stats/credibility.hpp>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"
#include "../support/paths.hpp"

using namespace outweigh::stats;
using outweigh::core::InvalidInput;
using outweigh::core::Status;

namespace {

using CredibilityGroups = std::vector<std::uint32_t>;

bool near_relative(double found, double expected, double tolerance = 1e-9) {
  return std::abs(found - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

}  // namespace

TEST_CASE("Hachemeister's five states are as published") {
  // Hachemeister 1975; values of actuar 3.3-2.
  std::ifstream file(outweigh::test::shared_folder() + "/cases/weighting/hachemeister.csv");
  if (outweigh::test::shared_folder().empty() || !file) {
    WARN("the public cases are not beside the project");
    return;
  }
  std::vector<double> ratios;
  std::vector<double> weights;
  CredibilityGroups groups;
  std::string line;
  std::getline(file, line);
  for (std::uint32_t state = 0; std::getline(file, line); ++state) {
    std::istringstream cells(line);
    std::string cell;
    std::getline(cells, cell, ',');
    for (int i = 0; i < 24; ++i) {
      std::getline(cells, cell, ',');
      (i < 12 ? ratios : weights).push_back(std::stod(cell));
      if (i < 12) groups.push_back(state);
    }
  }
  const auto check = [&](const Credibility& found, double collective, double between, double within,
                         const std::vector<double>& credibility, const std::vector<double>& premiums) {
    CHECK(near_relative(found.collective, collective));
    CHECK(near_relative(found.between, between));
    CHECK(near_relative(found.within, within));
    for (std::size_t g = 0; g < 5; ++g) {
      CHECK(near_relative(found.groups[g].credibility, credibility[g]));
      CHECK(near_relative(found.groups[g].estimate.value, premiums[g]));
    }
  };
  check(buhlmann_straub(ratios, weights, groups, 5), 1683.71343704728, 89638.7262327551, 139120025.925285,
        {0.984740401933337, 0.927635217974918, 0.898475355206511, 0.727909209400669, 0.958791149399359},
        {2055.16535006492, 1523.70627801246, 1793.44360368128, 1442.966549016, 1603.28540446174});
  check(buhlmann_straub(ratios, weights, groups, 5, BetweenVariance::iterative), 1688.89496970416, 64366.5071592268,
        139120025.925285,
        {0.978875590833175, 0.902006874231149, 0.864033579471384, 0.657651630683398, 0.94352507472549},
        {2053.06255348052, 1528.63464793239, 1789.94176815151, 1467.97725574607, 1604.85862321033});
  check(buhlmann_straub(ratios, {}, groups, 5), 1671.01666666667, 72310.0246212122, 46040.4712121212,
        std::vector<double>(5, 0.949614305087673),
        {2044.04099261019, 1518.58774379501, 1814.23433077897, 1375.98732898101, 1602.23293716815});
}

TEST_CASE("what credibility cannot tell") {
  const std::vector<double> values{1.0, 2.0, 3.0};
  CHECK(buhlmann_straub({}, {}, {}, 2).status == Status::undefined);
  CHECK(buhlmann_straub(values, {}, CredibilityGroups{0, 0, 0}, 2).status == Status::not_identified);
  CHECK(buhlmann_straub(values, {}, CredibilityGroups{0, 1, 2}, 3).status == Status::not_identified);
  const Credibility alike = buhlmann_straub(std::vector<double>{1, 1, 1, 1}, {}, CredibilityGroups{0, 0, 1, 1}, 2);
  CHECK(alike.groups[0].estimate.value == 1.0);
  const Credibility chance = buhlmann_straub(std::vector<double>{0, 2, 2, 0}, {}, CredibilityGroups{0, 0, 1, 1}, 2);
  CHECK(chance.between == 0.0);
  CHECK(chance.groups[0].estimate.value == 1.0);
  const Credibility absent = buhlmann_straub(std::vector<double>{0, 2, 9, 7}, {}, CredibilityGroups{0, 0, 1, 1}, 3);
  CHECK(absent.groups[2].credibility == 0.0);
  CHECK(absent.groups[2].estimate.value == absent.collective);
  CHECK_THROWS_AS((void)buhlmann_straub(values, {}, CredibilityGroups{0, 1, 5}, 3), InvalidInput);
  CHECK_THROWS_AS((void)buhlmann_straub(values, std::vector<double>{1, -1, 1}, CredibilityGroups{0, 1, 1}, 3),
                  InvalidInput);
  CHECK_THROWS_AS((void)buhlmann_straub(std::vector<double>{NAN}, {}, CredibilityGroups{0}, 1), InvalidInput);
}

TEST_CASE("the beta of many groups is found again, and intervals of shares cover about as often as they say") {
  Random random(17);
  std::vector<double> successes;
  std::vector<double> trials;
  std::vector<double> truth;
  for (int g = 0; g < 3000; ++g) {
    truth.push_back(random.beta(2.0, 6.0));
    trials.push_back(static_cast<double>(1 + random.below(20)));
    successes.push_back(static_cast<double>(random.binomial(static_cast<std::int64_t>(trials.back()), truth.back())));
  }
  const BetaBinomial found = beta_binomial(successes, trials, 0.9);
  CHECK(found.status == Status::estimated);
  CHECK(std::abs(found.collective - 0.25) < 0.01);
  CHECK(std::abs(found.alpha + found.beta - 8.0) < 1.5);
  int covered = 0;
  for (std::size_t g = 0; g < truth.size(); ++g)
    covered += found.groups[g].estimate.interval.contains(truth[g]) ? 1 : 0;
  CHECK(covered > 0.88 * 3000);
  CHECK(covered < 0.92 * 3000);
}

TEST_CASE("intervals of few groups allow for that the beta itself is estimated") {
  Random random(23);
  for (const bool alike : {true, false}) {
    int covered = 0;
    constexpr int worlds = 150;
    for (int world = 0; world < worlds; ++world) {
      std::vector<double> successes;
      std::vector<double> truth;
      for (int g = 0; g < 12; ++g) {
        truth.push_back(alike ? 0.5 : random.beta(2.0, 2.0));
        successes.push_back(static_cast<double>(random.binomial(6, truth.back())));
      }
      const BetaBinomial found = beta_binomial(successes, std::vector<double>(12, 6.0), 0.9);
      for (std::size_t g = 0; g < truth.size(); ++g) {
        covered += found.groups[g].estimate.interval.contains(truth[g]) ? 1 : 0;
      }
    }
    CHECK(covered > 0.82 * 12 * worlds);
  }
  const BetaBinomial none = beta_binomial(std::vector<double>(12, 0.0), std::vector<double>(12, 9.0));
  CHECK(none.groups[0].estimate.interval.contains(none.groups[0].estimate.value));
  CHECK(none.groups[0].estimate.interval.upper > 0.01);
}

TEST_CASE("shares of groups at their ends") {
  using Numbers = std::vector<double>;
  CHECK(beta_binomial(Numbers{0}, Numbers{0}).status == Status::undefined);
  CHECK(beta_binomial(Numbers{1}, Numbers{2}).status == Status::not_identified);
  CHECK(beta_binomial(Numbers{1, 0}, Numbers{1, 1}).status == Status::not_identified);
  const BetaBinomial none = beta_binomial(Numbers(12, 0.0), Numbers(12, 5.0));
  CHECK(none.status == Status::doubtful);
  CHECK(none.groups[0].estimate.value < 0.05);
  CHECK(std::isfinite(none.groups[0].estimate.interval.upper));
  const BetaBinomial apart = beta_binomial(Numbers{0, 20, 0, 20}, Numbers(4, 20.0));
  CHECK(apart.groups[1].estimate.value > 0.9);
  CHECK_THROWS_AS((void)beta_binomial(Numbers{3}, Numbers{2}), InvalidInput);
}
