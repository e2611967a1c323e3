#pragma once

#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/calibration_kernel.hpp>
#include <outweigh/listening/poststratify.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

inline Weights poststratify_from(const Base& base, const Margin& margin, const core::RunControl& control) {
  const std::span<const Margin> margins(&margin, 1);
  const std::size_t rows = sample_rows(margins, {}, base);
  Cells cells = make_cells(std::span<const Categorical>(&margin.variable, 1), rows, control);
  const CellSums sums = sum_by_cell(cells, base, control);
  const Targets targets = match_targets(margins, sums_of_levels(cells, sums.mass), sums_of_levels(cells, sums.rows));
  std::vector<double> ratio(cells.count, 0.0);
  std::vector<double> achieved(cells.count, 0.0);
  for (std::size_t cell = 0; cell < cells.count; ++cell) {
    if (sums.mass[cell] > 0.0) ratio[cell] = targets.of_level[0][cells.level[0][cell]] / sums.mass[cell];
    achieved[cell] = ratio[cell] * sums.mass[cell];
  }
  Convergence convergence = worst_residual(cells, targets, achieved);
  convergence.iterations = 1;
  std::vector<double> values = spread(cells, base, ratio, control);
  Adjustment adjustment{std::move(cells), {}, {}, {base.values.begin(), base.values.end()}, "poststratify", 0};
  return finish(base, std::move(values), std::move(adjustment), std::move(convergence));
}

}  // namespace detail

OUTWEIGH_INLINE Weights poststratify(const Weights& base, const Margin& margin, const core::RunControl& control) {
  return detail::poststratify_from(detail::base_of(base), margin, control);
}

OUTWEIGH_INLINE Weights poststratify(Design design, const Margin& margin, const core::RunControl& control) {
  return detail::poststratify_from(detail::base_of(std::move(design)), margin, control);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
