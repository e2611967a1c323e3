#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <outweigh/stats/detail/small_matrix.hpp>
#include <outweigh/stats/logistic_regression.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

inline double logistic(double x) noexcept {
  if (x >= 0.0) return 1.0 / (1.0 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1.0 + e);
}
/// log(1 + exp(x)) without overflow.
inline double log_one_plus_exp(double x) noexcept {
  return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

}  // namespace detail

OUTWEIGH_INLINE double LogisticRegression::predictor(std::span<const double> row) const noexcept {
  double sum = intercept;
  for (std::size_t j = 0; j < coefficients.size(); ++j) sum += coefficients[j] * row[j];
  return sum;
}

OUTWEIGH_INLINE double LogisticRegression::probability(std::span<const double> row) const noexcept {
  return detail::logistic(predictor(row));
}

OUTWEIGH_INLINE double LogisticRegression::standard_error(std::span<const double> row,
                                                          bool with_intercept) const noexcept {
  const std::size_t n = coefficients.size() + 1;
  const auto at = [&](std::size_t i) { return i == 0 ? (with_intercept ? 1.0 : 0.0) : row[i - 1]; };
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) sum += at(i) * covariance[i * n + j] * at(j);
  }
  return std::sqrt(std::max(0.0, sum));
}

OUTWEIGH_INLINE LogisticRegression fit_logistic_regression(std::span<const double> rows, std::size_t columns,
                                                           std::span<const std::uint8_t> outcomes, double penalty,
                                                           std::span<const double> weights) {
  const std::size_t size = outcomes.size();
  if (rows.size() != size * columns) throw core::InvalidInput("the matrix has another size than rows times columns");
  if (!weights.empty() && weights.size() != size) throw core::InvalidInput("there is one weight a row");
  if (!(penalty >= 0.0) || !std::isfinite(penalty)) {
    throw core::InvalidInput("a penalty is finite and not negative",
                             {.column = "penalty", .value = std::to_string(penalty)});
  }
  double total = 0.0;
  double positive = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    if (outcomes[i] > 1)
      throw core::InvalidInput("an outcome is 0 or 1",
                               {.column = "outcomes", .row = i, .value = std::to_string(outcomes[i])});
    const double weight = weights.empty() ? 1.0 : weights[i];
    if (!(weight >= 0.0) || !std::isfinite(weight))
      throw core::InvalidInput("a weight is finite and not negative",
                               {.column = "weights", .row = i, .value = std::to_string(weight)});
    for (std::size_t j = 0; j < columns; ++j) {
      if (!std::isfinite(rows[i * columns + j]))
        throw core::InvalidInput("a covariate must be finite",
                                 {.row = i, .value = std::to_string(rows[i * columns + j])});
    }
    total += weight;
    positive += weight * outcomes[i];
  }
  if (!(positive > 0.0) || !(positive < total)) {
    throw core::NotIdentified(size == 0 ? "there are no outcomes"
                                        : "all outcomes are alike, so nothing tells them apart");
  }

  const std::size_t n = columns + 1;
  std::vector<double> beta(n, 0.0);
  beta[0] = std::log(positive / (total - positive));
  const auto row_of = [&](std::size_t i) { return rows.subspan(i * columns, columns); };
  const auto predictor_of = [&](const std::vector<double>& b, std::size_t i) {
    double sum = b[0];
    for (std::size_t j = 0; j < columns; ++j) sum += b[j + 1] * rows[i * columns + j];
    return sum;
  };
  const auto likelihood = [&](const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
      if (!weights.empty() && weights[i] == 0.0) continue;
      const double x = predictor_of(b, i);
      sum += (weights.empty() ? 1.0 : weights[i]) * (outcomes[i] * x - detail::log_one_plus_exp(x));
    }
    return sum;
  };
  const auto penalty_of = [&](const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t j = 1; j < n; ++j) sum += b[j] * b[j];
    return 0.5 * penalty * sum;
  };
  LogisticRegression result;
  double value = likelihood(beta) - penalty_of(beta);
  detail::SmallMatrix<double> information(n);
  for (int iteration = 0;; ++iteration) {
    std::vector<double> gradient(n, 0.0);
    information = detail::SmallMatrix<double>(n);
    for (std::size_t i = 0; i < size; ++i) {
      const double weight = weights.empty() ? 1.0 : weights[i];
      if (weight == 0.0) continue;
      const double p = detail::logistic(predictor_of(beta, i));
      const double rest = weight * (outcomes[i] - p);
      const double curvature = weight * p * (1.0 - p);
      const auto x = row_of(i);
      gradient[0] += rest;
      information(0, 0) += curvature;
      for (std::size_t j = 0; j < columns; ++j) {
        gradient[j + 1] += rest * x[j];
        information(j + 1, 0) += curvature * x[j];
        for (std::size_t k = 0; k <= j; ++k) information(j + 1, k + 1) += curvature * x[j] * x[k];
      }
    }
    double largest = std::abs(gradient[0]);
    for (std::size_t j = 1; j < n; ++j) {
      gradient[j] -= penalty * beta[j];
      information(j, j) += penalty;
      largest = std::max(largest, std::abs(gradient[j]));
    }
    if (!information.factor(1e-12)) {
      throw core::NotIdentified(
          "the coefficients are not identified: columns are collinear, or separate the outcomes; a penalty above 0 "
          "helps");
    }
    result.iterations = iteration;
    std::vector<double> step = gradient;
    information.solve(step.data());
    // Separated columns make the gradient vanish while the steps stay as long as ever.
    double longest = 0.0;
    double length = 1.0;
    for (std::size_t j = 0; j < n; ++j) {
      longest = std::max(longest, std::abs(step[j]));
      length = std::max(length, std::abs(beta[j]));
    }
    if (largest <= 1e-9 * total && longest <= 1e-4 * length) break;
    if (iteration == 100)
      throw core::NotIdentified("the fit did not converge: the columns separate the outcomes; a larger penalty helps");
    double scale = 1.0;
    std::vector<double> next(n);
    double next_value = value;
    for (; scale > 1e-10; scale *= 0.5) {
      for (std::size_t j = 0; j < n; ++j) next[j] = beta[j] + scale * step[j];
      next_value = likelihood(next) - penalty_of(next);
      if (next_value >= value - 1e-12 * std::abs(value)) break;
    }
    double moved = 0.0;
    for (std::size_t j = 0; j < n; ++j) moved = std::max(moved, std::abs(next[j] - beta[j]));
    beta = next;
    const bool is_flat = next_value - value <= 1e-14 * std::abs(value) && moved < 1e-10;
    value = next_value;
    if (is_flat) break;
  }
  result.intercept = beta[0];
  result.coefficients.assign(beta.begin() + 1, beta.end());
  result.log_likelihood = likelihood(beta);
  result.covariance.resize(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> unit(n, 0.0);
    unit[j] = 1.0;
    information.solve(unit.data());
    for (std::size_t i = 0; i < n; ++i) result.covariance[i * n + j] = unit[i];
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
