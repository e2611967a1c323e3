// Which accounts may leave, and what goes with it.
#pragma once

#include <cstdint>
#include <string>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/named_tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

struct ChurnRiskOptions {
  double horizon_days = 90.0;  ///< the risk is that of leaving within so many days, > 0
  double window_days = 90.0;   ///< what is recent, > 0
  std::int64_t landmarks = 8;  ///< earlier times to learn from, one horizon apart, 1..60
  double level = 0.9;          ///< of intervals
  std::string nps_question = "nps";
  core::RunControl control{};
};

/// Tables: `accounts` (account_id, risk, lower, upper, reason_1 .. reason_3, arr, revenue_at_risk; the highest risk
/// first), `calibration` (on the last landmark, by a model that learned from earlier ones only: accounts, expected,
/// left, left_share with lower and upper, by fifths of the expected risk), `associations` (feature, odds_ratio of one
/// standard deviation with lower and upper, known: the share of rows where it is known). Figures: observations, left
/// (accounts that left among them), penalty, spread_of_periods (standard deviation of log odds between landmarks beyond
/// chance; three at least), and on the last landmark auc, brier, brier_of_average, expected,
/// left_later.
///
/// At each landmark the accounts active then are described by what had happened by then (tickets, showstoppers, use and
/// its change, people active, sentiment, escalations, the last NPS score, time as a customer against that of the others
/// then), and whether they left within the horizon is the outcome. Regularised logistic regression on standardised
/// features, the penalty chosen by cross-validation over accounts; unknown values count as average. What would have
/// been before a table's first record is unknown, not none, and landmarks before all records are left out. The three
/// largest contributions to an account's risk are its reasons: they are associated with leaving, and nothing says that
/// they cause it. Intervals are of the share that leaves among accounts alike in the features: they hold the
/// uncertainty of the coefficients, as it is under the least penalty, and how much periods differed (an intercept a
/// landmark, their mean and spread, Student's t), not that of the model. Odds ratios are those under the least penalty,
/// too. Of the columns that a table does not date (an account's own sentiment, its revenue) none is used: they may have
/// been written after the fact.
///
/// Throws MissingInput without the columns started and ended of accounts, or without any feature; NotIdentified where
/// no account left in time to learn from, or all did; InvalidInput for options out of range. O(landmarks * rows of the
/// tables + fits).
[[nodiscard]] NamedTables churn_risk(const graph::CustomerGraph& graph, const ChurnRiskOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/churn_risk-inl.hpp>
#endif
