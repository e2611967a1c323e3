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

/// The rows of every domain, one domain after the other, where variances need no rows outside of it.
struct DomainRows {
  std::vector<std::uint32_t> rows{};
  std::vector<std::size_t> begin{};
  mutable std::vector<double> scratch{};  ///< one number a row of the sample

  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t level) const {
    return std::span(rows).subspan(begin[level], begin[level + 1] - begin[level]);
  }
};

/// The rows of one domain, or all.
struct Domain {
  const Cells* cells = nullptr;
  std::uint32_t level = 0;
  const DomainRows* listed = nullptr;
  [[nodiscard]] bool has(std::size_t row) const { return cells == nullptr || cells->of_row[row] == level; }
  /// Calls `visit(row)` for its rows of a sample of `size`, in order.
  template <class Visit>
  void each_row(std::size_t size, Visit visit) const {
    if (listed != nullptr) {
      for (const std::uint32_t row : listed->of(level)) visit(std::size_t{row});
      return;
    }
    for (std::size_t row = 0; row < size; ++row) {
      if (has(row)) visit(row);
    }
  }
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

/// Can the variance of a domain be had from its rows alone? Rows outside of it add 0 where no adjustment spreads
/// scores; stages below the first and lonely clusters look at all rows.
[[nodiscard]] inline bool adds_up_by_domain(const Weights& weights) {
  if (weights.size() < 2) return false;
  for (const auto& adjustment : weights.adjustments()) {
    if (adjustment->for_variance) return false;
  }
  const auto& stages = weights.design().stages();
  if (stages.size() > 1) return false;
  return stages.empty() ||
         std::none_of(stages[0].drawn.begin(), stages[0].drawn.end(), [](double n) { return n < 2.0; });
}

struct RowVariance {
  double own = 0.0;
  double with_masses = 0.0;  ///< covariance with the sum of what `masses` are deviations of
};

/// variance_of_scores of scores that are 0 but for these rows, in their order; for designs that add up by domain.
/// `masses`: a number a cluster (a row, without a design), less the mean of its stratum; or none.
inline RowVariance variance_of_rows(const Weights& weights, std::span<const std::uint32_t> rows,
                                    std::span<const double> scores, std::span<const double> masses = {}) {
  const auto values = weights.values();
  RowVariance result;
  const auto add = [&](std::span<const double> totals, std::span<const std::uint32_t> units, double drawn,
                       double left) {
    const double factor = left * drawn / (drawn - 1.0);
    double sum = 0.0;
    for (const double total : totals) sum += total;
    double squares = (drawn - static_cast<double>(totals.size())) * (sum / drawn) * (sum / drawn);
    for (const double total : totals) squares += (total - sum / drawn) * (total - sum / drawn);
    result.own += squares * factor;
    for (std::size_t i = 0; i < totals.size() && !masses.empty(); ++i) {
      result.with_masses += totals[i] * masses[units[i]] * factor;
    }
  };
  if (weights.design().stages().empty()) {
    std::vector<double> weighted(scores.begin(), scores.end());
    for (std::size_t i = 0; i < rows.size(); ++i) weighted[i] *= values[rows[i]];
    add(weighted, rows, static_cast<double>(values.size()), 1.0);
    return result;
  }
  const Design::Stage& stage = weights.design().stages().front();
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) { return std::pair(stage.stratum[rows[i]], stage.unit[rows[i]]); };
    return key(a) < key(b);
  });
  std::vector<double> totals;
  std::vector<std::uint32_t> units;
  for (std::size_t i = 0; i < order.size();) {
    const std::uint32_t stratum = stage.stratum[rows[order[i]]];
    totals.clear();
    units.clear();
    for (; i < order.size() && stage.stratum[rows[order[i]]] == stratum; ++i) {
      const std::uint32_t row = rows[order[i]];
      if (units.empty() || stage.unit[row] != units.back()) {
        totals.push_back(0.0);
        units.push_back(stage.unit[row]);
      }
      totals.back() += scores[order[i]] * values[row];
    }
    const double drawn = stage.drawn[stratum];
    const double population = stage.population[stratum];
    const double left = population > 0.0 ? (population - drawn) / population : 1.0;
    if (left >= 1e-7) add(totals, units, drawn, left);
  }
  return result;
}

/// Weight of each cluster (row, without a design) less the mean of its stratum.
inline std::vector<double> mass_deviations(const Weights& weights) {
  const auto values = weights.values();
  std::vector<double> masses(values.begin(), values.end());
  if (weights.design().stages().empty()) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    for (double& mass : masses) mass -= sum / static_cast<double>(values.size());
    return masses;
  }
  const Design::Stage& stage = weights.design().stages().front();
  masses.assign(stage.stratum_of_unit.size(), 0.0);
  std::vector<double> sum(stage.drawn.size(), 0.0);
  for (std::size_t row = 0; row < values.size(); ++row) {
    masses[stage.unit[row]] += values[row];
    sum[stage.stratum[row]] += values[row];
  }
  for (std::size_t unit = 0; unit < masses.size(); ++unit) {
    const std::uint32_t stratum = stage.stratum_of_unit[unit];
    masses[unit] -= sum[stratum] / stage.drawn[stratum];
  }
  return masses;
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

/// Clusters of the first stage that have rows of the domain with a weight, less the strata that have such.
inline double degrees_of_freedom_of(const Weights& weights, const Domain& domain) {
  const auto& stages = weights.design().stages();
  const auto values = weights.values();
  double free = 0.0;
  if (stages.empty()) {
    domain.each_row(values.size(), [&](std::size_t row) { free += values[row] != 0.0 ? 1.0 : 0.0; });
    return std::max(0.0, free - 1.0);
  }
  const Design::Stage& first = stages.front();
  if (domain.listed != nullptr) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> units;
    domain.each_row(values.size(), [&](std::size_t row) {
      if (values[row] != 0.0) units.emplace_back(first.stratum[row], first.unit[row]);
    });
    std::sort(units.begin(), units.end());
    for (std::size_t i = 0; i < units.size(); ++i) {
      free += i == 0 || units[i] != units[i - 1] ? 1.0 : 0.0;
      free -= i == 0 || units[i].first != units[i - 1].first ? 1.0 : 0.0;
    }
    return free;
  }
  std::vector<bool> in_unit(first.stratum_of_unit.size(), false);
  std::vector<bool> in_stratum(first.drawn.size(), false);
  domain.each_row(values.size(), [&](std::size_t row) {
    if (values[row] == 0.0) return;
    in_unit[first.unit[row]] = true;
    in_stratum[first.stratum[row]] = true;
  });
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
  result.degrees_of_freedom = degrees_of_freedom_of(weights, domain);
  domain.each_row(values.size(), [&](std::size_t row) {
    if (values[row] == 0.0) return;
    ++result.rows;
    sum += values[row];
    squares += values[row] * values[row];
  });
  result.effective_size = squares > 0.0 ? sum * sum / squares : 0.0;
  if (domain.cells != nullptr) result.level = domain.cells->factors[0].levels[domain.level];
  return result;
}

/// Variance of the sum of `score(row)` over the rows of a domain.
template <class Score>
double variance_in(const Weights& weights, const Domain& domain, const Score& score) {
  std::vector<double> scores;
  if (domain.listed != nullptr) {
    domain.each_row(weights.size(), [&](std::size_t row) { scores.push_back(score(row)); });
    return variance_of_rows(weights, domain.listed->of(domain.level), scores).own;
  }
  scores.resize(weights.size(), 0.0);
  domain.each_row(weights.size(), [&](std::size_t row) { scores[row] = score(row); });
  return variance_of_scores(weights, std::move(scores));
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
  domain.each_row(values.size(), [&](std::size_t row) {
    top += values[row] * numerator[row];
    bottom += values[row] * below(row);
  });
  if (result.rows == 0 || bottom == 0.0) {
    leave_undefined(result, result.rows == 0              ? "there is no row of positive weight"
                            : kind == EstimateKind::ratio ? "the denominator adds up to 0"
                                                          : "the weights add up to 0");
    return result;
  }
  const double ratio = top / bottom;
  const auto score = [&](std::size_t row) { return (numerator[row] - ratio * below(row)) / bottom; };
  finish_estimate(result, ratio, variance_in(weights, domain, score));
  return result;
}

inline SurveyEstimate total_in(const Weights& weights, std::span<const double> outcome, const Domain& domain) {
  SurveyEstimate result = describe(weights, domain, EstimateKind::total);
  const auto values = weights.values();
  double total = 0.0;
  domain.each_row(values.size(), [&](std::size_t row) { total += values[row] * outcome[row]; });
  if (values.empty()) {
    leave_undefined(result, "the sample has no rows");
    return result;
  }
  finish_estimate(result, total, variance_in(weights, domain, [&](std::size_t row) { return outcome[row]; }));
  return result;
}

/// `share_below(below)` estimates the mean of `below` in the domain.
template <class ShareBelow>
SurveyEstimate quantile_in(const Weights& weights, std::span<const double> outcome, double probability, double level,
                           const Domain& domain, ShareBelow share_below) {
  SurveyEstimate result = describe(weights, domain, EstimateKind::quantile);
  const auto values = weights.values();
  std::vector<std::size_t> rows;
  domain.each_row(values.size(), [&](std::size_t row) {
    if (values[row] == 0.0) return;
    if (values[row] < 0.0) {
      throw core::InvalidInput("a quantile needs weights that are not negative; calibrate within bounds or by raking",
                               {.column = "weights", .row = row, .value = core::detail::number_text(values[row])});
    }
    rows.push_back(row);
  });
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
  std::vector<double> own;
  std::vector<double>& below = domain.listed != nullptr ? domain.listed->scratch : own;
  below.resize(values.size(), 0.0);
  domain.each_row(values.size(), [&](std::size_t row) { below[row] = outcome[row] <= found ? 1.0 : 0.0; });
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

inline DomainRows list_domains(const Cells& cells) {
  DomainRows listed;
  const std::size_t size = cells.of_row.size();
  listed.begin.assign(cells.count + 1, 0);
  for (std::size_t row = 0; row < size; ++row) ++listed.begin[cells.of_row[row] + 1];
  std::partial_sum(listed.begin.begin(), listed.begin.end(), listed.begin.begin());
  listed.rows.resize(size);
  std::vector<std::size_t> next(listed.begin.begin(), listed.begin.end() - 1);
  for (std::uint32_t row = 0; row < size; ++row) listed.rows[next[cells.of_row[row]]++] = row;
  return listed;
}

template <class Estimator>
std::vector<SurveyEstimate> each_domain(const Weights& weights, const Categorical& by, Estimator estimator) {
  const Cells cells = domain_cells(weights, by);
  std::vector<SurveyEstimate> results;
  const bool apart = adds_up_by_domain(weights);
  const DomainRows listed = apart ? list_domains(cells) : DomainRows{};
  for (std::uint32_t level = 0; level < by.levels.size(); ++level) {
    results.push_back(estimator(Domain{&cells, level, apart ? &listed : nullptr}));
  }
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
