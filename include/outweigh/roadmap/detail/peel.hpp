// A closed set that is too dear, made to fit by giving up what is worth least for its cost.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Takes nodes out of the closed set until its cost is at most `budget`, each time the one that loses least value for a
/// unit of cost among those on which only payers rest: nodes without cost that nothing requires, such as customers, who
/// leave with it. What is worth more together than in parts is found from this side, where adding one at a time finds
/// nothing. `kept` marks nodes that stay. False when the budget cannot be met. Time in proportion to
/// arcs * log(arcs) of the set; `work` counts steps.
inline bool peel(const ClosureProblem& problem, std::vector<std::uint8_t>& set, const std::vector<std::uint8_t>& kept,
                 std::int64_t budget, std::uint64_t& work) {
  const auto size = static_cast<std::uint32_t>(problem.size());
  const auto pays = [&](std::uint32_t u) {
    return problem.cost[u] == 0 && problem.dependents.first(u) == problem.dependents.last(u);
  };
  const auto needs_of = [&](std::uint32_t u, auto&& use) {
    for (std::uint32_t k = problem.contributions.first(u); k < problem.contributions.last(u); ++k) {
      use(problem.contributions.entry[k].other, problem.contributions.entry[k].amount);
    }
  };
  std::vector<std::int64_t> met(problem.need_value.size(), 0);
  // own worth and that of the payers that rest on a node; how many others rest on it
  std::vector<std::int64_t> loss(size, 0);
  std::vector<std::uint32_t> resting(size, 0);
  std::int64_t cost = 0;
  for (std::uint32_t u = 0; u < size; ++u) {
    if (set[u] == 0) continue;
    cost += problem.cost[u];
    loss[u] += problem.value[u];
    needs_of(u, [&](std::uint32_t need, std::int64_t amount) { met[need] += amount; });
    const bool payer = pays(u) && kept[u] == 0;
    for (std::uint32_t a = problem.requires_.first(u); a < problem.requires_.last(u); ++a) {
      if (payer) {
        loss[problem.requires_.entry[a]] += problem.value[u];
      } else {
        ++resting[problem.requires_.entry[a]];
      }
    }
    work += 1 + problem.requires_.last(u) - problem.requires_.first(u);
  }
  const auto rate_of = [&](std::uint32_t u) {
    std::int64_t lost = loss[u];
    needs_of(u, [&](std::uint32_t need, std::int64_t amount) {
      lost += std::min(met[need], problem.need_value[need]) - std::min(met[need] - amount, problem.need_value[need]);
    });
    return static_cast<double>(lost) / (static_cast<double>(problem.cost[u]) + 1e-9);
  };
  const auto removable = [&](std::uint32_t u) { return set[u] != 0 && kept[u] == 0 && resting[u] == 0 && !pays(u); };
  using Entry = std::pair<double, std::uint32_t>;
  std::vector<Entry> entries;
  for (std::uint32_t u = 0; u < size; ++u) {
    if (removable(u)) entries.emplace_back(rate_of(u), u);
  }
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue(std::greater<>{}, std::move(entries));
  const auto leave = [&](std::uint32_t u, bool payer) {
    set[u] = 0;
    needs_of(u, [&](std::uint32_t need, std::int64_t amount) { met[need] -= amount; });
    for (std::uint32_t a = problem.requires_.first(u); a < problem.requires_.last(u); ++a) {
      const std::uint32_t w = problem.requires_.entry[a];
      if (payer) {
        loss[w] -= problem.value[u];
      } else {
        --resting[w];
      }
      if (removable(w)) queue.emplace(rate_of(w), w);
    }
    work += 4 * (1 + problem.requires_.last(u) - problem.requires_.first(u));
  };
  while (cost > budget && !queue.empty()) {
    const auto [rate, u] = queue.top();
    queue.pop();
    if (!removable(u)) continue;
    const double now = rate_of(u);
    if (now > rate) queue.emplace(now, u);  // a need that others met as well is now met by this one alone
    if (now != rate) continue;              // a better entry of it is in the queue
    cost -= problem.cost[u];
    for (std::uint32_t k = problem.dependents.first(u); k < problem.dependents.last(u); ++k) {
      if (set[problem.dependents.entry[k].node] != 0) leave(problem.dependents.entry[k].node, true);
    }
    leave(u, false);
  }
  return cost <= budget;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
