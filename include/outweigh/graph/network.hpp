// Plain weighted networks: what the graph algorithms run on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// Weighted lists of neighbours in compressed sparse rows: those of node i are at offsets[i] .. offsets[i + 1] - 1, in
/// ascending order, each once. `weights` is empty when all are 1.
struct Adjacency {
  std::vector<std::uint32_t> offsets{};
  core::LargeVector<std::uint32_t> neighbours{};
  core::LargeVector<double> weights{};

  [[nodiscard]] std::size_t rows() const noexcept { return offsets.empty() ? 0 : offsets.size() - 1; }
  [[nodiscard]] std::size_t entries() const noexcept { return neighbours.size(); }
  [[nodiscard]] double weight(std::size_t entry) const noexcept { return weights.empty() ? 1.0 : weights[entry]; }
  friend bool operator==(const Adjacency&, const Adjacency&) = default;
};

/// Edges from `sources[i]` to `targets[i]` with `weights[i]`; no weights: each counts 1.
struct EdgeList {
  std::span<const std::uint32_t> sources{};
  std::span<const std::uint32_t> targets{};
  std::span<const double> weights{};
};

/// For each of `rows` sources its targets, all below `columns`. Parallel edges become one with the sum of their
/// weights, whatever their order; an edge of weight 0 is no edge. Throws InvalidInput, naming column and row, for spans
/// of different lengths, ends out of range, and weights that are negative or not finite. O(rows + m log degree).
[[nodiscard]] Adjacency make_adjacency(const EdgeList& edges, std::size_t rows, std::size_t columns,
                                       const core::RunControl& control = {});
/// The same entries by column: O(rows + columns + m).
[[nodiscard]] Adjacency transpose(const Adjacency& adjacency, std::size_t columns,
                                  const core::RunControl& control = {});

/// A network of n nodes, some perhaps without any edge. Immutable.
class Network {
 public:
  Network() = default;

  [[nodiscard]] std::size_t nodes() const noexcept { return in_.rows(); }
  [[nodiscard]] bool directed() const noexcept { return directed_; }
  /// Distinct edges of positive weight; an undirected one counts once.
  [[nodiscard]] std::size_t edges() const noexcept { return edges_; }
  /// Who points to each node. Of an undirected network: its neighbours; a loop stands there once.
  [[nodiscard]] const Adjacency& in() const noexcept { return in_; }

  friend bool operator==(const Network&, const Network&) = default;

 private:
  friend Network make_network(const EdgeList& edges, std::size_t nodes, bool directed, const core::RunControl& control);

  Adjacency in_;
  std::size_t edges_ = 0;
  bool directed_ = true;
};

/// Of an undirected network (a, b) and (b, a) are parallel. Errors and cost as for make_adjacency.
[[nodiscard]] Network make_network(const EdgeList& edges, std::size_t nodes, bool directed = true,
                                   const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/network-inl.hpp>
#endif
