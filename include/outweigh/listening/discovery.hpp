// Discovery: visits made against a target, and whom to talk to next to learn most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/dimension.hpp>
#include <outweigh/listening/discovery_rows.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

struct DiscoveryOptions {
  std::vector<std::string> by{};  ///< to balance over (see divide_base); empty: segment, and revenue_band where known
  std::vector<std::string> needs{};  ///< ids of what is being decided; empty: all needs that were heard
  /// What is known of each account before a visit: chances of having each of `needs`, [need * accounts of the base +
  /// account of the base], as an estimate of demand gives them. Empty: from what was heard, cell by cell.
  std::span<const double> probabilities{};
  std::int64_t first = 15;    ///< accounts to visit before the first decision, at least
  std::int64_t target = 30;   ///< and at best
  std::int64_t next = 10;     ///< accounts to propose
  double hours = 3.0;         ///< of visits a person and week, once the first visits are made
  std::int64_t weeks = 13;    ///< to look back over for the hours
  double long_enough = 10.0;  ///< minutes; shorter ones, where minutes are known, are no visits
  DimensionOptions dimension{};
};

struct Discovery {
  std::vector<DiscoveryAccount> accounts{};  ///< to talk to next, in this order
  std::vector<DiscoveryCell> cells{};        ///< by name
  std::vector<DiscoveryWeek> weeks{};        ///< by person, then week
  std::vector<DiscoveryPerson> people{};     ///< who made visits
  std::vector<ConversationsApart> apart{};   ///< conversations that are no visits because of with whom they were
  std::vector<MissingFigure> missing{};
  std::int64_t base_accounts = 0;
  std::int64_t visits = 0;
  std::int64_t visited_accounts = 0;
  std::int64_t first = 0;  ///< of the options, at most the accounts of the base
  std::int64_t target = 0;
  double hours = 0.0;
  /// Standard error of the share of the base that has a need, estimated cell by cell from visits: sqrt(sum of (N_h /
  /// N)^2 S_h^2 (1 / n_h - 1 / N_h)), the root mean square over needs; now, and after the proposed visits. Absent while
  /// a cell has no visit: then its share is unknown.
  std::optional<double> standard_error{};
  std::optional<double> standard_error_next{};
  core::Status status = core::Status::undefined;  ///< of standard_error
  std::vector<std::string> assumptions{};

  /// In a few sentences.
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] core::Table to_table() const { return detail::table_of(std::span<const DiscoveryAccount>(accounts)); }
  [[nodiscard]] core::Table cells_table() const { return detail::table_of(std::span<const DiscoveryCell>(cells)); }
  [[nodiscard]] core::Table weeks_table() const { return detail::table_of(std::span<const DiscoveryWeek>(weeks)); }
  [[nodiscard]] core::Table people_table() const { return detail::table_of(std::span<const DiscoveryPerson>(people)); }
  [[nodiscard]] core::Table apart_table() const { return detail::table_of(std::span<const ConversationsApart>(apart)); }
  [[nodiscard]] core::Table missing_table() const { return detail::table_of(std::span<const MissingFigure>(missing)); }
  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Discovery from_bytes(std::span<const std::byte> bytes);
  friend bool operator==(const Discovery&, const Discovery&) = default;
};

/// A visit is a conversation up to `as_of` with a customer of the base that was made to learn (or through a source of
/// kind discovery, where its purpose is unknown) and was not too short. Cells are what the dimensions of `by` divide
/// the base into; `target` is shared over them so that a share of the whole base would be known best if all cells were
/// alike: one each, then in proportion to their accounts.
///
/// The next visits go one by one to the cell with the greatest fall of the variance, N_h S_h / sqrt(n_h (n_h + 1)),
/// cells without a visit first: Neyman's allocation (1934, doi:10.2307/2342192) in whole accounts given the visits
/// already made (Wright 2012, doi:10.1080/00031305.2012.733679). S_h^2 is the mean over the needs of p (1 - p), with p
/// the share of the cell's heard accounts that asked for the need, drawn towards the share of all by two accounts more,
/// or the mean of `probabilities`. Inside a cell come accounts never visited: with `probabilities` those of which least
/// is known, then the least heard, then those heard longest ago, then those with the most revenue.
///
/// Hours are of visits whose minutes are known, by person and week (Monday to Sunday, UTC). They are asked for from the
/// first week that begins after `first` accounts were visited. Without a table interactions there are no visits yet.
/// Throws InvalidInput for options out of range or an unknown need, and as divide_base. O(rows + accounts log accounts
/// + next log cells).
[[nodiscard]] Discovery discovery(const graph::CustomerGraph& graph, const DiscoveryOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/discovery-inl.hpp>
#endif
