// A roadmap problem as Python sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include <outweigh/core/column.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/problem_tables.hpp>
#include <outweigh/roadmap/selection.hpp>

namespace outweigh::python {

namespace py = pybind11;

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
