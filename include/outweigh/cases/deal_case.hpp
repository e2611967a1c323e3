// One-off work for one customer: its price, who else would need it, and what it displaces.
#pragma once

#include <optional>
#include <string>

#include <outweigh/core/run_control.hpp>
#include <outweigh/demand/prevalence.hpp>
#include <outweigh/journey/named_tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases {

struct DealOptions {
  std::string deal_id{};     ///< takes account, need, price and cost from the table `deals` where they are not given
  std::string account_id{};  ///< who asks for it
  std::string need_id{};     ///< what others may need, too
  std::optional<double> price{};  ///< of the one-off work
  std::optional<double> cost{};   ///< > 0
  double markup = 5.0;            ///< the price is to be at least so many times the cost, >= 1
  /// What each further customer who needs the same would bring, less what it costs to bring it: an input.
  std::optional<double> contribution{};
  std::optional<double> effort{};    ///< that the work takes from the roadmap, >= 0
  std::optional<double> capacity{};  ///< of the roadmap, in the same unit
  core::RunControl control{};
};

/// Tables: `price` (price, cost, markup, floor, short_by, ratio, is_enough), `customers` (goal: "cost" or "floor",
/// needed: further customers, others: expected others of the base with the need, others_lower, others_upper,
/// probability that at least so many exist, with lower and upper, status, reason) and `displaced` (solution_id, title,
/// value, effort: what leaves the best roadmap when the effort is taken from its capacity). Figures: price, cost,
/// floor, ratio, margin, value_displaced, effort_displaced.
///
/// Further customers needed are ceil((cost - price) / contribution), and ceil((floor - price) / contribution) for the
/// floor markup * cost; 0 where the price does. That so many exist is the share of the draws of demand in which at
/// least so many accounts of the base, apart from the one that asks, have the need; its interval is Wilson's over the
/// draws and holds the error of drawing only. Existing is not buying: it bounds what can be sold from above.
///
/// Throws InvalidInput for unknown ids and numbers out of range, MissingInput for a price or cost that is neither given
/// nor in the deal.
[[nodiscard]] journey::NamedTables deal_case(const demand::Demand& demand, const DealOptions& options);
/// Estimates demand first; without requests for needs, the figures about others are missing.
[[nodiscard]] journey::NamedTables deal_case(const graph::CustomerGraph& graph, const DealOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::cases

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/cases/deal_case-inl.hpp>
#endif
