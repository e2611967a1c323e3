#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/place_by.hpp>
#include <outweigh/graph/detail/row_blocks.hpp>
#include <outweigh/graph/network.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

struct WeightedEnd {
  std::uint32_t node;
  double weight;
  friend bool operator<(const WeightedEnd& a, const WeightedEnd& b) noexcept {
    return a.node != b.node ? a.node < b.node : a.weight < b.weight;
  }
};

inline void check_edges(const EdgeList& edges, std::size_t rows, std::size_t columns, const core::RunControl& control) {
  constexpr std::size_t check_block = std::size_t{1} << 17U;
  constexpr std::size_t limit = std::numeric_limits<std::uint32_t>::max();
  const std::size_t size = edges.sources.size();
  if (edges.targets.size() != size || (!edges.weights.empty() && edges.weights.size() != size)) {
    throw core::InvalidInput("the ends and weights of edges differ in length", {.value = std::to_string(size)});
  }
  if (size >= limit / 2 || rows >= limit || columns >= limit) {
    throw core::InvalidInput("a network must have fewer than 2^31 edges and 2^32 nodes",
                             {.value = std::to_string(size)});
  }
  core::parallel_for(control, core::block_count(size, check_block), [&](std::size_t b) {
    const std::size_t end = std::min(size, (b + 1) * check_block);
    for (std::size_t i = b * check_block; i < end; ++i) {
      if (edges.sources[i] >= rows || edges.targets[i] >= columns) {
        const bool first = edges.sources[i] >= rows;
        throw core::InvalidInput("an edge ends in a node that is not there",
                                 {.column = first ? "source" : "target",
                                  .row = i,
                                  .value = std::to_string(first ? edges.sources[i] : edges.targets[i])});
      }
      if (edges.weights.empty()) continue;
      if (!(edges.weights[i] >= 0.0) || edges.weights[i] > std::numeric_limits<double>::max()) {
        throw core::InvalidInput("the weight of an edge must be finite and not negative",
                                 {.column = "weight", .row = i, .value = std::to_string(edges.weights[i])});
      }
    }
  });
}

/// Sorts the neighbours of each row and adds up parallel edges. An entry is a node or a node with a weight.
template <class Entries>
[[nodiscard]] Adjacency gather(std::vector<std::uint32_t> offsets, Entries entries, const core::RunControl& control) {
  using Entry = typename Entries::value_type;
  constexpr bool weighted = !std::is_same_v<Entry, std::uint32_t>;
  const auto node_of = [](const Entry& entry) {
    if constexpr (weighted) {
      return entry.node;
    } else {
      return entry;
    }
  };
  const auto weight_of = [](const Entry& entry) {
    if constexpr (weighted) {
      return entry.weight;
    } else {
      return (void)entry, 1.0;
    }
  };
  const std::size_t rows = offsets.size() - 1;
  const std::vector<std::uint32_t> blocks = row_blocks(offsets);
  std::vector<std::uint32_t> distinct(rows + 1, 0);
  core::parallel_for(control, blocks.size() - 1, [&](std::size_t b) {
    for (std::size_t row = blocks[b]; row < blocks[b + 1]; ++row) {
      Entry* const begin = entries.data() + offsets[row];
      Entry* const end = entries.data() + offsets[row + 1];
      const auto by_node = [&](const Entry& one, const Entry& other) { return node_of(one) < node_of(other); };
      if (!std::is_sorted(begin, end, by_node)) std::sort(begin, end);
      std::uint32_t found = 0;
      for (Entry* entry = begin; entry != end; ++found) {
        Entry* const run = entry++;
        while (entry != end && node_of(*entry) == node_of(*run)) ++entry;
        if (weighted && entry - run > 1) std::sort(run, entry);  // parallel edges add up in the order of their weights
      }
      distinct[row + 1] = found;
    }
  });
  for (std::size_t row = 0; row < rows; ++row) distinct[row + 1] += distinct[row];

  Adjacency result;
  const bool keeps_all = distinct[rows] == entries.size();
  if constexpr (!weighted) {
    if (keeps_all) {
      result.offsets = std::move(offsets);
      result.neighbours = std::move(entries);
      return result;
    }
  }
  result.neighbours.resize(distinct[rows]);
  result.weights.resize(distinct[rows]);
  core::parallel_for(control, blocks.size() - 1, [&](std::size_t b) {
    for (std::size_t row = blocks[b]; row < blocks[b + 1]; ++row) {
      // Without branches, which few parallel edges make hard to foresee.
      std::size_t at = distinct[row];
      double sum = 0.0;
      for (std::size_t i = offsets[row]; i < offsets[row + 1]; ++i) {
        const std::uint32_t node = node_of(entries[i]);
        const bool next = i > offsets[row] && node != node_of(entries[i - 1]);
        at += next ? 1U : 0U;
        sum = (next ? 0.0 : sum) + weight_of(entries[i]);
        result.neighbours[at] = node;
        result.weights[at] = sum;
      }
    }
  });
  result.offsets = std::move(distinct);
  for (const double weight : result.weights) {
    if (weight > std::numeric_limits<double>::max())
      throw core::InvalidInput("the weights of edges add up to infinity");
  }
  if (std::all_of(result.weights.begin(), result.weights.end(), [](double weight) { return weight == 1.0; })) {
    result.weights = {};
  }
  return result;
}

struct PlacedEdge {
  std::uint32_t source;
  std::uint32_t target;
  double weight;
};

/// Neighbours by row; with `mirrored`, each edge also the other way round (a loop once).
[[nodiscard]] inline Adjacency adjacency(const EdgeList& edges, std::size_t rows, std::size_t columns, bool mirrored,
                                         const core::RunControl& control) {
  const std::size_t size = edges.sources.size();
  const auto weight_of = [&](std::size_t i) { return edges.weights.empty() ? 1.0 : edges.weights[i]; };
  const auto fill = [&](auto entries, auto make) {
    const auto start = [&](std::size_t placed) { entries.resize(placed); };
    std::vector<std::uint32_t> offsets;
    // Edges taken in the order of their other ends fall into their rows in order: cheaper than sorting the rows.
    if (!mirrored && size > 4096 && columns / 4 < size && !std::is_sorted(edges.targets.begin(), edges.targets.end())) {
      core::LargeVector<PlacedEdge> ordered;
      (void)place_by(
          size, columns, control, [&](std::size_t i) { return weight_of(i) > 0.0 ? edges.targets[i] : no_key; },
          [&](std::size_t placed) { ordered.resize(placed); },
          [&](std::size_t i, std::size_t place) {
            ordered[place] = {edges.sources[i], edges.targets[i], weight_of(i)};
          });
      offsets = place_by(
          ordered.size(), rows, control, [&](std::size_t i) { return ordered[i].source; }, start,
          [&](std::size_t i, std::size_t place) { entries[place] = make(ordered[i].target, ordered[i].weight); });
    } else {
      // The second half of the items are the edges the other way round.
      const std::size_t ends = mirrored ? 2 * size : size;
      offsets = place_by(
          ends, rows, control,
          [&](std::size_t end) {
            const std::size_t i = end < size ? end : end - size;
            if (!(weight_of(i) > 0.0)) return no_key;
            if (end < size) return edges.sources[i];
            return edges.sources[i] == edges.targets[i] ? no_key : edges.targets[i];
          },
          start,
          [&](std::size_t end, std::size_t place) {
            const std::size_t i = end < size ? end : end - size;
            entries[place] = make(end < size ? edges.targets[i] : edges.sources[i], weight_of(i));
          });
    }
    return gather(std::move(offsets), std::move(entries), control);
  };
  if (edges.weights.empty()) {
    return fill(core::LargeVector<std::uint32_t>(), [](std::uint32_t node, double) { return node; });
  }
  return fill(core::LargeVector<WeightedEnd>(), [](std::uint32_t node, double weight) {
    return WeightedEnd{node, weight};
  });
}

}  // namespace detail

OUTWEIGH_INLINE Adjacency make_adjacency(const EdgeList& edges, std::size_t rows, std::size_t columns,
                                         const core::RunControl& control) {
  detail::check_edges(edges, rows, columns, control);
  return detail::adjacency(edges, rows, columns, false, control);
}

OUTWEIGH_INLINE Adjacency transpose(const Adjacency& adjacency, std::size_t columns, const core::RunControl& control) {
  Adjacency result;
  const bool weighted = !adjacency.weights.empty();
  struct Entry {
    std::size_t at;
    std::uint32_t row;
  };
  result.offsets = detail::place_items(
      adjacency.entries(), columns, control,
      [&](std::size_t begin, std::size_t end, auto take) {
        if (begin == end) return;
        const auto after = std::upper_bound(adjacency.offsets.begin(), adjacency.offsets.end(), begin);
        auto row = static_cast<std::uint32_t>(after - adjacency.offsets.begin() - 1);
        for (std::size_t at = begin; at < end; ++row) {
          const std::size_t last = std::min<std::size_t>(end, adjacency.offsets[row + 1]);
          for (; at < last; ++at) take(adjacency.neighbours[at], Entry{at, row});
        }
      },
      [&](std::size_t placed) {
        result.neighbours.resize(placed);
        result.weights.resize(weighted ? placed : 0);
      },
      [&](const Entry& entry, std::size_t place) {
        result.neighbours[place] = entry.row;
        if (weighted) result.weights[place] = adjacency.weights[entry.at];
      });
  return result;
}

OUTWEIGH_INLINE Network make_network(const EdgeList& edges, std::size_t nodes, bool directed,
                                     const core::RunControl& control) {
  detail::check_edges(edges, nodes, nodes, control);
  Network network;
  network.directed_ = directed;
  if (directed) {
    network.in_ = detail::adjacency({edges.targets, edges.sources, edges.weights}, nodes, nodes, false, control);
    network.edges_ = network.in_.entries();
    return network;
  }
  network.in_ = detail::adjacency(edges, nodes, nodes, true, control);
  std::size_t loops = 0;
  for (std::size_t node = 0; node < nodes; ++node) {
    for (std::size_t i = network.in_.offsets[node]; i < network.in_.offsets[node + 1]; ++i) {
      loops += network.in_.neighbours[i] == node ? 1U : 0U;
    }
  }
  network.edges_ = (network.in_.entries() + loops) / 2;
  return network;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
