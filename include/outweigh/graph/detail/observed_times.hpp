// The latest time in the data.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/graph/detail/any_field.hpp>
#include <outweigh/graph/detail/graph_data.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// Times at which something was observed; all other times may lie in the future (a deadline, the end of a contract, an
/// expected close) and do not say when the data end.
[[nodiscard]] constexpr bool is_observed(std::string_view column) noexcept {
  for (const std::string_view name : {"at", "opened", "first_response", "resolved", "joined"}) {
    if (column == name) return true;
  }
  return false;
}
/// Times that are asked when nothing was observed.
[[nodiscard]] constexpr bool is_beginning(std::string_view column) noexcept {
  return column == "started" || column == "since";
}
[[nodiscard]] constexpr bool is_ending(std::string_view column) noexcept {
  return column == "ended" || column == "closed" || column == "shipped";
}

/// The latest observed time; without any the latest beginning, then the latest ending; 1970-01-01 without any time.
[[nodiscard]] inline core::Instant latest_time(const AllTables& tables) {
  std::array<std::optional<core::Instant>, 3> latest{};
  for (const AnyTable& table : any_tables(tables)) {
    for (const NamedField& named : table.fields) {
      const std::size_t which = is_observed(named.name)    ? 0U
                                : is_beginning(named.name) ? 1U
                                : is_ending(named.name)    ? 2U
                                                           : 3U;
      const std::optional<core::Instant> time = which < latest.size() ? named.field->latest() : std::nullopt;
      if (time) latest[which] = latest[which] ? std::max(*latest[which], *time) : time;
    }
  }
  for (const auto& time : latest) {
    if (time) return *time;
  }
  return {};
}

/// A sentence where `as_of` is the latest observed time, but lies far after all others; else nothing.
[[nodiscard]] inline std::string lone_time(const AllTables& tables, core::Instant as_of) {
  constexpr std::int64_t half_a_year = 183 * core::Instant::microseconds_per_day;
  constexpr std::int64_t ten_years = 3'653 * core::Instant::microseconds_per_day;
  std::int64_t count = 0;
  std::int64_t late = 0;
  std::optional<core::Instant> before;
  core::Place place;
  bool is_latest = true;
  const std::int64_t border = as_of.microseconds() - half_a_year;
  std::int64_t first_late = as_of.microseconds();
  for (const AnyTable& table : any_tables(tables)) {
    for (const NamedField& named : table.fields) {
      if (!is_observed(named.name) || named.field->absent()) continue;
      for (std::size_t row = 0; row < *table.rows; ++row) {
        const std::optional<core::Instant> at = named.field->time(row);
        if (!at) continue;
        ++count;
        if (*at > as_of) is_latest = false;
        if (at->microseconds() <= border) {
          before = before ? std::max(*before, *at) : *at;
          continue;
        }
        ++late;
        first_late = std::min(first_late, at->microseconds());
        if (*at == as_of && place.table.empty())
          place = {std::string(table.name), std::string(named.name), row, core::to_string(as_of)};
      }
    }
  }
  if (!is_latest || !before || place.table.empty()) return {};
  const std::int64_t gap = first_late - before->microseconds();
  if (gap < (count >= 100 && 100 * late <= count ? half_a_year : ten_years)) return {};
  return "The time of the base, as_of, is that of table " + place.table + ", column " + place.column + ", row " +
         std::to_string(*place.row) + ": " + place.value + ", " +
         core::detail::counted(gap / core::Instant::microseconds_per_day, "day") + " after " +
         core::to_string(*before) + ", the latest time but " + (late == 1 ? "this" : "these " + std::to_string(late)) +
         ". If it is wrong, everything seems long ago: correct it, or give as_of.";
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
