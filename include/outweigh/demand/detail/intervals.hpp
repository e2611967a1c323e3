// Intervals from draws.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
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

/// How many independent draws tell as much as these, which may follow each other closely: Geyer's initial positive
/// sequence of autocorrelations (1992, doi:10.1214/ss/1177011137), over at most 100 lags.
[[nodiscard]] inline double effective_draws(std::span<const double> draws) {
  const std::size_t n = draws.size();
  double mean = 0.0;
  for (const double x : draws) mean += x / static_cast<double>(n);
  double variance = 0.0;
  for (const double x : draws) variance += (x - mean) * (x - mean);
  if (n < 4 || variance <= 0.0) return static_cast<double>(n);
  const auto correlation = [&](std::size_t lag) {
    double sum = 0.0;
    for (std::size_t d = lag; d < n; ++d) sum += (draws[d] - mean) * (draws[d - lag] - mean);
    return sum / variance;
  };
  double time = -1.0;
  for (std::size_t lag = 0; lag + 1 < std::min<std::size_t>(n, 100); lag += 2) {
    const double pair = correlation(lag) + correlation(lag + 1);
    if (pair <= 0.0) break;
    time += 2.0 * pair;
  }
  return std::clamp(static_cast<double>(n) / std::max(time, 1.0), std::min(10.0, static_cast<double>(n)),
                    static_cast<double>(n));
}

/// Whole numbers that hold the middle `level` of draws of a number, on the average over where the ends fall: a count at
/// an end belongs to the interval where at least half of its chance does (as with mid-p values, Lancaster 1961,
/// doi:10.1080/01621459.1961.10482105). Taking every count that the ends touch would cover too often, the more so the
/// smaller the segment. The k-th of n independent draws leaves k / (n + 1) below it, not k / n: the ends lie as much
/// further out as the draws are fewer. `draws` in the order in which they were drawn; sorts them.
[[nodiscard]] inline core::Interval count_interval_of(std::vector<double>& draws, double level) {
  const double effective = effective_draws(draws);
  std::sort(draws.begin(), draws.end());
  const double size = static_cast<double>(draws.size());
  const double tail = 0.5 * (1.0 - level);
  const double below = std::max(0.2 * tail, tail - (0.5 - tail) / effective) * size;
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
