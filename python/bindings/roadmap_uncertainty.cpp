// Plans over scenarios.
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/roadmap/plan.hpp>
#include <outweigh/roadmap/uncertainty.hpp>
#include <outweigh/scoring/need_value.hpp>

#include "common.hpp"
#include "roadmap_problem.hpp"

namespace outweigh::python {

namespace {

using roadmap::ItemKind;
using Doubles = std::vector<double>;

std::vector<std::uint32_t> positions(const Problem& problem, const std::vector<std::string>& ids) {
  std::vector<std::uint32_t> found;
  for (const auto& id : ids) found.push_back(static_cast<std::uint32_t>(problem.problem->find_solution(id)));
  return found;
}

py::dict to_parts(const Problem& problem, const roadmap::RoadmapProblem& mean, const roadmap::UncertainPlan& found) {
  py::dict parts;
  const Problem average{std::make_shared<const roadmap::RoadmapProblem>(mean), problem.integer_solutions,
                        problem.integer_customers};
  parts["plan"] = Selected{average, found.plan};
  parts["values"] = found.values;
  parts["costs"] = found.costs;
  parts["best_values"] = found.best_values;
  parts["regrets"] = found.regrets;
  parts["in_best"] = found.in_best;
  parts["expected_value"] = found.expected_value;
  parts["worst_value"] = found.worst_value;
  parts["expected_regret"] = found.expected_regret;
  parts["worst_regret"] = found.worst_regret;
  parts["overrun"] = found.overrun;
  parts["overruns"] = py::none();
  if (!found.overruns.empty()) {
    py::dict overruns;
    for (std::size_t r = 0; r < found.overruns.size(); ++r) {
      overruns[py::str(problem.problem->resources()[r])] = found.overruns[r];
    }
    parts["overruns"] = overruns;
  }
  parts["perfect_information"] = found.perfect_information;
  parts["proven"] = found.proven;
  py::list kind, item, worth, mean_value, threshold;
  for (const auto& i : found.information) {
    kind.append(i.kind == ItemKind::solution   ? "solution"
                : i.kind == ItemKind::customer ? "customer"
                : i.kind == ItemKind::need     ? "need"
                                               : "effort");
    item.append(i.kind == ItemKind::customer ? problem.problem->customer_ids()[i.position]
                : i.kind == ItemKind::need   ? problem.problem->need_ids()[i.position]
                                             : problem.problem->solution_ids()[i.position]);
    worth.append(i.worth);
    mean_value.append(i.mean);
    threshold.append(i.threshold ? py::object(py::float_(*i.threshold)) : py::object(py::none()));
  }
  parts["kind"] = kind;
  parts["item_id"] = item;
  parts["worth"] = worth;
  parts["mean"] = mean_value;
  parts["threshold"] = threshold;
  return parts;
}

}  // namespace

void register_uncertainty(py::module_& module) {
  module.def(
      "plan_under_uncertainty",
      [](const Problem& problem, std::size_t count, Doubles probabilities, Doubles values, Doubles efforts,
         Doubles customer_values, Doubles need_values, double budget, const py::object& capacities,
         const std::vector<std::string>& include, const std::vector<std::string>& exclude,
         const std::optional<std::vector<std::string>>& judge, bool information, std::optional<double> time_limit,
         const py::object& threads, const py::object& progress) {
        const roadmap::Scenarios scenarios{.count = count,
                                           .probabilities = std::move(probabilities),
                                           .values = std::move(values),
                                           .efforts = std::move(efforts),
                                           .customer_values = std::move(customer_values),
                                           .need_values = std::move(need_values)};
        roadmap::UncertaintyOptions options;
        options.budget = budget;
        options.capacities = read_capacities(problem, capacities);
        options.include = positions(problem, include);
        options.exclude = positions(problem, exclude);
        if (judge) options.judge = positions(problem, *judge);
        options.information = information;
        options.time_limit = time_limit.value_or(std::numeric_limits<double>::infinity());
        const auto found = Run(threads, 0, progress)([&](const core::RunControl& control) {
          options.control = control;
          return roadmap::plan_under_uncertainty(*problem.problem, scenarios, options);
        });
        return to_parts(problem, roadmap::on_average(*problem.problem, scenarios), found);
      },
      py::arg("problem"), py::kw_only(), py::arg("count"), py::arg("probabilities"), py::arg("values"),
      py::arg("efforts"), py::arg("customer_values"), py::arg("need_values"), py::arg("budget"), py::arg("capacities"),
      py::arg("include"), py::arg("exclude"), py::arg("judge"), py::arg("information"), py::arg("time_limit"),
      py::arg("threads"), py::arg("progress"), "A plan over scenarios; see the public function.");
  module.def(
      "need_draws",
      [](const roadmap::Plan& plan) {
        const auto& scores = plan.scores();
        py::dict draws;
        for (const auto& need : scores.needs()) {
          const auto& id = scores.graph().ids(graph::NodeKind::need).text(need.need.value());
          draws[py::str(id)] = scoring::value_draws(scores.demand(), need.need, scores.value_options());
        }
        return draws;
      },
      py::arg("plan"), "Values of the needs by joint draw of the demand.");
}

}  // namespace outweigh::python
