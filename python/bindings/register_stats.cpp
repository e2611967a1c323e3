// Intervals for proportions.
#include <string>
#include <utility>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/stats/proportion.hpp>

#include "common.hpp"

namespace outweigh::python {

void register_stats(py::module_& module) {
  module.def(
      "proportion_interval",
      [](double successes, double trials, double level, const std::string& method) {
        using stats::ProportionMethod;
        for (const auto known : {ProportionMethod::wilson, ProportionMethod::clopper_pearson, ProportionMethod::jeffreys}) {
          if (to_string(known) != method) continue;
          const auto interval = stats::proportion_interval(successes, trials, level, known);
          return std::pair(interval.lower, interval.upper);
        }
        throw core::InvalidInput("the methods are wilson, clopper_pearson and jeffreys",
                                 {.column = "method", .value = method});
      },
      py::arg("successes"), py::arg("trials"), py::kw_only(), py::arg("level") = 0.9, py::arg("method") = "wilson",
      "Interval for a proportion. See outweigh.proportion_interval.");
}

}  // namespace outweigh::python
