// Recency by exposure: yesterday's call is not more true than last quarter's, but who was called, and how often,
// drifts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/listening/categorical.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// 2^(-age / half_life) by interaction: the simple option, which forgets what was heard long ago whatever the exposure.
/// Ages and half-life in one unit. Throws InvalidInput for an age that is negative or not finite, naming the row, and
/// unless half_life > 0.
[[nodiscard]] std::vector<double> decay_weights(std::span<const double> age, double half_life);

/// One row an interaction; borrowed. `base` holds the accounts of each group, or of each period and group
/// (period * groups + group).
struct HearingRecords {
  Categorical period;  ///< levels in the order of time
  Categorical group;
  Codes account;
  std::span<const double> base;
};

/// Who was heard in one period, by group.
struct HearingCell {
  std::string period{};
  std::string group{};
  double base_accounts = 0.0;
  std::size_t heard_accounts = 0;
  std::size_t interactions = 0;
  double heard_share = 0.0;  ///< of the accounts heard in the period; one of two groups counts in each
  double base_share = 0.0;
  double propensity =
      0.0;  ///< chance that an account of the group is heard in the period, drawn towards the group's mean
  core::Interval propensity_interval{};  ///< of the same beta distribution, about `propensity`
};

/// One period: how far those heard are from the base, and whether their mix is that of the other periods.
struct HearingPeriod {
  std::string period{};
  std::size_t interactions = 0;
  std::size_t heard_accounts = 0;
  double distance = 0.0;  ///< total variation, 0..1: the share of voices that would have to change group
  double drift = 0.0;     ///< the same distance from the mix of all other periods
  double p_value = 1.0;   ///< Pearson's chi-square of groups against this period or the others
  double q_value = 1.0;   ///< over all periods (Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998)
  core::Status status = core::Status::undefined;  ///< undefined: nobody heard; doubtful: expected counts below 5
};

struct HearingDrift {
  std::vector<HearingCell> cells{};      ///< period by period, in the order of groups
  std::vector<HearingPeriod> periods{};  ///< in the order of time
  /// By interaction: base accounts of its period and group over their interactions, so that each period and group
  /// counts by its base accounts however often it was heard. They sum to the base of the periods and groups heard at
  /// all.
  std::vector<double> weights{};
};

/// Time-varying hearing propensity: heard accounts out of base accounts by period and group, smoothed as (heard + k m)
/// / (base + k) with m the group's mean over the periods and k the prior size of a beta distribution fitted by moments
/// (as large as the group's base where periods do not differ beyond chance). Throws InvalidInput for lengths that
/// differ, unknown codes, a base that is negative, not finite or smaller than the accounts heard, naming period and
/// group. O(rows log rows + periods * groups).
[[nodiscard]] HearingDrift hearing_drift(const HearingRecords& records, double level = 0.9);

/// Events per interaction of one period.
struct ExposureRate {
  std::string period{};
  std::size_t interactions = 0;
  double events = 0.0;
  double rate = 0.0;          ///< events / interactions
  core::Interval interval{};  ///< of the rate: Byar's for counts, wider where accounts repeat themselves or few do
  double standardized = 0.0;  ///< with each group counted by its base accounts
  double standardized_se = 0.0;
  core::Interval standardized_interval{};
  double base_covered = 0.0;  ///< share of the base whose groups had an interaction
  core::Status status = core::Status::undefined;
};

/// Rates per interaction by period, so that a month of many calls does not look like a month of much demand; and the
/// rates standardised to the base (direct standardisation), so that a month of calls with whales does not look like a
/// change of mind. `events` counts what was said in each interaction (0, 1, ...). Errors are those between accounts, as
/// one that calls often is one witness; where `records.account` is empty every interaction stands alone. A group
/// without an interaction in a period is left out of its standardised rate, which is doubtful below nine tenths of the
/// base. O(rows log rows + periods * groups).
[[nodiscard]] std::vector<ExposureRate> rates_by_exposure(const HearingRecords& records, std::span<const double> events,
                                                          double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/recency-inl.hpp>
#endif
