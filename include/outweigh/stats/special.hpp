// Special functions that distributions and intervals are made of. Pure, thread-safe, standard library only.
#pragma once

#include <outweigh/config.hpp>
#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// log |Gamma(x)| for x > 0; infinity at 0. Unlike std::lgamma it writes no global. Throws InvalidInput for x < 0, NaN.
[[nodiscard]] double log_gamma(double x);

/// log B(a, b) = log Gamma(a) + log Gamma(b) - log Gamma(a + b), a and b > 0.
[[nodiscard]] double log_beta(double a, double b);

/// Digamma, the derivative of log_gamma, for x > 0.
[[nodiscard]] double digamma(double x);

/// Trigamma, the derivative of digamma, for x > 0.
[[nodiscard]] double trigamma(double x);

/// A distribution function and its complement, each computed without cancellation.
struct TailProbabilities {
  double lower = 0.0;  ///< P(X <= x)
  double upper = 0.0;  ///< P(X > x)
};

/// Regularised incomplete beta function I_x(a, b) and 1 - I_x(a, b); a, b > 0, 0 <= x <= 1. Continued fraction
/// (DLMF 8.17.22) with Loader's saddle-point prefactor; relative error about 1e-13 up to a + b = 1e8.
/// O(sqrt(max(a, b))).
[[nodiscard]] TailProbabilities incomplete_beta(double a, double b, double x);
/// x with I_x(a, b) = p; 0 <= p <= 1.
[[nodiscard]] double incomplete_beta_inverse(double a, double b, double p);

/// Regularised incomplete gamma functions P(a, x) and Q(a, x); a > 0, x >= 0 (DLMF 8.7.1, 8.9.2).
[[nodiscard]] TailProbabilities incomplete_gamma(double a, double x);
/// x with P(a, x) = p; infinity for p = 1.
[[nodiscard]] double incomplete_gamma_inverse(double a, double p);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/special-inl.hpp>
#endif
