// Inverse of a symmetric matrix that is positive or nearly so.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Generalised inverse of a symmetric, positive semidefinite matrix of `p` rows by sweeping: a row that depends on
/// those before it (to 1e-11 of its diagonal) has zeros, as if its column had been left out. O(p^3).
inline std::vector<double> positive_inverse(std::vector<double> matrix, std::size_t p) {
  std::vector<double> scale(p, 0.0);
  for (std::size_t i = 0; i < p; ++i) {
    const double diagonal = matrix[i * p + i];
    scale[i] = diagonal > 0.0 ? 1.0 / std::sqrt(diagonal) : 0.0;
  }
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) matrix[i * p + j] *= scale[i] * scale[j];
  }
  std::vector<char> kept(p, 0);
  for (std::size_t k = 0; k < p; ++k) {
    const double pivot = matrix[k * p + k];
    if (!(pivot > 1e-11)) continue;
    kept[k] = 1;
    for (std::size_t j = 0; j < p; ++j) matrix[k * p + j] /= pivot;
    for (std::size_t i = 0; i < p; ++i) {
      const double factor = matrix[i * p + k];
      if (i == k || factor == 0.0) continue;
      for (std::size_t j = 0; j < p; ++j) {
        if (j != k) matrix[i * p + j] -= factor * matrix[k * p + j];
      }
      matrix[i * p + k] = -factor / pivot;
    }
    matrix[k * p + k] = 1.0 / pivot;
  }
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) {
      matrix[i * p + j] = kept[i] != 0 && kept[j] != 0 ? matrix[i * p + j] * scale[i] * scale[j] : 0.0;
    }
  }
  return matrix;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
