#pragma once

#include <cmath>
#include <numeric>
#include <vector>

#include <outweigh/economics/cost_to_serve.hpp>
#include <outweigh/economics/detail/number_text.hpp>
#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

/// Exact sums of `value(i)` by `slot(i)`, so that the order of rows does not show. O(count + slots).
template <class Slot, class Value>
[[nodiscard]] std::vector<double> sums_by(std::size_t slots, std::size_t count, const Slot& slot, const Value& value) {
  std::vector<std::size_t> end(slots + 1, 0);
  for (std::size_t i = 0; i < count; ++i) ++end[slot(i) + 1];
  std::partial_sum(end.begin(), end.end(), end.begin());
  std::vector<double> grouped(count);
  std::vector<std::size_t> next(end.begin(), end.end() - 1);
  for (std::size_t i = 0; i < count; ++i) grouped[next[slot(i)]++] = value(i);
  std::vector<double> sums(slots, 0.0);
  for (std::size_t k = 0; k < slots; ++k) {
    if (end[k + 1] - end[k] == 1) sums[k] = grouped[end[k]];
    if (end[k + 1] - end[k] < 2) continue;
    stats::ExactSum sum;
    for (std::size_t i = end[k]; i < end[k + 1]; ++i) sum.add(grouped[i]);
    sums[k] = sum.value();
  }
  return sums;
}

}  // namespace detail

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
  result.activity_minutes.assign(activities.size(), 0.0);
  result.activity_cost.assign(activities.size(), 0.0);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const CostUse& use = uses[i];
    require(use.account < accounts, "the account is not known", "uses", "account_id", i, use.account);
    require(use.activity < activities.size(), "the activity is not known", "uses", "activity", i, use.activity);
    require(use.quantity >= 0.0 && std::isfinite(use.quantity), "a quantity is 0 or more and finite", "uses",
            "quantity", i, use.quantity);
    require(use.quantity * activities[use.activity].minutes <= 1e300, "it takes more minutes than a number can hold",
            "uses", "quantity", i, use.quantity);
  }
  result.activity_quantity = detail::sums_by(
      activities.size(), uses.size(), [&](std::size_t i) { return uses[i].activity; },
      [&](std::size_t i) { return uses[i].quantity; });
  // Minutes are added first and priced once, so that no rounding of a price adds up.
  const std::vector<double> minutes = detail::sums_by(
      accounts * pools.size(), uses.size(),
      [&](std::size_t i) { return uses[i].account * pools.size() + activities[uses[i].activity].pool; },
      [&](std::size_t i) { return uses[i].quantity * activities[uses[i].activity].minutes; });
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
