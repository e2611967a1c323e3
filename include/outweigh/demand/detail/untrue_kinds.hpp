// Which kinds of sources bring untrue reports more often than others.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include <outweigh/demand/detail/deaf_kinds.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Reports that somebody looked into, by kind of source.
struct CheckedReports {
  std::array<double, source_kinds> checked{};
  std::array<double, source_kinds> untrue{};
};

/// By kind of source, how much likelier than usual a report is untrue, as a ratio of odds; 1 everywhere unless kinds
/// differ by more than chance (chi-squared test at 1 %, over kinds with ten reports checked). Shares are shrunk towards
/// the mean by the variance between kinds (analysis of variance estimate for the beta-binomial, Kleinman 1973,
/// doi:10.1080/01621459.1973.10481332).
[[nodiscard]] inline std::array<double, source_kinds> untrue_odds(const CheckedReports& reports) {
  std::array<double, source_kinds> odds{};
  odds.fill(1.0);
  double checked = 0.0;
  double untrue = 0.0;
  double squares = 0.0;
  double kinds = 0.0;
  const auto counts = [&](std::size_t kind) { return reports.checked[kind] >= 10.0; };
  for (std::size_t kind = 0; kind < source_kinds; ++kind) {
    if (!counts(kind)) continue;
    checked += reports.checked[kind];
    untrue += reports.untrue[kind];
    squares += reports.checked[kind] * reports.checked[kind];
    kinds += 1.0;
  }
  if (kinds < 2.0 || untrue <= 0.0 || untrue >= checked) return odds;
  const double mean = untrue / checked;
  const double variance = mean * (1.0 - mean);
  double between = 0.0;
  for (std::size_t kind = 0; kind < source_kinds; ++kind) {
    if (!counts(kind)) continue;
    const double distance = reports.untrue[kind] / reports.checked[kind] - mean;
    between += reports.checked[kind] * distance * distance;
  }
  if (stats::chi_squared(between / variance, kinds - 1.0).upper > 0.01) return odds;
  const double excess = (between - (kinds - 1.0) * variance) / (checked - squares / checked);
  const double prior = std::max(0.0, variance / std::max(excess, 1e-12) - 1.0);
  for (std::size_t kind = 0; kind < source_kinds; ++kind) {
    if (!counts(kind)) continue;
    const double share = (reports.untrue[kind] + prior * mean + 0.5) / (reports.checked[kind] + prior + 1.0);
    odds[kind] = std::clamp(share / (1.0 - share) * (1.0 - mean) / mean, 0.05, 20.0);
  }
  return odds;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
