// What an adjustment of weights leaves behind for variances: outcomes count only by what the auxiliaries do not
// explain.
#pragma once

#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <outweigh/listening/detail/calibration_kernel.hpp>
#include <outweigh/listening/detail/cells.hpp>
#include <outweigh/listening/detail/normal_equations.hpp>
#include <outweigh/listening/detail/trim_values.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// How an adjustment is made anew from other base weights.
struct Recipe {
  enum class Kind : std::uint8_t { none, poststratify, rake, calibrate, trim, scale };
  Kind kind = Kind::none;
  Targets targets{};
  std::vector<double> numeric_totals{};
  Link link{};
  double unit = 1.0;  ///< what a base weight of 1 stands for
  std::size_t max_iterations = 200;
  TrimRule trim{};
  std::vector<double> ratio{};  ///< of each row, taken as given
};

struct Adjustment {
  Cells cells;
  std::vector<std::string> numeric_names;
  std::vector<LargeVector<double>> numeric;
  LargeVector<double> row_weights;  ///< of the regression; empty: equal
  std::string method;
  int sweeps = 0;  ///< above 0: centre within each factor in turn, this often and without weights, not regress
  Recipe recipe{};
  bool for_variance = true;  ///< false: variances take the weights as given
  /// Weights that a trim, or an adjustment after others, was given: variances take its factors as given.
  LargeVector<double> before{};

  /// Replaces `outcome` by what the variance of an estimate counts: residuals from the weighted regression on the
  /// auxiliaries, or nearly those.
  void residualize(std::span<double> outcome) const;
  /// Replaces `outcome` by its residuals from the weighted regression on the auxiliaries, whatever the order of
  /// factors.
  void regress(std::span<double> outcome, std::span<const double> mass_of_row) const;
};

inline void Adjustment::residualize(std::span<double> outcome) const {
  if (sweeps == 0) {
    regress(outcome, row_weights);
    return;
  }
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t v = 0; v < cells.factors.size(); ++v) {
      std::vector<double> sum(cells.factors[v].levels.size(), 0.0);
      std::vector<double> count(sum.size(), 0.0);
      const std::vector<std::uint32_t>& level = cells.level[v];
      for (std::size_t row = 0; row < outcome.size(); ++row) {
        const std::uint32_t l = level[cells.of_row[row]];
        sum[l] += outcome[row];
        count[l] += 1.0;
      }
      for (std::size_t l = 0; l < sum.size(); ++l) sum[l] = count[l] > 0.0 ? sum[l] / count[l] : 0.0;
      for (std::size_t row = 0; row < outcome.size(); ++row) outcome[row] -= sum[level[cells.of_row[row]]];
    }
  }
}

inline void Adjustment::regress(std::span<double> outcome, std::span<const double> mass_of_row) const {
  if (cells.factors.empty() && numeric.empty()) return;
  const std::size_t rows = outcome.size();
  std::vector<std::span<const double>> columns;
  for (const auto& column : numeric) columns.emplace_back(column);
  const auto weight = [&](std::size_t row) { return mass_of_row.empty() ? 1.0 : mass_of_row[row]; };
  const Scaling scaling = make_scaling(columns, mass_of_row, !cells.factors.empty());

  if (cells.factors.size() == 1 && columns.empty()) {
    std::vector<double> sum(cells.count, 0.0);
    std::vector<double> mass(cells.count, 0.0);
    for (std::size_t row = 0; row < rows; ++row) {
      sum[cells.of_row[row]] += weight(row) * outcome[row];
      mass[cells.of_row[row]] += weight(row);
    }
    for (std::size_t row = 0; row < rows; ++row) {
      const std::uint32_t cell = cells.of_row[row];
      if (mass[cell] > 0.0) outcome[row] -= sum[cell] / mass[cell];
    }
    return;
  }

  Moments moments(cells, columns.size());
  std::vector<double> cell_sum(cells.count, 0.0);
  std::vector<double> numeric_sum(columns.size(), 0.0);
  std::vector<double> x(columns.size());
  for (std::size_t row = 0; row < rows; ++row) {
    const double w = weight(row);
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = scaling.apply(k, columns[k][row]);
    moments.add(cells.of_row[row], w, x);
    cell_sum[cells.of_row[row]] += w * outcome[row];
    for (std::size_t k = 0; k < x.size(); ++k) numeric_sum[k] += w * outcome[row] * x[k];
  }
  const Layout layout(cells, columns.size());
  Cholesky factorized(moments.matrix(cells, layout), layout.size(), 1e-11);
  const std::vector<double> beta = factorized.solve(gather(cells, layout, cell_sum, numeric_sum));
  const std::vector<double> of_cell = scatter(cells, layout, beta);
  for (std::size_t row = 0; row < rows; ++row) {
    double fitted = of_cell[cells.of_row[row]];
    for (std::size_t k = 0; k < x.size(); ++k) {
      fitted += beta[layout.numeric(k)] * scaling.apply(k, columns[k][row]);
    }
    outcome[row] -= fitted;
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
