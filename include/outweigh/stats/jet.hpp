// Numbers that carry exact first and second derivatives through a computation: forward differentiation.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// A value with its gradient and, when `Curved`, its Hessian (lower triangle by rows) in `N` variables. Arithmetic and
/// the functions below apply the chain rule, so that a formula written once gives value, gradient and Hessian without
/// differences. Each operation costs O(N^2), O(N) without the Hessian.
template <std::size_t N, bool Curved = true>
struct Jet {
  static constexpr std::size_t variables = N;
  static constexpr std::size_t curvatures = Curved ? N * (N + 1) / 2 : 0;

  double value = 0.0;
  std::array<double, N> gradient{};
  std::array<double, curvatures> hessian{};

  constexpr Jet() = default;
  constexpr Jet(double constant) : value(constant) {}  // NOLINT: constants mix with jets

  /// The variable number `position` at `value`.
  [[nodiscard]] static constexpr Jet variable(double value, std::size_t position) {
    Jet jet(value);
    jet.gradient[position] = 1.0;
    return jet;
  }

  /// f(this) for a function with value `f` and derivatives `f1`, `f2` at this value.
  [[nodiscard]] constexpr Jet apply(double f, double f1, double f2) const {
    Jet result(f);
    for (std::size_t i = 0; i < N; ++i) result.gradient[i] = f1 * gradient[i];
    if constexpr (Curved) {
      std::size_t at = 0;
      for (std::size_t i = 0; i < N; ++i) {
        const double scaled = f2 * gradient[i];
        for (std::size_t j = 0; j <= i; ++j, ++at) result.hessian[at] = f1 * hessian[at] + scaled * gradient[j];
      }
    }
    return result;
  }

  constexpr Jet& operator+=(const Jet& other) {
    value += other.value;
    for (std::size_t i = 0; i < N; ++i) gradient[i] += other.gradient[i];
    for (std::size_t i = 0; i < curvatures; ++i) hessian[i] += other.hessian[i];
    return *this;
  }
  constexpr Jet& operator-=(const Jet& other) {
    value -= other.value;
    for (std::size_t i = 0; i < N; ++i) gradient[i] -= other.gradient[i];
    for (std::size_t i = 0; i < curvatures; ++i) hessian[i] -= other.hessian[i];
    return *this;
  }
  constexpr Jet& operator*=(double factor) {
    value *= factor;
    for (double& part : gradient) part *= factor;
    for (double& part : hessian) part *= factor;
    return *this;
  }

  friend constexpr Jet operator+(Jet a, const Jet& b) { return a += b; }
  friend constexpr Jet operator-(Jet a, const Jet& b) { return a -= b; }
  friend constexpr Jet operator+(Jet a, double b) {
    a.value += b;
    return a;
  }
  friend constexpr Jet operator+(double a, Jet b) { return b + a; }
  friend constexpr Jet operator-(Jet a, double b) { return a + (-b); }
  friend constexpr Jet operator-(Jet a) { return a *= -1.0; }
  friend constexpr Jet operator-(double a, Jet b) { return -b + a; }
  friend constexpr Jet operator*(Jet a, double b) { return a *= b; }
  friend constexpr Jet operator*(double a, Jet b) { return b *= a; }
  friend constexpr Jet operator/(Jet a, double b) { return a *= 1.0 / b; }
  friend constexpr Jet operator*(const Jet& a, const Jet& b) {
    Jet result(a.value * b.value);
    for (std::size_t i = 0; i < N; ++i) result.gradient[i] = a.value * b.gradient[i] + b.value * a.gradient[i];
    if constexpr (Curved) {
      std::size_t at = 0;
      for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j <= i; ++j, ++at) {
          result.hessian[at] = a.value * b.hessian[at] + b.value * a.hessian[at] + a.gradient[i] * b.gradient[j] +
                               a.gradient[j] * b.gradient[i];
        }
      }
    }
    return result;
  }
  friend constexpr Jet operator/(const Jet& a, const Jet& b) {
    const double inverse = 1.0 / b.value;
    return a * b.apply(inverse, -inverse * inverse, 2.0 * inverse * inverse * inverse);
  }
  friend constexpr Jet operator/(double a, const Jet& b) { return Jet(a) / b; }
};

template <std::size_t N, bool C>
[[nodiscard]] Jet<N, C> exp(const Jet<N, C>& x) {
  const double f = std::exp(x.value);
  return x.apply(f, f, f);
}
template <std::size_t N, bool C>
[[nodiscard]] Jet<N, C> log(const Jet<N, C>& x) {
  const double inverse = 1.0 / x.value;
  return x.apply(std::log(x.value), inverse, -inverse * inverse);
}
template <std::size_t N, bool C>
[[nodiscard]] Jet<N, C> log1p(const Jet<N, C>& x) {
  const double inverse = 1.0 / (1.0 + x.value);
  return x.apply(std::log1p(x.value), inverse, -inverse * inverse);
}
template <std::size_t N, bool C>
[[nodiscard]] Jet<N, C> log_gamma(const Jet<N, C>& x) {
  return x.apply(log_gamma(x.value), digamma(x.value), C ? trigamma(x.value) : 0.0);
}

/// log(1 + e^x), the softplus function, without overflow.
[[nodiscard]] inline double log1p_exp(double x) {
  return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
template <std::size_t N, bool C>
[[nodiscard]] Jet<N, C> log1p_exp(const Jet<N, C>& x) {
  // Computed from the smaller exponential, so that neither tail overflows.
  const double small = std::exp(-std::abs(x.value));
  const double share = (x.value > 0.0 ? 1.0 : small) / (1.0 + small);
  return x.apply((x.value > 0.0 ? x.value : 0.0) + std::log1p(small), share, small / ((1.0 + small) * (1.0 + small)));
}

/// (e^x - 1) / x, 1 at 0: a removable singularity computed without cancellation.
[[nodiscard]] inline double relative_expm1(double x) {
  return std::abs(x) < 1e-5 ? 1.0 + x * (0.5 + x * (1.0 / 6.0 + x / 24.0)) : std::expm1(x) / x;
}
template <std::size_t N, bool C>
[[nodiscard]] Jet<N, C> relative_expm1(const Jet<N, C>& x) {
  const double v = x.value;
  const double f = relative_expm1(v);
  if (std::abs(v) < 0.05) {
    // Derivatives of sum v^k / (k + 1)!.
    double first = 0.0;
    double second = 0.0;
    double power = 1.0;
    double factorial = 2.0;
    for (int k = 1; k < 14; ++k) {
      first += k * power / factorial;
      second += k * (k + 1.0) * power / (factorial * (k + 2.0));
      power *= v;
      factorial *= k + 2.0;
    }
    return x.apply(f, first, second);
  }
  const double grown = std::exp(v);
  const double first = (grown - f) / v;
  return x.apply(f, first, (grown - 2.0 * first) / v);
}

/// log B(a, b) and log(Gamma(x + n) / Gamma(x)) for jets or numbers.
template <class S>
[[nodiscard]] S log_beta_of(const S& a, const S& b) {
  if constexpr (std::is_same_v<S, double>) {
    return log_beta(a, b);
  } else {
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
  }
}

/// The number in a jet or a number.
[[nodiscard]] inline double value_of(double x) { return x; }
template <std::size_t N, bool C>
[[nodiscard]] double value_of(const Jet<N, C>& x) {
  return x.value;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
