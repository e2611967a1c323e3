#pragma once

#include <string>
#include <utility>

#include <outweigh/graph/detail/loader.hpp>
#include <outweigh/graph/graph_parts.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

OUTWEIGH_INLINE GraphParts to_parts(const CustomerGraph& graph) {
  const detail::GraphData& data = graph.data();
  GraphParts parts;
  detail::for_each_table(data.tables, [&](const auto& table) {
    using T = std::remove_cvref_t<decltype(table)>;
    const std::size_t at = detail::table_position(T::table);
    const std::string name(T::table);
    if (data.given[at]) parts.tables[name] = detail::write_table(table, data);
    if (data.attributes[at].columns() != 0) parts.attributes[name] = data.attributes[at];
    if (data.rejected[at].columns() != 0) parts.rejected[name] = data.rejected[at];
  });
  parts.problems = data.problems;
  parts.memberships = detail::write_table(data.memberships, data);
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
    detail::Loader::GivenTables tables(parts.tables.begin(), parts.tables.end());
    for (const auto& [name, table] : tables) (void)detail::known_table(name);
    const bool has_segments = tables.contains(Segments::table);
    tables.insert_or_assign(std::string(Segments::table), parts.memberships);
    detail::Loader loader(options, tables, true);
    loader.preset_segments(core::Ids(parts.segment_ids));
    loader.load();
    const std::vector<Problem> problems = loader.problems(true);
    if (!problems.empty()) throw core::CorruptState(problems.front().message, problems.front().place);
    detail::GraphData& data = loader.data();
    for (const auto& [name, attributes] : parts.attributes) {
      const std::size_t at = detail::known_table(name);
      const auto table = parts.tables.find(name);
      if (table == parts.tables.end() || table->second.rows() != attributes.rows()) {
        throw core::CorruptState("attributes do not fit their table", {.table = name});
      }
      data.attributes[at] = attributes;
    }
    std::shared_ptr<detail::GraphData> built = loader.finish(control);
    for (const auto& [name, rejected] : parts.rejected) built->rejected[detail::known_table(name)] = rejected;
    built->problems = parts.problems;
    if (!has_segments) {
      const std::size_t at = detail::table_position(Segments::table);
      built->given[at] = false;
      built->get<Segments>() = {};
      built->attributes[at] = {};
    }
    return CustomerGraph(std::move(built));
  } catch (const core::CorruptState&) {
    throw;
  } catch (const core::Cancelled&) {
    throw;
  } catch (const core::Error& error) {
    throw core::CorruptState(error.message(), error.place());
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
