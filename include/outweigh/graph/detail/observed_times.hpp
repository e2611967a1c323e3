// The latest time in the data.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

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
  for_each_table(tables, [&](const auto& table) {
    std::remove_cvref_t<decltype(table)>::columns(table, [&](std::string_view name, const auto& field, ColumnRule) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, core::Field<core::Instant>>) {
        const std::size_t which = is_observed(name) ? 0U : is_beginning(name) ? 1U : is_ending(name) ? 2U : 3U;
        if (which == latest.size()) return;
        for (std::size_t row = 0; row < field.size(); ++row) {
          if (field.has(row)) latest[which] = latest[which] ? std::max(*latest[which], field[row]) : field[row];
        }
      }
    });
  });
  for (const auto& time : latest) {
    if (time) return *time;
  }
  return {};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
