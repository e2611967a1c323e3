// Times written as text: dates and times of ISO 8601, as RFC 3339 and what databases and data frames write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <outweigh/core/instant.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

struct WrittenTime {
  enum class Kind : std::uint8_t { date, local, zoned };
  Kind kind = Kind::date;
  std::int64_t microseconds = 0;  ///< since 1970: UTC where zoned, else on local clocks
};

/// Takes what it reads off the front of a text.
struct TimeText {
  std::string_view rest;

  [[nodiscard]] bool take(char expected) noexcept {
    if (rest.empty() || rest.front() != expected) return false;
    rest.remove_prefix(1);
    return true;
  }
  /// A number of exactly `digits` digits, from `least` to `most`.
  [[nodiscard]] std::optional<int> number(std::size_t digits, int least, int most) noexcept {
    if (rest.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
      value = value * 10 + (rest[i] - '0');
    }
    if (value < least || value > most) return std::nullopt;
    rest.remove_prefix(digits);
    return value;
  }
  /// Digits behind a decimal point, in microseconds; what is smaller is cut off.
  [[nodiscard]] std::optional<std::int64_t> fraction() noexcept {
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1), ++digits) {
      if (digits < 6) value = value * 10 + (rest.front() - '0');
    }
    if (digits == 0 || digits > 12) return std::nullopt;
    for (; digits < 6; ++digits) value *= 10;
    return value;
  }
};

/// "2026-05-04", "2026-05-04T09:30:00Z", "2026-05-04 09:30:00.25+02:00", "2026-05-04 09:30"; absent for anything else.
/// Spaces around it do not matter.
[[nodiscard]] inline std::optional<WrittenTime> time_from(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  TimeText from{text};
  const auto year = from.number(4, 1, 9999);
  if (!year || !from.take('-')) return std::nullopt;
  const auto month = from.number(2, 1, 12);
  if (!month || !from.take('-')) return std::nullopt;
  const auto day = from.number(2, 1, 31);
  if (!day) return std::nullopt;
  const Instant midnight = Instant::from_date(*year, *month, *day);
  const Instant next_month =
      *month == 12 ? Instant::from_date(*year + 1, 1, 1) : Instant::from_date(*year, *month + 1, 1);
  if (!(midnight < next_month)) return std::nullopt;
  WrittenTime time{WrittenTime::Kind::date, midnight.microseconds()};
  if (from.rest.empty()) return time;

  if (!from.take('T') && !from.take(' ') && !from.take('t')) return std::nullopt;
  const auto hour = from.number(2, 0, 23);
  if (!hour || !from.take(':')) return std::nullopt;
  const auto minute = from.number(2, 0, 59);
  if (!minute) return std::nullopt;
  std::int64_t seconds = *hour * 3600 + *minute * 60;
  if (from.take(':')) {
    const auto second = from.number(2, 0, 59);
    if (!second) return std::nullopt;
    seconds += *second;
    if (from.take('.') || from.take(',')) {
      const auto microseconds = from.fraction();
      if (!microseconds) return std::nullopt;
      time.microseconds += *microseconds;
    }
  }
  time.microseconds += seconds * 1'000'000;
  time.kind = WrittenTime::Kind::local;
  if (from.rest.empty()) return time;

  time.kind = WrittenTime::Kind::zoned;
  (void)from.take(' ');
  if (from.rest == "Z" || from.rest == "z" || from.rest == "UTC") return time;
  const bool is_east = from.take('+');
  if (!is_east && !from.take('-')) return std::nullopt;
  const auto hours = from.number(2, 0, 23);
  if (!hours) return std::nullopt;
  int minutes = 0;
  if (!from.rest.empty()) {
    (void)from.take(':');
    const auto given = from.number(2, 0, 59);
    if (!given) return std::nullopt;
    minutes = *given;
  }
  if (!from.rest.empty()) return std::nullopt;
  const std::int64_t offset = std::int64_t{*hours * 60 + minutes} * 60'000'000;
  time.microseconds += is_east ? -offset : offset;
  return time;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
