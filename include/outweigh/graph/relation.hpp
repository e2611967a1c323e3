// One relation in compressed sparse rows, in both directions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

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

  friend bool operator==(const Relation&, const Relation&) = default;

 private:
  friend Relation make_relation(std::span<const std::uint32_t>, std::span<const std::uint32_t>, std::size_t,
                                std::size_t, const core::RunControl&);

  std::vector<std::uint32_t> out_offsets_;
  std::vector<std::uint32_t> targets_;
  std::vector<std::uint32_t> in_offsets_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint32_t> in_edges_;
  std::vector<std::uint32_t> rows_;
};

/// Builds both directions by counting sort: O(nodes + edges). Row i of the input is the edge from `sources[i]` to
/// `targets[i]`. Parallel edges are kept. Throws InvalidInput for spans of different lengths and for a node out of
/// range (naming the row).
[[nodiscard]] Relation make_relation(std::span<const std::uint32_t> sources, std::span<const std::uint32_t> targets,
                                     std::size_t from_size, std::size_t to_size, const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/relation-inl.hpp>
#endif
