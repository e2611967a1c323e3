// Does weighting help? For each outcome what the weights changed, what the known totals explain, and whether to trust it.
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
  corrected,         ///< the totals explain a good part of the outcome, and the estimate moved
  barely_changed,    ///< the totals explain a good part of the outcome, and the estimate did not move
  not_to_be_trusted  ///< the totals cannot show whether the estimate is right
};

[[nodiscard]] constexpr std::string_view to_string(WeightingVerdict verdict) noexcept {
  switch (verdict) {
    case WeightingVerdict::corrected: return "corrected";
    case WeightingVerdict::barely_changed: return "barely changed";
    case WeightingVerdict::not_to_be_trusted: return "not to be trusted";
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

/// How far the weights meet known shares that they were not made to meet.
struct HeldOutMargin {
  std::string variable{};
  bool given = false;         ///< by the caller; otherwise a margin of the weights, left out in turn
  double before = 0.0;        ///< root mean square distance of the levels' shares from the known ones, unadjusted
  double after = 0.0;         ///< with the weights
  std::string worst_level{};  ///< after
  double worst = 0.0;         ///< share less known share there
  bool failed = false;        ///< after is worse than before and beyond chance
};

struct OutcomeCheck {
  std::string outcome{};
  SurveyEstimate before{};  ///< mean with base weights
  SurveyEstimate after{};   ///< mean with the weights
  double shift = 0.0;       ///< after - before
  double shift_se = 0.0;
  double explained = 0.0;    ///< share of the outcome's variance that the totals' variables explain, adjusted for their number
  double band_lower = 0.0;   ///< sensitivity band
  double band_upper = 0.0;
  double bound_lower = 0.0;  ///< if those who were not heard all had the least or the most possible value
  double bound_upper = 0.0;
  WeightingVerdict verdict = WeightingVerdict::not_to_be_trusted;
  std::string reason{};
};

struct WeightingCheckOptions {
  double level = 0.9;           ///< of the interval that the band is held against
  double least_explained = 0.05;  ///< below this share of variance explained a correction is not trusted
  double well_explained = 0.25;   ///< above it the band is not held against the estimate
  double least_rows = 10.0;       ///< effective sample size below which nothing is trusted
};

struct WeightingCheck {
  std::vector<OutcomeCheck> outcomes{};
  std::vector<HeldOutMargin> held_out{};
  double effective_sample_size = 0.0;
  double design_effect = 1.0;
  double level = 0.9;
};

/// Judges the weights outcome by outcome.
///
/// What the totals explain is the R^2 of the regression on the auxiliaries of all adjustments, with base weights. The
/// band is the proxy pattern-mixture analysis (Andridge and Little 2011, Journal of Official Statistics 27, 153-180): with the regression's
/// fitted values as proxy, of correlation rho with the outcome, the mean is moved by (proxy's population mean - sample
/// mean) times 1 when being heard depends on the proxy alone, up to times 1 / rho^2 when it depends on the outcome
/// alone; cut to the possible values. A proxy that explains little makes it wide. The bounds assume nothing (Manski
/// 1990): they need totals that count the population.
///
/// The verdict is not to be trusted when the effective sample size is below `least_rows`, the variables explain less
/// than `least_explained`, a held-out margin that was given got worse, or the band leaves twice the interval while they
/// explain less than `well_explained`. Otherwise barely changed when the shift is below half a standard error or 1.645
/// of its own, else corrected. Each of two or more raked or calibrated margins is left out in turn as a check as well;
/// what that shows is in the reason and alone decides nothing. Throws InvalidInput for outcomes and margins as estimates
/// and weighting methods do. O(rows * (outcomes + margins)).
[[nodiscard]] WeightingCheck does_weighting_help(const Weights& weights, std::span<const Outcome> outcomes,
                                                 std::span<const Margin> held_out = {},
                                                 const WeightingCheckOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/weighting_check-inl.hpp>
#endif
