// Edges out of tables and out of a customer graph, with the user's ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/ids.hpp>
#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/network.hpp>
#include <outweigh/graph/relation_kind.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// Names of the columns of a table of edges.
struct EdgeColumns {
  std::string source = "source";
  std::string target = "target";
  std::string weight{};  ///< empty: each row counts 1
};

/// Edges by position of their ids, which are in ascending order, so that nothing depends on the order of rows.
struct EdgeTable {
  core::Ids sources{};
  core::Ids targets{};  ///< the same as `sources` when both ends are the same kind of thing
  core::LargeVector<std::uint32_t> from{};
  core::LargeVector<std::uint32_t> to{};
  core::LargeVector<double> weights{};

  [[nodiscard]] EdgeList edges() const noexcept { return {from, to, weights}; }
};

/// Reads edges whose ends are the same kind of thing (`one_kind`: one set of ids) or of two kinds. Rows of weight 0
/// give nodes but no edge. Throws MissingInput for a column that is not there, InvalidInput for an unknown id or weight
/// (naming the row), TypeMismatch for ids that are neither text nor integers, or of both kinds.
[[nodiscard]] EdgeTable read_edges(const core::Table& table, const EdgeColumns& columns, bool one_kind,
                                   const core::RunControl& control = {});

/// A network over nodes of several kinds, those of one kind in the order of their ids.
struct RelatedNodes {
  Network network{};
  std::vector<NodeKind> kind{};           ///< of each node
  std::vector<std::uint32_t> position{};  ///< of each node among those of its kind in the customer graph

  /// Columns `kind` and `id`.
  [[nodiscard]] core::Table table(const CustomerGraph& graph) const;
  /// Throws InvalidInput when there is no such node.
  [[nodiscard]] std::size_t find(const CustomerGraph& graph, NodeKind kind, std::string_view id) const;
};

/// The undirected network of all nodes of the kinds that the relations join; parallel edges count once. Throws
/// MissingInput without a relation.
[[nodiscard]] RelatedNodes relate(const CustomerGraph& graph, std::span<const RelationKind> relations,
                                  const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/edge_table-inl.hpp>
#endif
