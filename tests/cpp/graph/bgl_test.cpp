#include <outweigh/graph/bgl.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <boost/graph/bipartite.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/edmonds_karp_max_flow.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/page_rank.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/property_map/vector_property_map.hpp>

#include <outweigh/graph/detail/cycles.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::test;
using namespace outweigh::graph;
using Numbers = std::vector<std::uint32_t>;

template <class Graph>
struct SatisfiesBoost {
  BOOST_CONCEPT_ASSERT((boost::GraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<Graph, std::size_t, boost::vertex_index_t>));
  BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<Graph, GraphEdge, boost::edge_index_t>));
};
template struct SatisfiesBoost<RelationGraph>;
template struct SatisfiesBoost<UndirectedView>;
template struct SatisfiesBoost<ReversibleView>;

namespace {

struct Case {
  Relation relation;
  std::vector<std::pair<std::size_t, std::size_t>> edges;  // in the order of their numbers
};

Case random_case(std::mt19937& random, std::size_t nodes, std::size_t count) {
  Numbers sources(count);
  Numbers targets(count);
  for (std::size_t i = 0; i < count; ++i) {
    sources[i] = static_cast<std::uint32_t>(random() % nodes);
    targets[i] = static_cast<std::uint32_t>(random() % nodes);
  }
  Case result{make_relation(sources, targets, nodes, nodes), {}};
  for (std::size_t e = 0; e < count; ++e)
    result.edges.emplace_back(result.relation.source(e), result.relation.target(e));
  return result;
}

/// Everything Boost can ask of a graph agrees with its list of edges.
template <class Graph>
void check_consistent(const Graph& g) {
  std::map<std::size_t, GraphEdge> by_index;
  for (auto [e, end] = edges(g); e != end; ++e) {
    REQUIRE((*e).index < num_edges(g));
    REQUIRE(by_index.emplace((*e).index, *e).second);
  }
  REQUIRE(by_index.size() == num_edges(g));
  std::size_t leaving = 0;
  std::size_t entering = 0;
  for (auto [v, end] = vertices(g); v != end; ++v) {
    const auto [out, out_end] = out_edges(*v, g);
    REQUIRE(static_cast<std::size_t>(std::distance(out, out_end)) == out_degree(*v, g));
    auto neighbour = adjacent_vertices(*v, g).first;
    for (auto e = out; e != out_end; ++e, ++neighbour) {
      REQUIRE(source(*e, g) == *v);
      REQUIRE(*neighbour == target(*e, g));
      REQUIRE(*e == by_index.at(get(boost::edge_index, g, *e)));
      ++leaving;
    }
    for (auto [e, in_end] = in_edges(*v, g); e != in_end; ++e) {
      REQUIRE(target(*e, g) == *v);
      REQUIRE(*e == by_index.at((*e).index));
      ++entering;
    }
  }
  REQUIRE(leaving == entering);
}

}  // namespace

TEST_CASE("Views agree with their edges", "[graph]") {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const Case c = random_case(random, 1 + random() % 8, random() % 20);
    const RelationGraph g = RelationGraph::among(c.relation);
    REQUIRE(num_vertices(g) == c.relation.from_size());
    REQUIRE(num_edges(g) == c.edges.size());
    for (auto [e, end] = edges(g); e != end; ++e) {
      REQUIRE(std::pair(source(*e, g), target(*e, g)) == c.edges[(*e).index]);
    }
    check_consistent(g);
    check_consistent(as_undirected(g));
    check_consistent(with_reverse_edges(g));
    const RelationGraph b = RelationGraph::bipartite(c.relation);
    check_consistent(b);
    REQUIRE(num_vertices(b) == 2 * c.relation.from_size());
    REQUIRE(boost::is_bipartite(as_undirected(b)));
  }
  CHECK(num_vertices(RelationGraph()) == 0);
  const Relation uneven = make_relation(Numbers{0}, Numbers{1}, 1, 2);
  CHECK_THROWS_AS(RelationGraph::among(uneven), outweigh::core::InvalidInput);
}

TEST_CASE("Every relation, unions and the whole graph", "[graph]") {
  const CustomerGraph c = build(sample());
  std::size_t all = 0;
  for (std::size_t i = 0; i < relation_kind_count; ++i) {
    const auto kind = static_cast<RelationKind>(i);
    const RelationGraph g(c, kind);
    check_consistent(g);
    CHECK(num_edges(g) == c.relation(kind).edges());
    const bool is_one_kind = ends(kind).from == ends(kind).to;
    CHECK(num_vertices(g) == c.size(ends(kind).from) + (is_one_kind ? 0 : c.size(ends(kind).to)));
    check_consistent(RelationGraph::bipartite(c.relation(kind)));
    if (kind != RelationKind::account_need) all += num_edges(g);
  }
  const RelationGraph whole(c);
  check_consistent(whole);
  CHECK(num_edges(whole) == all);
  std::size_t nodes = 0;
  for (const NodeKind kind : node_kinds) nodes += c.size(kind);
  CHECK(num_vertices(whole) == nodes);
  CHECK(whole.node(whole.vertex(RequestIndex(2))) == std::pair(NodeKind::request, std::uint32_t{2}));
  CHECK_THROWS_AS(whole.vertex(RequestIndex(4)), outweigh::core::InvalidInput);
  for (auto [e, end] = edges(whole); e != end; ++e) {
    const auto [kind, number] = whole.relation(*e);
    CHECK(whole.node((*e).source) == std::pair(ends(kind).from, c.relation(kind).source(number)));
    CHECK(whole.node((*e).target) == std::pair(ends(kind).to, c.relation(kind).target(number)));
  }
  const std::vector<RelationKind> chosen{RelationKind::solution_requires, RelationKind::solution_need};
  const RelationGraph both(c, chosen);
  check_consistent(both);
  CHECK(num_vertices(both) == 5);
  CHECK(num_edges(both) == 5);
  CHECK_THROWS_AS(both.vertex(AccountIndex(0)), outweigh::core::InvalidInput);
}

TEST_CASE("A view keeps its graph alive", "[graph]") {
  const RelationGraph g = [] { return RelationGraph(build(sample()), RelationKind::request_account); }();
  check_consistent(g);
}

TEST_CASE("Breadth-first search finds who is reached", "[graph]") {
  std::mt19937 random(4);
  for (int round = 0; round < 100; ++round) {
    const Case c = random_case(random, 8, 10);
    const RelationGraph g = RelationGraph::among(c.relation);
    std::vector<std::size_t> distance(8, 99);
    distance[0] = 0;
    boost::breadth_first_search(
        g, 0, boost::visitor(boost::make_bfs_visitor(boost::record_distances(distance.data(), boost::on_tree_edge()))));
    std::vector<std::size_t> expected(8, 99);
    expected[0] = 0;
    for (std::size_t step = 0; step < 8; ++step) {
      for (const auto& [s, t] : c.edges) {
        if (expected[s] == step) expected[t] = std::min(expected[t], step + 1);
      }
    }
    REQUIRE(distance == expected);
    std::vector<int> component(8);
    const int parts = boost::connected_components(as_undirected(g), component.data());
    std::vector<std::size_t> root(8);
    for (std::size_t v = 0; v < 8; ++v) root[v] = v;
    for (int pass = 0; pass < 8; ++pass) {
      for (const auto& [s, t] : c.edges) root[s] = root[t] = std::min(root[s], root[t]);
    }
    REQUIRE(static_cast<std::size_t>(parts) == std::set<std::size_t>(root.begin(), root.end()).size());
  }
}

TEST_CASE("Strong components and topological order of what solutions require", "[graph]") {
  const CustomerGraph c = build(sample());
  const RelationGraph g(c, RelationKind::solution_requires);
  std::vector<std::size_t> order;
  boost::topological_sort(g, std::back_inserter(order));
  REQUIRE(order.size() == 3);
  CHECK(std::find(order.begin(), order.end(), 1) < std::find(order.begin(), order.end(), 0));
  std::vector<int> component(num_vertices(g));
  CHECK(boost::strong_components(g, component.data()) == 3);

  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    const Case r = random_case(random, 7, 10);
    const RelationGraph h = RelationGraph::among(r.relation);
    std::vector<int> boosts(7);
    boost::strong_components(h, boosts.data());
    const std::vector<std::uint32_t> ours =
        detail::strong_components(7, [&](std::size_t v) { return r.relation.out(v); });
    for (std::size_t a = 0; a < 7; ++a) {
      for (std::size_t b = 0; b < 7; ++b) REQUIRE((boosts[a] == boosts[b]) == (ours[a] == ours[b]));
    }
  }
}

TEST_CASE("Shortest paths by Dijkstra", "[graph]") {
  std::mt19937 random(6);
  for (int round = 0; round < 100; ++round) {
    const Case c = random_case(random, 7, 15);
    const RelationGraph g = RelationGraph::among(c.relation);
    std::vector<int> weight(num_edges(g));
    for (int& w : weight) w = static_cast<int>(random() % 10);
    constexpr int far = std::numeric_limits<int>::max();
    std::vector<int> distance(7, far);
    boost::dijkstra_shortest_paths(
        g, 0,
        boost::weight_map(boost::make_iterator_property_map(weight.begin(), get(boost::edge_index, g)))
            .distance_map(boost::make_iterator_property_map(distance.begin(), get(boost::vertex_index, g))));
    std::vector<int> expected(7, far);
    expected[0] = 0;
    for (int pass = 0; pass < 7; ++pass) {
      for (std::size_t e = 0; e < c.edges.size(); ++e) {
        const auto [s, t] = c.edges[e];
        if (expected[s] != far) expected[t] = std::min(expected[t], expected[s] + weight[e]);
      }
    }
    REQUIRE(distance == expected);
  }
}

TEST_CASE("PageRank", "[graph]") {
  // Two nodes that point to a third, which points back to the first.
  const Relation relation = make_relation(Numbers{0, 1, 2}, Numbers{2, 2, 0}, 3, 3);
  const RelationGraph g = RelationGraph::among(relation);
  std::vector<double> rank(3);
  boost::graph::page_rank(g, boost::make_iterator_property_map(rank.begin(), get(boost::vertex_index, g)),
                          boost::graph::n_iterations(200));
  const double low = 0.15;  // Boost's ranks sum to the number of vertices
  CHECK(rank[1] == Approx(low));
  CHECK(rank[2] == Approx(low + 0.85 * (rank[0] + rank[1])));
  CHECK(rank[0] == Approx(low + 0.85 * rank[2]));
}

TEST_CASE("Maximum flow on the view with reverse edges", "[graph]") {
  std::mt19937 random(9);
  for (int round = 0; round < 200; ++round) {
    const Case c = random_case(random, 6, 14);
    const ReversibleView g = with_reverse_edges(RelationGraph::among(c.relation));
    const auto index = get(boost::edge_index, g);
    std::vector<long> capacity(num_edges(g), 0);
    for (std::size_t e = 0; e < c.edges.size(); ++e) capacity[e] = static_cast<long>(random() % 8);
    for (auto [e, end] = edges(g); e != end; ++e) {
      const GraphEdge reverse = get(boost::edge_reverse, g, *e);
      REQUIRE(reverse.source == (*e).target);
      REQUIRE(g.reverse(reverse) == *e);
    }
    const auto capacities = boost::make_iterator_property_map(capacity.begin(), index);
    std::vector<long> residual(num_edges(g));
    const auto residuals = boost::make_iterator_property_map(residual.begin(), index);
    const auto reverse = get(boost::edge_reverse, g);
    const long pushed =
        boost::push_relabel_max_flow(g, 0, 5, capacities, residuals, reverse, get(boost::vertex_index, g));
    std::vector<GraphEdge> predecessor(6);
    std::vector<boost::default_color_type> color(6);
    std::vector<long> distance(6);
    const long cut =
        boost::boykov_kolmogorov_max_flow(g, capacities, residuals, reverse, predecessor.data(), color.data(),
                                          distance.data(), get(boost::vertex_index, g), 0, 5);
    // The smallest cut, by trying all.
    long smallest = std::numeric_limits<long>::max();
    for (unsigned side = 0; side < 64; ++side) {
      if ((side & 1U) == 0 || (side & 32U) != 0) continue;
      long through = 0;
      for (std::size_t e = 0; e < c.edges.size(); ++e) {
        const auto [s, t] = c.edges[e];
        if (((side >> s) & 1U) != 0 && ((side >> t) & 1U) == 0) through += capacity[e];
      }
      smallest = std::min(smallest, through);
    }
    REQUIRE(pushed == smallest);
    REQUIRE(cut == smallest);
  }
}
