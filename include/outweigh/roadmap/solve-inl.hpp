#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include <outweigh/roadmap/detail/apply_rules.hpp>
#include <outweigh/roadmap/detail/branch_and_bound.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>
#include <outweigh/roadmap/solve.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

OUTWEIGH_INLINE void require_option(bool fine, std::string_view option, std::string_view range, double value) {
  if (!fine) {
    throw core::InvalidInput("the " + std::string(option) + " must be a number " + std::string(range),
                             {.column = std::string(option), .value = std::to_string(value)});
  }
}

OUTWEIGH_INLINE void require_positions(const RoadmapProblem& problem, const std::vector<std::uint32_t>& positions,
                                       std::string_view option) {
  for (const std::uint32_t s : positions) {
    if (s >= problem.solution_count()) {
      throw core::InvalidInput("an option names a position that is no solution",
                               {.column = std::string(option), .value = std::to_string(s)});
    }
  }
}

}  // namespace detail

OUTWEIGH_INLINE Selection solve(const RoadmapProblem& problem, const SolveOptions& options) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  detail::require_option(options.budget >= 0.0, "budget", "of at least 0", options.budget);
  detail::require_option(options.time_limit >= 0.0, "time_limit", "of at least 0", options.time_limit);
  detail::require_option(options.tolerance >= 0.0 && options.tolerance <= 1.0, "tolerance", "between 0 and 1",
                         options.tolerance);
  detail::require_positions(problem, options.start, "start");
  detail::require_positions(problem, options.include, "include");
  detail::require_positions(problem, options.exclude, "exclude");

  const detail::ScaledProblem scaled = detail::scale(problem, options.budget, options.include);
  const bool exact = scaled.exact_values && scaled.budget == scaled.loose_budget;
  detail::BranchAndBound search(scaled.closure, scaled.budget, scaled.loose_budget);
  detail::apply_rules(problem, scaled, options.budget, options.include, options.exclude, search);
  if (!options.start.empty()) {
    std::vector<std::uint8_t> given(problem.solution_count(), 0);
    for (const std::uint32_t s : options.start) given[s] = 1;
    search.offer(detail::nodes_of(scaled, given));
  }

  Selection selection;
  selection.status = SolveStatus::finished;
  detail::BranchAndBound::Limits limits;
  limits.work = options.work_limit;
  limits.tolerance = std::max(options.tolerance, exact ? 0.0 : 5e-8);
  double first_gap = 0.0;
  limits.interrupt = [&](double value, double bound) {
    if (options.control.stop.stop_requested()) {
      selection.status = SolveStatus::stopped;
      return true;
    }
    if (elapsed() >= options.time_limit) {
      selection.status = SolveStatus::time_limit;
      return true;
    }
    if (options.control.progress) {
      first_gap = std::max(first_gap, bound - value);
      const double done = first_gap > 0.0 ? std::clamp(1.0 - (bound - value) / first_gap, 0.0, 1.0) : 0.0;
      if (!options.control.progress("solve", done)) {
        selection.status = SolveStatus::stopped;
        return true;
      }
    }
    return false;
  };
  search.run(limits);
  if (!search.finished() && selection.status == SolveStatus::finished) selection.status = SolveStatus::work_limit;

  std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
  for (std::uint32_t u = 0; u < scaled.closure.size(); ++u) {
    if (search.best()[u] == 0) continue;
    for (std::uint32_t k = scaled.members.first(u); k < scaled.members.last(u); ++k) {
      chosen[scaled.members.entry[k]] = 1;
    }
  }
  for (std::uint32_t s = 0; s < chosen.size(); ++s) {
    if (chosen[s] != 0) selection.solutions.push_back(s);
  }
  for (std::uint32_t c = 0; c < problem.customer_count(); ++c) {
    const auto wanted = problem.requests(c);
    if (std::all_of(wanted.begin(), wanted.end(), [&](std::uint32_t s) { return chosen[s] != 0; })) {
      selection.customers.push_back(c);
    }
  }
  selection.value = problem.value_of(chosen);
  selection.cost = problem.cost_of(chosen);
  selection.budget = options.budget;
  selection.include = options.include;
  selection.exclude = options.exclude;
  for (auto* rules : {&selection.include, &selection.exclude}) {
    std::sort(rules->begin(), rules->end());
    rules->erase(std::unique(rules->begin(), rules->end()), rules->end());
  }
  selection.bound = std::max(
      selection.value, scaled.constant + static_cast<double>(search.bound()) * scaled.value_unit);
  if (exact && search.bound() == search.value()) selection.bound = selection.value;
  selection.gap = selection.bound - selection.value;
  const double allowed = std::max(options.tolerance, exact ? 0.0 : 1e-6);
  selection.proven = selection.gap <= allowed * std::abs(selection.value);
  selection.nodes = search.nodes();
  selection.work = search.work();
  selection.seconds = elapsed();
  return selection;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
