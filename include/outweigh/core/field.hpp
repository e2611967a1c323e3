// A typed column with nulls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Values of one column, some of which may be unknown. Unknown is null, never 0: `values()` holds T{} there,
/// and `valid` says which are known. A column that the table did not have is `absent()`: every row is unknown.
template <class T>
class Field {
 public:
  Field() = default;

  /// An absent column of `size` rows.
  [[nodiscard]] static Field missing(std::size_t size) {
    Field field;
    field.size_ = size;
    return field;
  }
  /// All rows known.
  explicit Field(std::vector<T> values) : values_(std::move(values)), size_(values_.size()), present_(true) {}
  /// `valid` is empty (all known) or one byte a row, 0 for unknown; whatever `values` holds there becomes T{}. Throws
  /// InvalidInput when the lengths differ.
  Field(std::vector<T> values, std::vector<std::uint8_t> valid)
      : values_(std::move(values)), valid_(std::move(valid)), size_(values_.size()), present_(true) {
    if (valid_.empty()) return;
    if (valid_.size() != size_) throw InvalidInput("a column's values and validity differ in length");
    bool all_known = true;
    for (std::size_t row = 0; row < size_; ++row) {
      if (valid_[row] != 0) {
        valid_[row] = 1;
      } else {
        values_[row] = T{};
        all_known = false;
      }
    }
    if (all_known) valid_.clear();
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool absent() const noexcept { return !present_; }
  [[nodiscard]] bool has(std::size_t row) const noexcept {
    return present_ && row < size_ && (valid_.empty() || valid_[row] != 0);
  }
  /// Precondition: has(row).
  [[nodiscard]] const T& operator[](std::size_t row) const noexcept { return values_[row]; }
  [[nodiscard]] std::optional<T> get(std::size_t row) const {
    return has(row) ? std::optional<T>(values_[row]) : std::nullopt;
  }
  [[nodiscard]] T value_or(std::size_t row, T otherwise) const { return has(row) ? values_[row] : otherwise; }
  [[nodiscard]] bool any() const noexcept {
    for (std::size_t row = 0; row < size_; ++row) {
      if (has(row)) return true;
    }
    return false;
  }
  [[nodiscard]] std::size_t count() const noexcept {
    std::size_t known = 0;
    for (std::size_t row = 0; row < size_; ++row) known += has(row) ? 1U : 0U;
    return known;
  }
  /// Empty when the column is absent.
  [[nodiscard]] std::span<const T> values() const noexcept { return values_; }
  /// Empty when all rows are known or the column is absent.
  [[nodiscard]] std::span<const std::uint8_t> valid() const noexcept { return valid_; }

  friend bool operator==(const Field&, const Field&) = default;

 private:
  std::vector<T> values_;
  std::vector<std::uint8_t> valid_;
  std::size_t size_ = 0;
  bool present_ = false;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core
