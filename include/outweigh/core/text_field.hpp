// A column of text with nulls, read in place.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <outweigh/core/column.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Text of one column, some of which may be unknown; the counterpart of Field for strings. It shares the column's
/// memory, so views stay valid as long as some copy of the field or the column lives.
class TextField {
 public:
  /// An absent column of no rows.
  TextField() = default;
  /// An absent column of `size` rows.
  [[nodiscard]] static TextField missing(std::size_t size) {
    TextField field;
    field.column_ = Column::nulls(size);
    return field;
  }
  /// Throws TypeMismatch, with `where`, unless the column is of type string or null.
  explicit TextField(Column column, const Place& where = {});

  [[nodiscard]] std::size_t size() const noexcept { return column_.size(); }
  [[nodiscard]] bool absent() const noexcept { return !present_; }
  [[nodiscard]] bool has(std::size_t row) const noexcept { return row < column_.size() && !column_.is_null(row); }
  /// Precondition: has(row). O(log chunks).
  [[nodiscard]] std::string_view operator[](std::size_t row) const noexcept { return column_.string(row); }
  [[nodiscard]] std::optional<std::string_view> get(std::size_t row) const noexcept {
    return has(row) ? std::optional(column_.string(row)) : std::nullopt;
  }
  [[nodiscard]] std::size_t count() const noexcept { return column_.size() - column_.null_count(); }
  [[nodiscard]] bool any() const noexcept { return count() != 0; }
  /// Of type null when absent.
  [[nodiscard]] const Column& column() const noexcept { return column_; }

  friend bool operator==(const TextField&, const TextField&) = default;

 private:
  Column column_;
  bool present_ = false;
};

/// The same as the constructor, by the name of the other readers.
[[nodiscard]] inline TextField read_strings(Column column, const Place& where = {}) {
  return TextField(std::move(column), where);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/text_field-inl.hpp>
#endif
