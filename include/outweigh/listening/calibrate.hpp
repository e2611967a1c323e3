// Calibration: the weights closest to the base weights that meet known totals of categorical and numeric columns.
#pragma once

#include <limits>
#include <span>
#include <string_view>

#include <outweigh/core/run_control.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// How the distance between new and base weights is measured; w = d g(x' lambda).
enum class CalibrationMethod : std::uint8_t {
  linear,  ///< g(u) = 1 + u: the generalised regression estimator; weights may turn negative without bounds
  raking,  ///< g(u) = exp(u): never negative
  logit    ///< between the bounds, which must lie on either side of 1
};

[[nodiscard]] constexpr std::string_view to_string(CalibrationMethod method) noexcept {
  switch (method) {
    case CalibrationMethod::linear:
      return "linear";
    case CalibrationMethod::raking:
      return "raking";
    case CalibrationMethod::logit:
      return "logit";
  }
  return "linear";
}

struct CalibrateOptions {
  CalibrationMethod method = CalibrationMethod::linear;
  /// Lower and upper bound on w / d; linear and raking are truncated at them. Without base weights: on the change from
  /// equal weights of the known total.
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  std::size_t max_iterations = 200;
  core::RunControl control{};
};

/// Deville and Sarndal 1992, doi:10.1080/01621459.1992.10475217, by Newton's method with line search on the convex
/// dual. Converged means that every total is met to 1e-10 relative; bounds hold exactly. Without margins no constant is
/// among the auxiliaries. Throws InvalidInput for values or totals that are NaN, lengths that differ, margins that
/// contradict each other, levels that only one of sample and totals has, auxiliaries that follow from the others,
/// bounds that are not in order; Infeasible, naming variable and level, when no such weights exist. Rows are grouped
/// where there are no numeric columns. O(rows * (1 + numeric^2)) an iteration.
[[nodiscard]] Weights calibrate(const Weights& base, std::span<const Margin> margins,
                                std::span<const NumericTotal> numeric = {}, const CalibrateOptions& options = {});
[[nodiscard]] Weights calibrate(Design design, std::span<const Margin> margins,
                                std::span<const NumericTotal> numeric = {}, const CalibrateOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/calibrate-inl.hpp>
#endif
