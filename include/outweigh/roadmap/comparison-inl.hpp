#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/roadmap/comparison.hpp>
#include <outweigh/scoring/need_value.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

using WorthById = std::map<std::string, double>;

OUTWEIGH_INLINE std::vector<ChangeOfValue> changes(const WorthById& before, const WorthById& after) {
  WorthById change = after;
  for (const auto& [id, worth] : before) change[id] -= worth;
  std::vector<ChangeOfValue> rows;
  for (const auto& [id, worth] : change) rows.push_back({id, worth});
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.change < b.change; });
  return rows;
}

OUTWEIGH_INLINE Comparison compare_ids(const std::vector<std::string>& first, const std::vector<std::string>& second) {
  const std::set<std::string> before(first.begin(), first.end()), after(second.begin(), second.end());
  Comparison comparison;
  for (const std::string& id : second) {
    if (!before.contains(id)) comparison.added.push_back(id);
  }
  for (const std::string& id : first) (after.contains(id) ? comparison.kept : comparison.dropped).push_back(id);
  return comparison;
}

OUTWEIGH_INLINE WorthById worth_to_customers(const RoadmapProblem& problem, const Selection& selection) {
  WorthById worth;
  for (const std::uint32_t c : selection.customers) {
    if (c >= problem.customer_count()) {
      throw core::InvalidInput("a selection names no customer of its problem", {.value = std::to_string(c)});
    }
    worth[problem.customer_ids()[c]] = problem.customer_values()[c];
  }
  return worth;
}

OUTWEIGH_INLINE std::vector<std::string> checked_ids(const RoadmapProblem& problem, const Selection& selection) {
  for (const std::uint32_t s : selection.solutions) {
    if (s >= problem.solution_count()) {
      throw core::InvalidInput("a selection names no solution of its problem", {.value = std::to_string(s)});
    }
  }
  return solution_ids(problem, selection);
}

OUTWEIGH_INLINE WorthById worth_by_id(const Plan& plan) {
  const graph::CustomerGraph& graph = plan.scores().graph();
  const std::vector<double> amounts = worth_to_accounts(plan);
  WorthById worth;
  for (std::size_t b = 0; b < amounts.size(); ++b) {
    if (amounts[b] != 0.0) worth[graph.ids(graph::NodeKind::account).text(graph.base()[b].value())] = amounts[b];
  }
  return worth;
}

OUTWEIGH_INLINE WorthById worth_to_segments(const Plan& plan, const WorthById& accounts) {
  const graph::CustomerGraph& graph = plan.scores().graph();
  WorthById worth;
  if (!graph.has_table("segments")) {
    for (const auto& [id, amount] : accounts) worth["all"] += amount;
    return worth;
  }
  const auto& segments = graph.segments();
  const core::Ids& account_ids = graph.ids(graph::NodeKind::account);
  const core::Ids& segment_ids = graph.ids(graph::NodeKind::segment);
  for (std::size_t row = 0; row < segments.rows; ++row) {
    const auto of = accounts.find(account_ids.text(segments.account[row].value()));
    if (of != accounts.end()) worth[segment_ids.text(segments.segment[row].value())] += of->second;
  }
  return worth;
}

}  // namespace detail

OUTWEIGH_INLINE std::vector<double> worth_to_accounts(const Plan& plan) {
  const RoadmapProblem& problem = plan.problem();
  const scoring::Scores& scores = plan.scores();
  const core::Ids& needs = scores.graph().ids(graph::NodeKind::need);
  std::vector<std::uint8_t> chosen(problem.solution_count(), 0);
  for (const std::uint32_t s : plan.selection().solutions) chosen[s] = 1;
  std::vector<double> amounts(scores.graph().base().size(), 0.0);
  for (std::size_t n = 0; n < problem.need_count(); ++n) {
    double met = 0.0;
    for (const Cover& cover : problem.covers(n)) {
      if (chosen[cover.solution] == 0) continue;
      met = problem.overlap() == Overlap::sum_of_shares ? met + cover.share : std::max(met, cover.share);
    }
    if (met == 0.0) continue;
    const graph::NeedIndex need{needs.find(problem.need_ids()[n]).value()};
    const std::vector<double> parts = scoring::contributions(scores.demand(), need, scores.value_options());
    for (std::size_t b = 0; b < amounts.size(); ++b) amounts[b] += std::min(1.0, met) * parts[b];
  }
  return amounts;
}

OUTWEIGH_INLINE core::Table Comparison::to_table() const {
  std::vector<std::string> ids, words;
  const auto add = [&](const std::vector<std::string>& group, const char* word) {
    ids.insert(ids.end(), group.begin(), group.end());
    words.insert(words.end(), group.size(), word);
  };
  add(added, "added");
  add(dropped, "dropped");
  add(kept, "kept");
  core::Table table;
  table.add("solution_id", core::Column::strings(std::span<const std::string>(ids)));
  table.add("change", core::Column::strings(std::span<const std::string>(words)));
  return table;
}

OUTWEIGH_INLINE Comparison compare_plans(const RoadmapProblem& first_problem, const Selection& first,
                                         const RoadmapProblem& second_problem, const Selection& second) {
  Comparison comparison =
      detail::compare_ids(detail::checked_ids(first_problem, first), detail::checked_ids(second_problem, second));
  comparison.value_change = second.value - first.value;
  comparison.effort_change = second.cost - first.cost;
  comparison.accounts = detail::changes(detail::worth_to_customers(first_problem, first),
                                        detail::worth_to_customers(second_problem, second));
  comparison.same_inputs = first_problem == second_problem;
  return comparison;
}

OUTWEIGH_INLINE Comparison compare_plans(const RoadmapProblem& problem, const Selection& first,
                                         const Selection& second) {
  return compare_plans(problem, first, problem, second);
}

OUTWEIGH_INLINE Comparison compare_plans(const Plan& first, const Plan& second) {
  Comparison comparison = compare_plans(first.problem(), first.selection(), second.problem(), second.selection());
  const detail::WorthById before = detail::worth_by_id(first), after = detail::worth_by_id(second);
  comparison.accounts = detail::changes(before, after);
  comparison.segments =
      detail::changes(detail::worth_to_segments(first, before), detail::worth_to_segments(second, after));
  return comparison;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
