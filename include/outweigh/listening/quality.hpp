// Listening quality: how the conversations of each colleague went, month by month.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// The conversations of one colleague in one month. They are counted, not estimated. Each share is of the conversations
/// for which the figure is known, whose number stands beside it, and absent where there are none.
struct QualityRow {
  std::optional<std::string> person{};  ///< absent: all
  std::optional<std::string> month{};   ///< "2026-03", UTC; absent: all
  std::int64_t conversations = 0;
  std::int64_t accounts = 0;  ///< distinct
  std::int64_t purpose_known = 0;
  std::int64_t learn = 0;        ///< made to learn
  std::int64_t escalations = 0;  ///< received
  std::int64_t sell = 0;
  std::int64_t support = 0;
  std::optional<double> learn_share{};
  std::optional<double> escalation_share{};
  std::int64_t begun_by_us = 0;
  std::int64_t begun_by_them = 0;
  std::optional<double> begun_by_us_share{};
  std::int64_t timed = 0;  ///< minutes are known
  std::int64_t long_enough = 0;
  std::optional<double> long_enough_share{};
  std::optional<double> hours{};  ///< of those whose minutes are known
  std::int64_t talk_known = 0;
  std::int64_t customer_talked = 0;  ///< for at least the share of the options
  std::optional<double> customer_talked_share{};
  std::int64_t judged = 0;             ///< purpose, minutes and talk share are all known
  std::int64_t good = 0;               ///< made to learn, long enough, and the customer talked
  std::optional<double> good_share{};  ///< of those judged

  static constexpr auto members() {
    using R = QualityRow;
    using detail::Member;
    return std::make_tuple(
        Member{"person", &R::person}, Member{"month", &R::month}, Member{"conversations", &R::conversations},
        Member{"accounts", &R::accounts}, Member{"purpose_known", &R::purpose_known}, Member{"learn", &R::learn},
        Member{"escalations", &R::escalations}, Member{"sell", &R::sell}, Member{"support", &R::support},
        Member{"learn_share", &R::learn_share}, Member{"escalation_share", &R::escalation_share},
        Member{"begun_by_us", &R::begun_by_us}, Member{"begun_by_them", &R::begun_by_them},
        Member{"begun_by_us_share", &R::begun_by_us_share}, Member{"timed", &R::timed},
        Member{"long_enough", &R::long_enough}, Member{"long_enough_share", &R::long_enough_share},
        Member{"hours", &R::hours}, Member{"talk_known", &R::talk_known},
        Member{"customer_talked", &R::customer_talked}, Member{"customer_talked_share", &R::customer_talked_share},
        Member{"judged", &R::judged}, Member{"good", &R::good}, Member{"good_share", &R::good_share});
  }
  friend bool operator==(const QualityRow&, const QualityRow&) = default;
};

struct ListeningQuality {
  std::vector<QualityRow> rows{};    ///< by person, then month
  std::vector<QualityRow> people{};  ///< by person over all months; last, without a person, all together
  std::vector<ConversationsApart> apart{};
  std::vector<MissingFigure> missing{};  ///< columns that are lacking, and the figures they take away
  HeardOptions options{};

  [[nodiscard]] const QualityRow& pooled() const { return people.back(); }
  /// In a few sentences.
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] core::Table to_table() const { return detail::table_of(std::span<const QualityRow>(rows)); }
  [[nodiscard]] core::Table people_table() const { return detail::table_of(std::span<const QualityRow>(people)); }
  [[nodiscard]] core::Table apart_table() const { return detail::table_of(std::span<const ConversationsApart>(apart)); }
  [[nodiscard]] core::Table missing_table() const { return detail::table_of(std::span<const MissingFigure>(missing)); }
  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static ListeningQuality from_bytes(std::span<const std::byte> bytes);
  friend bool operator==(const ListeningQuality&, const ListeningQuality&) = default;
};

/// Conversations are the rows of interactions up to `as_of` with customers of the base; those with stakeholders,
/// internal people, partners and accounts outside of the base are kept apart. The colleague is the column `person` of
/// interactions, else the owner of the source, else the source. A good conversation was made to learn, took at least
/// `options.long_enough` minutes, and the customer talked for at least the share `options.customer_talked`. Throws
/// MissingInput without interactions, InvalidInput for thresholds out of range. O(interactions log interactions).
[[nodiscard]] ListeningQuality listening_quality(const graph::CustomerGraph& graph, const HeardOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/quality-inl.hpp>
#endif
