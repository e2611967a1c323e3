#include <outweigh/graph/communities.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/graph/karate.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::InvalidInput;

namespace {

using Nodes = std::vector<std::uint32_t>;

/// Sum over all pairs of nodes, from the definition.
double dense_modularity(const Network& network, const Nodes& community, double resolution) {
  const std::size_t n = network.nodes();
  std::vector<std::vector<double>> a(n, std::vector<double>(n, 0.0));
  std::vector<double> degree(n, 0.0);
  double total = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t e = network.in().offsets[i]; e < network.in().offsets[i + 1]; ++e) {
      const std::size_t j = network.in().neighbours[e];
      a[i][j] = (i == j ? 2.0 : 1.0) * network.in().weight(e);
      degree[i] += a[i][j];
    }
    total += degree[i];
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (community[i] == community[j]) sum += a[i][j] - resolution * degree[i] * degree[j] / total;
    }
  }
  return sum / total;
}

Network random_network(outweigh::stats::Random& random, std::size_t n, double density) {
  Nodes sources;
  Nodes targets;
  std::vector<double> weights;
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t j = i; j < n; ++j) {
      if (!random.bernoulli(i == j ? density / 3 : density)) continue;
      sources.push_back(i);
      targets.push_back(j);
      weights.push_back(random.uniform_open());
    }
  }
  return make_network({sources, targets, weights}, n, false);
}

/// The best modularity over all groupings, by enumeration.
double best_modularity(const Network& network, double resolution) {
  const std::size_t n = network.nodes();
  Nodes community(n, 0);
  double best = -1.0;
  const auto go = [&](auto&& self, std::size_t node, std::uint32_t groups) -> void {
    if (node == n) {
      best = std::max(best, dense_modularity(network, community, resolution));
      return;
    }
    for (std::uint32_t c = 0; c <= groups; ++c) {
      community[node] = c;
      self(self, node + 1, std::max(groups, c + 1));
    }
  };
  go(go, 0, 0);
  return best;
}

}  // namespace

TEST_CASE("the karate club's best known grouping is found from any seed") {
  Network karate;
  if (!outweigh::test::read_karate(karate)) {
    WARN("the public cases are not beside the project");
    return;
  }
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Communities leiden = communities(karate, {.control = {.seed = seed}});
    CHECK(std::abs(leiden.modularity - 0.4197896) < 1e-7);
    CHECK(leiden.count == 4);
    const Communities louvain = communities(karate, {.method = CommunityMethod::louvain, .control = {.seed = seed}});
    CHECK(louvain.modularity > 0.415);
  }
}

TEST_CASE("modularity is what its definition says, and the groupings found come near the best") {
  outweigh::stats::Random random(8);
  for (int round = 0; round < 25; ++round) {
    const auto n = static_cast<std::size_t>(2 + random.below(7));
    const Network network = random_network(random, n, 0.5);
    const double resolution = random.uniform(0.5, 1.5);
    if (network.edges() == 0) continue;
    for (const auto method : {CommunityMethod::louvain, CommunityMethod::leiden}) {
      const Communities found = communities(network, {.method = method, .resolution = resolution});
      CHECK(std::abs(found.modularity - dense_modularity(network, found.community, resolution)) < 1e-12);
      CHECK(std::abs(found.modularity - modularity(network, found.community, resolution)) < 1e-12);
      CHECK(found.modularity > best_modularity(network, resolution) - 0.02);
    }
  }
}

TEST_CASE("two cliques joined by an edge are two communities, and a node without edges is one of its own") {
  Nodes sources;
  Nodes targets;
  for (std::uint32_t clique = 0; clique < 2; ++clique) {
    for (std::uint32_t i = 0; i < 6; ++i) {
      for (std::uint32_t j = 0; j < i; ++j) {
        sources.push_back(clique * 6 + i);
        targets.push_back(clique * 6 + j);
      }
    }
  }
  sources.push_back(0);
  targets.push_back(6);
  const Network network = make_network({sources, targets, {}}, 13, false);
  for (const auto method : {CommunityMethod::louvain, CommunityMethod::leiden}) {
    const Communities found = communities(network, {.method = method});
    CHECK(found.community == Nodes{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2});
    CHECK(found.count == 3);
  }
}

TEST_CASE("Leiden's communities are connected") {
  outweigh::stats::Random random(21);
  for (int round = 0; round < 20; ++round) {
    const Network network = random_network(random, 60, 0.05);
    const Communities found = communities(network, {.control = {.seed = static_cast<std::uint64_t>(round)}});
    Nodes part(network.nodes());
    std::iota(part.begin(), part.end(), 0U);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < part.size(); ++i) {
        for (std::size_t e = network.in().offsets[i]; e < network.in().offsets[i + 1]; ++e) {
          const std::uint32_t j = network.in().neighbours[e];
          if (found.community[i] != found.community[j] || part[j] >= part[i]) continue;
          part[i] = part[j];
          changed = true;
        }
      }
    }
    for (std::size_t i = 0; i < part.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (found.community[i] == found.community[j]) CHECK(part[i] == part[j]);
      }
    }
  }
}

TEST_CASE("communities do not depend on threads and scale of weights, and bad options are refused") {
  outweigh::stats::Random random(4);
  const Network network = random_network(random, 80, 0.1);
  const Communities one = communities(network);
  CHECK(one.community == communities(network, {.control = {.threads = 4}}).community);
  CHECK(communities(make_network({{}, {}, {}}, 3, false)).count == 3);
  CHECK(communities(make_network({{}, {}, {}}, 0, false)).community.empty());
  CHECK(communities(make_network({{}, {}, {}}, 3, false)).modularity == 0.0);
  CHECK(communities(make_network({Nodes{0}, Nodes{0}, {}}, 1, false)).modularity == 0.0);
  CHECK_THROWS_AS((void)communities(make_network({{}, {}, {}}, 2, true)), InvalidInput);
  CHECK_THROWS_AS((void)communities(network, {.resolution = 0.0}), InvalidInput);
  CHECK_THROWS_AS((void)modularity(network, Nodes{0}), InvalidInput);
}
