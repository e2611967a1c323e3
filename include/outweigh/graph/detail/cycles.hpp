// Cycles in relations that must not have any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

inline constexpr std::uint32_t no_node = std::numeric_limits<std::uint32_t>::max();

/// Cycles where every node points to at most one other: next(node) or no_node. Each cycle begins with its smallest
/// node; cycles are in the order of these. O(nodes).
template <class Next>
[[nodiscard]] std::vector<std::vector<std::uint32_t>> cycles_of_function(std::size_t nodes, Next&& next) {
  enum : std::uint8_t { fresh, open, done };
  std::vector<std::uint8_t> state(nodes, fresh);
  std::vector<std::vector<std::uint32_t>> cycles;
  std::vector<std::uint32_t> path;
  for (std::size_t start = 0; start < nodes; ++start) {
    if (state[start] != fresh) continue;
    path.clear();
    auto node = static_cast<std::uint32_t>(start);
    while (node != no_node && state[node] == fresh) {
      state[node] = open;
      path.push_back(node);
      node = next(node);
    }
    if (node != no_node && state[node] == open) {
      std::vector<std::uint32_t> cycle(std::find(path.begin(), path.end(), node), path.end());
      std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
      cycles.push_back(std::move(cycle));
    }
    for (const std::uint32_t passed : path) state[passed] = done;
  }
  std::sort(cycles.begin(), cycles.end());
  return cycles;
}

/// Number of the strongly connected component of each node (Tarjan 1972, doi:10.1137/0201010), without recursion.
/// O(nodes + edges). `out(node)` gives a range of targets.
template <class Out>
[[nodiscard]] std::vector<std::uint32_t> strong_components(std::size_t nodes, Out&& out) {
  std::vector<std::uint32_t> component(nodes, no_node);
  std::vector<std::uint32_t> order(nodes, no_node);
  std::vector<std::uint32_t> low(nodes, 0);
  std::vector<std::uint32_t> stack;
  std::vector<std::pair<std::uint32_t, std::size_t>> calls;
  std::uint32_t clock = 0;
  std::uint32_t components = 0;
  for (std::size_t start = 0; start < nodes; ++start) {
    if (order[start] != no_node) continue;
    calls.emplace_back(static_cast<std::uint32_t>(start), 0);
    while (!calls.empty()) {
      const std::uint32_t node = calls.back().first;
      if (calls.back().second == 0 && order[node] == no_node) {
        order[node] = low[node] = clock++;
        stack.push_back(node);
      }
      const auto targets = out(node);
      if (calls.back().second < std::size(targets)) {
        const std::uint32_t target = targets[calls.back().second++];
        if (order[target] == no_node) {
          calls.emplace_back(target, 0);
        } else if (component[target] == no_node) {
          low[node] = std::min(low[node], order[target]);
        }
        continue;
      }
      if (low[node] == order[node]) {
        std::uint32_t member = no_node;
        do {
          member = stack.back();
          stack.pop_back();
          component[member] = components;
        } while (member != node);
        ++components;
      }
      calls.pop_back();
      if (!calls.empty()) low[calls.back().first] = std::min(low[calls.back().first], low[node]);
    }
  }
  return component;
}

/// A shortest cycle through `node` that stays in its component; empty when there is none.
template <class Out>
[[nodiscard]] std::vector<std::uint32_t> cycle_through(std::uint32_t node, const std::vector<std::uint32_t>& component,
                                                       Out&& out) {
  std::vector<std::uint32_t> from(component.size(), no_node);
  std::vector<std::uint32_t> queue{node};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::uint32_t at = queue[head];
    for (const std::uint32_t target : out(at)) {
      if (target == node) {
        std::vector<std::uint32_t> cycle;
        for (std::uint32_t step = at; step != node; step = from[step]) cycle.push_back(step);
        cycle.push_back(node);
        std::reverse(cycle.begin(), cycle.end());
        return cycle;
      }
      if (component[target] == component[node] && from[target] == no_node) {
        from[target] = at;
        queue.push_back(target);
      }
    }
  }
  return {};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
