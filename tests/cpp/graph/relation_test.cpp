#include <outweigh/graph/relation.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <outweigh/core/errors.hpp>

#include "cpp/support/catch.hpp"

using outweigh::core::Cancelled;
using outweigh::core::InvalidInput;
using outweigh::graph::make_function;
using outweigh::graph::make_relation;
using outweigh::graph::Relation;
using Numbers = std::vector<std::uint32_t>;

namespace {

struct Edge {
  std::uint32_t source;
  std::uint32_t target;
  std::uint32_t row;
};

void check_against(const Relation& relation, std::vector<Edge> edges, std::size_t from, std::size_t to) {
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.source < b.source; });
  REQUIRE(relation.edges() == edges.size());
  REQUIRE(relation.from_size() == from);
  REQUIRE(relation.to_size() == to);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    REQUIRE(relation.source(e) == edges[e].source);
    REQUIRE(relation.target(e) == edges[e].target);
    REQUIRE(relation.row(e) == edges[e].row);
  }
  for (std::size_t node = 0; node < from; ++node) {
    Numbers expected;
    for (const Edge& edge : edges) {
      if (edge.source == node) expected.push_back(edge.target);
    }
    const auto out = relation.out(node);
    REQUIRE(Numbers(out.begin(), out.end()) == expected);
    if (!expected.empty()) REQUIRE(relation.source(relation.out_begin(node)) == node);
  }
  for (std::size_t node = 0; node < to; ++node) {
    Numbers sources;
    Numbers numbers;
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (edges[e].target != node) continue;
      sources.push_back(edges[e].source);
      numbers.push_back(static_cast<std::uint32_t>(e));
    }
    const auto in = relation.in(node);
    const auto in_edges = relation.in_edges(node);
    REQUIRE(Numbers(in.begin(), in.end()) == sources);
    REQUIRE(Numbers(in_edges.begin(), in_edges.end()) == numbers);
  }
}

}  // namespace

TEST_CASE("A relation holds its edges in both directions", "[graph]") {
  const Relation relation = make_relation(Numbers{2, 0, 2, 1}, Numbers{1, 1, 0, 1}, 3, 2);
  CHECK(Numbers(relation.out(2).begin(), relation.out(2).end()) == Numbers{1, 0});
  CHECK(Numbers(relation.in(1).begin(), relation.in(1).end()) == Numbers{0, 1, 2});
  CHECK(Numbers(relation.in_edges(1).begin(), relation.in_edges(1).end()) == Numbers{0, 1, 2});
  CHECK(relation.row(0) == 1);
  CHECK(relation.row(2) == 0);
  CHECK(relation.row(3) == 2);
}

TEST_CASE("Random relations agree with a naive construction", "[graph]") {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t from = random() % 9;
    const std::size_t to = random() % 9;
    const std::size_t count = from == 0 || to == 0 ? 0 : random() % 30;
    Numbers sources(count);
    Numbers targets(count);
    Numbers rows(count);
    std::vector<Edge> edges(count);
    for (std::size_t i = 0; i < count; ++i) {
      sources[i] = static_cast<std::uint32_t>(random() % from);
      targets[i] = static_cast<std::uint32_t>(random() % to);
    }
    if (round % 3 == 0) std::sort(sources.begin(), sources.end());
    std::uint32_t row = 0;
    for (std::size_t i = 0; i < count; ++i) {
      row += static_cast<std::uint32_t>(random() % 3);
      rows[i] = row++;
      edges[i] = {sources[i], targets[i], static_cast<std::uint32_t>(i)};
    }
    check_against(make_relation(sources, targets, from, to), edges, from, to);
    for (std::size_t i = 0; i < count; ++i) edges[i].row = rows[i];
    check_against(make_relation(sources, targets, rows, from, to), edges, from, to);
  }
}

TEST_CASE("A relation with at most one edge from each node", "[graph]") {
  std::mt19937 random(8);
  for (int round = 0; round < 1000; ++round) {
    const std::size_t nodes = random() % 12;
    const std::size_t to = 1 + random() % 5;
    Numbers targets(nodes);
    std::vector<std::uint8_t> valid;
    if (round % 4 != 0) valid.resize(nodes);
    std::vector<Edge> edges;
    for (std::size_t i = 0; i < nodes; ++i) {
      targets[i] = static_cast<std::uint32_t>(random() % to);
      if (!valid.empty()) valid[i] = random() % 3 == 0 ? 0 : 1;
      if (!valid.empty() && valid[i] == 0) targets[i] = 99;
      if (valid.empty() || valid[i] != 0) {
        edges.push_back({static_cast<std::uint32_t>(i), targets[i], static_cast<std::uint32_t>(i)});
      }
    }
    check_against(make_function(targets, valid, to), edges, nodes, to);
  }
}

TEST_CASE("Empty relations", "[graph]") {
  CHECK(Relation{}.edges() == 0);
  CHECK(Relation{}.from_size() == 0);
  const Relation none = make_relation(Numbers{}, Numbers{}, 0, 0);
  CHECK(none.edges() == 0);
  const Relation nodes_only = make_relation(Numbers{}, Numbers{}, 3, 2);
  CHECK(nodes_only.from_size() == 3);
  CHECK(nodes_only.to_size() == 2);
  CHECK(nodes_only.out(2).empty());
  CHECK(nodes_only.in(1).empty());
}

TEST_CASE("Wrong edges are refused with their row", "[graph]") {
  CHECK_THROWS_AS(make_relation(Numbers{0}, Numbers{0, 1}, 2, 2), InvalidInput);
  CHECK_THROWS_AS(make_relation(Numbers{0, 0}, Numbers{0, 1}, Numbers{0}, 2, 2), InvalidInput);
  CHECK_THROWS_AS(make_function(Numbers{0}, std::vector<std::uint8_t>{1, 1}, 2), InvalidInput);
  for (const bool sorted : {true, false}) {
    const Numbers sources = sorted ? Numbers{0, 1, 1} : Numbers{1, 0, 1};
    try {
      (void)make_relation(sources, Numbers{0, 5, 7}, 2, 2);
      FAIL("a target out of range was accepted");
    } catch (const InvalidInput& error) {
      CHECK(error.place().row == 1);
      CHECK(error.place().value == "5");
    }
  }
  try {
    (void)make_relation(Numbers{0, 4}, Numbers{0, 0}, 2, 2);
    FAIL("a source out of range was accepted");
  } catch (const InvalidInput& error) {
    CHECK(error.place().row == 1);
    CHECK(error.place().column == "from");
  }
}

TEST_CASE("Building a relation can be stopped", "[graph]") {
  outweigh::core::RunControl control;
  control.stop.request_stop();
  CHECK_THROWS_AS(make_relation(Numbers{0}, Numbers{0}, 1, 1, control), Cancelled);
}
