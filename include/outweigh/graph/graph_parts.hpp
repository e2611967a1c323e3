// A graph taken apart into tables, to be stored or sent, and put together again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// All that a graph consists of. Tables have our column names and the user's ids.
struct GraphParts {
  std::map<std::string, core::Table> tables{};      ///< those that were given
  std::map<std::string, core::Table> attributes{};  ///< their further columns, where there are any
  std::map<std::string, core::Table> rejected{};    ///< rows that were set aside, where there are any
  std::vector<Problem> problems{};
  core::Table memberships{};  ///< columns of `segments`, whether given or not
  core::Column segment_ids{};
  core::Instant as_of{};
  std::string currency{};
  std::string effort_unit{};
};

/// `from_parts(to_parts(graph)) == graph`.
[[nodiscard]] GraphParts to_parts(const CustomerGraph& graph);

/// Ids and references are resolved again; rows are not checked against each other a second time. Throws CorruptState
/// for parts that do not fit together.
[[nodiscard]] CustomerGraph from_parts(const GraphParts& parts, const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/graph_parts-inl.hpp>
#endif
