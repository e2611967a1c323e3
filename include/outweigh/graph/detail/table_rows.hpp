// Taking rows of tables, comparing tables, and writing them with the user's ids.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <outweigh/core/table.hpp>
#include <outweigh/graph/detail/any_field.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// Throws InvalidInput for a name that is none of our tables.
[[nodiscard]] inline std::size_t known_table(std::string_view name) {
  const std::size_t at = table_position(name);
  if (at == table_count) {
    throw core::InvalidInput("there is no table of this name" + suggestion(name, table_names),
                             {.table = std::string(name)});
  }
  return at;
}

inline void take_rows(AnyTable& table, Rows rows) {
  for (NamedField& named : table.fields) named.field->take(rows);
  *table.rows = rows.size();
}

[[nodiscard]] inline bool same_rows(const AnyTable& a, const AnyTable& b) {
  if (*a.rows != *b.rows) return false;
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    if (!a.fields[i].field->same(*b.fields[i].field)) return false;
  }
  return true;
}

/// The accepted rows with our column names and the user's ids. Absent columns are left out.
[[nodiscard]] inline core::Table write_table(const AnyTable& table, const GraphData& data) {
  core::Table out;
  if (table.has_key()) out.add(std::string(table.key), data.ids[position(table.kind)].column());
  for (const NamedField& named : table.fields) {
    if (!named.field->absent()) out.add(std::string(named.name), named.field->write(data));
  }
  return out;
}

/// With the attributes behind, except those that a column of ours has taken the name of.
[[nodiscard]] inline core::Table with_attributes(core::Table table, const core::Table& attributes) {
  for (std::size_t i = 0; i < attributes.columns(); ++i) {
    if (!table.has(attributes.names()[i])) table.add(attributes.names()[i], attributes.column(i));
  }
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
