// What nodes add to needs, each node to each need once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_problem.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Contributions of one node to one need add up; what cannot meet more than the need is plain value of the problem, and
/// such needs are gone. Sorted by need, then by node.
[[nodiscard]] inline std::vector<std::pair<std::uint32_t, Contribution>> merge_contributions(
    std::vector<std::pair<std::uint32_t, Contribution>> given, ClosureProblem& problem,
    std::vector<ScaledProblem::PartOfNeed>& need_of) {
  std::sort(given.begin(), given.end(), [](const auto& a, const auto& b) {
    return a.second.other != b.second.other ? a.second.other < b.second.other : a.first < b.first;
  });
  std::vector<std::pair<std::uint32_t, Contribution>> merged;
  std::uint32_t needs = 0;
  for (std::size_t k = 0; k < given.size();) {
    const std::uint32_t need = given[k].second.other;
    const std::size_t start = merged.size();
    std::int64_t sum = 0;
    for (; k < given.size() && given[k].second.other == need; ++k) {
      const auto& [node, c] = given[k];
      if (merged.size() > start && merged.back().first == node) {
        merged.back().second.amount += c.amount;
      } else {
        merged.push_back({node, {needs, c.amount}});
      }
    }
    for (std::size_t i = start; i < merged.size(); ++i) {
      merged[i].second.amount = std::min(merged[i].second.amount, problem.need_value[need]);
      sum += merged[i].second.amount;
    }
    if (sum <= problem.need_value[need]) {
      for (std::size_t i = start; i < merged.size(); ++i) problem.value[merged[i].first] += merged[i].second.amount;
      merged.resize(start);
    } else {
      problem.need_value[needs] = problem.need_value[need];
      need_of[needs++] = need_of[need];
    }
  }
  problem.need_value.resize(needs);
  need_of.resize(needs);
  return merged;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
