#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/detail/estimating.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE core::Interval SurveyEstimate::interval(double level_of_interval) const {
  if (!(level_of_interval > 0.0 && level_of_interval < 1.0)) {
    throw core::InvalidInput("the level of an interval must lie between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level_of_interval)});
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  // One row has no spread, so that its standard error of 0 says nothing; that of a total counts the rows, too.
  const bool lone_row = rows < 2 && kind != EstimateKind::total;
  const bool nothing = status == core::Status::undefined || degrees_of_freedom < 1.0 || lone_row || !std::isfinite(se);
  if (kind == EstimateKind::quantile) {
    if (nothing) return {-infinity, infinity, level_of_interval};
    return woodruff.interval(level_of_interval, degrees_of_freedom);
  }
  if (kind == EstimateKind::proportion) {
    if (nothing) return {0.0, 1.0, level_of_interval};
    const double share = std::clamp(estimate, 0.0, 1.0);
    const double spread = share * (1.0 - share);
    double size = se > 0.0 && spread > 0.0 ? spread / (se * se) : effective_size;
    const double z = stats::normal_two_sided(1.0 - level_of_interval);
    const double t = stats::student_t_quantile(0.5 + 0.5 * level_of_interval, degrees_of_freedom);
    size *= (z / t) * (z / t);
    return stats::wilson_interval(share * size, size, level_of_interval);
  }
  if (nothing) return {-infinity, infinity, level_of_interval};
  const double t = stats::student_t_quantile(0.5 + 0.5 * level_of_interval, degrees_of_freedom);
  return {estimate - t * se, estimate + t * se, level_of_interval};
}

OUTWEIGH_INLINE SurveyEstimate estimate_mean(const Weights& weights, std::span<const double> outcome) {
  detail::require_outcome(weights, outcome, "outcome");
  return detail::ratio_in(weights, outcome, {}, {}, EstimateKind::mean);
}

OUTWEIGH_INLINE SurveyEstimate estimate_total(const Weights& weights, std::span<const double> outcome) {
  detail::require_outcome(weights, outcome, "outcome");
  return detail::total_in(weights, outcome, {});
}

OUTWEIGH_INLINE SurveyEstimate estimate_ratio(const Weights& weights, std::span<const double> numerator,
                                              std::span<const double> denominator) {
  detail::require_outcome(weights, numerator, "numerator");
  detail::require_outcome(weights, denominator, "denominator");
  return detail::ratio_in(weights, numerator, denominator, {}, EstimateKind::ratio);
}

OUTWEIGH_INLINE SurveyEstimate estimate_quantile(const Weights& weights, std::span<const double> outcome,
                                                 double probability, double level) {
  detail::require_outcome(weights, outcome, "outcome");
  detail::require_probability_of(probability, level);
  return detail::quantile_in(weights, outcome, probability, level, {}, [&](std::span<const double> below) {
    return detail::ratio_in(weights, below, {}, {}, EstimateKind::mean);
  });
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_proportions(const Weights& weights, const Categorical& variable) {
  const detail::Cells cells = detail::domain_cells(weights, variable);
  std::vector<SurveyEstimate> results;
  const auto values = weights.values();
  const double mass = weights.total();
  // With few rows of a level, its score is that of its rows less its share of the score of all.
  const bool apart = detail::adds_up_by_domain(weights) && mass != 0.0;
  const detail::DomainRows listed = apart ? detail::list_domains(cells) : detail::DomainRows{};
  const std::vector<double> masses = apart ? detail::mass_deviations(weights) : std::vector<double>{};
  const std::vector<double> ones(apart ? values.size() : 0, 1.0);
  const double of_masses =
      apart ? detail::variance_in(weights, {}, [](std::size_t) { return 1.0; }) / (mass * mass) : 0.0;
  const SurveyEstimate all = detail::describe(weights, {}, EstimateKind::proportion);
  std::vector<double> has(values.size());
  for (std::uint32_t level = 0; level < variable.levels.size(); ++level) {
    const auto rows = apart ? listed.of(level) : std::span<const std::uint32_t>{};
    if (apart && all.rows > 0 && 2 * rows.size() <= values.size()) {
      double sum = 0.0;
      for (const std::uint32_t row : rows) sum += values[row];
      const double share = sum / mass;
      const auto parts = detail::variance_of_rows(weights, rows, std::span(ones).first(rows.size()), masses);
      results.push_back(all);
      detail::finish_estimate(
          results.back(), share,
          (parts.own - 2.0 * share * parts.with_masses) / (mass * mass) + share * share * of_masses);
    } else {
      for (std::size_t row = 0; row < has.size(); ++row) has[row] = cells.of_row[row] == level ? 1.0 : 0.0;
      results.push_back(detail::ratio_in(weights, has, {}, {}, EstimateKind::proportion));
    }
    results.back().level = variable.levels[level];
  }
  return results;
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_mean(const Weights& weights, std::span<const double> outcome,
                                                          const Categorical& by) {
  detail::require_outcome(weights, outcome, "outcome");
  return detail::each_domain(weights, by, [&](const detail::Domain& domain) {
    return detail::ratio_in(weights, outcome, {}, domain, EstimateKind::mean);
  });
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_total(const Weights& weights, std::span<const double> outcome,
                                                           const Categorical& by) {
  detail::require_outcome(weights, outcome, "outcome");
  return detail::each_domain(weights, by,
                             [&](const detail::Domain& domain) { return detail::total_in(weights, outcome, domain); });
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_ratio(const Weights& weights, std::span<const double> numerator,
                                                           std::span<const double> denominator, const Categorical& by) {
  detail::require_outcome(weights, numerator, "numerator");
  detail::require_outcome(weights, denominator, "denominator");
  return detail::each_domain(weights, by, [&](const detail::Domain& domain) {
    return detail::ratio_in(weights, numerator, denominator, domain, EstimateKind::ratio);
  });
}

OUTWEIGH_INLINE std::vector<SurveyEstimate> estimate_quantile(const Weights& weights, std::span<const double> outcome,
                                                              double probability, double level, const Categorical& by) {
  detail::require_outcome(weights, outcome, "outcome");
  detail::require_probability_of(probability, level);
  return detail::each_domain(weights, by, [&](const detail::Domain& domain) {
    return detail::quantile_in(weights, outcome, probability, level, domain, [&](std::span<const double> below) {
      return detail::ratio_in(weights, below, {}, domain, EstimateKind::mean);
    });
  });
}

OUTWEIGH_INLINE SurveyEstimate estimate_difference(const Weights& weights, std::span<const double> outcome,
                                                   const Categorical& by, std::string_view first,
                                                   std::string_view second) {
  detail::require_outcome(weights, outcome, "outcome");
  const detail::Cells cells = detail::domain_cells(weights, by);
  const detail::Domain domains[] = {{&cells, detail::level_number(by, first)},
                                    {&cells, detail::level_number(by, second)}};
  SurveyEstimate result = detail::describe(weights, {}, EstimateKind::difference);
  result.level = std::string(first) + " - " + std::string(second);
  const auto values = weights.values();
  std::vector<double> scores(values.size(), 0.0);
  double difference = 0.0;
  double sign = 1.0;
  result.rows = 0;
  for (const detail::Domain& domain : domains) {
    const SurveyEstimate part = detail::describe(weights, domain, EstimateKind::mean);
    double sum = 0.0;
    double mass = 0.0;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (!domain.has(row)) continue;
      sum += values[row] * outcome[row];
      mass += values[row];
    }
    if (mass == 0.0) {
      detail::leave_undefined(result, "the weights of '" + part.level + "' add up to 0");
      return result;
    }
    result.rows += part.rows;
    difference += sign * sum / mass;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (domain.has(row)) scores[row] += sign * (outcome[row] - sum / mass) / mass;
    }
    sign = -1.0;
  }
  detail::finish_estimate(result, difference, detail::variance_of_scores(weights, std::move(scores)));
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
