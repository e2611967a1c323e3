#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include <outweigh/stats/maximise.hpp>
#include <outweigh/stats/symmetric.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE Maximum maximise(const SmoothFunction& function, std::vector<double> start,
                                 const MaximiseOptions& options) {
  const std::size_t size = start.size();
  const auto lower = [&](std::size_t i) { return options.lower.empty() ? -HUGE_VAL : options.lower[i]; };
  const auto upper = [&](std::size_t i) { return options.upper.empty() ? HUGE_VAL : options.upper[i]; };
  const auto is_finite = [](const Derivatives& at) {
    return std::isfinite(at.value) &&
           std::all_of(at.gradient.begin(), at.gradient.end(), [](double x) { return std::isfinite(x); }) &&
           std::all_of(at.hessian.begin(), at.hessian.end(), [](double x) { return std::isfinite(x); });
  };
  Maximum best;
  for (std::size_t i = 0; i < size; ++i) start[i] = std::clamp(start[i], lower(i), upper(i));
  best.point = std::move(start);
  best.at = function(best.point);
  if (!is_finite(best.at)) throw core::InvalidInput("the function to maximise is not finite at its start");

  std::vector<std::size_t> free;
  std::vector<double> step(size);
  const auto find_free = [&] {
    free.clear();
    best.at_lower.assign(size, 0);
    best.at_upper.assign(size, 0);
    for (std::size_t i = 0; i < size; ++i) {
      if (best.point[i] <= lower(i) && best.at.gradient[i] <= 0.0) {
        best.at_lower[i] = 1;
      } else if (best.point[i] >= upper(i) && best.at.gradient[i] >= 0.0) {
        best.at_upper[i] = 1;
      } else {
        free.push_back(i);
      }
    }
  };
  for (; best.iterations < options.max_iterations; ++best.iterations) {
    find_free();
    if (free.empty()) {
      best.converged = true;
      break;
    }
    const std::size_t count = free.size();
    std::vector<double> curvature(count * count);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) curvature[i * count + j] = -best.at.hessian[free[i] * size + free[j]];
    }
    const Spectrum eigen = symmetric_eigen(curvature, count);
    const double greatest = std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
    std::fill(step.begin(), step.end(), 0.0);
    double promised = 0.0;
    bool convex = true;
    for (std::size_t k = 0; k < count; ++k) {
      double along = 0.0;
      for (std::size_t i = 0; i < count; ++i) along += eigen.vectors[k * count + i] * best.at.gradient[free[i]];
      const double value = std::max({std::abs(eigen.values[k]), 1e-13 * greatest, 1e-290});
      if (eigen.values[k] < -1e-9 * greatest) convex = false;
      // No direction moves further than the longest step.
      const double move = std::clamp(along / value, -options.longest_step, options.longest_step);
      promised += 0.5 * std::abs(along * move);
      for (std::size_t i = 0; i < count; ++i) step[free[i]] += move * eigen.vectors[k * count + i];
    }
    double length = 0.0;
    for (const double part : step) length += part * part;
    length = std::sqrt(length);
    const double enough = options.tolerance + 1e-13 * std::abs(best.at.value);
    const bool last = promised < enough && convex;
    double scale = length > options.longest_step ? options.longest_step / length : 1.0;
    bool moved = false;
    for (int halving = 0; halving < 60; ++halving, scale *= 0.5) {
      std::vector<double> point = best.point;
      for (std::size_t i = 0; i < size; ++i) point[i] = std::clamp(point[i] + scale * step[i], lower(i), upper(i));
      if (point == best.point) break;
      Derivatives at = function(point);
      if (is_finite(at) && at.value >= best.at.value) {
        moved = at.value > best.at.value || last;
        best.point = std::move(point);
        best.at = std::move(at);
        break;
      }
      if (last) break;
    }
    if (last || !moved) {
      best.converged = last || promised < 1e3 * enough;
      ++best.iterations;
      break;
    }
  }
  find_free();
  return best;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
