// Taking rows of tables, comparing tables, and writing them with the user's ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/field.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

using Rows = std::span<const std::uint32_t>;

/// Throws InvalidInput for a name that is none of our tables.
[[nodiscard]] inline std::size_t known_table(std::string_view name) {
  const std::size_t at = table_position(name);
  if (at == table_count) {
    throw core::InvalidInput("there is no table of this name" + suggestion(name, table_names),
                             {.table = std::string(name)});
  }
  return at;
}

/// Marks a node that is not kept.
inline constexpr std::uint32_t dropped = 0xFFFF'FFFFU;

template <class T>
[[nodiscard]] core::Field<T> take(const core::Field<T>& field, Rows rows) {
  if (field.absent()) return core::Field<T>::missing(rows.size());
  std::vector<T> values(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) values[i] = field.values()[rows[i]];
  if (field.valid().empty()) return core::Field<T>(std::move(values));
  std::vector<std::uint8_t> valid(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) valid[i] = field.valid()[rows[i]];
  return core::Field<T>(std::move(values), std::move(valid));
}
[[nodiscard]] inline core::TextField take(const core::TextField& field, Rows rows) {
  if (field.absent()) return core::TextField::missing(rows.size());
  return core::TextField(field.column().take(rows));
}

/// The field with its nodes renumbered; those that are dropped become unknown.
template <class Tag>
[[nodiscard]] core::Field<core::Index<Tag>> renumber(const core::Field<core::Index<Tag>>& field, Rows numbers) {
  if (field.absent()) return field;
  std::vector<core::Index<Tag>> values(field.size());
  std::vector<std::uint8_t> valid(field.size(), 1);
  bool any_unknown = false;
  for (std::size_t row = 0; row < field.size(); ++row) {
    const std::uint32_t number = field.has(row) ? numbers[field[row].value()] : dropped;
    if (number == dropped) {
      valid[row] = 0;
      any_unknown = true;
    } else {
      values[row] = core::Index<Tag>(number);
    }
  }
  if (!any_unknown) valid.clear();
  return core::Field<core::Index<Tag>>(std::move(values), std::move(valid));
}

template <class T>
[[nodiscard]] T take_rows(const T& table, Rows rows) {
  T taken;
  taken.rows = rows.size();
  std::vector<std::pair<std::size_t, const void*>> fields;
  T::columns(table, [&](std::string_view, const auto& field, ColumnRule) {
    fields.emplace_back(fields.size(), static_cast<const void*>(&field));
  });
  std::size_t next = 0;
  T::columns(taken, [&](std::string_view, auto& field, ColumnRule) {
    using Field = std::remove_cvref_t<decltype(field)>;
    field = take(*static_cast<const Field*>(fields[next++].second), rows);
  });
  return taken;
}

template <class T>
[[nodiscard]] bool same_rows(const T& a, const T& b) {
  if (a.rows != b.rows) return false;
  std::vector<const void*> fields;
  T::columns(a, [&](std::string_view, const auto& field, ColumnRule) { fields.push_back(&field); });
  std::size_t next = 0;
  bool same = true;
  T::columns(b, [&](std::string_view, const auto& field, ColumnRule) {
    using Field = std::remove_cvref_t<decltype(field)>;
    const auto& other = *static_cast<const Field*>(fields[next++]);
    if (!same) return;
    if constexpr (std::is_same_v<Field, core::TextField>) {
      same = other == field;
    } else {
      for (std::size_t row = 0; same && row < a.rows; ++row) {
        same = other.has(row) == field.has(row) && (!field.has(row) || other[row] == field[row]);
      }
    }
  });
  return same;
}

template <class Tag>
[[nodiscard]] core::Column write_column(const core::Field<core::Index<Tag>>& field, const GraphData& data) {
  std::vector<std::uint32_t> positions(field.size(), core::Ids::null_row);
  for (std::size_t row = 0; row < field.size(); ++row) {
    if (field.has(row)) positions[row] = field[row].value();
  }
  return data.ids[position(Tag::kind)].column(positions);
}
[[nodiscard]] inline core::Column write_column(const core::TextField& field, const GraphData&) { return field.column(); }
template <class T>
[[nodiscard]] core::Column write_column(const core::Field<T>& field, const GraphData&) {
  if constexpr (std::is_same_v<T, core::Money>) {
    return core::Column::moneys(field.values(), field.valid());
  } else if constexpr (std::is_enum_v<T>) {
    std::vector<std::uint32_t> codes(field.size());
    for (std::size_t row = 0; row < field.size(); ++row) {
      if (field.has(row)) codes[row] = static_cast<std::uint32_t>(field[row]);
    }
    return core::Column::categories(std::move(codes), Vocabulary<T>::words, field.valid());
  } else {
    return core::Column::from(field);
  }
}

/// The accepted rows with our column names and the user's ids. Absent columns are left out.
template <class T>
[[nodiscard]] core::Table write_table(const T& table, const GraphData& data) {
  core::Table out;
  if constexpr (HasKey<T>) out.add(std::string(T::key), data.ids[position(kind_of<T>())].column());
  T::columns(table, [&](std::string_view name, const auto& field, ColumnRule) {
    if (!field.absent()) out.add(std::string(name), write_column(field, data));
  });
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
