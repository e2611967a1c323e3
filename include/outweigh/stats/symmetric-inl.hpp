#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include <outweigh/stats/symmetric.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE Spectrum symmetric_eigen(std::span<const double> matrix, std::size_t size) {
  if (matrix.size() != size * size) throw core::InvalidInput("a square matrix is needed");
  std::vector<double> a(matrix.begin(), matrix.end());
  for (const double entry : a) {
    if (!std::isfinite(entry)) throw core::InvalidInput("the matrix has an entry that is not finite");
  }
  std::vector<double> v(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) v[i * size + i] = 1.0;
  for (int sweep = 0; sweep < 60; ++sweep) {
    bool rotated = false;
    for (std::size_t p = 0; p + 1 < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) {
        const double apq = a[p * size + q];
        if (std::abs(apq) <= 1e-17 * std::sqrt(std::abs(a[p * size + p] * a[q * size + q])) || apq == 0.0) continue;
        rotated = true;
        const double theta = (a[q * size + q] - a[p * size + p]) / (2.0 * apq);
        const double t = (theta >= 0.0 ? 1.0 : -1.0) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1.0 / std::hypot(t, 1.0);
        const double s = t * c;
        for (std::size_t k = 0; k < size; ++k) {
          const double akp = a[k * size + p];
          const double akq = a[k * size + q];
          a[k * size + p] = c * akp - s * akq;
          a[k * size + q] = s * akp + c * akq;
        }
        for (std::size_t k = 0; k < size; ++k) {
          const double apk = a[p * size + k];
          const double aqk = a[q * size + k];
          a[p * size + k] = c * apk - s * aqk;
          a[q * size + k] = s * apk + c * aqk;
          const double vpk = v[p * size + k];
          const double vqk = v[q * size + k];
          v[p * size + k] = c * vpk - s * vqk;
          v[q * size + k] = s * vpk + c * vqk;
        }
        a[p * size + q] = 0.0;
        a[q * size + p] = 0.0;
      }
    }
    if (!rotated) break;
  }
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return a[i * size + i] < a[j * size + j]; });
  Spectrum result;
  for (const std::size_t k : order) {
    result.values.push_back(a[k * size + k]);
    result.vectors.insert(result.vectors.end(), v.begin() + static_cast<std::ptrdiff_t>(k * size),
                          v.begin() + static_cast<std::ptrdiff_t>((k + 1) * size));
  }
  return result;
}

OUTWEIGH_INLINE std::vector<double> symmetric_inverse(std::span<const double> matrix, std::size_t size,
                                                      double tolerance) {
  if (matrix.size() != size * size) throw core::InvalidInput("a square matrix is needed");
  if (size == 0) return {};
  // Scaled to a unit diagonal first, so that units of the parameters do not decide what counts as singular.
  std::vector<double> scale(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double diagonal = matrix[i * size + i];
    if (!(diagonal > 0.0) || !std::isfinite(diagonal)) return {};
    scale[i] = 1.0 / std::sqrt(diagonal);
  }
  std::vector<double> scaled(size * size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) scaled[i * size + j] = matrix[i * size + j] * scale[i] * scale[j];
  }
  const Spectrum eigen = symmetric_eigen(scaled, size);
  if (!(eigen.values.front() > tolerance * eigen.values.back())) return {};
  std::vector<double> result(size * size, 0.0);
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        result[i * size + j] += eigen.vectors[k * size + i] * eigen.vectors[k * size + j] / eigen.values[k];
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) result[i * size + j] *= scale[i] * scale[j];
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
