// What a fitted model carries: parameters with their uncertainty, and whether the data could tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/core/large_vector.hpp>
#include <outweigh/stats/fit_status.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

using stats::FitStatus;

/// Maximum-likelihood estimates of positive parameters. Their uncertainty is that of their logarithms, from the
/// observed information (the negative Hessian at the maximum): standard_error = parameter * standard error of its
/// logarithm.
struct ModelFit {
  std::vector<std::string> names;
  std::vector<double> parameters;
  /// Covariance of the logarithms, size * size; zero for parameters that lie at a limit.
  std::vector<double> log_covariance;
  /// 1 where the parameter lies at a limit or is not determined: it has no standard error.
  std::vector<std::uint8_t> undetermined;
  double log_likelihood = 0.0;
  FitStatus status = FitStatus::not_identified;
  std::string cause;  ///< why the status is not `estimated`; empty when it is
  double customers = 0.0;
  std::size_t distinct_rows = 0;
  int iterations = 0;

  [[nodiscard]] std::size_t size() const noexcept { return parameters.size(); }
  /// Nothing where the data do not determine the parameter.
  [[nodiscard]] std::optional<double> standard_error(std::size_t parameter) const;
  /// Interval from the normal approximation of the logarithm; nothing where there is no standard error.
  [[nodiscard]] std::optional<core::Interval> interval(std::size_t parameter, double level = 0.9) const;
  /// Throws NotIdentified, with the cause, when there is nothing to predict from.
  void require_identified() const;
  /// A fit with known parameters and no uncertainty. Throws InvalidInput, naming the parameter, unless all are finite
  /// and positive.
  [[nodiscard]] static ModelFit known(std::vector<std::string> names, std::vector<double> parameters);

  friend bool operator==(const ModelFit&, const ModelFit&) = default;
};

/// Values with their standard errors from the uncertainty of the parameters (delta method).
struct Predictions {
  core::LargeVector<double> values;
  core::LargeVector<double> standard_errors;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/model_fit-inl.hpp>
#endif
