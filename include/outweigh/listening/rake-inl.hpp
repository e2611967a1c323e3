#pragma once

#include <cmath>
#include <string>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>
#include <outweigh/listening/rake.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

inline Weights rake_from(const Base& base, std::span<const Margin> margins, const RakeOptions& options) {
  const WeightBounds bounds = options.bounds;
  if (!(bounds.lower >= 0.0 && bounds.lower < bounds.upper)) {
    throw core::InvalidInput(
        "bounds must satisfy 0 <= lower < upper",
        {.column = "bounds",
         .value = core::detail::number_text(bounds.lower) + ", " + core::detail::number_text(bounds.upper)});
  }
  if (margins.empty()) throw core::InvalidInput("raking needs at least one margin");
  const std::size_t rows = sample_rows(margins, {}, base);
  auto [cells, sums] = group_rows(variables_of(margins), base, rows, options.control);
  const Targets targets = match_targets(margins, sums_of_levels(cells, sums.mass), sums_of_levels(cells, sums.rows));
  Recipe recipe{Recipe::Kind::rake, {}, {}, Link{Distance::raking, bounds.lower, bounds.upper}};
  recipe.unit = base.values.empty() ? targets.total / static_cast<double>(rows) : 1.0;
  recipe.max_iterations = options.max_iterations;
  CellFit fit = rake_cells(cells, targets, sums.mass, recipe.link, recipe.unit, recipe.max_iterations, options.control);
  recipe.targets = targets;
  LargeVector<double> values = spread(cells, base, fit.ratio, options.control);
  // Errors are those of survey::rake of R; within bounds, where that has none, those of survey::calibrate.
  const bool bounded = bounds.lower > 0.0 || std::isfinite(bounds.upper);
  Adjustment adjustment{std::move(cells), {}, {}, {}, "rake", 10, std::move(recipe)};
  if (bounded) {
    adjustment.sweeps = 0;
    adjustment.row_weights.assign(base.values.begin(), base.values.end());
  }
  return finish(base, std::move(values), std::move(adjustment), std::move(fit.convergence));
}

}  // namespace detail

OUTWEIGH_INLINE Weights rake(const Weights& base, std::span<const Margin> margins, const RakeOptions& options) {
  return detail::rake_from(detail::base_of(base), margins, options);
}

OUTWEIGH_INLINE Weights rake(Design design, std::span<const Margin> margins, const RakeOptions& options) {
  return detail::rake_from(detail::base_of(std::move(design)), margins, options);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
