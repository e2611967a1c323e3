// An immutable column of a table, in Arrow's memory layout, owned or borrowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/detail/array.hpp>
#include <outweigh/core/effort.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/core/field.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/probability.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// What the values of a column mean, whatever their width and encoding.
enum class ColumnType : std::uint8_t {
  null,  ///< every row is unknown and no type was stated
  boolean,
  int64,    ///< signed and unsigned integers of any width
  float64,  ///< floating point of any width
  decimal,
  string,
  timestamp,
  date,
  time,
  duration,
  unsupported  ///< kept so that the table can be read without it; reading it throws TypeMismatch
};

[[nodiscard]] std::string_view to_string(ColumnType type) noexcept;

/// Values of one column; copies are cheap and share the memory. The memory is in one or more chunks, each laid out as
/// Arrow does (possibly with a dictionary), and belongs to the column or to a producer that is kept alive.
class Column {
 public:
  /// No rows.
  Column();
  explicit Column(std::shared_ptr<const detail::ColumnData> data) noexcept : data_(std::move(data)) {}

  /// Owning columns. `valid` is empty (all known) or one byte a row, 0 for unknown. Throws InvalidInput when its length
  /// differs and for text that is not UTF-8.
  [[nodiscard]] static Column nulls(std::size_t rows);
  [[nodiscard]] static Column booleans(std::span<const std::uint8_t> values, std::span<const std::uint8_t> valid = {});
  [[nodiscard]] static Column int64s(std::vector<std::int64_t> values, std::span<const std::uint8_t> valid = {});
  [[nodiscard]] static Column float64s(std::vector<double> values, std::span<const std::uint8_t> valid = {});
  [[nodiscard]] static Column strings(std::span<const std::string> values, std::span<const std::uint8_t> valid = {});
  [[nodiscard]] static Column strings(std::span<const std::string_view> values,
                                      std::span<const std::uint8_t> valid = {});
  [[nodiscard]] static Column strings(std::initializer_list<std::string_view> values) {
    return strings(std::span<const std::string_view>(values.begin(), values.size()));
  }
  /// UTC timestamps in microseconds.
  [[nodiscard]] static Column instants(std::span<const Instant> values, std::span<const std::uint8_t> valid = {});
  /// Exact amounts, decimal(19, 4). See `from` for amounts as doubles.
  [[nodiscard]] static Column moneys(std::span<const Money> values, std::span<const std::uint8_t> valid = {});
  /// Naive timestamps in microseconds, for values whose time zone is not known.
  [[nodiscard]] static Column local_times(std::vector<std::int64_t> microseconds,
                                          std::span<const std::uint8_t> valid = {});
  /// Days since 1970-01-01.
  [[nodiscard]] static Column dates(std::vector<std::int32_t> days, std::span<const std::uint8_t> valid = {});
  /// Words of a small vocabulary: row i is `words[codes[i]]`. Dictionary-encoded. Throws InvalidInput for a known row
  /// whose code is out of range.
  [[nodiscard]] static Column categories(std::vector<std::uint32_t> codes, std::span<const std::string_view> words,
                                         std::span<const std::uint8_t> valid = {});

  /// Rows of which nothing can be read, such as lists, with a name of their type for messages: "list", "struct" or
  /// "binary". A table may have such a column; reading it throws TypeMismatch.
  [[nodiscard]] static Column unsupported(std::size_t rows, std::string_view type);

  /// Columns from fields; an absent field gives a column of type null. Money becomes float64 in units, which is exact
  /// below 4.5e11 units; bytes become booleans.
  [[nodiscard]] static Column from(const Field<double>& field);
  [[nodiscard]] static Column from(const Field<std::int64_t>& field);
  [[nodiscard]] static Column from(const Field<std::uint32_t>& field);
  [[nodiscard]] static Column from(const Field<std::uint8_t>& field);
  [[nodiscard]] static Column from(const Field<std::string>& field);
  [[nodiscard]] static Column from(const Field<Instant>& field);
  [[nodiscard]] static Column from(const Field<Money>& field);
  [[nodiscard]] static Column from(const Field<Effort>& field);
  [[nodiscard]] static Column from(const Field<Probability>& field);

  [[nodiscard]] std::size_t size() const noexcept { return data_->rows; }
  [[nodiscard]] std::size_t null_count() const noexcept { return data_->nulls; }
  [[nodiscard]] std::size_t chunks() const noexcept { return data_->chunks.size(); }
  [[nodiscard]] ColumnType type() const noexcept;
  /// The type in words for messages: "int32", "timestamp[us, UTC]", "decimal(10, 2)", "list", ...
  [[nodiscard]] std::string type_name() const;
  /// Time zone of a timestamp column; empty when naive or of another type.
  [[nodiscard]] const std::string& timezone() const noexcept { return data_->format.timezone; }
  /// Do the rows point into a list of distinct values?
  [[nodiscard]] bool is_dictionary() const noexcept;

  /// Precondition for all below: row < size(). O(log chunks).
  [[nodiscard]] bool is_null(std::size_t row) const noexcept;
  /// The value as text, for messages and tables of text; "null" when unknown.
  [[nodiscard]] std::string text(std::size_t row) const;
  /// Precondition: type() is string and the row is known. The view lives as long as the memory of the column.
  [[nodiscard]] std::string_view string(std::size_t row) const noexcept;

  /// Rows `begin .. begin + count - 1`, without a copy. Throws InvalidInput when out of range.
  [[nodiscard]] Column slice(std::size_t begin, std::size_t count) const;
  /// The rows given, in that order, possibly repeated. Throws InvalidInput when out of range. An unsupported column
  /// stays unsupported. O(rows.size()) plus, for dictionaries, their size.
  [[nodiscard]] Column take(std::span<const std::uint32_t> rows) const;

  /// Same type and same values, whatever width, chunks and encoding; two NaN are the same, 0.0 and -0.0 too.
  /// Unsupported columns are equal only to themselves.
  friend bool operator==(const Column& a, const Column& b);

  /// The layout in memory, for readers inside the library.
  [[nodiscard]] const detail::ColumnData& data() const noexcept { return *data_; }
  [[nodiscard]] const std::shared_ptr<const detail::ColumnData>& shared() const noexcept { return data_; }

 private:
  std::shared_ptr<const detail::ColumnData> data_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/column-inl.hpp>
#endif
