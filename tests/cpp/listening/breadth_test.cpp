#include <outweigh/listening/breadth.hpp>

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/listening/detail/breadth_posterior.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::InvalidInput;
using outweigh::core::MissingInput;
using outweigh::core::Status;
using outweigh::listening::detail::BreadthCounts;
using outweigh::listening::detail::BreadthPosterior;
using outweigh::listening::detail::whole_exposure;

namespace {

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

/// P(count = n) by summing over which silent accounts have it, on even grids of the chance of a mention and of the
/// correlation; the integral over the share is a beta function.
std::vector<double> enumerated(const BreadthCounts& counts) {
  std::vector<std::int64_t> silent;
  for (const auto& [history, accounts] : counts.silent)
    silent.insert(silent.end(), static_cast<std::size_t>(accounts), history.contacts);
  std::vector<double> mass(silent.size() + 1, 0.0);
  double sum = 0.0;
  for (int k = 0; k < 25; ++k) {
    const double z = -2.88 + 0.24 * k;
    const double total = std::exp(2.5 - 1.3 * z);
    for (int g = 0; g < 120; ++g) {
      const double d = (g + 0.5) / 120.0;
      const auto chance = [&](std::int64_t contacts, std::int64_t mentions) {
        const auto n = static_cast<double>(contacts);
        const auto m = static_cast<double>(mentions);
        return std::exp(log_beta(d * total + m, (1.0 - d) * total + n - m) - log_beta(d * total, (1.0 - d) * total));
      };
      double told = std::exp(-0.5 * z * z);
      for (const auto& [key, accounts] : counts.has) {
        told *= std::pow(chance(key.contacts, key.mentions), static_cast<double>(accounts));
      }
      std::vector<double> sums(silent.size() + 1, 0.0);  // by number that have it
      sums[0] = told;
      std::size_t size = 0;
      for (const std::int64_t contacts : silent) {
        ++size;
        const double quiet = chance(contacts, 0);
        for (std::size_t n = size; n > 0; --n) sums[n] += sums[n - 1] * quiet;
      }
      for (std::size_t n = 0; n < sums.size(); ++n) {
        const double yes = static_cast<double>(counts.yes()) + static_cast<double>(n);
        const double no = static_cast<double>(counts.no) + static_cast<double>(silent.size() - n);
        const double term = sums[n] * std::exp(log_beta(yes + 1.0, no + 1.0));
        mass[n] += term;
        sum += term;
      }
    }
  }
  for (double& m : mass) m /= sum;
  return mass;
}

}  // namespace

TEST_CASE("the posterior of breadth is that of adding up all possibilities") {
  outweigh::stats::Random random(5);
  for (int round = 0; round < 30; ++round) {
    BreadthCounts counts;
    counts.no = static_cast<std::int64_t>(random.below(3));
    for (std::uint64_t left = random.below(4); left > 0; --left) {
      const auto mentions = 1 + static_cast<std::int64_t>(random.below(3));
      ++counts.has[{mentions + static_cast<std::int64_t>(random.below(4)), mentions}];
    }
    for (int group = 0; group < 3; ++group)
      counts.silent[{static_cast<std::int64_t>(random.below(5))}] += static_cast<std::int64_t>(random.below(4));
    const std::vector<double> expected = enumerated(counts);
    const BreadthPosterior posterior(counts);
    double tail = 0.0;
    double mean = static_cast<double>(counts.yes());
    for (std::size_t n = expected.size(); n-- > 0;) {
      tail += expected[n];
      mean += expected[n] * static_cast<double>(n);
      CHECK(std::abs(posterior.at_least(counts.yes() + static_cast<std::int64_t>(n)) - tail) < 4e-3);
    }
    CHECK(std::abs(posterior.count().first - mean) < 0.02);
  }
}

TEST_CASE("intervals of breadth cover though accounts differ in how readily they speak") {
  for (const double correlation : {0.0, 0.3}) {
    CAPTURE(correlation);
    constexpr int worlds = 120;
    int covered = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
      outweigh::stats::Random random(seed);
      const double share = random.uniform();
      const double mean = random.uniform(0.1, 0.6);
      const double total = correlation > 0.0 ? (1.0 - correlation) / correlation : 0.0;
      BreadthCounts counts;
      std::int64_t truth = 0;
      for (int account = 0; account < 60; ++account) {
        const bool has = random.bernoulli(share);
        truth += has ? 1 : 0;
        const std::int64_t contacts = random.poisson(4.0);
        const double chance = total > 0.0 ? random.beta(mean * total, (1.0 - mean) * total) : mean;
        const std::int64_t mentions = has ? random.binomial(contacts, chance) : 0;
        mentions > 0 ? ++counts.has[{contacts, mentions}] : ++counts.silent[{contacts}];
      }
      const BreadthPosterior posterior(counts);
      covered += posterior.quantile(0.05) <= truth && truth <= posterior.quantile(0.95) ? 1 : 0;
    }
    CHECK(covered >= 0.83 * worlds);
  }
}

TEST_CASE("many accounts: the normal sum joins the exact one") {
  BreadthCounts few;
  few.has = {{{4, 1}, 12}, {{5, 2}, 6}, {{4, 3}, 2}};
  few.silent = {{{0}, 20}, {{3}, 44}};
  BreadthCounts many = few;
  many.silent[{3}] = 45;
  const BreadthPosterior exact(few);
  const BreadthPosterior normal(many);
  for (const std::int64_t k : {25, 35, 45, 60}) CHECK(std::abs(exact.at_least(k) - normal.at_least(k)) < 0.02);
  CHECK(std::abs(exact.quantile(0.5) - normal.quantile(0.5)) <= 1);
}

TEST_CASE("silence after many contacts tells against breadth, and no contact tells nothing") {
  BreadthCounts quiet;
  quiet.has = {{{10, 6}, 2}};
  quiet.silent = {{{10}, 20}};
  const BreadthPosterior posterior(quiet);
  CHECK(posterior.at_least(10) < 0.02);
  CHECK(posterior.probability({10}) < 0.05);
  CHECK(posterior.probability({0}) > posterior.probability({1}));
  BreadthCounts unknown;
  unknown.silent = {{{0}, 9}};
  CHECK(std::abs(BreadthPosterior(unknown).at_least(5) - 0.5) < 1e-3);  // uniform over 0 .. 9
}

TEST_CASE("breadth of a claim: who counts as corroborated, and what is asked for") {
  // desk has no coverage: it was in contact with a and b. r1 (boss) and r2 (desk, which repeats r1) are of a.
  auto tables = outweigh::test::sample();
  const auto graph = outweigh::test::build(tables);
  const Breadth found = breadth(graph, "r3", {});  // desk: b wants n2, while a answered no to boss
  CHECK(found.accounts == 2);
  CHECK(!found.from_coverage);
  CHECK(found.at_least == 2);
  CHECK(found.all.corroborated == 1);
  CHECK(found.all.denied == 1);
  CHECK(found.all.highest == 1);
  CHECK(found.all.probability == 0.0);
  CHECK(!found.all.to_believe);
  CHECK(found.independent.corroborated == 0);  // only the claimant heard b
  CHECK(found.rows.size() == 2);
  CHECK(found.to_table().rows() == 2);
  CHECK(found.accounts_table(graph).rows() == 2);
  CHECK_THROWS_AS((void)breadth(graph, "none", {}), InvalidInput);
  CHECK_THROWS_AS((void)breadth(graph, "r4", {}), MissingInput);  // names no need
  CHECK_THROWS_AS((void)breadth(graph, "r3", {.level = 1.0}), InvalidInput);
  CHECK_THROWS_AS((void)breadth(graph, "r3", {.at_least = -1.0}), InvalidInput);
  CHECK_THROWS_AS((void)breadth(graph, "r3", {.at_least = NAN}), InvalidInput);
  const Breadth easy = breadth(graph, "r3", {.at_least = 1.0});
  CHECK(easy.all.probability == 1.0);
  CHECK(easy.all.to_believe == 0);
  CHECK(easy.independent.status == Status::doubtful);  // nobody else was in contact twice
}

TEST_CASE("breadth from contacts that accounts begin: intervals cover where some never call") {
  for (const double size : {1.0, 1e6}) {
    for (const double occasions : {0.0, 3.0}) {
      CAPTURE(size, occasions);
      constexpr int worlds = 60;
      int covered = 0;
      for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        outweigh::stats::Random random(seed);
        const double share = random.uniform();
        const double number = random.uniform(0.5, 3.0);
        BreadthCounts counts;
        std::int64_t truth = 0;
        for (int account = 0; account < 40; ++account) {
          const bool has = random.bernoulli(share);
          truth += has ? 1 : 0;
          const std::int64_t contacts = occasions > 0.0 ? random.poisson(occasions) : 0;
          const std::int64_t mentions = has ? random.binomial(contacts, 0.3) : 0;
          const std::int64_t events = has ? random.poisson(number * random.gamma(size) / size) : 0;
          if (mentions + events > 0) {
            ++counts.has[{contacts, mentions, events}];
          } else {
            ++counts.silent[{contacts}];
          }
        }
        const BreadthPosterior posterior(counts);
        covered += posterior.quantile(0.05) <= truth && truth <= posterior.quantile(0.95) ? 1 : 0;
      }
      CHECK(covered >= 0.8 * worlds);
    }
  }
}

TEST_CASE("an account that could not get in touch tells less by its silence") {
  BreadthCounts counts;
  counts.has = {{{0, 0, 3}, 6}};
  counts.silent = {{{0, whole_exposure}, 10}, {{0, 1}, 4}, {{0, 0}, 4}};
  const BreadthPosterior posterior(counts);
  CHECK(posterior.probability({0, whole_exposure}) < 0.6 * posterior.probability({0, 1}));
  CHECK(posterior.probability({0, 1}) < posterior.probability({0, 0}));
  double mean = 6.0;
  for (std::int64_t n = 7; n <= 24; ++n) mean += posterior.at_least(n);
  CHECK(std::abs(mean - posterior.count().first) < 0.01);
}

TEST_CASE("breadth of very many contacts and events is a number") {
  outweigh::stats::Random random(11);
  for (int round = 0; round < 40; ++round) {
    const double scale = std::pow(10.0, random.uniform(0.0, 5.0));
    const auto some = [&] { return static_cast<std::int64_t>(scale * random.uniform()); };
    BreadthCounts counts;
    for (int i = 0; i < 8; ++i) {
      const std::int64_t contacts = some();
      const auto mentions = static_cast<std::int64_t>(random.uniform() * static_cast<double>(contacts));
      counts.has[{contacts, mentions, random.bernoulli(0.5) ? some() : 0}] += 1 + some() / 10;
      counts.silent[{random.bernoulli(0.5) ? some() : 0, static_cast<std::int64_t>(random.below(5))}] += some() / 10;
    }
    const BreadthPosterior posterior(counts);
    const auto [mean, variance] = posterior.count();
    CHECK(mean >= static_cast<double>(counts.yes()) - 1e-6);
    CHECK(mean <= static_cast<double>(counts.yes() + counts.open()) + 1e-6);
    CHECK(std::isfinite(variance));
    CHECK(posterior.quantile(0.05) <= posterior.quantile(0.95));
    CHECK(posterior.probability({0, whole_exposure}) >= 0.0);
    CHECK(posterior.at_least(counts.yes() + counts.open()) >= 0.0);
  }
}

TEST_CASE("intervals of breadth cover where all speak alike as where they differ", "[listening]") {
  for (const double correlation : {0.0, 0.2}) {
    int covered = 0;
    int covered_by_one = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      outweigh::stats::Random random = outweigh::stats::Random(seed).stream("alike");
      const double share = random.uniform(0.1, 0.9);
      std::int64_t having = 0;
      BreadthCounts counts;
      for (int account = 0; account < 300; ++account) {
        const bool has = random.bernoulli(share);
        having += has ? 1 : 0;
        const std::int64_t contacts = random.poisson(6.0);
        const double total = (1.0 - correlation) / std::max(correlation, 1e-9);
        const double chance = correlation > 0.0 ? random.beta(0.2 * total, 0.8 * total) : 0.2;
        const std::int64_t mentions = has ? random.binomial(contacts, chance) : 0;
        if (mentions > 0) {
          ++counts.has[{contacts, mentions, 0, whole_exposure}];
        } else {
          ++counts.silent[{contacts, whole_exposure}];
        }
      }
      const BreadthPosterior posterior(counts);
      const auto interval = outweigh::listening::detail::breadth_interval(counts, posterior, 0.9);
      const auto truth = static_cast<double>(having);
      covered += interval.lower <= truth && truth <= interval.upper ? 1 : 0;
      covered_by_one += posterior.quantile(0.05) <= having && having <= posterior.quantile(0.95) ? 1 : 0;
      CHECK(interval.lower >= static_cast<double>(counts.yes()));
      CHECK(interval.upper <= 300.0);
    }
    CAPTURE(correlation, covered, covered_by_one);
    CHECK(covered >= 49);
    if (correlation == 0.0) CHECK(covered > covered_by_one);
  }
}
