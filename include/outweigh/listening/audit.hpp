// The listening audit: who is heard, through whom, against who is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/detail/rows.hpp>
#include <outweigh/listening/dimension.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Options of audit().
struct AuditOptions {
  /// Ways of dividing the base (see divide_base). Empty: segment, and revenue_band where `arr` is known.
  std::vector<std::string> by{};
  std::vector<std::string> sources{};  ///< ids of the sources to audit; empty: all
  double whale_share = 0.1;            ///< whales are this share of the base with the highest `arr`, 0 < share < 1
  double unhappy_share = 0.1;          ///< unhappy outliers are this share with the lowest sentiment
  double level = 0.9;                  ///< of intervals
  DimensionOptions dimension{};
  HeardOptions heard{};
  core::RunControl control{};
};

/// One level of one dimension as one voice hears it: a source, a kind of source, or all sources pooled.
///
/// The base is a census: `base_share` has no error. `heard_share` is the share of contacts, and its interval and test
/// rest on a contact model that is stated here: each contact reaches an account of the base at random, and contacts of
/// one account are one decision, so that the sample has (sum c)^2 / sum c^2 independent contacts for c contacts of each
/// account heard. The interval is Wilson's, the two-sided p-value binomial, both with that size.
struct AuditRow {
  std::string group{};                    ///< "source", "kind" or "all"
  std::optional<std::string> source_id{};
  std::optional<std::string> kind{};      ///< kind of source; absent for "all"
  std::string dimension{};
  std::string level{};
  std::int64_t accounts = 0;              ///< of the base
  double base_share = 0.0;
  std::int64_t contacts = 0;
  std::int64_t heard_accounts = 0;        ///< distinct
  std::optional<double> heard_share{};    ///< of the contacts; absent without contacts
  std::optional<double> lower{};
  std::optional<double> upper{};
  std::optional<double> ratio{};          ///< heard_share / base_share
  double reach = 0.0;                     ///< heard_accounts / accounts
  std::int64_t never_heard = 0;           ///< accounts - heard_accounts
  std::optional<core::Money> revenue{};               ///< of the level; absent without `arr`
  std::optional<core::Money> never_heard_revenue{};
  /// Chance that none of the level's accounts is heard if the accounts heard were drawn at random; only where none is.
  std::optional<double> chance_of_silence{};
  std::optional<double> p_value{};
  std::optional<double> q_value{};        ///< Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998, over all rows
  core::Status status = core::Status::undefined;

  static constexpr auto members() {
    using R = AuditRow;
    using detail::Member;
    return std::make_tuple(
        Member{"group", &R::group}, Member{"source_id", &R::source_id}, Member{"kind", &R::kind},
        Member{"dimension", &R::dimension}, Member{"level", &R::level}, Member{"accounts", &R::accounts},
        Member{"base_share", &R::base_share}, Member{"contacts", &R::contacts},
        Member{"heard_accounts", &R::heard_accounts}, Member{"heard_share", &R::heard_share}, Member{"lower", &R::lower},
        Member{"upper", &R::upper}, Member{"ratio", &R::ratio}, Member{"reach", &R::reach},
        Member{"never_heard", &R::never_heard}, Member{"revenue", &R::revenue},
        Member{"never_heard_revenue", &R::never_heard_revenue}, Member{"chance_of_silence", &R::chance_of_silence},
        Member{"p_value", &R::p_value}, Member{"q_value", &R::q_value}, Member{"status", &R::status});
  }
  friend bool operator==(const AuditRow&, const AuditRow&) = default;
};

/// What one source, kind of source or all of them heard. Shares are absent where nothing is known.
struct SourceAudit {
  std::string group{};
  std::optional<std::string> source_id{};
  std::optional<std::string> kind{};
  std::optional<std::string> name{};
  std::int64_t contacts = 0;              ///< with accounts of the base
  std::int64_t requests = 0;
  std::int64_t heard_accounts = 0;
  double reach = 0.0;                     ///< share of the base
  std::optional<double> revenue_reach{};  ///< share of the base's revenue
  std::optional<double> whale_share{};    ///< of contacts
  std::optional<double> whale_lower{};
  std::optional<double> whale_upper{};
  std::optional<double> whale_base_share{};
  std::optional<double> unhappy_share{};  ///< of contacts, with the unhappy outliers
  std::optional<double> unhappy_lower{};
  std::optional<double> unhappy_upper{};
  std::optional<double> unhappy_base_share{};
  std::int64_t learn = 0;
  std::int64_t escalations = 0;
  std::int64_t sell = 0;
  std::int64_t support = 0;
  std::int64_t begun_by_us = 0;
  std::int64_t begun_by_them = 0;
  std::optional<double> learn_share{};       ///< of interactions of known purpose
  std::optional<double> escalation_share{};
  std::optional<double> long_enough_share{};
  std::optional<double> customer_talked_share{};
  double effective_accounts = 0.0;        ///< 1 / sum of squared shares of the contacts: how many equally loud accounts
  std::optional<double> herfindahl{};     ///< sum of squared shares
  std::optional<double> gini{};           ///< of contacts over all accounts of the base, 0 when all are equally loud
  std::optional<double> loudest_tenth{};  ///< share of contacts of the loudest tenth of the base
  std::int64_t outside = 0;               ///< contacts with accounts that are not in the base
  std::int64_t apart = 0;                 ///< contacts with stakeholders, internal people and partners
  core::Status status = core::Status::undefined;

  static constexpr auto members() {
    using R = SourceAudit;
    using detail::Member;
    return std::make_tuple(
        Member{"group", &R::group}, Member{"source_id", &R::source_id}, Member{"kind", &R::kind}, Member{"name", &R::name},
        Member{"contacts", &R::contacts}, Member{"requests", &R::requests}, Member{"heard_accounts", &R::heard_accounts},
        Member{"reach", &R::reach}, Member{"revenue_reach", &R::revenue_reach}, Member{"whale_share", &R::whale_share},
        Member{"whale_lower", &R::whale_lower}, Member{"whale_upper", &R::whale_upper},
        Member{"whale_base_share", &R::whale_base_share}, Member{"unhappy_share", &R::unhappy_share},
        Member{"unhappy_lower", &R::unhappy_lower}, Member{"unhappy_upper", &R::unhappy_upper},
        Member{"unhappy_base_share", &R::unhappy_base_share}, Member{"learn", &R::learn},
        Member{"escalations", &R::escalations}, Member{"sell", &R::sell}, Member{"support", &R::support},
        Member{"begun_by_us", &R::begun_by_us}, Member{"begun_by_them", &R::begun_by_them},
        Member{"learn_share", &R::learn_share}, Member{"escalation_share", &R::escalation_share},
        Member{"long_enough_share", &R::long_enough_share}, Member{"customer_talked_share", &R::customer_talked_share},
        Member{"effective_accounts", &R::effective_accounts}, Member{"herfindahl", &R::herfindahl},
        Member{"gini", &R::gini}, Member{"loudest_tenth", &R::loudest_tenth}, Member{"outside", &R::outside},
        Member{"apart", &R::apart}, Member{"status", &R::status});
  }
  friend bool operator==(const SourceAudit&, const SourceAudit&) = default;
};

/// A part of the base, by segment and revenue band, with accounts that nobody heard.
struct NeverHeardRow {
  std::string segment{};
  std::string revenue_band{};
  std::int64_t accounts = 0;
  std::int64_t never_heard = 0;
  std::optional<core::Money> never_heard_revenue{};
  /// Chance of at least so many unheard accounts if the accounts heard were drawn from the base at random.
  double chance = 1.0;
  std::string description{};

  static constexpr auto members() {
    using R = NeverHeardRow;
    using detail::Member;
    return std::make_tuple(Member{"segment", &R::segment}, Member{"revenue_band", &R::revenue_band},
                           Member{"accounts", &R::accounts}, Member{"never_heard", &R::never_heard},
                           Member{"never_heard_revenue", &R::never_heard_revenue}, Member{"chance", &R::chance},
                           Member{"description", &R::description});
  }
  friend bool operator==(const NeverHeardRow&, const NeverHeardRow&) = default;
};

/// Contacts that never enter a customer share.
struct ApartRow {
  std::string who{};  ///< "stakeholder", "internal", "partner"; "outside" for accounts that are not in the base
  std::int64_t contacts = 0;
  std::int64_t requests = 0;
  std::int64_t accounts = 0;

  static constexpr auto members() {
    using R = ApartRow;
    using detail::Member;
    return std::make_tuple(Member{"who", &R::who}, Member{"contacts", &R::contacts}, Member{"requests", &R::requests},
                           Member{"accounts", &R::accounts});
  }
  friend bool operator==(const ApartRow&, const ApartRow&) = default;
};

/// A figure that the tables do not allow, and what it needs.
struct MissingFigure {
  std::string figure{};
  std::string table{};
  std::string column{};

  static constexpr auto members() {
    using R = MissingFigure;
    using detail::Member;
    return std::make_tuple(Member{"figure", &R::figure}, Member{"table", &R::table}, Member{"column", &R::column});
  }
  friend bool operator==(const MissingFigure&, const MissingFigure&) = default;
};

/// The result of the audit.
struct Audit {
  std::vector<AuditRow> rows{};             ///< sources, kinds and all, by dimension and level
  std::vector<SourceAudit> sources{};       ///< sources, kinds, and last all pooled
  std::vector<NeverHeardRow> never_heard{};  ///< the most accounts first, then the most revenue
  std::vector<ApartRow> apart{};
  std::vector<MissingFigure> missing{};
  std::int64_t base_accounts = 0;
  std::int64_t heard_accounts = 0;
  std::optional<core::Money> base_revenue{};
  std::optional<core::Money> never_heard_revenue{};
  std::string currency{};
  double level = 0.9;
  bool overlapping_segments = false;  ///< then shares of segments add up to more than one

  [[nodiscard]] std::int64_t never_heard_accounts() const noexcept { return base_accounts - heard_accounts; }
  [[nodiscard]] const SourceAudit& pooled() const { return sources.back(); }
  /// The audit in a few sentences.
  [[nodiscard]] std::string summary() const;

  [[nodiscard]] core::Table to_table() const { return detail::table_of(std::span<const AuditRow>(rows)); }
  [[nodiscard]] core::Table sources_table() const { return detail::table_of(std::span<const SourceAudit>(sources)); }
  [[nodiscard]] core::Table never_heard_table() const {
    return detail::table_of(std::span<const NeverHeardRow>(never_heard));
  }
  [[nodiscard]] core::Table apart_table() const { return detail::table_of(std::span<const ApartRow>(apart)); }
  [[nodiscard]] core::Table missing_table() const { return detail::table_of(std::span<const MissingFigure>(missing)); }

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Audit from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const Audit&, const Audit&) = default;
};

/// Compares who was heard with the base. Throws MissingInput without sources or without anything heard through them
/// (interactions, requests, tickets), and for a dimension whose column is missing; InvalidInput for an option out of
/// range or a source that is not there. O(rows of the tables + sources * accounts heard * dimensions).
[[nodiscard]] Audit audit(const graph::CustomerGraph& graph, const AuditOptions& options = {});
/// From a merged state; accounts that are not in the graph count as outside of the base. `options.heard` is not used.
[[nodiscard]] Audit audit(const graph::CustomerGraph& graph, const Heard& heard, const AuditOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/audit-inl.hpp>
#endif
