#pragma once

#include <algorithm>
#include <optional>
#include <queue>
#include <string>
#include <utility>

#include <outweigh/roadmap/best_plans.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

OUTWEIGH_INLINE Alternatives best_plans(const RoadmapProblem& problem, std::size_t count, const SolveOptions& options,
                                        std::span<const std::uint32_t> apart) {
  if (count == 0) throw core::InvalidInput("at least one plan must be asked for", {.column = "count", .value = "0"});
  std::vector<std::uint8_t> aside(problem.solution_count(), apart.empty() ? 0 : 1);
  for (const std::uint32_t s : apart) {
    if (s >= aside.size()) {
      throw core::InvalidInput("a position is no solution", {.column = "apart", .value = std::to_string(s)});
    }
    aside[s] = 0;
  }
  Alternatives result;
  SolveOptions solving = options;
  const auto best = [&](std::vector<std::uint32_t> inside,
                        std::vector<std::uint32_t> outside) -> std::optional<Selection> {
    solving.include = std::move(inside);
    solving.exclude = std::move(outside);
    try {
      Selection found = solve(problem, solving);
      result.complete = result.complete && found.proven;
      return found;
    } catch (const core::Infeasible&) {
      return std::nullopt;
    }
  };

  struct Part {
    Selection plan;
    std::vector<std::uint32_t> inside, outside;
    std::size_t number;  // of equally good plans the one found first comes first
  };
  const auto worse = [](const Part& a, const Part& b) {
    return a.plan.value != b.plan.value ? a.plan.value < b.plan.value : a.number > b.number;
  };
  std::priority_queue<Part, std::vector<Part>, decltype(worse)> waiting(worse);
  std::size_t number = 0;
  if (auto first = best(options.include, options.exclude)) {
    waiting.push({std::move(*first), options.include, options.exclude, number++});
  }
  solving.start.clear();
  while (!waiting.empty()) {
    Part part = waiting.top();
    waiting.pop();
    result.plans.push_back(part.plan);
    if (result.plans.size() == count) break;
    std::vector<std::uint8_t> fixed = aside, chosen(problem.solution_count(), 0);
    for (const auto* rules : {&part.inside, &part.outside}) {
      for (const std::uint32_t s : *rules) fixed[s] = 1;
    }
    for (const std::uint32_t s : part.plan.solutions) chosen[s] = 1;
    for (std::uint32_t s = 0; s < fixed.size(); ++s) {
      if (fixed[s] != 0) continue;
      auto inside = part.inside;
      auto outside = part.outside;
      (chosen[s] != 0 ? outside : inside).push_back(s);
      if (auto other = best(inside, outside)) {
        waiting.push({std::move(*other), std::move(inside), std::move(outside), number++});
      }
      (chosen[s] != 0 ? part.inside : part.outside).push_back(s);
    }
  }
  if (!result.plans.empty()) result.shared = result.plans.front().solutions;
  for (const Selection& plan : result.plans) {
    std::erase_if(result.shared, [&](std::uint32_t s) {
      return !std::binary_search(plan.solutions.begin(), plan.solutions.end(), s);
    });
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
