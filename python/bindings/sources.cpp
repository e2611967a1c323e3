// Sources: how far they can be believed, and what is behind their claims.
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/listening/breadth.hpp>
#include <outweigh/listening/source_credibility.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

template <class Value>
py::object optional_number(const std::optional<Value>& value) {
  return value ? py::cast(*value) : py::object(py::none());
}

}  // namespace

void register_sources(py::module_& module) {
  module.def(
      "source_credibility",
      [](const graph::CustomerGraph& graph, double level) {
        const auto [found, table] = without_lock([&] {
          listening::SourceCredibility result = listening::source_credibility(graph, level);
          core::Table rows = result.to_table(graph);
          return std::pair(std::move(result), std::move(rows));
        });
        py::dict figures;
        figures["status"] = std::string(core::to_string(found.status));
        figures["reason"] = found.reason;
        figures["collective"] = optional_number(found.collective);
        return std::pair(table, figures);
      },
      py::arg("graph"), py::kw_only(), py::arg("level"), "See outweigh.source_credibility.");
  module.def(
      "breadth",
      [](const graph::CustomerGraph& graph, const std::string& request_id, const std::optional<double>& at_least,
         double level, double believe, double window, double follow_up) {
        const auto [found, tables] = without_lock([&] {
          listening::Breadth result =
              listening::breadth(graph, request_id, {at_least, level, believe, window, follow_up});
          std::pair<core::Table, core::Table> made(result.to_table(), result.accounts_table(graph));
          return std::pair(std::move(result), std::move(made));
        });
        py::dict figures;
        figures["accounts"] = found.accounts;
        figures["from_coverage"] = found.from_coverage;
        figures["claimed"] = optional_number(found.claimed);
        figures["at_least"] = found.at_least;
        figures["probability"] = optional_number(found.all.probability);
        figures["to_believe"] = optional_number(found.all.to_believe);
        figures["status"] = std::string(core::to_string(found.all.status));
        figures["reason"] = found.all.reason;
        return std::tuple(tables.first, tables.second, figures);
      },
      py::arg("graph"), py::kw_only(), py::arg("request_id"), py::arg("at_least"), py::arg("level"), py::arg("believe"),
      py::arg("window"), py::arg("follow_up"), "See outweigh.breadth.");
}

}  // namespace outweigh::python
