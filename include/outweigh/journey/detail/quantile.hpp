// Quantiles and times of lists.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

inline constexpr double microseconds_per_day = 86'400'000'000.0;
[[nodiscard]] inline double days(double microseconds) noexcept { return microseconds / microseconds_per_day; }
[[nodiscard]] inline double days(std::int64_t microseconds) noexcept { return days(static_cast<double>(microseconds)); }

/// A sum of durations in whole days and microseconds, so that it neither overflows nor depends on the order.
struct DaySum {
  std::int64_t whole = 0;
  std::int64_t rest = 0;

  void add(std::int64_t microseconds) noexcept {
    constexpr auto day = static_cast<std::int64_t>(86'400'000'000);
    whole += microseconds / day;
    rest += microseconds % day;
  }
  [[nodiscard]] double days() const noexcept { return static_cast<double>(whole) + detail::days(rest); }
};

/// The quantile between order statistics by linear interpolation (type 7 of Hyndman and Fan 1996,
/// doi:10.1080/00031305.1996.10473566). Reorders `values`, which must not be empty.
template <class T>
[[nodiscard]] double quantile(std::span<T> values, double share) {
  const double position = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  const auto low = static_cast<double>(*at);
  const double rest = position - static_cast<double>(below);
  if (!(rest > 0.0)) return low;
  const auto high = static_cast<double>(*std::min_element(at + 1, values.end()));
  return low + rest * (high - low);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
