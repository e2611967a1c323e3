// What letting customers go would change, and the ways to do it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/named_tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases {

struct ExitOptions {
  double days = 365.0;  ///< figures are of so many days before as_of, > 0
  /// Share of the cost of each function (support, engineering, ...) that ends with the customer, 0..1. Where it is not
  /// given, anything between nothing and all may end.
  std::map<std::string, double> avoidable{};
  double discount = 0.2;                          ///< share of the price that a discount gives away, 0..1
  std::optional<double> refund{};                 ///< amount given back
  std::optional<double> export_cost{};            ///< of handing over their data
  std::optional<double> migrate_cost{};           ///< of moving them to another product
  std::optional<double> referral_fee{};           ///< received for bringing them to somebody else
  std::optional<double> revenue_by_references{};  ///< that is lost where they no longer speak for us
  std::optional<double> revenue_by_referrals{};   ///< that is lost where they no longer send us others
  core::RunControl control{};
};

/// Tables: `functions` (function, cost, avoidable_lower, avoidable_upper, stranded_lower, stranded_upper, status, freed
/// and lost in words; support, engineering, finance, marketing and sales in any case), `compared` (figure, with_them,
/// without_lower, without_upper: customers, revenue, costs, profit, margin, the largest customer's share), `risks`
/// (function, risk, count, amount_lower, amount_upper, note: revenue lost, costs that stay, open deals, references,
/// open promises and tickets, and the revenue that may leave anyway by churn_risk), `roadmap` (solution_id, title,
/// effort, reason: open solutions whose needs nobody else asked for, and those promised to nobody else), `ways` (way,
/// revenue_lost, cost_avoided_lower, cost_avoided_upper, one_off, net_lower, net_upper, status, note) and `accounts`
/// (account_id, revenue, costs, profit, tickets, minutes, lighthouse). Figures: revenue, costs, profit,
/// avoidable_lower, avoidable_upper, tickets, minutes, share_of_tickets, effort_freed, references_lost,
/// share_of_revenue.
///
/// The net of a way is, for the `days` that follow, cost avoided less revenue lost, less or plus what it costs or
/// brings once; a way whose amount was not given has no net. Referrals are in no table; what they and references bring
/// is an input. Throws InvalidInput for no or an unknown account, options out of range and an unknown function.
[[nodiscard]] journey::NamedTables exit_case(const graph::CustomerGraph& graph,
                                             const std::vector<std::string>& account_ids,
                                             const ExitOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::cases

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/cases/exit_case-inl.hpp>
#endif
