// An event log: events gathered into cases, in a defined order, over integer codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/ids.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/vocabulary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

/// How a table is read as an event log.
struct EventLogOptions {
  /// The user's column names: columns["case_id"] = "SR Number".
  std::map<std::string, std::string> columns{};
  /// Stage of each activity: learn, buy, use, fix or for_life. It goes before the column `stage`.
  std::map<std::string, std::string> stages{};
  std::string timezone{};                ///< IANA name for naive times; empty: naive times are an error
  std::optional<core::Instant> as_of{};  ///< default: the latest time of the log; later events are left out
  core::RunControl control{};
};

/// Events sorted by case and time; events of one case at the same time keep the order of their rows. Cases, activities
/// and functions are numbered by first appearance.
struct EventLog {
  static constexpr std::uint32_t none = 0xFFFF'FFFFU;
  static constexpr std::uint8_t no_stage = 0xFF;

  core::Ids cases{};     ///< the user's ids
  core::Ids accounts{};  ///< none when the table has no account_id
  std::vector<std::string> activities{};
  std::vector<std::string> functions{};
  std::vector<std::uint32_t> case_begin{};    ///< events of case c are case_begin[c] .. case_begin[c + 1] - 1
  std::vector<std::uint32_t> case_account{};  ///< position in `accounts`; empty without accounts
  std::vector<std::int64_t> at{};             ///< microseconds
  std::vector<std::uint32_t> activity{};
  std::vector<std::uint8_t> stage{};      ///< graph::Stage or no_stage; empty when no stage is known
  std::vector<std::uint32_t> function{};  ///< or none; empty without the column
  std::vector<std::uint32_t> customer{};  ///< position in `customers`, or none; empty without the column
  core::Ids customers{};
  std::vector<double> value{};  ///< empty without the column; see value_known
  std::vector<std::uint8_t> value_known{};
  std::vector<double> sentiment{};  ///< -1..1; empty without the column
  std::vector<std::uint8_t> sentiment_known{};
  std::vector<std::uint32_t> row{};  ///< row of the table
  core::Instant as_of{};
  std::size_t later_rows = 0;  ///< events after `as_of`, which were left out

  [[nodiscard]] std::size_t case_count() const noexcept { return case_begin.empty() ? 0 : case_begin.size() - 1; }
  [[nodiscard]] std::size_t events() const noexcept { return at.size(); }

  /// The log as a table under our column names, sorted; reading it again gives the same log.
  [[nodiscard]] core::Table to_table() const;

  friend bool operator==(const EventLog&, const EventLog&) = default;
};

/// Reads columns at and activity, case_id or account_id (or both; a case is one account's), and where there are any
/// stage, function, customer_id, value, sentiment. One counting sort over the cases and a sort by time within each:
/// O(rows + sum over cases of n log n). Throws MissingInput for a column that is not there, InvalidInput for an empty
/// table, an unknown case, time or activity, a word that is no stage, a sentiment outside -1..1 and a case of two
/// accounts, each naming column, row and value; TypeMismatch.
[[nodiscard]] EventLog read_event_log(const core::Table& events, const EventLogOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/event_log-inl.hpp>
#endif
