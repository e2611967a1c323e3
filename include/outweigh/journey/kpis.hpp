// Key figures of service, sales and retention, by segment and period, with intervals.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/named_tables.hpp>
#include <outweigh/journey/working_hours.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

struct KpiOptions {
  std::string by{};      ///< empty: all together; "segment"; or a column of accounts of the user's own
  std::string period{};  ///< empty: all times, and the last year for churn and retention; year, quarter or month
  double level = 0.9;    ///< of intervals
  /// Times to respond and to repair in working hours; without it in days.
  std::optional<WorkingHours> working_hours{};
  std::vector<std::string> first_value{};  ///< activities that are a first value; empty: any event of the stage use
  std::string nps_question = "nps";        ///< question of surveys whose score is 0..10
  std::string promised{};                  ///< column of accounts: people that were promised to use the product
  double adoption_days = 28.0;             ///< someone active in so many days before as_of uses it, > 0
  core::RunControl control{};
};

/// One row a figure, group and period: kpi, group, period, value, lower, upper, unit, count, open, status, reason.
///
/// time_to_close (deals opened to closed), time_to_first_value (accounts started to first use; who left without one
/// stays in the curve), time_to_respond and
/// time_to_repair (tickets): median_time() over those begun in the period, what has not happened yet counting as open.
/// sla_met: of the tickets whose `due` has come, repaired in time. reopen_rate and reassign_rate: of resolved tickets,
/// at least once. win_rate: won of won and lost, by closing. sales_cycle: median of opened to won. nps: promoters (9,
/// 10) less detractors (0..6) in points, the latest answer of each person in the period. adoption: distinct people with
/// an event of the stage use in the last `adoption_days`, over those promised. promises_kept: of commitments due,
/// shipped in time. churn: of the accounts active at the beginning, ended before the period's end.
/// gross_revenue_retention and net_revenue_retention: recurring revenue of the period over that of the one before, of
/// accounts that paid then; gross counts no account above what it paid. Only periods that are over. Proportions have
/// Wilson's interval. Accounts are the independent units of all intervals. Internal and partner accounts are left out.
///
/// Figures whose table or column is absent are in `missing`. Throws MissingInput for an unknown group, InvalidInput for
/// options out of range and for a score of nps outside 0..10 (naming its row).
[[nodiscard]] NamedTables kpis(const graph::CustomerGraph& graph, const KpiOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/kpis-inl.hpp>
#endif
