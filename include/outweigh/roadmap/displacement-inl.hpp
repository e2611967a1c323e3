#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include <outweigh/roadmap/displacement.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

OUTWEIGH_INLINE Displacement displaced_by(const RoadmapProblem& problem, const Selection& selection,
                                          std::uint32_t solution, SolveOptions options) {
  if (solution >= problem.solution_count()) {
    throw core::InvalidInput("no such solution", {.column = "solution", .value = std::to_string(solution)});
  }
  Displacement result;
  result.solution = solution;
  result.forced_in = !std::binary_search(selection.solutions.begin(), selection.solutions.end(), solution);
  options.start.clear();
  if (result.forced_in) {
    options.include.push_back(solution);
  } else {
    options.exclude.push_back(solution);
    // what stays when the solution and all that hangs on it goes
    std::vector<std::uint8_t> kept(problem.solution_count(), 0);
    for (const std::uint32_t s : selection.solutions) kept[s] = 1;
    kept[solution] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      std::vector<std::uint8_t> parted(problem.solution_count(), 0);
      for (const std::uint32_t s : selection.solutions) {
        if (kept[s] == 0) parted[problem.together()[s]] = 1;
      }
      for (const std::uint32_t s : selection.solutions) {
        if (kept[s] == 0) continue;
        const auto needs = problem.required_by(s);
        if (parted[problem.together()[s]] != 0 ||
            std::any_of(needs.begin(), needs.end(), [&](std::uint32_t on) { return kept[on] == 0; })) {
          kept[s] = 0;
          changed = true;
        }
      }
    }
    for (std::uint32_t s = 0; s < kept.size(); ++s) {
      if (kept[s] != 0) options.start.push_back(s);
    }
  }
  result.alternative = solve(problem, options);
  const auto& before = selection.solutions;
  const auto& after = result.alternative.solutions;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(result.entering));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(result.leaving));
  result.value_lost = selection.value - result.alternative.value;
  result.effort_change = result.alternative.cost - selection.cost;
  return result;
}

OUTWEIGH_INLINE std::vector<double> added_values(const RoadmapProblem& problem, const Selection& selection) {
  std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
  for (const std::uint32_t s : selection.solutions) chosen[s] = 1;
  std::vector<double> adds(problem.solution_count(), 0.0);
  for (const std::uint32_t s : selection.solutions) adds[s] = problem.values()[s];
  for (const std::uint32_t c : selection.customers) {
    for (const std::uint32_t s : problem.requests(c)) adds[s] += problem.customer_values()[c];
  }
  for (std::size_t n = 0; n < problem.need_count(); ++n) {
    double sum = 0.0, first = 0.0, second = 0.0;  // of the chosen shares
    std::size_t several = 0;
    for (const Cover& cover : problem.covers(n)) {
      if (chosen[cover.solution] == 0) continue;
      ++several;
      sum += cover.share;
      second = std::max(second, std::min(first, cover.share));
      first = std::max(first, cover.share);
    }
    for (const Cover& cover : problem.covers(n)) {
      if (chosen[cover.solution] == 0) continue;
      double lost = 0.0;
      if (problem.overlap() == Overlap::sum_of_shares) {
        lost = several == 1 ? cover.share : std::max(0.0, std::min(1.0, sum) - std::min(1.0, sum - cover.share));
      } else if (cover.share == first) {
        lost = first - second;
      }
      adds[cover.solution] += problem.need_values()[n] * lost;
    }
  }
  std::vector<double> result;
  result.reserve(selection.solutions.size());
  for (const std::uint32_t s : selection.solutions) result.push_back(adds[s]);
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
