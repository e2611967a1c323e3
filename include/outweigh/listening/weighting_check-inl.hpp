#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/estimating.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>
#include <outweigh/listening/weighting_check.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// Significant digits, with a point whatever the locale.
inline std::string in_words(double value, int digits = 4) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
  std::string text = buffer;
  std::replace(text.begin(), text.end(), ',', '.');
  return text;
}
inline std::string in_percent(double share) { return in_words(100.0 * share, 2) + " %"; }

/// Shares of levels against known ones.
inline HeldOutMargin compare_shares(const Factor& factor, std::span<const double> known, std::span<const double> before,
                                    std::span<const double> after, double effective_size) {
  const auto sum = [](std::span<const double> values) {
    double total = 0.0;
    for (const double value : values) total += value;
    return total;
  };
  const double known_sum = sum(known);
  const double before_sum = sum(before);
  const double after_sum = sum(after);
  HeldOutMargin result;
  result.variable = factor.name;
  bool beyond_chance = false;
  for (std::size_t l = 0; l < known.size(); ++l) {
    const double share = known[l] / known_sum;
    const double off_before = before[l] / before_sum - share;
    const double off_after = after[l] / after_sum - share;
    result.before += off_before * off_before / static_cast<double>(known.size());
    result.after += off_after * off_after / static_cast<double>(known.size());
    if (std::abs(off_after) > std::abs(result.worst) || l == 0) {
      result.worst = off_after;
      result.worst_level = factor.levels[l];
    }
    beyond_chance = beyond_chance || std::abs(off_after) > 2.0 * std::sqrt(share * (1.0 - share) / std::max(1.0, effective_size));
  }
  result.before = std::sqrt(result.before);
  result.after = std::sqrt(result.after);
  result.failed = result.after > result.before && beyond_chance;
  return result;
}

/// Each margin of a raking or calibration left out in turn.
inline void leave_margins_out(const Adjustment& adjustment, std::span<const double> base, double effective_size,
                              std::vector<HeldOutMargin>& checks) {
  const Cells& cells = adjustment.cells;
  const bool several = adjustment.recipe.kind == Recipe::Kind::rake || adjustment.recipe.kind == Recipe::Kind::calibrate;
  if (!several || cells.factors.size() < 2) return;
  std::vector<double> mass(cells.count, 0.0);
  for (std::size_t row = 0; row < base.size(); ++row) mass[cells.of_row[row]] += base[row];
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
      std::vector<double> fitted(mass);
      for (std::size_t cell = 0; cell < cells.count; ++cell) fitted[cell] *= fit.ratio[cell];
      checks.push_back(compare_shares(cells.factors[out], adjustment.recipe.targets.of_level[out],
                                      sums_of_levels(cells, mass)[out], sums_of_levels(cells, fitted)[out], effective_size));
    } catch (const core::Infeasible&) {
      // The other margins alone cannot be met; there is nothing to compare.
    }
  }
}

inline std::size_t auxiliaries(const Weights& weights) {
  std::size_t count = 1;
  for (const auto& adjustment : weights.adjustments()) {
    for (const Factor& factor : adjustment->cells.factors) count += factor.levels.size() - 1;
    count += adjustment->numeric.size();
  }
  return count;
}

struct Before {
  Weights weights;
  double sum = 0.0;
};

inline OutcomeCheck check_outcome(const Weights& weights, const Before& base, const Outcome& outcome, bool held_out_failed,
                                  const std::string& held_out_words, const WeightingCheckOptions& options) {
  require_outcome(weights, outcome.values, "outcome");
  const auto y = outcome.values;
  const std::size_t rows = y.size();
  OutcomeCheck result;
  result.outcome = outcome.name;
  result.before = estimate_mean(base.weights, y);
  result.after = estimate_mean(weights, y);
  if (result.before.status == core::Status::undefined || result.after.status == core::Status::undefined) {
    result.reason = "there are no weights to make an estimate with";
    return result;
  }
  result.shift = result.after.estimate - result.before.estimate;
  const auto d = base.weights.values();
  const auto w = weights.values();
  const double total = weights.total();

  std::vector<double> residual(y.begin(), y.end());
  for (double& value : residual) value -= result.before.estimate;
  for (auto step = weights.adjustments().rbegin(); step != weights.adjustments().rend(); ++step) (*step)->residualize(residual);
  double unexplained = 0.0;
  double spread = 0.0;
  double residual_mean = 0.0;
  double proxy_before = 0.0;
  double proxy_after = 0.0;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (std::size_t row = 0; row < rows; ++row) residual_mean += d[row] * residual[row] / base.sum;
  for (std::size_t row = 0; row < rows; ++row) {
    const double away = y[row] - result.before.estimate;
    spread += d[row] * away * away;
    unexplained += d[row] * (residual[row] - residual_mean) * (residual[row] - residual_mean);
    proxy_before += d[row] * (y[row] - residual[row]) / base.sum;
    proxy_after += w[row] * (y[row] - residual[row]) / total;
    if (d[row] > 0.0) {
      least = std::min(least, y[row]);
      most = std::max(most, y[row]);
    }
  }
  const double n = static_cast<double>(result.before.rows);
  const double p = static_cast<double>(auxiliaries(weights));
  const double raw = spread > 0.0 ? std::clamp(1.0 - unexplained / spread, 0.0, 1.0) : 0.0;
  result.explained = n > p ? std::clamp(1.0 - (1.0 - raw) * (n - 1.0) / (n - p), 0.0, 1.0) : 0.0;

  // The shift's own standard error: both means are of the same rows.
  std::vector<double> after_scores(rows);
  for (std::size_t row = 0; row < rows; ++row) after_scores[row] = (y[row] - result.after.estimate) / total;
  for (auto step = weights.adjustments().rbegin(); step != weights.adjustments().rend(); ++step) {
    if ((*step)->for_variance) (*step)->residualize(after_scores);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    after_scores[row] = after_scores[row] * w[row] - (y[row] - result.before.estimate) * d[row] / base.sum;
  }
  result.shift_se = std::sqrt(std::max(0.0, design_variance(weights.design(), after_scores)));

  const double lowest = std::min(least, outcome.least.value_or(least));
  const double highest = std::max(most, outcome.most.value_or(most));
  const double moved = proxy_after - proxy_before;
  const double heard = total > n * (1.0 + 1e-9) ? n / total : 0.0;
  double mean = 0.0;
  for (std::size_t row = 0; row < rows; ++row) mean += d[row] > 0.0 ? y[row] / n : 0.0;
  result.bound_lower = heard * mean + (1.0 - heard) * lowest;
  result.bound_upper = heard * mean + (1.0 - heard) * highest;
  double far = result.before.estimate + moved;
  if (std::abs(moved) > 1e-12 * std::sqrt(spread / base.sum)) {
    far = raw > 1e-12 ? result.before.estimate + moved / raw : (moved > 0.0 ? highest : lowest);
  }
  far = std::clamp(far, lowest, highest);
  result.band_lower = std::min({result.after.estimate, result.before.estimate + moved, far});
  result.band_upper = std::max({result.after.estimate, result.before.estimate + moved, far});

  const core::Interval interval = result.after.interval(options.level);
  const double half = 0.5 * interval.width();
  const double beyond = std::max(result.after.estimate - result.band_lower, result.band_upper - result.after.estimate);
  const std::string change = "it moved from " + in_words(result.before.estimate) + " to " + in_words(result.after.estimate);
  const std::string explains = "the totals explain " + in_percent(result.explained) + " of " +
                               (outcome.name.empty() ? std::string("the outcome") : "'" + outcome.name + "'");
  result.verdict = WeightingVerdict::not_to_be_trusted;
  if (weights.adjustments().empty()) {
    result.reason = "the weights were not made to meet any totals, so that nothing shows what they correct";
  } else if (result.after.effective_size < options.least_rows) {
    result.reason = "the weights leave what " + in_words(result.after.effective_size) +
                    " equally weighted rows would tell; " + change;
  } else if (spread == 0.0) {
    result.reason = "all rows have the same value, which says nothing about those who were not heard";
  } else if (result.explained < options.least_explained) {
    result.reason = explains + ": weights cannot correct what the totals do not explain, and a bias of who was heard may be left in it whole; " + change;
  } else if (held_out_failed) {
    result.reason = "the weights move away from totals that are known but were held out; " + change;
  } else if (beyond > 2.0 * half && result.explained < options.well_explained) {
    result.reason = explains + " only; if being heard depends on the outcome itself it may lie anywhere from " +
                    in_words(result.band_lower) + " to " + in_words(result.band_upper) + ", far beyond its interval; " + change;
  } else if (std::abs(result.shift) < 0.5 * result.after.se || std::abs(result.shift) < 1.645 * result.shift_se) {
    result.verdict = WeightingVerdict::barely_changed;
    result.reason = explains + ", and the sample is not off in a way that matters for it: " + change + " (standard error " +
                    in_words(result.after.se) + ")";
  } else {
    result.verdict = WeightingVerdict::corrected;
    result.reason = explains + ", and " + change + " (standard error " + in_words(result.after.se) + ")";
  }
  if (!held_out_words.empty()) result.reason += "; " + held_out_words;
  return result;
}

}  // namespace detail

OUTWEIGH_INLINE WeightingCheck does_weighting_help(const Weights& weights, std::span<const Outcome> outcomes,
                                                   std::span<const Margin> held_out,
                                                   const WeightingCheckOptions& options) {
  detail::require_probability_of(0.5, options.level);
  WeightingCheck check;
  check.effective_sample_size = weights.effective_sample_size();
  check.design_effect = weights.design_effect();
  check.level = options.level;
  const std::vector<double>& given = weights.design().weights();
  const std::vector<double> base_values = given.empty() ? std::vector<double>(weights.size(), 1.0) : given;
  detail::Before base{Weights(weights.shared_design(), base_values, {}, {}), 0.0};
  base.sum = base.weights.total();

  for (const auto& adjustment : weights.adjustments()) {
    detail::leave_margins_out(*adjustment, base_values, check.effective_sample_size, check.held_out);
  }
  bool failed = false;
  std::string words;
  const auto tell = [&words](const HeldOutMargin& margin, const std::string& how) {
    if (!words.empty()) words += "; ";
    words += how + " '" + margin.variable + "' " + (margin.after < margin.before ? "came closer: " : "did not come closer: ") +
             "its shares are off by " + detail::in_percent(margin.before) + " before and " +
             detail::in_percent(margin.after) + " after";
  };
  for (const HeldOutMargin& margin : check.held_out) tell(margin, "left out of the weights,");
  for (const Margin& margin : held_out) {
    const detail::Cells cells = detail::make_cells(std::span<const Categorical>(&margin.variable, 1), weights.size());
    std::vector<double> before(cells.count, 0.0);
    std::vector<double> after(cells.count, 0.0);
    std::vector<double> rows(cells.count, 0.0);
    for (std::size_t row = 0; row < weights.size(); ++row) {
      const std::uint32_t cell = cells.of_row[row];
      before[cell] += base_values[row];
      after[cell] += weights.values()[row];
      rows[cell] += 1.0;
    }
    const detail::Targets targets =
        detail::match_targets(std::span<const Margin>(&margin, 1), detail::sums_of_levels(cells, rows),
                              detail::sums_of_levels(cells, rows));
    HeldOutMargin result =
        detail::compare_shares(cells.factors[0], targets.of_level[0], detail::sums_of_levels(cells, before)[0],
                               detail::sums_of_levels(cells, after)[0], check.effective_sample_size);
    result.given = true;
    failed = failed || result.failed;
    tell(result, "held out,");
    check.held_out.push_back(std::move(result));
  }
  for (const Outcome& outcome : outcomes) {
    check.outcomes.push_back(detail::check_outcome(weights, base, outcome, failed, words, options));
  }
  return check;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
