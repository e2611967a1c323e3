// Named columns of equal length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/column.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Ordered columns with distinct names. Copies share the columns' memory.
class Table {
 public:
  Table() = default;

  /// Appends a column. Throws InvalidInput for a name that is taken and for another length than the first column's.
  Table& add(std::string name, Column column);

  /// 0 without columns.
  [[nodiscard]] std::size_t rows() const noexcept { return columns_.empty() ? 0 : columns_.front().size(); }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_.size(); }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
  /// nullptr when there is no such column.
  [[nodiscard]] const Column* find(std::string_view name) const noexcept;
  /// Throws MissingInput, naming the columns there are.
  [[nodiscard]] const Column& operator[](std::string_view name) const;
  /// Precondition: position < columns().
  [[nodiscard]] const Column& column(std::size_t position) const noexcept { return columns_[position]; }

  /// The rows given, in that order, possibly repeated.
  [[nodiscard]] Table take(std::span<const std::uint32_t> rows) const;
  /// Rows `begin .. begin + count - 1`, without a copy.
  [[nodiscard]] Table slice(std::size_t begin, std::size_t count) const;
  /// The columns given, in that order. Throws MissingInput.
  [[nodiscard]] Table select(std::span<const std::string> names) const;

  /// Same names in the same order with equal columns.
  friend bool operator==(const Table& a, const Table& b) { return a.names_ == b.names_ && a.columns_ == b.columns_; }

 private:
  std::vector<std::string> names_;
  std::vector<Column> columns_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/table-inl.hpp>
#endif
