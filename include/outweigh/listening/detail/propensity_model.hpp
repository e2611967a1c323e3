// Penalised logistic regression on dummies of factors and numeric columns, by Newton's method with step halving.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/listening/detail/normal_equations.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Rows, or groups of rows, with their weight in the sample and in the reference. The first factor is the constant.
struct PropensityData {
  Cells cells;
  std::vector<std::uint32_t> cell;
  std::vector<std::uint32_t> part;  ///< of cross-fitting
  std::vector<double> heard;
  std::vector<double> other;
  std::vector<std::string> names;            ///< of the numeric columns
  std::vector<std::vector<double>> columns;  ///< scaled
};

inline constexpr std::uint32_t no_part = 0xFFFFFFFFU;

class PropensityModel {
 public:
  /// Fits on all units but those of the part `without`.
  PropensityModel(const PropensityData& data, double ridge, std::uint32_t without, std::size_t max_iterations,
                  const core::RunControl& control)
      : data_(data), layout_(data.cells, data.columns.size()), beta_(layout_.size(), 0.0) {
    const std::size_t p = layout_.size();
    double total = 0.0;
    for (std::size_t i = 0; i < data.cell.size(); ++i) {
      if (data.part[i] != without) total += data.heard[i] + data.other[i];
    }
    State state = evaluate(beta_, ridge, without);
    bool settled = false;
    for (; iterations_ < max_iterations && !settled; ++iterations_) {
      control.check();
      std::vector<double> matrix = state.moments.matrix(data.cells, layout_);
      for (std::size_t i = 1; i < p; ++i) matrix[i * p + i] += ridge;
      const Cholesky factorized(std::move(matrix), p, 1e-11);
      const std::vector<double> step = factorized.solve(state.gradient);
      double slope = 0.0;
      for (std::size_t i = 0; i < p; ++i) slope += step[i] * state.gradient[i];
      if (!(slope > 1e-24 * total)) {
        settled = true;
        break;
      }
      double length = 1.0;
      for (int halving = 0;; ++halving, length *= 0.5) {
        std::vector<double> trial(beta_);
        for (std::size_t i = 0; i < p; ++i) trial[i] += length * step[i];
        State next = evaluate(trial, ridge, without);
        if (next.objective <= state.objective || halving == 30) {
          settled =
              std::abs(state.objective - next.objective) <= 1e-14 * std::abs(state.objective) && slope < 1e-12 * total;
          if (next.objective <= state.objective) {
            beta_ = std::move(trial);
            state = std::move(next);
          } else {
            settled = true;
          }
          break;
        }
      }
    }
    if (!settled || (ridge == 0.0 && state.furthest > 30.0)) throw_separated();
  }

  [[nodiscard]] std::vector<double> scores() const {
    const std::vector<double> of_cell = scatter(data_.cells, layout_, beta_);
    std::vector<double> result(data_.cell.size());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = score(i, of_cell, beta_);
    return result;
  }
  [[nodiscard]] std::size_t iterations() const { return iterations_; }

  /// Minus twice the log likelihood of one part.
  [[nodiscard]] double deviance(std::uint32_t part) const {
    const std::vector<double> of_cell = scatter(data_.cells, layout_, beta_);
    double sum = 0.0;
    for (std::size_t i = 0; i < data_.cell.size(); ++i) {
      if (data_.part[i] != part) continue;
      const double u = score(i, of_cell, beta_);
      sum += 2.0 * (data_.heard[i] * log1p_exp(-u) + data_.other[i] * log1p_exp(u));
    }
    return sum;
  }

 private:
  struct State {
    State(const Cells& cells, std::size_t numerics) : moments(cells, numerics) {}
    double objective = 0.0;
    double furthest = 0.0;
    Moments moments;
    std::vector<double> gradient;
  };

  static double log1p_exp(double u) { return u > 0.0 ? u + std::log1p(std::exp(-u)) : std::log1p(std::exp(u)); }

  [[nodiscard]] double score(std::size_t i, std::span<const double> of_cell, std::span<const double> beta) const {
    double u = of_cell[data_.cell[i]];
    for (std::size_t k = 0; k < data_.columns.size(); ++k) u += beta[layout_.numeric(k)] * data_.columns[k][i];
    return u;
  }

  [[nodiscard]] State evaluate(std::span<const double> beta, double ridge, std::uint32_t without) const {
    State state(data_.cells, data_.columns.size());
    const std::vector<double> of_cell = scatter(data_.cells, layout_, beta);
    std::vector<double> cell_sums(data_.cells.count, 0.0);
    std::vector<double> numeric_sums(data_.columns.size(), 0.0);
    std::vector<double> x(data_.columns.size());
    for (std::size_t i = 0; i < data_.cell.size(); ++i) {
      const double mass = data_.heard[i] + data_.other[i];
      if (data_.part[i] == without || mass == 0.0) continue;
      const double u = score(i, of_cell, beta);
      state.furthest = std::max(state.furthest, std::abs(u));
      const double p = u >= 0.0 ? 1.0 / (1.0 + std::exp(-u)) : std::exp(u) / (1.0 + std::exp(u));
      state.objective += data_.heard[i] * log1p_exp(-u) + data_.other[i] * log1p_exp(u);
      const double residual = data_.heard[i] - mass * p;
      cell_sums[data_.cell[i]] += residual;
      for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = data_.columns[k][i];
        numeric_sums[k] += residual * x[k];
      }
      state.moments.add(data_.cell[i], mass * p * (1.0 - p), x);
    }
    state.gradient = gather(data_.cells, layout_, cell_sums, numeric_sums);
    for (std::size_t i = 1; i < beta.size(); ++i) {
      state.gradient[i] -= ridge * beta[i];
      state.objective += 0.5 * ridge * beta[i] * beta[i];
    }
    return state;
  }

  [[noreturn]] void throw_separated() const {
    std::string name = data_.names.empty() ? "" : data_.names.front();
    std::string level;
    double most = 0.0;
    for (std::size_t k = 0; k < data_.columns.size(); ++k) {
      if (std::abs(beta_[layout_.numeric(k)]) <= most) continue;
      most = std::abs(beta_[layout_.numeric(k)]);
      name = data_.names[k];
    }
    for (std::size_t v = 1; v < data_.cells.factors.size(); ++v) {
      for (std::size_t l = 0; l < data_.cells.factors[v].levels.size(); ++l) {
        const double size = std::abs(beta_[layout_.level(v, static_cast<std::uint32_t>(l))]);
        if (size <= most) continue;
        most = size;
        name = data_.cells.factors[v].name;
        level = data_.cells.factors[v].levels[l];
      }
    }
    throw core::NotIdentified("sample and reference are separated by '" + name + "'" +
                                  (level.empty() ? "" : " at level '" + level + "'") +
                                  ": no finite propensities fit; leave the column out, make it coarser, or take ridge",
                              {.column = name, .value = level});
  }

  const PropensityData& data_;
  Layout layout_;
  std::vector<double> beta_;
  std::size_t iterations_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
