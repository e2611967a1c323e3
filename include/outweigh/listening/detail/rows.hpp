// Rows of a result as table columns and as bytes, from one list of their members.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

template <class Row, class Value>
struct Member {
  std::string_view name;
  Value Row::*member;
};
template <class Row, class Value>
Member(std::string_view, Value Row::*) -> Member<Row, Value>;

// One overload a type of member: how a column is made of it.
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const std::string*) {
  std::vector<std::string> values;
  for (const Row& row : rows) values.push_back(get(row));
  return core::Column::strings(std::span<const std::string>(values));
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const std::optional<std::string>*) {
  std::vector<std::string> values;
  std::vector<std::uint8_t> valid;
  for (const Row& row : rows) {
    values.push_back(get(row).value_or(""));
    valid.push_back(get(row) ? 1 : 0);
  }
  return core::Column::strings(std::span<const std::string>(values), valid);
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const std::int64_t*) {
  std::vector<std::int64_t> values;
  for (const Row& row : rows) values.push_back(get(row));
  return core::Column::int64s(std::move(values));
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const std::optional<std::int64_t>*) {
  std::vector<std::int64_t> values;
  std::vector<std::uint8_t> valid;
  for (const Row& row : rows) {
    values.push_back(get(row).value_or(0));
    valid.push_back(get(row) ? 1 : 0);
  }
  return core::Column::int64s(std::move(values), valid);
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const core::Instant*) {
  std::vector<core::Instant> values;
  for (const Row& row : rows) values.push_back(get(row));
  return core::Column::instants(std::span<const core::Instant>(values));
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const bool*) {
  std::vector<std::uint8_t> values;
  for (const Row& row : rows) values.push_back(get(row) ? 1 : 0);
  return core::Column::booleans(std::span<const std::uint8_t>(values));
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const std::optional<bool>*) {
  std::vector<std::uint8_t> values;
  std::vector<std::uint8_t> valid;
  for (const Row& row : rows) {
    values.push_back(get(row).value_or(false) ? 1 : 0);
    valid.push_back(get(row) ? 1 : 0);
  }
  return core::Column::booleans(std::span<const std::uint8_t>(values), valid);
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const double*) {
  std::vector<double> values;
  for (const Row& row : rows) values.push_back(get(row));
  return core::Column::float64s(std::move(values));
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const std::optional<double>*) {
  std::vector<double> values;
  std::vector<std::uint8_t> valid;
  for (const Row& row : rows) {
    values.push_back(get(row).value_or(0.0));
    valid.push_back(get(row) ? 1 : 0);
  }
  return core::Column::float64s(std::move(values), valid);
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const std::optional<core::Money>*) {
  std::vector<double> values;
  std::vector<std::uint8_t> valid;
  for (const Row& row : rows) {
    values.push_back(get(row).value_or(core::Money()).units());
    valid.push_back(get(row) ? 1 : 0);
  }
  return core::Column::float64s(std::move(values), valid);
}
template <class Row, class Get>
core::Column column_of(std::span<const Row> rows, Get get, const core::Status*) {
  std::vector<std::string_view> values;
  for (const Row& row : rows) values.push_back(core::to_string(get(row)));
  return core::Column::strings(std::span<const std::string_view>(values));
}

/// Adds a column for each member of a tuple of Member.
template <class Row, class Members>
void add_columns(core::Table& table, std::span<const Row> rows, const Members& list) {
  std::apply(
      [&](const auto&... members) {
        const auto add = [&](const auto& m) {
          using Value = std::remove_cvref_t<decltype(std::declval<Row>().*(m.member))>;
          table.add(std::string(m.name), column_of(
                                             rows, [&m](const Row& row) -> const Value& { return row.*(m.member); },
                                             static_cast<const Value*>(nullptr)));
        };
        (add(members), ...);
      },
      list);
}

/// Needs a `Row::members()`: a tuple of Member.
template <class Row>
core::Table table_of(std::span<const Row> rows) {
  core::Table table;
  add_columns(table, rows, Row::members());
  return table;
}

inline void put(core::ByteWriter& writer, const std::string& value) { writer.write(std::string_view(value)); }
inline void put(core::ByteWriter& writer, std::int64_t value) { writer.write(value); }
inline void put(core::ByteWriter& writer, double value) { writer.write(value); }
inline void put(core::ByteWriter& writer, bool value) { writer.write(static_cast<std::uint8_t>(value ? 1 : 0)); }
inline void put(core::ByteWriter& writer, core::Instant value) { writer.write(value.microseconds()); }
inline void put(core::ByteWriter& writer, core::Status value) { writer.write(static_cast<std::uint8_t>(value)); }
inline void put(core::ByteWriter& writer, const core::Money& value) { writer.write(value.ticks()); }
template <class Value>
void put(core::ByteWriter& writer, const std::optional<Value>& value) {
  writer.write(static_cast<std::uint8_t>(value ? 1 : 0));
  if (value) put(writer, *value);
}

inline void get(core::ByteReader& reader, std::string& value) { value = reader.read_text(); }
inline void get(core::ByteReader& reader, std::int64_t& value) { value = reader.read_int64(); }
inline void get(core::ByteReader& reader, double& value) { value = reader.read_double(); }
inline void get(core::ByteReader& reader, bool& value) { value = reader.read_uint8() != 0; }
inline void get(core::ByteReader& reader, core::Instant& value) {
  value = core::Instant::from_microseconds(reader.read_int64());
}
inline void get(core::ByteReader& reader, core::Status& value) {
  const std::uint8_t number = reader.read_uint8();
  if (number > static_cast<std::uint8_t>(core::Status::undefined))
    core::ByteReader::fail("the state has an unknown status");
  value = static_cast<core::Status>(number);
}
inline void get(core::ByteReader& reader, core::Money& value) { value = core::Money::from_ticks(reader.read_int64()); }
template <class Value>
void get(core::ByteReader& reader, std::optional<Value>& value) {
  value.reset();
  if (reader.read_uint8() != 0) get(reader, value.emplace());
}

template <class Row>
void put_row(core::ByteWriter& writer, const Row& row) {
  std::apply([&](const auto&... members) { (put(writer, row.*(members.member)), ...); }, Row::members());
}
template <class Row>
void get_row(core::ByteReader& reader, Row& row) {
  std::apply([&](const auto&... members) { (get(reader, row.*(members.member)), ...); }, Row::members());
}
template <class Row>
void put_rows(core::ByteWriter& writer, const std::vector<Row>& rows) {
  writer.write(static_cast<std::uint64_t>(rows.size()));
  for (const Row& row : rows) put_row(writer, row);
}
template <class Row>
void get_rows(core::ByteReader& reader, std::vector<Row>& rows) {
  rows.resize(reader.read_count(1));
  for (Row& row : rows) get_row(reader, row);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
