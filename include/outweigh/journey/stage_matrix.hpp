// Stages of the journey by functions of the company: who is in touch when, how it feels, and where a gap opens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/table.hpp>
#include <outweigh/journey/event_log.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

/// What counts as a gap.
struct GapOptions {
  /// A function is expected in a stage when it touched at least this share of the accounts that reached the stage,
  /// 0..1.
  double expected_share = 0.5;
  /// An account is silent when its last contact is longer ago than this quantile of the times between contacts in the
  /// same cell, 0..1.
  double silent_quantile = 0.95;
  std::int64_t fewest_times = 20;    ///< times between contacts that a cell needs before silence can be judged
  std::int64_t fewest_accounts = 5;  ///< accounts in a stage before anything is expected there
  double unhappy_below = -0.33;      ///< an account is unhappy in a cell when the last known sentiment is below
  std::vector<std::string> escalations{"escalation"};  ///< activities that are escalations
  /// Activities after which nobody is waited for: who has one is in no gap and does not return. A graph's accounts end
  /// by "ended".
  std::vector<std::string> ends{};
  double level = 0.9;  ///< of intervals

  friend bool operator==(const GapOptions&, const GapOptions&) = default;
};

namespace detail {
/// Throws InvalidInput, naming the option, for one out of range.
void check_gap_options(const GapOptions& options);
}  // namespace detail

/// All stages, cells and gaps.
struct StageMatrix {
  /// stage, events, cases, share_of_cases, median_days_to_reach (from the first event of the case), dropped (cases with
  /// nothing after it: use and fix stand side by side), dropped_share with lower and upper, may_return (dropped cases
  /// whose last event is no longer ago than 90 % of those that went on took), median_days_onward.
  core::Table stages{};
  /// stage, function, events, cases, accounts, share_of_events, median_days_before (since the event before it in the
  /// case), sentiment with lower and upper, sentiment_known (events), value, gap_missing, gap_silent, gap_unhappy
  /// (accounts).
  core::Table matrix{};
  /// account_id (or case_id), stage, function, gap (missing, silent, unhappy), since, days, sentiment, usual,
  /// escalated: those not yet escalated first.
  core::Table gaps{};

  friend bool operator==(const StageMatrix&, const StageMatrix&) = default;
};

/// An account is in the stage of its last event of a known stage. In that stage a function that is expected and was
/// never in touch is `missing`; one whose silence is longer than usual is `silent`; and where the last known sentiment
/// is low the account is `unhappy`. Without accounts, cases take their place. Intervals of sentiment take accounts as
/// the independent units; one account alone tells nothing of others. Throws MissingInput where no stage is
/// known. O(events log events).
[[nodiscard]] StageMatrix stage_matrix(const EventLog& log, const GapOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/stage_matrix-inl.hpp>
#endif
