#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/scoring/detail/worth.hpp>
#include <outweigh/scoring/need_value.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

OUTWEIGH_INLINE std::vector<double> worth(const demand::Demand& demand, graph::NeedIndex need,
                                          const ValueOptions& options) {
  detail::check_options(options);
  return detail::worth(demand, need, options, detail::base_revenue(demand.graph()));
}

OUTWEIGH_INLINE std::vector<double> contributions(const demand::Demand& demand, graph::NeedIndex need,
                                                  const ValueOptions& options) {
  detail::check_options(options);
  return detail::contributions(demand, need, options, detail::base_revenue(demand.graph()));
}

OUTWEIGH_INLINE std::vector<double> value_draws(const demand::Demand& demand, graph::NeedIndex need,
                                                const ValueOptions& options) {
  detail::check_options(options);
  const detail::BaseRevenue revenue = detail::base_revenue(demand.graph());
  const double value = detail::exact_sum(detail::contributions(demand, need, options, revenue));
  return detail::value_draws(demand, need, options, revenue, value);
}

OUTWEIGH_INLINE std::vector<NeedValue> need_values(const demand::Demand& demand, const ValueOptions& options,
                                                   double level) {
  detail::check_options(options);
  const detail::BaseRevenue revenue = detail::base_revenue(demand.graph());
  std::vector<NeedValue> values;
  for (const demand::DemandRow& row : demand.overall()) {
    NeedValue need;
    need.need = row.need;
    need.value = detail::exact_sum(detail::contributions(demand, row.need, options, revenue));
    const auto probabilities = demand.probabilities(row.need);
    need.accounts = detail::exact_sum(probabilities);
    std::vector<double> money(probabilities.begin(), probabilities.end());
    for (std::size_t b = 0; b < money.size(); ++b) money[b] *= revenue.amount[b];
    need.revenue = detail::exact_sum(money);
    need.interval =
        detail::interval_of(detail::value_draws(demand, row.need, options, revenue, need.value), need.value, level);
    // Where nothing is known but a range, so is the value: between the accounts that must count and all that may.
    if (row.prevalence.status == core::Status::bounds_only && !detail::is_naive(options.basis)) {
      const std::vector<double> each = detail::worth(demand, row.need, options, revenue);
      const auto voices = demand.voices(row.need);
      std::vector<double> least;
      std::vector<double> most;
      for (std::size_t b = 0; b < each.size(); ++b) {
        if (voices[b] == demand::Voice::confirmed) least.push_back(each[b]);
        if (voices[b] != demand::Voice::denied) most.push_back(each[b]);
      }
      need.interval = {std::min(need.value, detail::exact_sum(least)), std::max(need.value, detail::exact_sum(most)),
                       level};
    }
    need.status = row.prevalence.status;
    values.push_back(need);
  }
  return values;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
