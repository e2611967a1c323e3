// The convex dual of calibration, minimised by Newton's method with line search.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/listening/detail/calibration_problem.hpp>
#include <outweigh/listening/detail/normal_equations.hpp>
#include <outweigh/listening/detail/rows_by_cell.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

class CalibrationSolver {
 public:
  CalibrationSolver(const CalibrationProblem& problem, const core::RunControl& control)
      : problem_(problem),
        control_(control),
        by_row_(!problem.numeric.empty()),
        layout_(problem.cells, problem.numeric.size()) {
    UnitSums sums;
    if (by_row_) {
      rows_ = RowsByCell(problem.cells, problem.base, problem.numeric);
      sums = rows_.sums(problem.cells.count);
    } else {
      sums.cell_mass.assign(problem.base.begin(), problem.base.end());
    }
    require_reachable(problem, sums);
    double mass = 0.0;
    for (const double of_cell : sums.cell_mass) mass += of_cell;
    const bool centred = !problem.cells.factors.empty();
    for (std::size_t k = 0; k < problem.numeric.size(); ++k) {
      const double centre = centred && mass > 0.0 ? sums.columns[k].sum / mass : 0.0;
      const double squares = rows_.squares(k, centre);
      scaling_.centre.push_back(centre);
      scaling_.scale.push_back(squares > 0.0 && mass > 0.0 ? 1.0 / std::sqrt(squares / mass) : 1.0);
      rows_.scale(k, centre, scaling_.scale.back());
    }
    mass_ = mass;
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
      numeric_scales_.push_back(problem.numeric[k].total == 0.0 ? sums.columns[k].absolute : 0.0);
    }
  }

  [[nodiscard]] CalibrationFit solve() {
    const std::size_t p = layout_.size();
    std::vector<double> lambda = start();
    State state = evaluate(lambda);
    const std::vector<double> first_diagonal = require_independent(state);
    // Truncated units have no curvature; where too many are, steps are damped by a share of the first curvature.
    constexpr double dampings[] = {0.0, 1e-6, 1e-3, 1e-1, 10.0, 1e3};
    std::size_t damping = 0;
    std::size_t iteration = 0;
    std::size_t stalled = 0;
    for (; iteration < problem_.max_iterations; ++iteration) {
      if (state.worst.residual <= 1e-13) break;
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
      double here = std::numeric_limits<double>::quiet_NaN();
      // Past convergence one full step is tried, which makes two orders of rows agree; shorter ones are lost in
      // rounding.
      const int halvings = state.worst.residual <= 0.01 * converged ? 1 : 30;
      for (int halving = 0; halving < halvings && !moved && decrease > 0.0; ++halving, length *= 0.5) {
        std::vector<double> trial(p);
        for (std::size_t i = 0; i < p; ++i) trial[i] = lambda[i] + length * step[i];
        State next = evaluate(trial);
        if (!(next.worst.residual < 0.9 * state.worst.residual)) {
          // The objective has logarithms and is asked only where residuals do not decide.
          if (std::isnan(here)) here = objective(lambda);
          const double there = objective(trial);
          if (!(std::isfinite(there) && there <= here - 1e-4 * length * decrease)) continue;
        }
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
      throw_not_met(state.worst,
                    std::isfinite(problem_.link.upper) || problem_.link.lower > 0.0 ? " within the bounds" : "");
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
    if (!(mass_ > 0.0)) return lambda;
    const double ratio = problem_.targets.total / mass_;
    const double u = problem_.link.distance == Distance::linear ? ratio - 1.0 : std::log(ratio);
    for (std::size_t l = 0; l < problem_.cells.factors[0].levels.size(); ++l) {
      lambda[layout_.level(0, static_cast<std::uint32_t>(l))] = u;
    }
    return lambda;
  }

  /// Sum of `term(0) .. term(count - 1)` in four interleaved sums, so that additions need not wait for each other.
  template <class Term>
  static double add_up(std::size_t count, Term term) {
    double a = 0.0;
    double b = 0.0;
    double c = 0.0;
    double d = 0.0;
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4) {
      a += term(i);
      b += term(i + 1);
      c += term(i + 2);
      d += term(i + 3);
    }
    for (; i < count; ++i) a += term(i);
    return (a + b) + (c + d);
  }

  [[nodiscard]] std::span<const double> slopes_of(std::span<const double> lambda) const {
    return lambda.subspan(layout_.first_numeric());
  }

  /// Weight and slope of the cells from .. to - 1, by cell.
  void add_cells(std::span<const double> of_cell, std::size_t from, std::size_t to, std::span<double> sums) const {
    std::vector<double> ratio(to - from);
    std::vector<double> slope(to - from);
    problem_.link.apply(of_cell.data() + from, to - from, ratio.data(), slope.data());
    for (std::size_t cell = from; cell < to; ++cell) {
      // Cells without weight have no say.
      if (!(problem_.base[cell] > 0.0)) continue;
      sums[2 * cell] = problem_.base[cell] * ratio[cell - from];
      sums[2 * cell + 1] = problem_.base[cell] * slope[cell - from];
    }
  }

  [[nodiscard]] State evaluate(std::span<const double> lambda) const {
    const std::size_t numerics = problem_.numeric.size();
    const std::size_t units = problem_.base.size();
    const std::vector<double> of_cell = scatter(problem_.cells, layout_, lambda);
    std::vector<State> parts(parts_, State(problem_.cells, numerics));
    core::parallel_for(control_, parts_, [&](std::size_t part) {
      State& state = parts[part];
      // By cell: weight, slope, slope times each column.
      const std::size_t stride = numerics + 2;
      std::vector<double> sums(problem_.cells.count * stride, 0.0);
      std::vector<double> squares(numerics * numerics, 0.0);
      if (by_row_) {
        const std::size_t runs = rows_.runs().size();
        rows_.add_sums(problem_.link, of_cell, slopes_of(lambda), runs * part / parts_, runs * (part + 1) / parts_,
                       sums.data(), state.numeric_totals.data(), squares.data());
      } else {
        add_cells(of_cell, units * part / parts_, units * (part + 1) / parts_, sums);
      }
      for (std::size_t cell = 0; cell < problem_.cells.count; ++cell) state.cell_totals[cell] = sums[cell * stride];
      state.moments.set(sums, stride, 1, std::move(squares));
    });
    State total = std::move(parts.front());
    for (std::size_t part = 1; part < parts_; ++part) {
      total.moments.merge(parts[part].moments);
      for (std::size_t i = 0; i < total.cell_totals.size(); ++i) total.cell_totals[i] += parts[part].cell_totals[i];
      for (std::size_t k = 0; k < numerics; ++k) total.numeric_totals[k] += parts[part].numeric_totals[k];
    }
    total.achieved = gather(problem_.cells, layout_, total.cell_totals, total.numeric_totals);
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

  /// The dual objective.
  [[nodiscard]] double objective(std::span<const double> lambda) const {
    const std::size_t units = problem_.base.size();
    const std::vector<double> of_cell = scatter(problem_.cells, layout_, lambda);
    std::vector<double> parts(parts_, 0.0);
    core::parallel_for(control_, parts_, [&](std::size_t part) {
      if (!by_row_) {
        const std::size_t from = units * part / parts_;
        parts[part] = add_up(units * (part + 1) / parts_ - from, [&](std::size_t i) {
          const double base = problem_.base[from + i];
          return base > 0.0 ? base * problem_.link(of_cell[from + i]).integral : 0.0;
        });
        return;
      }
      const auto slopes = slopes_of(lambda);
      const std::size_t runs = rows_.runs().size();
      for (const RowsByCell::Run& run :
           rows_.runs().subspan(runs * part / parts_, runs * (part + 1) / parts_ - runs * part / parts_)) {
        parts[part] += add_up(run.end - run.begin, [&](std::size_t i) {
          double u = of_cell[run.cell];
          for (std::size_t k = 0; k < slopes.size(); ++k) u += slopes[k] * rows_.column(k)[run.begin + i];
          return rows_.base()[run.begin + i] * problem_.link(u).integral;
        });
      }
    });
    double total = 0.0;
    for (const double part : parts) total += part;
    for (std::size_t i = 0; i < targets_.size(); ++i) total -= targets_[i] * lambda[i];
    return total;
  }

  /// Throws for auxiliaries that depend on the others, except the one level of each further factor that must. Returns
  /// the diagonal of X'DX.
  [[nodiscard]] std::vector<double> require_independent(const State& first) const {
    // All units start with the same slope, so that the first curvature is that of the base weights times a number.
    double slope = 0.0;
    for (const double of_cell : first.moments.mass()) slope += of_cell;
    slope = mass_ > 0.0 ? slope / mass_ : 0.0;
    Moments moments = first.moments;
    if (slope > 0.0) {
      moments.scale(1.0 / slope);
    } else {
      Link plain;
      const CalibrationProblem unbounded{
          problem_.cells, problem_.targets, problem_.numeric, problem_.base, plain, 0, true};
      moments = CalibrationSolver(unbounded, control_).evaluate(std::vector<double>(layout_.size(), 0.0)).moments;
    }
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
        throw core::InvalidInput(
            "the auxiliaries are collinear: '" + problem_.numeric[k].name + "' follows from the others",
            {.column = problem_.numeric[k].name});
      }
    }
    return diagonal;
  }

  /// Units without weight get g(0), whatever their values.
  [[nodiscard]] LargeVector<double> ratios(std::span<const double> lambda) const {
    LargeVector<double> ratio;
    ratio.resize(problem_.base.size());
    const std::vector<double> of_cell = scatter(problem_.cells, layout_, lambda);
    const auto slopes = slopes_of(lambda);
    const auto fill = [&](auto cell_of, std::size_t from, std::size_t count, double* u) {
      for (std::size_t i = 0; i < count; ++i) u[i] = of_cell[cell_of(from + i)];
      for (std::size_t k = 0; k < slopes.size(); ++k) {
        const double* values = problem_.numeric[k].values.data() + from;
        const double centre = scaling_.centre[k];
        const double scale = scaling_.scale[k];
        const double slope = slopes[k];
        for (std::size_t i = 0; i < count; ++i) u[i] += slope * ((values[i] - centre) * scale);
      }
      const double* base = problem_.base.data() + from;
      for (std::size_t i = 0; i < count; ++i) u[i] = base[i] > 0.0 ? u[i] : 0.0;
    };
    core::parallel_for(control_, parts_, [&](std::size_t part) {
      std::array<double, RowsByCell::block> u;
      std::array<double, RowsByCell::block> slope;
      const std::size_t end = ratio.size() * (part + 1) / parts_;
      for (std::size_t from = ratio.size() * part / parts_; from < end; from += u.size()) {
        const std::size_t count = std::min(u.size(), end - from);
        if (by_row_) {
          problem_.cells.of_row.visit([&](auto of_row) {
            fill([of_row](std::size_t row) { return static_cast<std::size_t>(of_row[row]); }, from, count, u.data());
          });
        } else {
          fill([](std::size_t cell) { return cell; }, from, count, u.data());
        }
        problem_.link.apply(u.data(), count, ratio.data() + from, slope.data());
      }
    });
    return ratio;
  }

  const CalibrationProblem& problem_;
  const core::RunControl& control_;
  bool by_row_;
  Layout layout_;
  Scaling scaling_;
  RowsByCell rows_;
  std::size_t parts_ = 1;
  double mass_ = 0.0;
  std::vector<double> targets_;
  std::vector<double> numeric_scales_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
