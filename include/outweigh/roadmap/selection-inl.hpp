#pragma once

#include <algorithm>
#include <cmath>
#include <map>

#include <outweigh/roadmap/selection.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

OUTWEIGH_INLINE std::string_view to_string(SolveStatus status) noexcept {
  switch (status) {
    case SolveStatus::finished:
      return "finished";
    case SolveStatus::time_limit:
      return "time_limit";
    case SolveStatus::work_limit:
      return "work_limit";
    case SolveStatus::stopped:
      return "stopped";
  }
  return "";
}

OUTWEIGH_INLINE std::vector<std::string> solution_ids(const RoadmapProblem& problem, const Selection& selection) {
  std::vector<std::string> ids;
  ids.reserve(selection.solutions.size());
  for (const std::uint32_t s : selection.solutions) ids.push_back(problem.solution_ids()[s]);
  return ids;
}

OUTWEIGH_INLINE std::vector<std::string> check_selection(const RoadmapProblem& problem, const Selection& selection) {
  std::vector<std::string> faults;
  const auto fault = [&](const std::string& text) { faults.push_back(text); };
  const auto near = [](double a, double b, double scale) {
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b), scale});
  };
  const auto ids = problem.solution_ids();

  std::vector<bool> chosen(ids.size(), false);
  for (std::size_t k = 0; k < selection.solutions.size(); ++k) {
    const std::uint32_t s = selection.solutions[k];
    if (s >= ids.size()) {
      fault("position " + std::to_string(s) + " is not a solution");
      return faults;
    }
    if (k > 0 && s <= selection.solutions[k - 1]) fault("solutions are not in increasing order");
    chosen[s] = true;
  }

  double cost = 0.0;
  double value = 0.0;
  double magnitude = 0.0;
  std::map<std::uint32_t, bool> groups;
  for (std::uint32_t s = 0; s < ids.size(); ++s) {
    const auto [group, fresh] = groups.emplace(problem.together()[s], chosen[s]);
    if (!fresh && group->second != chosen[s]) fault("'" + ids[s] + "' is parted from its group");
    if (!chosen[s]) continue;
    cost += problem.efforts()[s];
    value += problem.values()[s];
    magnitude += std::abs(problem.values()[s]);
    for (const std::uint32_t on : problem.required_by(s)) {
      if (!chosen[on]) fault("'" + ids[s] + "' requires '" + ids[on] + "', which is not chosen");
    }
  }
  for (const ExcludedPair& pair : problem.excluded()) {
    if (chosen[pair.first] && chosen[pair.second]) {
      fault("'" + ids[pair.first] + "' and '" + ids[pair.second] + "' exclude each other");
    }
  }

  std::vector<std::uint32_t> served;
  for (std::uint32_t c = 0; c < problem.customer_count(); ++c) {
    bool all = true;
    for (const std::uint32_t s : problem.requests(c)) all = all && chosen[s];
    if (!all) continue;
    served.push_back(c);
    value += problem.customer_values()[c];
  }
  if (served != selection.customers) fault("the customers are not those that get all they asked for");

  std::vector<double> met(problem.need_count(), 0.0);
  for (std::size_t n = 0; n < met.size(); ++n) {
    for (const Cover& cover : problem.covers(n)) {
      const double share = chosen[cover.solution] ? cover.share : 0.0;
      if (problem.overlap() == Overlap::sum_of_shares) met[n] += share;
      if (problem.overlap() == Overlap::best_share && share > met[n]) met[n] = share;
    }
    value += problem.need_values()[n] * (met[n] < 1.0 ? met[n] : 1.0);
  }

  for (const std::uint32_t s : selection.include) {
    if (s >= ids.size() || !chosen[s]) fault("a solution that had to be chosen is not: position " + std::to_string(s));
  }
  for (const std::uint32_t s : selection.exclude) {
    if (s >= ids.size() || chosen[s]) fault("a solution that must not be chosen is: position " + std::to_string(s));
  }
  if (!near(cost, selection.cost, 0.0)) fault("the cost is not the sum of the efforts");
  if (!(cost <= selection.budget + 1e-9 * std::max(1e-9, std::abs(selection.budget)))) {
    fault("the cost is above the budget");
  }
  const bool several = !selection.capacities.empty();
  if ((several && selection.capacities.size() != problem.resources().size()) ||
      selection.costs.size() != selection.capacities.size() || selection.prices.size() != selection.capacities.size()) {
    fault("capacities, costs and prices are not one for each resource");
    return faults;
  }
  for (std::size_t r = 0; r < selection.capacities.size(); ++r) {
    double used = 0.0;
    for (std::uint32_t s = 0; s < ids.size(); ++s) used += chosen[s] ? problem.resource_efforts(r)[s] : 0.0;
    const double capacity = selection.capacities[r];
    if (!near(used, selection.costs[r], 0.0))
      fault("the cost of '" + problem.resources()[r] + "' is not the sum of the efforts");
    if (!(used <= capacity + 1e-9 * std::max(1e-9, std::abs(capacity)))) {
      fault("'" + problem.resources()[r] + "' is above its capacity");
    }
    if (!(selection.prices[r] >= 0.0)) fault("the price of '" + problem.resources()[r] + "' is negative");
  }
  if (!near(value, selection.value, magnitude)) fault("the value is not that of the solutions");
  if (!(selection.bound >= selection.value)) fault("the bound is below the value");
  if (!near(selection.gap, selection.bound - selection.value, std::abs(selection.bound))) {
    fault("the gap is not bound - value");
  }
  return faults;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
