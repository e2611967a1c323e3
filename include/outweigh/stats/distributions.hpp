// Distribution functions and quantiles. Probabilities 0..1; quantiles throw InvalidInput outside that range.
#pragma once

#include <cstdint>

#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

[[nodiscard]] double normal_density(double x) noexcept;
[[nodiscard]] double normal_cdf(double x) noexcept;
/// Wichura 1988, doi:10.2307/2347330; infinite at 0 and 1.
[[nodiscard]] double normal_quantile(double p);
/// Standard normal quantile of 1 - p / 2: 1.959964 for p = 0.05.
[[nodiscard]] double normal_two_sided(double p);

/// `degrees` of freedom > 0; infinity gives the normal distribution.
[[nodiscard]] double student_t_cdf(double x, double degrees);
[[nodiscard]] double student_t_quantile(double p, double degrees);

[[nodiscard]] TailProbabilities chi_squared(double x, double degrees);
[[nodiscard]] double chi_squared_quantile(double p, double degrees);
[[nodiscard]] TailProbabilities fisher_f(double x, double numerator_degrees, double denominator_degrees);

[[nodiscard]] double beta_cdf(double x, double alpha, double beta);
[[nodiscard]] double beta_quantile(double p, double alpha, double beta);
/// Shape and scale; mean shape * scale.
[[nodiscard]] double gamma_cdf(double x, double shape, double scale = 1.0);
[[nodiscard]] double gamma_quantile(double p, double shape, double scale = 1.0);

/// P(X = k), P(X <= k) and the smallest k with P(X <= k) >= p for X binomial.
[[nodiscard]] double binomial_mass(std::int64_t k, std::int64_t trials, double probability);
[[nodiscard]] TailProbabilities binomial(std::int64_t k, std::int64_t trials, double probability);
[[nodiscard]] std::int64_t binomial_quantile(double p, std::int64_t trials, double probability);

/// P(X = k) and P(X <= k) for the number of marked items in a draw of `draws` without replacement from `population`
/// items of which `marked` are marked.
[[nodiscard]] double hypergeometric_mass(std::int64_t k, std::int64_t population, std::int64_t marked,
                                         std::int64_t draws);
[[nodiscard]] TailProbabilities hypergeometric(std::int64_t k, std::int64_t population, std::int64_t marked,
                                               std::int64_t draws);

/// P(sqrt(n) D > x) in the limit for the Kolmogorov-Smirnov distance D.
[[nodiscard]] double kolmogorov_upper(double x);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/distributions-inl.hpp>
#endif
