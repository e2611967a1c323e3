#include <outweigh/graph/page_rank.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/graph/karate.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::InvalidInput;

namespace {

using Nodes = std::vector<std::uint32_t>;
using Doubles = std::vector<double>;

double sum_of(const Doubles& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

/// Solves (I - d M) x = (1 - d) r by Gaussian elimination, with M the dense transition matrix.
Doubles dense_page_rank(const Network& network, double damping, const Doubles& restart) {
  const std::size_t n = network.nodes();
  Doubles out(n, 0.0);
  std::vector<Doubles> a(n, Doubles(n + 1, 0.0));
  const Adjacency& in = network.in();
  for (std::size_t i = 0; i < in.entries(); ++i) out[in.neighbours[i]] += in.weight(i);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = in.offsets[j]; i < in.offsets[j + 1]; ++i)
      a[j][in.neighbours[i]] -= damping * in.weight(i) / out[in.neighbours[i]];
    for (std::size_t i = 0; i < n; ++i) {
      if (out[i] == 0.0) a[j][i] -= damping * restart[j];
    }
    a[j][j] += 1.0;
    a[j][n] = (1.0 - damping) * restart[j];
  }
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r) pivot = std::abs(a[r][c]) > std::abs(a[pivot][c]) ? r : pivot;
    std::swap(a[c], a[pivot]);
    for (std::size_t r = 0; r < n; ++r) {
      if (r == c) continue;
      const double factor = a[r][c] / a[c][c];
      for (std::size_t k = c; k <= n; ++k) a[r][k] -= factor * a[c][k];
    }
  }
  Doubles x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = a[i][n] / a[i][i];
  return x;
}

}  // namespace

TEST_CASE("PageRank and HITS of the karate club are the published ones") {
  Network karate;
  if (!outweigh::test::read_karate(karate)) {
    WARN("the public cases are not beside the project");
    return;
  }
  const auto compare = [](const Doubles& found, const Doubles& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(std::abs(found[i] - expected[i]) < 1e-9);
  };
  compare(page_rank(karate, {.tolerance = 1e-12}).rank, outweigh::test::karate_numbers("pagerank"));
  Doubles seed(34, 0.0);
  seed[0] = 1.0;
  compare(page_rank(karate, {.restart = seed, .tolerance = 1e-12}).rank, outweigh::test::karate_numbers("ppr_seed0"));
  compare(hits(karate).hubs, outweigh::test::karate_numbers("hits_hub_l1"));
  compare(hits(karate).authorities, outweigh::test::karate_numbers("hits_hub_l1"));
}

TEST_CASE("PageRank solves its equations on many small networks") {
  outweigh::stats::Random random(11);
  for (int round = 0; round < 60; ++round) {
    const auto n = static_cast<std::size_t>(1 + random.below(12));
    Nodes sources;
    Nodes targets;
    Doubles weights;
    for (std::uint64_t e = 0, m = random.below(3 * n); e < m; ++e) {
      sources.push_back(static_cast<std::uint32_t>(random.below(n)));
      targets.push_back(static_cast<std::uint32_t>(random.below(n)));
      weights.push_back(random.bernoulli(0.2) ? 0.0 : random.uniform());
    }
    Doubles restart(n);
    for (double& weight : restart) weight = random.bernoulli(0.5) ? 0.0 : random.uniform();
    restart[random.below(n)] = 1.0;
    const Network network = make_network({sources, targets, weights}, n, random.bernoulli(0.5));
    const double damping = random.uniform(0.0, 0.98);
    const PageRank found = page_rank(network, {.damping = damping, .restart = restart, .tolerance = 1e-12});
    const double sum = sum_of(restart);
    for (double& weight : restart) weight /= sum;
    const Doubles expected = dense_page_rank(network, damping, restart);
    CHECK(found.converged);
    for (std::size_t i = 0; i < n; ++i) CHECK(std::abs(found.rank[i] - expected[i]) < 1e-10);
  }
}

TEST_CASE("what is undefined about PageRank and HITS has an answer") {
  CHECK(page_rank(make_network({{}, {}, {}}, 0)).rank.empty());
  CHECK(page_rank(make_network({{}, {}, {}}, 1)).rank == Doubles{1.0});
  CHECK(page_rank(make_network({{}, {}, {}}, 2)).rank == Doubles{0.5, 0.5});
  CHECK(sum_of(hits(make_network({{}, {}, {}}, 2)).hubs) == 0.0);

  const Network pairs = make_network({Nodes{0, 2}, Nodes{1, 3}, {}}, 4, false);  // two parts
  const Doubles at_zero{1.0, 0.0, 0.0, 0.0};
  const PageRank found = page_rank(pairs, {.restart = at_zero});
  CHECK(found.rank[2] == 0.0);
  CHECK(std::abs(sum_of(found.rank) - 1.0) < 1e-12);
  CHECK(std::abs(hits(pairs).hubs[3] - 0.25) < 1e-12);

  const Doubles huge{1e300, 1e300};
  const Network heavy = make_network({Nodes{0, 1}, Nodes{1, 2}, huge}, 3);
  for (const double value : page_rank(heavy).rank) CHECK(std::isfinite(value));
  for (const double value : hits(heavy).hubs) CHECK(std::isfinite(value));
}

TEST_CASE("options of PageRank and HITS out of range are refused") {
  const Network network = make_network({Nodes{0}, Nodes{1}, {}}, 2);
  const Doubles zero{0.0, 0.0};
  const Doubles unknown{1.0, std::numeric_limits<double>::quiet_NaN()};
  const Doubles negative{1.0, -1.0};
  const Doubles three{1.0, 1.0, 1.0};
  CHECK_THROWS_AS((void)page_rank(network, {.damping = 1.0}), InvalidInput);
  CHECK_THROWS_AS((void)page_rank(network, {.tolerance = 0.0}), InvalidInput);
  CHECK_THROWS_AS((void)page_rank(network, {.max_iterations = 0}), InvalidInput);
  for (const Doubles* restart : {&zero, &unknown, &negative, &three}) {
    CHECK_THROWS_AS((void)page_rank(network, {.restart = *restart}), InvalidInput);
  }
  CHECK_THROWS_AS((void)hits(network, {.tolerance = -1.0}), InvalidInput);
}

TEST_CASE("ranks are the same for any number of threads") {
  outweigh::stats::Random random(3);
  Nodes sources;
  Nodes targets;
  for (int i = 0; i < 200'000; ++i) {
    sources.push_back(static_cast<std::uint32_t>(random.below(20'000)));
    targets.push_back(static_cast<std::uint32_t>(random.below(20'000)));
  }
  const Network network = make_network({sources, targets, {}}, 20'000);
  CHECK(page_rank(network).rank == page_rank(network, {.control = {.threads = 3}}).rank);
  CHECK(hits(network, {.tolerance = 1e-6}).hubs == hits(network, {.tolerance = 1e-6, .control = {.threads = 3}}).hubs);
}
