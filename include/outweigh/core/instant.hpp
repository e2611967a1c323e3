// A point in time, always UTC.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Microseconds since 1970-01-01T00:00:00Z.
class Instant {
 public:
  static constexpr std::int64_t microseconds_per_day = 86'400'000'000;

  constexpr Instant() noexcept = default;
  [[nodiscard]] static constexpr Instant from_microseconds(std::int64_t value) noexcept {
    Instant instant;
    instant.value_ = value;
    return instant;
  }
  /// Midnight UTC of a proleptic Gregorian date; `month` 1..12, `day` 1..31.
  [[nodiscard]] static constexpr Instant from_date(int year, int month, int day) noexcept {
    // Howard Hinnant's days_from_civil, http://howardhinnant.github.io/date_algorithms.html
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return from_microseconds((era * 146'097 + day_of_era - 719'468) * microseconds_per_day);
  }

  [[nodiscard]] constexpr std::int64_t microseconds() const noexcept { return value_; }
  [[nodiscard]] constexpr double days() const noexcept {
    return static_cast<double>(value_) / static_cast<double>(microseconds_per_day);
  }

  friend constexpr auto operator<=>(Instant, Instant) noexcept = default;

 private:
  std::int64_t value_ = 0;
};

/// "2026-11-22T09:30:00Z", with microseconds only where there are any.
[[nodiscard]] std::string to_string(Instant instant);

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/instant-inl.hpp>
#endif
