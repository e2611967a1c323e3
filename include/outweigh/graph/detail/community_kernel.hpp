// Moving nodes between communities, and networks of communities.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/network.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// An undirected network whose loops stand apart. Weights are shares of the whole: all degrees add up to 1.
struct Level {
  std::vector<std::uint32_t> offsets{};
  std::vector<std::uint32_t> neighbours{};
  std::vector<double> weights{};  // empty: all are `unit`
  std::vector<double> degrees{};
  double unit = 0.0;

  [[nodiscard]] std::size_t nodes() const noexcept { return degrees.size(); }
  [[nodiscard]] double weight(std::size_t i) const noexcept { return weights.empty() ? unit : weights[i]; }
};

/// Weights of the edges from one node to communities.
struct Ties {
  std::vector<double> to{};
  std::vector<std::uint32_t> touched{};

  explicit Ties(std::size_t communities) : to(communities, 0.0) {}
  void add(std::uint32_t community, double weight) {
    if (to[community] == 0.0) touched.push_back(community);
    to[community] += weight;
  }
  void clear() {
    for (const std::uint32_t community : touched) to[community] = 0.0;
    touched.clear();
  }
};

[[nodiscard]] inline std::vector<std::uint32_t> shuffled(std::size_t size, stats::Random& random) {
  std::vector<std::uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(order);
  return order;
}

/// Gains below this share of the whole are rounding.
inline constexpr double least_gain = 1e-12;

/// Moves nodes to the neighbouring community with the greatest gain until none gains; only neighbours of moved nodes
/// are looked at again. Says whether any node moved.
inline bool move_nodes(const Level& level, std::vector<std::uint32_t>& community, double resolution,
                       stats::Random& random, const core::RunControl& control) {
  const std::size_t nodes = level.nodes();
  std::vector<double> totals(nodes, 0.0);
  std::vector<std::uint32_t> sizes(nodes, 0);
  for (std::size_t node = 0; node < nodes; ++node) {
    totals[community[node]] += level.degrees[node];
    ++sizes[community[node]];
  }
  std::vector<std::uint32_t> empty;
  for (std::size_t c = nodes; c-- > 0;) {
    if (sizes[c] == 0) empty.push_back(static_cast<std::uint32_t>(c));
  }
  std::vector<std::uint32_t> queue = shuffled(nodes, random);
  std::vector<std::uint8_t> waits(nodes, 1);
  Ties ties(nodes);
  std::size_t head = 0;
  std::size_t waiting = nodes;
  bool moved = false;
  std::size_t visits = 0;
  while (waiting > 0) {
    if ((++visits & 0xFFFFU) == 0) control.check();
    const std::uint32_t node = queue[head];
    head = head + 1 == nodes ? 0 : head + 1;
    --waiting;
    waits[node] = 0;
    const std::uint32_t old = community[node];
    const double degree = level.degrees[node];
    const std::size_t begin = level.offsets[node];
    const std::size_t end = level.offsets[node + 1];
    for (std::size_t i = begin; i < end; ++i) ties.add(community[level.neighbours[i]], level.weight(i));
    const double per_degree = resolution * degree;
    double best_gain = ties.to[old] - per_degree * (totals[old] - degree);
    std::uint32_t best = old;
    for (const std::uint32_t c : ties.touched) {
      if (c == old) continue;
      const double gain = ties.to[c] - per_degree * totals[c];
      if (gain > best_gain + least_gain * degree || (best != old && gain == best_gain && c < best)) {
        best_gain = gain;
        best = c;
      }
    }
    if (best_gain < -least_gain * degree && sizes[old] > 1) best = empty.back();
    ties.clear();
    if (best == old) continue;
    if (sizes[best] == 0) empty.pop_back();
    totals[old] -= degree;
    totals[best] += degree;
    ++sizes[best];
    if (--sizes[old] == 0) {
      totals[old] = 0.0;
      empty.push_back(old);
    }
    community[node] = best;
    moved = true;
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t neighbour = level.neighbours[i];
      if (waits[neighbour] != 0 || community[neighbour] == best) continue;
      waits[neighbour] = 1;
      std::size_t tail = head + waiting;
      if (tail >= nodes) tail -= nodes;
      queue[tail] = neighbour;
      ++waiting;
    }
  }
  return moved;
}

/// Splits each community into well-connected parts: single nodes join parts of their community at random, the better
/// ones more often (Traag et al. 2019, the refinement phase).
[[nodiscard]] inline std::vector<std::uint32_t> refine(const Level& level, const std::vector<std::uint32_t>& community,
                                                       double resolution, stats::Random& random) {
  constexpr double randomness = 0.01;
  const std::size_t nodes = level.nodes();
  std::vector<std::uint32_t> part(nodes);
  std::iota(part.begin(), part.end(), 0U);
  std::vector<double> totals(level.degrees);
  std::vector<double> community_totals(nodes, 0.0);
  std::vector<double> outward(nodes, 0.0);  // of each part: weight to the rest of its community
  std::vector<std::uint8_t> single(nodes, 1);
  for (std::size_t node = 0; node < nodes; ++node) {
    community_totals[community[node]] += level.degrees[node];
    for (std::size_t i = level.offsets[node]; i < level.offsets[node + 1]; ++i) {
      if (community[level.neighbours[i]] == community[node]) outward[node] += level.weight(i);
    }
  }
  const auto well_connected = [&](std::uint32_t p, std::uint32_t c) {
    return outward[p] >= resolution * totals[p] * (community_totals[c] - totals[p]) - least_gain * totals[p];
  };
  Ties ties(nodes);
  std::vector<double> chances;
  std::vector<std::uint32_t> candidates;
  for (const std::uint32_t node : shuffled(nodes, random)) {
    const std::uint32_t c = community[node];
    if (single[node] == 0 || part[node] != node || !well_connected(node, c)) continue;
    const double degree = level.degrees[node];
    for (std::size_t i = level.offsets[node]; i < level.offsets[node + 1]; ++i) {
      if (community[level.neighbours[i]] == c) ties.add(part[level.neighbours[i]], level.weight(i));
    }
    candidates.clear();
    chances.clear();
    double best = 0.0;
    for (const std::uint32_t p : ties.touched) {
      const double gain = ties.to[p] - resolution * degree * totals[p];
      if (p == node || gain < 0.0 || !well_connected(p, c)) continue;
      candidates.push_back(p);
      chances.push_back(gain);
      best = std::max(best, gain);
    }
    if (!candidates.empty()) {
      std::uint32_t chosen = candidates.front();
      if (best > 0.0 && candidates.size() > 1) {
        for (double& chance : chances) chance = std::exp((chance - best) / (best * randomness));
        chosen = candidates[random.categorical(chances)];
      }
      outward[chosen] += outward[node] - 2.0 * ties.to[chosen];
      totals[chosen] += degree;
      totals[node] = 0.0;
      outward[node] = 0.0;
      single[chosen] = 0;
      part[node] = chosen;
    }
    ties.clear();
  }
  return part;
}

/// Numbers the communities 0, 1, ... in the order of first members; returns how many there are.
inline std::size_t renumber(std::vector<std::uint32_t>& community) {
  constexpr std::uint32_t unset = 0xFFFF'FFFFU;
  const std::size_t size =
      community.empty() ? 0 : std::size_t{*std::max_element(community.begin(), community.end())} + 1;
  std::vector<std::uint32_t> number(size, unset);
  std::uint32_t count = 0;
  for (std::uint32_t& c : community) {
    if (number[c] == unset) number[c] = count++;
    c = number[c];
  }
  return count;
}

/// The network whose nodes are the communities, numbered 0 .. count - 1.
[[nodiscard]] inline Level contract(const Level& level, const std::vector<std::uint32_t>& community,
                                    std::size_t count) {
  std::vector<std::uint32_t> first(count + 1, 0);
  for (const std::uint32_t c : community) ++first[c + 1];
  for (std::size_t c = 0; c < count; ++c) first[c + 1] += first[c];
  std::vector<std::uint32_t> members(community.size());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::size_t node = 0; node < community.size(); ++node)
    members[next[community[node]]++] = static_cast<std::uint32_t>(node);

  Level result;
  result.degrees.assign(count, 0.0);
  result.offsets.reserve(count + 1);
  result.offsets.push_back(0);
  Ties ties(count);
  for (std::uint32_t c = 0; c < count; ++c) {
    for (std::size_t m = first[c]; m < first[c + 1]; ++m) {
      const std::uint32_t node = members[m];
      result.degrees[c] += level.degrees[node];
      for (std::size_t i = level.offsets[node]; i < level.offsets[node + 1]; ++i) {
        const std::uint32_t other = community[level.neighbours[i]];
        if (other != c) ties.add(other, level.weight(i));
      }
    }
    for (const std::uint32_t other : ties.touched) {
      result.neighbours.push_back(other);
      result.weights.push_back(ties.to[other]);
    }
    ties.clear();
    result.offsets.push_back(static_cast<std::uint32_t>(result.neighbours.size()));
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
