#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/communities.hpp>
#include <outweigh/graph/detail/community_kernel.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

inline void check_community_input(const Network& network, double resolution) {
  if (network.directed())
    throw core::InvalidInput("communities are found in undirected networks", {.column = "directed"});
  if (!(resolution > 0.0) || resolution > 1e300) {
    throw core::InvalidInput("the resolution must be positive and finite",
                             {.column = "resolution", .value = std::to_string(resolution)});
  }
}

/// Weights as shares of the sum of all degrees, loops apart.
[[nodiscard]] inline Level first_level(const Network& network) {
  const Adjacency& in = network.in();
  const std::size_t nodes = network.nodes();
  const double largest = in.weights.empty() ? 1.0 : *std::max_element(in.weights.begin(), in.weights.end());
  Level level;
  level.degrees.assign(nodes, 0.0);
  std::size_t loops = 0;
  double sum = 0.0;
  for (std::size_t node = 0; node < nodes; ++node) {
    for (std::size_t i = in.offsets[node]; i < in.offsets[node + 1]; ++i) {
      const bool loop = in.neighbours[i] == node;
      loops += loop ? 1U : 0U;
      level.degrees[node] += (loop ? 2.0 : 1.0) * in.weight(i) / largest;
    }
    sum += level.degrees[node];
  }
  for (double& degree : level.degrees) degree /= sum;
  level.unit = 1.0 / sum;
  level.offsets = in.offsets;
  level.neighbours.assign(in.neighbours.begin(), in.neighbours.end());
  level.weights.assign(in.weights.begin(), in.weights.end());
  for (double& weight : level.weights) weight = weight / largest / sum;
  if (loops > 0) {
    std::size_t kept = 0;
    std::size_t begin = 0;
    for (std::size_t node = 0; node < nodes; ++node) {
      const std::size_t end = in.offsets[node + 1];
      for (std::size_t i = begin; i < end; ++i) {
        if (level.neighbours[i] == node) continue;
        level.neighbours[kept] = level.neighbours[i];
        if (!level.weights.empty()) level.weights[kept] = level.weights[i];
        ++kept;
      }
      begin = end;
      level.offsets[node + 1] = static_cast<std::uint32_t>(kept);
    }
    level.neighbours.resize(kept);
    if (!level.weights.empty()) level.weights.resize(kept);
  }
  return level;
}

[[nodiscard]] inline double modularity_of(const Level& level, const std::vector<double>& loops,
                                          std::span<const std::uint32_t> community, std::size_t count,
                                          double resolution) {
  std::vector<double> inside(count, 0.0);
  std::vector<double> totals(count, 0.0);
  for (std::size_t node = 0; node < level.nodes(); ++node) {
    const std::uint32_t c = community[node];
    totals[c] += level.degrees[node];
    inside[c] += loops[node];
    for (std::size_t i = level.offsets[node]; i < level.offsets[node + 1]; ++i) {
      if (community[level.neighbours[i]] == c) inside[c] += level.weight(i);
    }
  }
  double sum = 0.0;
  for (std::size_t c = 0; c < count; ++c) sum += inside[c] - resolution * totals[c] * totals[c];
  return sum;
}

/// Of each node, the share of all degrees that its loop has.
[[nodiscard]] inline std::vector<double> loop_shares(const Level& level) {
  std::vector<double> loops(level.degrees);
  for (std::size_t node = 0; node < level.nodes(); ++node) {
    for (std::size_t i = level.offsets[node]; i < level.offsets[node + 1]; ++i) loops[node] -= level.weight(i);
  }
  return loops;
}

/// In networks with as many edges as this the last, small gains are not worth their time.
inline constexpr std::size_t many_edges = 100'000;

/// One trial: communities of the first level's nodes.
[[nodiscard]] inline std::vector<std::uint32_t> find_communities(const Level& first, const std::vector<double>& loops,
                                                                 const CommunityOptions& options,
                                                                 stats::Random random) {
  const core::RunControl& control = options.control;
  std::vector<std::uint32_t> flat(first.nodes());
  std::iota(flat.begin(), flat.end(), 0U);
  const bool leiden = options.method == CommunityMethod::leiden;
  const double worth = first.neighbours.size() / 2 < many_edges ? 0.0 : 1e-5;
  double reached = -1.0;
  // What a round found is where the next one begins, until nothing is gained: Leiden's guarantees need it, and a second
  // round lets Louvain take back early moves. Leiden gains where no single node moves, since parts of communities do.
  for (int round = 0; round < (leiden ? 10 : 2); ++round) {
    const bool changed = move_nodes(first, flat, options.resolution, random, control);
    if (!leiden && !changed && round > 0) break;
    std::vector<Level> levels;
    std::vector<std::vector<std::uint32_t>> up;  // node of each level to node of the next
    std::vector<std::uint32_t> community = flat;
    const Level* level = &first;
    for (;;) {
      control.check();
      std::vector<std::uint32_t> part = leiden ? refine(*level, community, options.resolution, random) : community;
      const std::size_t count = renumber(part);
      if (count == level->nodes()) break;
      std::vector<std::uint32_t> next_community(count);
      if (leiden) {
        for (std::size_t node = 0; node < part.size(); ++node) next_community[part[node]] = community[node];
        renumber(next_community);
      } else {
        std::iota(next_community.begin(), next_community.end(), 0U);
      }
      levels.reserve(64);
      levels.push_back(contract(*level, part, count));
      up.push_back(std::move(part));
      level = &levels.back();
      community = std::move(next_community);
      if (!move_nodes(*level, community, options.resolution, random, control) && !leiden) break;
      if (levels.size() >= 64) break;
    }
    for (std::size_t node = 0; node < flat.size() && !up.empty(); ++node) {
      std::uint32_t at = static_cast<std::uint32_t>(node);
      for (const auto& step : up) at = step[at];
      flat[node] = community[at];
    }
    const std::size_t count = renumber(flat);
    if (!leiden) continue;
    const double now = modularity_of(first, loops, flat, count, options.resolution);
    if (now <= reached + worth) break;
    reached = now;
  }
  return flat;
}

}  // namespace detail

OUTWEIGH_INLINE double modularity(const Network& network, std::span<const std::uint32_t> community, double resolution) {
  detail::check_community_input(network, resolution);
  if (community.size() != network.nodes()) {
    throw core::InvalidInput("each node must have a community",
                             {.column = "community", .value = std::to_string(community.size())});
  }
  if (network.edges() == 0) return 0.0;
  std::vector<std::uint32_t> numbers(community.begin(), community.end());
  std::vector<std::uint32_t> known = numbers;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  for (std::uint32_t& c : numbers) {
    c = static_cast<std::uint32_t>(std::lower_bound(known.begin(), known.end(), c) - known.begin());
  }
  const detail::Level level = detail::first_level(network);
  return detail::modularity_of(level, detail::loop_shares(level), numbers, known.size(), resolution);
}

OUTWEIGH_INLINE Communities communities(const Network& network, const CommunityOptions& options) {
  detail::check_community_input(network, options.resolution);
  const std::size_t nodes = network.nodes();
  Communities result;
  result.community.resize(nodes);
  if (network.edges() == 0) {
    std::iota(result.community.begin(), result.community.end(), 0U);
    result.count = nodes;
    return result;
  }
  const detail::Level level = detail::first_level(network);
  const std::vector<double> loops = detail::loop_shares(level);
  std::size_t trials = options.trials;
  if (trials == 0) trials = network.edges() < 10'000 ? 10 : network.edges() < detail::many_edges ? 3 : 1;

  std::vector<std::vector<std::uint32_t>> found(trials);
  std::vector<double> reached(trials);
  const stats::Random random(options.control.seed);
  core::RunControl inside = options.control;
  inside.progress = {};
  core::parallel_for(options.control, trials, [&](std::size_t t) {
    CommunityOptions trial = options;
    trial.control = inside;
    found[t] = detail::find_communities(level, loops, trial, random.stream(t));
    const std::size_t count = detail::renumber(found[t]);
    reached[t] = detail::modularity_of(level, loops, found[t], count, options.resolution);
  });
  const auto best = static_cast<std::size_t>(std::max_element(reached.begin(), reached.end()) - reached.begin());
  std::vector<std::uint32_t>& community = found[best];
  result.modularity = reached[best];
  result.count = detail::renumber(community);
  std::vector<std::uint32_t> sizes(result.count, 0);
  for (const std::uint32_t c : community) ++sizes[c];
  std::vector<std::uint32_t> order(result.count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return sizes[a] > sizes[b]; });
  std::vector<std::uint32_t> place(result.count);
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<std::uint32_t>(i);
  for (std::size_t node = 0; node < nodes; ++node) result.community[node] = place[community[node]];
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
