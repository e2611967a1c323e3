// Logistic regression with a ridge penalty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// log(p / (1 - p)) = intercept + x'b, minimising -log likelihood + penalty / 2 * sum of b^2; the intercept is free.
struct LogisticRegression {
  double intercept = 0.0;
  std::vector<double> coefficients{};
  std::vector<double> covariance{};  ///< of (intercept, b), row by row: inverse of the penalised information
  double log_likelihood = 0.0;       ///< without the penalty
  int iterations = 0;

  /// Linear predictor of one row. Precondition: row.size() == coefficients.size().
  [[nodiscard]] double predictor(std::span<const double> row) const noexcept;
  /// 0..1.
  [[nodiscard]] double probability(std::span<const double> row) const noexcept;
  /// Standard error of the linear predictor, from `covariance`; without the intercept, of what the coefficients add.
  [[nodiscard]] double standard_error(std::span<const double> row, bool with_intercept = true) const noexcept;
};

/// `rows` holds outcomes.size() rows of `columns` numbers each; outcomes are 0 or 1; `weights` is empty or not
/// negative. Newton's method with halved steps until the gradient is below 1e-9 of the number of rows. Throws
/// InvalidInput for lengths that do not fit, numbers that are not finite, other outcomes and a negative penalty;
/// NotIdentified when all outcomes are alike, or where the estimate does not exist (a penalty of 0 with separated or
/// collinear columns). O(iterations * rows * columns^2). Le Cessie and van Houwelingen 1992, doi:10.2307/2347628.
[[nodiscard]] LogisticRegression fit_logistic_regression(std::span<const double> rows, std::size_t columns,
                                                         std::span<const std::uint8_t> outcomes, double penalty,
                                                         std::span<const double> weights = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/logistic_regression-inl.hpp>
#endif
