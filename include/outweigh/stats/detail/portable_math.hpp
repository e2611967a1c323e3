// log, exp and the normal quantile from +, -, *, / and bit operations only, so that random streams do not depend on
// the platform's mathematical library.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Natural logarithm of a positive, normal number; within 2 units in the last place.
[[nodiscard]] inline double portable_log(double x) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<int>(bits >> 52U) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0x000FFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  // log m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172.
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  const double square = s * s;
  double series = 0.0;
  for (int k = 12; k >= 1; --k) series = (series + 1.0 / (2.0 * k + 1.0)) * square;
  const double e = exponent;
  constexpr double ln2_high = 0x1.62e42fefa3800p-1;
  constexpr double ln2_low = 0x1.ef35793c76730p-45;
  return e * ln2_high + (2.0 * s + (2.0 * s * series + e * ln2_low));
}

/// Exponential function; 0 below -700 and infinity above 709.
[[nodiscard]] inline double portable_exp(double x) noexcept {
  if (x < -700.0) return 0.0;
  if (x > 709.0) return HUGE_VAL;
  constexpr double ln2_high = 0x1.62e42fefa3800p-1;
  constexpr double ln2_low = 0x1.ef35793c76730p-45;
  const double k = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - k * ln2_high) - k * ln2_low;
  double sum = 1.0;
  for (int i = 14; i >= 1; --i) sum = 1.0 + sum * r / i;
  const auto scale = std::bit_cast<double>(static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023) << 52U);
  return k > 1023.0 ? sum * 2.0 * 0x1p1023 : sum * scale;
}

/// log Gamma(x) for x > 0 from Stirling's series after shifting x to 16 or more; `Log` is the logarithm to use.
template <class Log>
[[nodiscard]] double stirling_log_gamma(double x, Log log) noexcept {
  double shift = 1.0;
  double removed = 0.0;
  while (x < 16.0) {
    shift *= x;
    x += 1.0;
    if (shift > 1e250) {
      removed += log(shift);
      shift = 1.0;
    }
  }
  removed += log(shift);
  const double inverse = 1.0 / x;
  const double square = inverse * inverse;
  const double series =
      inverse *
      (1.0 / 12.0 -
       square * (1.0 / 360.0 -
                 square * (1.0 / 1260.0 -
                           square * (1.0 / 1680.0 -
                                     square * (1.0 / 1188.0 - square * (691.0 / 360360.0 - square * (1.0 / 156.0)))))));
  return (x - 0.5) * log(x) - x + 0.91893853320467274178 + series - removed;
}

[[nodiscard]] inline double portable_log_gamma(double x) noexcept { return stirling_log_gamma(x, portable_log); }

/// Standard normal quantile for 0 < p < 1: algorithm AS 241 (PPND16), Wichura 1988, doi:10.2307/2347330.
/// `Log` is the logarithm to use; relative error about 1e-16. `lower` is p and `upper` is 1 - p, so that neither tail
/// loses digits.
template <class Log>
[[nodiscard]] double wichura_quantile(double lower, double upper, Log log) noexcept {
  const double q = lower < upper ? lower - 0.5 : 0.5 - upper;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           (((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r + 6.7265770927008700853e+4) * r +
                4.5921953931549871457e+4) *
                   r +
               1.3731693765509461125e+4) *
                  r +
              1.9715909503065514427e+3) *
                 r +
             1.3314166789178437745e+2) *
                r +
            3.3871328727963666080e0) /
           (((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r + 3.9307895800092710610e+4) * r +
                2.1213794301586595867e+4) *
                   r +
               5.3941960214247511077e+3) *
                  r +
              6.8718700749205790830e+2) *
                 r +
             4.2313330701600911252e+1) *
                r +
            1.0);
  }
  const double tail = lower < upper ? lower : upper;
  double r = std::sqrt(-log(tail));
  double x = 0.0;
  if (r <= 5.0) {
    r -= 1.6;
    x = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r +
             1.27045825245236838258e0) *
                r +
            3.64784832476320460504e0) *
               r +
           5.76949722146069140550e0) *
              r +
          4.63033784615654529590e0) *
             r +
         1.42343711074968357734e0) /
        (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r +
             1.48103976427480074590e-1) *
                r +
            6.89767334985100004550e-1) *
               r +
           1.67638483018380384940e0) *
              r +
          2.05319162663775882187e0) *
             r +
         1.0);
  } else {
    r -= 5.0;
    x = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r +
             2.65321895265761230930e-2) *
                r +
            2.96560571828504891230e-1) *
               r +
           1.78482653991729133580e0) *
              r +
          5.46378491116411436990e0) *
             r +
         6.65790464350110377720e0) /
        (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r +
             7.86869131145613259100e-4) *
                r +
            1.48753612908506148525e-2) *
               r +
           1.36929880922735805310e-1) *
              r +
          5.99832206555887937690e-1) *
             r +
         1.0);
  }
  return q < 0.0 ? -x : x;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
