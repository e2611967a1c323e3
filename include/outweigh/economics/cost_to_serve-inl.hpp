#pragma once

#include <cmath>

#include <outweigh/economics/cost_to_serve.hpp>
#include <outweigh/economics/detail/number_text.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

OUTWEIGH_INLINE CostToServe cost_to_serve(std::span<const CostPool> pools, std::span<const CostActivity> activities,
                                          std::span<const CostUse> uses, std::size_t accounts) {
  const auto require = [](bool holds, const char* message, const char* table, const char* column, std::size_t row,
                          double value) {
    if (!holds) {
      throw core::InvalidInput(message,
                               {.table = table, .column = column, .row = row, .value = detail::number_text(value)});
    }
  };
  for (std::size_t i = 0; i < pools.size(); ++i) {
    require(pools[i].cost >= 0.0 && std::isfinite(pools[i].cost), "a cost is 0 or more and finite", "functions", "cost",
            i, pools[i].cost);
    require(pools[i].minutes > 0.0 && std::isfinite(pools[i].minutes), "a practical capacity is positive and finite",
            "functions", "minutes", i, pools[i].minutes);
  }
  for (std::size_t i = 0; i < activities.size(); ++i) {
    require(activities[i].pool < pools.size(), "the activity's function has no cost", "activities", "function", i,
            static_cast<double>(activities[i].pool));
    require(activities[i].minutes >= 0.0 && std::isfinite(activities[i].minutes),
            "the minutes of an activity are 0 or more and finite", "activities", "minutes", i, activities[i].minutes);
  }
  CostToServe result;
  result.accounts = accounts;
  result.cost.assign(accounts * pools.size(), 0.0);
  result.activity_quantity.assign(activities.size(), 0.0);
  result.activity_minutes.assign(activities.size(), 0.0);
  result.activity_cost.assign(activities.size(), 0.0);
  // Minutes are added first and priced once, so that no rounding of a price adds up.
  std::vector<double> minutes(accounts * pools.size(), 0.0);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const CostUse& use = uses[i];
    require(use.account < accounts, "the account is not known", "uses", "account_id", i, use.account);
    require(use.activity < activities.size(), "the activity is not known", "uses", "activity", i, use.activity);
    require(use.quantity >= 0.0 && std::isfinite(use.quantity), "a quantity is 0 or more and finite", "uses",
            "quantity", i, use.quantity);
    const CostActivity& activity = activities[use.activity];
    result.activity_quantity[use.activity] += use.quantity;
    minutes[use.account * pools.size() + activity.pool] += use.quantity * activity.minutes;
  }
  const auto price = [&](std::size_t pool, double spent) { return spent * pools[pool].cost / pools[pool].minutes; };
  for (std::size_t i = 0; i < minutes.size(); ++i) result.cost[i] = price(i % pools.size(), minutes[i]);
  result.used_minutes.assign(pools.size(), 0.0);
  for (std::size_t i = 0; i < activities.size(); ++i) {
    result.activity_minutes[i] = result.activity_quantity[i] * activities[i].minutes;
    result.activity_cost[i] = price(activities[i].pool, result.activity_minutes[i]);
    result.used_minutes[activities[i].pool] += result.activity_minutes[i];
  }
  for (std::size_t k = 0; k < pools.size(); ++k) {
    result.used_cost.push_back(price(k, result.used_minutes[k]));
    result.unused_minutes.push_back(pools[k].minutes - result.used_minutes[k]);
    result.unused_cost.push_back(price(k, result.unused_minutes[k]));
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
