// Weighted regressions and Newton steps on dummies of factors and numeric columns, with the rows summed up by cell.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/listening/detail/cells.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Where the coefficients stand: the levels of each factor, then the numeric columns.
class Layout {
 public:
  Layout(const Cells& cells, std::size_t numerics) {
    for (const Factor& factor : cells.factors) {
      offsets_.push_back(size_);
      size_ += factor.levels.size();
    }
    first_numeric_ = size_;
    size_ += numerics;
  }
  [[nodiscard]] std::size_t level(std::size_t factor, std::uint32_t level) const { return offsets_[factor] + level; }
  [[nodiscard]] std::size_t numeric(std::size_t k) const { return first_numeric_ + k; }
  [[nodiscard]] std::size_t first_numeric() const { return first_numeric_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::vector<std::size_t> offsets_;
  std::size_t first_numeric_ = 0;
  std::size_t size_ = 0;
};

/// Numeric columns moved to mean 0 (when a constant is among the auxiliaries) and scaled to deviation 1.
struct Scaling {
  std::vector<double> centre;
  std::vector<double> scale;
  [[nodiscard]] double apply(std::size_t k, double x) const { return (x - centre[k]) * scale[k]; }
};

[[nodiscard]] inline Scaling make_scaling(std::span<const std::span<const double>> columns,
                                          std::span<const double> weights, bool centred = true) {
  Scaling scaling;
  for (const auto column : columns) {
    double mass = 0.0;
    double sum = 0.0;
    for (std::size_t row = 0; row < column.size(); ++row) {
      const double w = weights.empty() ? 1.0 : weights[row];
      mass += w;
      sum += w * column[row];
    }
    const double centre = centred && mass > 0.0 ? sum / mass : 0.0;
    double squares = 0.0;
    for (std::size_t row = 0; row < column.size(); ++row) {
      const double w = weights.empty() ? 1.0 : weights[row];
      squares += w * (column[row] - centre) * (column[row] - centre);
    }
    scaling.centre.push_back(centre);
    scaling.scale.push_back(squares > 0.0 && mass > 0.0 ? 1.0 / std::sqrt(squares / mass) : 1.0);
  }
  return scaling;
}

/// Sums of w, w x and w x x' by cell.
class Moments {
 public:
  Moments(const Cells& cells, std::size_t numerics)
      : numerics_(numerics),
        mass_(cells.count, 0.0),
        cross_(cells.count * numerics, 0.0),
        squares_(numerics * numerics, 0.0) {}

  void add(std::uint32_t cell, double w, std::span<const double> x) {
    mass_[cell] += w;
    for (std::size_t k = 0; k < numerics_; ++k) {
      const double wx = w * x[k];
      cross_[cell * numerics_ + k] += wx;
      for (std::size_t l = 0; l <= k; ++l) squares_[k * numerics_ + l] += wx * x[l];
    }
  }
  /// From sums by cell: w at `offset` of each `stride` numbers, then w x of each column; and w x x'.
  void set(std::span<const double> sums, std::size_t stride, std::size_t offset, std::vector<double> squares) {
    for (std::size_t cell = 0; cell < mass_.size(); ++cell) {
      mass_[cell] = sums[cell * stride + offset];
      for (std::size_t k = 0; k < numerics_; ++k) cross_[cell * numerics_ + k] = sums[cell * stride + offset + 1 + k];
    }
    squares_ = std::move(squares);
  }
  void scale(double factor) {
    for (double& value : mass_) value *= factor;
    for (double& value : cross_) value *= factor;
    for (double& value : squares_) value *= factor;
  }
  [[nodiscard]] std::span<const double> mass() const noexcept { return mass_; }
  void merge(const Moments& other) {
    for (std::size_t i = 0; i < mass_.size(); ++i) mass_[i] += other.mass_[i];
    for (std::size_t i = 0; i < cross_.size(); ++i) cross_[i] += other.cross_[i];
    for (std::size_t i = 0; i < squares_.size(); ++i) squares_[i] += other.squares_[i];
  }

  /// The lower triangle of X'WX, row by row in a full square.
  [[nodiscard]] std::vector<double> matrix(const Cells& cells, const Layout& layout) const {
    const std::size_t p = layout.size();
    std::vector<double> a(p * p, 0.0);
    const std::size_t factors = cells.factors.size();
    for (std::size_t cell = 0; cell < cells.count; ++cell) {
      if (mass_[cell] == 0.0) continue;
      for (std::size_t u = 0; u < factors; ++u) {
        const std::size_t i = layout.level(u, cells.level[u][cell]);
        for (std::size_t v = 0; v <= u; ++v) a[i * p + layout.level(v, cells.level[v][cell])] += mass_[cell];
        for (std::size_t k = 0; k < numerics_; ++k) a[layout.numeric(k) * p + i] += cross_[cell * numerics_ + k];
      }
    }
    for (std::size_t k = 0; k < numerics_; ++k) {
      for (std::size_t l = 0; l <= k; ++l) {
        a[layout.numeric(k) * p + layout.numeric(l)] = squares_[k * numerics_ + l];
      }
    }
    return a;
  }

 private:
  std::size_t numerics_;
  std::vector<double> mass_;
  std::vector<double> cross_;
  std::vector<double> squares_;
};

/// Sums by cell to sums by coefficient.
[[nodiscard]] inline std::vector<double> gather(const Cells& cells, const Layout& layout,
                                                std::span<const double> cell_sums,
                                                std::span<const double> numeric_sums) {
  std::vector<double> b(layout.size(), 0.0);
  for (std::size_t v = 0; v < cells.factors.size(); ++v) {
    for (std::size_t cell = 0; cell < cells.count; ++cell) b[layout.level(v, cells.level[v][cell])] += cell_sums[cell];
  }
  for (std::size_t k = 0; k < numeric_sums.size(); ++k) b[layout.numeric(k)] = numeric_sums[k];
  return b;
}

/// Each cell's sum of its levels' coefficients.
[[nodiscard]] inline std::vector<double> scatter(const Cells& cells, const Layout& layout,
                                                 std::span<const double> coefficients) {
  std::vector<double> of_cell(cells.count, 0.0);
  for (std::size_t v = 0; v < cells.factors.size(); ++v) {
    for (std::size_t cell = 0; cell < cells.count; ++cell) {
      of_cell[cell] += coefficients[layout.level(v, cells.level[v][cell])];
    }
  }
  return of_cell;
}

/// Cholesky factor of a symmetric matrix given by its lower triangle. A column whose pivot is below `tolerance` times
/// its diagonal depends on the columns before it; it is left out, and its coefficient is 0.
class Cholesky {
 public:
  Cholesky(std::vector<double> lower, std::size_t size, double tolerance)
      : a_(std::move(lower)), size_(size), dependent_(size, 0) {
    for (std::size_t j = 0; j < size_; ++j) {
      const double diagonal = a_[j * size_ + j];
      double pivot = diagonal;
      for (std::size_t k = 0; k < j; ++k) pivot -= a_[j * size_ + k] * a_[j * size_ + k];
      if (!(pivot > tolerance * diagonal) || diagonal <= 0.0) {
        dependent_[j] = 1;
        for (std::size_t k = 0; k < j; ++k) a_[j * size_ + k] = 0.0;
        a_[j * size_ + j] = 1.0;
        for (std::size_t i = j + 1; i < size_; ++i) a_[i * size_ + j] = 0.0;
        continue;
      }
      const double root = std::sqrt(pivot);
      a_[j * size_ + j] = root;
      for (std::size_t i = j + 1; i < size_; ++i) {
        double value = a_[i * size_ + j];
        const double* row_i = &a_[i * size_];
        const double* row_j = &a_[j * size_];
        for (std::size_t k = 0; k < j; ++k) value -= row_i[k] * row_j[k];
        a_[i * size_ + j] = value / root;
      }
    }
  }

  [[nodiscard]] bool dependent(std::size_t column) const { return dependent_[column] != 0; }

  [[nodiscard]] std::vector<double> solve(std::vector<double> b) const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (dependent(i)) {
        b[i] = 0.0;
        continue;
      }
      for (std::size_t k = 0; k < i; ++k) b[i] -= a_[i * size_ + k] * b[k];
      b[i] /= a_[i * size_ + i];
    }
    for (std::size_t i = size_; i-- > 0;) {
      if (dependent(i)) continue;
      b[i] /= a_[i * size_ + i];
      for (std::size_t k = 0; k < i; ++k) b[k] -= a_[i * size_ + k] * b[i];
    }
    for (std::size_t i = 0; i < size_; ++i) {
      if (dependent(i)) b[i] = 0.0;
    }
    return b;
  }

 private:
  std::vector<double> a_;
  std::size_t size_;
  std::vector<char> dependent_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
