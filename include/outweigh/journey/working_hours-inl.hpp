#pragma once

#include <algorithm>
#include <bit>
#include <utility>

#include <outweigh/journey/working_hours.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

inline std::int64_t floor_division(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace detail

OUTWEIGH_INLINE WorkingHours::WorkingHours(WorkingHoursOptions options)
    : options_(std::move(options)), zone_(core::TimeZone::find(options_.timezone)) {
  if (options_.start_minute < 0 || options_.end_minute > 1440 || options_.start_minute >= options_.end_minute) {
    throw core::InvalidInput(
        "working hours begin before they end, on one day",
        {.column = "start_minute, end_minute",
         .value = std::to_string(options_.start_minute) + ".." + std::to_string(options_.end_minute)});
  }
  if ((options_.weekdays & 0x7FU) == 0 || options_.weekdays > 0x7FU) {
    throw core::InvalidInput("a week has at least one working day, and seven at most", {.column = "weekdays"});
  }
  for (const std::int32_t day : options_.holidays) {
    const std::int64_t weekday = day + 3 - 7 * detail::floor_division(std::int64_t{day} + 3, 7);
    if (((options_.weekdays >> weekday) & 1U) != 0) off_.push_back(day);
  }
  std::sort(off_.begin(), off_.end());
  off_.erase(std::unique(off_.begin(), off_.end()), off_.end());
}

OUTWEIGH_INLINE std::int64_t WorkingHours::worked(core::Instant until) const {
  constexpr std::int64_t minute = 60'000'000;
  constexpr std::int64_t a_day = core::Instant::microseconds_per_day;
  const std::int64_t local = until.microseconds() + std::int64_t{zone_.offset(until)} * 1'000'000;
  const std::int64_t day = detail::floor_division(local, a_day);
  const std::int64_t of_day = local - day * a_day;
  const std::int64_t from_monday = day + 3;  // 1970-01-01 was a Thursday
  const std::int64_t week = detail::floor_division(from_monday, 7);
  const auto weekday = static_cast<unsigned>(from_monday - 7 * week);
  const unsigned days = options_.weekdays;
  const auto off_before = std::lower_bound(off_.begin(), off_.end(), day) - off_.begin();
  const std::int64_t days_before =
      week * std::popcount(days) + std::popcount(days & ((1U << weekday) - 1U)) - off_before;
  const std::int64_t start = options_.start_minute * minute;
  const std::int64_t length = (options_.end_minute - options_.start_minute) * minute;
  const bool works = ((days >> weekday) & 1U) != 0 && !std::binary_search(off_.begin(), off_.end(), day);
  return days_before * length + (works ? std::clamp<std::int64_t>(of_day - start, 0, length) : 0);
}

OUTWEIGH_INLINE double WorkingHours::between(core::Instant from, core::Instant to) const {
  return static_cast<double>(worked(to) - worked(from)) / 3.6e9;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
