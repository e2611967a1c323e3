// Margins that weights were not made to meet: their distance from known shares, against sampling noise.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/listening/detail/estimating.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>
#include <outweigh/listening/weighting_check.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Weights of rows, before and after, that add up to 1 each.
struct WeightPair {
  const Weights& weights;
  std::span<const double> before;
  std::span<const double> after;
  double before_sum = 0.0;
  double after_sum = 0.0;
};

[[nodiscard]] inline double sum_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

/// Shares of levels against known ones. `level_of(row)` is the level of a row of `pair`.
template <class LevelOf>
HeldOutMargin compare_shares(const Factor& factor, std::span<const double> known, const WeightPair& pair,
                             LevelOf level_of, double significance) {
  const std::size_t levels = known.size();
  const double count = static_cast<double>(levels);
  const double known_sum = sum_of(known);
  std::vector<double> off_before(levels);
  std::vector<double> off_after(levels);
  for (std::size_t row = 0; row < pair.before.size(); ++row) {
    off_before[level_of(row)] += pair.before[row] / pair.before_sum;
    off_after[level_of(row)] += pair.after[row] / pair.after_sum;
  }
  HeldOutMargin result;
  result.variable = factor.name;
  double middle_before = 0.0;
  double middle_after = 0.0;
  double squares_before = 0.0;
  double squares_after = 0.0;
  for (std::size_t l = 0; l < levels; ++l) {
    const double share = known[l] / known_sum;
    const double of_before = off_before[l];
    const double of_after = off_after[l];
    off_before[l] -= share;
    off_after[l] -= share;
    middle_before += off_before[l] * of_before;
    middle_after += off_after[l] * of_after;
    squares_before += off_before[l] * off_before[l];
    squares_after += off_after[l] * off_after[l];
    if (l == 0 || std::abs(off_after[l]) > std::abs(result.worst)) {
      result.worst = off_after[l];
      result.worst_level = factor.levels[l];
    }
  }
  result.before = std::sqrt(squares_before / count);
  result.after = std::sqrt(squares_after / count);

  // Sampling error of each share, and of the change in the squared distance.
  std::vector<double> scores(pair.before.size());
  const auto noise = [&](std::span<const double> values, double sum, std::span<const double> off) {
    double variance = 0.0;
    for (std::size_t l = 0; l < levels; ++l) {
      const double share = off[l] + known[l] / known_sum;
      for (std::size_t row = 0; row < scores.size(); ++row) {
        scores[row] = values[row] / sum * ((level_of(row) == l ? 1.0 : 0.0) - share);
      }
      variance += std::max(0.0, design_variance(pair.weights.design(), scores));
    }
    return variance;
  };
  const double noise_after = noise(pair.after, pair.after_sum, off_after);
  const double noise_before = noise(pair.before, pair.before_sum, off_before);
  result.chance = std::sqrt(noise_after / count);
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::size_t l = level_of(row);
    scores[row] = 2.0 * (pair.before[row] / pair.before_sum * (off_before[l] - middle_before) -
                         pair.after[row] / pair.after_sum * (off_after[l] - middle_after));
  }
  const double drop = squares_before - squares_after;
  const double drop_se = std::sqrt(std::max(0.0, design_variance(pair.weights.design(), scores)));
  // A squared distance of no bias is about a chi-squared with levels - 1 degrees, times the mean noise of one.
  const double degrees = std::max(1.0, count - 1.0);
  const double limit = stats::chi_squared_quantile(1.0 - significance, degrees) / degrees;
  const double z = stats::normal_two_sided(significance);
  const bool near_before = squares_before <= limit * noise_before;
  const bool near_after = squares_after <= limit * noise_after;
  if (near_before && near_after) {
    result.movement = MarginMovement::near;
  } else if (drop > z * drop_se && drop > 0.0) {
    result.movement = MarginMovement::closer;
  } else if (-drop > z * drop_se && drop < 0.0) {
    result.movement = MarginMovement::further;
  }
  result.failed = result.movement == MarginMovement::further && !near_after;
  return result;
}

/// Each margin of a raking or calibration left out in turn.
inline void leave_margins_out(const Adjustment& adjustment, const WeightPair& pair, double significance,
                              std::vector<HeldOutMargin>& checks) {
  const Cells& cells = adjustment.cells;
  const bool several =
      adjustment.recipe.kind == Recipe::Kind::rake || adjustment.recipe.kind == Recipe::Kind::calibrate;
  if (!several || cells.factors.size() < 2) return;
  std::vector<double> mass(cells.count, 0.0);
  for (std::size_t row = 0; row < pair.before.size(); ++row) mass[cells.of_row[row]] += pair.before[row];
  std::vector<double> after(pair.before.size());
  for (std::size_t out = 0; out < cells.factors.size(); ++out) {
    Cells kept;
    Targets targets;
    kept.count = cells.count;
    targets.total = adjustment.recipe.targets.total;
    for (std::size_t v = 0; v < cells.factors.size(); ++v) {
      if (v == out) continue;
      kept.factors.push_back(cells.factors[v]);
      kept.level.push_back(cells.level[v]);
      targets.of_level.push_back(adjustment.recipe.targets.of_level[v]);
    }
    try {
      const CellFit fit = rake_cells(kept, targets, mass, Link{Distance::raking, 0.0}, 1.0, 1000, {});
      for (std::size_t row = 0; row < after.size(); ++row) after[row] = pair.before[row] * fit.ratio[cells.of_row[row]];
      const WeightPair others{pair.weights, pair.before, after, pair.before_sum, sum_of(after)};
      const std::vector<std::uint32_t>& level = cells.level[out];
      checks.push_back(compare_shares(
          cells.factors[out], adjustment.recipe.targets.of_level[out], others,
          [&](std::size_t row) { return level[cells.of_row[row]]; }, significance));
    } catch (const core::Infeasible&) {
      // The other margins alone cannot be met; there is nothing to compare.
    }
  }
}

/// A margin that the caller holds out, matched to the sample.
struct GivenMargin {
  Cells cells;
  std::vector<double> known;
  bool failed = false;
};

/// Further move of the mean if the weights met the held-out margin too: the outcome's residuals from the auxiliaries,
/// regressed on its levels. The outcome itself where the margin went further off: its totals then contradict those of
/// the weights, and residuals may leave nothing of it.
inline void ask_held_out(const Weights& weights, std::span<const double> outcome, std::span<const double> residual,
                         std::span<const GivenMargin> given, OutcomeCheck& result) {
  const auto w = weights.values();
  const double total = weights.total();
  double greatest = -1.0;
  for (const GivenMargin& margin : given) {
    const std::size_t levels = margin.known.size();
    const std::span<const double> values = margin.failed ? outcome : residual;
    std::vector<double> mass(levels, 0.0);
    std::vector<double> mean(levels, 0.0);
    for (std::size_t row = 0; row < w.size(); ++row) {
      mass[margin.cells.of_row[row]] += w[row];
      mean[margin.cells.of_row[row]] += w[row] * values[row];
    }
    const double known_sum = sum_of(margin.known);
    double asked = 0.0;
    double now = 0.0;
    for (std::size_t l = 0; l < levels; ++l) {
      mean[l] = mass[l] > 0.0 ? mean[l] / mass[l] : 0.0;
      asked += (margin.known[l] / known_sum - mass[l] / total) * mean[l];
      now += mass[l] / total * mean[l];
    }
    std::vector<double> scores(w.size());
    for (std::size_t row = 0; row < w.size(); ++row) {
      const std::uint32_t l = margin.cells.of_row[row];
      // Of the shares, and of the levels' means where they are asked to count for more or less.
      const double factor = mass[l] > 0.0 ? margin.known[l] / known_sum / (mass[l] / total) - 1.0 : 0.0;
      scores[row] = w[row] / total * (factor * (values[row] - mean[l]) - (mean[l] - now));
    }
    const double se = std::sqrt(std::max(0.0, design_variance(weights.design(), scores)));
    const double size = se > 0.0 ? std::abs(asked) / se : 0.0;
    if (size <= greatest) continue;
    greatest = size;
    result.held_out_shift = asked;
    result.held_out_shift_se = se;
    result.held_out_variable = margin.cells.factors[0].name;
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
