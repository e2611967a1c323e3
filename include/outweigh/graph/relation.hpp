// One relation in compressed sparse rows, in both directions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {
struct RelationMaker;
}

/// Edges from `from_size()` nodes to `to_size()` nodes. Edges are numbered 0..edges()-1 in forward order: sorted by
/// source, and within a source in the order given. The same number names an edge from both its ends.
class Relation {
 public:
  Relation() = default;

  [[nodiscard]] std::size_t from_size() const noexcept { return out_offsets_.empty() ? 0 : out_offsets_.size() - 1; }
  [[nodiscard]] std::size_t to_size() const noexcept { return in_offsets_.empty() ? 0 : in_offsets_.size() - 1; }
  [[nodiscard]] std::size_t edges() const noexcept { return targets_.size(); }

  /// Targets of `node`'s edges; the edge of position i has the number `out_begin(node) + i`.
  [[nodiscard]] std::span<const std::uint32_t> out(std::size_t node) const noexcept {
    return std::span(targets_).subspan(out_offsets_[node], out_offsets_[node + 1] - out_offsets_[node]);
  }
  [[nodiscard]] std::size_t out_begin(std::size_t node) const noexcept { return out_offsets_[node]; }
  /// Sources of the edges that end in `node`; `in_edges(node)` has their numbers, in the same order.
  [[nodiscard]] std::span<const std::uint32_t> in(std::size_t node) const noexcept {
    return std::span(sources_).subspan(in_offsets_[node], in_offsets_[node + 1] - in_offsets_[node]);
  }
  [[nodiscard]] std::span<const std::uint32_t> in_edges(std::size_t node) const noexcept {
    return std::span(in_edges_).subspan(in_offsets_[node], in_offsets_[node + 1] - in_offsets_[node]);
  }
  [[nodiscard]] std::uint32_t target(std::size_t edge) const noexcept { return targets_[edge]; }
  /// O(log nodes).
  [[nodiscard]] std::uint32_t source(std::size_t edge) const noexcept;
  /// The row of the table (counted among accepted rows) that an edge came from, e.g. to read a share or a kind.
  [[nodiscard]] std::uint32_t row(std::size_t edge) const noexcept {
    return rows_.empty() ? static_cast<std::uint32_t>(edge) : rows_[edge];
  }

  /// The arrays themselves, for numpy and for kernels: offsets have one entry more than nodes (none when there are no
  /// nodes), the others one an edge; `rows()` is empty where edge i came from row i.
  [[nodiscard]] std::span<const std::uint32_t> out_offsets() const noexcept { return out_offsets_; }
  [[nodiscard]] std::span<const std::uint32_t> targets() const noexcept { return targets_; }
  [[nodiscard]] std::span<const std::uint32_t> in_offsets() const noexcept { return in_offsets_; }
  [[nodiscard]] std::span<const std::uint32_t> sources() const noexcept { return sources_; }
  [[nodiscard]] std::span<const std::uint32_t> in_edges() const noexcept { return in_edges_; }
  [[nodiscard]] std::span<const std::uint32_t> rows() const noexcept { return rows_; }

  friend bool operator==(const Relation&, const Relation&) = default;

 private:
  friend struct detail::RelationMaker;

  std::vector<std::uint32_t> out_offsets_;
  std::vector<std::uint32_t> targets_;
  std::vector<std::uint32_t> in_offsets_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint32_t> in_edges_;
  std::vector<std::uint32_t> rows_;
};

/// Builds both directions by counting sort: O(nodes + edges). Row i of the input is the edge from `sources[i]` to
/// `targets[i]`. Parallel edges are kept. Throws InvalidInput for spans of different lengths, for a node out of
/// range (naming the row) and for 2^32 or more edges or nodes.
[[nodiscard]] Relation make_relation(std::span<const std::uint32_t> sources, std::span<const std::uint32_t> targets,
                                     std::size_t from_size, std::size_t to_size, const core::RunControl& control = {});

/// Like make_relation, the edge of position i coming from row `rows[i]` of its table.
[[nodiscard]] Relation make_relation(std::span<const std::uint32_t> sources, std::span<const std::uint32_t> targets,
                                     std::span<const std::uint32_t> rows, std::size_t from_size, std::size_t to_size,
                                     const core::RunControl& control = {});

/// At most one edge from each node: node i points to `targets[i]` where `valid` is empty or `valid[i]` is not 0.
[[nodiscard]] Relation make_function(std::span<const std::uint32_t> targets, std::span<const std::uint8_t> valid,
                                     std::size_t to_size, const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/relation-inl.hpp>
#endif
