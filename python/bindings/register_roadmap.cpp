// Choosing solutions under a capacity.
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/column.hpp>
#include <outweigh/core/ids.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/roadmap/roadmap.hpp>

#include "arrow.hpp"
#include "common.hpp"
#include "roadmap_problem.hpp"

namespace outweigh::python {

namespace {

using roadmap::Overlap;
using roadmap::ProblemTables;
using roadmap::RoadmapProblem;
using roadmap::SolveStatus;

struct Displaced {
  Problem problem;
  roadmap::Displacement displacement;
  [[nodiscard]] py::list ids(const std::vector<std::uint32_t>& positions) const {
    py::list list;
    for (const auto at : positions) list.append(problem.solution_id(at));
    return list;
  }
};

Overlap parse_overlap(const std::string& word) {
  if (word == "best_share") return Overlap::best_share;
  if (word == "sum_of_shares") return Overlap::sum_of_shares;
  throw core::InvalidInput("overlap must be 'best_share' or 'sum_of_shares'", {.column = "overlap", .value = word});
}
const char* word_of(Overlap overlap) { return overlap == Overlap::best_share ? "best_share" : "sum_of_shares"; }

core::Table optional_table(const py::object& columns, const char* name) {
  return columns.is_none() ? core::Table() : read_table(columns, name);
}

bool has_integers(const core::Table& table, const char* column) {
  const auto* found = table.find(column);
  return found != nullptr && found->type() == core::ColumnType::int64;
}

Problem make_problem(ProblemTables tables) {
  const bool solutions = has_integers(tables.solutions, "solution_id");
  const bool customers = has_integers(tables.customers, "customer_id");
  auto problem =
      without_lock([&] { return std::make_shared<const RoadmapProblem>(roadmap::problem_from_tables(tables)); });
  return {std::move(problem), solutions, customers};
}

std::uint32_t position_of(const Problem& problem, const py::object& id) {
  return static_cast<std::uint32_t>(problem.problem->find_solution(py::cast<std::string>(py::str(id))));
}

std::vector<std::string> texts_of(const py::object& ids, const char* option) {
  std::vector<std::string> texts;
  if (ids.is_none()) return texts;
  if (py::isinstance<py::str>(ids) || !py::hasattr(ids, "__iter__")) {
    throw core::TypeMismatch("a list of solution ids is needed", {.column = option});
  }
  for (const auto id : ids) texts.push_back(py::cast<std::string>(py::str(py::reinterpret_borrow<py::object>(id))));
  return texts;
}

std::vector<std::uint32_t> positions_of(const Problem& problem, const py::object& ids, const char* option) {
  std::vector<std::uint32_t> positions;
  for (const auto& id : texts_of(ids, option)) {
    positions.push_back(static_cast<std::uint32_t>(problem.problem->find_solution(id)));
  }
  return positions;
}

roadmap::SolveOptions read_options(const Problem& problem, double budget, std::optional<double> time_limit,
                                   std::uint64_t work_limit, double tolerance, const py::object& include,
                                   const py::object& exclude, const py::object& start) {
  return {.budget = budget,
          .time_limit = time_limit.value_or(std::numeric_limits<double>::infinity()),
          .work_limit = work_limit,
          .tolerance = tolerance,
          .include = positions_of(problem, include, "include"),
          .exclude = positions_of(problem, exclude, "exclude"),
          .start = positions_of(problem, start, "start")};
}

std::vector<roadmap::Capacity> capacities_from(const py::object& capacities) {
  std::vector<roadmap::Capacity> found;
  if (capacities.is_none()) return found;
  for (const auto& [name, amount] : py::cast<py::dict>(capacities)) {
    found.push_back({py::cast<std::string>(py::str(name)), amount.template cast<double>()});
  }
  return found;
}
py::dict to_dict(const std::vector<roadmap::Capacity>& capacities) {
  py::dict amounts;
  for (const auto& capacity : capacities) amounts[py::str(capacity.resource)] = capacity.amount;
  return amounts;
}

// One number for each resource, by name; None under one budget.
py::object by_resource(const Selected& self, const std::vector<double>& numbers) {
  if (self.selection.capacities.empty()) return py::none();
  py::dict amounts;
  for (std::size_t r = 0; r < numbers.size(); ++r) amounts[py::str(self.problem.problem->resources()[r])] = numbers[r];
  return amounts;
}

std::string number(double value) {
  std::ostringstream text;
  text.precision(10);
  text << value;
  return text.str();
}

std::string describe(const roadmap::Selection& selection) {
  return std::to_string(selection.solutions.size()) + " solutions, value " + number(selection.value) + ", cost " +
         number(selection.cost) + " of " + number(selection.budget) + ", " +
         (selection.proven ? "proven" : "bound " + number(selection.bound));
}

template <class Positions>
py::list graph_ids(const scoring::Scores& scores, const Positions& solutions) {
  const auto& ids = scores.graph().ids(graph::NodeKind::solution);
  py::list list;
  for (const auto solution : solutions) {
    if (ids.is_integer())
      list.append(py::int_(ids.integer(solution.value())));
    else
      list.append(py::str(ids.text(solution.value())));
  }
  return list;
}

py::tuple parts_of(const roadmap::Selection& s) {
  return py::make_tuple(s.solutions, s.customers, s.value, s.cost, s.budget, s.bound, s.gap, s.proven,
                        static_cast<int>(s.status), s.nodes, s.work, s.seconds, s.include, s.exclude, s.capacities,
                        s.costs, s.prices);
}

roadmap::Selection selection_from(const py::tuple& parts) {
  if (parts.size() != 17) throw core::CorruptState("the pickled selection has another number of parts");
  const int status = parts[8].cast<int>();
  if (status < 0 || status > 3) throw core::CorruptState("the pickled selection has no such status");
  return {.solutions = parts[0].cast<std::vector<std::uint32_t>>(),
          .customers = parts[1].cast<std::vector<std::uint32_t>>(),
          .value = parts[2].cast<double>(),
          .cost = parts[3].cast<double>(),
          .budget = parts[4].cast<double>(),
          .bound = parts[5].cast<double>(),
          .gap = parts[6].cast<double>(),
          .proven = parts[7].cast<bool>(),
          .status = static_cast<SolveStatus>(status),
          .include = parts[12].cast<std::vector<std::uint32_t>>(),
          .exclude = parts[13].cast<std::vector<std::uint32_t>>(),
          .capacities = parts[14].cast<std::vector<double>>(),
          .costs = parts[15].cast<std::vector<double>>(),
          .prices = parts[16].cast<std::vector<double>>(),
          .nodes = parts[9].cast<std::uint64_t>(),
          .work = parts[10].cast<std::uint64_t>(),
          .seconds = parts[11].cast<double>()};
}

void register_problem(py::module_& module) {
  py::class_<Problem> problem(module, "RoadmapProblem",
                              R"(What to choose from: solutions with effort and value, customers, needs, dependencies.

The value of a set of solutions is the sum of their own values, of the values of the customers that get all they asked
for (Bagnall, Rayward-Smith and Whittley 2001, doi:10.1016/S0950-5849(01)00194-X), and of the values of needs times how
far the set meets them; a need met by several solutions counts once.

Parameters
----------
solutions : table
    Columns ``solution_id``, ``effort`` (may be left out where ``efforts`` are given: then their sum) and, if solutions are worth something by themselves, ``value``.
efforts : table, optional
    Columns ``solution_id``, ``resource``, ``amount``: what each solution takes of several resources, such as teams.
customers : table, optional
    Columns ``customer_id``, ``value``: what a customer pays when all it asked for is there.
requests : table, optional
    Columns ``customer_id``, ``solution_id``: one row for each thing that a customer asked for.
needs : table, optional
    Columns ``need_id``, ``value``.
covers : table, optional
    Columns ``solution_id``, ``need_id``, ``share`` (1 where absent or unknown).
dependencies : table, optional
    Columns ``solution_id``, ``on``, ``kind`` (``requires``, ``excludes``, ``together``).
overlap : {'best_share', 'sum_of_shares'}
    How far solutions meet a need together: as far as the best of them, or as the sum of their shares, up to 1.

Raises
------
InvalidInput
    For duplicate, unknown or missing ids, a negative effort, NaN, ``requires`` in a cycle (named), and contradictions.

Examples
--------
>>> import outweigh as ow
>>> problem = ow.RoadmapProblem({"solution_id": ["a", "b", "c"], "effort": [3, 2, 2], "value": [10, 7, 6]})
>>> ow.solve(problem, budget=4).solutions
['b', 'c']
)");
  problem.def(py::init([](const py::object& solutions, const py::object& efforts, const py::object& customers,
                          const py::object& requests, const py::object& needs, const py::object& covers,
                          const py::object& dependencies, const std::string& overlap) {
                return make_problem({.solutions = read_table(solutions, "solutions"),
                                     .efforts = optional_table(efforts, "efforts"),
                                     .customers = optional_table(customers, "customers"),
                                     .requests = optional_table(requests, "requests"),
                                     .needs = optional_table(needs, "needs"),
                                     .covers = optional_table(covers, "covers"),
                                     .dependencies = optional_table(dependencies, "dependencies"),
                                     .overlap = parse_overlap(overlap)});
              }),
              py::arg("solutions"), py::kw_only(), py::arg("efforts") = py::none(), py::arg("customers") = py::none(),
              py::arg("requests") = py::none(), py::arg("needs") = py::none(), py::arg("covers") = py::none(),
              py::arg("dependencies") = py::none(), py::arg("overlap") = "best_share");
  problem.def_property_readonly(
      "efforts",
      [](const Problem& self) {
        const auto efforts = self.problem->efforts();
        return py::array_t<double>(static_cast<py::ssize_t>(efforts.size()), efforts.data());
      },
      "One effort a solution, in the order of the solutions.");
  problem.def_property_readonly(
      "resource_efforts",
      [](const Problem& self) {
        py::dict amounts;
        for (std::size_t r = 0; r < self.problem->resources().size(); ++r) {
          const auto efforts = self.problem->resource_efforts(r);
          amounts[py::str(self.problem->resources()[r])] =
              py::array_t<double>(static_cast<py::ssize_t>(efforts.size()), efforts.data());
        }
        return amounts;
      },
      "By resource one effort a solution, in the order of the solutions.");
  problem.def_property_readonly(
      "solutions",
      [](const Problem& self) {
        py::list ids;
        for (std::size_t at = 0; at < self.problem->solution_count(); ++at) ids.append(self.solution_id(at));
        return ids;
      },
      "Ids of the solutions.");
  problem.def_property_readonly(
      "customers",
      [](const Problem& self) {
        py::list ids;
        for (std::size_t at = 0; at < self.problem->customer_count(); ++at) ids.append(self.customer_id(at));
        return ids;
      },
      "Ids of the customers.");
  problem.def_property_readonly(
      "customer_values",
      [](const Problem& self) {
        const auto values = self.problem->customer_values();
        return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
      },
      "What each customer pays when all it asked for is there.");
  problem.def(
      "tables",
      [](const Problem& self) {
        const ProblemTables t = without_lock([&] { return roadmap::tables_of(*self.problem); });
        py::dict tables;
        tables["solutions"] = t.solutions;
        if (t.efforts.columns() != 0) tables["efforts"] = t.efforts;
        tables["customers"] = t.customers;
        tables["requests"] = t.requests;
        tables["needs"] = t.needs;
        tables["covers"] = t.covers;
        tables["dependencies"] = t.dependencies;
        tables["overlap"] = word_of(t.overlap);
        return tables;
      },
      "The tables that give the problem again, ids as text.");
  problem.def_property_readonly(
      "total_effort", [](const Problem& self) { return self.problem->total_effort(); }, "Sum of all efforts.");
  problem.def("__len__", [](const Problem& self) { return self.problem->solution_count(); });
  add_equality(problem);
  add_table(problem, "Columns solution_id, effort, value.");
  add_repr(problem, [](const Problem& self) {
    return std::to_string(self.problem->solution_count()) + " solutions, " +
           std::to_string(self.problem->customer_count()) + " customers, " +
           std::to_string(self.problem->need_count()) + " needs, total effort " + number(self.problem->total_effort());
  });
  add_pickling(
      problem, 1,
      [](const Problem& self) {
        const ProblemTables t = roadmap::tables_of(*self.problem);
        return py::make_tuple(self.integer_solutions, self.integer_customers, word_of(t.overlap), py::cast(t.solutions),
                              py::cast(t.customers), py::cast(t.requests), py::cast(t.needs), py::cast(t.covers),
                              py::cast(t.dependencies), py::cast(t.efforts));
      },
      [](const py::tuple& parts) -> Problem {
        if (parts.size() != 10) throw core::CorruptState("the pickled problem has another number of parts");
        const ProblemTables tables{.solutions = parts[3].cast<core::Table>(),
                                   .efforts = parts[9].cast<core::Table>(),
                                   .customers = parts[4].cast<core::Table>(),
                                   .requests = parts[5].cast<core::Table>(),
                                   .needs = parts[6].cast<core::Table>(),
                                   .covers = parts[7].cast<core::Table>(),
                                   .dependencies = parts[8].cast<core::Table>(),
                                   .overlap = parse_overlap(parts[2].cast<std::string>())};
        return {std::make_shared<const RoadmapProblem>(roadmap::problem_from_tables(tables)), parts[0].cast<bool>(),
                parts[1].cast<bool>()};
      });
}

template <class Class, class Get>
void add_selection_properties(Class& bound, Get get) {
  using Value = typename Class::type;
  const auto property = [&](const char* name, auto read, const char* documentation) {
    bound.def_property_readonly(
        name, [get, read](const Value& self) { return read(get(self)); }, documentation);
  };
  using roadmap::Selection;
  property(
      "value", [](const Selection& s) { return s.value; }, "What the chosen solutions are worth together.");
  property(
      "bound", [](const Selection& s) { return s.bound; }, "No choice within the budget is worth more than this.");
  property(
      "gap", [](const Selection& s) { return s.gap; }, "bound - value.");
  property(
      "proven", [](const Selection& s) { return s.proven; }, "Is the gap within the tolerance?");
  property(
      "status", [](const Selection& s) { return std::string(roadmap::to_string(s.status)); },
      "Why the search ended: 'finished', 'time_limit', 'work_limit' or 'stopped'.");
  property(
      "nodes", [](const Selection& s) { return s.nodes; }, "Nodes of the search tree.");
  property(
      "work", [](const Selection& s) { return s.work; }, "Steps of the search, the unit of `work_limit`.");
  property(
      "seconds", [](const Selection& s) { return s.seconds; }, "Elapsed time; left out of equality.");
}

void register_solve(py::module_& module) {
  py::class_<Selected> selection(module, "Selection",
                                 "A set of solutions that satisfies all constraints, and how good it is known to be.");
  selection.def_property_readonly(
      "solutions",
      [](const Selected& self) {
        py::list ids;
        for (const auto at : self.selection.solutions) ids.append(self.problem.solution_id(at));
        return ids;
      },
      "Ids of the chosen solutions, in the order of the problem.");
  selection.def_property_readonly(
      "customers",
      [](const Selected& self) {
        py::list ids;
        for (const auto at : self.selection.customers) ids.append(self.problem.customer_id(at));
        return ids;
      },
      "Ids of the customers that get all they asked for.");
  selection.def_property_readonly(
      "cost", [](const Selected& self) { return self.selection.cost; }, "Sum of the efforts.");
  selection.def_property_readonly("budget", [](const Selected& self) { return self.selection.budget; });
  selection.def_property_readonly(
      "capacities", [](const Selected& self) { return by_resource(self, self.selection.capacities); },
      "By resource what the costs had to stay within; None under one budget.");
  selection.def_property_readonly(
      "costs", [](const Selected& self) { return by_resource(self, self.selection.costs); },
      "By resource the sum of the efforts; None under one budget.");
  selection.def_property_readonly(
      "prices", [](const Selected& self) { return by_resource(self, self.selection.prices); },
      "By resource the shadow price of the capacity; None under one budget.");
  selection.def_property_readonly("problem", [](const Selected& self) { return self.problem; });
  selection.def_property_readonly(
      "include", [](const Selected& self) { return self.problem.solution_list(self.selection.include); },
      "Ids of what had to be chosen.");
  selection.def_property_readonly(
      "exclude", [](const Selected& self) { return self.problem.solution_list(self.selection.exclude); },
      "Ids of what must not be chosen.");
  add_selection_properties(selection, [](const Selected& self) -> const roadmap::Selection& { return self.selection; });
  selection.def(
      "check", [](const Selected& self) { return roadmap::check_selection(*self.problem.problem, self.selection); },
      "All that is wrong with the selection, worked out without the solver; an empty list when nothing is.");
  selection.def("__len__", [](const Selected& self) { return self.selection.solutions.size(); });
  add_equality(selection);
  add_table(selection, "Columns solution_id, chosen, effort, value, adds.");
  add_repr(selection, [](const Selected& self) { return describe(self.selection); });
  add_pickling(
      selection, 1,
      [](const Selected& self) { return py::make_tuple(py::cast(self.problem), parts_of(self.selection)); },
      [](const py::tuple& parts) -> Selected {
        if (parts.size() != 2) throw core::CorruptState("the pickled selection has another number of parts");
        Selected selected{parts[0].cast<Problem>(), selection_from(parts[1].cast<py::tuple>())};
        if (!roadmap::check_selection(*selected.problem.problem, selected.selection).empty()) {
          throw core::CorruptState("the pickled selection does not fit its problem");
        }
        return selected;
      });

  py::class_<Displaced> displaced(module, "SelectionDisplacement", "The best selection with one decision reversed.");
  displaced.def_property_readonly(
      "solution_id", [](const Displaced& self) { return self.problem.solution_id(self.displacement.solution); });
  displaced.def_property_readonly(
      "forced_in", [](const Displaced& self) { return self.displacement.forced_in; },
      "The solution was not chosen and had to be; otherwise it was chosen and had not to be.");
  displaced.def_property_readonly("entering",
                                  [](const Displaced& self) { return self.ids(self.displacement.entering); });
  displaced.def_property_readonly("leaving", [](const Displaced& self) { return self.ids(self.displacement.leaving); });
  displaced.def_property_readonly("value_lost", [](const Displaced& self) { return self.displacement.value_lost; });
  displaced.def_property_readonly("effort_change",
                                  [](const Displaced& self) { return self.displacement.effort_change; });
  displaced.def_property_readonly("alternative", [](const Displaced& self) {
    return Selected{self.problem, self.displacement.alternative};
  });
  add_repr(displaced, [](const Displaced& self) {
    return "'" + self.problem.problem->solution_ids()[self.displacement.solution] +
           (self.displacement.forced_in ? "' forced in: " : "' forced out: ") +
           std::to_string(self.displacement.leaving.size()) + " leave, " +
           std::to_string(self.displacement.entering.size()) + " enter, value lost " +
           number(self.displacement.value_lost);
  });

  module.def(
      "solve",
      [](const Problem& problem, double budget, const py::object& capacities, std::optional<double> time_limit,
         std::uint64_t work_limit, double tolerance, const py::object& include, const py::object& exclude,
         const py::object& start, const py::object& progress) {
        auto options = read_options(problem, budget, time_limit, work_limit, tolerance, include, exclude, start);
        options.capacities = read_capacities(problem, capacities);
        return Run(py::int_(1), 0, progress)([&](const core::RunControl& control) {
          options.control = control;
          return Selected{problem, roadmap::solve(*problem.problem, options)};
        });
      },
      py::arg("problem"), py::kw_only(), py::arg("budget") = 0.0, py::arg("capacities") = py::none(),
      py::arg("time_limit") = py::none(), py::arg("work_limit") = 0, py::arg("tolerance") = 0.0,
      py::arg("include") = py::none(), py::arg("exclude") = py::none(), py::arg("start") = py::none(),
      py::arg("progress") = py::none(),
      R"(The best set of solutions within a budget, proved or with its gap.

Parameters
----------
problem : RoadmapProblem
budget : float
    Upper limit of the sum of the efforts, >= 0.
capacities : dict, optional
    By resource, the upper limit of the sum of its efforts, >= 0, in place of the budget.
time_limit : float, optional
    Seconds. What was found by then is returned with a bound that holds; 0 gives a greedy selection.
work_limit : int
    Like a time limit, in steps of the search, and so with the same result on every machine. 0 for none.
tolerance : float
    Relative gap that counts as proved.
include, exclude : list of ids, optional
    Solutions that must or must not be chosen.
start : list of ids, optional
    A selection to start from.
progress : callable, optional
    Called with (task, share done); returning False ends the search like a time limit.

Returns
-------
Selection
    With ``value``, ``cost``, ``bound``, ``gap``, ``proven``, ``solutions``, ``customers``, ``seconds``.

Raises
------
Infeasible
    When the solutions to include do not fit the budget or contradict others; it names them.

Examples
--------
>>> import outweigh as ow
>>> problem = ow.RoadmapProblem(
...     {"solution_id": ["a", "b", "c"], "effort": [3, 2, 2]},
...     customers={"customer_id": ["x", "y"], "value": [9, 5]},
...     requests={"customer_id": ["x", "x", "y"], "solution_id": ["a", "b", "c"]})
>>> best = ow.solve(problem, budget=5)
>>> best.value, best.customers, best.proven
(9.0, ['x'], True)
)");
  module.def(
      "selection_displaced_by",
      [](const Selected& self, const py::object& solution_id, std::optional<double> time_limit,
         std::uint64_t work_limit, double tolerance) {
        const auto at = position_of(self.problem, solution_id);
        auto options = read_options(self.problem, self.selection.budget, time_limit, work_limit, tolerance, py::none(),
                                    py::none(), py::none());
        options.capacities = self.selection.capacities;
        // the rules of the selection hold, but for the decision that is reversed
        options.include = self.selection.include;
        options.exclude = self.selection.exclude;
        std::erase(options.include, at);
        std::erase(options.exclude, at);
        return Run(py::int_(1), 0, py::none())([&](const core::RunControl& control) {
          auto solving = options;
          solving.control = control;
          return Displaced{self.problem, roadmap::displaced_by(*self.problem.problem, self.selection, at, solving)};
        });
      },
      py::arg("selection"), py::arg("solution_id"), py::kw_only(), py::arg("time_limit") = py::none(),
      py::arg("work_limit") = 0, py::arg("tolerance") = 0.0,
      "Forces a solution into the selection, or out if it is in, and solves again under the same budget and rules.");
  module.def(
      "best_plans",
      [](const Selected& self, std::size_t count, std::optional<double> time_limit, const py::object& apart) {
        const auto differ = positions_of(self.problem, apart, "apart");
        auto options =
            read_options(self.problem, self.selection.budget, time_limit, 0, 0.0, py::none(), py::none(), py::none());
        options.capacities = self.selection.capacities;
        options.include = self.selection.include;
        options.exclude = self.selection.exclude;
        const auto found = Run(py::int_(1), 0, py::none())([&](const core::RunControl& control) {
          auto solving = options;
          solving.control = control;
          return roadmap::best_plans(*self.problem.problem, count, solving, differ);
        });
        py::dict parts;
        py::list plans;
        for (const auto& plan : found.plans) plans.append(Selected{self.problem, plan});
        parts["plans"] = plans;
        parts["shared"] = self.problem.solution_list(found.shared);
        parts["complete"] = found.complete;
        return parts;
      },
      py::arg("selection"), py::arg("count"), py::kw_only(), py::arg("time_limit") = py::none(),
      py::arg("apart") = py::none(),
      "The best selections under the same budget and rules, what they share, and whether every search was finished.");
}

void register_plan(py::module_& module) {
  using roadmap::Plan;
  using roadmap::PlanDisplacement;
  using roadmap::PlanOptions;
  py::class_<PlanDisplacement> displaced(module, "PlanDisplacement", "A plan with one decision reversed.");
  py::class_<Plan> plan(module, "Plan",
                        "Which solutions to build under a capacity; it keeps the scores it was made from.");
  plan.def_property_readonly(
      "selected",
      [](const Plan& self) {
        const bool integer = self.scores().graph().ids(graph::NodeKind::solution).is_integer();
        return Selected{Problem{std::make_shared<const RoadmapProblem>(self.problem()), integer, false},
                        self.selection()};
      },
      "The plan as a selection of its problem.");
  plan.def_property_readonly("include", [](const Plan& self) { return self.options().include; });
  plan.def_property_readonly("exclude", [](const Plan& self) { return self.options().exclude; });
  plan.def_property_readonly("scores", [](const Plan& self) { return self.scores(); });
  plan.def_property_readonly(
      "solutions", [](const Plan& self) { return graph_ids(self.scores(), self.solutions()); },
      "Ids of the chosen solutions.");
  plan.def_property_readonly("effort", &Plan::effort, "Sum of the efforts.");
  plan.def_property_readonly("cost", &Plan::effort, "Sum of the efforts.");
  plan.def_property_readonly("capacity", &Plan::capacity);
  add_selection_properties(plan, [](const Plan& self) -> const roadmap::Selection& { return self.selection(); });
  plan.def_property_readonly(
      "left_out",
      [](const Plan& self) {
        py::dict reasons;
        for (const auto& out : self.left_out()) {
          reasons[graph_ids(self.scores(), std::vector{out.solution})[0]] = py::str(out.reason);
        }
        return reasons;
      },
      "Solutions that cannot be planned, with the reason.");
  plan.def_property_readonly("warnings", [](const Plan& self) {
    return std::vector<std::string>(self.warnings().begin(), self.warnings().end());
  });
  plan.def("__len__", [](const Plan& self) { return self.solutions().size(); });
  plan.def(
      "displaced_by",
      [](const Plan& self, const py::object& solution_id, const py::object& progress) {
        const auto id = py::cast<std::string>(py::str(solution_id));
        return Run(py::int_(1), 0,
                   progress)([&](const core::RunControl& control) { return roadmap::displaced_by(self, id, control); });
      },
      py::arg("solution_id"), py::kw_only(), py::arg("progress") = py::none(),
      "Forces a solution into the plan, or out if it is in, and plans again: what enters, what leaves, value lost.");
  plan.def(
      "worth_to_accounts",
      [](const Plan& self) { return without_lock([&] { return roadmap::worth_to_accounts(self); }); },
      "What the plan is worth to each account of the base, in its order.");
  add_equality(plan);
  add_table(plan, "Columns solution_id, chosen, value, adds, effort, rank, reason; chosen ones first.");
  add_repr(plan, [](const Plan& self) { return describe(self.selection()); });
  add_pickling(
      plan, 1,
      [](const Plan& self) {
        const PlanOptions& o = self.options();
        return py::make_tuple(py::cast(self.scores()), o.capacity, o.include, o.exclude, word_of(o.overlap),
                              o.time_limit, o.work_limit, o.tolerance, parts_of(self.selection()),
                              to_dict(o.capacities));
      },
      [](const py::tuple& parts) -> Plan {
        if (parts.size() != 10) throw core::CorruptState("the pickled plan has another number of parts");
        const auto scores = parts[0].cast<scoring::Scores>();
        PlanOptions options{.capacity = parts[1].cast<double>(),
                            .capacities = capacities_from(parts[9]),
                            .include = parts[2].cast<std::vector<std::string>>(),
                            .exclude = parts[3].cast<std::vector<std::string>>(),
                            .overlap = parse_overlap(parts[4].cast<std::string>()),
                            .time_limit = parts[5].cast<double>(),
                            .work_limit = parts[6].cast<std::uint64_t>(),
                            .tolerance = parts[7].cast<double>()};
        auto problem = roadmap::plan_problem(scores, options.overlap);
        return Plan(scores, std::move(options), std::move(problem), selection_from(parts[8].cast<py::tuple>()));
      });

  displaced.def_property_readonly("solution_id", [](const PlanDisplacement& self) {
    return py::object(graph_ids(self.alternative.scores(), std::vector{self.solution})[0]);
  });
  displaced.def_readonly("forced_in", &PlanDisplacement::forced_in,
                         "The solution was not in the plan and had to be; otherwise it was in and had not to be.");
  displaced.def_property_readonly(
      "entering", [](const PlanDisplacement& self) { return graph_ids(self.alternative.scores(), self.entering); });
  displaced.def_property_readonly(
      "leaving", [](const PlanDisplacement& self) { return graph_ids(self.alternative.scores(), self.leaving); });
  displaced.def_readonly("value_lost", &PlanDisplacement::value_lost);
  displaced.def_readonly("effort_change", &PlanDisplacement::effort_change);
  displaced.def_readonly("alternative", &PlanDisplacement::alternative);
  add_repr(displaced, [](const PlanDisplacement& self) {
    const auto& ids = self.alternative.scores().graph().ids(graph::NodeKind::solution);
    return "'" + ids.text(self.solution.value()) + (self.forced_in ? "' forced in: " : "' forced out: ") +
           std::to_string(self.leaving.size()) + " leave, " + std::to_string(self.entering.size()) +
           " enter, value lost " + number(self.value_lost);
  });

  module.def(
      "plan",
      [](const scoring::Scores& scores, double capacity, const py::object& capacities, const py::object& include,
         const py::object& exclude, const std::string& overlap, std::optional<double> time_limit,
         std::uint64_t work_limit, double tolerance, const py::object& progress) {
        PlanOptions options{.capacity = capacity,
                            .capacities = capacities_from(capacities),
                            .include = texts_of(include, "include"),
                            .exclude = texts_of(exclude, "exclude"),
                            .overlap = parse_overlap(overlap),
                            .time_limit = time_limit.value_or(std::numeric_limits<double>::infinity()),
                            .work_limit = work_limit,
                            .tolerance = tolerance};
        return Run(py::int_(1), 0, progress)([&](const core::RunControl& control) {
          options.control = control;
          return roadmap::plan(scores, options);
        });
      },
      py::arg("scores"), py::kw_only(), py::arg("capacity") = 0.0, py::arg("capacities") = py::none(),
      py::arg("include") = py::none(), py::arg("exclude") = py::none(), py::arg("overlap") = "best_share",
      py::arg("time_limit") = py::none(), py::arg("work_limit") = 0, py::arg("tolerance") = 0.0,
      py::arg("progress") = py::none(), R"(The best plan within a capacity.

Needs have value, solutions cover needs, and a need that several chosen solutions cover counts once. ``requires``,
``excludes`` and ``together`` between solutions hold. What has shipped is taken as there.

Parameters
----------
scores : Scores
capacity : float
    Upper limit of the sum of the efforts, >= 0.
capacities : dict, optional
    By resource of the table of efforts, the upper limit of the sum of its efforts, >= 0, in place of the capacity.
include, exclude : list of ids, optional
    Solutions that must be in the plan or stay out.
overlap : {'best_share', 'sum_of_shares'}
    How far solutions meet a need together.
time_limit, work_limit, tolerance, progress
    See ``solve``.

Returns
-------
Plan
    With ``solutions``, ``value``, ``effort``, ``bound``, ``proven``, ``displaced_by(solution_id)``.
)");
}

}  // namespace

void register_roadmap(py::module_& module) {
  register_problem(module);
  register_solve(module);
  register_plan(module);
  register_front(module);
  register_certificate(module);
  register_releases(module);
  register_uncertainty(module);
}

}  // namespace outweigh::python
