// What the values of needs and of solutions are both made of.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/prevalence.hpp>
#include <outweigh/scoring/need_value.hpp>
#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

namespace detail {

[[nodiscard]] inline bool is_naive(ValueBasis basis) noexcept {
  return basis == ValueBasis::votes || basis == ValueBasis::voiced_revenue;
}

inline void check_options(const ValueOptions& options) {
  if (!(options.revenue_share >= 0.0 && options.revenue_share <= 1.0)) {
    throw core::InvalidInput("the share of revenue must lie in [0, 1]",
                             {.column = "revenue_share", .value = std::to_string(options.revenue_share)});
  }
  for (const double weight : options.outcome_weights) {
    if (!(weight >= 0.0 && weight <= 1e12)) {
      throw core::InvalidInput("a weight of an outcome must be finite and not negative",
                               {.column = "outcome_weights", .value = std::to_string(weight)});
    }
  }
}

[[nodiscard]] inline double outcome_weight(const graph::CustomerGraph& graph, graph::NeedIndex need,
                                           const ValueOptions& options) {
  const auto& outcome = graph.needs().outcome;
  return outcome.has(need.value()) ? options.outcome_weights[static_cast<std::size_t>(outcome[need.value()])] : 1.0;
}

/// Yearly revenue of each account of the base, 0 where unknown.
struct BaseRevenue {
  std::vector<double> amount{};
  double mean = 0.0;  ///< over accounts where it is known
  std::size_t known = 0;
};
[[nodiscard]] inline BaseRevenue base_revenue(const graph::CustomerGraph& graph) {
  BaseRevenue revenue;
  const auto& arr = graph.accounts().arr;
  core::Money total;
  for (const graph::AccountIndex account : graph.base()) {
    const bool is_known = arr.has(account.value());
    revenue.amount.push_back(is_known ? std::max(0.0, arr[account.value()].units()) : 0.0);
    revenue.known += is_known ? 1U : 0U;
    if (is_known && arr[account.value()].ticks() > 0) total += arr[account.value()];
  }
  revenue.mean = revenue.known > 0 ? total.units() / static_cast<double>(revenue.known) : 0.0;
  return revenue;
}
inline void require_revenue(const BaseRevenue& revenue) {
  if (revenue.known == 0 && !revenue.amount.empty()) {
    throw core::MissingInput("value by revenue needs the accounts' yearly revenue, and none is known",
                             {.table = "accounts", .column = "arr"});
  }
}

[[nodiscard]] inline std::vector<double> worth(const demand::Demand& demand, graph::NeedIndex need,
                                               const ValueOptions& options, const BaseRevenue& revenue) {
  const graph::CustomerGraph& graph = demand.graph();
  const auto base = graph.base();
  const double weight = outcome_weight(graph, need, options);
  if (options.basis != ValueBasis::accounts && options.basis != ValueBasis::votes) require_revenue(revenue);
  std::vector<double> result(base.size(), 0.0);
  const auto voices = demand.voices(need);
  switch (options.basis) {
    case ValueBasis::accounts:
      std::fill(result.begin(), result.end(), weight);
      break;
    case ValueBasis::revenue:
      for (std::size_t b = 0; b < base.size(); ++b) result[b] = weight * revenue.amount[b];
      break;
    case ValueBasis::mix:
      for (std::size_t b = 0; b < base.size(); ++b) {
        const double relative = revenue.mean > 0.0 ? revenue.amount[b] / revenue.mean : 0.0;
        result[b] = weight * ((1.0 - options.revenue_share) + options.revenue_share * relative);
      }
      break;
    case ValueBasis::votes: {
      const graph::Relation& of_need = graph.relation(graph::RelationKind::request_need);
      if (need.value() >= of_need.to_size()) break;
      for (const std::uint32_t request : of_need.in(need.value())) {
        if (graph.requests().at[request] > graph.as_of()) continue;
        const auto found = std::lower_bound(base.begin(), base.end(), graph.requests().account[request]);
        if (found == base.end() || *found != graph.requests().account[request]) continue;
        result[static_cast<std::size_t>(found - base.begin())] += weight;
      }
      break;
    }
    case ValueBasis::voiced_revenue:
      for (std::size_t b = 0; b < base.size(); ++b) {
        const bool asked = voices[b] == demand::Voice::requested || voices[b] == demand::Voice::confirmed;
        result[b] = asked ? weight * revenue.amount[b] : 0.0;
      }
      break;
  }
  return result;
}

[[nodiscard]] inline std::vector<double> contributions(const demand::Demand& demand, graph::NeedIndex need,
                                                       const ValueOptions& options, const BaseRevenue& revenue) {
  std::vector<double> result = detail::worth(demand, need, options, revenue);
  if (is_naive(options.basis)) return result;
  const auto probabilities = demand.probabilities(need);
  for (std::size_t b = 0; b < result.size(); ++b) result[b] *= probabilities[b];
  return result;
}

/// The correctly rounded sum, whatever the order.
[[nodiscard]] inline double exact_sum(std::span<const double> values) {
  stats::ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

[[nodiscard]] inline std::vector<double> value_draws(const demand::Demand& demand, graph::NeedIndex need,
                                                     const ValueOptions& options, const BaseRevenue& revenue,
                                                     double value) {
  std::vector<double> draws(demand.draws(), value);
  const double weight = outcome_weight(demand.graph(), need, options);
  const auto accounts = demand.account_draws(need);
  const auto money = demand.revenue_draws(need);
  for (std::size_t d = 0; d < draws.size(); ++d) {
    switch (options.basis) {
      case ValueBasis::accounts:
        draws[d] = weight * accounts[d];
        break;
      case ValueBasis::revenue:
        draws[d] = weight * money[d];
        break;
      case ValueBasis::mix:
        draws[d] = weight * ((1.0 - options.revenue_share) * accounts[d] +
                             (revenue.mean > 0.0 ? options.revenue_share * money[d] / revenue.mean : 0.0));
        break;
      case ValueBasis::votes:
      case ValueBasis::voiced_revenue:
        break;
    }
  }
  return draws;
}

/// Order statistics around the middle `level`, widened to hold the value.
[[nodiscard]] inline core::Interval interval_of(std::vector<double> draws, double value, double level) {
  if (draws.empty()) return {value, value, level};
  std::sort(draws.begin(), draws.end());
  const double last = static_cast<double>(draws.size() - 1);
  const double tail = 0.5 * (1.0 - level) * last;
  return {std::min(value, draws[static_cast<std::size_t>(std::floor(tail))]),
          std::max(value, draws[static_cast<std::size_t>(std::ceil(last - tail))]), level};
}

}  // namespace detail

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
