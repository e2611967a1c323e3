// Months and weeks of instants, UTC.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <outweigh/core/instant.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Whole days since 1970-01-01, rounded down.
[[nodiscard]] inline std::int64_t day_of(Instant at) noexcept {
  const std::int64_t days = at.microseconds() / Instant::microseconds_per_day;
  return days - (at.microseconds() % Instant::microseconds_per_day < 0 ? 1 : 0);
}

/// Months since year 0 of the proleptic Gregorian calendar.
[[nodiscard]] inline std::int64_t month_of(Instant at) noexcept {
  // Howard Hinnant's civil_from_days, http://howardhinnant.github.io/date_algorithms.html
  const std::int64_t z = day_of(at) + 719'468;
  const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int64_t day_of_era = z - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted < 10 ? shifted + 2 : shifted - 10;
  return (year_of_era + era * 400 + (month <= 1 ? 1 : 0)) * 12 + month;
}

/// The same day of the year and time of the day so many years before; the last day of a month for the last day of one.
[[nodiscard]] inline Instant years_before(Instant at, int years) noexcept {
  const auto first_of = [](std::int64_t month) {
    const std::int64_t year = (month >= 0 ? month : month - 11) / 12;
    return day_of(Instant::from_date(static_cast<int>(year), static_cast<int>(month - year * 12) + 1, 1));
  };
  const std::int64_t month = month_of(at);
  const std::int64_t day = day_of(at);
  const std::int64_t earlier = month - 12 * std::int64_t{years};
  const std::int64_t last = first_of(earlier + 1) - 1;
  const bool is_last = day + 1 == first_of(month + 1);
  const std::int64_t then = is_last ? last : std::min(last, first_of(earlier) + day - first_of(month));
  return Instant::from_microseconds(at.microseconds() - (day - then) * Instant::microseconds_per_day);
}

/// "2026-03"
[[nodiscard]] inline std::string month_text(std::int64_t month) {
  const std::int64_t year = (month >= 0 ? month : month - 11) / 12;
  const auto number = static_cast<int>(month - year * 12) + 1;
  const std::string text = to_string(Instant::from_date(static_cast<int>(year), number, 1));
  return text.substr(0, text.find('T') - 3);
}

/// Of "2026-03"; absent for anything else.
[[nodiscard]] inline std::optional<std::int64_t> month_from(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  std::int64_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digits = digits * 10 + (text[i] - '0');
  }
  const std::int64_t month = digits % 100;
  if (month < 1 || month > 12) return std::nullopt;
  return digits / 100 * 12 + month - 1;
}

/// The day on which the week of a day begins, a Monday.
[[nodiscard]] inline std::int64_t monday_of(std::int64_t day) noexcept {
  // 1970-01-01 was a Thursday.
  return day - ((day + 3) % 7 + 7) % 7;
}

[[nodiscard]] inline Instant start_of_day(std::int64_t day) noexcept {
  return Instant::from_microseconds(day * Instant::microseconds_per_day);
}

/// "2026-03-02"
[[nodiscard]] inline std::string day_text(std::int64_t day) {
  const std::string text = to_string(start_of_day(day));
  return text.substr(0, text.find('T'));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
