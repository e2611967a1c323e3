// Survival curves of censored times, and whether they differ.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Columns of equal length, one row a subject.
struct SurvivalColumns {
  std::span<const double> duration;  ///< 0 or more
  std::span<const double> event;     ///< 1 the event happened then, 0 not yet (censored)
  std::span<const double> weight{};  ///< subjects a row stands for; empty: 1 each
};

/// Throws InvalidInput, naming column, row and value, for lengths that differ, durations that are negative or not
/// finite, events other than 0 and 1, weights that are negative.
void check_survival(const SurvivalColumns& columns);

/// One distinct time.
struct SurvivalStep {
  double time = 0.0;
  double at_risk = 0.0;  ///< subjects whose duration is this time or longer
  double events = 0.0;
  double censored = 0.0;
  double survival = 1.0;           ///< after this time
  double standard_error = 0.0;     ///< Greenwood's; 0 once the curve has reached 0
  double cumulative_hazard = 0.0;  ///< Nelson and Aalen's
};

/// Kaplan and Meier's product limit (1958, doi:10.1080/01621459.1958.10501452) with Greenwood's variance
/// S^2 sum d / (n (n - d)).
class KaplanMeier {
 public:
  /// O(n) for times of few digits, O(n log n) for any. Throws as check_survival, and without a subject.
  explicit KaplanMeier(const SurvivalColumns& columns);

  [[nodiscard]] const std::vector<SurvivalStep>& steps() const noexcept { return steps_; }
  [[nodiscard]] double subjects() const noexcept { return subjects_; }
  [[nodiscard]] double events() const noexcept { return events_; }
  /// Survival just after `time`.
  [[nodiscard]] double survival(double time) const;
  /// Interval of the survival after step number `step` on the scale log(-log S); [S, S] where S is 1, and down to 0
  /// where it is 0.
  [[nodiscard]] core::Interval interval(std::size_t step, double level = 0.9) const;
  /// `interval` for all steps.
  [[nodiscard]] std::vector<core::Interval> intervals(double level = 0.9) const;
  /// First time at which the curve is at or below `survival`, such as 0.5 for the median; nothing if it never is.
  [[nodiscard]] std::optional<double> time_at(double survival) const;

 private:
  [[nodiscard]] static double quantile_of(double level);
  [[nodiscard]] core::Interval interval_within(std::size_t step, double level, double quantile) const;

  std::vector<SurvivalStep> steps_;
  double subjects_ = 0.0;
  double events_ = 0.0;
};

/// Mantel's log-rank test.
struct LogRank {
  std::vector<double> observed;  ///< events by group
  std::vector<double> expected;  ///< under equal hazards
  double statistic = 0.0;        ///< chi-squared
  double degrees = 0.0;          ///< groups that can differ less 1; 0 when nothing can be tested
  double p_value = 1.0;
};

/// Do the groups 0 .. groups - 1 have the same hazard? Within `strata` (empty: one) expectations and variances are
/// added up. Mantel 1966. Throws InvalidInput for groups out of range. O(n log n + events * groups^2).
[[nodiscard]] LogRank log_rank(const SurvivalColumns& columns, std::span<const std::size_t> group, std::size_t groups,
                               std::span<const std::size_t> strata = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/kaplan_meier-inl.hpp>
#endif
