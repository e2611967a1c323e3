#pragma once

#include <string>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/graph/detail/build_again.hpp>
#include <outweigh/graph/detail/loader.hpp>
#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/graph/graph_parts.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

[[noreturn]] OUTWEIGH_INLINE void throw_problem(const Problem& problem, std::size_t more) {
  std::string message = problem.message;
  if (more != 0) {
    message += "; " + core::detail::counted(more, "more problem") + ", validate() lists all of them";
  }
  switch (problem.kind) {
    case ProblemKind::missing_table:
    case ProblemKind::missing_column:
      throw core::MissingInput(message, problem.place);
    case ProblemKind::wrong_type:
      throw core::TypeMismatch(message, problem.place);
    default:
      throw core::InvalidInput(message, problem.place);
  }
}

OUTWEIGH_INLINE void check_column_tables(const BuildOptions& options) {
  for (const auto& [table, mapping] : options.columns) {
    if (table_position(table) == table_count) {
      throw core::InvalidInput("columns= names a table that there is not" + suggestion(table, table_names),
                               {.table = table});
    }
  }
}

OUTWEIGH_INLINE std::shared_ptr<const GraphData> build_again(const GraphParts& parts, const BuildOptions& options) {
  Loader::GivenTables tables(parts.tables.begin(), parts.tables.end());
  for (const auto& [name, table] : tables) (void)known_table(name);
  const bool has_segments = tables.contains(Segments::table);
  tables.insert_or_assign(std::string(Segments::table), parts.memberships);
  Loader loader(options, tables, true);
  loader.preset_segments(core::Ids(parts.segment_ids));
  loader.load();
  const std::vector<Problem> problems = loader.problems(true);
  if (!problems.empty()) throw core::CorruptState(problems.front().message, problems.front().place);
  for (const auto& [name, attributes] : parts.attributes) {
    const std::size_t at = known_table(name);
    const auto table = parts.tables.find(name);
    if (table == parts.tables.end() || table->second.rows() != attributes.rows()) {
      throw core::CorruptState("attributes do not fit their table", {.table = name});
    }
    loader.data().attributes[at] = attributes;
  }
  std::shared_ptr<GraphData> built = loader.finish(options.control);
  for (const auto& [name, rejected] : parts.rejected) built->rejected[known_table(name)] = rejected;
  built->problems = parts.problems;
  if (!has_segments) {
    const std::size_t at = table_position(Segments::table);
    built->given[at] = false;
    built->get<Segments>() = {};
    built->attributes[at] = {};
  }
  return built;
}

}  // namespace detail

OUTWEIGH_INLINE GraphBuilder::GraphBuilder(BuildOptions options) : options_(std::move(options)) {
  detail::check_column_tables(options_);
}

OUTWEIGH_INLINE GraphBuilder& GraphBuilder::add(std::string_view table, core::Table columns) {
  if (detail::table_position(table) == detail::table_count) {
    throw core::InvalidInput("there is no table of this name" + detail::suggestion(table, detail::table_names) +
                                 "; the tables are " + detail::listed(detail::table_names),
                             {.table = std::string(table)});
  }
  if (!tables_.emplace(std::string(table), std::move(columns)).second) {
    throw core::InvalidInput("the table was given twice", {.table = std::string(table)});
  }
  return *this;
}

OUTWEIGH_INLINE std::vector<Problem> GraphBuilder::validate() const {
  detail::Loader loader(options_, tables_, false);
  loader.load();
  options_.control.report("validated", 1.0);
  return loader.problems(false);
}

OUTWEIGH_INLINE CustomerGraph GraphBuilder::build() const {
  detail::Loader loader(options_, tables_, false);
  loader.load();
  const std::vector<Problem> problems = loader.problems(false);
  if (options_.on_invalid == OnInvalid::raise && !problems.empty()) {
    detail::throw_problem(problems.front(), problems.size() - 1);
  }
  if (loader.structural_problem()) detail::throw_problem(*loader.structural_problem(), problems.size() - 1);
  return CustomerGraph(loader.finish(options_.control));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
