// Cholesky factors of small dense matrices, in rows.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Symmetric positive definite system of a few unknowns.
template <class Real>
class SmallMatrix {
 public:
  explicit SmallMatrix(std::size_t size) : size_(size), values_(size * size, Real{0}) {}

  [[nodiscard]] Real& operator()(std::size_t row, std::size_t column) noexcept { return values_[row * size_ + column]; }
  [[nodiscard]] Real operator()(std::size_t row, std::size_t column) const noexcept {
    return values_[row * size_ + column];
  }
  [[nodiscard]] Real* data() noexcept { return values_.data(); }

  /// Lower factor in place; false when a pivot falls below `least` of its diagonal entry: the matrix is singular.
  [[nodiscard]] bool factor(Real least) noexcept {
    for (std::size_t j = 0; j < size_; ++j) {
      Real* const row_j = &values_[j * size_];
      Real pivot = row_j[j];
      const Real diagonal = pivot;
      for (std::size_t k = 0; k < j; ++k) pivot -= row_j[k] * row_j[k];
      if (!(pivot > least * diagonal)) return false;
      row_j[j] = std::sqrt(pivot);
      for (std::size_t i = j + 1; i < size_; ++i) {
        Real* const row_i = &values_[i * size_];
        Real sum = row_i[j];
        for (std::size_t k = 0; k < j; ++k) sum -= row_i[k] * row_j[k];
        row_i[j] = sum / row_j[j];
      }
    }
    return true;
  }

  /// Solves with the factor, in place.
  void solve(Real* x) const noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      Real sum = x[i];
      for (std::size_t k = 0; k < i; ++k) sum -= values_[i * size_ + k] * x[k];
      x[i] = sum / values_[i * size_ + i];
    }
    for (std::size_t i = size_; i-- > 0;) {
      Real sum = x[i];
      for (std::size_t k = i + 1; k < size_; ++k) sum -= values_[k * size_ + i] * x[k];
      x[i] = sum / values_[i * size_ + i];
    }
  }

 private:
  std::size_t size_;
  std::vector<Real> values_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
