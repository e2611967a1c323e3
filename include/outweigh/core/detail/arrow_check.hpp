// Checks of memory that somebody else laid out.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <outweigh/core/detail/array.hpp>
#include <outweigh/core/detail/utf8.hpp>
#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Where the checks are, for their errors: rows of this chunk begin at `first_row` of the column.
struct CheckPlace {
  Place place{};
  std::size_t first_row = 0;
  bool rows_known = true;  // false within a dictionary, whose entries are not rows

  [[noreturn]] void fail(const std::string& message) const { throw InvalidInput("Arrow data: " + message, place); }
  [[noreturn]] void fail(const std::string& message, std::size_t i, std::string value = {}) const {
    Place at = place;
    if (rows_known) at.row = first_row + i;
    at.value = std::move(value);
    throw InvalidInput("Arrow data: " + message, std::move(at));
  }
};

[[nodiscard]] inline std::size_t count_nulls(const std::uint8_t* bits, std::size_t offset,
                                             std::size_t length) noexcept {
  std::size_t known = 0;
  std::size_t i = 0;
  for (; i < length && ((offset + i) & 7U) != 0; ++i) known += bit(bits, offset + i) ? 1U : 0U;
  for (; i + 64 <= length; i += 64) {
    std::uint64_t word;
    std::memcpy(&word, bits + ((offset + i) >> 3U), 8);
    known += static_cast<std::size_t>(std::popcount(word));
  }
  for (; i < length; ++i) known += bit(bits, offset + i) ? 1U : 0U;
  return length - known;
}

template <class Offset>
void check_strings(const Values& values, const CheckPlace& place) {
  if (values.length == 0) return;
  Offset previous = load<Offset>(values.offsets, values.offset);
  if (previous < 0) place.fail("a string begins before its buffer", 0);
  const Offset first = previous;
  bool ordered = true;
  for (std::size_t i = 1; i <= values.length; ++i) {
    const Offset next = load<Offset>(values.offsets, values.offset + i);
    ordered = ordered && next >= previous;
    previous = next;
  }
  if (!ordered) {
    previous = first;
    for (std::size_t i = 0; i < values.length; ++i) {
      const Offset next = load<Offset>(values.offsets, values.offset + i + 1);
      if (next < previous) place.fail("a string ends before it begins", i);
      previous = next;
    }
  }
  const Offset last = previous;
  if (last == first) return;
  if (values.data == nullptr) place.fail("strings have no buffer");

  // All bytes at once; then no string may begin inside a character.
  const char* const bytes = static_cast<const char*>(values.data);
  bool good = is_utf8({bytes + first, static_cast<std::size_t>(last - first)});
  for (std::size_t i = 1; good && i < values.length; ++i) {
    const Offset at = load<Offset>(values.offsets, values.offset + i);
    good = at == last || (static_cast<unsigned char>(bytes[at]) & 0xC0U) != 0x80U;
  }
  if (good) return;
  constexpr Layout layout = std::is_same_v<Offset, std::int32_t> ? Layout::utf8 : Layout::large_utf8;
  for (std::size_t i = 0; i < values.length; ++i) {
    if (!is_known(values, i)) continue;
    const std::string_view text = string_at<layout>(values, i);
    if (!is_utf8(text)) place.fail("text is not UTF-8", i, printable(text));
  }
}

inline void check_views(const Values& values, const CheckPlace& place) {
  for (std::size_t i = 0; i < values.length; ++i) {
    if (!is_known(values, i)) continue;
    const unsigned char* view = static_cast<const unsigned char*>(values.data) + (values.offset + i) * 16;
    const auto length = load<std::int32_t>(view, 0);
    if (length < 0) place.fail("a string view has a negative length", i);
    if (length > 12) {
      const auto buffer = load<std::int32_t>(view, 2);
      const auto start = load<std::int32_t>(view, 3);
      if (buffer < 0 || static_cast<std::size_t>(buffer) >= values.view_buffer_count) {
        place.fail("a string view points at a buffer that is not there", i);
      }
      const auto size = load<std::int64_t>(values.view_sizes, static_cast<std::size_t>(buffer));
      if (start < 0 || std::int64_t{start} + length > size || values.view_buffers[buffer] == nullptr) {
        place.fail("a string view points beyond its buffer", i);
      }
    }
    const std::string_view text = string_at<Layout::utf8_view>(values, i);
    if (!is_utf8(text)) place.fail("text is not UTF-8", i, printable(text));
  }
}

/// Every known row of `indices` must be below `size`.
inline void check_positions(const Values& indices, Layout layout, std::size_t size, const CheckPlace& place) {
  with_integer(layout, [&](auto zero) {
    using Index = decltype(zero);
    const auto is_bad = [size](Index index) {
      if constexpr (std::is_signed_v<Index>) {
        if (index < 0) return true;
      }
      return static_cast<std::uint64_t>(index) >= size;
    };
    for (std::size_t i = 0; i < indices.length; ++i) {
      const Index index = load<Index>(indices.data, indices.offset + i);
      if (is_bad(index) && is_known(indices, i)) {
        place.fail("a row points beyond its dictionary", i, std::to_string(index));
      }
    }
  });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
