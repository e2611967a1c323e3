#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include <outweigh/economics/detail/number_text.hpp>
#include <outweigh/economics/profit_curve.hpp>
#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

inline void require_amounts(std::span<const double> values, const char* column, bool no_losses) {
  if (values.empty()) throw core::InvalidInput("there is no customer", {.column = column});
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]) || std::abs(values[i]) > 1e300) {
      throw core::InvalidInput("an amount is finite and known",
                               {.column = column, .row = i, .value = number_text(values[i])});
    }
    if (no_losses && values[i] < 0.0) {
      throw core::InvalidInput("shares of a total are not defined with losses",
                               {.column = column, .row = i, .value = number_text(values[i])});
    }
  }
}

inline double exact_total(std::span<const double> values) {
  stats::ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

/// Rounded up, but for rounding: a tenth of 790 is 79.
inline std::size_t customers_of(double share, std::size_t count) {
  if (!(share >= 0.0 && share <= 1.0)) {
    throw core::InvalidInput("a share lies between 0 and 1", {.column = "share", .value = number_text(share)});
  }
  return std::min(count, static_cast<std::size_t>(std::ceil(share * static_cast<double>(count) - 1e-9)));
}

}  // namespace detail

OUTWEIGH_INLINE ProfitCurve profit_curve(std::span<const double> profit) {
  detail::require_amounts(profit, "profit", false);
  ProfitCurve curve;
  curve.order.resize(profit.size());
  std::iota(curve.order.begin(), curve.order.end(), 0U);
  std::stable_sort(curve.order.begin(), curve.order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return profit[a] > profit[b]; });
  stats::ExactSum sum;
  for (const std::uint32_t row : curve.order) {
    sum.add(profit[row]);
    curve.profit.push_back(profit[row]);
    curve.cumulative.push_back(sum.value());
    if (profit[row] > 0.0) {
      curve.peak = curve.cumulative.back();
      curve.peak_customers = curve.cumulative.size();
    } else if (profit[row] < 0.0) {
      ++curve.losing;
    }
  }
  curve.total = curve.cumulative.back();
  curve.losses = detail::exact_total(std::span<const double>(curve.profit).subspan(curve.profit.size() - curve.losing));
  return curve;
}

OUTWEIGH_INLINE std::optional<double> ProfitCurve::top(double share) const {
  const std::size_t count = detail::customers_of(share, profit.size());
  if (!(total > 0.0)) return std::nullopt;
  return count == 0 ? 0.0 : cumulative[count - 1] / total;
}

OUTWEIGH_INLINE std::optional<double> ProfitCurve::bottom(double share) const {
  const std::size_t count = detail::customers_of(share, profit.size());
  if (!(total > 0.0)) return std::nullopt;
  return detail::exact_total(std::span<const double>(profit).subspan(profit.size() - count)) / total;
}

OUTWEIGH_INLINE std::optional<double> ProfitCurve::peak_share() const {
  return total > 0.0 ? std::optional<double>(peak / total) : std::nullopt;
}

OUTWEIGH_INLINE std::optional<double> gini(std::span<const double> values, Losses losses) {
  detail::require_amounts(values, "values", losses == Losses::refuse);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  stats::ExactSum weighted;
  stats::ExactSum sizes;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    weighted.add((2.0 * static_cast<double>(i + 1) - n - 1.0) * sorted[i]);
    sizes.add(std::abs(sorted[i]));
  }
  if (!(sizes.value() > 0.0)) return std::nullopt;
  if (losses == Losses::refuse) return std::clamp(weighted.value() / (n * sizes.value()), 0.0, 1.0);
  if (n < 2.0) return 0.0;
  return std::clamp(weighted.value() / ((n - 1.0) * sizes.value()), 0.0, 1.0);
}

OUTWEIGH_INLINE std::vector<double> lorenz(std::span<const double> values) {
  detail::require_amounts(values, "values", true);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double total = detail::exact_total(sorted);
  if (!(total > 0.0)) return {};
  std::vector<double> curve = {0.0};
  stats::ExactSum sum;
  for (const double value : sorted) {
    sum.add(value);
    curve.push_back(sum.value() / total);
  }
  return curve;
}

OUTWEIGH_INLINE std::optional<double> concentration(std::span<const double> values) {
  detail::require_amounts(values, "values", true);
  const double total = detail::exact_total(values);
  if (!(total > 0.0)) return std::nullopt;
  stats::ExactSum sum;
  for (const double value : values) sum.add((value / total) * (value / total));
  return sum.value();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
