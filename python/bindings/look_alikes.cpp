// Who else would want a need, look-alikes, their back-test, and segments by what accounts want.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/read_column.hpp>
#include <outweigh/graph/discover_segments.hpp>
#include <outweigh/graph/who_else.hpp>
#include <outweigh/graph/who_else_backtest.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using graph::CustomerGraph;

graph::WhoElseMethod method_of(const std::string& word) {
  std::string known;
  for (const graph::WhoElseMethod method : graph::who_else_methods) {
    if (to_string(method) == word) return method;
    known += (known.empty() ? "" : ", ") + std::string(to_string(method));
  }
  throw core::InvalidInput("the methods are " + known, {.column = "method", .value = word});
}

graph::WhoElseOptions options_of(std::size_t top, std::size_t neighbours, double damping, std::size_t factors,
                                 double regularisation, double alpha, std::size_t iterations) {
  graph::WhoElseOptions options;
  options.top = top;
  options.neighbours = neighbours;
  options.damping = damping;
  options.factors = {factors, regularisation, alpha, iterations, {}};
  return options;
}

std::optional<core::Instant> time_of(const std::optional<core::Table>& table, const char* name) {
  if (!table) return std::nullopt;
  const auto time = core::read_instants((*table)["as_of"], nullptr, {.column = name});
  if (time.size() != 1 || !time.has(0)) throw core::InvalidInput("this must be one time", {.column = name});
  return time[0];
}

template <class Found>
py::dict status_of(const Found& found) {
  py::dict figures;
  figures["status"] = std::string(core::to_string(found.status));
  figures["reason"] = found.reason;
  return figures;
}

}  // namespace

void register_look_alikes(py::module_& module) {
  module.def(
      "who_else",
      [](const CustomerGraph& graph, const std::string& need_id, const std::string& method, std::size_t top,
         std::size_t neighbours, double damping, std::size_t factors, double regularisation, double alpha,
         std::size_t iterations, std::uint64_t seed, const py::object& threads, const py::object& progress) {
        graph::WhoElseOptions options =
            options_of(top, neighbours, damping, factors, regularisation, alpha, iterations);
        options.method = method_of(method);
        const auto [found, table] = Run(threads, seed, progress)([&](const core::RunControl& control) {
          options.control = control;
          graph::WhoElse result = graph::who_else(graph, need_id, options);
          core::Table rows = result.to_table(graph);
          return std::pair(std::move(result), std::move(rows));
        });
        py::dict figures = status_of(found);
        figures["wanted_by"] = found.wanted_by;
        figures["denied_by"] = found.denied_by;
        figures["candidates"] = found.candidates;
        return std::pair(table, figures);
      },
      py::arg("graph"), py::kw_only(), py::arg("need_id"), py::arg("method"), py::arg("top"), py::arg("neighbours"),
      py::arg("damping"), py::arg("factors"), py::arg("regularisation"), py::arg("alpha"), py::arg("iterations"),
      py::arg("seed"), py::arg("threads") = py::none(), py::arg("progress") = py::none(), "See outweigh.who_else.");
  module.def(
      "look_alikes",
      [](const CustomerGraph& graph, const std::string& account_id, const std::string& method, std::size_t top,
         bool needs, bool uses, bool segments) {
        std::optional<graph::SimilarityMethod> chosen;
        for (const auto known : {graph::SimilarityMethod::common_neighbours, graph::SimilarityMethod::jaccard,
                                 graph::SimilarityMethod::cosine, graph::SimilarityMethod::adamic_adar}) {
          if (to_string(known) == method) chosen = known;
        }
        if (!chosen) {
          throw core::InvalidInput("the methods are common_neighbours, jaccard, cosine and adamic_adar",
                                   {.column = "method", .value = method});
        }
        const auto [found, table] = without_lock([&] {
          graph::LookAlikes result = graph::look_alikes(graph, account_id, {*chosen, top, needs, uses, segments});
          core::Table rows = result.to_table(graph);
          return std::pair(std::move(result), std::move(rows));
        });
        return std::pair(table, status_of(found));
      },
      py::arg("graph"), py::kw_only(), py::arg("account_id"), py::arg("method"), py::arg("top"), py::arg("needs"),
      py::arg("uses"), py::arg("segments"), "See outweigh.look_alikes.");
  module.def(
      "backtest_who_else",
      [](const CustomerGraph& graph, const std::optional<core::Table>& split, const std::optional<core::Table>& until,
         const std::vector<std::string>& methods, std::size_t top, bool by_account, double level,
         std::size_t neighbours, double damping, std::size_t factors, double regularisation, double alpha,
         std::size_t iterations, std::uint64_t seed, const py::object& threads, const py::object& progress) {
        graph::BacktestOptions options;
        options.methods.clear();
        for (const std::string& method : methods) options.methods.push_back(method_of(method));
        options.top = top;
        options.by_account = by_account;
        options.level = level;
        options.who_else = options_of(20, neighbours, damping, factors, regularisation, alpha, iterations);
        options.until = time_of(until, "until");
        const std::optional<core::Instant> at = time_of(split, "split");
        if (!at)
          throw core::MissingInput("a back-test needs the time up to which the methods may look", {.column = "split"});
        const auto [found, table] = Run(threads, seed, progress)([&](const core::RunControl& control) {
          options.control = control;
          graph::Backtest result = graph::backtest_who_else(graph, *at, options);
          core::Table rows = result.to_table();
          return std::pair(std::move(result), std::move(rows));
        });
        py::dict figures = status_of(found);
        figures["queries"] = found.queries;
        figures["cold"] = found.cold;
        figures["known_pairs"] = found.known_pairs;
        figures["later_pairs"] = found.later_pairs;
        figures["top"] = found.top;
        return std::pair(table, figures);
      },
      py::arg("graph"), py::kw_only(), py::arg("split"), py::arg("until"), py::arg("methods"), py::arg("top"),
      py::arg("by_account"), py::arg("level"), py::arg("neighbours"), py::arg("damping"), py::arg("factors"),
      py::arg("regularisation"), py::arg("alpha"), py::arg("iterations"), py::arg("seed"),
      py::arg("threads") = py::none(), py::arg("progress") = py::none(), "See outweigh.backtest_who_else.");
  module.def(
      "discover_segments",
      [](const CustomerGraph& graph, const std::string& method, double resolution, double held_out,
         std::size_t smallest, std::size_t descriptions, std::uint64_t seed, const py::object& threads,
         const py::object& progress) {
        if (method != "louvain" && method != "leiden") {
          throw core::InvalidInput("the methods are louvain and leiden", {.column = "method", .value = method});
        }
        graph::DiscoverOptions options{
            method == "louvain" ? graph::CommunityMethod::louvain : graph::CommunityMethod::leiden,
            resolution,
            held_out,
            smallest,
            descriptions,
            {}};
        const auto [found, tables] = Run(threads, seed, progress)([&](const core::RunControl& control) {
          options.control = control;
          graph::DiscoveredSegments result = graph::discover_segments(graph, options);
          std::pair<core::Table, core::Table> made(result.to_table(graph), result.descriptions_table());
          return std::pair(std::move(result), std::move(made));
        });
        py::dict figures = status_of(found);
        figures["modularity"] = found.modularity;
        figures["agreement"] = found.agreement ? py::object(py::float_(*found.agreement)) : py::object(py::none());
        figures["tested"] = found.tested;
        figures["confirmed"] = found.confirmed;
        figures["sizes"] = found.sizes;
        return std::tuple(tables.first, tables.second, figures);
      },
      py::arg("graph"), py::kw_only(), py::arg("method"), py::arg("resolution"), py::arg("held_out"),
      py::arg("smallest"), py::arg("descriptions"), py::arg("seed"), py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "See outweigh.discover_segments.");
}

}  // namespace outweigh::python
