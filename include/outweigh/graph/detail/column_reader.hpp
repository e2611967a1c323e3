// One column of a user's table into one field of ours, with all that is wrong with it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/detail/type_mismatch.hpp>
#include <outweigh/core/ids.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/core/text_field.hpp>
#include <outweigh/core/time_zone.hpp>
#include <outweigh/graph/column_rule.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>
#include <outweigh/graph/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// The nodes of one kind while tables are read. Positions in `all` become node numbers through `numbers`.
struct Nodes {
  core::Ids all{};
  std::vector<std::uint32_t> numbers{};  ///< empty: all were accepted; else the node, or `dropped`
  bool given = false;                    ///< is there a table of them?
  bool unreadable = false;               ///< its ids could not be read, so nobody can be told to be unknown
};

/// A column as the user gave it, and the problems found in it.
struct ColumnInput {
  std::string_view name{};  ///< ours
  std::string user_name{};
  const core::Column* raw = nullptr;
  ColumnRule rule{};
  std::vector<Problem> problems{};
  bool is_unreadable = false;  ///< no single row is at fault

  [[nodiscard]] core::Place place(std::string_view table) const {
    return {.table = std::string(table), .column = user_name};
  }
  void add(ProblemKind kind, std::string_view table, std::size_t row, std::string value, std::string message) {
    core::Place where = place(table);
    where.row = row;
    where.value = std::move(value);
    problems.push_back({kind, std::move(where), std::move(message)});
  }
  void add(ProblemKind kind, std::string_view table, std::string message) {
    problems.push_back({kind, place(table), std::move(message)});
    is_unreadable = true;
  }
};

[[nodiscard]] inline bool is_all_null(const core::Column& column) noexcept {
  return column.null_count() == column.size();
}

[[nodiscard]] inline std::string number_text(double value) { return core::detail::number_text(value); }

/// "must lie between 0 and 1"
[[nodiscard]] inline std::string range_text(const ColumnRule& rule) {
  constexpr ColumnRule any{};
  if (rule.lowest == any.lowest && rule.highest == any.highest) return "must be a finite number";
  if (rule.highest == any.highest) {
    return rule.lowest == 0.0 ? "must not be negative" : "must be at least " + number_text(rule.lowest);
  }
  return "must lie between " + number_text(rule.lowest) + " and " + number_text(rule.highest);
}

inline void add_bad_cells(ColumnInput& input, std::string_view table, const std::vector<core::BadCell>& bad,
                          ProblemKind kind) {
  for (const core::BadCell& cell : bad) input.add(kind, table, cell.row, cell.value, cell.message);
}

inline void require_values(ColumnInput& input, std::string_view table) {
  if (!input.rule.is_required || input.raw->null_count() == 0) return;
  for (std::size_t row = 0; row < input.raw->size(); ++row) {
    if (input.raw->is_null(row)) {
      input.add(ProblemKind::missing_value, table, row, "", "a value is required here, and this one is null");
    }
  }
}

/// A column in which nothing is known says nothing of its type: databases and CSV readers call it text.
template <class T>
[[nodiscard]] bool read_as_unknown(const ColumnInput& input, core::Field<T>& field) {
  if (input.raw->size() == 0 || !is_all_null(*input.raw)) return false;
  field = core::Field<T>(std::vector<T>(input.raw->size()), std::vector<std::uint8_t>(input.raw->size()));
  return true;
}

inline void read_field(ColumnInput& input, std::string_view table, const core::TimeZone*, core::Field<double>& field) {
  if (read_as_unknown(input, field)) return;
  core::Reading<double> reading = core::try_read_float64s(*input.raw, input.place(table));
  add_bad_cells(input, table, reading.bad, ProblemKind::out_of_range);
  field = std::move(reading.field);
  const auto values = field.values();
  const auto valid = field.valid();
  for (std::size_t row = 0; row < values.size(); ++row) {
    // False for NaN too.
    if (values[row] >= input.rule.lowest && values[row] <= input.rule.highest) continue;
    if (!valid.empty() && valid[row] == 0) continue;
    std::string message;
    if (std::isnan(values[row])) {
      message = "NaN is no number; write an unknown value as null";
    } else if (std::isinf(values[row])) {
      message = "an infinite number; write an unknown value as null";
    } else {
      message = "the value " + range_text(input.rule);
    }
    input.add(ProblemKind::out_of_range, table, row, number_text(values[row]), std::move(message));
  }
}

inline void read_field(ColumnInput& input, std::string_view table, const core::TimeZone*,
                       core::Field<core::Money>& field) {
  if (read_as_unknown(input, field)) return;
  core::Reading<core::Money> reading = core::try_read_moneys(*input.raw, input.place(table));
  add_bad_cells(input, table, reading.bad, ProblemKind::out_of_range);
  field = std::move(reading.field);
  for (std::size_t row = 0; row < field.size(); ++row) {
    if (!field.has(row)) continue;
    const double units = field[row].units();
    if (units >= input.rule.lowest && units <= input.rule.highest) continue;
    input.add(ProblemKind::out_of_range, table, row, input.raw->text(row), "the amount " + range_text(input.rule));
  }
}

inline void read_field(ColumnInput& input, std::string_view table, const core::TimeZone*,
                       core::Field<std::uint8_t>& field) {
  if (read_as_unknown(input, field)) return;
  core::Reading<std::uint8_t> reading = core::try_read_booleans(*input.raw, input.place(table));
  add_bad_cells(input, table, reading.bad, ProblemKind::out_of_range);
  field = std::move(reading.field);
}

inline void read_field(ColumnInput& input, std::string_view table, const core::TimeZone* zone,
                       core::Field<core::Instant>& field) {
  if (read_as_unknown(input, field)) return;
  if (zone == nullptr && core::has_local_times(*input.raw)) {
    field = core::Field<core::Instant>::missing(input.raw->size());
    if (input.raw->size() == 0) return;
    input.add(ProblemKind::bad_time, table,
              "these times have no time zone; name it with timezone= (for example timezone=\"UTC\") or convert them");
    return;
  }
  core::Reading<core::Instant> reading = core::try_read_instants(*input.raw, zone, input.place(table));
  add_bad_cells(input, table, reading.bad, ProblemKind::bad_time);
  field = std::move(reading.field);
}

/// Calls `visit(row, text)` for each known row of a column of strings.
template <class Visit>
void for_each_string(const core::Column& column, Visit&& visit) {
  std::size_t row = 0;
  for (const core::detail::Chunk& chunk : column.data().chunks) {
    for (std::size_t i = 0; i < chunk.values.length; ++i, ++row) {
      if (!core::detail::is_known(chunk, i)) continue;
      const core::detail::Cell cell = core::detail::cell(chunk, i);
      visit(row, core::detail::string_at(column.data().format.layout, *cell.values, cell.position));
    }
  }
}

/// Values with their validity (empty: all known).
template <class Value>
struct Read {
  std::vector<Value> values{};
  std::vector<std::uint8_t> valid{};
};

/// Positions of a column's words among `words`.
[[nodiscard]] inline Read<std::uint8_t> read_words(ColumnInput& input, std::string_view table,
                                                   std::span<const std::string_view> words) {
  const core::Column& column = *input.raw;
  Read<std::uint8_t> read;
  read.values.resize(column.size());
  if (column.null_count() != 0) read.valid.assign(column.size(), 0);
  if (is_all_null(column)) return read;
  if (column.type() != core::ColumnType::string) {
    core::detail::throw_type(column, input.place(table), "the column must hold words, one of " + listed(words));
  }
  std::size_t last = words.size();
  for_each_string(column, [&](std::size_t row, std::string_view word) {
    if (last == words.size() || words[last] != word) {
      last = static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
    }
    if (last == words.size()) {
      input.add(ProblemKind::not_a_word, table, row, std::string(word),
                "the word must be one of " + listed(words) + suggestion(word, words));
      return;
    }
    read.values[row] = static_cast<std::uint8_t>(last);
    if (!read.valid.empty()) read.valid[row] = 1;
  });
  return read;
}

/// Whole numbers as text.
[[nodiscard]] inline core::Column digits(const core::Column& column, const core::Place& where) {
  const core::Field<std::int64_t> numbers = core::read_int64s(column, where);
  std::vector<std::string> texts(numbers.size());
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    if (numbers.has(row)) texts[row] = std::to_string(numbers[row]);
  }
  return core::Column::strings(texts, numbers.valid());
}

[[nodiscard]] inline bool is_number(core::ColumnType type) noexcept {
  return type == core::ColumnType::int64 || type == core::ColumnType::float64 || type == core::ColumnType::decimal;
}

inline void read_field(ColumnInput& input, std::string_view table, const core::TimeZone*, core::TextField& field) {
  if (is_all_null(*input.raw) && input.raw->type() != core::ColumnType::string) {
    field = core::TextField(core::Column::nulls(input.raw->size()), input.place(table));
  } else if (input.rule.is_label && is_number(input.raw->type())) {
    field = core::TextField(digits(*input.raw, input.place(table)), input.place(table));
  } else {
    field = core::TextField(*input.raw, input.place(table));
  }
}

/// Positions of a column's ids among `ids`. Integers and text meet through exact decimal digits: 7 is "7", never "07".
[[nodiscard]] inline std::vector<std::uint32_t> find_ids(const core::Ids& ids, const core::Column& column,
                                                         const core::Place& where, const core::RunControl& control) {
  if (is_all_null(column)) return std::vector<std::uint32_t>(column.size(), core::Ids::null_row);
  const bool is_text = column.type() == core::ColumnType::string;
  if (ids.size() == 0) {
    std::vector<std::uint32_t> none(column.size(), core::Ids::unknown_id);
    for (std::size_t row = 0; row < none.size(); ++row) {
      if (column.is_null(row)) none[row] = core::Ids::null_row;
    }
    return none;
  }
  if (is_text != ids.is_integer() || !(is_text || is_number(column.type())))
    return ids.positions(column, where, control);
  core::Ids::Encoded encoded = core::Ids::encode(column, where, control);
  std::vector<std::uint32_t> found(encoded.ids.size(), core::Ids::unknown_id);
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i] = ids.find(std::string_view(encoded.ids.text(i))).value_or(core::Ids::unknown_id);
  }
  for (std::uint32_t& code : encoded.codes) {
    if (code != core::Ids::null_row) code = found[code];
  }
  return std::move(encoded.codes);
}

/// References to nodes of a kind; rows that cannot be resolved are unknown, and problems. Nothing when the column
/// cannot be read at all.
[[nodiscard]] inline std::optional<Read<std::uint32_t>> read_nodes(ColumnInput& input, std::string_view table,
                                                                   NodeKind kind, const Nodes& nodes,
                                                                   const core::RunControl& control) {
  const core::Column& column = *input.raw;
  if (!nodes.given && !is_all_null(column)) {
    input.add(ProblemKind::missing_table, table,
              "the column refers to table '" + std::string(table_of_kind[position(kind)]) +
                  "', which was not given; give it" + (input.rule.is_required ? ", too" : " or leave the column out"));
    return std::nullopt;
  }
  if (nodes.unreadable) {
    input.is_unreadable = true;
    return std::nullopt;
  }
  Read<std::uint32_t> read{find_ids(nodes.all, column, input.place(table), control), {}};
  for (std::size_t row = 0; row < read.values.size(); ++row) {
    std::uint32_t& node = read.values[row];
    if (node < core::Ids::unknown_id) {
      if (nodes.numbers.empty()) continue;
      node = nodes.numbers[node];
      if (node != dropped) continue;
      input.add(ProblemKind::hangs_on_rejected, table, row, column.text(row),
                "the " + std::string(to_string(kind)) + " that the row refers to was itself set aside");
    } else if (node == core::Ids::unknown_id) {
      input.add(ProblemKind::unknown_id, table, row, column.text(row),
                "there is no " + std::string(to_string(kind)) + " with this id");
    } else if (input.rule.is_required) {
      input.add(ProblemKind::missing_value, table, row, "", "a value is required here, and this one is null");
    }
    if (read.valid.empty()) read.valid.assign(read.values.size(), 1);
    read.valid[row] = 0;
    node = 0;
  }
  return read;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
