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

namespace {

double factorial_ratio(std::int64_t a, std::int64_t b) {  // Beta(a + 1, b + 1)
  return std::exp(std::lgamma(static_cast<double>(a) + 1.0) + std::lgamma(static_cast<double>(b) + 1.0) -
                  std::lgamma(static_cast<double>(a + b) + 2.0));
}

/// P(count = n) by summing over which silent accounts have it: every term is a product of two beta integrals.
std::vector<double> enumerated(const BreadthCounts& counts) {
  std::vector<std::int64_t> silent;
  for (const auto& [contacts, accounts] : counts.silent)
    silent.insert(silent.end(), static_cast<std::size_t>(accounts), contacts);
  std::vector<double> mass(silent.size() + 1, 0.0);
  double total = 0.0;
  for (std::uint32_t chosen = 0; chosen < (1U << silent.size()); ++chosen) {
    std::int64_t have = 0;
    std::int64_t misses = counts.misses;
    for (std::size_t i = 0; i < silent.size(); ++i) {
      if ((chosen >> i & 1U) == 0) continue;
      ++have;
      misses += silent[i];
    }
    const double term =
        factorial_ratio(counts.yes + have, counts.no + static_cast<std::int64_t>(silent.size()) - have) *
        factorial_ratio(counts.mentions, misses);
    mass[static_cast<std::size_t>(have)] += term;
    total += term;
  }
  for (double& m : mass) m /= total;
  return mass;
}

}  // namespace

TEST_CASE("the posterior of breadth is that of adding up all possibilities") {
  outweigh::stats::Random random(5);
  for (int round = 0; round < 30; ++round) {
    BreadthCounts counts;
    counts.yes = static_cast<std::int64_t>(random.below(4));
    counts.no = static_cast<std::int64_t>(random.below(3));
    counts.mentions = counts.yes + static_cast<std::int64_t>(random.below(3));
    counts.misses = static_cast<std::int64_t>(random.below(6));
    for (int group = 0; group < 3; ++group)
      counts.silent[static_cast<std::int64_t>(random.below(5))] += static_cast<std::int64_t>(random.below(4));
    const std::vector<double> expected = enumerated(counts);
    const BreadthPosterior posterior(counts);
    double tail = 0.0;
    double mean = static_cast<double>(counts.yes);
    for (std::size_t n = expected.size(); n-- > 0;) {
      tail += expected[n];
      mean += expected[n] * static_cast<double>(n);
      CHECK(std::abs(posterior.at_least(counts.yes + static_cast<std::int64_t>(n)) - tail) < 4e-3);
    }
    CHECK(std::abs(posterior.count().first - mean) < 0.02);
  }
}

TEST_CASE("many accounts: the normal sum joins the exact one") {
  BreadthCounts few;
  few.yes = 20;
  few.mentions = 30;
  few.misses = 60;
  few.silent = {{0, 40}, {3, 88}};
  BreadthCounts many = few;
  many.silent[3] = 89;
  const BreadthPosterior exact(few);
  const BreadthPosterior normal(many);
  for (const std::int64_t k : {25, 40, 60, 100}) CHECK(std::abs(exact.at_least(k) - normal.at_least(k)) < 0.02);
  CHECK(std::abs(exact.quantile(0.5) - normal.quantile(0.5)) <= 1);
}

TEST_CASE("silence after many contacts tells against breadth, and no contact tells nothing") {
  BreadthCounts quiet;
  quiet.yes = 2;
  quiet.mentions = 12;
  quiet.misses = 8;
  quiet.silent = {{10, 20}};
  const BreadthPosterior posterior(quiet);
  CHECK(posterior.at_least(10) < 0.01);
  CHECK(posterior.probability(10) < 0.05);
  CHECK(posterior.probability(0) > posterior.probability(1));
  BreadthCounts unknown;
  unknown.silent = {{0, 9}};
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
