// Intervals from draws.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Order statistics that enclose the middle `level` of the draws, which are sorted.
[[nodiscard]] inline core::Interval interval_of(std::vector<double>& draws, double level) {
  std::sort(draws.begin(), draws.end());
  const double last = static_cast<double>(draws.size() - 1);
  const double tail = 0.5 * (1.0 - level) * last;
  return {draws[static_cast<std::size_t>(std::floor(tail))], draws[static_cast<std::size_t>(std::ceil(last - tail))],
          level};
}

/// Whole numbers that hold the middle `level` of draws of a number, on the average over where the ends fall: a count at
/// an end belongs to the interval where at least half of its chance does (as with mid-p values, Lancaster 1961,
/// doi:10.1080/01621459.1961.10482105). Taking every count that the ends touch would cover too often, the more so the
/// smaller the segment. Sorts the draws.
[[nodiscard]] inline core::Interval count_interval_of(std::vector<double>& draws, double level) {
  std::sort(draws.begin(), draws.end());
  const double size = static_cast<double>(draws.size());
  const double below = 0.5 * (1.0 - level) * size;
  // Where in the run of equal draws the rank falls, as a share of the run.
  const auto locate = [&](double rank) {
    const std::size_t at = std::min(draws.size() - 1, static_cast<std::size_t>(std::max(0.0, rank)));
    const auto [first, end] = std::equal_range(draws.begin(), draws.end(), draws[at]);
    const double before = static_cast<double>(first - draws.begin());
    return std::pair{draws[at], (rank - before) / static_cast<double>(end - first)};
  };
  const auto [lower, lower_share] = locate(below);
  const auto [upper, upper_share] = locate(size - below);
  core::Interval interval{lower_share <= 0.5 ? lower : lower + 1.0, upper_share >= 0.5 ? upper : upper - 1.0, level};
  interval.lower = std::min(interval.lower, upper);
  interval.upper = std::max(interval.upper, interval.lower);
  return interval;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
