// Does weighting help? For each outcome what the weights changed, what the known totals explain, and whether to trust
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

enum class WeightingVerdict : std::uint8_t {
  corrected,         ///< the estimate moved by more than its noise, for a reason that the totals show
  barely_changed,    ///< the totals say something about the outcome, and that the sample is not off for it
  not_to_be_trusted  ///< the totals cannot show whether the estimate is right
};

[[nodiscard]] constexpr std::string_view to_string(WeightingVerdict verdict) noexcept {
  switch (verdict) {
    case WeightingVerdict::corrected:
      return "corrected";
    case WeightingVerdict::barely_changed:
      return "barely changed";
    case WeightingVerdict::not_to_be_trusted:
      return "not to be trusted";
  }
  return "not to be trusted";
}

/// An outcome, one finite value a row, borrowed. `least` and `most`: what values are possible; default: the range seen.
struct Outcome {
  std::string name;
  std::span<const double> values;
  std::optional<double> least{};
  std::optional<double> most{};
};

/// What weights did to the shares of a margin that they were not made to meet.
enum class MarginMovement : std::uint8_t {
  near,       ///< before and after its shares are as near to the known ones as a sample of that size gets
  closer,     ///< by more than sampling noise
  no_closer,  ///< neither closer nor further than noise explains
  further     ///< by more than sampling noise
};

[[nodiscard]] constexpr std::string_view to_string(MarginMovement movement) noexcept {
  switch (movement) {
    case MarginMovement::near:
      return "near";
    case MarginMovement::closer:
      return "closer";
    case MarginMovement::no_closer:
      return "no closer";
    case MarginMovement::further:
      return "further";
  }
  return "no closer";
}

/// How far the weights meet known shares that they were not made to meet.
struct HeldOutMargin {
  std::string variable{};
  bool given = false;   ///< by the caller; otherwise a margin of the weights, left out in turn
  double before = 0.0;  ///< root mean square distance of the levels' shares from the known ones, unadjusted
  double after = 0.0;   ///< with the weights
  double chance = 0.0;  ///< distance that sampling alone would leave `after`, one standard error
  MarginMovement movement = MarginMovement::no_closer;
  std::string worst_level{};  ///< after
  double worst = 0.0;         ///< share less known share there
  bool failed = false;        ///< after is further than before, and further than chance explains
};

struct OutcomeCheck {
  std::string outcome{};
  SurveyEstimate before{};  ///< mean with base weights
  SurveyEstimate after{};   ///< mean with the weights
  double shift = 0.0;       ///< after - before
  double shift_se = 0.0;
  double explained =
      0.0;  ///< share of the outcome's variance that the totals' variables explain, adjusted for their number
  double explained_lower = 0.0;  ///< its interval, by Fisher's z; from 0 where it is no more than chance
  double explained_upper = 1.0;
  double explained_p = 1.0;  ///< chance of as much where they explain nothing (F test)
  double outcome_alone_p =
      1.0;  ///< chance of such imbalances if being heard depended on the outcome alone; 1: no telling
  /// Mean squared error before less after, estimated, if the totals' variables decide who is heard; 0 where no standard
  /// error is known.
  double gain = 0.0;
  double held_out_shift = 0.0;  ///< further move that the given held-out margin of the greatest effect asks for
  double held_out_shift_se = 0.0;
  std::string held_out_variable{};
  double band_lower = 0.0;  ///< sensitivity band, at `level`
  double band_upper = 0.0;
  double bound_lower = 0.0;  ///< if those who were not heard all had the least or the most possible value
  double bound_upper = 0.0;
  WeightingVerdict verdict = WeightingVerdict::not_to_be_trusted;
  std::string reason{};
};

struct WeightingCheckOptions {
  double level = 0.9;          ///< of the intervals
  double significance = 0.05;  ///< of the tests: how often chance may pass for evidence
  /// Share of variance explained from which a correction stands by itself: it then takes out at least half of the bias
  /// even if being heard depends on the outcome as much as on what the totals know of it (see below).
  double well_explained = 0.25;
  double material = 0.5;     ///< least shift that counts, in standard errors of the estimate
  double least_rows = 10.0;  ///< effective sample size below which nothing is trusted
};

struct WeightingCheck {
  std::vector<OutcomeCheck> outcomes{};
  std::vector<HeldOutMargin> held_out{};
  double effective_sample_size = 0.0;
  double design_effect = 1.0;
  double level = 0.9;
};

/// Judges the weights outcome by outcome, from four pieces of evidence.
///
/// 1. What the totals explain: R^2 of the regression of the outcome on the auxiliaries of all adjustments, with base
///    weights, against chance (F test) and with an interval.
/// 2. What moved: after - before against its own standard error, and whether the bias taken out is worth the variance
///    that weights add (`gain`).
/// 3. Whether being heard could depend on the outcome alone. The auxiliaries' sample means would then be off along
///    their covariance with the outcome and in no other direction; the test is that of overidentified instruments, good
///    however little they explain (Anderson and Rubin 1949, doi:10.1214/aoms/1177730090; auxiliaries as instruments of
///    nonresponse: Kott and Chang 2010, doi:10.1198/jasa.2010.tm09016). It needs two auxiliaries or more.
/// 4. Margins held out: how far their shares are from the known ones before and after, against sampling error, and how
///    far the outcome would move if the weights met them too.
///
/// The band is the proxy pattern-mixture analysis (Andridge and Little 2011, Journal of Official Statistics 27,
/// 153-180): with the regression's fitted values as proxy, of correlation rho with the outcome, the mean is moved by
/// (proxy's population mean - sample mean) times 1 when being heard depends on the proxy alone, 1 / rho when on both
/// alike, 1 / rho^2 when on the outcome alone, with the sampling error of each and over the interval of rho^2; cut to
/// the possible values, and as wide as these where rho may be 0. Weighting takes out the first of these, so that it
/// removes a share rho of the bias in the second case: at R^2 = `well_explained` = 1/4 that is one half. The bounds
/// assume nothing (Manski 1990): they need totals that count the population.
///
/// The verdict is not to be trusted when the effective sample size is below `least_rows`; when the totals explain no
/// more than chance would; when a held-out margin that was given asks for a further move of the outcome beyond noise;
/// when the weights add more noise than they take out bias; or when the totals explain less than `well_explained` and
/// either being heard could depend on the outcome alone or the shift is material but within its noise. Otherwise it is
/// corrected when the shift is beyond its noise and at least `material` standard errors, else barely changed. Each of
/// two or more raked or calibrated margins is left out in turn as a check as well; what that shows is in the reason and
/// alone decides nothing.
///
/// No data can exclude that being heard has a further cause, unrelated to the totals, that moves the outcome: a
/// corrected estimate is nearer to the truth than before unless such a cause pushes the other way by more than half of
/// the shift; reasons say so. Throws InvalidInput for outcomes and margins as estimates and weighting methods do, and
/// for values outside of the range of possible ones. O(rows * (outcomes + margins)).
[[nodiscard]] WeightingCheck does_weighting_help(const Weights& weights, std::span<const Outcome> outcomes,
                                                 std::span<const Margin> held_out = {},
                                                 const WeightingCheckOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/weighting_check-inl.hpp>
#endif
