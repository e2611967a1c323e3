// Small things that audits say about shares.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Two-sided p-value of `share` of `size` trials against `expected`; sizes need not be whole.
inline double two_sided_p(double share, double size, double expected) {
  if (!(size > 0.0)) return 1.0;
  if (expected <= 0.0 || expected >= 1.0) return 1.0;
  const double hits = share * size;
  const double at_least = hits <= 0.0 ? 1.0 : stats::incomplete_beta(hits, size - hits + 1.0, expected).lower;
  const double at_most = hits >= size ? 1.0 : stats::incomplete_beta(hits + 1.0, size - hits, expected).upper;
  return std::min(1.0, 2.0 * std::min(at_least, at_most));
}

inline void require_share(double value, const char* name) {
  if (!(value > 0.0 && value < 1.0)) {
    throw core::InvalidInput("this option must lie between 0 and 1",
                             {.column = name, .value = core::detail::number_text(value)});
  }
}

inline std::string percent(double share) {
  const double value = 100.0 * share;
  const auto tenths = static_cast<long long>(std::llround(value * 10.0));
  return value < 10.0 && tenths % 10 != 0 ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %"
                                          : std::to_string(std::llround(value)) + " %";
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
