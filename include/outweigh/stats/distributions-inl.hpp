#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include <outweigh/stats/detail/special_math.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE double normal_density(double x) noexcept { return 0.39894228040143267794 * std::exp(-0.5 * x * x); }

OUTWEIGH_INLINE double normal_cdf(double x) noexcept { return 0.5 * std::erfc(-x * 0.70710678118654752440); }

OUTWEIGH_INLINE double normal_quantile(double p) {
  detail::require_argument(p >= 0.0 && p <= 1.0, "normal_quantile", p);
  if (p == 0.0) return -std::numeric_limits<double>::infinity();
  if (p == 1.0) return std::numeric_limits<double>::infinity();
  return detail::wichura_quantile(p, 1.0 - p, [](double x) { return std::log(x); });
}

OUTWEIGH_INLINE double normal_two_sided(double p) {
  detail::require_argument(p > 0.0 && p <= 1.0, "normal_two_sided", p);
  return -detail::wichura_quantile(0.5 * p, 1.0 - 0.5 * p, [](double x) { return std::log(x); });
}

OUTWEIGH_INLINE double student_t_cdf(double x, double degrees) {
  detail::require_argument(degrees > 0.0, "student_t_cdf", degrees);
  detail::require_argument(!std::isnan(x), "student_t_cdf", x);
  if (std::isinf(degrees) || degrees > 1e15) return normal_cdf(x);
  if (std::isinf(x)) return x > 0.0 ? 1.0 : 0.0;
  const double square = x * x;
  // Whichever of v / (v + x^2) and its complement is small has the digits.
  const double tail = square < degrees ? 0.5 * incomplete_beta(0.5, 0.5 * degrees, square / (degrees + square)).upper
                                       : 0.5 * incomplete_beta(0.5 * degrees, 0.5, degrees / (degrees + square)).lower;
  return x > 0.0 ? 1.0 - tail : tail;
}

OUTWEIGH_INLINE double student_t_quantile(double p, double degrees) {
  detail::require_argument(p >= 0.0 && p <= 1.0, "student_t_quantile", p);
  detail::require_argument(degrees > 0.0, "student_t_quantile", degrees);
  if (std::isinf(degrees) || degrees > 1e15) return normal_quantile(p);
  if (p == 0.0) return -std::numeric_limits<double>::infinity();
  if (p == 1.0) return std::numeric_limits<double>::infinity();
  if (p == 0.5) return 0.0;
  const double tail = std::min(p, 1.0 - p);
  const double x = detail::bisect_doubles(1e300, [&](double value) { return student_t_cdf(-value, degrees) <= tail; });
  return p < 0.5 ? -x : x;
}

OUTWEIGH_INLINE TailProbabilities chi_squared(double x, double degrees) {
  return incomplete_gamma(0.5 * degrees, 0.5 * x);
}

OUTWEIGH_INLINE double chi_squared_quantile(double p, double degrees) {
  return 2.0 * incomplete_gamma_inverse(0.5 * degrees, p);
}

OUTWEIGH_INLINE TailProbabilities fisher_f(double x, double numerator_degrees, double denominator_degrees) {
  detail::require_argument(x >= 0.0, "fisher_f", x);
  if (std::isinf(x)) return {1.0, 0.0};
  if (std::isinf(denominator_degrees)) return chi_squared(x * numerator_degrees, numerator_degrees);
  const double scaled = numerator_degrees * x;
  if (scaled <= denominator_degrees) {
    return incomplete_beta(0.5 * numerator_degrees, 0.5 * denominator_degrees, scaled / (scaled + denominator_degrees));
  }
  const TailProbabilities swapped = incomplete_beta(0.5 * denominator_degrees, 0.5 * numerator_degrees,
                                                    denominator_degrees / (scaled + denominator_degrees));
  return {swapped.upper, swapped.lower};
}

OUTWEIGH_INLINE double beta_cdf(double x, double alpha, double beta) {
  return incomplete_beta(alpha, beta, std::clamp(x, 0.0, 1.0)).lower;
}
OUTWEIGH_INLINE double beta_quantile(double p, double alpha, double beta) {
  return incomplete_beta_inverse(alpha, beta, p);
}

OUTWEIGH_INLINE double gamma_cdf(double x, double shape, double scale) {
  detail::require_argument(scale > 0.0, "gamma_cdf", scale);
  return incomplete_gamma(shape, std::max(0.0, x) / scale).lower;
}
OUTWEIGH_INLINE double gamma_quantile(double p, double shape, double scale) {
  detail::require_argument(scale > 0.0, "gamma_quantile", scale);
  return scale * incomplete_gamma_inverse(shape, p);
}

OUTWEIGH_INLINE double binomial_mass(std::int64_t k, std::int64_t trials, double probability) {
  detail::require_argument(trials >= 0, "binomial_mass", static_cast<double>(trials));
  detail::require_argument(probability >= 0.0 && probability <= 1.0, "binomial_mass", probability);
  if (k < 0 || k > trials) return 0.0;
  const double n = static_cast<double>(trials);
  const double x = static_cast<double>(k);
  if (probability == 0.0) return k == 0 ? 1.0 : 0.0;
  if (probability == 1.0) return k == trials ? 1.0 : 0.0;
  if (k == 0) return std::exp(n * std::log1p(-probability));
  if (k == trials) return std::exp(n * std::log(probability));
  const double shift = x * (1.0 - probability) - (n - x) * probability;
  const double log_mass = detail::stirling_error(n) - detail::stirling_error(x) - detail::stirling_error(n - x) -
                          detail::deviance(x, n * probability, shift) -
                          detail::deviance(n - x, n * (1.0 - probability), -shift);
  return std::exp(log_mass) * 0.39894228040143267794 * std::sqrt(n / (x * (n - x)));
}

OUTWEIGH_INLINE TailProbabilities binomial(std::int64_t k, std::int64_t trials, double probability) {
  detail::require_argument(trials >= 0, "binomial", static_cast<double>(trials));
  detail::require_argument(probability >= 0.0 && probability <= 1.0, "binomial", probability);
  if (k < 0) return {0.0, 1.0};
  if (k >= trials) return {1.0, 0.0};
  const TailProbabilities tails =
      incomplete_beta(static_cast<double>(k) + 1.0, static_cast<double>(trials - k), probability);
  return {tails.upper, tails.lower};
}

OUTWEIGH_INLINE std::int64_t binomial_quantile(double p, std::int64_t trials, double probability) {
  detail::require_argument(p >= 0.0 && p <= 1.0, "binomial_quantile", p);
  std::int64_t below = -1;
  std::int64_t above = trials;
  while (above - below > 1) {
    const std::int64_t middle = below + (above - below) / 2;
    if (binomial(middle, trials, probability).lower >= p) {
      above = middle;
    } else {
      below = middle;
    }
  }
  return above;
}

OUTWEIGH_INLINE double hypergeometric_mass(std::int64_t k, std::int64_t population, std::int64_t marked,
                                           std::int64_t draws) {
  detail::require_argument(population >= 0, "hypergeometric", static_cast<double>(population));
  detail::require_argument(marked >= 0 && marked <= population, "hypergeometric", static_cast<double>(marked));
  detail::require_argument(draws >= 0 && draws <= population, "hypergeometric", static_cast<double>(draws));
  if (k < 0 || k > marked || k > draws || draws - k > population - marked) return 0.0;
  if (population == 0) return 1.0;
  // A ratio of binomial masses at the same probability; Loader 2000.
  const double p = static_cast<double>(draws) / static_cast<double>(population);
  return binomial_mass(k, marked, p) *
         (binomial_mass(draws - k, population - marked, p) / binomial_mass(draws, population, p));
}

OUTWEIGH_INLINE TailProbabilities hypergeometric(std::int64_t k, std::int64_t population, std::int64_t marked,
                                                 std::int64_t draws) {
  const std::int64_t first = std::max<std::int64_t>(0, draws + marked - population);
  const std::int64_t last = std::min(marked, draws);
  if (k < first) return {0.0, 1.0};
  if (k >= last) return {1.0, 0.0};
  // Each tail falls off at least geometrically from its end at k, once beyond the mode; sum the shorter reliable one.
  const double mean = static_cast<double>(draws) * static_cast<double>(marked) / static_cast<double>(population);
  double sum = 0.0;
  if (static_cast<double>(k) < mean) {
    for (std::int64_t i = k; i >= first; --i) {
      const double mass = hypergeometric_mass(i, population, marked, draws);
      sum += mass;
      if (mass < sum * 1e-18) break;
    }
    sum = std::min(1.0, sum);
    return {sum, 1.0 - sum};
  }
  for (std::int64_t i = k + 1; i <= last; ++i) {
    const double mass = hypergeometric_mass(i, population, marked, draws);
    sum += mass;
    if (mass < sum * 1e-18) break;
  }
  sum = std::min(1.0, sum);
  return {1.0 - sum, sum};
}

OUTWEIGH_INLINE double kolmogorov_upper(double x) {
  if (!(x > 0.0)) return 1.0;
  if (x < 1.18) {
    const double y = std::exp(-1.23370055013616983 / (x * x));
    const double lower = 2.50662827463100050 / x * (y + std::pow(y, 9) + std::pow(y, 25) + std::pow(y, 49));
    return std::clamp(1.0 - lower, 0.0, 1.0);
  }
  const double y = std::exp(-2.0 * x * x);
  return std::clamp(2.0 * (y - std::pow(y, 4) + std::pow(y, 9) - std::pow(y, 16)), 0.0, 1.0);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
