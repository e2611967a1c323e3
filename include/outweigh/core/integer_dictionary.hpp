// Integers to dense codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Distinct integers, numbered 0, 1, ... by first appearance. Open addressing with linear probing; expected O(1) each.
class IntegerDictionary {
 public:
  static constexpr std::uint32_t null_row = 0xFFFF'FFFFU;
  static constexpr std::uint32_t unknown = 0xFFFF'FFFEU;
  static constexpr std::size_t max_size = 0xFFFF'FFFDU;

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  /// Precondition: code < size().
  [[nodiscard]] std::int64_t operator[](std::size_t code) const noexcept { return keys_[code]; }
  [[nodiscard]] const std::vector<std::int64_t>& keys() const noexcept { return keys_; }
  [[nodiscard]] std::optional<std::uint32_t> find(std::int64_t key) const noexcept;

  /// Code of `key`, which is added when it is new. Throws InvalidInput beyond `max_size` keys.
  std::uint32_t add(std::int64_t key);

  /// Code of each row, adding the new ones; `null_row` for unknown rows. Columns of integers, and of floating point or
  /// decimals that hold integers; throws TypeMismatch for others and InvalidInput for a value that is no 64-bit
  /// integer.
  std::vector<std::uint32_t> encode(const Column& column, const Place& where = {}, const RunControl& control = {});

  /// Code of each row, `null_row` for unknown rows, `unknown` for integers that are not in the dictionary.
  [[nodiscard]] std::vector<std::uint32_t> lookup(const Column& column, const Place& where = {},
                                                  const RunControl& control = {}) const;

 private:
  struct Slot {
    std::int64_t key = 0;
    std::uint32_t code = null_row;  // null_row: empty
  };

  [[nodiscard]] std::uint32_t find_hashed(std::int64_t key, std::uint32_t hash) const noexcept;
  std::uint32_t add_hashed(std::int64_t key, std::uint32_t hash);
  void grow(std::size_t capacity);
  template <bool adds, class Integer, class Self>
  static void run(Self& self, const detail::Chunk& chunk, std::size_t begin, std::size_t end, std::uint32_t* codes);
  template <bool adds, class Self>
  static void run_column(Self& self, const Column& column, std::size_t begin, std::size_t end, std::uint32_t* codes);

  std::vector<Slot> slots_;
  std::vector<std::int64_t> keys_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/integer_dictionary-inl.hpp>
#endif
