// Strings to dense codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Distinct strings, numbered 0, 1, ... by first appearance. Strings of encoded columns are not copied: the dictionary
/// keeps the columns' memory alive. Open addressing with linear probing; expected O(1) a string plus its length.
class StringDictionary {
 public:
  static constexpr std::uint32_t null_row = 0xFFFF'FFFFU;
  static constexpr std::uint32_t unknown = 0xFFFF'FFFEU;
  static constexpr std::size_t max_size = 0xFFFF'FFFDU;

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  /// Precondition: code < size().
  [[nodiscard]] std::string_view operator[](std::size_t code) const noexcept {
    return {keys_[code].data, keys_[code].size};
  }
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const noexcept;

  /// Code of `key`, which is copied and added when it is new. Throws InvalidInput beyond `max_size` keys.
  std::uint32_t add(std::string_view key);

  /// Code of each row, adding the new ones; `null_row` for unknown rows. Precondition: the column is of type string or
  /// null. Throws InvalidInput beyond `max_size` keys. Codes do not depend on `control.threads`.
  std::vector<std::uint32_t> encode(const Column& column, const RunControl& control = {});

  /// Code of each row, `null_row` for unknown rows, `unknown` for strings that are not in the dictionary. Same
  /// precondition.
  [[nodiscard]] std::vector<std::uint32_t> lookup(const Column& column, const RunControl& control = {}) const;

 private:
  struct Key {
    const char* data;
    std::size_t size;
  };
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t code = null_row;  // null_row: empty
  };

  [[nodiscard]] std::uint32_t find_hashed(std::string_view key, std::uint32_t hash) const noexcept;
  std::uint32_t add_hashed(std::string_view key, std::uint32_t hash, bool borrowed);
  void grow(std::size_t capacity);
  template <bool adds, class Self>
  static void run(Self& self, const Column& column, std::size_t begin, std::size_t end, std::uint32_t* codes);
  template <bool adds, detail::Layout layout, class Self>
  static void run_plain(Self& self, const detail::Chunk& chunk, std::size_t begin, std::size_t end,
                        std::uint32_t* codes);

  std::vector<Slot> slots_;
  std::vector<Key> keys_;
  std::vector<std::shared_ptr<const void>> owners_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/string_dictionary-inl.hpp>
#endif
