#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_set>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

inline void require_numeric(std::span<const NumericTotal> numeric) {
  std::unordered_set<std::string_view> names;
  for (const NumericTotal& column : numeric) {
    if (!names.insert(column.name).second) {
      throw core::InvalidInput("the total of '" + column.name + "' is given twice", {.column = column.name});
    }
    if (!(std::abs(column.total) <= 1e300)) {
      throw core::InvalidInput("the total of '" + column.name + "' must be finite",
                               {.column = column.name, .value = core::detail::number_text(column.total)});
    }
    std::uint64_t known = 0;
    for (const double value : column.values) known += static_cast<std::uint64_t>(std::abs(value) <= 1e150);
    for (std::size_t row = 0; known != column.values.size() && row < column.values.size(); ++row) {
      if (!(std::abs(column.values[row]) <= 1e150)) {
        throw core::InvalidInput(
            "a value of '" + column.name + "' is unknown or not finite",
            {.column = column.name, .row = row, .value = core::detail::number_text(column.values[row])});
      }
    }
  }
}

inline Link link_of(const CalibrateOptions& options) {
  Link link{Distance::linear, options.lower, options.upper};
  const bool ordered = options.lower < options.upper;
  const bool logit = options.method == CalibrationMethod::logit;
  const bool around_one =
      options.lower < 1.0 && options.upper > 1.0 && std::isfinite(options.lower) && std::isfinite(options.upper);
  if (!ordered || (logit && !around_one)) {
    throw core::InvalidInput(
        logit ? "logit calibration needs finite bounds with lower < 1 < upper" : "bounds must satisfy lower < upper",
        {.column = "bounds",
         .value = core::detail::number_text(options.lower) + ", " + core::detail::number_text(options.upper)});
  }
  if (options.method == CalibrationMethod::raking) {
    if (options.upper <= 0.0) {
      throw core::InvalidInput("raking never makes weights negative; the upper bound must be positive",
                               {.column = "bounds", .value = core::detail::number_text(options.upper)});
    }
    link.distance = Distance::raking;
    link.lower = std::max(0.0, options.lower);
  } else if (logit) {
    link.distance = Distance::logit;
  }
  return link;
}

inline Weights calibrate_from(const Base& base, std::span<const Margin> margins, std::span<const NumericTotal> numeric,
                              const CalibrateOptions& options) {
  const Link link = link_of(options);
  const std::size_t rows = sample_rows(margins, numeric, base);
  require_numeric(numeric);
  auto [cells, sums] = group_rows(variables_of(margins), base, rows, options.control);
  const Targets targets = match_targets(margins, sums_of_levels(cells, sums.mass), sums_of_levels(cells, sums.rows));
  for (const Margin& margin : margins) {
    for (const NumericTotal& column : numeric) {
      if (margin.variable.name == column.name) {
        throw core::InvalidInput("'" + column.name + "' has totals by level and as a number", {.column = column.name});
      }
    }
  }
  Recipe recipe{Recipe::Kind::calibrate, {}, {}, link};
  recipe.unit = base.values.empty() && targets.total > 0.0 ? targets.total / static_cast<double>(rows) : 1.0;
  recipe.max_iterations = options.max_iterations;
  LargeVector<double> values;
  Convergence convergence;
  if (numeric.empty()) {
    CellFit fit =
        calibrate_cells(cells, targets, sums.mass, link, recipe.unit, options.max_iterations, options.control);
    values = spread(cells, base, fit.ratio, options.control);
    convergence = std::move(fit.convergence);
  } else {
    const LargeVector<double> alike(base.values.empty() ? rows : 0, recipe.unit);
    CalibrationFit fit = calibrate_rows(cells, targets, numeric, base.values.empty() ? std::span(alike) : base.values,
                                        link, options.max_iterations, options.control);
    values = std::move(fit.ratio);
    convergence = std::move(fit.convergence);
  }
  recipe.targets = targets;
  Adjustment adjustment{std::move(cells), {}, {}, {base.values.begin(), base.values.end()}, "calibrate", 0, {}};
  for (const NumericTotal& column : numeric) {
    adjustment.numeric_names.push_back(column.name);
    adjustment.numeric.emplace_back(column.values.begin(), column.values.end());
    recipe.numeric_totals.push_back(column.total);
  }
  adjustment.recipe = std::move(recipe);
  return finish(base, std::move(values), std::move(adjustment), std::move(convergence));
}

}  // namespace detail

OUTWEIGH_INLINE Weights calibrate(const Weights& base, std::span<const Margin> margins,
                                  std::span<const NumericTotal> numeric, const CalibrateOptions& options) {
  return detail::calibrate_from(detail::base_of(base), margins, numeric, options);
}

OUTWEIGH_INLINE Weights calibrate(Design design, std::span<const Margin> margins, std::span<const NumericTotal> numeric,
                                  const CalibrateOptions& options) {
  return detail::calibrate_from(detail::base_of(std::move(design)), margins, numeric, options);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
