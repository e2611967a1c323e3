#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/base_weights.hpp>
#include <outweigh/listening/detail/estimating.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>
#include <outweigh/listening/detail/held_out.hpp>
#include <outweigh/listening/weighting_check.hpp>
#include <outweigh/stats/distributions.hpp>

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

inline std::size_t auxiliaries(const Weights& weights) {
  std::size_t count = 0;
  for (const auto& adjustment : weights.adjustments()) {
    for (const Factor& factor : adjustment->cells.factors) count += factor.levels.size() - 1;
    count += adjustment->numeric.size();
  }
  return count;
}

/// What is known before any outcome is looked at.
struct CheckBasis {
  Weights base;
  double base_sum = 0.0;
  double units = 0.0;             ///< equally weighted rows, or clusters where these are fewer
  double auxiliaries = 0.0;       ///< free ones
  std::vector<double> hearing{};  ///< by row: change of weight as far as it is linear in the auxiliaries; mean 0
  double hearing_variance = 0.0;  ///< D' S^-1 D of the auxiliaries' deviations D from the population's means
  std::vector<GivenMargin> given{};
  std::string held_out_words{};
};

/// Takes out what the auxiliaries of an adjustment explain, with its own base weights.
inline void take_out(const CheckBasis& basis, const Adjustment& adjustment, std::span<double> values) {
  adjustment.regress(values, adjustment.row_weights.empty() ? basis.base.values() : adjustment.row_weights);
}
inline void residualize_by_all(const CheckBasis& basis, const Weights& weights, std::span<double> values) {
  for (auto step = weights.adjustments().rbegin(); step != weights.adjustments().rend(); ++step)
    take_out(basis, **step, values);
}

/// With base weights the mean of (hearing * auxiliaries) is D, so that its regression on them has the coefficients S^-1
/// D.
inline void add_hearing(CheckBasis& basis, const Weights& weights) {
  const auto d = basis.base.values();
  const auto w = weights.values();
  const double total = weights.total();
  basis.hearing.assign(d.size(), 0.0);
  if (!(total > 0.0) || !(basis.base_sum > 0.0)) return;
  std::vector<double> change(d.size(), 0.0);
  for (std::size_t row = 0; row < d.size(); ++row) {
    if (d[row] > 0.0) change[row] = w[row] / d[row] * basis.base_sum / total - 1.0;
  }
  std::vector<double> rest(change);
  residualize_by_all(basis, weights, rest);
  double mean = 0.0;
  for (std::size_t row = 0; row < d.size(); ++row) {
    basis.hearing[row] = change[row] - rest[row];
    mean += d[row] * basis.hearing[row] / basis.base_sum;
  }
  for (std::size_t row = 0; row < d.size(); ++row) {
    basis.hearing[row] -= mean;
    basis.hearing_variance += d[row] / basis.base_sum * basis.hearing[row] * basis.hearing[row];
  }
}

/// Chance of imbalances as little along the covariance with the outcome if being heard depended on the outcome alone.
/// The deviations have sampling variance S / n and the covariances S s^2 / n, s^2 the residual variance; the statistic
/// is n times the least distance from proportionality, which is the lesser root of a 2 x 2 matrix.
inline double outcome_alone(const CheckBasis& basis, double shared, double proxy_variance, double residual_variance) {
  const double degrees = basis.auxiliaries - 1.0;
  if (degrees < 1.0 || !(residual_variance > 0.0)) return 1.0;
  const double a = basis.hearing_variance;
  const double b = shared / std::sqrt(residual_variance);
  const double c = proxy_variance / residual_variance;
  const double half = 0.5 * (a + c);
  const double greater = half + std::sqrt(0.25 * (a - c) * (a - c) + b * b);
  if (!(greater > 0.0)) return 1.0;
  const double lesser = std::max(0.0, (a * c - b * b) / greater);
  return stats::chi_squared(basis.units * lesser, degrees).upper;
}

inline void judge(const Weights& weights, const CheckBasis& basis, const std::string& name, double spread,
                  const WeightingCheckOptions& options, OutcomeCheck& result) {
  const std::string change = "it moved from " + in_words(result.before.estimate) + " to " +
                             in_words(result.after.estimate) + " (standard error " +
                             (std::isfinite(result.after.se) ? in_words(result.after.se) : "unknown") + ")";
  const std::string interval = in_percent(result.explained_lower) + " to " + in_percent(result.explained_upper);
  const std::string explains =
      "the totals explain " + in_percent(result.explained) + " of " + name + " (" + interval + ")";
  const double z = stats::normal_two_sided(options.significance);
  const bool beyond_noise = std::abs(result.shift) > z * result.shift_se;
  const bool material = std::abs(result.shift) >= options.material * result.after.se;
  const bool moved = beyond_noise && material;
  const bool asked = std::abs(result.held_out_shift) > z * result.held_out_shift_se &&
                     std::abs(result.held_out_shift) >= options.material * result.after.se;
  const bool well = result.explained >= options.well_explained;
  const bool driven = result.outcome_alone_p < options.significance;
  const std::string anywhere =
      "if being heard depends on the outcome itself, and on the totals only by what they tell of it, it may lie "
      "anywhere "
      "from " +
      in_words(result.band_lower) + " to " + in_words(result.band_upper) + " (" + in_percent(options.level) +
      "); otherwise nothing but the possible values bounds it";

  result.verdict = WeightingVerdict::not_to_be_trusted;
  if (weights.adjustments().empty()) {
    result.reason = "the weights were not made to meet any totals, so that nothing shows what they correct";
  } else if (result.after.effective_size < options.least_rows) {
    result.reason = "the weights leave what " + in_words(result.after.effective_size) +
                    " equally weighted rows would tell; " + change;
  } else if (spread == 0.0) {
    result.reason = "all rows have the same value, which says nothing about those who were not heard";
  } else if (result.explained_p > options.significance) {
    result.reason =
        "the totals explain nothing of " + name + " that could be told from chance (at most " +
        in_percent(result.explained_upper) +
        "): weights cannot correct what they do not explain, and a bias of who was heard may be left in it whole; " +
        change;
  } else if (asked) {
    result.reason = "the known totals of '" + result.held_out_variable +
                    "' that were held out ask for a further move of " + in_words(result.held_out_shift) +
                    " (standard error " + in_words(result.held_out_shift_se) +
                    "): the weights leave out a reason for being heard that matters for it; " + change;
  } else if (moved && !(result.gain > 0.0)) {
    result.reason = explains + ", but the weights add more noise than they take out bias; " + change;
  } else if (!well && !driven) {
    result.reason =
        explains + " only, and who was heard could as well depend on the outcome itself: " + anywhere + "; " + change;
  } else if (material && !beyond_noise && !well) {
    result.reason = explains + " only, and how far it moved cannot be told from noise (standard error of the move " +
                    in_words(result.shift_se, 2) + "); " + change;
  } else if (!moved) {
    result.verdict = WeightingVerdict::barely_changed;
    result.reason =
        explains + ", and as far as they tell the sample is not off in a way that matters for it; " + change;
  } else {
    result.verdict = WeightingVerdict::corrected;
    result.reason = explains + ", and " + change;
  }
  if (result.verdict != WeightingVerdict::not_to_be_trusted && !well) {
    result.reason +=
        "; who was heard depends on what the totals know rather than on the outcome alone, but they explain so little "
        "of the "
        "outcome that other reasons for being heard, if there are any, are still in it: " +
        anywhere;
  }
  // The sample alone cannot show what makes people heard beyond the totals: neither verdict may read as a proof.
  if (result.verdict == WeightingVerdict::corrected) {
    result.reason +=
        "; this rests on an assumption about what is not observed: sampling error apart (standard error of the move " +
        in_words(result.shift_se, 2) +
        "), it is nearer to the truth unless a reason for being heard that the totals miss pushes the other way by "
        "more "
        "than " +
        in_words(0.5 * std::abs(result.shift), 2);
  } else if (result.verdict == WeightingVerdict::barely_changed) {
    result.reason +=
        "; this rests on an assumption about what is not observed: the bias of a reason for being heard that the "
        "totals miss is still in it";
  }
  if (!basis.held_out_words.empty()) result.reason += "; " + basis.held_out_words;
}

inline double variance_of(const Weights& weights, std::span<const double> scores) {
  return std::max(0.0, design_variance(weights.design(), scores));
}

inline OutcomeCheck check_outcome(const Weights& weights, const CheckBasis& basis, const Outcome& outcome,
                                  const WeightingCheckOptions& options) {
  require_outcome(weights, outcome.values, "outcome");
  const auto y = outcome.values;
  const std::size_t rows = y.size();
  OutcomeCheck result;
  result.outcome = outcome.name;
  result.before = estimate_mean(basis.base, y);
  result.after = estimate_mean(weights, y);
  if (result.before.status == core::Status::undefined || result.after.status == core::Status::undefined) {
    result.reason = "there are no weights to make an estimate with";
    return result;
  }
  result.shift = result.after.estimate - result.before.estimate;
  const auto d = basis.base.values();
  const auto w = weights.values();
  const double total = weights.total();

  std::vector<double> residual(y.begin(), y.end());
  for (double& value : residual) value -= result.before.estimate;
  residualize_by_all(basis, weights, residual);
  double unexplained = 0.0;
  double spread = 0.0;
  double residual_mean = 0.0;
  double proxy_before = 0.0;
  double proxy_after = 0.0;
  double shared = 0.0;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (std::size_t row = 0; row < rows; ++row) residual_mean += d[row] * residual[row] / basis.base_sum;
  for (std::size_t row = 0; row < rows; ++row) {
    const double away = y[row] - result.before.estimate;
    spread += d[row] * away * away;
    unexplained += d[row] * (residual[row] - residual_mean) * (residual[row] - residual_mean);
    proxy_before += d[row] * (y[row] - residual[row]) / basis.base_sum;
    proxy_after += w[row] * (y[row] - residual[row]) / total;
    shared += d[row] * basis.hearing[row] * (y[row] - residual[row]) / basis.base_sum;
    if (d[row] > 0.0) {
      least = std::min(least, y[row]);
      most = std::max(most, y[row]);
    }
  }
  const double p = basis.auxiliaries;
  const double free = basis.units - p - 1.0;
  const double raw = spread > 0.0 ? std::clamp(1.0 - unexplained / spread, 0.0, 1.0) : 0.0;
  if (free > 0.0 && p > 0.0 && spread > 0.0) {
    result.explained = std::clamp(1.0 - (1.0 - raw) * (basis.units - 1.0) / free, 0.0, 1.0);
    result.explained_p = raw < 1.0 ? stats::fisher_f(raw / p / ((1.0 - raw) / free), p, free).upper : 0.0;
    const double step = stats::normal_two_sided(1.0 - options.level) / std::sqrt(free);
    const double middle = std::atanh(std::min(std::sqrt(result.explained), 1.0 - 1e-15));
    const auto square = [](double x) { return x * x; };
    result.explained_upper = std::max(result.explained, square(std::tanh(middle + step)));
    if (result.explained_p <= options.significance) {
      result.explained_lower = std::min(result.explained, square(std::tanh(std::max(0.0, middle - step))));
    }
    const double scale = basis.base_sum;
    result.outcome_alone_p =
        outcome_alone(basis, shared, raw * spread / scale, unexplained / scale * basis.units / free);
  }

  // The shift's own standard error: both means are of the same rows.
  std::vector<double> after_scores(rows);
  for (std::size_t row = 0; row < rows; ++row) after_scores[row] = (y[row] - result.after.estimate) / total;
  after_scores =
      linearized(weights, std::move(after_scores),
                 [&](const Adjustment& adjustment, std::span<double> values) { take_out(basis, adjustment, values); });
  const double after_variance = variance_of(weights, after_scores);
  for (std::size_t row = 0; row < rows; ++row) {
    after_scores[row] -= (y[row] - result.before.estimate) * d[row] / basis.base_sum;
  }
  const double shift_variance = variance_of(weights, after_scores);
  result.shift_se = std::sqrt(shift_variance);
  if (std::isfinite(result.after.se)) {
    result.gain = result.shift * result.shift - shift_variance - (after_variance - result.before.se * result.before.se);
  }
  ask_held_out(weights, y, residual, basis.given, result);

  const double n = static_cast<double>(result.before.rows);
  const double lowest = outcome.least.value_or(least);
  const double highest = outcome.most.value_or(most);
  if (!(lowest <= least && highest >= most)) {
    throw core::InvalidInput(
        "the outcome has values outside of its range of possible ones",
        {.column = outcome.name, .value = core::detail::number_text(lowest <= least ? most : least)});
  }
  const double moved = proxy_after - proxy_before;
  const double heard = total > n * (1.0 + 1e-9) ? n / total : 0.0;
  double mean = 0.0;
  for (std::size_t row = 0; row < rows; ++row) mean += d[row] > 0.0 ? y[row] / n : 0.0;
  result.bound_lower = heard * mean + (1.0 - heard) * lowest;
  result.bound_upper = heard * mean + (1.0 - heard) * highest;
  std::vector<double> before_scores(rows);
  std::vector<double> moved_scores(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const double share = d[row] / basis.base_sum;
    before_scores[row] = share * (y[row] - result.before.estimate);
    moved_scores[row] = share * (basis.hearing[row] * residual[row] - (y[row] - residual[row] - proxy_before));
  }
  const double z = stats::normal_two_sided(1.0 - options.level);
  result.band_lower = result.band_upper = result.after.estimate;
  // The mean moved by `moved` / `share`, with its sampling error.
  const auto reach = [&](double share) {
    std::vector<double> scores(before_scores);
    for (std::size_t row = 0; row < rows; ++row) scores[row] += moved_scores[row] / share;
    const double error = z * std::sqrt(variance_of(weights, scores));
    const double at = result.before.estimate + moved / share;
    result.band_lower = std::min(result.band_lower, at - error);
    result.band_upper = std::max(result.band_upper, at + error);
  };
  reach(1.0);
  if (result.explained > 0.0) reach(result.explained);
  reach(std::max(result.explained_upper, 1e-12));
  if (result.explained_lower > 0.0) {
    reach(result.explained_lower);
  } else {
    // The totals may explain nothing, and then they say at most which way it is off.
    const double error = z * std::sqrt(variance_of(weights, moved_scores));
    if (moved - error <= 0.0) result.band_lower = lowest;
    if (moved + error >= 0.0) result.band_upper = highest;
  }
  result.band_lower = std::clamp(result.band_lower, lowest, highest);
  result.band_upper = std::clamp(result.band_upper, lowest, highest);

  judge(weights, basis, outcome.name.empty() ? std::string("the outcome") : "'" + outcome.name + "'", spread, options,
        result);
  return result;
}

inline std::string words_of(const HeldOutMargin& margin) {
  std::string words = (margin.given ? "held out, '" : "left out of the weights, '") + margin.variable + "' ";
  switch (margin.movement) {
    case MarginMovement::near:
      words += "is as near to its known shares as chance allows";
      break;
    case MarginMovement::closer:
      words += "came closer";
      break;
    case MarginMovement::no_closer:
      words += "came no closer";
      break;
    case MarginMovement::further:
      words += "went further off";
      break;
  }
  return words + ": its shares are off by " + in_percent(margin.before) + " before and " + in_percent(margin.after) +
         " after (by chance " + in_percent(margin.chance) + ")";
}

}  // namespace detail

OUTWEIGH_INLINE WeightingCheck does_weighting_help(const Weights& weights, std::span<const Outcome> outcomes,
                                                   std::span<const Margin> held_out,
                                                   const WeightingCheckOptions& options) {
  detail::require_probability_of(0.5, options.level);
  if (!(options.significance > 0.0 && options.significance < 0.5)) {
    throw core::InvalidInput("the significance of tests must lie between 0 and 0.5",
                             {.column = "significance", .value = core::detail::number_text(options.significance)});
  }
  WeightingCheck check;
  check.effective_sample_size = weights.effective_sample_size();
  check.design_effect = weights.design_effect();
  check.level = options.level;
  const std::span<const double> given = weights.design().weights();
  std::vector<double> base_values(given.begin(), given.end());
  if (given.empty()) base_values.assign(weights.size(), 1.0);
  detail::CheckBasis basis{Weights(weights.shared_design(), base_values, {}, {})};
  basis.base_sum = basis.base.total();
  basis.units = basis.base.effective_sample_size();
  if (!weights.design().stages().empty()) {
    basis.units = std::min(basis.units, static_cast<double>(weights.design().stages().front().stratum_of_unit.size()));
  }
  basis.auxiliaries = static_cast<double>(detail::auxiliaries(weights));
  detail::add_hearing(basis, weights);

  const detail::WeightPair pair{weights, base_values, weights.values(), basis.base_sum, weights.total()};
  const bool weighted = pair.before_sum > 0.0 && pair.after_sum > 0.0;
  if (weighted) {
    for (const auto& adjustment : weights.adjustments()) {
      detail::leave_margins_out(*adjustment, pair, options.significance, check.held_out);
    }
  }
  for (const Margin& margin : held_out) {
    detail::GivenMargin known{detail::make_cells(std::span<const Categorical>(&margin.variable, 1), weights.size()),
                              {}};
    std::vector<double> rows(known.cells.count, 0.0);
    for (std::size_t row = 0; row < weights.size(); ++row) rows[known.cells.of_row[row]] += 1.0;
    const auto counts = detail::sums_of_levels(known.cells, rows);
    known.known = detail::match_targets(std::span<const Margin>(&margin, 1), counts, counts).of_level[0];
    if (!weighted) continue;
    check.held_out.push_back(detail::compare_shares(
        known.cells.factors[0], known.known, pair, [&](std::size_t row) { return known.cells.of_row[row]; },
        options.significance));
    check.held_out.back().given = true;
    known.failed = check.held_out.back().failed;
    basis.given.push_back(std::move(known));
  }
  for (const HeldOutMargin& margin : check.held_out) {
    if (!basis.held_out_words.empty()) basis.held_out_words += "; ";
    basis.held_out_words += detail::words_of(margin);
  }
  for (const Outcome& outcome : outcomes)
    check.outcomes.push_back(detail::check_outcome(weights, basis, outcome, options));
  return check;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
