// What the nodes of a problem take of one resource.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// What each node takes of one resource, in whole numbers.
struct ResourceCosts {
  std::vector<std::int64_t> cost{};  ///< >= 0, by node
  std::int64_t budget = 0;           ///< what fits this, fits the capacity in the user's unit
  std::int64_t loose_budget = 0;     ///< what fits the capacity in the user's unit, fits this
  double unit = 1.0;                 ///< the effort of 1
  bool exact = true;                 ///< otherwise efforts are rounded up
};

/// Efforts of a resource by node, and its capacity, in whole numbers.
inline ResourceCosts scale_resource(const RoadmapProblem& problem, const ScaledProblem& scaled, std::size_t resource,
                                    double capacity) {
  // what no plan can hold is left out, or one effort of 1e300 would leave nothing of the others
  std::vector<double> amounts;
  const auto efforts = problem.resource_efforts(resource);
  const double limit = capacity * (1.0 + 16.0 * std::numeric_limits<double>::epsilon());
  for (const double effort : efforts) {
    if (effort <= limit) amounts.push_back(effort);
  }
  const Scale scale = choose_scale(amounts, 0x1p40, 0x1p34);
  ResourceCosts costs;
  costs.unit = scale.unit();
  costs.exact = scale.exact;
  costs.cost.assign(scaled.closure.size(), 0);
  const double whole = capacity * scale.factor / static_cast<double>(scale.divisor);
  const double most = 0x1p41 + static_cast<double>(efforts.size()) + 1.0;
  std::int64_t total = 0;
  std::vector<std::uint8_t> beyond(scaled.closure.size(), 0);
  for (std::uint32_t u = 0; u < scaled.closure.size(); ++u) {
    for (std::uint32_t k = scaled.members.first(u); k < scaled.members.last(u); ++k) {
      const double effort = efforts[scaled.members.entry[k]];
      if (effort > limit) {
        beyond[u] = 1;
      } else {
        costs.cost[u] += scale.up(effort);
      }
    }
    total += costs.cost[u];
  }
  if ((!scale.exact && all_fit(amounts, capacity)) ||
      whole >= static_cast<double>(total) + static_cast<double>(efforts.size()) + 1.0 || whole >= most) {
    costs.budget = costs.loose_budget = total;
  } else if (scale.exact) {
    costs.budget = costs.loose_budget =
        static_cast<std::int64_t>(std::floor(whole + 8.0 * std::numeric_limits<double>::epsilon() * std::abs(whole)));
  } else {
    costs.budget = std::min(total, static_cast<std::int64_t>(std::floor(whole)));
    costs.loose_budget = std::min(total, costs.budget + static_cast<std::int64_t>(efforts.size()) + 1);
  }
  for (std::uint32_t u = 0; u < beyond.size(); ++u) {
    if (beyond[u] != 0) costs.cost[u] = costs.loose_budget + 1;
  }
  return costs;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
