// A roadmap problem as Python sees it.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include <outweigh/core/column.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/problem_tables.hpp>
#include <outweigh/roadmap/selection.hpp>

namespace outweigh::python {

namespace py = pybind11;

void register_front(py::module_& module);
void register_certificate(py::module_& module);
void register_releases(py::module_& module);
void register_uncertainty(py::module_& module);

// A problem with the kind of ids that it came with.
struct Problem {
  std::shared_ptr<const roadmap::RoadmapProblem> problem;
  bool integer_solutions = false;
  bool integer_customers = false;

  [[nodiscard]] py::object solution_id(std::size_t at) const {
    return id(problem->solution_ids()[at], integer_solutions);
  }
  [[nodiscard]] py::object customer_id(std::size_t at) const {
    return id(problem->customer_ids()[at], integer_customers);
  }
  [[nodiscard]] py::list solution_list(std::span<const std::uint32_t> positions) const {
    py::list list;
    for (const auto at : positions) list.append(solution_id(at));
    return list;
  }
  [[nodiscard]] core::Column ids(std::span<const std::string> texts, bool integer) const {
    if (!integer) return core::Column::strings(texts);
    std::vector<std::int64_t> numbers;
    numbers.reserve(texts.size());
    for (const auto& text : texts) numbers.push_back(std::stoll(text));
    return core::Column::int64s(std::move(numbers));
  }
  [[nodiscard]] core::Table to_table() const {
    core::Table table;
    table.add("solution_id", ids(problem->solution_ids(), integer_solutions));
    table.add("effort", core::Column::float64s({problem->efforts().begin(), problem->efforts().end()}));
    table.add("value", core::Column::float64s({problem->values().begin(), problem->values().end()}));
    return table;
  }
  friend bool operator==(const Problem& a, const Problem& b) {
    return a.integer_solutions == b.integer_solutions && a.integer_customers == b.integer_customers &&
           (a.problem == b.problem || *a.problem == *b.problem);
  }

 private:
  static py::object id(const std::string& text, bool integer) {
    return integer ? py::object(py::int_(std::stoll(text))) : py::object(py::str(text));
  }
};

// Capacities by name of the resource, as one for each in the order of the problem; empty for None.
inline std::vector<double> read_capacities(const Problem& problem, const py::object& capacities) {
  if (capacities.is_none()) return {};
  const auto names = problem.problem->resources();
  if (names.empty()) {
    throw core::InvalidInput(
        "several capacities need a problem with the efforts of each resource: "
        "RoadmapProblem(solutions, efforts=...)",
        {.column = "budget"});
  }
  std::vector<double> amounts(names.size(), std::numeric_limits<double>::quiet_NaN());
  for (const auto& [name, amount] : py::cast<py::dict>(capacities)) {
    amounts[problem.problem->find_resource(py::cast<std::string>(py::str(name)))] = amount.template cast<double>();
  }
  for (std::size_t r = 0; r < names.size(); ++r) {
    if (std::isnan(amounts[r])) {
      throw core::InvalidInput("a resource has no capacity",
                               {.table = "capacities", .column = "resource", .value = names[r]});
    }
  }
  return amounts;
}

// A selection with the problem that its positions refer to.
struct Selected {
  Problem problem;
  roadmap::Selection selection;

  [[nodiscard]] core::Table to_table() const {
    const core::Table plain = roadmap::selection_table(*problem.problem, selection);
    core::Table table;
    table.add("solution_id", problem.ids(problem.problem->solution_ids(), problem.integer_solutions));
    for (const auto& name : plain.names()) {
      if (name != "solution_id") table.add(name, plain[name]);
    }
    return table;
  }
  friend bool operator==(const Selected&, const Selected&) = default;
};

}  // namespace outweigh::python
