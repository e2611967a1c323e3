// Four numbers at a time, with a branch-free exponential function and logarithm: kernels over millions of rows.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <outweigh/config.hpp>

#if defined(__GNUC__) || defined(__clang__)
#define OUTWEIGH_LANE [[gnu::always_inline]] inline
#define OUTWEIGH_LANE_CALL __attribute__((always_inline))
#else
#define OUTWEIGH_LANE inline
#define OUTWEIGH_LANE_CALL
#endif

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Four doubles. The compiler's vectors where it has them, else an array: the same operations, hence the same bits.
struct Lanes {
  static constexpr std::size_t size = 4;
#if defined(__GNUC__) || defined(__clang__)
  using Numbers = double __attribute__((vector_size(32)));
  using Bits = std::uint64_t __attribute__((vector_size(32)));
#else
  struct Numbers {
    double at[4];
    double& operator[](std::size_t i) { return at[i]; }
    double operator[](std::size_t i) const { return at[i]; }
  };
#endif
  Numbers v;

  OUTWEIGH_LANE Lanes() : v{} {}
  OUTWEIGH_LANE Lanes(double x) : v{x, x, x, x} {}  // NOLINT: constants mix with lanes
  OUTWEIGH_LANE Lanes(double a, double b, double c, double d) : v{a, b, c, d} {}
  OUTWEIGH_LANE static Lanes load(const double* from) { return {from[0], from[1], from[2], from[3]}; }
  OUTWEIGH_LANE void store(double* to) const {
    for (std::size_t i = 0; i < size; ++i) to[i] = v[i];
  }
  /// In a fixed order.
  OUTWEIGH_LANE double sum() const { return (v[0] + v[1]) + (v[2] + v[3]); }
  OUTWEIGH_LANE Lanes& operator+=(const Lanes& o);

#if defined(__GNUC__) || defined(__clang__)
  OUTWEIGH_LANE friend Lanes operator+(const Lanes& a, const Lanes& b) { return of(a.v + b.v); }
  OUTWEIGH_LANE friend Lanes operator-(const Lanes& a, const Lanes& b) { return of(a.v - b.v); }
  OUTWEIGH_LANE friend Lanes operator*(const Lanes& a, const Lanes& b) { return of(a.v * b.v); }
  OUTWEIGH_LANE friend Lanes operator/(const Lanes& a, const Lanes& b) { return of(a.v / b.v); }
  /// Lane by lane: a < b ? yes : no.
  OUTWEIGH_LANE static Lanes less(const Lanes& a, const Lanes& b, const Lanes& yes, const Lanes& no) {
    const auto mask = reinterpret_cast<Bits>(a.v < b.v);
    return of(
        reinterpret_cast<Numbers>((mask & reinterpret_cast<Bits>(yes.v)) | (~mask & reinterpret_cast<Bits>(no.v))));
  }
  /// Lane by lane: a <= b ? yes : no.
  OUTWEIGH_LANE static Lanes at_most(const Lanes& a, const Lanes& b, const Lanes& yes, const Lanes& no) {
    const auto mask = reinterpret_cast<Bits>(a.v <= b.v);
    return of(
        reinterpret_cast<Numbers>((mask & reinterpret_cast<Bits>(yes.v)) | (~mask & reinterpret_cast<Bits>(no.v))));
  }

 private:
  OUTWEIGH_LANE static Lanes of(const Numbers& v) {
    Lanes result;
    result.v = v;
    return result;
  }

 public:
  /// The lanes whose bits `f(bits)` has changed.
  template <class F>
  OUTWEIGH_LANE Lanes with_bits(const F& f) const {
    auto bits = reinterpret_cast<Bits>(v);
    f(bits);
    return of(reinterpret_cast<Numbers>(bits));
  }
#else
  template <class F>
  OUTWEIGH_LANE static Lanes each(const F& f) {
    return {f(0), f(1), f(2), f(3)};
  }
  OUTWEIGH_LANE friend Lanes operator+(const Lanes& a, const Lanes& b) {
    return each([&](std::size_t i) { return a.v[i] + b.v[i]; });
  }
  OUTWEIGH_LANE friend Lanes operator-(const Lanes& a, const Lanes& b) {
    return each([&](std::size_t i) { return a.v[i] - b.v[i]; });
  }
  OUTWEIGH_LANE friend Lanes operator*(const Lanes& a, const Lanes& b) {
    return each([&](std::size_t i) { return a.v[i] * b.v[i]; });
  }
  OUTWEIGH_LANE friend Lanes operator/(const Lanes& a, const Lanes& b) {
    return each([&](std::size_t i) { return a.v[i] / b.v[i]; });
  }
  OUTWEIGH_LANE static Lanes less(const Lanes& a, const Lanes& b, const Lanes& yes, const Lanes& no) {
    return each([&](std::size_t i) { return a.v[i] < b.v[i] ? yes.v[i] : no.v[i]; });
  }
  OUTWEIGH_LANE static Lanes at_most(const Lanes& a, const Lanes& b, const Lanes& yes, const Lanes& no) {
    return each([&](std::size_t i) { return a.v[i] <= b.v[i] ? yes.v[i] : no.v[i]; });
  }
  template <class F>
  OUTWEIGH_LANE Lanes with_bits(const F& f) const {
    return each([&](std::size_t i) {
      auto bits = std::bit_cast<std::uint64_t>(v[i]);
      f(bits);
      return std::bit_cast<double>(bits);
    });
  }
#endif
};

OUTWEIGH_LANE Lanes& Lanes::operator+=(const Lanes& o) { return *this = *this + o; }

OUTWEIGH_LANE Lanes sqrt(const Lanes& x) {
  return {std::sqrt(x.v[0]), std::sqrt(x.v[1]), std::sqrt(x.v[2]), std::sqrt(x.v[3])};
}
OUTWEIGH_LANE Lanes min(const Lanes& a, const Lanes& b) { return Lanes::less(a, b, a, b); }
OUTWEIGH_LANE Lanes max(const Lanes& a, const Lanes& b) { return Lanes::less(a, b, b, a); }

/// Natural logarithm of positive, normal numbers, within one unit in the last place: the polynomial of FreeBSD's msun
/// (e_log.c), on mantissas between sqrt(1/2) and sqrt(2).
OUTWEIGH_LANE Lanes log(const Lanes& x) {
  const Lanes exponent = x.with_bits([](auto& bits) OUTWEIGH_LANE_CALL {
    bits = (((bits - 0x3FE6A09E667F3BCDULL) + (std::uint64_t{1024} << 52U)) >> 52U) | 0x4330000000000000ULL;
  }) - Lanes(0x1p52 + 1024.0);
  const Lanes f = x.with_bits([](auto& bits) OUTWEIGH_LANE_CALL {
    bits = bits - ((bits - 0x3FE6A09E667F3BCDULL) & 0xFFF0000000000000ULL);
  }) - Lanes(1.0);
  const Lanes s = f / (Lanes(2.0) + f);
  const Lanes z = s * s;
  const Lanes w = z * z;
  const Lanes odd = w * (Lanes(3.999999999940941908e-01) +
                         w * (Lanes(2.222219843214978396e-01) + w * Lanes(1.531383769920937332e-01)));
  const Lanes even = z * (Lanes(6.666666666666735130e-01) +
                          w * (Lanes(2.857142874366239149e-01) +
                               w * (Lanes(1.818357216161805012e-01) + w * Lanes(1.479819860511658591e-01))));
  const Lanes half = Lanes(0.5) * f * f;
  return exponent * Lanes(6.93147180369123816490e-01) -
         ((half - (s * (half + (odd + even)) + exponent * Lanes(1.90821492927058770002e-10))) - f);
}

/// log(1 + z) for z >= 0.
OUTWEIGH_LANE Lanes log1p(const Lanes& z) {
  const Lanes grown = Lanes(1.0) + z;
  // What the sum lost, over about 1 + z: where z exceeds 1 it is below a rounding.
  return log(grown) + (z - (grown - Lanes(1.0))) * max(Lanes(0.0), Lanes(1.0) - Lanes(0.5) * z);
}

/// Exponential function, within two units in the last place; e^-708 below -708 and e^709 above 709.
OUTWEIGH_LANE Lanes exp(const Lanes& exponent) {
  const Lanes x = max(min(exponent, Lanes(709.0)), Lanes(-708.0));
  const Lanes shifted = x * Lanes(1.4426950408889634) + Lanes(0x1.8p52);
  const Lanes k = shifted - Lanes(0x1.8p52);
  const Lanes r = (x - k * Lanes(6.93147180369123816490e-01)) - k * Lanes(1.90821492927058770002e-10);
  const Lanes square = r * r;
  // Taylor's polynomial of degree 13 by pairs.
  const Lanes a = Lanes(1.0 / 2.0) + r * Lanes(1.0 / 6.0);
  const Lanes b = Lanes(1.0 / 24.0) + r * Lanes(1.0 / 120.0);
  const Lanes c = Lanes(1.0 / 720.0) + r * Lanes(1.0 / 5040.0);
  const Lanes d = Lanes(1.0 / 40320.0) + r * Lanes(1.0 / 362880.0);
  const Lanes e = Lanes(1.0 / 3628800.0) + r * Lanes(1.0 / 39916800.0);
  const Lanes f = Lanes(1.0 / 479001600.0) + r * Lanes(1.0 / 6227020800.0);
  const Lanes power = square * square;
  const Lanes tail = (a + square * b) + power * ((c + square * d) + power * (e + square * f));
  const Lanes mantissa = Lanes(1.0) + (r + square * tail);
  return mantissa * shifted.with_bits([](auto& bits) OUTWEIGH_LANE_CALL { bits = (bits + 1023U) << 52U; });
}

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
template <class Work>
[[gnu::target("avx2")]] void with_wide_registers(const Work& work) {
  work();
}
#endif

/// Calls `work`, whose call operator must be OUTWEIGH_LANE, compiled for the widest registers that the machine has. No
/// operations are contracted, so that the bits do not depend on the machine.
template <class Work>
void in_lanes(const Work& work) {
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    with_wide_registers(work);
    return;
  }
#endif
  work();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
