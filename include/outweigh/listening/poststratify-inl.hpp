#pragma once

#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>
#include <outweigh/listening/poststratify.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

inline Weights poststratify_from(const Base& base, const Margin& margin, const core::RunControl& control) {
  const std::span<const Margin> margins(&margin, 1);
  const std::size_t rows = sample_rows(margins, {}, base);
  auto [cells, sums] = group_rows(std::span<const Categorical>(&margin.variable, 1), base, rows, control);
  const Targets targets = match_targets(margins, sums_of_levels(cells, sums.mass), sums_of_levels(cells, sums.rows));
  CellFit fit = poststratify_cells(cells, targets, sums.mass);
  LargeVector<double> values = spread(cells, base, fit.ratio, control);
  Recipe recipe{Recipe::Kind::poststratify, targets};
  Adjustment adjustment{std::move(cells), {}, {}, {base.values.begin(), base.values.end()}, "poststratify", 0,
                        std::move(recipe)};
  return finish(base, std::move(values), std::move(adjustment), std::move(fit.convergence));
}

}  // namespace detail

OUTWEIGH_INLINE Weights poststratify(const Weights& base, const Margin& margin, const core::RunControl& control) {
  return detail::poststratify_from(detail::base_of(base), margin, control);
}

OUTWEIGH_INLINE Weights poststratify(Design design, const Margin& margin, const core::RunControl& control) {
  return detail::poststratify_from(detail::base_of(std::move(design)), margin, control);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
