// One half of alternating least squares: the vectors of one side, given those of the other.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/row_blocks.hpp>
#include <outweigh/graph/network.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// Vectors of one side, each padded with zeros to whole lanes.
struct FactorSide {
  static constexpr std::size_t lanes = 8;

  std::size_t width = 0;  // factors, padded
  std::vector<float> values{};

  FactorSide(std::size_t rows, std::size_t padded) : width(padded), values(rows * padded, 0.0F) {}
  [[nodiscard]] std::size_t rows() const noexcept { return values.size() / width; }
  [[nodiscard]] float* row(std::size_t i) noexcept { return values.data() + i * width; }
  [[nodiscard]] const float* row(std::size_t i) const noexcept { return values.data() + i * width; }
};

[[nodiscard]] inline float lane_dot(const float* a, const float* b, std::size_t width) noexcept {
  float sums[FactorSide::lanes] = {};
  for (std::size_t i = 0; i < width; i += FactorSide::lanes) {
    for (std::size_t l = 0; l < FactorSide::lanes; ++l) sums[l] += a[i + l] * b[i + l];
  }
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

inline void add_scaled(float* to, const float* from, float factor, std::size_t width) noexcept {
  for (std::size_t i = 0; i < width; ++i) to[i] += factor * from[i];
}

/// to = x' M for a square matrix in rows.
inline void multiply(float* to, const float* x, const float* matrix, std::size_t width) noexcept {
  std::fill(to, to + width, 0.0F);
  for (std::size_t k = 0; k < width; k += 4) {
    const float* const m0 = matrix + k * width;
    const float* const m1 = m0 + width;
    const float* const m2 = m1 + width;
    const float* const m3 = m2 + width;
    const float x0 = x[k];
    const float x1 = x[k + 1];
    const float x2 = x[k + 2];
    const float x3 = x[k + 3];
    for (std::size_t i = 0; i < width; ++i) to[i] += (x0 * m0[i] + x1 * m1[i]) + (x2 * m2[i] + x3 * m3[i]);
  }
}

/// Sum of x x' over the rows, in double; single precision only within 512 rows.
[[nodiscard]] inline std::vector<double> gram(const FactorSide& side, const core::RunControl& control) {
  const std::size_t width = side.width;
  const std::size_t rows = side.rows();
  const std::size_t block = std::max<std::size_t>(2048, rows / 64 + 1);
  std::vector<std::vector<double>> parts(core::block_count(rows, block));
  core::parallel_for(control, parts.size(), [&](std::size_t b) {
    std::vector<double>& sum = parts[b];
    sum.assign(width * width, 0.0);
    std::vector<float> some(width * width);
    const std::vector<float> nothing(width, 0.0F);
    for (std::size_t begin = b * block; begin < std::min(rows, (b + 1) * block); begin += 512) {
      const std::size_t end = std::min({rows, (b + 1) * block, begin + 512});
      std::fill(some.begin(), some.end(), 0.0F);
      for (std::size_t row = begin; row < end; row += 4) {
        const float* const x0 = side.row(row);
        const float* const x1 = row + 1 < end ? side.row(row + 1) : nothing.data();
        const float* const x2 = row + 2 < end ? side.row(row + 2) : nothing.data();
        const float* const x3 = row + 3 < end ? side.row(row + 3) : nothing.data();
        for (std::size_t k = 0; k < width; ++k) {
          float* const to = some.data() + k * width;
          const float a0 = x0[k];
          const float a1 = x1[k];
          const float a2 = x2[k];
          const float a3 = x3[k];
          for (std::size_t i = 0; i < width; ++i) to[i] += (a0 * x0[i] + a1 * x1[i]) + (a2 * x2[i] + a3 * x3[i]);
        }
      }
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(some[i]);
    }
  });
  std::vector<double> total(width * width, 0.0);
  for (const std::vector<double>& part : parts) {
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += part[i];
  }
  return total;
}

/// Inverse of a positive definite matrix, in its place.
inline void invert(std::vector<double>& matrix, std::size_t size) {
  // Gauss-Jordan without pivoting is stable for positive definite matrices.
  for (std::size_t p = 0; p < size; ++p) {
    const double pivot = 1.0 / matrix[p * size + p];
    matrix[p * size + p] = 1.0;
    for (std::size_t i = 0; i < size; ++i) matrix[p * size + i] *= pivot;
    for (std::size_t r = 0; r < size; ++r) {
      if (r == p) continue;
      const double factor = matrix[r * size + p];
      matrix[r * size + p] = 0.0;
      for (std::size_t i = 0; i < size; ++i) matrix[r * size + i] -= factor * matrix[p * size + i];
    }
  }
}

/// Solves for rows of one side. A row's normal equations are (G + Y' D Y) x = Y' (1 + d), with G of all vectors and of
/// the regularisation, and Y and d of its entries.
class FactorSolver {
 public:
  FactorSolver(const Adjacency& entries, const FactorSide& other, double regularisation, double alpha,
               const core::RunControl& control)
      : entries_(entries), other_(other), alpha_(alpha), width_(other.width) {
    std::vector<double> sum = gram(other, control);
    for (std::size_t k = 0; k < width_; ++k) sum[k * width_ + k] += regularisation;
    gram_.assign(sum.begin(), sum.end());
    choose_limit();
    if (few_ == 0) return;
    invert(sum, width_);
    const std::vector<float> inverse(sum.begin(), sum.end());
    whitened_.resize(other.values.size());
    const std::size_t block = 1024;
    core::parallel_for(control, core::block_count(other.rows(), block), [&](std::size_t b) {
      for (std::size_t row = b * block; row < std::min(other.rows(), (b + 1) * block); ++row) {
        multiply(whitened_.data() + row * width_, other_.row(row), inverse.data(), width_);
      }
    });
  }

  void run(FactorSide& side, const core::RunControl& control) const {
    const std::vector<std::uint32_t> blocks = row_blocks(entries_.offsets, std::size_t{1} << 13);
    core::parallel_for(control, blocks.size() - 1, [&](std::size_t b) {
      Workspace space(width_, few_);
      for (std::size_t row = blocks[b]; row < blocks[b + 1]; ++row) {
        const std::size_t begin = entries_.offsets[row];
        const std::size_t size = entries_.offsets[row + 1] - begin;
        if (size == 0) continue;
        if (size <= few_) {
          solve_few(side.row(row), begin, size, space);
        } else {
          step(side.row(row), begin, size, space);
        }
      }
    });
  }

 private:
  struct Workspace {
    std::vector<float> residual, direction, image;
    std::vector<double> system, known;
    Workspace(std::size_t width, std::size_t few)
        : residual(width), direction(width), image(width), system(few * few), known(few) {}
  };

  [[nodiscard]] float confidence(std::size_t entry) const noexcept {
    return static_cast<float>(alpha_ * entries_.weight(entry));
  }

  /// Up to how many entries the small system is cheaper, if preparing for it pays.
  void choose_limit() {
    const auto width = static_cast<double>(width_);
    const std::size_t limit = std::max<std::size_t>(2, width_ / 3);
    double saved = 0.0;
    for (std::size_t row = 0; row < entries_.rows(); ++row) {
      const auto n = static_cast<double>(entries_.offsets[row + 1] - entries_.offsets[row]);
      if (n == 0.0 || n > static_cast<double>(limit)) continue;
      saved += 3.0 * (2.0 * width * width + 4.0 * n * width) - (n * n * width + n * n * n / 3.0 + 2.0 * n * width);
    }
    few_ = saved > 2.0 * width * width * static_cast<double>(other_.rows()) ? limit : 0;
  }

  /// Exactly: x = W' z with (D^-1 + W Y') z = D^-1 (1 + d), where W = Y G^-1 was prepared.
  void solve_few(float* x, std::size_t begin, std::size_t size, Workspace& space) const {
    double* const system = space.system.data();
    double* const known = space.known.data();
    for (std::size_t i = 0; i < size; ++i) {
      const float* const w = whitened_.data() + std::size_t{entries_.neighbours[begin + i]} * width_;
      const auto root = std::sqrt(static_cast<double>(confidence(begin + i)));
      known[i] = (1.0 + root * root) / root;
      for (std::size_t j = 0; j <= i; ++j) {
        const float* const y = other_.row(entries_.neighbours[begin + j]);
        const auto other_root = std::sqrt(static_cast<double>(confidence(begin + j)));
        system[i * size + j] = root * other_root * static_cast<double>(lane_dot(w, y, width_));
      }
      system[i * size + i] += 1.0;
    }
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t i = j; i < size; ++i) {
        double sum = system[i * size + j];
        for (std::size_t k = 0; k < j; ++k) sum -= system[i * size + k] * system[j * size + k];
        system[i * size + j] = i == j ? std::sqrt(std::max(sum, 1e-6)) : sum / system[j * size + j];
      }
      double sum = known[j];
      for (std::size_t k = 0; k < j; ++k) sum -= system[j * size + k] * known[k];
      known[j] = sum / system[j * size + j];
    }
    for (std::size_t j = size; j-- > 0;) {
      double sum = known[j];
      for (std::size_t k = j + 1; k < size; ++k) sum -= system[k * size + j] * known[k];
      known[j] = sum / system[j * size + j];
    }
    std::fill(x, x + width_, 0.0F);
    for (std::size_t i = 0; i < size; ++i) {
      const auto root = std::sqrt(static_cast<double>(confidence(begin + i)));
      add_scaled(x, whitened_.data() + std::size_t{entries_.neighbours[begin + i]} * width_,
                 static_cast<float>(root * known[i]), width_);
    }
  }

  /// Three conjugate gradients from where the row was: the loss never rises.
  void step(float* x, std::size_t begin, std::size_t size, Workspace& space) const {
    float* const r = space.residual.data();
    float* const p = space.direction.data();
    float* const image = space.image.data();
    multiply(r, x, gram_.data(), width_);
    for (std::size_t i = 0; i < width_; ++i) r[i] = -r[i];
    for (std::size_t e = begin; e < begin + size; ++e) {
      const float* const y = other_.row(entries_.neighbours[e]);
      const float d = confidence(e);
      add_scaled(r, y, 1.0F + d - d * lane_dot(x, y, width_), width_);
    }
    std::copy(r, r + width_, p);
    float squares = lane_dot(r, r, width_);
    const float least = 1e-12F * squares;
    for (int i = 0; i < 3 && squares > least && squares > 1e-20F; ++i) {
      multiply(image, p, gram_.data(), width_);
      for (std::size_t e = begin; e < begin + size; ++e) {
        const float* const y = other_.row(entries_.neighbours[e]);
        add_scaled(image, y, confidence(e) * lane_dot(p, y, width_), width_);
      }
      const float curvature = lane_dot(p, image, width_);
      if (!(curvature > 0.0F)) break;
      const float length = squares / curvature;
      add_scaled(x, p, length, width_);
      add_scaled(r, image, -length, width_);
      const float next = lane_dot(r, r, width_);
      const float ratio = next / squares;
      for (std::size_t k = 0; k < width_; ++k) p[k] = r[k] + ratio * p[k];
      squares = next;
    }
  }

  const Adjacency& entries_;
  const FactorSide& other_;
  double alpha_;
  std::size_t width_;
  std::size_t few_ = 0;
  std::vector<float> gram_;
  std::vector<float> whitened_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
