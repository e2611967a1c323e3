#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include <outweigh/core/column.hpp>
#include <outweigh/core/detail/build.hpp>
#include <outweigh/core/detail/decimal.hpp>
#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/detail/take.hpp>
#include <outweigh/core/detail/utf8.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

OUTWEIGH_INLINE Format format_of(Layout layout, std::string spelled) {
  Format format;
  format.layout = layout;
  format.spelled = std::move(spelled);
  return format;
}

OUTWEIGH_INLINE std::size_t chunk_of(const ColumnData& column, std::size_t row) noexcept {
  if (column.chunks.size() == 1) return 0;
  const auto after = std::upper_bound(column.starts.begin(), column.starts.end(), row);
  return static_cast<std::size_t>(after - column.starts.begin()) - 1;
}

template <class T>
[[nodiscard]] Column own_column(Format format, std::vector<T> values, std::span<const std::uint8_t> valid) {
  const std::size_t rows = values.size();
  OwnedBuffers<T> buffers;
  buffers.validity = pack_validity(valid, rows);
  buffers.data = std::move(values);
  std::vector<Chunk> chunks;
  chunks.push_back(own(std::move(buffers), rows));
  return Column(make_column(std::move(format), std::move(chunks)));
}

template <class Strings>
[[nodiscard]] Column own_string_column(const Strings& values, std::span<const std::uint8_t> valid) {
  for (std::size_t row = 0; row < values.size(); ++row) {
    if ((valid.empty() || (row < valid.size() && valid[row] != 0)) && !is_utf8(values[row])) {
      throw InvalidInput("text is not UTF-8", {.row = row, .value = printable(values[row])});
    }
  }
  if (!valid.empty() && valid.size() != values.size()) {
    throw InvalidInput("a column's values and validity differ in length");
  }
  std::vector<Chunk> chunks;
  chunks.push_back(own_strings(
      values.size(), [&](std::size_t i) { return std::string_view(values[i]); }, valid));
  return Column(make_column(large_utf8_format(), std::move(chunks)));
}

[[nodiscard]] OUTWEIGH_INLINE Values slice_values(const Values& values, std::size_t begin, std::size_t count) {
  Values part = values;
  part.offset += begin;
  part.length = count;
  part.nulls = 0;
  if (values.validity != nullptr) {
    for (std::size_t i = 0; i < count; ++i) part.nulls += is_known(part, i) ? 0U : 1U;
    if (part.nulls == 0) part.validity = nullptr;
  }
  return part;
}

OUTWEIGH_INLINE std::vector<std::uint8_t> taken_validity(const Column& column, std::span<const std::uint32_t> rows) {
  std::vector<std::uint8_t> valid;
  if (column.null_count() == 0) return valid;
  valid.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) valid[i] = column.is_null(rows[i]) ? 0 : 1;
  return valid;
}

template <std::size_t width>
[[nodiscard]] Chunk take_fixed(const ColumnData& column, std::span<const std::uint32_t> rows,
                               std::span<const std::uint8_t> valid) {
  using Value = std::array<unsigned char, width>;
  OwnedBuffers<Value> buffers;
  buffers.validity = pack_validity(valid, rows.size());
  buffers.data.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!valid.empty() && valid[i] == 0) continue;
    const std::size_t c = chunk_of(column, rows[i]);
    const Cell at = cell(column.chunks[c], rows[i] - column.starts[c]);
    buffers.data[i] = load<Value>(at.values->data, at.values->offset + at.position);
  }
  return own(std::move(buffers), rows.size());
}

OUTWEIGH_INLINE Column take_plain(const Column& column, std::span<const std::uint32_t> rows,
                                  std::span<const std::uint8_t> valid) {
  const ColumnData& data = column.data();
  const Layout layout = data.format.layout;
  if (layout == Layout::boolean) {
    std::vector<std::uint8_t> values(rows.size(), 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!valid.empty() && valid[i] == 0) continue;
      const std::size_t c = chunk_of(data, rows[i]);
      const Cell at = cell(data.chunks[c], rows[i] - data.starts[c]);
      values[i] = bit(static_cast<const std::uint8_t*>(at.values->data), at.values->offset + at.position) ? 1 : 0;
    }
    return Column::booleans(values, valid);
  }
  if (is_string(layout)) {
    const auto get = [&](std::size_t i) { return column.string(rows[i]); };
    return Column(make_column(large_utf8_format(), {own_strings(rows.size(), get, valid)}));
  }
  const auto taken = [&] {
    switch (byte_width(layout)) {
      case 1:
        return take_fixed<1>(data, rows, valid);
      case 2:
        return take_fixed<2>(data, rows, valid);
      case 4:
        return take_fixed<4>(data, rows, valid);
      case 8:
        return take_fixed<8>(data, rows, valid);
      case 16:
        return take_fixed<16>(data, rows, valid);
      default:
        return take_fixed<32>(data, rows, valid);
    }
  };
  return Column(make_column(data.format, {taken()}));
}

[[nodiscard]] OUTWEIGH_INLINE bool equal_cells(const Format& a, const Cell& x, const Format& b, const Cell& y) {
  const auto at = [](const Cell& c) { return c.values->offset + c.position; };
  switch (a.layout) {
    case Layout::boolean:
      return bit(static_cast<const std::uint8_t*>(x.values->data), at(x)) ==
             bit(static_cast<const std::uint8_t*>(y.values->data), at(y));
    case Layout::utf8:
    case Layout::large_utf8:
    case Layout::utf8_view:
      return string_at(a.layout, *x.values, x.position) == string_at(b.layout, *y.values, y.position);
    case Layout::decimal32:
    case Layout::decimal64:
    case Layout::decimal128:
    case Layout::decimal256:
      return decimal_canonical(decimal_at(a.layout, *x.values, x.position), a.scale) ==
             decimal_canonical(decimal_at(b.layout, *y.values, y.position), b.scale);
    case Layout::float16:
    case Layout::float32:
    case Layout::float64: {
      const double u = double_at(a.layout, *x.values, x.position);
      const double v = double_at(b.layout, *y.values, y.position);
      return u == v || (std::isnan(u) && std::isnan(v));
    }
    case Layout::date32:
    case Layout::date64:
    case Layout::timestamp:
    case Layout::time32:
    case Layout::time64:
    case Layout::duration:
      return ticks_at(a, *x.values, x.position) == ticks_at(b, *y.values, y.position);
    default: {
      const Integer u = integer_at(a.layout, *x.values, x.position);
      const Integer v = integer_at(b.layout, *y.values, y.position);
      return u == v;
    }
  }
}

}  // namespace detail

OUTWEIGH_INLINE std::string_view to_string(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::null:
      return "null";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::int64:
      return "int64";
    case ColumnType::float64:
      return "float64";
    case ColumnType::decimal:
      return "decimal";
    case ColumnType::string:
      return "string";
    case ColumnType::timestamp:
      return "timestamp";
    case ColumnType::date:
      return "date";
    case ColumnType::time:
      return "time";
    case ColumnType::duration:
      return "duration";
    case ColumnType::unsupported:
      return "unsupported";
  }
  return "unsupported";
}

OUTWEIGH_INLINE Column::Column() : data_(detail::make_column(detail::format_of(detail::Layout::null, "n"), {})) {}

OUTWEIGH_INLINE Column Column::nulls(std::size_t rows) {
  detail::Chunk chunk;
  chunk.values.length = rows;
  chunk.values.nulls = rows;
  return Column(detail::make_column(detail::format_of(detail::Layout::null, "n"), {chunk}));
}

OUTWEIGH_INLINE Column Column::unsupported(std::size_t rows, std::string_view type) {
  detail::Chunk chunk;
  chunk.values.length = rows;
  const char* const spelled = type == "list" ? "+l" : type == "struct" ? "+s" : type == "binary" ? "z" : "";
  return Column(detail::make_column(detail::format_of(detail::Layout::unsupported, spelled), {chunk}));
}

OUTWEIGH_INLINE Column Column::booleans(std::span<const std::uint8_t> values, std::span<const std::uint8_t> valid) {
  const std::size_t rows = values.size();
  detail::OwnedBuffers<std::uint8_t> buffers;
  buffers.validity = detail::pack_validity(valid, rows);
  buffers.data.assign((rows + 7) / 8, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    if (values[i] != 0) buffers.data[i >> 3U] = static_cast<std::uint8_t>(buffers.data[i >> 3U] | (1U << (i & 7U)));
  }
  return Column(
      detail::make_column(detail::format_of(detail::Layout::boolean, "b"), {detail::own(std::move(buffers), rows)}));
}

OUTWEIGH_INLINE Column Column::int64s(std::vector<std::int64_t> values, std::span<const std::uint8_t> valid) {
  return detail::own_column(detail::format_of(detail::Layout::int64, "l"), std::move(values), valid);
}

OUTWEIGH_INLINE Column Column::float64s(std::vector<double> values, std::span<const std::uint8_t> valid) {
  return detail::own_column(detail::format_of(detail::Layout::float64, "g"), std::move(values), valid);
}

OUTWEIGH_INLINE Column Column::strings(std::span<const std::string> values, std::span<const std::uint8_t> valid) {
  return detail::own_string_column(values, valid);
}

OUTWEIGH_INLINE Column Column::strings(std::span<const std::string_view> values, std::span<const std::uint8_t> valid) {
  return detail::own_string_column(values, valid);
}

OUTWEIGH_INLINE Column Column::instants(std::span<const Instant> values, std::span<const std::uint8_t> valid) {
  std::vector<std::int64_t> ticks(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) ticks[i] = values[i].microseconds();
  detail::Format format = detail::format_of(detail::Layout::timestamp, "tsu:UTC");
  format.timezone = "UTC";
  return detail::own_column(std::move(format), std::move(ticks), valid);
}

OUTWEIGH_INLINE Column Column::local_times(std::vector<std::int64_t> microseconds,
                                           std::span<const std::uint8_t> valid) {
  return detail::own_column(detail::format_of(detail::Layout::timestamp, "tsu:"), std::move(microseconds), valid);
}

OUTWEIGH_INLINE Column Column::dates(std::vector<std::int32_t> days, std::span<const std::uint8_t> valid) {
  return detail::own_column(detail::format_of(detail::Layout::date32, "tdD"), std::move(days), valid);
}

OUTWEIGH_INLINE Column Column::moneys(std::span<const Money> values, std::span<const std::uint8_t> valid) {
  using Wide = std::array<std::int64_t, 2>;
  std::vector<Wide> wide(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t ticks = values[i].ticks();
    const std::int64_t sign = ticks < 0 ? -1 : 0;
    if constexpr (std::endian::native == std::endian::little) {
      wide[i] = {ticks, sign};
    } else {
      wide[i] = {sign, ticks};
    }
  }
  detail::Format format = detail::format_of(detail::Layout::decimal128, "d:19,4");
  format.precision = 19;
  format.scale = 4;
  return detail::own_column(std::move(format), std::move(wide), valid);
}

OUTWEIGH_INLINE Column Column::categories(std::vector<std::uint32_t> codes, std::span<const std::string_view> words,
                                          std::span<const std::uint8_t> valid) {
  for (std::size_t row = 0; row < codes.size(); ++row) {
    const bool known = valid.empty() || (row < valid.size() && valid[row] != 0);
    if (known && codes[row] >= words.size()) {
      throw InvalidInput("a category's code is out of range", {.row = row, .value = std::to_string(codes[row])});
    }
    if (!known) codes[row] = 0;
  }
  const Column dictionary = strings(words);
  const Column indices = detail::own_column(detail::format_of(detail::Layout::uint32, "I"), std::move(codes), valid);
  if (indices.size() == 0) return Column(detail::make_column(detail::large_utf8_format(), {}));
  detail::Chunk chunk = indices.data().chunks.front();
  chunk.encoded = true;
  chunk.index = detail::Layout::uint32;
  if (dictionary.size() != 0) chunk.dictionary = dictionary.data().chunks.front().values;
  chunk.owner = std::make_shared<const std::pair<Column, Column>>(indices, dictionary);
  return Column(detail::make_column(detail::large_utf8_format(), {std::move(chunk)}));
}

OUTWEIGH_INLINE Column Column::from(const Field<double>& field) {
  if (field.absent()) return nulls(field.size());
  return float64s({field.values().begin(), field.values().end()}, field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<std::int64_t>& field) {
  if (field.absent()) return nulls(field.size());
  return int64s({field.values().begin(), field.values().end()}, field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<std::uint32_t>& field) {
  if (field.absent()) return nulls(field.size());
  return int64s({field.values().begin(), field.values().end()}, field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<std::uint8_t>& field) {
  return field.absent() ? nulls(field.size()) : booleans(field.values(), field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<std::string>& field) {
  return field.absent() ? nulls(field.size()) : strings(field.values(), field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<Instant>& field) {
  return field.absent() ? nulls(field.size()) : instants(field.values(), field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<Money>& field) {
  if (field.absent()) return nulls(field.size());
  std::vector<double> units(field.size());
  for (std::size_t i = 0; i < units.size(); ++i) units[i] = field[i].units();
  return float64s(std::move(units), field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<Effort>& field) {
  if (field.absent()) return nulls(field.size());
  std::vector<double> amounts(field.size());
  for (std::size_t i = 0; i < amounts.size(); ++i) amounts[i] = field[i].amount();
  return float64s(std::move(amounts), field.valid());
}
OUTWEIGH_INLINE Column Column::from(const Field<Probability>& field) {
  if (field.absent()) return nulls(field.size());
  std::vector<double> values(field.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = field[i].value();
  return float64s(std::move(values), field.valid());
}

OUTWEIGH_INLINE ColumnType Column::type() const noexcept {
  using detail::Layout;
  const Layout layout = data_->format.layout;
  switch (layout) {
    case Layout::null:
      return ColumnType::null;
    case Layout::boolean:
      return ColumnType::boolean;
    case Layout::float16:
    case Layout::float32:
    case Layout::float64:
      return ColumnType::float64;
    case Layout::decimal32:
    case Layout::decimal64:
    case Layout::decimal128:
    case Layout::decimal256:
      return ColumnType::decimal;
    case Layout::date32:
    case Layout::date64:
      return ColumnType::date;
    case Layout::timestamp:
      return ColumnType::timestamp;
    case Layout::time32:
    case Layout::time64:
      return ColumnType::time;
    case Layout::duration:
      return ColumnType::duration;
    case Layout::utf8:
    case Layout::large_utf8:
    case Layout::utf8_view:
      return ColumnType::string;
    case Layout::unsupported:
      return ColumnType::unsupported;
    default:
      return ColumnType::int64;
  }
}

OUTWEIGH_INLINE std::string Column::type_name() const {
  using detail::Layout;
  constexpr std::array<const char*, 27> names{
      "null",   "boolean",   "int8",    "uint8",   "int16",    "uint16",  "int32",   "uint32",  "int64",
      "uint64", "float16",   "float32", "float64", "decimal",  "decimal", "decimal", "decimal", "date",
      "date",   "timestamp", "time",    "time",    "duration", "string",  "string",  "string",  "unsupported"};
  constexpr std::array<const char*, 4> units{"s", "ms", "us", "ns"};
  const detail::Format& format = data_->format;
  std::string name = names[static_cast<std::size_t>(format.layout)];
  if (type() == ColumnType::decimal) {
    name += "(" + std::to_string(format.precision) + ", " + std::to_string(format.scale) + ")";
  } else if (format.layout == Layout::timestamp) {
    name += std::string("[") + units[static_cast<std::size_t>(format.unit)];
    if (!format.timezone.empty()) name += ", " + detail::printable(format.timezone);
    name += "]";
  } else if (format.layout == Layout::unsupported) {
    name = detail::unsupported_name(format.spelled);
  }
  return name;
}

OUTWEIGH_INLINE bool Column::is_dictionary() const noexcept {
  return !data_->chunks.empty() && data_->chunks.front().encoded;
}

OUTWEIGH_INLINE bool Column::is_null(std::size_t row) const noexcept {
  if (data_->nulls == 0) return false;
  if (data_->nulls == data_->rows) return true;
  const std::size_t c = detail::chunk_of(*data_, row);
  return !detail::is_known(data_->chunks[c], row - data_->starts[c]);
}

OUTWEIGH_INLINE std::string_view Column::string(std::size_t row) const noexcept {
  const std::size_t c = detail::chunk_of(*data_, row);
  const detail::Cell at = detail::cell(data_->chunks[c], row - data_->starts[c]);
  return detail::string_at(data_->format.layout, *at.values, at.position);
}

OUTWEIGH_INLINE std::string Column::text(std::size_t row) const {
  if (type() == ColumnType::unsupported) return "";
  if (is_null(row)) return "null";
  const std::size_t c = detail::chunk_of(*data_, row);
  const detail::Cell at = detail::cell(data_->chunks[c], row - data_->starts[c]);
  const detail::Format& format = data_->format;
  switch (type()) {
    case ColumnType::boolean:
      return detail::bit(static_cast<const std::uint8_t*>(at.values->data), at.values->offset + at.position) ? "true"
                                                                                                             : "false";
    case ColumnType::int64:
      return detail::integer_at(format.layout, *at.values, at.position).text();
    case ColumnType::float64:
      return detail::number_text(detail::double_at(format.layout, *at.values, at.position));
    case ColumnType::decimal:
      return detail::decimal_text(detail::decimal_at(format.layout, *at.values, at.position), format.scale);
    case ColumnType::string:
      return std::string(detail::string_at(format.layout, *at.values, at.position));
    case ColumnType::timestamp:
    case ColumnType::date:
    case ColumnType::time:
    case ColumnType::duration:
      return detail::ticks_text(format, detail::ticks_at(format, *at.values, at.position));
    default:
      return "null";
  }
}

OUTWEIGH_INLINE Column Column::slice(std::size_t begin, std::size_t count) const {
  if (begin > size() || count > size() - begin) throw InvalidInput("a slice reaches beyond the column");
  std::vector<detail::Chunk> chunks;
  for (std::size_t c = 0; c < data_->chunks.size(); ++c) {
    const detail::Chunk& chunk = data_->chunks[c];
    const std::size_t start = data_->starts[c];
    const std::size_t from = std::max(begin, start);
    const std::size_t to = std::min(begin + count, start + chunk.values.length);
    if (from >= to) continue;
    detail::Chunk part = chunk;
    part.values = detail::slice_values(chunk.values, from - start, to - from);
    chunks.push_back(std::move(part));
  }
  return Column(detail::make_column(data_->format, std::move(chunks)));
}

OUTWEIGH_INLINE Column Column::take(std::span<const std::uint32_t> rows) const {
  using detail::Layout;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] >= size()) {
      throw InvalidInput("a row to take is out of range", {.row = i, .value = std::to_string(rows[i])});
    }
  }
  const Layout layout = data_->format.layout;
  if (layout == Layout::null) return nulls(rows.size());
  if (layout == Layout::unsupported) {
    detail::Chunk chunk;
    chunk.values.length = rows.size();
    return Column(detail::make_column(data_->format, {chunk}));
  }
  if (rows.empty()) return Column(detail::make_column(data_->format, {}));

  const std::vector<std::uint8_t> valid = detail::taken_validity(*this, rows);
  if (data_->chunks.size() == 1 && data_->chunks.front().encoded) {
    const detail::Chunk& chunk = data_->chunks.front();
    std::vector<std::uint32_t> codes(rows.size(), 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (valid.empty() || valid[i] != 0) {
        codes[i] = static_cast<std::uint32_t>(detail::dictionary_position(chunk, rows[i]));
      }
    }
    const Column indices = detail::own_column(detail::format_of(Layout::uint32, "I"), std::move(codes), valid);
    detail::Chunk taken = indices.data().chunks.front();
    taken.encoded = true;
    taken.index = Layout::uint32;
    taken.dictionary = chunk.dictionary;
    taken.owner = std::make_shared<const std::pair<Column, std::shared_ptr<const void>>>(indices, chunk.owner);
    return Column(detail::make_column(data_->format, {std::move(taken)}));
  }
  return detail::take_plain(*this, rows, valid);
}

OUTWEIGH_INLINE bool operator==(const Column& a, const Column& b) {
  if (a.data_ == b.data_) return true;
  if (a.type() != b.type() || a.size() != b.size() || a.null_count() != b.null_count()) return false;
  if (a.type() == ColumnType::unsupported) return false;
  if (a.type() == ColumnType::timestamp && a.timezone().empty() != b.timezone().empty()) return false;
  std::size_t x = 0;
  std::size_t y = 0;
  for (std::size_t row = 0; row < a.size(); ++row) {
    while (x + 1 < a.chunks() && a.data_->starts[x + 1] <= row) ++x;
    while (y + 1 < b.chunks() && b.data_->starts[y + 1] <= row) ++y;
    const detail::Chunk& left = a.data_->chunks[x];
    const detail::Chunk& right = b.data_->chunks[y];
    if (a.type() == ColumnType::null) continue;
    const bool known = detail::is_known(left, row - a.data_->starts[x]);
    if (known != detail::is_known(right, row - b.data_->starts[y])) return false;
    if (known && !detail::equal_cells(a.data_->format, detail::cell(left, row - a.data_->starts[x]), b.data_->format,
                                      detail::cell(right, row - b.data_->starts[y]))) {
      return false;
    }
  }
  return true;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
