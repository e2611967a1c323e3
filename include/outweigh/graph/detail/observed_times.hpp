// The latest time in the data.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

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

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
