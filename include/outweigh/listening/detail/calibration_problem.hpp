// What a calibration is asked, how far it is met, and totals that no weights within the bounds can meet.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/calibration_link.hpp>
#include <outweigh/listening/detail/cells.hpp>
#include <outweigh/listening/detail/targets.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

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
  LargeVector<double> ratio;  ///< of each unit: new weight over base weight
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

[[nodiscard]] inline std::string few_digits(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

[[noreturn]] inline void throw_not_met(const Convergence& worst, const char* why) {
  std::string message = "the totals cannot be met" + std::string(why) + ": after " +
                        core::detail::counted(worst.iterations, "iteration") + " '" + worst.worst_margin + "'";
  if (!worst.worst_level.empty()) message += " at level '" + worst.worst_level + "'";
  message += " is still off by " + few_digits(100.0 * worst.residual) + " %";
  throw core::Infeasible(message, {.column = worst.worst_margin, .value = worst.worst_level});
}

/// Sums of the units as they are before any change.
struct UnitSums {
  std::vector<double> cell_mass;
  struct Column {
    double least = std::numeric_limits<double>::infinity();  ///< among units with weight
    double most = -std::numeric_limits<double>::infinity();
    double sum = 0.0;
    double absolute = 0.0;
  };
  std::vector<Column> columns;
};

/// Throws for bounds that a single level or numeric column already breaks.
inline void require_reachable(const CalibrationProblem& problem, const UnitSums& sums) {
  const Cells& cells = problem.cells;
  const Link& link = problem.link;
  for (std::size_t v = 0; v < cells.factors.size(); ++v) {
    std::vector<double> mass(cells.factors[v].levels.size(), 0.0);
    for (std::size_t cell = 0; cell < cells.count; ++cell) mass[cells.level[v][cell]] += sums.cell_mass[cell];
    for (std::size_t l = 0; l < mass.size(); ++l) {
      const double target = problem.targets.of_level[v][l];
      if (mass[l] == 0.0) continue;
      const double ratio = target / mass[l];
      if (ratio < link.lower - 1e-12 || ratio > link.upper + 1e-12) {
        throw core::Infeasible("the bounds are too tight: the weights of '" + cells.factors[v].name + "' at level '" +
                                   cells.factors[v].levels[l] + "' must change by a factor of " + few_digits(ratio),
                               {.column = cells.factors[v].name, .value = cells.factors[v].levels[l]});
      }
    }
  }
  const bool positive = link.distance == Distance::raking || link.lower >= 0.0;
  if (cells.factors.empty() || !positive) return;
  for (std::size_t k = 0; k < problem.numeric.size(); ++k) {
    const NumericTotal& column = problem.numeric[k];
    const double least = sums.columns[k].least;
    const double most = sums.columns[k].most;
    const double mean = column.total / problem.targets.total;
    const double slack = 1e-9 * std::max(std::abs(least), std::abs(most));
    if (mean < least - slack || mean > most + slack) {
      throw core::Infeasible("the total of '" + column.name + "' asks for a mean of " + few_digits(mean) +
                                 ", outside of the sample's values",
                             {.column = column.name, .value = core::detail::number_text(column.total)});
    }
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
