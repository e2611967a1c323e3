// Newton's method for a smooth function of few parameters within a box.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Value, gradient and Hessian (size * size, symmetric) of a function at a point.
struct Derivatives {
  double value = 0.0;
  std::vector<double> gradient;
  std::vector<double> hessian;
};

using SmoothFunction = std::function<Derivatives(std::span<const double> point)>;

struct MaximiseOptions {
  int max_iterations = 300;
  double tolerance = 1e-9;          ///< ends when Newton's step promises less than this, plus 1e-13 of the value
  double longest_step = 2.0;        ///< Euclidean length
  std::span<const double> lower{};  ///< empty: unbounded
  std::span<const double> upper{};
};

struct Maximum {
  std::vector<double> point;
  Derivatives at;
  std::vector<unsigned char> at_lower;  ///< 1 where the function still grows beyond that bound
  std::vector<unsigned char> at_upper;
  int iterations = 0;
  bool converged = false;
};

/// Maximises by Newton steps on the absolute values of the Hessian's eigenvalues (Nocedal and Wright, Numerical
/// Optimization, 3.4), shortened until the function grows; parameters at a bound that the gradient points out of are
/// held there. Steps to points where the function is not finite are shortened too. Throws InvalidInput when the
/// function is not finite at the start. Deterministic.
[[nodiscard]] Maximum maximise(const SmoothFunction& function, std::vector<double> start,
                               const MaximiseOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/maximise-inl.hpp>
#endif
