// The convex dual of calibration, minimised by Newton's method with line search.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/listening/detail/normal_equations.hpp>
#include <outweigh/listening/detail/targets.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

enum class Distance : std::uint8_t { linear, raking, logit };

/// G, g = G' and g' of a distance at u, truncated to [lower, upper].
struct Link {
  Distance distance = Distance::linear;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  struct Value {
    double integral;
    double ratio;
    double slope;
  };

  [[nodiscard]] Value operator()(double u) const {
    if (distance == Distance::logit) {
      const double a = (upper - lower) / ((1.0 - lower) * (upper - 1.0));
      const double e = std::exp(std::min(a * u, 700.0));
      const double below = upper - 1.0;
      const double above = (1.0 - lower) * e;
      const double denominator = below + above;
      const double ratio = (lower * below + upper * above) / denominator;
      return {lower * u + (upper - lower) / a * (a * u < 700.0 ? std::log(denominator) : a * u + std::log(1.0 - lower)),
              std::clamp(ratio, lower, upper), (upper - lower) * a * (below / denominator) * (above / denominator)};
    }
    if (distance == Distance::linear) {
      const double ratio = 1.0 + u;
      if (ratio <= lower) return {lower * u - 0.5 * (lower - 1.0) * (lower - 1.0), lower, 0.0};
      if (ratio >= upper) return {upper * u - 0.5 * (upper - 1.0) * (upper - 1.0), upper, 0.0};
      return {u + 0.5 * u * u, ratio, 1.0};
    }
    const double ratio = std::exp(u);
    if (ratio <= lower) {
      const double edge = lower > 0.0 ? std::log(lower) : 0.0;
      return {lower * (1.0 + u - edge), lower, 0.0};
    }
    if (ratio >= upper) return {upper * (1.0 + u - std::log(upper)), upper, 0.0};
    return {ratio, ratio, ratio};
  }
};

struct CalibrationProblem {
  const Cells& cells;
  const Targets& targets;
  std::span<const NumericTotal> numeric;
  /// Base weight of each unit: of rows where there are numeric columns, otherwise of cells.
  std::span<const double> base;
  Link link;
  std::size_t max_iterations = 200;
  bool allow_dependent = false;
};

struct CalibrationFit {
  std::vector<double> ratio;  ///< of each unit: new weight over base weight
  Convergence convergence;
};

/// Largest relative residual of the weighted totals by cell and of the numeric totals.
[[nodiscard]] inline Convergence worst_residual(const Cells& cells, const Targets& targets,
                                                std::span<const double> cell_totals,
                                                std::span<const NumericTotal> numeric = {},
                                                std::span<const double> numeric_totals = {},
                                                std::span<const double> numeric_scales = {}) {
  Convergence worst;
  worst.residual = -1.0;
  for (std::size_t v = 0; v < cells.factors.size(); ++v) {
    std::vector<double> sums(cells.factors[v].levels.size(), 0.0);
    for (std::size_t cell = 0; cell < cells.count; ++cell) sums[cells.level[v][cell]] += cell_totals[cell];
    for (std::size_t l = 0; l < sums.size(); ++l) {
      const double target = targets.of_level[v][l];
      const double residual = std::abs(sums[l] - target) / (target > 0.0 ? target : targets.total);
      if (!(residual <= worst.residual)) {
        worst.residual = std::isnan(residual) ? std::numeric_limits<double>::infinity() : residual;
        worst.worst_margin = cells.factors[v].name;
        worst.worst_level = cells.factors[v].levels[l];
      }
    }
  }
  for (std::size_t k = 0; k < numeric.size(); ++k) {
    const double scale = std::max(std::abs(numeric[k].total), numeric_scales[k]);
    const double residual = scale > 0.0 ? std::abs(numeric_totals[k] - numeric[k].total) / scale : 0.0;
    if (!(residual <= worst.residual)) {
      worst.residual = std::isnan(residual) ? std::numeric_limits<double>::infinity() : residual;
      worst.worst_margin = numeric[k].name;
      worst.worst_level.clear();
    }
  }
  worst.residual = std::max(worst.residual, 0.0);
  return worst;
}

[[noreturn]] inline void throw_not_met(const Convergence& worst, const char* why) {
  std::string message = "the totals cannot be met" + std::string(why) + ": after " + std::to_string(worst.iterations) +
                        " iterations '" + worst.worst_margin + "'";
  if (!worst.worst_level.empty()) message += " at level '" + worst.worst_level + "'";
  message += " is still off by " + std::to_string(100.0 * worst.residual) + " %";
  throw core::Infeasible(message, {.column = worst.worst_margin, .value = worst.worst_level});
}

/// Bounds that a single level or numeric column already breaks.
inline void require_reachable(const CalibrationProblem& problem) {
  const Cells& cells = problem.cells;
  const Link& link = problem.link;
  const bool by_row = !problem.numeric.empty();
  for (std::size_t v = 0; v < cells.factors.size(); ++v) {
    std::vector<double> mass(cells.factors[v].levels.size(), 0.0);
    for (std::size_t unit = 0; unit < problem.base.size(); ++unit) {
      const std::size_t cell = by_row ? cells.of_row[unit] : unit;
      mass[cells.level[v][cell]] += problem.base[unit];
    }
    for (std::size_t l = 0; l < mass.size(); ++l) {
      const double target = problem.targets.of_level[v][l];
      if (mass[l] == 0.0) continue;
      const double ratio = target / mass[l];
      if (ratio < link.lower - 1e-12 || ratio > link.upper + 1e-12) {
        throw core::Infeasible("the bounds are too tight: the weights of '" + cells.factors[v].name + "' at level '" +
                                   cells.factors[v].levels[l] + "' must change by a factor of " + std::to_string(ratio),
                               {.column = cells.factors[v].name, .value = cells.factors[v].levels[l]});
      }
    }
  }
  const bool positive = link.distance == Distance::raking || link.lower >= 0.0;
  if (cells.factors.empty() || !positive) return;
  for (const NumericTotal& column : problem.numeric) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (std::size_t row = 0; row < problem.base.size(); ++row) {
      if (problem.base[row] == 0.0) continue;
      least = std::min(least, column.values[row]);
      most = std::max(most, column.values[row]);
    }
    const double mean = column.total / problem.targets.total;
    const double slack = 1e-9 * std::max(std::abs(least), std::abs(most));
    if (mean < least - slack || mean > most + slack) {
      throw core::Infeasible("the total of '" + column.name + "' asks for a mean of " + std::to_string(mean) +
                                 ", outside of the sample's values",
                             {.column = column.name, .value = std::to_string(column.total)});
    }
  }
}

class CalibrationSolver {
 public:
  CalibrationSolver(const CalibrationProblem& problem, const core::RunControl& control)
      : problem_(problem),
        control_(control),
        by_row_(!problem.numeric.empty()),
        layout_(problem.cells, problem.numeric.size()) {
    std::vector<std::span<const double>> columns;
    for (const NumericTotal& column : problem.numeric) columns.push_back(column.values);
    scaling_ = make_scaling(columns, problem.base, !problem.cells.factors.empty());
    parts_ = part_count(problem.base.size(), by_row_ ? problem.cells.count * (problem.numeric.size() + 1) : 1);
    targets_.assign(layout_.size(), 0.0);
    for (std::size_t v = 0; v < problem.cells.factors.size(); ++v) {
      for (std::size_t l = 0; l < problem.targets.of_level[v].size(); ++l) {
        targets_[layout_.level(v, static_cast<std::uint32_t>(l))] = problem.targets.of_level[v][l];
      }
    }
    for (std::size_t k = 0; k < problem.numeric.size(); ++k) {
      targets_[layout_.numeric(k)] =
          (problem.numeric[k].total - scaling_.centre[k] * problem.targets.total) * scaling_.scale[k];
      double absolute = 0.0;
      for (std::size_t row = 0; row < problem.base.size(); ++row) {
        absolute += problem.base[row] * std::abs(problem.numeric[k].values[row]);
      }
      numeric_scales_.push_back(problem.numeric[k].total == 0.0 ? absolute : 0.0);
    }
  }

  [[nodiscard]] CalibrationFit solve() {
    const std::size_t p = layout_.size();
    std::vector<double> lambda = start();
    State state = evaluate(lambda);
    const std::vector<double> first_diagonal = require_independent();
    // Truncated units have no curvature; where too many are, steps are damped by a share of the first curvature.
    constexpr double dampings[] = {0.0, 1e-6, 1e-3, 1e-1, 10.0, 1e3};
    std::size_t damping = 0;
    std::size_t iteration = 0;
    std::size_t stalled = 0;
    for (; iteration < problem_.max_iterations; ++iteration) {
      if (state.worst.residual <= 1e-14) break;
      control_.report("calibrating", 0.0);
      std::vector<double> matrix = state.moments.matrix(problem_.cells, layout_);
      for (std::size_t i = 0; i < p; ++i) matrix[i * p + i] += dampings[damping] * first_diagonal[i];
      const Cholesky factorized(std::move(matrix), p, 1e-12);
      std::vector<double> gradient(p);
      for (std::size_t i = 0; i < p; ++i) gradient[i] = targets_[i] - state.achieved[i];
      const std::vector<double> step = factorized.solve(gradient);
      double decrease = 0.0;
      for (std::size_t i = 0; i < p; ++i) decrease += gradient[i] * step[i];

      bool moved = false;
      double length = 1.0;
      for (int halving = 0; halving < 30 && !moved && decrease > 0.0; ++halving, length *= 0.5) {
        std::vector<double> trial(p);
        for (std::size_t i = 0; i < p; ++i) trial[i] = lambda[i] + length * step[i];
        State next = evaluate(trial);
        const bool lower = std::isfinite(next.objective) && next.objective <= state.objective - 1e-4 * length * decrease;
        if (!lower && !(next.worst.residual < 0.9 * state.worst.residual)) continue;
        stalled = next.worst.residual > 0.5 * state.worst.residual ? stalled + 1 : 0;
        lambda = std::move(trial);
        state = std::move(next);
        moved = true;
      }
      if (moved) {
        if (damping > 0) --damping;
        if (state.worst.residual <= 0.01 * converged && stalled > 0) break;
      } else {
        if (state.worst.residual <= converged || damping + 1 == std::size(dampings)) break;
        ++damping;
      }
    }
    state.worst.iterations = iteration;
    if (!(state.worst.residual <= converged)) {
      throw_not_met(state.worst, std::isfinite(problem_.link.upper) || problem_.link.lower > 0.0 ? " within the bounds" : "");
    }
    CalibrationFit fit;
    fit.ratio = ratios(lambda);
    fit.convergence = std::move(state.worst);
    return fit;
  }

 private:
  struct State {
    explicit State(const Cells& cells, std::size_t numerics)
        : moments(cells, numerics), cell_totals(cells.count, 0.0), numeric_totals(numerics, 0.0) {}
    double objective = 0.0;
    Moments moments;
    std::vector<double> cell_totals;
    std::vector<double> numeric_totals;
    std::vector<double> achieved;
    Convergence worst;
  };

  /// The change that every unit needs on average, so that bounds far from 1 do not cut off all units at once.
  [[nodiscard]] std::vector<double> start() const {
    std::vector<double> lambda(layout_.size(), 0.0);
    if (problem_.cells.factors.empty() || problem_.link.distance == Distance::logit) return lambda;
    double mass = 0.0;
    for (const double base : problem_.base) mass += base;
    if (!(mass > 0.0)) return lambda;
    const double ratio = problem_.targets.total / mass;
    const double u = problem_.link.distance == Distance::linear ? ratio - 1.0 : std::log(ratio);
    for (std::size_t l = 0; l < problem_.cells.factors[0].levels.size(); ++l) {
      lambda[layout_.level(0, static_cast<std::uint32_t>(l))] = u;
    }
    return lambda;
  }

  template <class Visit>
  void each_unit(std::span<const double> lambda, std::size_t begin, std::size_t end, std::span<const double> of_cell,
                 std::vector<double>& x, Visit visit) const {
    for (std::size_t unit = begin; unit < end; ++unit) {
      const auto cell = by_row_ ? problem_.cells.of_row[unit] : static_cast<std::uint32_t>(unit);
      double u = of_cell[cell];
      for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = scaling_.apply(k, problem_.numeric[k].values[unit]);
        u += lambda[layout_.numeric(k)] * x[k];
      }
      visit(unit, cell, problem_.base[unit], u);
    }
  }

  [[nodiscard]] State evaluate(std::span<const double> lambda) const {
    const std::size_t numerics = problem_.numeric.size();
    const std::size_t units = problem_.base.size();
    const std::vector<double> of_cell = scatter(problem_.cells, layout_, lambda);
    std::vector<State> parts(parts_, State(problem_.cells, numerics));
    core::parallel_for(control_, parts_, [&](std::size_t part) {
      State& state = parts[part];
      std::vector<double> x(numerics);
      each_unit(lambda, units * part / parts_, units * (part + 1) / parts_, of_cell, x,
                [&](std::size_t, std::uint32_t cell, double base, double u) {
                  if (base == 0.0) return;
                  const Link::Value value = problem_.link(u);
                  state.objective += base * value.integral;
                  state.cell_totals[cell] += base * value.ratio;
                  for (std::size_t k = 0; k < numerics; ++k) state.numeric_totals[k] += base * value.ratio * x[k];
                  state.moments.add(cell, base * value.slope, x);
                });
    });
    State total = std::move(parts.front());
    for (std::size_t part = 1; part < parts_; ++part) {
      total.objective += parts[part].objective;
      total.moments.merge(parts[part].moments);
      for (std::size_t i = 0; i < total.cell_totals.size(); ++i) total.cell_totals[i] += parts[part].cell_totals[i];
      for (std::size_t k = 0; k < numerics; ++k) total.numeric_totals[k] += parts[part].numeric_totals[k];
    }
    total.achieved = gather(problem_.cells, layout_, total.cell_totals, total.numeric_totals);
    for (std::size_t i = 0; i < targets_.size(); ++i) total.objective -= targets_[i] * lambda[i];
    double sum = 0.0;
    for (const double cell : total.cell_totals) sum += cell;
    std::vector<double> raw(numerics);
    for (std::size_t k = 0; k < numerics; ++k) {
      raw[k] = total.numeric_totals[k] / scaling_.scale[k] + scaling_.centre[k] * sum;
    }
    total.worst =
        worst_residual(problem_.cells, problem_.targets, total.cell_totals, problem_.numeric, raw, numeric_scales_);
    return total;
  }

  /// Throws for auxiliaries that depend on the others, except the one level of each further factor that must. Returns
  /// the diagonal of X'DX.
  [[nodiscard]] std::vector<double> require_independent() const {
    Moments moments(problem_.cells, problem_.numeric.size());
    std::vector<double> x(problem_.numeric.size());
    const std::vector<double> zero(layout_.size(), 0.0);
    const std::vector<double> of_cell(problem_.cells.count, 0.0);
    each_unit(zero, 0, problem_.base.size(), of_cell, x,
              [&](std::size_t, std::uint32_t cell, double base, double) { moments.add(cell, base, x); });
    std::vector<double> matrix = moments.matrix(problem_.cells, layout_);
    const std::size_t p = layout_.size();
    std::vector<double> diagonal(p);
    for (std::size_t i = 0; i < p; ++i) diagonal[i] = matrix[i * p + i];
    if (problem_.allow_dependent) return diagonal;
    const Cholesky factorized(std::move(matrix), p, 1e-11);
    for (std::size_t v = 0; v < problem_.cells.factors.size(); ++v) {
      std::size_t allowed = v > 0 ? 1 : 0;
      const Factor& factor = problem_.cells.factors[v];
      for (std::size_t l = factor.levels.size(); l-- > 0;) {
        const std::size_t i = layout_.level(v, static_cast<std::uint32_t>(l));
        if (!factorized.dependent(i) || diagonal[i] == 0.0) continue;
        if (allowed > 0) {
          --allowed;
          continue;
        }
        throw core::InvalidInput("the auxiliaries are collinear: level '" + factor.levels[l] + "' of '" + factor.name +
                                     "' follows from the others",
                                 {.column = factor.name, .value = factor.levels[l]});
      }
    }
    for (std::size_t k = 0; k < problem_.numeric.size(); ++k) {
      if (factorized.dependent(layout_.numeric(k))) {
        throw core::InvalidInput("the auxiliaries are collinear: '" + problem_.numeric[k].name +
                                     "' follows from the others",
                                 {.column = problem_.numeric[k].name});
      }
    }
    return diagonal;
  }

  [[nodiscard]] std::vector<double> ratios(std::span<const double> lambda) const {
    std::vector<double> ratio(problem_.base.size(), 1.0);
    const std::vector<double> of_cell = scatter(problem_.cells, layout_, lambda);
    core::parallel_for(control_, parts_, [&](std::size_t part) {
      std::vector<double> x(problem_.numeric.size());
      each_unit(lambda, ratio.size() * part / parts_, ratio.size() * (part + 1) / parts_, of_cell, x,
                [&](std::size_t unit, std::uint32_t, double, double u) { ratio[unit] = problem_.link(u).ratio; });
    });
    return ratio;
  }

  const CalibrationProblem& problem_;
  const core::RunControl& control_;
  bool by_row_;
  Layout layout_;
  Scaling scaling_;
  std::size_t parts_ = 1;
  std::vector<double> targets_;
  std::vector<double> numeric_scales_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
