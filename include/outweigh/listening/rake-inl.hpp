#pragma once

#include <cmath>
#include <string>

#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/calibration_kernel.hpp>
#include <outweigh/listening/rake.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

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

inline Weights rake_from(const Base& base, std::span<const Margin> margins, const RakeOptions& options) {
  const WeightBounds bounds = options.bounds;
  if (!(bounds.lower >= 0.0 && bounds.lower < bounds.upper)) {
    throw core::InvalidInput("bounds must satisfy 0 <= lower < upper",
                             {.column = "bounds", .value = std::to_string(bounds.lower) + ", " + std::to_string(bounds.upper)});
  }
  if (margins.empty()) throw core::InvalidInput("raking needs at least one margin");
  const std::size_t rows = sample_rows(margins, {}, base);
  Cells cells = make_cells(variables_of(margins), rows, options.control);
  const CellSums sums = sum_by_cell(cells, base, options.control);
  const Targets targets = match_targets(margins, sums_of_levels(cells, sums.mass), sums_of_levels(cells, sums.rows));
  const bool bounded = bounds.lower > 0.0 || std::isfinite(bounds.upper);
  const double unit = base.values.empty() ? targets.total / static_cast<double>(rows) : 1.0;

  std::vector<double> totals;
  std::vector<double> ratio(cells.count, 0.0);
  Convergence convergence;
  bool done = false;
  if (!bounded) {
    ProportionalFitting fitting(cells, targets, sums.mass);
    std::size_t sweeps = 0;
    double before = std::numeric_limits<double>::infinity();
    constexpr std::size_t quick = 60;
    while (sweeps < std::min(quick, options.max_iterations)) {
      const double worst = fitting.sweep();
      ++sweeps;
      // Past convergence go on while it still helps: two orders of margins then agree.
      if (worst <= 1e-14 || (worst <= 1e-12 && worst >= 0.5 * before)) break;
      before = worst;
    }
    totals = fitting.totals(cells.count);
    convergence = worst_residual(cells, targets, totals);
    done = convergence.residual <= 0.01 * converged;
    if (!done) {
      try {
        const std::vector<double> mass = without_empty_levels(cells, targets, sums.mass);
        const CalibrationProblem problem{cells, targets, {}, mass, Link{Distance::raking, 0.0}, 100, true};
        CalibrationSolver solver(problem, options.control);
        CalibrationFit fit = solver.solve();
        for (std::size_t cell = 0; cell < cells.count; ++cell) totals[cell] = fit.ratio[cell] * mass[cell];
        sweeps += fit.convergence.iterations;
        done = true;
      } catch (const core::Infeasible&) {
        // A solution on the edge, with weights of 0, is reached by fitting alone.
      }
    }
    while (!done && sweeps < options.max_iterations) {
      options.control.report("raking", static_cast<double>(sweeps) / static_cast<double>(options.max_iterations));
      double worst = 0.0;
      for (int i = 0; i < 50 && sweeps < options.max_iterations; ++i, ++sweeps) worst = fitting.sweep();
      if (worst <= 0.1 * converged) {
        done = true;
        totals = fitting.totals(cells.count);
      }
    }
    if (!done) totals = fitting.totals(cells.count);
    convergence = worst_residual(cells, targets, totals);
    convergence.iterations = sweeps;
    if (!(convergence.residual <= converged)) {
      throw_not_met(convergence, " with the combinations of levels that the sample has");
    }
    for (std::size_t cell = 0; cell < cells.count; ++cell) {
      if (sums.mass[cell] > 0.0) ratio[cell] = totals[cell] / sums.mass[cell];
    }
  } else {
    std::vector<double> mass = sums.mass;
    for (double& value : mass) value *= unit;
    if (bounds.lower == 0.0) mass = without_empty_levels(cells, targets, mass);
    const CalibrationProblem problem{cells, targets, {}, mass, Link{Distance::raking, bounds.lower, bounds.upper}, 200, true};
    require_reachable(problem);
    CalibrationSolver solver(problem, options.control);
    CalibrationFit fit = solver.solve();
    for (std::size_t cell = 0; cell < cells.count; ++cell) ratio[cell] = mass[cell] > 0.0 ? fit.ratio[cell] * unit : 0.0;
    convergence = fit.convergence;
  }
  std::vector<double> values = spread(cells, base, ratio, options.control);
  return finish(base, std::move(values), Adjustment{std::move(cells), {}, {}, {}, "rake", 10}, std::move(convergence));
}

}  // namespace detail

OUTWEIGH_INLINE Weights rake(const Weights& base, std::span<const Margin> margins, const RakeOptions& options) {
  return detail::rake_from(detail::base_of(base), margins, options);
}

OUTWEIGH_INLINE Weights rake(Design design, std::span<const Margin> margins, const RakeOptions& options) {
  return detail::rake_from(detail::base_of(std::move(design)), margins, options);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
