// Estimates for small areas (segments) that borrow strength from each other: Fay and Herriot's model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Estimator of the variance of the areas around the regression.
enum class AreaVariance : std::uint8_t {
  automatic,  ///< `adjusted` below 10 sampled areas, unless these are at most two more than columns, else `reml`
  reml,
  ml,
  adjusted  ///< residual likelihood times the variance, which is then never 0; Li and Lahiri 2010,
            ///< doi:10.1016/j.jmva.2009.10.009
};

struct SmallAreaOptions {
  AreaVariance method = AreaVariance::automatic;
  double level = 0.9;
};

struct SmallArea {
  core::Estimate
      estimate{};          ///< EBLUP gamma * y + (1 - gamma) * x'beta; standard error: root of the mean squared error
  double shrinkage = 0.0;  ///< 1 - gamma, the share of the regression
  double synthetic = 0.0;  ///< x'beta
};

struct SmallAreas {
  std::vector<double> coefficients{};
  std::vector<double> coefficient_errors{};
  double variance = 0.0;                     ///< of the areas around the regression
  double log_likelihood = 0.0;               ///< residual for reml and adjusted (without the adjustment), full for ml
  AreaVariance method = AreaVariance::reml;  ///< the one used
  std::vector<SmallArea> areas{};
  core::Status status = core::Status::estimated;
  std::string reason{};
};

/// y_i = x_i' beta + v_i + e_i with v_i of variance A, to be estimated, and e_i of known variance `variances[i]` > 0.
/// `x` has `columns` numbers an area (put a column of ones there for an intercept); without columns the mean is 0.
/// `sampled` is empty (all) or 0 for areas without y: their estimate is the regression. The variance is the highest
/// root of the (adjusted) score, found by bisection, or 0. Mean squared error g1 + g2 + 2 g3 (Prasad and Rao 1990,
/// doi:10.1080/01621459.1990.10475320), with the term for the bias of A under ml (Datta and Lahiri 2000). Intervals are
/// normal. With no more sampled areas than columns the status is `not_identified`; so it is under `adjusted`, which
/// then has no maximum, with at most two more, where `automatic` takes reml and is `doubtful`. Throws InvalidInput for
/// lengths, numbers not finite, variances not positive, and collinear columns. O(areas * columns^2) a step. Fay and
/// Herriot 1979, doi:10.1080/01621459.1979.10482505.
[[nodiscard]] SmallAreas fay_herriot(std::span<const double> y, std::span<const double> variances,
                                     std::span<const double> x, std::size_t columns,
                                     std::span<const std::uint8_t> sampled = {}, const SmallAreaOptions& options = {});

/// Sampling variances smoothed by log variance = a + b log size + noise (least squares), as exp(a + b log size +
/// noise variance / 2). Variances of 0, and null ones given as 0, are left out of the fit and get the smoothed value.
/// With fewer than 3 positive variances, or sizes all equal, b is 0. Throws InvalidInput for lengths, negative or
/// non-finite variances, sizes not positive, or no positive variance.
[[nodiscard]] std::vector<double> smooth_variances(std::span<const double> variances, std::span<const double> sizes);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/small_area-inl.hpp>
#endif
