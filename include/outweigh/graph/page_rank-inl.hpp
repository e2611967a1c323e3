#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/row_blocks.hpp>
#include <outweigh/graph/page_rank.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

inline void check_iteration(double tolerance, std::size_t max_iterations) {
  if (!(tolerance > 0.0) || tolerance > 1.0) {
    throw core::InvalidInput("the tolerance must lie between 0 and 1",
                             {.column = "tolerance", .value = std::to_string(tolerance)});
  }
  if (max_iterations == 0)
    throw core::InvalidInput("there must be an iteration", {.column = "max_iterations", .value = "0"});
}

/// Sum over a row's neighbours of weight times value.
[[nodiscard]] inline double row_sum(const Adjacency& adjacency, std::size_t row, const double* values) noexcept {
  const std::size_t begin = adjacency.offsets[row];
  const std::size_t end = adjacency.offsets[row + 1];
  const std::uint32_t* const neighbours = adjacency.neighbours.data();
  double even = 0.0;
  double odd = 0.0;
  std::size_t i = begin;
  if (adjacency.weights.empty()) {
    for (; i + 1 < end; i += 2) {
      even += values[neighbours[i]];
      odd += values[neighbours[i + 1]];
    }
    if (i < end) even += values[neighbours[i]];
  } else {
    const double* const weights = adjacency.weights.data();
    for (; i + 1 < end; i += 2) {
      even += weights[i] * values[neighbours[i]];
      odd += weights[i + 1] * values[neighbours[i + 1]];
    }
    if (i < end) even += weights[i] * values[neighbours[i]];
  }
  return even + odd;
}

/// The weights of edges scaled by their largest, so that sums and products of them stay finite.
[[nodiscard]] inline double largest_weight(const Adjacency& adjacency) noexcept {
  return adjacency.weights.empty() ? 1.0 : *std::max_element(adjacency.weights.begin(), adjacency.weights.end());
}

}  // namespace detail

OUTWEIGH_INLINE PageRank page_rank(const Network& network, const PageRankOptions& options) {
  const std::size_t nodes = network.nodes();
  const double damping = options.damping;
  if (!(damping >= 0.0 && damping < 1.0)) {
    throw core::InvalidInput("the damping must lie in [0, 1)", {.column = "damping", .value = std::to_string(damping)});
  }
  detail::check_iteration(options.tolerance, options.max_iterations);
  if (!options.restart.empty() && options.restart.size() != nodes) {
    throw core::InvalidInput("there must be one restart weight a node",
                             {.column = "restart", .value = std::to_string(options.restart.size())});
  }
  PageRank result;
  if (nodes == 0) return result;

  std::vector<double> restart(nodes, 1.0 / static_cast<double>(nodes));
  if (!options.restart.empty()) {
    double largest = 0.0;
    for (std::size_t i = 0; i < nodes; ++i) {
      const double weight = options.restart[i];
      if (!(weight >= 0.0) || weight > std::numeric_limits<double>::max()) {
        throw core::InvalidInput("restart weights must be finite and not negative",
                                 {.column = "restart", .row = i, .value = std::to_string(weight)});
      }
      largest = std::max(largest, weight);
    }
    if (largest == 0.0)
      throw core::InvalidInput("the walk must restart somewhere: all restart weights are 0", {.column = "restart"});
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes; ++i) sum += restart[i] = options.restart[i] / largest;
    for (double& weight : restart) weight /= sum;
  }

  const Adjacency& in = network.in();
  const double unit = in.entries() == 0 ? 1.0 : detail::largest_weight(in);
  std::vector<double> per_weight(nodes, 0.0);  // 1 / weight of all edges that leave the node; 0: none does
  for (std::size_t i = 0; i < in.entries(); ++i) per_weight[in.neighbours[i]] += in.weight(i) / unit;
  for (double& weight : per_weight) weight = weight > 0.0 ? 1.0 / weight / unit : 0.0;

  const std::vector<std::uint32_t> blocks = detail::row_blocks(in.offsets);
  struct Part {
    double change = 0.0;
    double dangling = 0.0;
    double sum = 0.0;
  };
  std::vector<Part> parts(blocks.size() - 1);
  const auto add_up = [&] {
    Part total;
    for (const Part& part : parts) {
      total.change += part.change;
      total.dangling += part.dangling;
      total.sum += part.sum;
    }
    return total;
  };
  std::vector<double> rank = restart;
  std::vector<double> flow(nodes);  // what each unit of weight carries
  std::vector<double> next_flow(nodes);
  double dangling = 0.0;
  for (std::size_t i = 0; i < nodes; ++i) {
    flow[i] = rank[i] * per_weight[i];
    if (per_weight[i] == 0.0) dangling += rank[i];
  }
  result.converged = false;
  while (result.iterations < options.max_iterations) {
    options.control.check();
    const double again = damping * dangling + 1.0 - damping;
    core::parallel_for(options.control, parts.size(), [&](std::size_t b) {
      Part part;
      for (std::size_t node = blocks[b]; node < blocks[b + 1]; ++node) {
        const double value = damping * detail::row_sum(in, node, flow.data()) + again * restart[node];
        part.change += std::abs(value - rank[node]);
        part.sum += value;
        if (per_weight[node] == 0.0) part.dangling += value;
        rank[node] = value;
        next_flow[node] = value * per_weight[node];
      }
      parts[b] = part;
    });
    std::swap(flow, next_flow);
    const Part total = add_up();
    dangling = total.dangling;
    ++result.iterations;
    result.error = total.change * damping / (1.0 - damping);
    if (result.error <= options.tolerance) {
      result.converged = true;
      break;
    }
  }
  double sum = 0.0;
  for (const double value : rank) sum += value;
  for (double& value : rank) value /= sum;
  result.rank = std::move(rank);
  return result;
}

OUTWEIGH_INLINE Hits hits(const Network& network, const HitsOptions& options) {
  detail::check_iteration(options.tolerance, options.max_iterations);
  const std::size_t nodes = network.nodes();
  Hits result;
  result.hubs.assign(nodes, 0.0);
  result.authorities.assign(nodes, 0.0);
  if (network.edges() == 0) return result;

  Adjacency in = network.in();
  const double unit = detail::largest_weight(in);
  for (double& weight : in.weights) weight /= unit;
  const Adjacency out = network.directed() ? transpose(in, nodes) : Adjacency{};
  const Adjacency& forward = network.directed() ? out : in;
  const auto step = [&](const Adjacency& adjacency, const std::vector<double>& from, std::vector<double>& to) {
    const std::vector<std::uint32_t> blocks = detail::row_blocks(adjacency.offsets);
    std::vector<double> sums(blocks.size() - 1, 0.0);
    core::parallel_for(options.control, sums.size(), [&](std::size_t b) {
      for (std::size_t node = blocks[b]; node < blocks[b + 1]; ++node) {
        to[node] = detail::row_sum(adjacency, node, from.data());
        sums[b] += to[node];
      }
    });
    double sum = 0.0;
    for (const double part : sums) sum += part;
    if (sum > 0.0) {
      for (double& value : to) value /= sum;
    }
  };
  std::vector<double> hubs(nodes, 1.0 / static_cast<double>(nodes));
  std::vector<double> next(nodes);
  double last_change = 2.0;
  result.converged = false;
  while (result.iterations < options.max_iterations) {
    step(in, hubs, result.authorities);
    step(forward, result.authorities, next);
    double change = 0.0;
    for (std::size_t i = 0; i < nodes; ++i) change += std::abs(next[i] - hubs[i]);
    std::swap(hubs, next);
    ++result.iterations;
    // Changes shrink by a constant factor in the end; what is still to come is a geometric series.
    const double factor = std::min(change / std::max(last_change, std::numeric_limits<double>::min()), 1.0 - 1e-6);
    result.error = change * std::max(1.0, factor / (1.0 - factor));
    last_change = change;
    if (result.error <= options.tolerance) {
      result.converged = true;
      break;
    }
  }
  step(in, hubs, result.authorities);
  result.hubs = std::move(hubs);
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
