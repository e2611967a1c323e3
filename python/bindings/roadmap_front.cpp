// Fronts of value against cost, and public and simulated instances.
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <outweigh/lab/nrp.hpp>
#include <outweigh/lab/nrp_instances.hpp>
#include <outweigh/roadmap/front.hpp>

#include "common.hpp"
#include "roadmap_problem.hpp"

namespace outweigh::python {

namespace {

struct FrontOf {
  Problem problem;
  roadmap::Front front;

  [[nodiscard]] core::Table to_table() const { return front.to_table(); }
  friend bool operator==(const FrontOf&, const FrontOf&) = default;
};

FrontOf front_from_parts(const py::tuple& parts) {
  if (parts.size() != 5) throw core::CorruptState("the pickled front has another number of parts");
  FrontOf result{
      parts[0].cast<Problem>(),
      {.complete = parts[2].cast<bool>(), .total_effort = parts[3].cast<double>(), .seconds = parts[4].cast<double>()}};
  for (const auto& item : parts[1].cast<py::list>()) {
    const auto point = item.cast<py::tuple>();
    if (point.size() != 5) throw core::CorruptState("the pickled front has a point with another number of parts");
    result.front.points.push_back({.cost = point[0].cast<double>(),
                                   .value = point[1].cast<double>(),
                                   .bound = point[2].cast<double>(),
                                   .proven = point[3].cast<bool>(),
                                   .solutions = point[4].cast<std::vector<std::uint32_t>>()});
    for (const auto s : result.front.points.back().solutions) {
      if (s >= result.problem.problem->solution_count())
        throw core::CorruptState("the pickled front names no solution");
    }
  }
  return result;
}

}  // namespace

void register_front(py::module_& module) {
  py::class_<FrontOf> front(module, "Front", "Value against cost: selections of which none dominates another.");
  front.def_property_readonly("problem", [](const FrontOf& self) { return self.problem; });
  front.def_property_readonly("complete", [](const FrontOf& self) { return self.front.complete; });
  front.def_property_readonly("seconds", [](const FrontOf& self) { return self.front.seconds; });
  front.def(
      "solutions",
      [](const FrontOf& self, std::size_t point) {
        if (point >= self.front.points.size()) {
          throw core::InvalidInput("the front has no such point", {.column = "point", .value = std::to_string(point)});
        }
        py::list ids;
        for (const auto at : self.front.points[point].solutions) ids.append(self.problem.solution_id(at));
        return ids;
      },
      py::arg("point"), "Ids of the solutions of a point.");
  front.def(
      "hypervolume",
      [](const FrontOf& self, std::optional<double> reference_cost, double reference_value) {
        return roadmap::hypervolume(self.front.points, reference_cost.value_or(self.front.total_effort),
                                    reference_value);
      },
      py::kw_only(), py::arg("reference_cost") = py::none(), py::arg("reference_value") = 0.0);
  front.def("__len__", [](const FrontOf& self) { return self.front.points.size(); });
  add_equality(front);
  add_table(front, "Columns cost, value, bound, proven, solutions.");
  add_repr(front, [](const FrontOf& self) { return std::to_string(self.front.points.size()) + " points"; });
  add_pickling(
      front, 1,
      [](const FrontOf& self) {
        py::list points;
        for (const auto& p : self.front.points)
          points.append(py::make_tuple(p.cost, p.value, p.bound, p.proven, p.solutions));
        return py::make_tuple(py::cast(self.problem), points, self.front.complete, self.front.total_effort,
                              self.front.seconds);
      },
      front_from_parts);

  const auto options = [](double step, std::optional<double> time_limit) {
    return roadmap::FrontOptions{.step = step,
                                 .time_limit = time_limit.value_or(std::numeric_limits<double>::infinity())};
  };
  module.def(
      "supported_front",
      [options](const Problem& problem, std::optional<double> time_limit) {
        auto given = options(0.0, time_limit);
        return Run(py::int_(1), 0, py::none())([&](const core::RunControl& control) {
          given.control = control;
          return FrontOf{problem, roadmap::supported_front(*problem.problem, given)};
        });
      },
      py::arg("problem"), py::kw_only(), py::arg("time_limit") = py::none(),
      "All corners of the concave hull of value against cost; see the public function.");
  module.def(
      "efficient_front",
      [options](const Problem& problem, double step, std::optional<double> time_limit, const py::object& progress) {
        auto given = options(step, time_limit);
        return Run(py::int_(1), 0, progress)([&](const core::RunControl& control) {
          given.control = control;
          return FrontOf{problem, roadmap::efficient_front(*problem.problem, given)};
        });
      },
      py::arg("problem"), py::kw_only(), py::arg("step") = 0.0, py::arg("time_limit") = py::none(),
      py::arg("progress") = py::none(), "All efficient selections; see the public function.");

  module.def(
      "simulate_nrp",
      [](std::uint64_t seed, const std::string& kind, double size) {
        const lab::NrpOptions given{.seed = seed, .kind = lab::nrp_kind(kind), .size = size};
        return Problem{
            without_lock([&] { return std::make_shared<const roadmap::RoadmapProblem>(lab::simulate_nrp(given)); }),
            true, true};
      },
      py::arg("seed"), py::kw_only(), py::arg("kind") = "classic_small", py::arg("size") = 1.0,
      "A random instance of the Next Release Problem; see the public function.");

  module.def(
      "read_nrp",
      [](const std::filesystem::path& path) {
        return Problem{
            without_lock([&] { return std::make_shared<const roadmap::RoadmapProblem>(lab::read_nrp(path)); }), true,
            true};
      },
      py::arg("path"), R"(Reads a public instance of the Next Release Problem.

Parameters
----------
path : str or path
    A file in the format of Xuan, Jiang, Ren and Luo (doi:10.1109/TSE.2011.92), classic or realistic.

Returns
-------
RoadmapProblem
    Requirements are solutions, with their numbers as ids.

Raises
------
InvalidInput
    When the file is not a whole instance; it names the line and what was expected there.
MissingInput
    When the file cannot be read.
)");
}

}  // namespace outweigh::python
