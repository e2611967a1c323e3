// The relations of a customer graph as Boost graphs, so that every algorithm of Boost.Graph that does not change its
// graph runs on them. Opt-in: needs the headers of Boost 1.74 or newer.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/graph/adjacency_iterator.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/graph/relation.hpp>
#include <outweigh/graph/relation_kind.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// An edge as algorithms hand it around. The same edge has the same index from both its ends, and compares equal.
struct GraphEdge {
  std::size_t source = 0;
  std::size_t target = 0;
  std::size_t index = 0;

  friend constexpr bool operator==(const GraphEdge& a, const GraphEdge& b) noexcept { return a.index == b.index; }
  friend constexpr auto operator<=>(const GraphEdge& a, const GraphEdge& b) noexcept { return a.index <=> b.index; }
};

/// Property map from edges to 0 .. num_edges - 1.
struct EdgeIndexMap {
  using value_type = std::size_t;
  using reference = std::size_t;
  using key_type = GraphEdge;
  using category = boost::readable_property_map_tag;
  friend std::size_t get(EdgeIndexMap, const GraphEdge& edge) noexcept { return edge.index; }
  std::size_t operator[](const GraphEdge& edge) const noexcept { return edge.index; }
};

using VertexIndexMap = boost::typed_identity_property_map<std::size_t>;

namespace detail {

/// Which neighbours of a vertex a range visits.
enum class Side : std::uint8_t { out, in };

/// What the views share with Boost; `Graph` has `at(vertex, side, position)`, `degree(vertex, side)` and
/// `edge_at(index)`.
template <class Graph, class Directed>
struct BglTypes {
  using vertex_descriptor = std::size_t;
  using edge_descriptor = GraphEdge;
  using directed_category = Directed;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  struct traversal_category : boost::bidirectional_graph_tag,
                              boost::adjacency_graph_tag,
                              boost::vertex_list_graph_tag,
                              boost::edge_list_graph_tag {};
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  using vertex_iterator = boost::counting_iterator<std::size_t>;
  [[nodiscard]] static constexpr std::size_t null_vertex() noexcept { return std::numeric_limits<std::size_t>::max(); }

  /// Edges at one side of a vertex.
  class incident_iterator
      : public boost::iterator_facade<incident_iterator, GraphEdge, boost::random_access_traversal_tag, GraphEdge> {
   public:
    incident_iterator() = default;
    incident_iterator(const Graph* graph, std::size_t vertex, Side side, std::size_t position)
        : graph_(graph), vertex_(vertex), position_(position), side_(side) {}

   private:
    friend class boost::iterator_core_access;
    [[nodiscard]] GraphEdge dereference() const { return graph_->at(vertex_, side_, position_); }
    [[nodiscard]] bool equal(const incident_iterator& other) const { return position_ == other.position_; }
    void increment() { ++position_; }
    void decrement() { --position_; }
    void advance(std::ptrdiff_t n) { position_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(position_) + n); }
    [[nodiscard]] std::ptrdiff_t distance_to(const incident_iterator& other) const {
      return static_cast<std::ptrdiff_t>(other.position_) - static_cast<std::ptrdiff_t>(position_);
    }

    const Graph* graph_ = nullptr;
    std::size_t vertex_ = 0;
    std::size_t position_ = 0;
    Side side_ = Side::out;
  };
  using out_edge_iterator = incident_iterator;
  using in_edge_iterator = incident_iterator;

  /// All edges, each once: those that leave vertex 0, vertex 1, ...
  class edge_iterator
      : public boost::iterator_facade<edge_iterator, GraphEdge, boost::forward_traversal_tag, GraphEdge> {
   public:
    edge_iterator() = default;
    edge_iterator(const Graph* graph, std::size_t vertex) : graph_(graph), vertex_(vertex) { skip(); }

   private:
    friend class boost::iterator_core_access;
    [[nodiscard]] GraphEdge dereference() const { return graph_->own_at(vertex_, position_); }
    [[nodiscard]] bool equal(const edge_iterator& other) const {
      return vertex_ == other.vertex_ && position_ == other.position_;
    }
    void increment() {
      ++position_;
      skip();
    }
    void skip() {
      while (vertex_ < graph_->vertices() && position_ == graph_->own_degree(vertex_)) {
        ++vertex_;
        position_ = 0;
      }
    }

    const Graph* graph_ = nullptr;
    std::size_t vertex_ = 0;
    std::size_t position_ = 0;
  };
};

/// Makes a class derived from it a model of Boost's graph concepts.
template <class Graph, class Directed>
struct BglGraph : BglTypes<Graph, Directed> {
  using Types = BglTypes<Graph, Directed>;
  using adjacency_iterator =
      typename boost::adjacency_iterator_generator<Graph, std::size_t, typename Types::out_edge_iterator>::type;

  friend std::size_t num_vertices(const Graph& graph) { return graph.vertices(); }
  friend std::size_t num_edges(const Graph& graph) { return graph.edges(); }
  friend auto vertices(const Graph& graph) {
    using Iterator = typename Types::vertex_iterator;
    return std::pair(Iterator(0), Iterator(graph.vertices()));
  }
  friend auto edges(const Graph& graph) {
    using Iterator = typename Types::edge_iterator;
    return std::pair(Iterator(&graph, 0), Iterator(&graph, graph.vertices()));
  }
  friend auto out_edges(std::size_t vertex, const Graph& graph) { return incident(vertex, graph, Side::out); }
  friend auto in_edges(std::size_t vertex, const Graph& graph) { return incident(vertex, graph, Side::in); }
  friend std::size_t out_degree(std::size_t vertex, const Graph& graph) { return graph.degree(vertex, Side::out); }
  friend std::size_t in_degree(std::size_t vertex, const Graph& graph) { return graph.degree(vertex, Side::in); }
  friend std::size_t degree(std::size_t vertex, const Graph& graph) {
    return graph.degree(vertex, Side::out) +
           (std::is_same_v<Directed, boost::undirected_tag> ? 0 : graph.degree(vertex, Side::in));
  }
  friend auto adjacent_vertices(std::size_t vertex, const Graph& graph) {
    const auto [begin, end] = incident(vertex, graph, Side::out);
    return std::pair(adjacency_iterator(begin, &graph), adjacency_iterator(end, &graph));
  }
  friend std::size_t source(const GraphEdge& edge, const Graph&) { return edge.source; }
  friend std::size_t target(const GraphEdge& edge, const Graph&) { return edge.target; }

  friend VertexIndexMap get(boost::vertex_index_t, const Graph&) { return {}; }
  friend std::size_t get(boost::vertex_index_t, const Graph&, std::size_t vertex) { return vertex; }
  friend EdgeIndexMap get(boost::edge_index_t, const Graph&) { return {}; }
  friend std::size_t get(boost::edge_index_t, const Graph&, const GraphEdge& edge) { return edge.index; }

 private:
  static auto incident(std::size_t vertex, const Graph& graph, Side side) {
    using Iterator = typename Types::incident_iterator;
    return std::pair(Iterator(&graph, vertex, side, 0), Iterator(&graph, vertex, side, graph.degree(vertex, side)));
  }
};

}  // namespace detail

/// One relation, or the union of several, as a directed graph: a model of VertexListGraph, EdgeListGraph,
/// IncidenceGraph, BidirectionalGraph and AdjacencyGraph. Vertices are 0 .. n-1: the nodes of each kind that takes
/// part, kind after kind. Edges are 0 .. m-1: those of each relation, relation after relation, in its own order. Copies
/// are cheap; a view of a CustomerGraph keeps it alive, a view of a bare Relation does not. Neighbours cost O(relations
/// of a kind of node).
class RelationGraph : public detail::BglGraph<RelationGraph, boost::bidirectional_tag> {
 public:
  /// No vertices.
  RelationGraph() : layout_(std::make_shared<const Layout>()) {}

  /// A relation from one set of nodes to another: vertices 0 .. from_size-1 point to from_size + (0 .. to_size-1). The
  /// relation must outlive the view.
  [[nodiscard]] static RelationGraph bipartite(const Relation& relation) {
    RelationGraph graph;
    auto layout = std::make_shared<Layout>();
    layout->block(relation.from_size());
    layout->block(relation.to_size());
    layout->relate(relation, 0, 1);
    graph.layout_ = std::move(layout);
    return graph;
  }
  /// A relation among one set of nodes. Throws InvalidInput when its two sides differ in size. The relation must
  /// outlive the view.
  [[nodiscard]] static RelationGraph among(const Relation& relation) {
    if (relation.from_size() != relation.to_size()) {
      throw core::InvalidInput("a relation between different nodes is no graph on one of them; see bipartite");
    }
    RelationGraph graph;
    auto layout = std::make_shared<Layout>();
    layout->block(relation.from_size());
    layout->relate(relation, 0, 0);
    graph.layout_ = std::move(layout);
    return graph;
  }
  static RelationGraph bipartite(const Relation&&) = delete;
  static RelationGraph among(const Relation&&) = delete;

  /// The union of chosen relations; vertices are the nodes of all kinds at their ends, in the order of `node_kinds`.
  RelationGraph(const CustomerGraph& graph, std::span<const RelationKind> relations) : RelationGraph() {
    auto layout = std::make_shared<Layout>();
    layout->owner = graph;
    std::vector<std::optional<std::size_t>> blocks(node_kinds.size());
    for (const NodeKind kind : node_kinds) {
      for (const RelationKind relation : relations) {
        if (ends(relation).from != kind && ends(relation).to != kind) continue;
        blocks[static_cast<std::size_t>(kind)] = layout->starts.size() - 1;
        layout->kinds.push_back(kind);
        layout->block(graph.size(kind));
        break;
      }
    }
    for (const RelationKind relation : relations) {
      layout->relations.push_back(relation);
      layout->relate(graph.relation(relation), *blocks[static_cast<std::size_t>(ends(relation).from)],
                     *blocks[static_cast<std::size_t>(ends(relation).to)]);
    }
    layout_ = std::move(layout);
  }
  RelationGraph(const CustomerGraph& graph, RelationKind relation)
      : RelationGraph(graph, std::span<const RelationKind>(&relation, 1)) {}

  /// All kinds of nodes and all relations but the derived one (account_need).
  explicit RelationGraph(const CustomerGraph& graph) : RelationGraph(graph, given_relations()) {}

  [[nodiscard]] std::size_t vertices() const noexcept { return layout_->starts.back(); }
  [[nodiscard]] std::size_t edges() const noexcept { return layout_->edges; }

  /// Vertex of a node. Throws InvalidInput when its kind takes no part or it is not there.
  template <NodeKind Kind>
  [[nodiscard]] std::size_t vertex(core::Index<NodeTag<Kind>> node) const {
    const auto block = std::find(layout_->kinds.begin(), layout_->kinds.end(), Kind) - layout_->kinds.begin();
    const auto at = static_cast<std::size_t>(block);
    if (at == layout_->kinds.size() || node.value() >= layout_->starts[at + 1] - layout_->starts[at]) {
      throw core::InvalidInput("the node is not in this graph",
                               {.table = std::string(to_string(Kind)), .value = std::to_string(node.value())});
    }
    return layout_->starts[at] + node.value();
  }
  /// The kind of a vertex and its position among the nodes of the kind. Precondition: the view was made of a
  /// CustomerGraph, vertex < vertices().
  [[nodiscard]] std::pair<NodeKind, std::uint32_t> node(std::size_t vertex) const {
    const std::size_t block = layout_->block_of(vertex);
    return {layout_->kinds[block], static_cast<std::uint32_t>(vertex - layout_->starts[block])};
  }
  /// The relation of an edge and its number there. Same precondition.
  [[nodiscard]] std::pair<RelationKind, std::size_t> relation(const GraphEdge& edge) const {
    std::size_t part = layout_->parts.size() - 1;
    while (layout_->parts[part].first_edge > edge.index) --part;
    return {layout_->relations[part], edge.index - layout_->parts[part].first_edge};
  }

  // What the iterators are made of.
  [[nodiscard]] std::size_t degree(std::size_t vertex, detail::Side side) const {
    const std::size_t block = layout_->block_of(vertex);
    const std::size_t node = vertex - layout_->starts[block];
    std::size_t count = 0;
    for (const std::size_t part : layout_->parts_at(block, side)) {
      const Relation& relation = *layout_->parts[part].relation;
      count += side == detail::Side::out ? relation.out(node).size() : relation.in(node).size();
    }
    return count;
  }
  [[nodiscard]] GraphEdge at(std::size_t vertex, detail::Side side, std::size_t position) const {
    const std::size_t block = layout_->block_of(vertex);
    const std::size_t node = vertex - layout_->starts[block];
    for (const std::size_t number : layout_->parts_at(block, side)) {
      const Layout::Part& part = layout_->parts[number];
      const Relation& relation = *part.relation;
      if (side == detail::Side::out) {
        const auto targets = relation.out(node);
        if (position < targets.size()) {
          return {vertex, layout_->starts[part.to] + targets[position],
                  part.first_edge + relation.out_begin(node) + position};
        }
        position -= targets.size();
      } else {
        const auto sources = relation.in(node);
        if (position < sources.size()) {
          return {layout_->starts[part.from] + sources[position], vertex,
                  part.first_edge + relation.in_edges(node)[position]};
        }
        position -= sources.size();
      }
    }
    return {};
  }
  [[nodiscard]] std::size_t own_degree(std::size_t vertex) const { return degree(vertex, detail::Side::out); }
  [[nodiscard]] GraphEdge own_at(std::size_t vertex, std::size_t position) const {
    return at(vertex, detail::Side::out, position);
  }

 private:
  struct Layout {
    struct Part {
      const Relation* relation;
      std::size_t from;  // blocks
      std::size_t to;
      std::size_t first_edge;
    };

    std::optional<CustomerGraph> owner{};
    std::vector<std::size_t> starts{0};  // first vertex of each block, then the number of vertices
    std::vector<NodeKind> kinds{};
    std::vector<RelationKind> relations{};
    std::vector<Part> parts{};
    std::vector<std::vector<std::size_t>> out{};  // parts that leave each block
    std::vector<std::vector<std::size_t>> in{};
    std::size_t edges = 0;

    void block(std::size_t nodes) {
      starts.push_back(starts.back() + nodes);
      out.emplace_back();
      in.emplace_back();
    }
    void relate(const Relation& relation, std::size_t from, std::size_t to) {
      out[from].push_back(parts.size());
      in[to].push_back(parts.size());
      parts.push_back({&relation, from, to, edges});
      edges += relation.edges();
    }
    [[nodiscard]] std::size_t block_of(std::size_t vertex) const {
      std::size_t block = 0;
      while (vertex >= starts[block + 1]) ++block;
      return block;
    }
    [[nodiscard]] const std::vector<std::size_t>& parts_at(std::size_t block, detail::Side side) const {
      return side == detail::Side::out ? out[block] : in[block];
    }
  };

  static std::vector<RelationKind> given_relations() {
    std::vector<RelationKind> all;
    for (std::size_t i = 0; i < relation_kind_count; ++i) {
      if (static_cast<RelationKind>(i) != RelationKind::account_need) all.push_back(static_cast<RelationKind>(i));
    }
    return all;
  }

  std::shared_ptr<const Layout> layout_;
};

/// Each edge can be walked both ways, and is one edge with one index: an undirected graph.
class UndirectedView : public detail::BglGraph<UndirectedView, boost::undirected_tag> {
 public:
  explicit UndirectedView(RelationGraph graph) : graph_(std::move(graph)) {}

  [[nodiscard]] const RelationGraph& directed() const noexcept { return graph_; }

  [[nodiscard]] std::size_t vertices() const noexcept { return graph_.vertices(); }
  [[nodiscard]] std::size_t edges() const noexcept { return graph_.edges(); }
  [[nodiscard]] std::size_t degree(std::size_t vertex, detail::Side) const {
    return graph_.degree(vertex, detail::Side::out) + graph_.degree(vertex, detail::Side::in);
  }
  [[nodiscard]] GraphEdge at(std::size_t vertex, detail::Side side, std::size_t position) const {
    const std::size_t leaving = graph_.degree(vertex, detail::Side::out);
    const GraphEdge edge = position < leaving ? graph_.at(vertex, detail::Side::out, position)
                                              : graph_.at(vertex, detail::Side::in, position - leaving);
    const std::size_t other = position < leaving ? edge.target : edge.source;
    return side == detail::Side::out ? GraphEdge{vertex, other, edge.index} : GraphEdge{other, vertex, edge.index};
  }
  [[nodiscard]] std::size_t own_degree(std::size_t vertex) const { return graph_.own_degree(vertex); }
  [[nodiscard]] GraphEdge own_at(std::size_t vertex, std::size_t position) const {
    return graph_.own_at(vertex, position);
  }

 private:
  RelationGraph graph_;
};

/// Each edge e of m has a reverse with the index m + e, as algorithms of flow want it.
class ReversibleView : public detail::BglGraph<ReversibleView, boost::bidirectional_tag> {
 public:
  explicit ReversibleView(RelationGraph graph) : graph_(std::move(graph)) {}

  [[nodiscard]] const RelationGraph& directed() const noexcept { return graph_; }
  [[nodiscard]] bool is_reverse(const GraphEdge& edge) const noexcept { return edge.index >= graph_.edges(); }
  [[nodiscard]] GraphEdge reverse(const GraphEdge& edge) const noexcept {
    return {edge.target, edge.source, is_reverse(edge) ? edge.index - graph_.edges() : edge.index + graph_.edges()};
  }

  [[nodiscard]] std::size_t vertices() const noexcept { return graph_.vertices(); }
  [[nodiscard]] std::size_t edges() const noexcept { return 2 * graph_.edges(); }
  [[nodiscard]] std::size_t degree(std::size_t vertex, detail::Side) const {
    return graph_.degree(vertex, detail::Side::out) + graph_.degree(vertex, detail::Side::in);
  }
  [[nodiscard]] GraphEdge at(std::size_t vertex, detail::Side side, std::size_t position) const {
    const std::size_t own = graph_.degree(vertex, side);
    if (position < own) return graph_.at(vertex, side, position);
    const detail::Side other = side == detail::Side::out ? detail::Side::in : detail::Side::out;
    return reverse(graph_.at(vertex, other, position - own));
  }
  [[nodiscard]] std::size_t own_degree(std::size_t vertex) const { return degree(vertex, detail::Side::out); }
  [[nodiscard]] GraphEdge own_at(std::size_t vertex, std::size_t position) const {
    return at(vertex, detail::Side::out, position);
  }

  /// Property map from an edge to its reverse.
  struct ReverseMap {
    using value_type = GraphEdge;
    using reference = GraphEdge;
    using key_type = GraphEdge;
    using category = boost::readable_property_map_tag;
    std::size_t forward = 0;
    friend GraphEdge get(const ReverseMap& map, const GraphEdge& edge) noexcept {
      return {edge.target, edge.source,
              edge.index >= map.forward ? edge.index - map.forward : edge.index + map.forward};
    }
  };
  friend ReverseMap get(boost::edge_reverse_t, const ReversibleView& view) { return {view.graph_.edges()}; }
  friend GraphEdge get(boost::edge_reverse_t, const ReversibleView& view, const GraphEdge& edge) {
    return view.reverse(edge);
  }

 private:
  RelationGraph graph_;
};

[[nodiscard]] inline UndirectedView as_undirected(RelationGraph graph) { return UndirectedView(std::move(graph)); }
[[nodiscard]] inline ReversibleView with_reverse_edges(RelationGraph graph) { return ReversibleView(std::move(graph)); }

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

template <>
struct std::hash<outweigh::graph::GraphEdge> {
  std::size_t operator()(const outweigh::graph::GraphEdge& edge) const noexcept { return edge.index; }
};

#define OUTWEIGH_BGL_MAPS(Graph)                             \
  template <>                                                \
  struct boost::property_map<Graph, boost::vertex_index_t> { \
    using type = outweigh::graph::VertexIndexMap;            \
    using const_type = type;                                 \
  };                                                         \
  template <>                                                \
  struct boost::property_map<Graph, boost::edge_index_t> {   \
    using type = outweigh::graph::EdgeIndexMap;              \
    using const_type = type;                                 \
  }

OUTWEIGH_BGL_MAPS(outweigh::graph::RelationGraph);
OUTWEIGH_BGL_MAPS(outweigh::graph::UndirectedView);
OUTWEIGH_BGL_MAPS(outweigh::graph::ReversibleView);
#undef OUTWEIGH_BGL_MAPS

template <>
struct boost::property_map<outweigh::graph::ReversibleView, boost::edge_reverse_t> {
  using type = outweigh::graph::ReversibleView::ReverseMap;
  using const_type = type;
};
