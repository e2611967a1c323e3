#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include <outweigh/stats/detail/special_math.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE double log_gamma(double x) {
  detail::require_argument(x >= 0.0, "log_gamma", x);
  if (x == 0.0 || std::isinf(x)) return std::numeric_limits<double>::infinity();
  if (x < 1e-8) return -std::log(x) - 0.57721566490153286061 * x;
  if (std::abs(x - 1.0) <= 0.25) return detail::log_gamma_near_one(x - 1.0);
  if (std::abs(x - 2.0) <= 0.25) return detail::log_gamma_near_one(x - 2.0) + std::log1p(x - 2.0);
  if (x < 16.0) return std::log(std::tgamma(x));
  return detail::stirling_log_gamma(x, [](double value) { return std::log(value); });
}

OUTWEIGH_INLINE double log_beta(double a, double b) {
  detail::require_argument(a > 0.0, "log_beta", a);
  detail::require_argument(b > 0.0, "log_beta", b);
  const double small = std::min(a, b);
  const double large = std::max(a, b);
  if (small < 16.0) {
    if (large < 1e3) return log_gamma(small) + (log_gamma(large) - log_gamma(large + small));
    // log Gamma(large) - log Gamma(large + small) without cancellation.
    const double sum = large + small;
    const auto correction = [](double x) {
      const double square = 1.0 / (x * x);
      return (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0) * square) * square) / x;
    };
    return log_gamma(small) + (correction(large) - correction(sum)) + small -
           (large - 0.5) * std::log1p(small / large) - small * std::log(sum);
  }
  const double sum = a + b;
  return 0.91893853320467274178 + 0.5 * std::log(sum / (a * b)) + a * std::log(a / sum) + b * std::log(b / sum) +
         detail::stirling_error(a) + detail::stirling_error(b) - detail::stirling_error(sum);
}

OUTWEIGH_INLINE double digamma(double x) {
  detail::require_argument(x > 0.0, "digamma", x);
  double shift = 0.0;
  while (x < 12.0) {
    shift -= 1.0 / x;
    x += 1.0;
  }
  const double square = 1.0 / (x * x);
  return shift + std::log(x) - 0.5 / x -
         square * (1.0 / 12.0 -
                   square * (1.0 / 120.0 -
                             square * (1.0 / 252.0 -
                                       square * (1.0 / 240.0 - square * (1.0 / 132.0 - square * (691.0 / 32760.0))))));
}

OUTWEIGH_INLINE double trigamma(double x) {
  detail::require_argument(x > 0.0, "trigamma", x);
  double shift = 0.0;
  while (x < 12.0) {
    shift += 1.0 / (x * x);
    x += 1.0;
  }
  const double square = 1.0 / (x * x);
  return shift + 1.0 / x + 0.5 * square +
         square / x *
             (1.0 / 6.0 -
              square *
                  (1.0 / 30.0 -
                   square * (1.0 / 42.0 - square * (1.0 / 30.0 - square * (5.0 / 66.0 - square * (691.0 / 2730.0))))));
}

OUTWEIGH_INLINE TailProbabilities incomplete_beta(double a, double b, double x) {
  detail::require_argument(a > 0.0 && a <= 1e300, "incomplete_beta", a);
  detail::require_argument(b > 0.0 && b <= 1e300, "incomplete_beta", b);
  detail::require_argument(x >= 0.0 && x <= 1.0, "incomplete_beta", x);
  if (x == 0.0) return {0.0, 1.0};
  if (x == 1.0) return {1.0, 0.0};
  const double y = 1.0 - x;
  const double factor = detail::beta_prefactor(a, b, x, y);
  if (x <= (a + 1.0) / (a + b + 2.0)) {
    const double lower = std::clamp(factor * detail::beta_fraction(a, b, x) / a, 0.0, 1.0);
    return {lower, 1.0 - lower};
  }
  const double upper = std::clamp(factor * detail::beta_fraction(b, a, y) / b, 0.0, 1.0);
  return {1.0 - upper, upper};
}

OUTWEIGH_INLINE double incomplete_beta_inverse(double a, double b, double p) {
  detail::require_argument(a > 0.0 && a <= 1e300, "incomplete_beta_inverse", a);
  detail::require_argument(b > 0.0 && b <= 1e300, "incomplete_beta_inverse", b);
  detail::require_argument(p >= 0.0 && p <= 1.0, "incomplete_beta_inverse", p);
  if (p == 0.0) return 0.0;
  if (p == 1.0) return 1.0;
  if (incomplete_beta(a, b, 0.5).lower >= p) {
    return detail::bisect_doubles(0.5, [&](double x) { return incomplete_beta(a, b, x).lower >= p; });
  }
  // Near one, the distance to one is what has digits.
  const double rest = 1.0 - p;
  return 1.0 - detail::bisect_doubles(0.5, [&](double y) { return incomplete_beta(b, a, y).lower >= rest; });
}

OUTWEIGH_INLINE TailProbabilities incomplete_gamma(double a, double x) {
  detail::require_argument(a > 0.0 && a <= 1e300, "incomplete_gamma", a);
  detail::require_argument(x >= 0.0, "incomplete_gamma", x);
  if (x == 0.0) return {0.0, 1.0};
  if (std::isinf(x)) return {1.0, 0.0};
  // x^a e^-x / Gamma(a)
  const double factor = a < 1.0 ? std::exp(a * std::log(x) - x - log_gamma(a))
                                : std::exp(-detail::stirling_error(a) - detail::deviance(a, x, a - x)) * std::sqrt(a) *
                                      0.39894228040143267794;
  if (x < a + 1.0) {
    double term = 1.0 / a;
    double sum = term;
    for (double k = 1.0; k < 1e7; k += 1.0) {
      term *= x / (a + k);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    const double lower = std::clamp(factor * sum, 0.0, 1.0);
    return {lower, 1.0 - lower};
  }
  constexpr double tiny = 1e-300;
  double b = x + 1.0 - a;
  double c = 1.0 / tiny;
  double d = 1.0 / b;
  double fraction = d;
  for (double k = 1.0; k < 1e7; k += 1.0) {
    const double numerator = -k * (k - a);
    b += 2.0;
    d = numerator * d + b;
    if (std::abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1.0 / d;
    const double step = d * c;
    fraction *= step;
    if (std::abs(step - 1.0) < 4e-16) break;
  }
  const double upper = std::clamp(factor * fraction, 0.0, 1.0);
  return {1.0 - upper, upper};
}

OUTWEIGH_INLINE double incomplete_gamma_inverse(double a, double p) {
  detail::require_argument(a > 0.0 && a <= 1e300, "incomplete_gamma_inverse", a);
  detail::require_argument(p >= 0.0 && p <= 1.0, "incomplete_gamma_inverse", p);
  if (p == 0.0) return 0.0;
  if (p == 1.0) return std::numeric_limits<double>::infinity();
  const double rest = 1.0 - p;
  const double high = a + 40.0 * std::sqrt(a) + 800.0;
  return detail::bisect_doubles(high, [&](double x) {
    const TailProbabilities tails = incomplete_gamma(a, x);
    return p <= 0.5 ? tails.lower >= p : tails.upper <= rest;
  });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
