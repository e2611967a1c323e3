// Means, totals, ratios, proportions and quantiles of a weighted sample, with standard errors that know the design and
// the calibration.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/listening/detail/woodruff.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// What a survey estimate is of; decides how its interval is made.
enum class EstimateKind : std::uint8_t { mean, total, ratio, proportion, quantile, difference };

/// An estimate from a weighted sample.
struct SurveyEstimate {
  std::string level{};  ///< of the domain or category; empty for the whole sample
  double estimate = 0.0;
  /// Infinite where nothing tells it: one row without a design, fewer than two replicates, a quantile without degrees
  /// of freedom.
  double se = 0.0;
  double degrees_of_freedom = 0.0;  ///< clusters less strata
  std::size_t rows = 0;             ///< rows of positive weight behind it
  double effective_size = 0.0;      ///< Kish's, of those rows
  EstimateKind kind = EstimateKind::mean;
  core::Status status = core::Status::undefined;
  std::string reason{};                ///< why it is doubtful or undefined; otherwise empty
  core::Interval quantile_interval{};  ///< of a quantile only, at the level of the call
  std::size_t replicates = 0;          ///< behind the standard error; 0: linearised
  detail::Woodruff woodruff{};         ///< of a quantile only: what its intervals are made from

  /// With Student's t on `degrees_of_freedom`; for a proportion Wilson's with the effective sample size, so that it
  /// stays in [0, 1] and does not collapse at the ends (Korn and Graubard 1998 give the idea); for a quantile
  /// Woodruff's. Throws InvalidInput for a level outside 0..1. With no degrees of freedom, no estimate, or a single row
  /// (but for a total), the interval is the whole line (for a proportion [0, 1]).
  [[nodiscard]] core::Interval interval(double level = 0.9) const;

  friend bool operator==(const SurveyEstimate&, const SurveyEstimate&) = default;
};

/// Weighted mean of `outcome`, one value a row, all finite. Standard error by Taylor linearisation: the variance under
/// the design of w_i e_i, e_i the residual of (y_i - mean) / sum w after regression on the auxiliaries of every
/// adjustment of the weights (Deville and Sarndal 1992; Binder 1983, doi:10.2307/1402588). Of several adjustments the
/// last one counts first, so that totals which it fixes have no error; R's survey takes them in the order in which they
/// were made. With weights that sum to 0 the status is `undefined`. One row without a design has a mean but no spread:
/// its standard error is infinite, unless lonely clusters are removed (0) or adjusted. One row of a domain in a larger
/// sample has the standard error 0 of the linearisation, as in R's survey; it is `doubtful`, with the whole line for an
/// interval. Throws InvalidInput for another length or a value that is not finite, naming the row.
[[nodiscard]] SurveyEstimate estimate_mean(const Weights& weights, std::span<const double> outcome);
[[nodiscard]] SurveyEstimate estimate_total(const Weights& weights, std::span<const double> outcome);
/// Total of `numerator` over total of `denominator`.
[[nodiscard]] SurveyEstimate estimate_ratio(const Weights& weights, std::span<const double> numerator,
                                            std::span<const double> denominator);
/// Smallest value whose weighted distribution reaches `probability`, 0..1, with Woodruff's interval at `level`
/// (Woodruff 1952, doi:10.1080/01621459.1952.10483443); se is its width over twice Student's quantile. Where the
/// distribution's interval leaves 0..1 the end is the sample's extreme and the status `doubtful`.
[[nodiscard]] SurveyEstimate estimate_quantile(const Weights& weights, std::span<const double> outcome,
                                               double probability, double level = 0.95);
/// Share of each level, in the order of the levels.
[[nodiscard]] std::vector<SurveyEstimate> estimate_proportions(const Weights& weights, const Categorical& variable);

/// The same by domain, in the order of the levels: rows outside of a domain count as zero, so that the standard error
/// knows that its size is random.
[[nodiscard]] std::vector<SurveyEstimate> estimate_mean(const Weights& weights, std::span<const double> outcome,
                                                        const Categorical& by);
[[nodiscard]] std::vector<SurveyEstimate> estimate_total(const Weights& weights, std::span<const double> outcome,
                                                         const Categorical& by);
[[nodiscard]] std::vector<SurveyEstimate> estimate_ratio(const Weights& weights, std::span<const double> numerator,
                                                         std::span<const double> denominator, const Categorical& by);
[[nodiscard]] std::vector<SurveyEstimate> estimate_quantile(const Weights& weights, std::span<const double> outcome,
                                                            double probability, double level, const Categorical& by);

/// Mean in the domain `first` less the mean in `second`, with their covariance. Throws InvalidInput for a level that
/// `by` does not have.
[[nodiscard]] SurveyEstimate estimate_difference(const Weights& weights, std::span<const double> outcome,
                                                 const Categorical& by, std::string_view first,
                                                 std::string_view second);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/survey_estimates-inl.hpp>
#endif
