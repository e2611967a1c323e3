// What support tells about the product: showstoppers, blockers, workarounds, recurring defects, fixes that pay.
#pragma once

#include <optional>
#include <string>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/named_tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

struct SupportOptions {
  double days = 365.0;  ///< tickets opened in so many days before as_of, > 0
  double level = 0.9;   ///< of intervals
  /// Cost of a minute of support in the graph's currency; without it, support costs of the table `costs` over the
  /// minutes of tickets in the same days, where both are there.
  std::optional<double> cost_per_minute{};
  std::optional<double> cost_per_effort{};  ///< of one unit of effort in the graph's currency
  double recurring = 2.0;                   ///< a defect recurs that was reported at least so often
  core::RunControl control{};
};

/// Tables: `showstoppers` (customers down: open ones first, then by revenue), `causes` (frequency by what is behind the
/// tickets: a need, else a product, else a kind), `blockers` (the top three causes that block implementation, and of
/// those that block deployment), `articles` (most read), `workarounds` (minutes and cost, the costliest first),
/// `defects` (causes of kind defect that recur, by product), `fixes` (solutions that meet needs behind tickets: minutes
/// and cost saved a month, cost, months until they have paid for themselves, status). Figures: tickets, open, accounts,
/// rate (tickets an account-year) and severity (mean) with rate_lower, rate_upper and so on, top_tenth_share (share of
/// tickets of the tenth of products with the most, counting whole products), cost_per_minute. Where a cause is a need,
/// its title stands beside it.
///
/// A fix saves the minutes of the tickets of the needs it meets, by the share it meets; it is taken that they would go
/// on as they did, and that the tickets would cease at the share. Accounts are the independent units of intervals.
/// Figures without their table or column are in `missing`. Throws MissingInput without tickets, InvalidInput for
/// options out of range. O(tickets log tickets).
[[nodiscard]] NamedTables support_summary(const graph::CustomerGraph& graph, const SupportOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/support-inl.hpp>
#endif
