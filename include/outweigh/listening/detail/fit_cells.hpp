// Ratios of new to base weights by cell: post-stratification, raking and calibration of rows that were grouped.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/listening/detail/calibration_kernel.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Sums of a quantity of cells by level of each factor.
[[nodiscard]] inline std::vector<std::vector<double>> sums_of_levels(const Cells& cells,
                                                                     std::span<const double> of_cell) {
  std::vector<std::vector<double>> sums;
  for (std::size_t v = 0; v < cells.factors.size(); ++v) {
    std::vector<double> of_level(cells.factors[v].levels.size(), 0.0);
    for (std::size_t cell = 0; cell < cells.count; ++cell) of_level[cells.level[v][cell]] += of_cell[cell];
    sums.push_back(std::move(of_level));
  }
  return sums;
}

/// Base weights of cells without those that a total of 0 removes.
[[nodiscard]] inline std::vector<double> without_empty_levels(const Cells& cells, const Targets& targets,
                                                              std::span<const double> mass) {
  std::vector<double> left(mass.begin(), mass.end());
  for (std::size_t v = 0; v < cells.factors.size(); ++v) {
    for (std::size_t cell = 0; cell < cells.count; ++cell) {
      if (targets.of_level[v][cells.level[v][cell]] == 0.0) left[cell] = 0.0;
    }
  }
  return left;
}

/// Iterative proportional fitting on the cells that have weight.
class ProportionalFitting {
 public:
  ProportionalFitting(const Cells& cells, const Targets& targets, std::span<const double> mass)
      : targets_(targets), level_(cells.factors.size()) {
    for (std::size_t cell = 0; cell < cells.count; ++cell) {
      if (mass[cell] <= 0.0) continue;
      cell_.push_back(cell);
      fitted_.push_back(mass[cell]);
      for (std::size_t v = 0; v < level_.size(); ++v) level_[v].push_back(cells.level[v][cell]);
    }
    for (const auto& of_level : targets.of_level) sums_.emplace_back(of_level.size());
  }

  /// One pass over all margins; returns the largest relative residual met before each was adjusted.
  double sweep() {
    double worst = 0.0;
    for (std::size_t v = 0; v < level_.size(); ++v) {
      std::vector<double>& sums = sums_[v];
      std::fill(sums.begin(), sums.end(), 0.0);
      const std::vector<std::uint32_t>& level = level_[v];
      for (std::size_t i = 0; i < fitted_.size(); ++i) sums[level[i]] += fitted_[i];
      for (std::size_t l = 0; l < sums.size(); ++l) {
        const double target = targets_.of_level[v][l];
        worst = std::max(worst, std::abs(sums[l] - target) / (target > 0.0 ? target : targets_.total));
        sums[l] = sums[l] > 0.0 ? target / sums[l] : 0.0;
      }
      for (std::size_t i = 0; i < fitted_.size(); ++i) fitted_[i] *= sums[level[i]];
    }
    return worst;
  }

  [[nodiscard]] std::vector<double> totals(std::size_t count) const {
    std::vector<double> of_cell(count, 0.0);
    for (std::size_t i = 0; i < cell_.size(); ++i) of_cell[cell_[i]] = fitted_[i];
    return of_cell;
  }

 private:
  const Targets& targets_;
  std::vector<std::size_t> cell_;
  std::vector<double> fitted_;
  std::vector<std::vector<std::uint32_t>> level_;
  std::vector<std::vector<double>> sums_;
};

struct CellFit {
  std::vector<double> ratio;  ///< of each cell: new weight over base weight; 0 where the base has none
  Convergence convergence;
};

[[nodiscard]] inline CellFit poststratify_cells(const Cells& cells, const Targets& targets,
                                                std::span<const double> mass) {
  CellFit fit;
  fit.ratio.assign(cells.count, 0.0);
  std::vector<double> achieved(cells.count, 0.0);
  for (std::size_t cell = 0; cell < cells.count; ++cell) {
    if (mass[cell] > 0.0) fit.ratio[cell] = targets.of_level[0][cells.level[0][cell]] / mass[cell];
    achieved[cell] = fit.ratio[cell] * mass[cell];
  }
  fit.convergence = worst_residual(cells, targets, achieved);
  fit.convergence.iterations = 1;
  return fit;
}

/// Raking within [link.lower, link.upper]. `near` holds ratios close to the answer, or nothing. `unit` is what a base
/// weight of 1 stands for, which only bounds see.
[[nodiscard]] inline CellFit rake_cells(const Cells& cells, const Targets& targets, std::span<const double> base_mass,
                                        const Link& link, double unit, std::size_t max_iterations,
                                        const core::RunControl& control, std::span<const double> near = {}) {
  CellFit result;
  result.ratio.assign(cells.count, 0.0);
  if (link.lower > 0.0 || std::isfinite(link.upper)) {
    std::vector<double> mass(base_mass.begin(), base_mass.end());
    for (double& value : mass) value *= unit;
    if (link.lower == 0.0) mass = without_empty_levels(cells, targets, mass);
    const CalibrationProblem problem{cells, targets, {}, mass, link, 200, true};
    CalibrationSolver solver(problem, control);
    CalibrationFit fit = solver.solve();
    for (std::size_t cell = 0; cell < cells.count; ++cell) {
      result.ratio[cell] = mass[cell] > 0.0 ? fit.ratio[cell] * unit : 0.0;
    }
    result.convergence = std::move(fit.convergence);
    return result;
  }

  std::vector<double> start(base_mass.begin(), base_mass.end());
  for (std::size_t cell = 0; cell < near.size(); ++cell) {
    if (near[cell] > 0.0) start[cell] *= near[cell];
  }
  ProportionalFitting fitting(cells, targets, near.empty() ? base_mass : std::span<const double>(start));
  std::size_t sweeps = 0;
  double before = std::numeric_limits<double>::infinity();
  constexpr std::size_t quick = 60;
  while (sweeps < std::min(quick, max_iterations)) {
    const double worst = fitting.sweep();
    ++sweeps;
    // Past convergence go on while it still helps: two orders of margins then agree.
    if (worst <= 1e-14 || (worst <= 1e-12 && worst >= 0.5 * before)) break;
    before = worst;
  }
  std::vector<double> totals = fitting.totals(cells.count);
  result.convergence = worst_residual(cells, targets, totals);
  bool done = result.convergence.residual <= 0.01 * converged;
  if (!done) {
    try {
      const std::vector<double> mass = without_empty_levels(cells, targets, base_mass);
      const CalibrationProblem problem{cells, targets, {}, mass, Link{Distance::raking, 0.0}, 100, true};
      CalibrationSolver solver(problem, control);
      CalibrationFit fit = solver.solve();
      for (std::size_t cell = 0; cell < cells.count; ++cell) totals[cell] = fit.ratio[cell] * mass[cell];
      sweeps += fit.convergence.iterations;
      done = true;
    } catch (const core::Infeasible&) {
      // A solution on the edge, with weights of 0, is reached by fitting alone.
    }
  }
  while (!done && sweeps < max_iterations) {
    control.report("raking", static_cast<double>(sweeps) / static_cast<double>(max_iterations));
    double worst = 0.0;
    for (int i = 0; i < 50 && sweeps < max_iterations; ++i, ++sweeps) worst = fitting.sweep();
    if (worst <= 0.1 * converged) {
      done = true;
      totals = fitting.totals(cells.count);
    }
  }
  if (!done) totals = fitting.totals(cells.count);
  result.convergence = worst_residual(cells, targets, totals);
  result.convergence.iterations = sweeps;
  if (!(result.convergence.residual <= converged)) {
    throw_not_met(result.convergence, " with the combinations of levels that the sample has");
  }
  for (std::size_t cell = 0; cell < cells.count; ++cell) {
    if (base_mass[cell] > 0.0) result.ratio[cell] = totals[cell] / base_mass[cell];
  }
  return result;
}

/// Where weights cannot turn negative, a total of 0 means weights of 0.
[[nodiscard]] inline bool removes_empty_levels(const Link& link) {
  return link.distance == Distance::raking && link.lower == 0.0;
}

/// Calibration to the totals of levels alone.
[[nodiscard]] inline CellFit calibrate_cells(const Cells& cells, const Targets& targets, std::span<const double> mass,
                                             const Link& link, double unit, std::size_t max_iterations,
                                             const core::RunControl& control, bool allow_dependent = false) {
  std::vector<double> base = removes_empty_levels(link) ? without_empty_levels(cells, targets, mass)
                                                        : std::vector<double>(mass.begin(), mass.end());
  for (double& value : base) value *= unit;
  const CalibrationProblem problem{cells, targets, {}, base, link, max_iterations, allow_dependent};
  CalibrationSolver solver(problem, control);
  CalibrationFit fit = solver.solve();
  CellFit result;
  result.ratio.assign(cells.count, 0.0);
  for (std::size_t cell = 0; cell < cells.count; ++cell) {
    if (base[cell] > 0.0) result.ratio[cell] = fit.ratio[cell] * unit;
  }
  result.convergence = std::move(fit.convergence);
  return result;
}

/// Calibration to totals of levels and numeric columns: weights by row, from base weights that are in units of the
/// population.
[[nodiscard]] inline CalibrationFit calibrate_rows(const Cells& cells, const Targets& targets,
                                                   std::span<const NumericTotal> numeric, std::span<const double> base,
                                                   const Link& link, std::size_t max_iterations,
                                                   const core::RunControl& control, bool allow_dependent = false) {
  LargeVector<double> rest;
  if (removes_empty_levels(link)) {
    const std::vector<double> kept = without_empty_levels(cells, targets, std::vector<double>(cells.count, 1.0));
    if (std::find(kept.begin(), kept.end(), 0.0) != kept.end()) {
      rest.resize(base.size());
      for (std::size_t row = 0; row < base.size(); ++row) rest[row] = base[row] * kept[cells.of_row[row]];
      base = rest;
    }
  }
  const CalibrationProblem problem{cells, targets, numeric, base, link, max_iterations, allow_dependent};
  CalibrationSolver solver(problem, control);
  CalibrationFit fit = solver.solve();
  for (std::size_t row = 0; row < base.size(); ++row) fit.ratio[row] *= base[row];
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
