#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include <outweigh/lab/estimation_error.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

namespace detail {

inline void require_finite(std::span<const double> values, std::size_t length, std::string_view name) {
  if (values.size() != length) {
    throw core::InvalidInput("the columns to compare differ in length",
                             {.column = std::string(name), .value = std::to_string(values.size())});
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      throw core::InvalidInput("a value to compare must be finite",
                               {.column = std::string(name), .row = i, .value = std::to_string(values[i])});
    }
  }
}

inline void require_intervals(std::span<const double> lower, std::span<const double> upper,
                              std::span<const double> truth) {
  require_finite(lower, truth.size(), "lower");
  require_finite(upper, truth.size(), "upper");
  require_finite(truth, truth.size(), "truth");
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (lower[i] > upper[i]) {
      throw core::InvalidInput("an interval's lower end is above its upper end",
                               {.column = "lower", .row = i, .value = std::to_string(lower[i])});
    }
  }
}

}  // namespace detail

OUTWEIGH_INLINE double root_mean_square_error(std::span<const double> estimates, std::span<const double> truth) {
  detail::require_finite(estimates, truth.size(), "estimates");
  detail::require_finite(truth, truth.size(), "truth");
  if (truth.empty()) return 0.0;
  // Halves, in units of a power of two, so that neither differences nor their squares overflow or vanish.
  const auto half = [&](std::size_t i) { return 0.5 * estimates[i] - 0.5 * truth[i]; };
  double most = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) most = std::max(most, std::abs(half(i)));
  if (most == 0.0) return 0.0;
  const int exponent = std::ilogb(most);
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double scaled = std::ldexp(half(i), -exponent);
    sum += scaled * scaled;
  }
  return std::ldexp(std::sqrt(sum / static_cast<double>(truth.size())), exponent + 1);
}

OUTWEIGH_INLINE double mean_error(std::span<const double> estimates, std::span<const double> truth) {
  detail::require_finite(estimates, truth.size(), "estimates");
  detail::require_finite(truth, truth.size(), "truth");
  if (truth.empty()) return 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += estimates[i] - truth[i];
  return sum / static_cast<double>(truth.size());
}

OUTWEIGH_INLINE double interval_coverage(std::span<const double> lower, std::span<const double> upper,
                                         std::span<const double> truth) {
  detail::require_intervals(lower, upper, truth);
  if (truth.empty()) return 0.0;
  std::size_t inside = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) inside += lower[i] <= truth[i] && truth[i] <= upper[i] ? 1U : 0U;
  return static_cast<double>(inside) / static_cast<double>(truth.size());
}

OUTWEIGH_INLINE double interval_score(std::span<const double> lower, std::span<const double> upper,
                                      std::span<const double> truth, double level) {
  detail::require_intervals(lower, upper, truth);
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("a level must lie between 0 and 1", {.column = "level", .value = std::to_string(level)});
  }
  if (truth.empty()) return 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double below = lower[i] > truth[i] ? lower[i] - truth[i] : 0.0;
    const double above = truth[i] > upper[i] ? truth[i] - upper[i] : 0.0;
    sum += upper[i] - lower[i] + 2.0 / (1.0 - level) * (below + above);
  }
  return sum / static_cast<double>(truth.size());
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
