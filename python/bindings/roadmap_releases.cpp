// Plans over several releases, and the linear models that a general solver of Python's works on.
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/roadmap/linear_model.hpp>
#include <outweigh/roadmap/problem_model.hpp>
#include <outweigh/roadmap/releases.hpp>

#include "common.hpp"
#include "roadmap_problem.hpp"

namespace outweigh::python {

namespace {

using roadmap::LinearModel;
using roadmap::LinearOptions;
using roadmap::LinearOutcome;
using roadmap::LinearStatus;
using roadmap::ReleaseOptions;
using Pairs = std::vector<std::pair<std::uint32_t, double>>;
using InReleases = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

LinearStatus parse_status(const std::string& word) {
  if (word == "optimal") return LinearStatus::optimal;
  return word == "infeasible" ? LinearStatus::infeasible : LinearStatus::limit;
}
const char* word_of(LinearStatus status) {
  if (status == LinearStatus::optimal) return "optimal";
  return status == LinearStatus::infeasible ? "infeasible" : "limit";
}

// A solver of Python's: a callable of (model, time limit or None, tolerance, report or None, values to start from) that
// gives (status, bound, values) and calls report with the share that is done.
roadmap::LinearSolver solver_from(const py::function& solver) {
  return [&solver](const LinearModel& model, const LinearOptions& options) {
    py::gil_scoped_acquire lock;
    const bool is_limited = options.time_limit < std::numeric_limits<double>::infinity();
    const py::object limit = is_limited ? py::object(py::float_(options.time_limit)) : py::object(py::none());
    py::object report = py::none();
    if (options.control.progress) {
      report = py::cpp_function([&options](double done) { options.control.report("releases", done); });
    }
    const auto [status, bound, values] =
        solver(py::cast(&model, py::return_value_policy::reference), limit, options.tolerance, report, options.start)
            .cast<std::tuple<std::string, double, std::vector<double>>>();
    LinearOutcome found;
    found.status = parse_status(status);
    found.bound = bound;
    found.values = values;
    return found;
  };
}

py::tuple to_parts(const LinearOutcome& found) {
  return py::make_tuple(word_of(found.status), found.objective, found.bound, found.values);
}

template <class T>
py::array_t<T> copied(const auto& values) {
  py::array_t<T> array(static_cast<py::ssize_t>(values.size()));
  std::copy(values.begin(), values.end(), array.mutable_data());
  return array;
}

std::vector<roadmap::SolutionRelease> in_releases(const py::handle& given) {
  std::vector<roadmap::SolutionRelease> found;
  for (const auto& [solution, release] : given.cast<InReleases>()) found.push_back({solution, release});
  return found;
}

std::vector<roadmap::SegmentWorth> worths(const Pairs& given) {
  std::vector<roadmap::SegmentWorth> found;
  for (const auto& [position, value] : given) found.push_back({position, value});
  return found;
}

ReleaseOptions read_release_options(const py::dict& given) {
  ReleaseOptions options;
  using Resource = std::tuple<std::string, std::vector<double>, double, std::vector<double>>;
  for (auto& [name, capacities, lane, efforts] : given["resources"].cast<std::vector<Resource>>()) {
    options.resources.push_back({.name = name, .capacities = capacities, .lane = lane, .efforts = efforts});
  }
  options.delay = given["delay"].cast<double>();
  options.deadlines = in_releases(given["deadlines"]);
  options.fixed = in_releases(given["fixed"]);
  options.commitments = in_releases(given["commitments"]);
  using Group = std::tuple<std::string, std::vector<std::uint32_t>, double, double>;
  for (auto& [name, solutions, least, most] : given["groups"].cast<std::vector<Group>>()) {
    options.groups.push_back({.name = name, .solutions = solutions, .least_share = least, .most_share = most});
  }
  using Segment = std::tuple<std::string, Pairs, Pairs, std::optional<double>>;
  for (auto& [name, solutions, customers, floor] : given["segments"].cast<std::vector<Segment>>()) {
    options.segments.push_back(
        {.name = name, .solutions = worths(solutions), .customers = worths(customers), .floor = floor});
  }
  using Extra = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
  for (const auto& [extra, first, second] : given["extras"].cast<std::vector<Extra>>()) {
    options.extras.push_back({.extra = extra, .first = first, .second = second});
  }
  return options;
}

void register_linear_model(py::module_& module) {
  py::class_<LinearModel>(module, "LinearModel", "A linear objective to maximise; rows carry the name of their rule.")
      .def(py::init<>())
      .def(
          "variable",
          [](LinearModel& model, std::string name, double worth, bool whole, double low, double high) {
            return model.add_column(std::move(name), worth, whole, low, high);
          },
          py::arg("name"), py::arg("worth") = 0.0, py::kw_only(), py::arg("whole") = true, py::arg("low") = 0.0,
          py::arg("high") = 1.0, "The position of a new column.")
      .def(
          "row",
          [](LinearModel& model, const std::string& rule, const py::dict& terms, double low, double high) {
            std::vector<roadmap::LinearTerm> row;
            for (const auto& [column, coefficient] : terms) {
              row.push_back({column.cast<std::uint32_t>(), coefficient.cast<double>()});
            }
            model.add_row(model.rule(rule), row, low, high);
          },
          py::arg("rule"), py::arg("terms"), py::arg("low") = -std::numeric_limits<double>::infinity(),
          py::arg("high") = std::numeric_limits<double>::infinity(), "Adds a sum of columns between two bounds.")
      .def(
          "fix",
          [](LinearModel& model, std::uint32_t column, double value) {
            model.lower.at(column) = model.upper.at(column) = value;
          },
          py::arg("column"), py::arg("value"), "Leaves a column one value.")
      .def_property_readonly(
          "names", [](const LinearModel& model) { return model.names; }, "Names of the columns.")
      .def_property(
          "worth", [](const LinearModel& model) { return model.worth; },
          [](LinearModel& model, std::vector<double> worth) {
            worth.resize(model.column_count(), 0.0);
            model.worth = std::move(worth);
          },
          "The objective by column.")
      .def_property_readonly(
          "row_names", [](const LinearModel& model) { return roadmap::row_names(model); },
          "Names of the rows, for MPS.")
      .def(
          "arrays",
          [](const LinearModel& model) {
            py::dict arrays;
            arrays["worth"] = copied<double>(model.worth);
            arrays["whole"] = copied<bool>(model.whole);
            arrays["low"] = copied<double>(model.lower);
            arrays["high"] = copied<double>(model.upper);
            arrays["row_rule"] = copied<std::int32_t>(model.row_rules);
            arrays["row_low"] = copied<double>(model.row_lower);
            arrays["row_high"] = copied<double>(model.row_upper);
            arrays["row_start"] = copied<std::int32_t>(model.row_begin);
            arrays["row_column"] = copied<std::int32_t>(model.row_columns);
            arrays["row_value"] = copied<double>(model.row_coefficients);
            return arrays;
          },
          "Columns, and rows in compressed form, as arrays.");
  module.def(
      "model_of",
      [](const Problem& problem, double budget, const py::object& capacities, bool is_scaled) {
        const roadmap::ModelOptions options{
            .budget = budget, .capacities = read_capacities(problem, capacities), .is_scaled = is_scaled};
        return without_lock([&] { return roadmap::model_of(*problem.problem, options); });
      },
      py::arg("problem"), py::kw_only(), py::arg("budget"), py::arg("capacities"), py::arg("scaled") = false,
      "A problem under its budgets as a linear model.");
  module.def(
      "problem_of",
      [](const LinearModel& model) {
        auto found = without_lock([&] { return roadmap::problem_of(model); });
        return py::make_tuple(
            Problem{std::make_shared<const roadmap::RoadmapProblem>(std::move(found.problem)), false, false},
            found.budget, found.capacities);
      },
      py::arg("model"), "The problem of a linear model, its budget, and its capacities where it has several.");
  module.def(
      "power_of_two_scale",
      [](const std::vector<double>& numbers, int bits) { return roadmap::power_of_two_scale(numbers, bits); },
      py::arg("numbers"), py::arg("bits") = 0, "A power of two that brings the largest of the numbers to 2^bits.");
  module.def(
      "solve_repaired",
      [](LinearModel& model, const py::function& solver, const py::function& forbid, std::optional<double> time_limit,
         double tolerance) {
        LinearOptions options;
        options.time_limit = time_limit.value_or(std::numeric_limits<double>::infinity());
        options.tolerance = tolerance;
        return to_parts(roadmap::solve_repaired(model, solver_from(solver), options, [&](const LinearOutcome& found) {
          return forbid(found.values).cast<bool>();
        }));
      },
      py::arg("model"), py::arg("solver"), py::arg("forbid"), py::arg("time_limit") = py::none(),
      py::arg("tolerance") = 0.0,
      "Status, objective, bound and values, solved again as long as `forbid` adds rows against the values.");
}

}  // namespace

void register_releases(py::module_& module) {
  register_linear_model(module);
  module.def(
      "plan_releases",
      [](const Problem& problem, const py::dict& rules, const py::function& solver, bool max_min,
         std::optional<double> time_limit, double tolerance, const py::object& progress) {
        ReleaseOptions options = read_release_options(rules);
        options.max_min = max_min;
        options.time_limit = time_limit.value_or(std::numeric_limits<double>::infinity());
        options.tolerance = tolerance;
        const auto general = solver_from(solver);
        const auto plan = Run(py::int_(1), 0, progress)([&](const core::RunControl& control) {
          options.control = control;
          return roadmap::plan_releases(*problem.problem, options, general);
        });
        py::dict parts;
        parts["releases"] = plan.releases;
        parts["customers"] = plan.customers;
        parts["value"] = plan.value;
        parts["bound"] = plan.bound;
        parts["proven"] = plan.proven;
        parts["loads"] = plan.loads;
        parts["segment_values"] = plan.segment_values;
        return parts;
      },
      py::arg("problem"), py::arg("rules"), py::arg("solver"), py::kw_only(), py::arg("max_min"), py::arg("time_limit"),
      py::arg("tolerance"), py::arg("progress"), "A plan over several releases; see the public function.");
  module.def(
      "check_releases",
      [](const Problem& problem, const py::dict& rules, std::vector<std::uint32_t> releases,
         std::vector<std::uint32_t> customers, double value, double bound) {
        roadmap::ReleasePlan plan;
        plan.releases = std::move(releases);
        plan.customers = std::move(customers);
        plan.value = value;
        plan.bound = bound;
        return roadmap::check_releases(*problem.problem, read_release_options(rules), plan);
      },
      py::arg("problem"), py::arg("rules"), py::arg("releases"), py::arg("customers"), py::arg("value"),
      py::arg("bound"), "What is wrong with a plan over several releases.");
}

}  // namespace outweigh::python
