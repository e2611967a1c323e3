// The user's own ids, in the order of our indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {
struct IdsData;
}

/// Distinct ids, strings or integers, and the way back from an id to its position. Immutable; copies share the memory,
/// which is the column's own where it can be borrowed.
class Ids {
 public:
  /// Codes of rows that have none.
  static constexpr std::uint32_t null_row = 0xFFFF'FFFFU;    ///< the row is unknown
  static constexpr std::uint32_t unknown_id = 0xFFFF'FFFEU;  ///< the row's id is not among these

  /// No ids.
  Ids();
  explicit Ids(std::span<const std::string> ids);
  explicit Ids(std::span<const std::int64_t> ids);
  /// One id a row. Throws InvalidInput for a null or a duplicate (naming row and value), TypeMismatch for a column that
  /// is neither text nor integers. Integers in floating point or decimals without a fraction count as integers.
  explicit Ids(const Column& column, const Place& where = {}, const RunControl& control = {});

  /// The distinct ids of a column by first appearance, and each row's position among them (`null_row` if unknown).
  struct Encoded;
  [[nodiscard]] static Encoded encode(const Column& column, const Place& where = {}, const RunControl& control = {});

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool is_integer() const noexcept;
  /// Precondition: position < size(). Integers in decimal digits.
  [[nodiscard]] std::string text(std::size_t position) const;
  /// Precondition: is_integer(), position < size().
  [[nodiscard]] std::int64_t integer(std::size_t position) const noexcept;
  /// Precondition: !is_integer(), position < size().
  [[nodiscard]] std::string_view string(std::size_t position) const noexcept;

  /// Position of an id. Integer ids are found by their digits too, so that options can name them as text.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view id) const noexcept;
  [[nodiscard]] std::optional<std::uint32_t> find(std::int64_t id) const noexcept;

  /// Position of each row's id, `null_row` or `unknown_id`. Throws TypeMismatch, with `where`, when these ids are text
  /// and the column integers or the other way round. O(rows).
  [[nodiscard]] std::vector<std::uint32_t> positions(const Column& column, const Place& where = {},
                                                     const RunControl& control = {}) const;

  /// All ids, or those at `positions`, as a column; `null_row` gives a null.
  [[nodiscard]] Column column() const;
  [[nodiscard]] Column column(std::span<const std::uint32_t> positions) const;
  /// The ids at `positions`, which must be distinct, in that order.
  [[nodiscard]] Ids select(std::span<const std::uint32_t> positions) const;

  /// Same ids in the same order.
  friend bool operator==(const Ids& a, const Ids& b);

 private:
  explicit Ids(std::shared_ptr<const detail::IdsData> data) noexcept;

  std::shared_ptr<const detail::IdsData> data_;
};

struct Ids::Encoded {
  Ids ids;
  std::vector<std::uint32_t> codes;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/ids-inl.hpp>
#endif
