// The way of customers through their activities: transitions, variants, loops, drop-off, times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/event_log.hpp>
#include <outweigh/journey/stage_matrix.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

struct JourneyOptions {
  EventLogOptions log{};
  GapOptions gaps{};
  /// Of a graph: are its interactions, requests, tickets, deals and surveys events beside the table `events`?
  bool touchpoints = true;
};

/// One activity directly followed by another, inside a case. Times in days.
struct Transition {
  std::uint32_t from = 0;  ///< position among the log's activities
  std::uint32_t to = 0;
  std::int64_t count = 0;
  double total_days = 0.0;
  double mean_days = 0.0;
  double median_days = 0.0;
  double p90_days = 0.0;  ///< 90th percentile
  double minimum_days = 0.0;
  double maximum_days = 0.0;

  friend bool operator==(const Transition&, const Transition&) = default;
};

/// Cases with the same activities in the same order.
struct Variant {
  std::uint32_t example = 0;  ///< the first case of it
  std::int64_t cases = 0;
  double mean_days = 0.0;  ///< from first to last event

  friend bool operator==(const Variant&, const Variant&) = default;
};

/// From first to last event of a case, in days, over all cases. Cases may not have ended: see the note at `last`.
struct CaseDurations {
  std::int64_t cases = 0;
  double mean_days = 0.0;
  double median_days = 0.0;
  double p90_days = 0.0;
  double p95_days = 0.0;
  double maximum_days = 0.0;

  friend bool operator==(const CaseDurations&, const CaseDurations&) = default;
};

/// The result of journey(): everything counted on the log, without an error of estimation. Quantiles interpolate
/// between order statistics. Immutable; copies share everything. Tables are laid out when asked for.
class Journey {
 public:
  /// Analyses a log: one pass, a hash of the variants, a selection a transition. O(events).
  explicit Journey(EventLog log, const GapOptions& gaps = {}, const core::RunControl& control = {});

  [[nodiscard]] const EventLog& log() const noexcept { return data_->log; }
  [[nodiscard]] std::span<const Transition> transitions() const noexcept { return data_->transitions; }  ///< by count
  [[nodiscard]] std::span<const Variant> variants() const noexcept { return data_->variants; }           ///< by cases
  [[nodiscard]] const CaseDurations& durations() const noexcept { return data_->durations; }
  [[nodiscard]] const GapOptions& gap_options() const noexcept { return data_->gaps; }
  /// In a few sentences.
  [[nodiscard]] std::string summary() const;

  /// The transitions: from, to, count, share (of all transitions), mean_days, median_days, p90_days, minimum_days,
  /// maximum_days.
  [[nodiscard]] core::Table to_table() const;
  /// The same by total time, with total_days and time_share: where cases wait.
  [[nodiscard]] core::Table bottlenecks_table() const;
  /// variant, path ("a > b > c"), length, cases, share, cumulative_share, mean_days. `limit` 0 gives all.
  [[nodiscard]] core::Table variants_table(std::size_t limit = 0) const;
  /// activity, stage, events, cases, share_of_cases, first, last (cases that begin and end with it), drop_off (last
  /// over cases), self_loops (directly after itself), repeats (events beyond a case's first), cases_with_repeats.
  [[nodiscard]] core::Table activities_table() const;
  /// activity, between, cases: an activity that a case came back to after others, and what came directly between where
  /// that was one activity.
  [[nodiscard]] core::Table loops_table() const;
  /// case_id, account_id, first, last, days, events, first_activity, last_activity, variant, stage (the furthest).
  [[nodiscard]] core::Table cases_table() const;
  /// function, events, cases, share_of_cases, only (cases that touch no other function), only_share, handovers (events
  /// that follow one of another function).
  [[nodiscard]] core::Table functions_table() const;
  /// Stages, matrix and gaps: see stage_matrix(). Throws MissingInput where no activity has a stage.
  [[nodiscard]] StageMatrix stages() const;

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Journey from_bytes(std::span<const std::byte> bytes);

  /// Same events in the same order, under the same options.
  friend bool operator==(const Journey& a, const Journey& b) {
    return a.data_ == b.data_ || (a.data_->gaps == b.data_->gaps && a.data_->log.as_of == b.data_->log.as_of &&
                                  a.data_->log.to_table() == b.data_->log.to_table());
  }

 private:
  struct Data {
    EventLog log;
    GapOptions gaps;
    std::vector<Transition> transitions;
    std::vector<Variant> variants;
    std::vector<std::uint32_t> case_variant;
    CaseDurations durations;
  };
  std::shared_ptr<const Data> data_;
};

/// Reads and analyses a table of events; see read_event_log() for what it needs and throws.
[[nodiscard]] Journey journey(const core::Table& events, const JourneyOptions& options = {});
/// The journeys of accounts: the graph's events, and its other tables as events (see touchpoints()). A case is an
/// account with its own case_id, or the account. Throws MissingInput without any of these tables.
[[nodiscard]] Journey journey(const graph::CustomerGraph& graph, const JourneyOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/paths-inl.hpp>
#endif
