// Integrals of smooth functions of one variable.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Calls `visit(x, weight)` at the 16 nodes of Gauss and Legendre on [low, high]: sum weight * f(x) is the integral of
/// f, exact for polynomials up to degree 31.
template <class Visit>
void gauss_legendre(double low, double high, Visit&& visit) {
  constexpr std::array<double, 8> nodes = {0.09501250983763744, 0.2816035507792589, 0.45801677765722737,
                                           0.6178762444026438,  0.755404408355003,  0.8656312023878318,
                                           0.9445750230732326,  0.9894009349916499};
  constexpr std::array<double, 8> weights = {0.18945061045506864,  0.18260341504492364, 0.16915651939500265,
                                             0.1495959888165767,   0.12462897125553407, 0.0951585116824926,
                                             0.062253523938647456, 0.027152459411754176};
  const double middle = 0.5 * (low + high);
  const double half = 0.5 * (high - low);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    visit(middle - half * nodes[i], half * weights[i]);
    visit(middle + half * nodes[i], half * weights[i]);
  }
}

template <std::size_t N>
struct QuadratureRule {
  std::array<double, N> nodes{};
  std::array<double, N> weights{};  ///< they add up to 1
};

/// Gauss and Jacobi: sum weights[i] * f(nodes[i]) is the mean of f(p) for p ~ Beta(a, b), exact for polynomials up to
/// degree 2 N - 1. Precondition: a > 0 and b > 0, both finite. Nodes lie in [0, 1] and ascend. O(N^2). Golub and Welsch
/// 1969, doi:10.1090/S0025-5718-69-99647-1.
template <std::size_t N>
[[nodiscard]] QuadratureRule<N> beta_rule(double a, double b) noexcept {
  // The recurrence of the polynomials that are orthogonal under the law, as a symmetric tridiagonal matrix: its
  // eigenvalues are the nodes, and the squares of the first components of its eigenvectors the weights.
  std::array<double, N> diagonal{};
  std::array<double, N + 1> beside{};
  const double s = a + b;
  diagonal[0] = a / s;
  for (std::size_t n = 1; n < N; ++n) {
    const double k = static_cast<double>(n);
    const double t = 2.0 * k + s - 2.0;
    diagonal[n] = 0.5 * (1.0 + (a - b) * (s - 2.0) / (t * (t + 2.0)));
    const double square = n == 1 ? a * b / (s * s * (s + 1.0))
                                 : k * (k + a - 1.0) * (k + b - 1.0) * (k + s - 2.0) / (t * t * (t + 1.0) * (t - 1.0));
    beside[n - 1] = std::sqrt(square);
  }
  std::array<double, N> first{};
  first[0] = 1.0;
  // Implicit QL steps with Wilkinson's shift.
  for (std::size_t low = 0; low < N; ++low) {
    for (int turn = 0; turn < 60; ++turn) {
      std::size_t high = low;
      while (high + 1 < N) {
        const double size = std::abs(diagonal[high]) + std::abs(diagonal[high + 1]);
        if (std::abs(beside[high]) <= std::numeric_limits<double>::epsilon() * size) break;
        ++high;
      }
      if (high == low) break;
      double g = (diagonal[low + 1] - diagonal[low]) / (2.0 * beside[low]);
      double r = std::hypot(g, 1.0);
      g = diagonal[high] - diagonal[low] + beside[low] / (g + std::copysign(r, g));
      double sine = 1.0;
      double cosine = 1.0;
      double shift = 0.0;
      std::size_t i = high;
      while (i-- > low) {
        const double f = sine * beside[i];
        const double along = cosine * beside[i];
        r = std::sqrt(f * f + g * g);
        beside[i + 1] = r;
        if (r == 0.0) {
          diagonal[i + 1] -= shift;
          beside[high] = 0.0;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = diagonal[i + 1] - shift;
        r = (diagonal[i] - g) * sine + 2.0 * cosine * along;
        shift = sine * r;
        diagonal[i + 1] = g + shift;
        g = cosine * r - along;
        const double component = first[i + 1];
        first[i + 1] = sine * first[i] + cosine * component;
        first[i] = cosine * first[i] - sine * component;
      }
      if (r == 0.0 && i + 1 > low) continue;
      diagonal[low] -= shift;
      beside[low] = g;
      beside[high] = 0.0;
    }
  }
  std::array<std::size_t, N> order{};
  for (std::size_t i = 0; i < N; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return diagonal[x] < diagonal[y]; });
  QuadratureRule<N> rule;
  for (std::size_t i = 0; i < N; ++i) {
    rule.nodes[i] = std::clamp(diagonal[order[i]], 0.0, 1.0);
    rule.weights[i] = first[order[i]] * first[order[i]];
  }
  return rule;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
