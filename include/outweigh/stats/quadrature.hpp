// Integrals of smooth functions of one variable.
#pragma once

#include <array>
#include <cstddef>

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

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
