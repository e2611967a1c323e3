// Accounts by segment or by a column of accounts, and times by period of the calendar.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/detail/calendar_dates.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

struct Groups {
  std::vector<std::string> names{};
  std::vector<std::vector<std::uint32_t>> of_account{};  ///< may be several, or none
};

/// `by` is empty (one group, all), "segment" (with the segments above), or a column of accounts of the user's own.
inline Groups group_accounts(const graph::CustomerGraph& graph, std::string_view by) {
  Groups groups;
  const std::size_t accounts = graph.size(graph::NodeKind::account);
  groups.of_account.resize(accounts);
  if (by.empty()) {
    groups.names = {"all"};
    for (auto& list : groups.of_account) list = {0};
    return groups;
  }
  if (by == "segment") {
    const auto& ids = graph.ids(graph::NodeKind::segment);
    for (std::size_t s = 0; s < ids.size(); ++s) groups.names.push_back(ids.text(s));
    const auto& membership = graph.relation(graph::RelationKind::account_segment);
    const auto& parents = graph.relation(graph::RelationKind::segment_parent);
    for (std::size_t a = 0; a < accounts && a < membership.from_size(); ++a) {
      auto& list = groups.of_account[a];
      for (const std::uint32_t segment : membership.out(a)) list.push_back(segment);
      for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] >= parents.from_size()) continue;
        for (const std::uint32_t parent : parents.out(list[i])) {
          if (std::find(list.begin(), list.end(), parent) == list.end()) list.push_back(parent);
        }
      }
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    }
    return groups;
  }
  const core::Column* column = graph.attributes("accounts").find(by);
  if (column == nullptr) {
    throw core::MissingInput("groups are 'segment' or a column of accounts of your own",
                             {.table = "accounts", .column = std::string(by)});
  }
  std::map<std::string, std::vector<std::uint32_t>> levels;
  for (std::size_t a = 0; a < accounts; ++a) {
    levels[column->is_null(a) ? "unknown" : column->text(a)].push_back(static_cast<std::uint32_t>(a));
  }
  for (const auto& [name, members] : levels) {
    for (const std::uint32_t a : members)
      groups.of_account[a].push_back(static_cast<std::uint32_t>(groups.names.size()));
    groups.names.push_back(name);
  }
  return groups;
}

enum class Period : std::uint8_t { all, year, quarter, month };

inline Period period_of(std::string_view word) {
  if (word.empty()) return Period::all;
  if (word == "year") return Period::year;
  if (word == "quarter") return Period::quarter;
  if (word == "month") return Period::month;
  throw core::InvalidInput("a period is year, quarter or month", {.column = "period", .value = std::string(word)});
}

/// Number of the period since 1970 that holds a time; 0 for all.
inline std::int64_t period_index(core::Instant at, Period period) {
  if (period == Period::all) return 0;
  const std::int64_t months = core::detail::month_of(at) - 1970 * 12;
  const std::int64_t each = period == Period::year ? 12 : period == Period::quarter ? 3 : 1;
  return months / each - (months % each < 0 ? 1 : 0);
}

inline core::Instant period_begin(std::int64_t index, Period period) {
  const std::int64_t each = period == Period::year ? 12 : period == Period::quarter ? 3 : 1;
  const std::int64_t months = index * each;
  const std::int64_t year = months / 12 - (months % 12 < 0 ? 1 : 0);
  return core::Instant::from_date(static_cast<int>(1970 + year), static_cast<int>(months - year * 12) + 1, 1);
}

inline std::string period_name(std::int64_t index, Period period) {
  if (period == Period::all) return "all";
  const std::string date = core::to_string(period_begin(index, period));
  if (period == Period::year) return date.substr(0, 4);
  if (period == Period::month) return date.substr(0, 7);
  return date.substr(0, 4) + "-Q" + std::to_string(index - 4 * (index >= 0 ? index / 4 : (index - 3) / 4) + 1);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
