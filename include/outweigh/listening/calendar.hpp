// The calendar of one colleague: the calls of a month, and how many of them were with whales, with unhappy outliers, or
// neither.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/audit_rows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

struct CalendarOptions {
  std::optional<std::string> person{};  ///< absent: all calls through sources of kind executive
  std::optional<std::string> month{};   ///< "2026-03", UTC; absent: the last month that was over at `as_of`
  double whale_share = 0.1;             ///< whales are this share of the base with the highest `arr`, 0 < share < 1
  double unhappy_share = 0.1;           ///< unhappy outliers are this share with the lowest sentiment
};

/// One call.
struct CalendarCall {
  core::Instant at{};
  std::string interaction_id{};
  std::string source_id{};
  std::string person{};
  std::string account_id{};
  std::optional<std::string> name{};
  /// "whale", "unhappy", "whale and unhappy" or "neither"; "unknown" where revenue or sentiment of the account are not
  /// known and what is known makes it neither; "stakeholder", "internal", "partner" or "outside" (of the base) where
  /// kept apart.
  std::string group{};
  std::optional<core::Money> revenue{};
  std::optional<double> sentiment{};
  std::optional<std::string> purpose{};
  bool began_as_escalation = false;  ///< is one, or follows one up
  std::optional<std::string> initiated_by{};
  std::optional<double> minutes{};
  std::optional<double> customer_talk_share{};

  static constexpr auto members() {
    using R = CalendarCall;
    using detail::Member;
    return std::make_tuple(Member{"at", &R::at}, Member{"interaction_id", &R::interaction_id},
                           Member{"source_id", &R::source_id}, Member{"person", &R::person},
                           Member{"account_id", &R::account_id}, Member{"name", &R::name}, Member{"group", &R::group},
                           Member{"revenue", &R::revenue}, Member{"sentiment", &R::sentiment},
                           Member{"purpose", &R::purpose}, Member{"began_as_escalation", &R::began_as_escalation},
                           Member{"initiated_by", &R::initiated_by}, Member{"minutes", &R::minutes},
                           Member{"customer_talk_share", &R::customer_talk_share});
  }
  friend bool operator==(const CalendarCall&, const CalendarCall&) = default;
};

/// Figures are of the calls with customers of the base; whales + unhappy - both + neither + unknown = calls_with_base.
struct Calendar {
  std::vector<CalendarCall> calls{};  ///< in the order of time
  std::optional<std::string> person{};
  std::string month{};
  std::int64_t calls_with_base = 0;
  std::int64_t accounts = 0;  ///< distinct
  std::int64_t whales = 0;
  std::int64_t unhappy = 0;
  std::int64_t both = 0;
  std::int64_t neither = 0;
  std::int64_t unknown = 0;
  std::int64_t learn = 0;  ///< made to learn
  std::int64_t began_as_escalation = 0;
  std::int64_t apart = 0;                    ///< calls that are not with customers of the base
  std::optional<double> whale_base_share{};  ///< share of the base that are whales; absent without `arr`
  std::optional<double> unhappy_base_share{};
  /// Chance of at least so many whales among the accounts spoken to, were they drawn at random from those of the base
  /// whose revenue is known (hypergeometric; many calls with one account count once). The same of unhappy outliers.
  std::optional<double> whale_chance{};
  std::optional<double> unhappy_chance{};
  std::optional<std::string> latest_month{};  ///< the last month with calls, where this one has none
  std::vector<MissingFigure> missing{};

  /// In a few sentences.
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] core::Table to_table() const { return detail::table_of(std::span<const CalendarCall>(calls)); }
  [[nodiscard]] core::Table missing_table() const { return detail::table_of(std::span<const MissingFigure>(missing)); }
  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Calendar from_bytes(std::span<const std::byte> bytes);
  friend bool operator==(const Calendar&, const Calendar&) = default;
};

/// Calls are the rows of interactions up to `as_of`; the colleague is the column `person` of interactions, else the
/// owner of the source, else the source. A month without calls gives an empty calendar. Throws MissingInput without
/// interactions, and without a person where no source is of kind executive; InvalidInput for a person who was in no
/// conversation, a month that is none, or a share out of range. O(interactions + accounts log accounts).
[[nodiscard]] Calendar calendar(const graph::CustomerGraph& graph, const CalendarOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/calendar-inl.hpp>
#endif
