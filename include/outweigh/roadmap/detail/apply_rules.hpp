// What has to be chosen and what must not be, for a search.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// The ids, quoted.
inline std::string named(const RoadmapProblem& problem, const std::vector<std::uint32_t>& solutions) {
  std::string names;
  for (const std::uint32_t s : solutions) names += (names.empty() ? "'" : ", '") + problem.solution_ids()[s] + "'";
  return names;
}

/// Forces in and out what the options say. Throws Infeasible, naming it, where that cannot be.
template <class Search>
void force_rules(const RoadmapProblem& problem, const ScaledProblem& scaled, const std::vector<std::uint32_t>& include,
                 const std::vector<std::uint32_t>& exclude, Search& search) {
  for (const std::uint32_t s : include) {
    if (!search.require(scaled.node_of[s])) {
      throw core::Infeasible("solution '" + problem.solution_ids()[s] +
                                 "' cannot be included: something that it requires is excluded by other solutions "
                                 "to include",
                             {.column = "include", .value = problem.solution_ids()[s]});
    }
  }
  for (const std::uint32_t s : exclude) {
    if (scaled.node_of[s] == no_node) continue;
    if (!search.forbid(scaled.node_of[s])) {
      throw core::Infeasible(
          "solution '" + problem.solution_ids()[s] + "' cannot be excluded: a solution to include is it or requires it",
          {.column = "exclude", .value = problem.solution_ids()[s]});
    }
  }
}

/// The same for one budget, and settles.
inline void apply_rules(const RoadmapProblem& problem, const ScaledProblem& scaled, double budget,
                        const std::vector<std::uint32_t>& include, const std::vector<std::uint32_t>& exclude,
                        BranchAndBound& search) {
  const auto beyond_budget = [&] {
    return core::Infeasible(
        "the solutions to include and what they require do not fit the budget: " + named(problem, include),
        {.column = "budget", .value = core::detail::number_text(budget)});
  };
  for (const std::uint32_t s : include) {
    if (scaled.node_of[s] == no_node) throw beyond_budget();
  }
  force_rules(problem, scaled, include, exclude, search);
  if (!search.settle()) throw beyond_budget();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
