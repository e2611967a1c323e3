#pragma once

#include <string>
#include <utility>

#include <outweigh/graph/detail/build_again.hpp>
#include <outweigh/graph/detail/table_rows.hpp>
#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/graph/graph_parts.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

OUTWEIGH_INLINE GraphParts to_parts(const CustomerGraph& graph) {
  const detail::GraphData& data = graph.data();
  GraphParts parts;
  for (const detail::AnyTable& table : detail::any_tables(data.tables)) {
    const std::string name(table.name);
    if (data.given[table.at]) parts.tables[name] = detail::write_table(table, data);
    if (data.attributes[table.at].columns() != 0) parts.attributes[name] = data.attributes[table.at];
    if (data.rejected[table.at].columns() != 0) parts.rejected[name] = data.rejected[table.at];
  }
  parts.problems = data.problems;
  parts.memberships = detail::write_table(detail::any_table(data.memberships), data);
  parts.segment_ids = data.ids[detail::position(NodeKind::segment)].column();
  parts.as_of = data.as_of;
  parts.currency = data.currency;
  parts.effort_unit = data.effort_unit;
  return parts;
}

OUTWEIGH_INLINE CustomerGraph from_parts(const GraphParts& parts, const core::RunControl& control) {
  try {
    BuildOptions options;
    options.as_of = parts.as_of;
    options.currency = parts.currency;
    options.effort_unit = parts.effort_unit;
    options.control = control;
    return CustomerGraph(detail::build_again(parts, options));
  } catch (const core::CorruptState&) {
    throw;
  } catch (const core::Cancelled&) {
    throw;
  } catch (const core::Error& error) {
    throw core::CorruptState(error.message(), error.place());
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
