#include <outweigh/graph/network.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::InvalidInput;
using outweigh::core::LargeVector;

namespace {

using Nodes = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("parallel edges add up, an edge of weight 0 is none") {
  const Nodes sources{2, 0, 2, 1, 0};
  const Nodes targets{1, 1, 1, 1, 0};
  const std::vector<double> weights{0.5, 2.0, 0.25, 0.0, 3.0};
  const Adjacency rows = make_adjacency({sources, targets, weights}, 3, 2);
  CHECK(rows.offsets == Nodes{0, 2, 2, 3});
  CHECK(rows.neighbours == LargeVector<std::uint32_t>{0, 1, 1});
  CHECK(rows.weights == LargeVector<double>{3.0, 2.0, 0.75});
  const Adjacency columns = transpose(rows, 2);
  CHECK(columns.neighbours == LargeVector<std::uint32_t>{0, 0, 2});
  CHECK(transpose(columns, 3) == rows);
}

TEST_CASE("an undirected edge is seen from both ends, a loop once") {
  const Nodes sources{0, 1, 2};
  const Nodes targets{1, 0, 2};
  const Network network = make_network({sources, targets, {}}, 4, false);
  CHECK(network.edges() == 2);
  CHECK(network.in().offsets == Nodes{0, 1, 2, 3, 3});
  CHECK(network.in().weights == LargeVector<double>{2.0, 2.0, 1.0});
  CHECK(make_network({{}, {}, {}}, 3).nodes() == 3);
}

TEST_CASE("a network does not depend on the order of edges or the threads") {
  outweigh::stats::Random random(5);
  Nodes sources;
  Nodes targets;
  std::vector<double> weights;
  for (int i = 0; i < 3000; ++i) {
    sources.push_back(static_cast<std::uint32_t>(random.below(40)));
    targets.push_back(static_cast<std::uint32_t>(random.below(40)));
    weights.push_back(random.uniform());
  }
  for (const bool directed : {false, true}) {
    const Network network = make_network({sources, targets, weights}, 40, directed);
    Nodes order(sources.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
    random.shuffle(order);
    Nodes s;
    Nodes t;
    std::vector<double> w;
    for (const std::uint32_t i : order) {
      s.push_back(sources[i]);
      t.push_back(targets[i]);
      w.push_back(weights[i]);
    }
    CHECK(network == make_network({s, t, w}, 40, directed, {.threads = 2}));
  }
}

TEST_CASE("wrong edges are named") {
  const Nodes one{0, 1};
  const Nodes other{0, 5};
  const std::vector<double> negative{1.0, -1.0};
  const std::vector<double> unknown{std::numeric_limits<double>::quiet_NaN(), 1.0};
  CHECK_THROWS_AS((void)make_network({one, other, {}}, 2), InvalidInput);
  CHECK_THROWS_AS((void)make_network({one, one, negative}, 2), InvalidInput);
  CHECK_THROWS_AS((void)make_network({one, one, unknown}, 2), InvalidInput);
  CHECK_THROWS_AS((void)make_network({one, Nodes{0}, {}}, 2), InvalidInput);
  try {
    (void)make_adjacency({one, one, negative}, 2, 2);
  } catch (const InvalidInput& error) {
    CHECK(error.place().column == "weight");
    CHECK(error.place().row == 1U);
  }
}
