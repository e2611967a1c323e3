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
#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/detail/rows.hpp>
#include <outweigh/listening/dimension.hpp>
#include <outweigh/listening/heard.hpp>
#include <outweigh/listening/never_heard.hpp>
#include <outweigh/listening/representativity.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Options of audit().
struct AuditOptions {
  /// Ways of dividing the base (see divide_base), and `role`: the role of the people spoken to against that of all
  /// people of the base. Empty: segment, and revenue_band where `arr` is known.
  std::vector<std::string> by{};
  /// Numbers to compare (see measure_base). Empty: arr, sentiment and tenure where known, and numeric columns of `by`.
  std::vector<std::string> numbers{};
  /// Ways of dividing the base whose cells are searched for the never heard. Empty: segment, and revenue_band where
  /// `arr` is known.
  std::vector<std::string> cells{};
  std::vector<std::string> sources{};  ///< ids of the sources to audit; empty: all
  double whale_share = 0.1;            ///< whales are this share of the base with the highest `arr`, 0 < share < 1
  double unhappy_share = 0.1;          ///< unhappy outliers are this share with the lowest sentiment
  double level = 0.9;                  ///< of intervals
  stats::ProportionMethod interval = stats::ProportionMethod::wilson;  ///< of shares; clopper_pearson is the exact one
  DimensionOptions dimension{};
  HeardOptions heard{};
  core::RunControl control{};
};

/// The result of the audit.
struct Audit {
  std::vector<AuditRow> rows{};             ///< sources, kinds, teams, persons and all, by dimension and level
  std::vector<SourceAudit> sources{};       ///< sources, kinds, teams, persons, and last all pooled
  std::vector<DimensionTest> tests{};       ///< one row a voice and dimension that does not overlap
  std::vector<NumberRow> numbers{};         ///< one row a voice and number
  NeverHeard never_heard{};                 ///< the most accounts first, then the most revenue
  std::vector<PartialIndicator> partial{};  ///< representativity of all pooled, by dimension and level
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
  [[nodiscard]] core::Table never_heard_table() const { return never_heard.to_table(); }
  [[nodiscard]] core::Table tests_table() const { return detail::table_of(std::span<const DimensionTest>(tests)); }
  [[nodiscard]] core::Table numbers_table() const { return detail::table_of(std::span<const NumberRow>(numbers)); }
  [[nodiscard]] core::Table partial_table() const {
    return detail::table_of(std::span<const PartialIndicator>(partial));
  }
  [[nodiscard]] core::Table apart_table() const { return detail::table_of(std::span<const ApartRow>(apart)); }
  [[nodiscard]] core::Table missing_table() const { return detail::table_of(std::span<const MissingFigure>(missing)); }

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Audit from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const Audit&, const Audit&) = default;
};

/// Compares who was heard with the base. Voices are the sources, the kinds of sources, teams (column `team` of the
/// sources table where it has one, else `owner`), persons (the colleague who was in the contact: column `person` of
/// interactions, tickets and requests where they have one, else the owner of the source) and all pooled. Teams and
/// persons are left out where nothing names them. Representativity is over those dimensions of `by` that do not overlap
/// and have at most 100 levels; overlapping segments enter as sets of segments. q-values are over all tests of the
/// audit: rows, dimensions, numbers, and cells of the never heard. Throws MissingInput without sources or without
/// anything heard through them (interactions, requests, tickets), and for a dimension whose column is missing;
/// InvalidInput for an option out of range, a dimension named twice or a source that is not there. O(rows of the tables
/// + accounts log accounts + voices * (accounts * numbers + accounts heard * dimensions)); voices are spread over
/// threads.
[[nodiscard]] Audit audit(const graph::CustomerGraph& graph, const AuditOptions& options = {});
/// From a merged state; accounts that are not in the graph count as outside of the base. `options.heard` is not used;
/// `role` and persons named by a column come from the graph's own tables.
[[nodiscard]] Audit audit(const graph::CustomerGraph& graph, const Heard& heard, const AuditOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/audit-inl.hpp>
#endif
