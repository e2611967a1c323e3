// Counting sorts that build relations.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/index.hpp>
#include <outweigh/graph/relation.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

struct RelationMaker {
  using Numbers = std::span<const std::uint32_t>;
  static constexpr std::size_t block = std::size_t{1} << 18;

  static void check_sizes(std::size_t edges, std::size_t from_size, std::size_t to_size) {
    constexpr std::size_t limit = std::numeric_limits<std::uint32_t>::max();
    if (edges >= limit || from_size >= limit || to_size >= limit) {
      throw core::InvalidInput("a relation must have fewer than 2^32 - 1 edges and nodes",
                               {.value = std::to_string(std::max({edges, from_size, to_size}))});
    }
  }

  [[noreturn]] static void out_of_range(Numbers nodes, std::size_t size, const char* column) {
    const auto wrong = std::find_if(nodes.begin(), nodes.end(), [size](std::uint32_t node) { return node >= size; });
    throw core::InvalidInput(
        "an edge ends in a node that is not there",
        {.column = column, .row = static_cast<std::size_t>(wrong - nodes.begin()), .value = std::to_string(*wrong)});
  }

  /// offsets[n + 1] = number of edges of node n; then summed up.
  static void sum_up(std::vector<std::uint32_t>& offsets) {
    std::uint32_t total = 0;
    for (std::uint32_t& offset : offsets) offset = total += offset;
  }

  /// Fills `offsets`; says whether `nodes` was already ascending.
  static bool count(Numbers nodes, std::size_t size, const char* column, std::vector<std::uint32_t>& offsets,
                    const core::RunControl& control) {
    offsets.assign(size + 1, 0);
    std::uint32_t* const counts = offsets.data() + 1;
    std::uint32_t previous = 0;
    bool ascending = true;
    for (std::size_t begin = 0; begin < nodes.size(); begin += block) {
      control.check();
      const std::size_t end = std::min(nodes.size(), begin + block);
      for (std::size_t i = begin; i < end; ++i) {
        const std::uint32_t node = nodes[i];
        if (node >= size) out_of_range(nodes, size, column);
        ++counts[node];
        ascending = ascending && previous <= node;
        previous = node;
      }
    }
    sum_up(offsets);
    return ascending;
  }

  /// The backward half, from the forward one.
  static void reverse(Relation& relation, std::size_t from_size, std::size_t to_size, const core::RunControl& control) {
    const std::size_t edges = relation.targets_.size();
    count(relation.targets_, to_size, "to", relation.in_offsets_, control);
    std::vector<std::uint32_t> next(relation.in_offsets_.begin(), relation.in_offsets_.end() - 1);
    relation.sources_.resize(edges);
    relation.in_edges_.resize(edges);
    const std::uint32_t* const targets = relation.targets_.data();
    std::uint32_t* const sources = relation.sources_.data();
    std::uint32_t* const in_edges = relation.in_edges_.data();
    std::size_t edge = 0;
    std::size_t checked = 0;
    for (std::size_t node = 0; node < from_size; ++node) {
      const std::size_t end = relation.out_offsets_[node + 1];
      for (; edge < end; ++edge) {
        const std::uint32_t position = next[targets[edge]]++;
        sources[position] = static_cast<std::uint32_t>(node);
        in_edges[position] = static_cast<std::uint32_t>(edge);
      }
      if (edge - checked >= block) {
        control.check();
        checked = edge;
      }
    }
  }

  static Relation make(Numbers sources, Numbers targets, Numbers rows, std::size_t from_size, std::size_t to_size,
                       const core::RunControl& control) {
    if (sources.size() != targets.size() || (!rows.empty() && rows.size() != sources.size())) {
      throw core::InvalidInput("a relation's sources and targets differ in length",
                               {.value = std::to_string(sources.size()) + " and " + std::to_string(targets.size())});
    }
    check_sizes(sources.size(), from_size, to_size);
    control.check();
    Relation relation;
    const std::size_t edges = sources.size();
    const bool sorted = count(sources, from_size, "from", relation.out_offsets_, control);
    if (sorted) {
      relation.targets_.assign(targets.begin(), targets.end());
      if (!identity(rows)) relation.rows_.assign(rows.begin(), rows.end());
    } else {
      if (std::any_of(targets.begin(), targets.end(), [to_size](std::uint32_t node) { return node >= to_size; })) {
        out_of_range(targets, to_size, "to");
      }
      std::vector<std::uint32_t> next(relation.out_offsets_.begin(), relation.out_offsets_.end() - 1);
      relation.targets_.resize(edges);
      relation.rows_.resize(edges);
      for (std::size_t begin = 0; begin < edges; begin += block) {
        control.check();
        const std::size_t end = std::min(edges, begin + block);
        for (std::size_t i = begin; i < end; ++i) {
          const std::uint32_t position = next[sources[i]]++;
          relation.targets_[position] = targets[i];
          relation.rows_[position] = rows.empty() ? static_cast<std::uint32_t>(i) : rows[i];
        }
      }
      if (identity(relation.rows_)) relation.rows_ = {};
    }
    reverse(relation, from_size, to_size, control);
    return relation;
  }

  static bool identity(Numbers rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i] != i) return false;
    }
    return true;
  }

  static std::uint32_t number(std::uint32_t node) noexcept { return node; }
  template <class Tag>
  static std::uint32_t number(core::Index<Tag> node) noexcept {
    return node.value();
  }

  template <class Node>
  static Relation make_function(std::span<const Node> targets, std::span<const std::uint8_t> valid, std::size_t to_size,
                                const core::RunControl& control) {
    if (!valid.empty() && valid.size() != targets.size()) {
      throw core::InvalidInput("a relation's targets and validity differ in length");
    }
    const std::size_t nodes = targets.size();
    check_sizes(nodes, nodes, to_size);
    control.check();
    Relation relation;
    relation.out_offsets_.resize(nodes + 1);
    relation.out_offsets_[0] = 0;
    if (valid.empty()) {
      for (std::size_t node = 0; node < nodes; ++node) {
        relation.out_offsets_[node + 1] = static_cast<std::uint32_t>(node + 1);
      }
      relation.targets_.resize(nodes);
      for (std::size_t node = 0; node < nodes; ++node) relation.targets_[node] = number(targets[node]);
    } else {
      const auto edges = static_cast<std::size_t>(nodes) -
                         static_cast<std::size_t>(std::count(valid.begin(), valid.end(), std::uint8_t{0}));
      relation.targets_.reserve(edges);
      if (edges != nodes) relation.rows_.reserve(edges);
      for (std::size_t node = 0; node < nodes; ++node) {
        if (valid[node] != 0) {
          relation.targets_.push_back(number(targets[node]));
          if (edges != nodes) relation.rows_.push_back(static_cast<std::uint32_t>(node));
        }
        relation.out_offsets_[node + 1] = static_cast<std::uint32_t>(relation.targets_.size());
      }
      if (identity(relation.rows_)) relation.rows_ = {};
    }
    reverse(relation, nodes, to_size, control);
    return relation;
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
