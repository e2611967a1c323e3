// A ratio of totals over accounts, which are the independent units.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include <outweigh/core/estimate.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

struct Ratio {
  std::int64_t units = 0;
  std::optional<double> value{};
  std::optional<double> lower{};
  std::optional<double> upper{};
  core::Status status = core::Status::undefined;
};

/// sum y / sum x with Taylor's variance between the units (Cochran 1977, chapter 6), Student's t with one degree of
/// freedom fewer than units, ends kept inside [lowest, highest]. One unit has no variance: no interval, doubtful.
inline Ratio ratio_of(const std::map<std::uint32_t, std::pair<double, double>>& units, double level, double lowest,
                      double highest) {
  Ratio ratio;
  double x = 0.0;
  double y = 0.0;
  for (const auto& [unit, pair] : units) {
    y += pair.first;
    x += pair.second;
  }
  ratio.units = static_cast<std::int64_t>(units.size());
  if (!(x > 0.0)) return ratio;
  const double r = y / x;
  ratio.value = r;
  const auto n = static_cast<double>(units.size());
  if (units.size() < 2) {
    ratio.status = core::Status::doubtful;
    return ratio;
  }
  double squares = 0.0;
  for (const auto& [unit, pair] : units) {
    const double rest = pair.first - r * pair.second;
    squares += rest * rest;
  }
  const double error = std::sqrt(n / (n - 1.0) * squares) / x;
  const double half = stats::student_t_quantile(0.5 + level / 2.0, n - 1.0) * error;
  ratio.lower = std::max(std::min(lowest, r), r - half);
  ratio.upper = std::min(std::max(highest, r), r + half);
  ratio.status = units.size() < 5 || squares == 0.0 ? core::Status::doubtful : core::Status::estimated;
  return ratio;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
