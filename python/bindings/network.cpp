// Algorithms on networks: tables of edges or relations of a customer graph in, tables with the user's ids out.
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <outweigh/core/column.hpp>
#include <outweigh/graph/communities.hpp>
#include <outweigh/graph/edge_table.hpp>
#include <outweigh/graph/implicit_factors.hpp>
#include <outweigh/graph/page_rank.hpp>
#include <outweigh/graph/similarity.hpp>
#include <outweigh/graph/wants.hpp>
#include <outweigh/stats/partition_agreement.hpp>

#include "common.hpp"

namespace outweigh::python {

namespace {

using Restart = std::vector<std::tuple<std::string, std::string, double>>;  // kind (of a customer graph), id, weight
using Words = std::vector<std::string>;

graph::RelationKind relation_of(const std::string& name) {
  for (std::size_t i = 0; i < graph::relation_kind_count; ++i) {
    if (graph::relation_ends[i].name == name) return static_cast<graph::RelationKind>(i);
  }
  throw core::InvalidInput("there is no such relation", {.column = "relations", .value = name});
}

graph::NodeKind kind_of(const std::string& name) {
  for (const graph::NodeKind kind : graph::node_kinds) {
    if (to_string(kind) == name) return kind;
  }
  throw core::InvalidInput("there is no such kind of node", {.column = "restart", .value = name});
}

/// What an algorithm runs on: edges of a table, or relations of a graph.
struct Input {
  std::optional<core::Table> edges;
  std::optional<graph::CustomerGraph> customer_graph;
  graph::EdgeColumns columns;
  std::vector<graph::RelationKind> relations;

  Input(const py::object& data, const std::string& source, const std::string& target,
        const std::optional<std::string>& weight, const Words& names)
      : columns{source, target, weight.value_or("")} {
    if (py::isinstance<graph::CustomerGraph>(data)) {
      customer_graph = data.cast<graph::CustomerGraph>();
      for (const std::string& name : names) relations.push_back(relation_of(name));
    } else {
      edges = data.cast<core::Table>();
    }
  }
};

struct Nodes {
  graph::Network network;
  core::Table table;
  core::Ids ids;
  graph::RelatedNodes related;

  Nodes(const Input& input, bool directed, const core::RunControl& control) {
    if (input.edges) {
      graph::EdgeTable edges = graph::read_edges(*input.edges, input.columns, true, control);
      network = graph::make_network(edges.edges(), edges.sources.size(), directed, control);
      ids = std::move(edges.sources);
      table.add("id", ids.column());
    } else {
      related = graph::relate(*input.customer_graph, input.relations, control);
      network = related.network;
      table = related.table(*input.customer_graph);
    }
  }
  [[nodiscard]] std::size_t find(const Input& input, const std::string& kind, const std::string& id) const {
    if (input.customer_graph) return related.find(*input.customer_graph, kind_of(kind), id);
    const auto found = ids.find(id);
    if (!found) throw core::InvalidInput("there is no such node in the network", {.column = "restart", .value = id});
    return *found;
  }
};

core::Column numbers(std::span<const std::uint32_t> values) {
  return core::Column::int64s(std::vector<std::int64_t>(values.begin(), values.end()));
}

graph::SimilarityMethod similarity_of(const std::string& word) {
  using graph::SimilarityMethod;
  for (const auto method : {SimilarityMethod::common_neighbours, SimilarityMethod::jaccard, SimilarityMethod::cosine,
                            SimilarityMethod::adamic_adar}) {
    if (to_string(method) == word) return method;
  }
  throw core::InvalidInput("the methods are common_neighbours, jaccard, cosine and adamic_adar",
                           {.column = "method", .value = word});
}

/// Rows and columns with ids; `flipped` makes the sources the columns. Of a customer graph: who wants what, of the
/// base.
struct Incidence {
  graph::Adjacency by_row;
  core::Ids rows;
  core::Ids columns;

  Incidence(const Input& input, bool flipped, const core::RunControl& control) {
    if (input.edges) {
      graph::EdgeTable edges = graph::read_edges(*input.edges, input.columns, false, control);
      graph::EdgeList list = edges.edges();
      if (flipped) std::swap(list.sources, list.targets);
      if (flipped) std::swap(edges.sources, edges.targets);
      by_row = graph::make_adjacency(list, edges.sources.size(), edges.targets.size(), control);
      rows = std::move(edges.sources);
      columns = std::move(edges.targets);
      return;
    }
    const graph::CustomerGraph& g = *input.customer_graph;
    graph::Wants wants = graph::collect_wants(g);
    const core::Ids accounts = g.ids(graph::NodeKind::account).select(wants.accounts);
    const core::Ids needs = g.ids(graph::NodeKind::need).select(wants.needs);
    by_row = flipped ? graph::transpose(wants.by_account, wants.needs.size()) : std::move(wants.by_account);
    rows = flipped ? needs : accounts;
    columns = flipped ? accounts : needs;
  }
};

/// A row an id, a column a factor.
core::Table factor_table(const std::string& name, const core::Ids& ids, const std::vector<float>& values,
                         std::size_t factors) {
  core::Table table;
  table.add(name, ids.column());
  for (std::size_t f = 0; f < factors; ++f) {
    std::vector<double> column(ids.size());
    for (std::size_t i = 0; i < column.size(); ++i) column[i] = static_cast<double>(values[i * factors + f]);
    table.add("factor_" + std::to_string(f + 1), core::Column::float64s(std::move(column)));
  }
  return table;
}

/// How an iteration ended.
template <class Found>
py::dict convergence_of(const Found& found) {
  py::dict facts;
  facts["iterations"] = found.iterations;
  facts["error"] = found.error;
  facts["converged"] = found.converged;
  return facts;
}

}  // namespace

void register_network(py::module_& module) {
  module.def(
      "page_rank",
      [](const py::object& data, const std::string& source, const std::string& target,
         const std::optional<std::string>& weight, const Words& relations, bool directed, double damping,
         const Restart& restart, double tolerance, std::size_t max_iterations, const py::object& threads,
         const py::object& progress) {
        const Input input(data, source, target, weight, relations);
        graph::PageRank found;
        core::Table table = Run(threads, 0, progress)([&](const core::RunControl& control) {
          Nodes nodes(input, directed, control);
          std::vector<double> weights(restart.empty() ? 0 : nodes.network.nodes(), 0.0);
          for (const auto& [kind, id, value] : restart) weights[nodes.find(input, kind, id)] += value;
          found = graph::page_rank(nodes.network, {damping, weights, tolerance, max_iterations, control});
          nodes.table.add("rank", core::Column::float64s(found.rank));
          return nodes.table;
        });
        return std::pair(table, convergence_of(found));
      },
      py::arg("data"), py::kw_only(), py::arg("source"), py::arg("target"), py::arg("weight"), py::arg("relations"),
      py::arg("directed"), py::arg("damping"), py::arg("restart"), py::arg("tolerance"), py::arg("max_iterations"),
      py::arg("threads") = py::none(), py::arg("progress") = py::none(), "See outweigh.page_rank.");
  module.def(
      "hits",
      [](const py::object& data, const std::string& source, const std::string& target,
         const std::optional<std::string>& weight, const Words& relations, bool directed, double tolerance,
         std::size_t max_iterations, const py::object& threads, const py::object& progress) {
        const Input input(data, source, target, weight, relations);
        graph::Hits found;
        core::Table table = Run(threads, 0, progress)([&](const core::RunControl& control) {
          Nodes nodes(input, directed, control);
          found = graph::hits(nodes.network, {tolerance, max_iterations, control});
          nodes.table.add("hub", core::Column::float64s(found.hubs));
          nodes.table.add("authority", core::Column::float64s(found.authorities));
          return nodes.table;
        });
        return std::pair(table, convergence_of(found));
      },
      py::arg("data"), py::kw_only(), py::arg("source"), py::arg("target"), py::arg("weight"), py::arg("relations"),
      py::arg("directed"), py::arg("tolerance"), py::arg("max_iterations"), py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "See outweigh.hits.");
  module.def(
      "communities",
      [](const py::object& data, const std::string& source, const std::string& target,
         const std::optional<std::string>& weight, const Words& relations, const std::string& method, double resolution,
         std::size_t trials, std::uint64_t seed, const py::object& threads, const py::object& progress) {
        const Input input(data, source, target, weight, relations);
        if (method != "louvain" && method != "leiden") {
          throw core::InvalidInput("the methods are louvain and leiden", {.column = "method", .value = method});
        }
        graph::Communities found;
        core::Table table = Run(threads, seed, progress)([&](const core::RunControl& control) {
          Nodes nodes(input, false, control);
          found = graph::communities(
              nodes.network, {method == "louvain" ? graph::CommunityMethod::louvain : graph::CommunityMethod::leiden,
                              resolution, trials, control});
          nodes.table.add("community", numbers(found.community));
          return nodes.table;
        });
        py::dict facts;
        facts["count"] = found.count;
        facts["modularity"] = found.modularity;
        return std::pair(table, facts);
      },
      py::arg("data"), py::kw_only(), py::arg("source"), py::arg("target"), py::arg("weight"), py::arg("relations"),
      py::arg("method"), py::arg("resolution"), py::arg("trials"), py::arg("seed"), py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "See outweigh.communities.");
  module.def(
      "co_demand",
      [](const py::object& data, const std::string& source, const std::string& target,
         const std::optional<std::string>& weight, const Words& relations, bool between_sources,
         const std::string& name, const std::string& method, std::size_t top, const py::object& threads,
         const py::object& progress) {
        const Input input(data, source, target, weight, relations);
        const graph::SimilarityMethod chosen = similarity_of(method);
        return Run(threads, 0, progress)([&](const core::RunControl& control) {
          const Incidence incidence(input, between_sources, control);
          const graph::Similarities found =
              graph::similar_columns(incidence.by_row, incidence.columns.size(), {chosen, top, control});
          std::vector<std::uint32_t> of;
          of.reserve(found.others.size());
          for (std::size_t c = 0; c + 1 < found.offsets.size(); ++c) {
            of.insert(of.end(), found.offsets[c + 1] - found.offsets[c], static_cast<std::uint32_t>(c));
          }
          core::Table table;
          table.add(name, incidence.columns.column(of));
          table.add("similar_" + name, incidence.columns.column(found.others));
          table.add("similarity", core::Column::float64s(found.values));
          table.add("shared", numbers(found.shared));
          return table;
        });
      },
      py::arg("data"), py::kw_only(), py::arg("source"), py::arg("target"), py::arg("weight"), py::arg("relations"),
      py::arg("between_sources"), py::arg("name"), py::arg("method"), py::arg("top"), py::arg("threads") = py::none(),
      py::arg("progress") = py::none(), "See outweigh.co_demand.");
  module.def(
      "implicit_factors",
      [](const py::object& data, const std::string& source, const std::string& target,
         const std::optional<std::string>& weight, const Words& relations, const std::string& row_name,
         const std::string& column_name, std::size_t factors, double regularisation, double alpha,
         std::size_t iterations, std::uint64_t seed, const py::object& threads, const py::object& progress) {
        const Input input(data, source, target, weight, relations);
        double loss = 0.0;
        auto tables = Run(threads, seed, progress)([&](const core::RunControl& control) {
          const Incidence incidence(input, false, control);
          const graph::ImplicitFactors found = graph::implicit_factors(
              incidence.by_row, incidence.columns.size(), {factors, regularisation, alpha, iterations, control});
          loss = found.loss;
          return std::pair(factor_table(row_name, incidence.rows, found.rows, factors),
                           factor_table(column_name, incidence.columns, found.columns, factors));
        });
        return std::tuple(tables.first, tables.second, loss);
      },
      py::arg("data"), py::kw_only(), py::arg("source"), py::arg("target"), py::arg("weight"), py::arg("relations"),
      py::arg("row_name"), py::arg("column_name"), py::arg("factors"), py::arg("regularisation"), py::arg("alpha"),
      py::arg("iterations"), py::arg("seed"), py::arg("threads") = py::none(), py::arg("progress") = py::none(),
      "See outweigh.implicit_factors.");
  module.def(
      "partition_agreement",
      [](const py::array_t<std::uint32_t, py::array::c_style | py::array::forcecast>& a,
         const py::array_t<std::uint32_t, py::array::c_style | py::array::forcecast>& b) {
        const std::span<const std::uint32_t> first(a.data(), static_cast<std::size_t>(a.size()));
        const std::span<const std::uint32_t> second(b.data(), static_cast<std::size_t>(b.size()));
        return without_lock([&] { return stats::partition_agreement(first, second).adjusted; });
      },
      py::arg("a"), py::arg("b"), "Adjusted mutual information of two groupings.");
}

}  // namespace outweigh::python
