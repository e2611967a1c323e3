// Propensity weights: how readily each row is heard, learned against a reference, and its inverse as weight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

enum class PropensityMethod : std::uint8_t {
  logistic,  ///< maximum likelihood
  ridge      ///< with a penalty on all coefficients but the constant
};

[[nodiscard]] constexpr std::string_view to_string(PropensityMethod method) noexcept {
  return method == PropensityMethod::ridge ? "ridge" : "logistic";
}

/// A categorical column of both tables under one list of levels. Borrowed.
struct PropensityCategory {
  std::string name;
  std::vector<std::string> levels;
  Codes sample;
  Codes reference;
};

/// A numeric column of both tables. Borrowed.
struct PropensityNumber {
  std::string name;
  std::span<const double> sample;
  std::span<const double> reference;
};

struct PropensityOptions {
  PropensityMethod method = PropensityMethod::logistic;
  /// Penalty ridge / 2 * sum of squared coefficients, on numeric columns of deviation 1 and levels of 0 or 1. Default:
  /// of 0.01 .. 1000 the one of least deviance on rows left out, in `folds` (or five) parts.
  std::optional<double> ridge{};
  /// From 2 on: each row's propensity comes from a fit without its part. 0: from the fit on all rows.
  std::size_t folds = 0;
  /// Largest weight as a multiple of the mean weight; what is cut goes to the others in proportion. Above 1.
  std::optional<double> trim{};
  std::uint64_t seed = 0;  ///< of the parts
  std::size_t max_iterations = 100;
  core::RunControl control{};
};

/// A numeric column's mean, or a level's share, in the sample, the weighted sample and the reference.
struct PropensityBalance {
  std::string column{};
  std::string level{};  ///< empty for a numeric column
  double sample = 0.0;
  double weighted = 0.0;
  double reference = 0.0;
  double difference_before = 0.0;  ///< standardised: (sample - reference) / deviation in the reference
  double difference_after = 0.0;
};

struct PropensityFit {
  Weights weights{};
  /// Of each row of the sample: the odds p / (1 - p) of its kind in the sample against the reference, both of one size;
  /// 2 is heard twice as readily as the average. The weights are base weight / odds, scaled to the reference's total.
  std::vector<double> odds{};
  std::vector<PropensityBalance> balance{};
  double ridge = 0.0;
  double concordance = 0.5;  ///< chance that a row of the sample has higher odds than one of the reference
  double uncovered_share =
      0.0;  ///< share of the reference with odds below all of the sample's: nobody like them is heard
  double largest_weight_share = 0.0;
  double trimmed_share = 0.0;  ///< share of the total weight that trimming moved
  std::size_t iterations = 0;
  core::Status status = core::Status::undefined;
  std::string reason{};  ///< why doubtful
};

/// Logistic regression of being in the sample on the columns, against a reference that lists the population or is
/// itself a weighted sample of it, both brought to one total weight (Rosenbaum and Rubin 1983,
/// doi:10.1093/biomet/70.1.41; Lee and Valliant 2009, doi:10.1177/0049124108329643). The model knows main effects only.
/// Standard errors made with the weights take them as given, which is usually cautious. Doubtful when 1 % of the
/// reference is uncovered, a standardised difference above 0.1 remains, or one row carries a tenth of the weight.
///
/// Throws InvalidInput for unknown or not finite values, lengths that differ, no columns or rows, and, without ridge, a
/// level that only one of the tables has; NotIdentified, naming the column, where sample and reference are separated so
/// that no finite coefficients fit. Rows are grouped where there are no numeric columns. O(rows * columns^2) an
/// iteration. Same bits for any number of threads.
[[nodiscard]] PropensityFit propensity_weights(const Weights& base, std::span<const PropensityCategory> categories,
                                               std::span<const PropensityNumber> numbers,
                                               std::span<const double> reference_weights = {},
                                               const PropensityOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/propensity-inl.hpp>
#endif
