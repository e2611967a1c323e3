// A few parameters that stand for all that the data allow.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <outweigh/economics/model_fit.hpp>
#include <outweigh/stats/symmetric.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

struct ParameterPoint {
  ModelFit fit;
  double weight = 1.0;
};

/// Points and weights under which means of polynomials up to degree five, over the normal distribution that the fit
/// gives the logarithms of its four parameters, are exact: the centre with weight 1/3, and 24 points with 1/36, at
/// +-sqrt(3) deviations in each pair of directions (McNamee and Stenger 1967, doi:10.1007/BF02162160). Deviations
/// beyond 1, a factor of 2.7, count as 1: farther the normal approximation does not reach. One point where nothing is
/// uncertain.
[[nodiscard]] inline std::vector<ParameterPoint> parameter_points(const ModelFit& fit) {
  fit.require_identified();
  constexpr std::size_t size = 4;
  if (fit.size() != size) throw core::InvalidInput("the fit is one of another model");
  const bool known =
      std::all_of(fit.log_covariance.begin(), fit.log_covariance.end(), [](double c) { return c == 0.0; });
  if (known) return {{fit, 1.0}};
  const stats::Spectrum spectrum = stats::symmetric_eigen(fit.log_covariance, size);
  std::array<std::array<double, size>, size> along{};
  for (std::size_t k = 0; k < size; ++k) {
    const double deviation = std::min(1.0, std::sqrt(std::max(0.0, spectrum.values[k])));
    for (std::size_t i = 0; i < size; ++i) along[k][i] = deviation * spectrum.vectors[k * size + i];
  }
  std::vector<ParameterPoint> points = {{fit, 1.0 / 3.0}};
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t l = k + 1; l < size; ++l) {
      for (const double first : {-1.0, 1.0}) {
        for (const double second : {-1.0, 1.0}) {
          ModelFit moved = fit;
          for (std::size_t i = 0; i < size; ++i) {
            moved.parameters[i] *= std::exp(std::sqrt(3.0) * (first * along[k][i] + second * along[l][i]));
          }
          points.push_back({std::move(moved), 1.0 / 36.0});
        }
      }
    }
  }
  return points;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
