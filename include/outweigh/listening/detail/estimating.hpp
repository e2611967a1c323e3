// Estimates of one domain from weights, with linearised variances.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/adjustment.hpp>
#include <outweigh/listening/detail/woodruff.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

inline void require_outcome(const Weights& weights, std::span<const double> outcome, const char* name) {
  if (outcome.size() != weights.size()) {
    throw core::InvalidInput(std::string("the ") + name + " and the weights differ in length",
                             {.column = name, .value = std::to_string(outcome.size())});
  }
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    if (!(std::abs(outcome[row]) <= 1e150)) {
      throw core::InvalidInput(std::string("the ") + name + " is unknown or not finite in a row",
                               {.column = name, .row = row, .value = core::detail::number_text(outcome[row])});
    }
  }
}

/// The rows of one domain, or all.
struct Domain {
  const Cells* cells = nullptr;
  std::uint32_t level = 0;
  [[nodiscard]] bool has(std::size_t row) const { return cells == nullptr || cells->of_row[row] == level; }
};

/// What each row adds to an estimate beyond what the totals of the adjustments fix, from its score by unit of weight.
/// `take_out(adjustment, scores)` takes out what its totals fix.
template <class TakeOut>
std::vector<double> linearized(const Weights& weights, std::vector<double> scores, TakeOut take_out) {
  const auto& adjustments = weights.adjustments();
  std::span<const double> values = weights.values();
  std::vector<double> without_weight;  // of rows to which only a trim gave a weight
  for (auto step = adjustments.rbegin(); step != adjustments.rend(); ++step) {
    const Adjustment& adjustment = **step;
    if (!adjustment.for_variance) continue;
    take_out(adjustment, std::span<double>(scores));
    if (adjustment.before.empty()) continue;
    without_weight.resize(scores.size(), 0.0);
    for (std::size_t row = 0; row < scores.size(); ++row) {
      const double before = adjustment.before[row];
      if (before == 0.0) {
        without_weight[row] += scores[row] * values[row];
        scores[row] = 0.0;
      } else {
        scores[row] *= values[row] / before;
      }
    }
    values = adjustment.before;
  }
  for (std::size_t row = 0; row < scores.size(); ++row) scores[row] *= values[row];
  for (std::size_t row = 0; row < without_weight.size(); ++row) scores[row] += without_weight[row];
  return scores;
}

inline std::vector<double> linearized(const Weights& weights, std::vector<double> scores) {
  return linearized(weights, std::move(scores),
                    [](const Adjustment& adjustment, std::span<double> values) { adjustment.residualize(values); });
}

/// Infinite for one row without a design: a lonely cluster, which a design says how to count.
inline double variance_of_scores(const Weights& weights, std::vector<double> scores) {
  const LonelyCluster lonely = weights.design().lonely();
  if (weights.design().stages().empty() && weights.size() == 1 && lonely != LonelyCluster::remove) {
    const double score = linearized(weights, std::move(scores)).front();
    return lonely == LonelyCluster::adjust ? score * score : std::numeric_limits<double>::infinity();
  }
  return design_variance(weights.design(), linearized(weights, std::move(scores)));
}

inline void doubt(SurveyEstimate& result, std::string reason) {
  result.status = core::Status::doubtful;
  if (!result.reason.empty()) result.reason += "; ";
  result.reason += reason;
}

inline void leave_undefined(SurveyEstimate& result, std::string reason) {
  result.status = core::Status::undefined;
  result.reason = std::move(reason);
}

/// Clusters of the first stage that have rows for which `counts(row)`, less the strata that have such.
template <class Counts>
double degrees_of_freedom_of(const Weights& weights, const Counts& counts) {
  const auto& stages = weights.design().stages();
  double free = 0.0;
  if (stages.empty()) {
    for (std::size_t row = 0; row < weights.size(); ++row) free += counts(row) ? 1.0 : 0.0;
    return std::max(0.0, free - 1.0);
  }
  const Design::Stage& first = stages.front();
  std::vector<bool> in_unit(first.stratum_of_unit.size(), false);
  std::vector<bool> in_stratum(first.drawn.size(), false);
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (!counts(row)) continue;
    in_unit[first.unit[row]] = true;
    in_stratum[first.stratum[row]] = true;
  }
  for (const bool is_in : in_unit) free += is_in ? 1.0 : 0.0;
  for (const bool is_in : in_stratum) free -= is_in ? 1.0 : 0.0;
  return free;
}

inline SurveyEstimate describe(const Weights& weights, const Domain& domain, EstimateKind kind) {
  SurveyEstimate result;
  result.kind = kind;
  double sum = 0.0;
  double squares = 0.0;
  const auto values = weights.values();
  const auto counts = [&](std::size_t row) { return domain.has(row) && values[row] != 0.0; };
  result.degrees_of_freedom = degrees_of_freedom_of(weights, counts);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!counts(row)) continue;
    ++result.rows;
    sum += values[row];
    squares += values[row] * values[row];
  }
  result.effective_size = squares > 0.0 ? sum * sum / squares : 0.0;
  if (domain.cells != nullptr) result.level = domain.cells->factors[0].levels[domain.level];
  return result;
}

inline void finish_estimate(SurveyEstimate& result, double estimate, double variance) {
  result.estimate = estimate;
  result.se = std::sqrt(std::max(0.0, variance));
  result.status = core::Status::estimated;
  if (result.rows < 2) {
    doubt(result, result.rows == 0 ? "no row of positive weight is behind it"
                                   : "a single row is behind it, which has no spread");
  } else if (result.degrees_of_freedom < 1.0) {
    doubt(result, "there are no degrees of freedom: as many strata as clusters are behind it");
  }
}

inline SurveyEstimate ratio_in(const Weights& weights, std::span<const double> numerator,
                               std::span<const double> denominator, const Domain& domain, EstimateKind kind) {
  SurveyEstimate result = describe(weights, domain, kind);
  const auto values = weights.values();
  const auto below = [&](std::size_t row) { return denominator.empty() ? 1.0 : denominator[row]; };
  double top = 0.0;
  double bottom = 0.0;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!domain.has(row)) continue;
    top += values[row] * numerator[row];
    bottom += values[row] * below(row);
  }
  if (result.rows == 0 || bottom == 0.0) {
    leave_undefined(result, result.rows == 0              ? "there is no row of positive weight"
                            : kind == EstimateKind::ratio ? "the denominator adds up to 0"
                                                          : "the weights add up to 0");
    return result;
  }
  const double ratio = top / bottom;
  std::vector<double> scores(values.size(), 0.0);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (domain.has(row)) scores[row] = (numerator[row] - ratio * below(row)) / bottom;
  }
  finish_estimate(result, ratio, variance_of_scores(weights, std::move(scores)));
  return result;
}

inline SurveyEstimate total_in(const Weights& weights, std::span<const double> outcome, const Domain& domain) {
  SurveyEstimate result = describe(weights, domain, EstimateKind::total);
  const auto values = weights.values();
  double total = 0.0;
  std::vector<double> scores(values.size(), 0.0);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!domain.has(row)) continue;
    total += values[row] * outcome[row];
    scores[row] = outcome[row];
  }
  if (values.empty()) {
    leave_undefined(result, "the sample has no rows");
    return result;
  }
  finish_estimate(result, total, variance_of_scores(weights, std::move(scores)));
  return result;
}

/// `share_below(below)` estimates the mean of `below` in the domain.
template <class ShareBelow>
SurveyEstimate quantile_in(const Weights& weights, std::span<const double> outcome, double probability, double level,
                           const Domain& domain, ShareBelow share_below) {
  SurveyEstimate result = describe(weights, domain, EstimateKind::quantile);
  const auto values = weights.values();
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!domain.has(row) || values[row] == 0.0) continue;
    if (values[row] < 0.0) {
      throw core::InvalidInput("a quantile needs weights that are not negative; calibrate within bounds or by raking",
                               {.column = "weights", .row = row, .value = core::detail::number_text(values[row])});
    }
    rows.push_back(row);
  }
  if (rows.empty()) {
    leave_undefined(result, "there is no row of positive weight");
    return result;
  }
  std::sort(rows.begin(), rows.end(),
            [&](std::size_t a, std::size_t b) { return outcome[a] != outcome[b] ? outcome[a] < outcome[b] : a < b; });
  auto distribution = std::make_shared<Distribution>();
  double sum = 0.0;
  for (const std::size_t row : rows) {
    sum += values[row];
    distribution->values.push_back(outcome[row]);
    distribution->cumulative.push_back(sum);
  }
  const double found = distribution->quantile(probability);
  std::vector<double> below(values.size(), 0.0);
  for (std::size_t row = 0; row < values.size(); ++row) below[row] = outcome[row] <= found ? 1.0 : 0.0;
  const SurveyEstimate share = share_below(std::span<const double>(below));
  result.status = share.status;
  result.reason = share.reason;
  result.degrees_of_freedom = share.degrees_of_freedom;
  result.replicates = share.replicates;
  result.estimate = found;
  result.quantile_interval = {distribution->values.front(), distribution->values.back(), level};
  result.woodruff = {std::move(distribution), share.estimate, share.se};
  result.se = std::numeric_limits<double>::infinity();
  if (result.degrees_of_freedom >= 1.0 && std::isfinite(share.se)) {
    result.quantile_interval = result.woodruff.interval(level, result.degrees_of_freedom);
    if (result.woodruff.reaches_extremes(level, result.degrees_of_freedom)) {
      doubt(result, "its interval reaches the least or the greatest value of the sample");
    }
    const double t = stats::student_t_quantile(0.5 + 0.5 * level, result.degrees_of_freedom);
    result.se = (result.quantile_interval.upper - result.quantile_interval.lower) / (2.0 * t);
  }
  return result;
}

inline Cells domain_cells(const Weights& weights, const Categorical& by) {
  Cells cells = make_cells(std::span<const Categorical>(&by, 1), weights.size());
  // make_cells keeps the order of levels; a domain is a level even when no row has it.
  if (cells.count != by.levels.size()) {
    std::vector<std::uint32_t> level(cells.count);
    for (std::size_t cell = 0; cell < cells.count; ++cell) level[cell] = cells.level[0][cell];
    cells.of_row.widen(by.levels.size());
    cells.of_row.renumber(level);
    cells.count = by.levels.size();
    cells.level[0].resize(cells.count);
    std::iota(cells.level[0].begin(), cells.level[0].end(), 0U);
  }
  return cells;
}

template <class Estimator>
std::vector<SurveyEstimate> each_domain(const Weights& weights, const Categorical& by, Estimator estimator) {
  const Cells cells = domain_cells(weights, by);
  std::vector<SurveyEstimate> results;
  for (std::uint32_t level = 0; level < by.levels.size(); ++level) results.push_back(estimator(Domain{&cells, level}));
  return results;
}

inline void require_probability_of(double probability, double level) {
  if (!(probability >= 0.0 && probability <= 1.0)) {
    throw core::InvalidInput("the probability of a quantile must lie in [0, 1]",
                             {.column = "probability", .value = core::detail::number_text(probability)});
  }
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level of an interval must lie between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level)});
  }
}

inline std::uint32_t level_number(const Categorical& by, std::string_view name) {
  const auto at = std::find(by.levels.begin(), by.levels.end(), name);
  if (at == by.levels.end()) {
    throw core::InvalidInput("'" + by.name + "' has no such level", {.column = by.name, .value = std::string(name)});
  }
  return static_cast<std::uint32_t>(at - by.levels.begin());
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
