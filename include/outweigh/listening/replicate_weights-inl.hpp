#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <outweigh/listening/detail/estimating.hpp>
#include <outweigh/listening/detail/replicate_plan.hpp>
#include <outweigh/listening/detail/replicate_sums.hpp>
#include <outweigh/listening/replicate_weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

namespace detail {

/// Whether a stage after the first leaves units out: those of a census add no variance.
inline bool later_stages_vary(const Design& design) {
  for (std::size_t s = 1; s < design.stages().size(); ++s) {
    const Design::Stage& stage = design.stages()[s];
    for (std::size_t h = 0; h < stage.drawn.size(); ++h) {
      if (!(stage.population[h] > 0.0) || stage.population[h] > stage.drawn[h] * (1.0 + 1e-7)) return true;
    }
  }
  return false;
}

inline void set_units(ReplicatePlan& plan) {
  const Design& design = plan.weights.design();
  const std::size_t rows = plan.weights.size();
  if (design.stages().empty()) {
    plan.units = rows;
    plan.drawn = {static_cast<double>(rows)};
    plan.left = {1.0};
    return;
  }
  const Design::Stage& first = design.stages().front();
  plan.units = first.stratum_of_unit.size();
  plan.drawn = first.drawn;
  if (plan.units != rows) plan.unit = first.unit;
  for (std::size_t row = 0; plan.unit.empty() && row < rows; ++row) {
    if (first.unit[row] != row) plan.unit = first.unit;
  }
  if (plan.drawn.size() > 1) {
    plan.stratum_of_unit = first.stratum_of_unit;
    plan.units_of.resize(plan.drawn.size());
    for (std::uint32_t u = 0; u < plan.units; ++u) plan.units_of[first.stratum_of_unit[u]].push_back(u);
  }
  for (std::size_t h = 0; h < plan.drawn.size(); ++h) {
    const double population = first.population[h];
    plan.left.push_back(population > 0.0 ? std::max(0.0, (population - plan.drawn[h]) / population) : 1.0);
    if (plan.drawn[h] < 2.0 && plan.left[h] >= 1e-7 && design.lonely() != LonelyCluster::remove) {
      throw core::InvalidInput(
          "a stratum has a single cluster, which replicates cannot leave out or repeat; let lonely "
          "clusters be removed from the variance, or merge strata",
          {.table = "design", .column = "strata", .row = first.first_row(h)});
    }
  }
  const bool finite = std::any_of(plan.left.begin(), plan.left.end(), [](double left) { return left < 1.0; });
  plan.misses_later_stages = finite && later_stages_vary(design);
}

/// Sorts rows by cell where one adjustment, or none, works by cell.
inline void set_order(ReplicatePlan& plan) {
  const auto& adjustments = plan.weights.adjustments();
  const std::size_t rows = plan.weights.size();
  plan.by_cell = adjustments.empty() || (adjustments.size() == 1 && adjustments.front()->numeric.empty() &&
                                         (adjustments.front()->recipe.kind == Recipe::Kind::poststratify ||
                                          adjustments.front()->recipe.kind == Recipe::Kind::rake ||
                                          adjustments.front()->recipe.kind == Recipe::Kind::calibrate));
  if (!plan.by_cell) return;
  plan.order.resize(rows);
  if (adjustments.empty()) {
    std::iota(plan.order.begin(), plan.order.end(), 0U);
    return;
  }
  const Cells& cells = adjustments.front()->cells;
  std::vector<std::uint32_t> at(cells.count + 1, 0);
  for (std::size_t row = 0; row < cells.of_row.size(); ++row) ++at[cells.of_row[row] + 1];
  for (std::size_t cell = 1; cell <= cells.count; ++cell) at[cell] += at[cell - 1];
  for (std::uint32_t row = 0; row < rows; ++row) plan.order[at[cells.of_row[row]]++] = row;
}

inline const ReplicatePlan& plan_of(const ReplicateWeights& weights) { return weights.plan(); }

/// The estimate, its standard error from the replicates, and whether that can be believed. `theta(sum)` makes the
/// estimate from a function of (domain, column), or nothing where it is undefined.
template <class Theta>
SurveyEstimate combine(const ReplicatePlan& plan, const ReplicateSums& sums, const Domain& domain, EstimateKind kind,
                       std::optional<double> estimate, Theta theta) {
  SurveyEstimate result = describe(plan.weights, domain, kind);
  if (!estimate || result.rows == 0) {
    leave_undefined(result, result.rows == 0              ? "there is no row of positive weight"
                            : kind == EstimateKind::ratio ? "the denominator adds up to 0"
                                                          : "the weights add up to 0");
    return result;
  }
  std::vector<double> values;
  std::vector<double> scales;
  std::size_t lost = sums.failed();
  for (std::size_t r = 0; r < plan.replicates; ++r) {
    if (!sums.used(r)) continue;
    const std::optional<double> value = theta([&](std::size_t d, std::size_t k) { return sums.sum(r, d, k); });
    if (!value || !std::isfinite(*value)) {
      ++lost;
      continue;
    }
    values.push_back(*value);
    scales.push_back(plan.scale(r));
  }
  const double count = static_cast<double>(values.size());
  double centre = *estimate;
  if (!plan.mse && count > 0.0) {
    // Around the first, so that replicates far from 0 lose no digits.
    double sum = 0.0;
    for (const double value : values) sum += value - values.front();
    centre = values.front() + sum / count;
  }
  double variance = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scale = plan.is_jackknife() ? scales[i] : 1.0 / std::max(1.0, plan.mse ? count : count - 1.0);
    variance += scale * (values[i] - centre) * (values[i] - centre);
  }
  result.degrees_of_freedom = std::min(result.degrees_of_freedom, static_cast<double>(plan.replicates) - 1.0);
  const bool enough = values.size() > 1;
  finish_estimate(result, *estimate, enough ? variance : std::numeric_limits<double>::infinity());
  result.replicates = values.size();
  if (lost > 0) doubt(result, std::to_string(lost) + " replicates have no estimate");
  if (!enough) doubt(result, "fewer than two replicates have an estimate");
  if (plan.misses_later_stages) doubt(result, "replicates leave out the variance of later stages of the design");
  return result;
}

/// Weighted sums of the sample itself: [domain][column].
inline std::vector<std::vector<double>> sums_of_sample(const Weights& weights,
                                                       std::span<const std::span<const double>> columns,
                                                       const Cells* domains) {
  std::vector<std::vector<double>> sums(domains == nullptr ? 1 : domains->count,
                                        std::vector<double>(columns.size() + 1, 0.0));
  const auto values = weights.values();
  for (std::size_t row = 0; row < values.size(); ++row) {
    std::vector<double>& of_domain = sums[domains == nullptr ? 0 : domains->of_row[row]];
    of_domain[0] += values[row];
    for (std::size_t k = 0; k < columns.size(); ++k) of_domain[k + 1] += values[row] * columns[k][row];
  }
  return sums;
}

/// One estimate a domain; `of(sum, d)` as in combine.
template <class Of>
std::vector<SurveyEstimate> by_domain(const ReplicateWeights& weights, std::vector<std::span<const double>> columns,
                                      const Cells* domains, bool shares, EstimateKind kind,
                                      const core::RunControl& control, Of of) {
  const ReplicatePlan& plan = weights.plan();
  const auto sample = sums_of_sample(plan.weights, columns, domains);
  const ReplicateSums sums(plan, std::move(columns), domains, control);
  std::vector<SurveyEstimate> results;
  for (std::uint32_t d = 0; d < sample.size(); ++d) {
    const auto theta = [&](auto sum) { return of(sum, d); };
    const std::optional<double> estimate = theta([&](std::size_t domain, std::size_t k) { return sample[domain][k]; });
    const Domain domain = domains == nullptr || shares ? Domain{} : Domain{domains, d};
    results.push_back(combine(plan, sums, domain, kind, estimate, theta));
    if (shares) results.back().level = domains->factors[0].levels[d];
  }
  return results;
}

inline std::optional<double> quotient(double top, double bottom) {
  if (bottom == 0.0) return std::nullopt;
  return top / bottom;
}

inline std::vector<SurveyEstimate> replicate_ratios(const ReplicateWeights& weights, std::span<const double> top,
                                                    std::span<const double> bottom, const Cells* domains,
                                                    EstimateKind kind, const core::RunControl& control) {
  std::vector<std::span<const double>> columns = {top};
  if (kind == EstimateKind::ratio) columns.push_back(bottom);
  return by_domain(weights, std::move(columns), domains, false, kind, control,
                   [kind](auto sum, std::size_t d) -> std::optional<double> {
                     if (kind == EstimateKind::total) return sum(d, 1);
                     return quotient(sum(d, 1), sum(d, kind == EstimateKind::ratio ? 2 : 0));
                   });
}

inline SurveyEstimate replicate_quantile(const ReplicateWeights& weights, std::span<const double> outcome,
                                         double probability, double level, const Domain& domain,
                                         const core::RunControl& control) {
  return quantile_in(weights.weights(), outcome, probability, level, domain, [&](std::span<const double> below) {
    SurveyEstimate share = replicate_ratios(weights, below, {}, domain.cells, EstimateKind::mean,
                                            control)[domain.cells == nullptr ? 0 : domain.level];
    return share;
  });
}

}  // namespace detail

OUTWEIGH_INLINE const Weights& ReplicateWeights::weights() const { return plan_->weights; }
OUTWEIGH_INLINE ReplicateMethod ReplicateWeights::method() const { return plan_->method; }
OUTWEIGH_INLINE std::size_t ReplicateWeights::rows() const { return plan_->weights.size(); }
OUTWEIGH_INLINE std::size_t ReplicateWeights::replicates() const { return plan_->replicates; }
OUTWEIGH_INLINE double ReplicateWeights::scale(std::size_t r) const {
  if (r >= plan_->replicates) {
    throw core::InvalidInput("there is no such replicate", {.column = "replicate", .value = std::to_string(r)});
  }
  return plan_->scale(r);
}

OUTWEIGH_INLINE std::vector<double> ReplicateWeights::values(std::size_t r) const {
  static_cast<void>(scale(r));
  const detail::ReplicatePlan& plan = *plan_;
  std::vector<double> rows(plan.base);
  if (plan.counts_by_position()) {
    const detail::PoissonCounts source(plan.seed, r);
    std::array<std::uint16_t, detail::PoissonCounts::at_once> counts;
    std::vector<double> multiplier(rows.size());
    double total = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i % counts.size() == 0) source.block(i / counts.size(), counts);
      multiplier[i] = static_cast<double>(counts[i % counts.size()]);
      total += multiplier[i];
    }
    const double damping = detail::poisson_damping(plan.drawn[0], plan.left[0]);
    const double factor = damping * static_cast<double>(rows.size()) / std::max(1.0, total);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[plan.order[i]] *= 1.0 - damping + factor * multiplier[i];
  } else {
    const std::vector<double> of_unit = detail::multipliers(plan, r);
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row] *= of_unit[plan.unit_of(row)];
  }
  for (const auto& step : plan.weights.adjustments()) rows = detail::readjust_rows(*step, std::move(rows));
  return rows;
}

OUTWEIGH_INLINE ReplicateWeights replicate_weights(const Weights& weights, const ReplicateOptions& options) {
  detail::ReplicatePlan plan;
  plan.weights = weights;
  plan.method = options.method;
  plan.seed = options.seed;
  plan.mse = options.mse;
  const std::span<const double> given = weights.design().weights();
  plan.base.assign(given.begin(), given.end());
  if (given.empty()) plan.base.assign(weights.size(), 1.0);
  detail::set_units(plan);
  const bool strata = plan.drawn.size() > 1;
  if (plan.method == ReplicateMethod::jackknife) plan.method = strata ? ReplicateMethod::jkn : ReplicateMethod::jk1;
  if (plan.method == ReplicateMethod::jk1 && strata) {
    throw core::InvalidInput("the jackknife JK1 is for designs without strata; take jkn",
                             {.table = "design", .column = "strata"});
  }
  if (plan.units < 2) {
    throw core::InvalidInput("replicates need at least two clusters",
                             {.table = "design", .column = "clusters", .value = std::to_string(plan.units)});
  }
  plan.replicates = plan.is_jackknife() ? plan.units : options.replicates;
  if (plan.replicates < 2) {
    throw core::InvalidInput("a bootstrap needs at least two replicates",
                             {.column = "replicates", .value = std::to_string(options.replicates)});
  }
  if (plan.method == ReplicateMethod::poisson && !strata && plan.units < 30) plan.method = ReplicateMethod::bootstrap;
  detail::set_order(plan);
  return ReplicateWeights(std::make_shared<const detail::ReplicatePlan>(std::move(plan)));
}

OUTWEIGH_INLINE SurveyEstimate estimate_mean(const ReplicateWeights& weights, std::span<const double> outcome,
                                             const core::RunControl& control) {
  detail::require_outcome(weights.weights(), outcome, "outcome");
  return detail::replicate_ratios(weights, outcome, {}, nullptr, EstimateKind::mean, control).front();
}

OUTWEIGH_INLINE SurveyEstimate estimate_total(const ReplicateWeights& weights, std::span<const double> outcome,
                                              const core::RunControl& control) {
  detail::require_outcome(weights.weights(), outcome, "outcome");
  return detail::replicate_ratios(weights, outcome, {}, nullptr, EstimateKind::total, control).front();
}

OUTWEIGH_INLINE SurveyEstimate estimate_ratio(const ReplicateWeights& weights, std::span<const double> numerator,
                                              std::span<const double> denominator, const core::RunControl& control) {
  detail::require_outcome(weights.weights(), numerator, "numerator");
  detail::require_outcome(weights.weights(), denominator, "denominator");
  return detail::replicate_ratios(weights, numerator, denominator, nullptr, EstimateKind::ratio, control).front();
}

OUTWEIGH_INLINE SurveyEstimate estimate_quantile(const ReplicateWeights& weights, std::span<const double> outcome,
                                                 double probability, double level, const core::RunControl& control) {
  detail::require_outcome(weights.weights(), outcome, "outcome");
  detail::require_probability_of(probability, level);
  return detail::replicate_quantile(weights, outcome, probability, level, {}, control);
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_proportions(const ReplicateWeights& weights,
                                                                 const Categorical& variable,
                                                                 const core::RunControl& control) {
  const detail::Cells cells = detail::domain_cells(weights.weights(), variable);
  return detail::by_domain(weights, {}, &cells, true, EstimateKind::proportion, control,
                           [&cells](auto sum, std::size_t d) {
                             double total = 0.0;
                             for (std::size_t e = 0; e < cells.count; ++e) total += sum(e, 0);
                             return detail::quotient(sum(d, 0), total);
                           });
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_mean(const ReplicateWeights& weights,
                                                          std::span<const double> outcome, const Categorical& by,
                                                          const core::RunControl& control) {
  detail::require_outcome(weights.weights(), outcome, "outcome");
  const detail::Cells cells = detail::domain_cells(weights.weights(), by);
  return detail::replicate_ratios(weights, outcome, {}, &cells, EstimateKind::mean, control);
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_total(const ReplicateWeights& weights,
                                                           std::span<const double> outcome, const Categorical& by,
                                                           const core::RunControl& control) {
  detail::require_outcome(weights.weights(), outcome, "outcome");
  const detail::Cells cells = detail::domain_cells(weights.weights(), by);
  return detail::replicate_ratios(weights, outcome, {}, &cells, EstimateKind::total, control);
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_ratio(const ReplicateWeights& weights,
                                                           std::span<const double> numerator,
                                                           std::span<const double> denominator, const Categorical& by,
                                                           const core::RunControl& control) {
  detail::require_outcome(weights.weights(), numerator, "numerator");
  detail::require_outcome(weights.weights(), denominator, "denominator");
  const detail::Cells cells = detail::domain_cells(weights.weights(), by);
  return detail::replicate_ratios(weights, numerator, denominator, &cells, EstimateKind::ratio, control);
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_quantile(const ReplicateWeights& weights,
                                                              std::span<const double> outcome, double probability,
                                                              double level, const Categorical& by,
                                                              const core::RunControl& control) {
  detail::require_outcome(weights.weights(), outcome, "outcome");
  detail::require_probability_of(probability, level);
  const detail::Cells cells = detail::domain_cells(weights.weights(), by);
  const auto quantile = [&](std::uint32_t d, auto share_below) {
    return detail::quantile_in(weights.weights(), outcome, probability, level, {&cells, d}, share_below);
  };
  // All domains at once: first where each quantile lies, then the shares below them in every replicate.
  std::vector<double> below(outcome.size(), 0.0);
  for (std::uint32_t d = 0; d < cells.count; ++d) {
    static_cast<void>(quantile(d, [&](std::span<const double> of_domain) {
      for (std::size_t row = 0; row < below.size(); ++row) below[row] += of_domain[row];
      return SurveyEstimate{};
    }));
  }
  const auto shares = detail::replicate_ratios(weights, below, {}, &cells, EstimateKind::mean, control);
  std::vector<SurveyEstimate> results;
  for (std::uint32_t d = 0; d < cells.count; ++d) {
    results.push_back(quantile(d, [&](std::span<const double>) { return shares[d]; }));
  }
  return results;
}

OUTWEIGH_INLINE SurveyEstimate estimate_difference(const ReplicateWeights& weights, std::span<const double> outcome,
                                                   const Categorical& by, std::string_view first,
                                                   std::string_view second, const core::RunControl& control) {
  detail::require_outcome(weights.weights(), outcome, "outcome");
  const detail::Cells cells = detail::domain_cells(weights.weights(), by);
  const std::uint32_t a = detail::level_number(by, first);
  const std::uint32_t b = detail::level_number(by, second);
  const detail::ReplicatePlan& plan = weights.plan();
  const std::span<const double> columns[] = {outcome};
  const auto sample = detail::sums_of_sample(plan.weights, columns, &cells);
  const detail::ReplicateSums sums(plan, {outcome}, &cells, control);
  const auto theta = [&](auto sum) -> std::optional<double> {
    if (sum(a, 0) == 0.0 || sum(b, 0) == 0.0) return std::nullopt;
    return sum(a, 1) / sum(a, 0) - sum(b, 1) / sum(b, 0);
  };
  SurveyEstimate result = detail::combine(plan, sums, {}, EstimateKind::difference,
                                          theta([&](std::size_t d, std::size_t k) { return sample[d][k]; }), theta);
  result.level = std::string(first) + " - " + std::string(second);
  result.rows = detail::describe(plan.weights, {&cells, a}, EstimateKind::mean).rows +
                detail::describe(plan.weights, {&cells, b}, EstimateKind::mean).rows;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
