// Parts that the special functions and the distributions share.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include <outweigh/stats/detail/portable_math.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

inline void require_argument(bool holds, const char* function, double value) {
  if (!holds) {
    throw core::InvalidInput(std::string("an argument of ") + function + " is out of range",
                             {.column = function, .value = std::to_string(value)});
  }
}

/// log Gamma(1 + z) for |z| <= 0.25: DLMF 5.7.3 with the terms' leading part summed as -log1p(z) + z.
inline double log_gamma_near_one(double z) {
  // zeta(k) - 1 for k = 2 .. 18.
  constexpr double zeta[] = {6.449340668482264e-01, 2.020569031595943e-01, 8.232323371113819e-02, 3.692775514336993e-02,
                             1.734306198444914e-02, 8.349277381922827e-03, 4.077356197944339e-03, 2.008392826082214e-03,
                             9.945751278180853e-04, 4.941886041194646e-04, 2.460865533080483e-04, 1.227133475784891e-04,
                             6.124813505870482e-05, 3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899762e-06,
                             3.817293264999840e-06};
  double sum = 0.0;
  for (int k = 18; k >= 2; --k) {
    const double term = zeta[k - 2] / k;
    sum = ((k % 2 == 0 ? term : -term) + sum) * z;
  }
  return -std::log1p(z) + z * (1.0 - 0.57721566490153286061) + z * sum;
}

/// log(n!) minus Stirling's leading terms; Loader 2000.
inline double stirling_error(double n) {
  if (n < 16.0) return log_gamma(n + 1.0) - (n + 0.5) * std::log(n) + n - 0.91893853320467274178;
  const double square = 1.0 / (n * n);
  return (1.0 / 12.0 -
          (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) * square) * square) * square) * square) /
         n;
}

/// x log(x / m) + m - x without cancellation; Loader 2000. `difference` is x - m as exactly as the caller knows it.
inline double deviance(double x, double m, double difference) {
  if (std::abs(difference) < 0.1 * (x + m)) {
    double v = difference / (x + m);
    double sum = difference * v;
    double term = 2.0 * x * v;
    v *= v;
    for (int j = 1; j < 1000; ++j) {
      term *= v;
      const double next = sum + term / (2 * j + 1);
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return x * std::log(x / m) - difference;
}

/// x^a (1 - x)^b / B(a, b), with y = 1 - x.
inline double beta_prefactor(double a, double b, double x, double y) {
  if (x <= 0.0 || y <= 0.0) return 0.0;
  const double n = a + b;
  if (a < 1.0 || b < 1.0)
    return std::exp(a * std::log(x) + b * (x < 0.5 ? std::log1p(-x) : std::log(y)) - log_beta(a, b));
  const double shift = a * y - b * x;  // a - n x
  const double log_mass = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x, shift) -
                          deviance(b, n * y, -shift);
  return std::exp(log_mass) * std::sqrt(a * b / n) * 0.39894228040143267794;
}

inline double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  if (std::abs(d) < tiny) d = tiny;
  d = 1.0 / d;
  double fraction = d;
  for (int m = 1; m < 2'000'000; ++m) {
    const double k = m;
    double numerator = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
    d = 1.0 + numerator * d;
    if (std::abs(d) < tiny) d = tiny;
    c = 1.0 + numerator / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1.0 / d;
    fraction *= d * c;
    numerator = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
    d = 1.0 + numerator * d;
    if (std::abs(d) < tiny) d = tiny;
    c = 1.0 + numerator / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1.0 / d;
    const double factor = d * c;
    fraction *= factor;
    if (std::abs(factor - 1.0) < 4e-16) break;
  }
  return fraction;
}

/// Smallest double x in (0, high] with reached(x); bisection over the representable numbers, so that it always ends.
template <class Reached>
double bisect_doubles(double high, Reached reached) {
  std::uint64_t below = 0;
  auto above = std::bit_cast<std::uint64_t>(high);
  while (above - below > 1) {
    const std::uint64_t middle = below + (above - below) / 2;
    if (reached(std::bit_cast<double>(middle))) {
      above = middle;
    } else {
      below = middle;
    }
  }
  return std::bit_cast<double>(above);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
