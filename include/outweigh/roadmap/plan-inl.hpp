#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/solution_status.hpp>
#include <outweigh/roadmap/plan.hpp>
#include <outweigh/roadmap/solve.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

namespace detail {

inline constexpr std::uint32_t not_planned = std::numeric_limits<std::uint32_t>::max();

// Position in the problem; throws Infeasible with the reason for a solution that cannot be planned.
OUTWEIGH_INLINE std::uint32_t planned_position(const scoring::Scores& scores, const PlanProblem& problem,
                                               std::string_view id, std::string_view option) {
  const auto index = scores.graph().ids(graph::NodeKind::solution).find(id);
  if (!index) {
    throw core::InvalidInput("an id is unknown",
                             {.table = "solutions", .column = std::string(option), .value = std::string(id)});
  }
  const graph::SolutionIndex solution{*index};
  const auto at = std::lower_bound(problem.solutions.begin(), problem.solutions.end(), solution);
  if (at != problem.solutions.end() && *at == solution) {
    return static_cast<std::uint32_t>(at - problem.solutions.begin());
  }
  std::string reason;
  for (const LeftOut& out : problem.left_out) {
    if (out.solution == solution) reason = ": " + out.reason;
  }
  throw core::Infeasible("solution '" + std::string(id) + "' cannot be planned" + reason,
                         {.column = std::string(option), .value = std::string(id)});
}

OUTWEIGH_INLINE SolveOptions solve_options(const scoring::Scores& scores, const PlanProblem& problem,
                                           const PlanOptions& options, const core::RunControl& control) {
  SolveOptions solving{.budget = options.capacity,
                       .time_limit = options.time_limit,
                       .work_limit = options.work_limit,
                       .tolerance = options.tolerance,
                       .control = control};
  if (!options.capacities.empty()) {
    const auto resources = problem.problem.resources();
    if (resources.empty()) {
      throw core::InvalidInput(
          "several capacities need the efforts of each resource, for every solution that can be planned",
          {.table = "efforts", .column = "resource"});
    }
    solving.capacities.assign(resources.size(), -1.0);
    for (const Capacity& capacity : options.capacities) {
      if (!(capacity.amount >= 0.0)) {
        throw core::InvalidInput("the capacity must be a number of at least 0",
                                 {.column = capacity.resource, .value = core::detail::number_text(capacity.amount)});
      }
      solving.capacities[problem.problem.find_resource(capacity.resource)] = capacity.amount;
    }
    for (std::size_t r = 0; r < resources.size(); ++r) {
      if (solving.capacities[r] < 0.0) {
        throw core::InvalidInput("a resource has no capacity",
                                 {.table = "capacities", .column = "resource", .value = resources[r]});
      }
    }
  }
  for (const std::string& id : options.include) {
    solving.include.push_back(planned_position(scores, problem, id, "include"));
  }
  for (const std::string& id : options.exclude) {
    const auto index = scores.graph().ids(graph::NodeKind::solution).find(id);
    const bool left_out = index && std::any_of(problem.left_out.begin(), problem.left_out.end(), [&](const auto& out) {
                            return out.solution == graph::SolutionIndex{*index};
                          });
    if (!left_out) solving.exclude.push_back(planned_position(scores, problem, id, "exclude"));
  }
  return solving;
}

}  // namespace detail

OUTWEIGH_INLINE PlanProblem plan_problem(const scoring::Scores& scores, Overlap overlap) {
  using graph::DependencyKind;
  using graph::SolutionStatus;
  PlanProblem result;
  const graph::CustomerGraph& graph = scores.graph();
  const core::Ids& ids = graph.ids(graph::NodeKind::solution);
  const auto& dependencies = graph.dependencies();
  const std::size_t count = ids.size();

  constexpr std::string_view unknown_effort = "its effort is unknown";
  std::vector<std::string> reason(count);
  std::vector<std::uint8_t> shipped(count, 0);
  for (std::size_t s = 0; s < count; ++s) {
    const SolutionStatus now = graph::status_of(graph, s);
    shipped[s] = now == SolutionStatus::shipped ? 1 : 0;
    if (now == SolutionStatus::shipped) {
      reason[s] = "it has shipped";
    } else if (now == SolutionStatus::dropped) {
      reason[s] = "it was dropped";
    } else if (!scores.solutions()[s].effort) {
      reason[s] = unknown_effort;
    }
  }
  const bool no_efforts =
      std::any_of(reason.begin(), reason.end(), [&](const auto& why) { return why == unknown_effort; }) &&
      std::none_of(scores.solutions().begin(), scores.solutions().end(),
                   [](const auto& score) { return score.effort.has_value(); });
  if (no_efforts) {
    throw core::MissingInput("a plan needs efforts, and no solution has one",
                             {.table = "solutions", .column = "effort"});
  }
  bool synergies = false;
  const auto each_dependency = [&](auto&& visit) {
    for (std::size_t row = 0; row < dependencies.rows; ++row) {
      visit(dependencies.solution[row].value(), dependencies.on[row].value(), dependencies.kind[row]);
    }
  };
  for (bool changed = true; changed;) {
    changed = false;
    const auto bar = [&](std::uint32_t s, const std::string& why) {
      if (!reason[s].empty()) return;
      reason[s] = why;
      changed = true;
    };
    each_dependency([&](std::uint32_t s, std::uint32_t on, DependencyKind kind) {
      const auto missing = [&](std::uint32_t other) { return !reason[other].empty() && shipped[other] == 0; };
      if (kind == DependencyKind::requires_ && missing(on)) {
        bar(s, "it requires '" + ids.text(on) + "', which cannot be planned");
      } else if (kind == DependencyKind::together) {
        if (missing(on)) bar(s, "it goes together with '" + ids.text(on) + "', which cannot be planned");
        if (missing(s)) bar(on, "it goes together with '" + ids.text(s) + "', which cannot be planned");
      } else if (kind == DependencyKind::excludes) {
        if (shipped[on] != 0) bar(s, "it excludes '" + ids.text(on) + "', which has shipped");
        if (shipped[s] != 0) bar(on, "it excludes '" + ids.text(s) + "', which has shipped");
      }
      synergies = synergies || kind == DependencyKind::value || kind == DependencyKind::effort;
    });
  }
  if (synergies) {
    result.warnings.emplace_back("dependencies of kind 'value' and 'effort' do not enter the plan");
  }

  RoadmapBuilder builder;
  builder.set_overlap(overlap);
  std::vector<std::uint32_t> need_position(scores.needs().size(), detail::not_planned);
  const core::Ids& need_ids = graph.ids(graph::NodeKind::need);
  for (std::uint32_t s = 0; s < count; ++s) {
    const graph::SolutionIndex solution{s};
    if (!reason[s].empty()) {
      result.left_out.push_back({solution, reason[s]});
      continue;
    }
    result.solutions.push_back(solution);
    builder.add_solution(ids.text(s), *scores.solutions()[s].effort);
    for (const scoring::CoveredNeed& covered : scores.covered(solution)) {
      const std::uint32_t need = covered.need.value();
      if (need_position[need] == detail::not_planned) {
        need_position[need] = 0;
        builder.add_need(need_ids.text(need), scores.needs()[need].value);
      }
      builder.add_cover(ids.text(s), need_ids.text(need), covered.share);
    }
  }
  each_dependency([&](std::uint32_t s, std::uint32_t on, DependencyKind kind) {
    if (!reason[s].empty() || !reason[on].empty() || s == on) return;
    if (kind == DependencyKind::requires_) builder.add_requires(ids.text(s), ids.text(on));
    if (kind == DependencyKind::excludes) builder.add_excludes(ids.text(s), ids.text(on));
    if (kind == DependencyKind::together) builder.add_together(ids.text(s), ids.text(on));
  });
  const graph::Efforts& efforts = graph.efforts();
  std::vector<std::uint8_t> named(count, 0);
  for (std::size_t row = 0; row < efforts.rows; ++row) {
    if (efforts.amount.has(row)) named[efforts.solution[row].value()] = 1;
  }
  const auto has_efforts = [&](graph::SolutionIndex solution) { return named[solution.value()] != 0; };
  if (std::all_of(result.solutions.begin(), result.solutions.end(), has_efforts)) {
    for (std::size_t row = 0; row < efforts.rows; ++row) {
      const std::uint32_t s = efforts.solution[row].value();
      if (reason[s].empty() && efforts.amount.has(row)) {
        builder.add_effort(ids.text(s), std::string(efforts.resource[row]), efforts.amount[row]);
      }
    }
  } else if (efforts.rows > 0) {
    result.warnings.emplace_back("efforts by resource do not enter the plan: a solution has none");
  }
  result.problem = builder.build();
  return result;
}

OUTWEIGH_INLINE Plan::Plan(scoring::Scores scores, PlanOptions options, PlanProblem problem, Selection selection) {
  options.control = {};
  if (const auto faults = check_selection(problem.problem, selection); !faults.empty()) {
    throw core::InvalidInput("the selection is not one of this problem: " + faults.front());
  }
  std::vector<graph::SolutionIndex> chosen;
  for (const std::uint32_t at : selection.solutions) chosen.push_back(problem.solutions[at]);
  std::vector<std::uint32_t> position(scores.solutions().size(), detail::not_planned);
  for (std::uint32_t at = 0; at < problem.solutions.size(); ++at) position[problem.solutions[at].value()] = at;
  data_ = std::make_shared<const Data>(Data{std::move(scores), std::move(options), std::move(problem),
                                            std::move(selection), std::move(chosen), std::move(position)});
}

OUTWEIGH_INLINE bool Plan::contains(graph::SolutionIndex solution) const noexcept {
  return std::binary_search(data_->chosen.begin(), data_->chosen.end(), solution);
}

OUTWEIGH_INLINE std::optional<std::uint32_t> Plan::position(graph::SolutionIndex solution) const noexcept {
  if (solution.value() >= data_->position.size()) return std::nullopt;
  const std::uint32_t at = data_->position[solution.value()];
  return at == detail::not_planned ? std::nullopt : std::optional(at);
}

OUTWEIGH_INLINE core::Table Plan::to_table() const {
  const core::Ids& ids = scores().graph().ids(graph::NodeKind::solution);
  std::vector<std::uint32_t> order;
  const std::vector<graph::SolutionIndex> ranking = scores().ranking();
  for (const bool wanted : {true, false}) {
    for (const graph::SolutionIndex solution : ranking) {
      if (contains(solution) == wanted) order.push_back(solution.value());
    }
  }
  const std::vector<double> added = added_values(problem(), selection());
  std::vector<double> adds_by_solution(scores().solutions().size(), 0.0);
  for (std::size_t k = 0; k < added.size(); ++k) adds_by_solution[data_->chosen[k].value()] = added[k];
  std::vector<std::string> reason_by_solution(scores().solutions().size());
  for (const LeftOut& out : left_out()) reason_by_solution[out.solution.value()] = out.reason;
  std::vector<std::uint8_t> in_plan, effort_known;
  std::vector<double> value, adds, effort;
  std::vector<std::int64_t> rank;
  std::vector<std::uint8_t> ranked;
  std::vector<std::string> reason;
  for (const std::uint32_t s : order) {
    const scoring::SolutionScore& score = scores().solutions()[s];
    in_plan.push_back(contains(score.solution) ? 1 : 0);
    value.push_back(score.value);
    effort.push_back(score.effort.value_or(0.0));
    effort_known.push_back(score.effort ? 1 : 0);
    rank.push_back(static_cast<std::int64_t>(score.rank));
    ranked.push_back(score.rank > 0 ? 1 : 0);
    adds.push_back(adds_by_solution[s]);
    reason.push_back(reason_by_solution[s]);
  }
  core::Table table;
  table.add("solution_id", ids.column(order));
  table.add("chosen", core::Column::booleans(in_plan));
  table.add("value", core::Column::float64s(std::move(value)));
  table.add("adds", core::Column::float64s(std::move(adds), in_plan));
  table.add("effort", core::Column::float64s(std::move(effort), effort_known));
  table.add("rank", core::Column::int64s(std::move(rank), ranked));
  table.add("reason", core::Column::strings(std::span<const std::string>(reason)));
  return table;
}

OUTWEIGH_INLINE bool operator==(const Plan& a, const Plan& b) {
  if (a.data_ == b.data_) return true;
  const PlanOptions& x = a.options();
  const PlanOptions& y = b.options();
  return x.capacity == y.capacity && x.capacities == y.capacities && x.include == y.include && x.exclude == y.exclude &&
         x.overlap == y.overlap && a.selection() == b.selection() && a.problem() == b.problem() &&
         a.scores() == b.scores();
}

OUTWEIGH_INLINE Plan plan(const scoring::Scores& scores, const PlanOptions& options) {
  PlanProblem problem = plan_problem(scores, options.overlap);
  Selection selection = solve(problem.problem, detail::solve_options(scores, problem, options, options.control));
  return Plan(scores, options, std::move(problem), std::move(selection));
}

OUTWEIGH_INLINE PlanDisplacement displaced_by(const Plan& plan, std::string_view solution_id,
                                              const core::RunControl& control) {
  PlanProblem problem = plan_problem(plan.scores(), plan.options().overlap);
  const std::uint32_t at = detail::planned_position(plan.scores(), problem, solution_id, "solution_id");
  // the rules of the plan hold, but for the decision that is reversed
  PlanOptions options = plan.options();
  std::erase(options.include, solution_id);
  std::erase(options.exclude, solution_id);
  Displacement found = displaced_by(plan.problem(), plan.selection(), at,
                                    detail::solve_options(plan.scores(), problem, options, control));
  const auto indices = [&](const std::vector<std::uint32_t>& positions) {
    std::vector<graph::SolutionIndex> solutions;
    for (const std::uint32_t position : positions) solutions.push_back(plan.solution_at(position));
    return solutions;
  };
  (found.forced_in ? options.include : options.exclude).emplace_back(solution_id);
  return {.solution = plan.solution_at(at),
          .forced_in = found.forced_in,
          .entering = indices(found.entering),
          .leaving = indices(found.leaving),
          .value_lost = found.value_lost,
          .effort_change = found.effort_change,
          .alternative = Plan(plan.scores(), std::move(options), std::move(problem), std::move(found.alternative))};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap
