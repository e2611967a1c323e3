#pragma once

#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/arrow_import.hpp>
#include <outweigh/core/detail/arrow_check.hpp>
#include <outweigh/core/detail/arrow_format.hpp>
#include <outweigh/core/detail/build.hpp>
#include <outweigh/core/detail/number.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

/// Owns a C struct with a `release` member: takes it over from its former owner and releases it once.
template <class Struct>
class Owned {
 public:
  Owned() noexcept : value_{} {}
  explicit Owned(Struct* from) noexcept : value_(*from) { from->release = nullptr; }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  [[nodiscard]] Struct* get() noexcept { return &value_; }
  [[nodiscard]] const Struct& operator*() const noexcept { return value_; }
  [[nodiscard]] const Struct* operator->() const noexcept { return &value_; }
  [[nodiscard]] bool is_released() const noexcept { return value_.release == nullptr; }

 private:
  Struct value_;
};

using OwnedArray = Owned<ArrowArray>;
using OwnedSchema = Owned<ArrowSchema>;
using OwnedStream = Owned<ArrowArrayStream>;

enum class Encoding : std::uint8_t { plain, dictionary, run_end };

/// What a column's schema says.
struct ColumnSchema {
  std::string name{};
  Format format{};  // of the values that rows stand for
  Encoding encoding = Encoding::plain;
  Layout index = Layout::int32;       // of a dictionary's positions, or of run ends
  bool runs_over_dictionary = false;  // run-end encoded positions into a dictionary
  Layout run_index = Layout::int32;
};

[[nodiscard]] OUTWEIGH_INLINE Format parse_or_fail(const ArrowSchema& schema, const CheckPlace& place) {
  if (schema.format == nullptr) place.fail("a schema without a format");
  auto format = parse_format(schema.format);
  if (!format) place.fail("'" + printable(schema.format) + "' is not a format");
  if (!is_utf8(format->timezone)) place.fail("a time zone's name is not UTF-8");
  return *std::move(format);
}

[[nodiscard]] OUTWEIGH_INLINE const ArrowSchema& schema_child(const ArrowSchema& schema, std::int64_t i,
                                                              const CheckPlace& place) {
  if (schema.children == nullptr || schema.children[i] == nullptr) place.fail("a schema lacks a child");
  return *schema.children[i];
}

[[nodiscard]] OUTWEIGH_INLINE ColumnSchema parse_column_schema(const ArrowSchema& schema, const CheckPlace& table) {
  ColumnSchema column;
  if (schema.name != nullptr) column.name = schema.name;
  if (!is_utf8(column.name)) table.fail("a column's name is not UTF-8");
  CheckPlace place = table;
  place.place.column = column.name;
  const auto unsupported = [&](const char* spelled) {
    column.format = Format{};
    column.format.layout = Layout::unsupported;
    column.format.spelled = spelled;
    column.encoding = Encoding::plain;
    return column;
  };
  if (schema.format != nullptr && std::string_view(schema.format) == "+r") {
    if (schema.n_children != 2) place.fail("a run-end encoded column needs two children");
    const Format ends = parse_or_fail(schema_child(schema, 0, place), place);
    if (ends.layout != Layout::int16 && ends.layout != Layout::int32 && ends.layout != Layout::int64) {
      place.fail("run ends must be signed integers of 16, 32 or 64 bits");
    }
    const ArrowSchema& values = schema_child(schema, 1, place);
    column.format = parse_or_fail(values, place);
    column.encoding = Encoding::run_end;
    column.index = ends.layout;
    if (values.dictionary != nullptr) {
      if (!is_integer(column.format.layout)) place.fail("positions in a dictionary must be integers");
      column.runs_over_dictionary = true;
      column.run_index = column.format.layout;
      if (values.dictionary->dictionary != nullptr) return unsupported("dictionary");
      column.format = parse_or_fail(*values.dictionary, place);
    }
  } else if (schema.dictionary != nullptr) {
    const Format index = parse_or_fail(schema, place);
    if (!is_integer(index.layout)) place.fail("positions in a dictionary must be integers");
    column.encoding = Encoding::dictionary;
    column.index = index.layout;
    if (schema.dictionary->dictionary != nullptr) return unsupported("dictionary");
    column.format = parse_or_fail(*schema.dictionary, place);
  } else {
    column.format = parse_or_fail(schema, place);
  }
  if (column.format.layout == Layout::unsupported) return unsupported(std::string(column.format.spelled).c_str());
  // Every row of a dictionary or of runs over nulls is null.
  if (column.format.layout == Layout::null) column.encoding = Encoding::plain;
  return column;
}

/// Length and offset of an array as sizes, checked against overflow.
struct Extent {
  std::size_t length;
  std::size_t offset;
};
[[nodiscard]] OUTWEIGH_INLINE Extent extent_of(const ArrowArray& array, const CheckPlace& place) {
  constexpr std::int64_t limit = std::int64_t{1} << 47U;
  if (array.length < 0 || array.offset < 0) place.fail("a negative length or offset");
  if (array.length > limit || array.offset > limit) place.fail("a length or offset beyond any memory");
  if (array.null_count < -1 || array.null_count > array.length) place.fail("a count of nulls that cannot be");
  return {static_cast<std::size_t>(array.length), static_cast<std::size_t>(array.offset)};
}

[[nodiscard]] OUTWEIGH_INLINE const void* buffer_at(const ArrowArray& array, std::int64_t i) noexcept {
  return array.buffers == nullptr ? nullptr : array.buffers[i];
}

/// Reads and checks rows `begin .. begin + count - 1` (counted after the array's own offset) of a plain array.
[[nodiscard]] OUTWEIGH_INLINE Values plain_values(const ArrowArray& array, const Format& format, std::size_t begin,
                                                  std::size_t count, const CheckPlace& place) {
  const Extent extent = extent_of(array, place);
  if (begin > extent.length || count > extent.length - begin) place.fail("a column is shorter than its table");
  Values values;
  values.length = count;
  values.offset = extent.offset + begin;
  if (format.layout == Layout::null) {
    values.nulls = count;
    return values;
  }
  const bool is_view = format.layout == Layout::utf8_view;
  const bool has_offsets = format.layout == Layout::utf8 || format.layout == Layout::large_utf8;
  const std::int64_t wanted = is_view || has_offsets ? 3 : 2;
  if (is_view ? array.n_buffers < wanted : array.n_buffers != wanted) {
    place.fail("a column of " + std::to_string(array.n_buffers) + " buffers instead of " + std::to_string(wanted));
  }
  if (array.buffers == nullptr) place.fail("a column without buffers");
  if (count == 0) return values;

  values.validity = static_cast<const std::uint8_t*>(buffer_at(array, 0));
  if (values.validity != nullptr) {
    values.nulls = array.null_count == 0 ? 0 : count_nulls(values.validity, values.offset, count);
    if (values.nulls == 0) values.validity = nullptr;
  } else if (array.null_count > 0) {
    place.fail("nulls without a validity bitmap");
  }
  if (has_offsets) {
    values.offsets = buffer_at(array, 1);
    values.data = buffer_at(array, 2);
    if (values.offsets == nullptr) place.fail("strings without offsets");
    if (format.layout == Layout::utf8) {
      check_strings<std::int32_t>(values, place);
    } else {
      check_strings<std::int64_t>(values, place);
    }
    return values;
  }
  values.data = buffer_at(array, 1);
  if (values.data == nullptr) place.fail("a column without values");
  if (is_view) {
    values.view_buffer_count = static_cast<std::size_t>(array.n_buffers - 3);
    values.view_buffers = array.buffers + 2;
    values.view_sizes = buffer_at(array, array.n_buffers - 1);
    if (values.view_buffer_count != 0 && values.view_sizes == nullptr) place.fail("string views without buffer sizes");
    check_views(values, place);
  }
  return values;
}

[[nodiscard]] OUTWEIGH_INLINE Values dictionary_values(const ArrowArray& array, const Format& format,
                                                       CheckPlace place) {
  if (array.dictionary == nullptr) place.fail("a dictionary-encoded column without its dictionary");
  if (array.dictionary->release == nullptr) place.fail("a dictionary that was released");
  place.rows_known = false;
  const Extent extent = extent_of(*array.dictionary, place);
  return plain_values(*array.dictionary, format, 0, extent.length, place);
}

/// Row positions for a run-end encoded array, as a dictionary over its values.
[[nodiscard]] OUTWEIGH_INLINE Chunk run_end_chunk(const ArrowArray& array, const ColumnSchema& schema,
                                                  std::size_t begin, std::size_t count, const CheckPlace& place,
                                                  std::shared_ptr<const OwnedArray> owner) {
  const Extent extent = extent_of(array, place);
  if (begin > extent.length || count > extent.length - begin) place.fail("a column is shorter than its table");
  if (array.n_children != 2 || array.children == nullptr || array.children[0] == nullptr ||
      array.children[1] == nullptr) {
    place.fail("a run-end encoded column needs two children");
  }
  const ArrowArray& ends_array = *array.children[0];
  const ArrowArray& values_array = *array.children[1];
  CheckPlace inside = place;
  inside.rows_known = false;
  Format ends_format;
  ends_format.layout = schema.index;
  const Extent ends_extent = extent_of(ends_array, inside);
  const Values ends = plain_values(ends_array, ends_format, 0, ends_extent.length, inside);
  if (ends.nulls != 0) place.fail("a run end is null");

  Format positions_format;
  positions_format.layout = schema.run_index;
  const Values values = plain_values(values_array, schema.runs_over_dictionary ? positions_format : schema.format, 0,
                                     ends.length, inside);
  Values dictionary = values;
  if (schema.runs_over_dictionary) {
    dictionary = dictionary_values(values_array, schema.format, inside);
    check_positions(values, schema.run_index, dictionary.length, inside);
  }
  if (dictionary.length > 0xFFFF'FFFFU) place.fail("too many runs");

  OwnedBuffers<std::uint32_t> buffers;
  buffers.data.resize(count);
  std::vector<std::uint8_t> valid;
  if (schema.runs_over_dictionary && values.nulls != 0) valid.assign(count, 1);
  const std::size_t first = extent.offset + begin;
  std::size_t row = 0;
  std::int64_t previous = 0;
  for (std::size_t run = 0; run < ends.length; ++run) {
    const std::int64_t end = integer_at(schema.index, ends, run).value();
    if (end <= previous) place.fail("run ends must increase");
    previous = end;
    const bool known = !schema.runs_over_dictionary || is_known(values, run);
    std::uint32_t position = 0;
    if (!schema.runs_over_dictionary) {
      position = static_cast<std::uint32_t>(run);
    } else if (known) {
      position = static_cast<std::uint32_t>(integer_at(schema.run_index, values, run).bits);
    }
    for (; row < count && first + row < static_cast<std::size_t>(end); ++row) {
      buffers.data[row] = position;
      if (!known) valid[row] = 0;
    }
  }
  if (row != count) place.fail("the last run ends before the column does");
  buffers.validity = pack_validity(valid, count);
  Chunk chunk = own(std::move(buffers), count);
  chunk.encoded = true;
  chunk.index = Layout::uint32;
  chunk.dictionary = dictionary;
  chunk.owner = std::make_shared<const std::pair<std::shared_ptr<const void>, std::shared_ptr<const OwnedArray>>>(
      chunk.owner, std::move(owner));
  return chunk;
}

[[nodiscard]] OUTWEIGH_INLINE Chunk import_chunk(const ArrowArray& array, const ColumnSchema& schema, std::size_t begin,
                                                 std::size_t count, const CheckPlace& place,
                                                 const std::shared_ptr<const OwnedArray>& owner) {
  if (schema.encoding == Encoding::run_end) return run_end_chunk(array, schema, begin, count, place, owner);
  Chunk chunk;
  chunk.owner = owner;
  if (schema.format.layout == Layout::unsupported || schema.format.layout == Layout::null) {
    const Extent extent = extent_of(array, place);
    if (begin > extent.length || count > extent.length - begin) place.fail("a column is shorter than its table");
    chunk.values.length = count;
    chunk.values.nulls = schema.format.layout == Layout::null ? count : 0;
    return chunk;
  }
  if (schema.encoding == Encoding::dictionary) {
    Format positions;
    positions.layout = schema.index;
    chunk.values = plain_values(array, positions, begin, count, place);
    chunk.dictionary = dictionary_values(array, schema.format, place);
    chunk.encoded = true;
    chunk.index = schema.index;
    check_positions(chunk.values, schema.index, chunk.dictionary.length, place);
    return chunk;
  }
  chunk.values = plain_values(array, schema.format, begin, count, place);
  return chunk;
}

/// Schema and batches in, columns out.
class ArrowReader {
 public:
  ArrowReader(const ArrowSchema& schema, const Place& where, bool is_table) : is_table_(is_table) {
    place_.place = where;
    if (is_table) {
      if (schema.format == nullptr) place_.fail("a schema without a format");
      if (std::string_view(schema.format) != "+s") {
        Place place = where;
        place.value = printable(schema.format);
        throw TypeMismatch("a table is expected, not a single column", std::move(place));
      }
      if (schema.n_children < 0 || schema.n_children > 1'000'000) place_.fail("a number of columns that cannot be");
      for (std::int64_t i = 0; i < schema.n_children; ++i) {
        schemas_.push_back(parse_column_schema(schema_child(schema, i, place_), place_));
      }
    } else {
      schemas_.push_back(parse_column_schema(schema, place_));
      if (!where.column.empty()) schemas_.back().name = where.column;
    }
    chunks_.resize(schemas_.size());
  }

  void read(std::shared_ptr<const OwnedArray> batch) {
    const ArrowArray& array = **batch;
    place_.first_row = rows_;
    const Extent extent = extent_of(array, place_);
    if (extent.length > max_rows - rows_) place_.fail("more rows than can be numbered");
    if (is_table_) {
      if (array.n_children != static_cast<std::int64_t>(schemas_.size())) {
        place_.fail("a batch of " + std::to_string(array.n_children) + " columns instead of " +
                    std::to_string(schemas_.size()));
      }
      if (array.n_buffers > 1 || array.n_buffers < 0) place_.fail("a table with buffers of its own");
      if (array.n_buffers == 1 && array.null_count != 0) check_rows(array, extent);
    }
    for (std::size_t c = 0; c < schemas_.size(); ++c) {
      CheckPlace place = place_;
      place.place.column = schemas_[c].name;
      if (!is_table_) {
        if (extent.length == 0) continue;
        chunks_[c].push_back(import_chunk(array, schemas_[c], 0, extent.length, place, batch));
        continue;
      }
      if (array.children == nullptr || array.children[c] == nullptr) place.fail("a batch lacks a column");
      if (array.children[c]->release == nullptr) place.fail("a column that was released");
      Chunk chunk = import_chunk(*array.children[c], schemas_[c], extent.offset, extent.length, place, batch);
      if (extent.length != 0) chunks_[c].push_back(std::move(chunk));
    }
    rows_ += extent.length;
  }

  [[nodiscard]] std::vector<std::pair<std::string, Column>> finish() && {
    std::vector<std::pair<std::string, Column>> columns;
    for (std::size_t c = 0; c < schemas_.size(); ++c) {
      columns.emplace_back(std::move(schemas_[c].name),
                           Column(make_column(std::move(schemas_[c].format), std::move(chunks_[c]))));
    }
    return columns;
  }

 private:
  static constexpr std::size_t max_rows = 0xFFFF'FFFEU;

  /// A null row of the whole table has no place among columns.
  void check_rows(const ArrowArray& array, const Extent& extent) const {
    const auto* const validity = static_cast<const std::uint8_t*>(buffer_at(array, 0));
    if (validity == nullptr) return;
    for (std::size_t i = 0; i < extent.length; ++i) {
      if (!bit(validity, extent.offset + i)) place_.fail("a whole row is null", i);
    }
  }

  bool is_table_;
  CheckPlace place_{};
  std::vector<ColumnSchema> schemas_;
  std::vector<std::vector<Chunk>> chunks_;
  std::size_t rows_ = 0;
};

using NamedColumns = std::vector<std::pair<std::string, Column>>;

[[nodiscard]] OUTWEIGH_INLINE NamedColumns read_arrow_stream(ArrowArrayStream* from, const Place& where,
                                                             bool is_table) {
  if (from == nullptr || from->release == nullptr) throw InvalidInput("Arrow data: the stream was released", where);
  OwnedStream stream(from);
  const auto fail = [&](const char* doing, int code) {
    const char* text = stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream.get());
    throw InvalidInput(std::string("Arrow data: the producer failed to give ") + doing + ": " +
                           (text != nullptr ? printable(text, 1000) : "error " + std::to_string(code)),
                       where);
  };
  if (stream->get_schema == nullptr || stream->get_next == nullptr) {
    throw InvalidInput("Arrow data: a stream without its functions", where);
  }
  OwnedSchema schema;
  if (const int code = stream->get_schema(stream.get(), schema.get()); code != 0) fail("its schema", code);
  if (schema.is_released()) throw InvalidInput("Arrow data: the schema was released", where);
  ArrowReader reader(*schema, where, is_table);
  for (;;) {
    const auto batch = std::make_shared<OwnedArray>();
    if (const int code = stream->get_next(stream.get(), batch->get()); code != 0) fail("its data", code);
    if (batch->is_released()) break;
    reader.read(batch);
  }
  return std::move(reader).finish();
}

[[nodiscard]] OUTWEIGH_INLINE NamedColumns read_arrow_array(ArrowArray* array, ArrowSchema* schema, const Place& where,
                                                            bool is_table) {
  // Both are taken over before anything can fail, so that both get released.
  std::shared_ptr<OwnedArray> owned_array;
  std::optional<OwnedSchema> owned_schema;
  if (schema != nullptr && schema->release != nullptr) owned_schema.emplace(schema);
  if (array != nullptr && array->release != nullptr) owned_array = std::make_shared<OwnedArray>(array);
  if (!owned_array || !owned_schema) throw InvalidInput("Arrow data: the array or its schema was released", where);
  ArrowReader reader(**owned_schema, where, is_table);
  reader.read(std::move(owned_array));
  return std::move(reader).finish();
}

[[nodiscard]] OUTWEIGH_INLINE Table table_of(NamedColumns columns, const Place& where) {
  Table table;
  for (auto& [name, column] : columns) {
    if (table.has(name)) {
      Place place = where;
      place.column = name;
      throw InvalidInput("a table has two columns of the same name", std::move(place));
    }
    table.add(std::move(name), std::move(column));
  }
  return table;
}

}  // namespace detail

OUTWEIGH_INLINE Table import_arrow_stream(ArrowArrayStream* stream, const Place& where) {
  return detail::table_of(detail::read_arrow_stream(stream, where, true), where);
}
OUTWEIGH_INLINE Table import_arrow_array(ArrowArray* array, ArrowSchema* schema, const Place& where) {
  return detail::table_of(detail::read_arrow_array(array, schema, where, true), where);
}
OUTWEIGH_INLINE Column import_arrow_column_stream(ArrowArrayStream* stream, const Place& where) {
  return std::move(detail::read_arrow_stream(stream, where, false).front().second);
}
OUTWEIGH_INLINE Column import_arrow_column(ArrowArray* array, ArrowSchema* schema, const Place& where) {
  return std::move(detail::read_arrow_array(array, schema, where, false).front().second);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
