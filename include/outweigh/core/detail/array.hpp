// Memory of a column: Arrow's physical layouts, borrowed or owned.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

enum class Layout : std::uint8_t {
  null,
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  float32,
  float64,
  decimal32,
  decimal64,
  decimal128,
  decimal256,
  date32,  // days
  date64,  // milliseconds
  timestamp,
  time32,
  time64,
  duration,
  utf8,
  large_utf8,
  utf8_view,
  unsupported
};

enum class TimeUnit : std::uint8_t { second, millisecond, microsecond, nanosecond };

[[nodiscard]] constexpr std::int64_t ticks_per_second(TimeUnit unit) noexcept {
  switch (unit) {
    case TimeUnit::second:
      return 1;
    case TimeUnit::millisecond:
      return 1'000;
    case TimeUnit::microsecond:
      return 1'000'000;
    case TimeUnit::nanosecond:
      return 1'000'000'000;
  }
  return 1;
}

/// What one value is.
struct Format {
  Layout layout = Layout::null;
  TimeUnit unit = TimeUnit::microsecond;  // timestamp, time, duration
  std::int32_t precision = 0;             // decimal
  std::int32_t scale = 0;                 // decimal
  std::string timezone{};                 // timestamp; empty: naive
  std::string spelled{};                  // Arrow's format string

  friend bool operator==(const Format&, const Format&) = default;
};

/// Bytes of one value of a fixed-width layout, 0 for all others.
[[nodiscard]] constexpr std::size_t byte_width(Layout layout) noexcept {
  switch (layout) {
    case Layout::int8:
    case Layout::uint8:
      return 1;
    case Layout::int16:
    case Layout::uint16:
    case Layout::float16:
      return 2;
    case Layout::int32:
    case Layout::uint32:
    case Layout::float32:
    case Layout::decimal32:
    case Layout::date32:
    case Layout::time32:
      return 4;
    case Layout::int64:
    case Layout::uint64:
    case Layout::float64:
    case Layout::decimal64:
    case Layout::date64:
    case Layout::timestamp:
    case Layout::time64:
    case Layout::duration:
      return 8;
    case Layout::decimal128:
      return 16;
    case Layout::decimal256:
      return 32;
    default:
      return 0;
  }
}

[[nodiscard]] constexpr bool is_string(Layout layout) noexcept {
  return layout == Layout::utf8 || layout == Layout::large_utf8 || layout == Layout::utf8_view;
}
[[nodiscard]] constexpr bool is_integer(Layout layout) noexcept {
  return layout >= Layout::int8 && layout <= Layout::uint64;
}

/// A run of values in memory. Row i is element `offset + i` of the buffers.
struct Values {
  std::size_t length = 0;
  std::size_t offset = 0;
  const std::uint8_t* validity = nullptr;  // a bit a value; nullptr: all known
  const void* data = nullptr;              // values, bits, string bytes or views
  const void* offsets = nullptr;           // of strings
  const void* const* view_buffers = nullptr;
  std::size_t view_buffer_count = 0;
  const void* view_sizes = nullptr;  // int64 a buffer
  std::size_t nulls = 0;
};

/// A run of rows. With a dictionary, `values` holds the indices and `dictionary` what they point at.
struct Chunk {
  Values values{};
  bool encoded = false;
  Layout index = Layout::int32;
  Values dictionary{};
  std::shared_ptr<const void> owner{};
};

struct ColumnData {
  Format format{};
  std::vector<Chunk> chunks{};
  std::vector<std::size_t> starts{};  // first row of each chunk
  std::size_t rows = 0;
  std::size_t nulls = 0;
};

[[nodiscard]] inline bool bit(const std::uint8_t* bits, std::size_t position) noexcept {
  return ((bits[position >> 3U] >> (position & 7U)) & 1U) != 0;
}

/// Reads element `position` of a buffer that may be unaligned.
template <class T>
[[nodiscard]] inline T load(const void* buffer, std::size_t position) noexcept {
  T value;
  std::memcpy(&value, static_cast<const unsigned char*>(buffer) + position * sizeof(T), sizeof(T));
  return value;
}

[[nodiscard]] inline bool is_known(const Values& values, std::size_t i) noexcept {
  return values.validity == nullptr || bit(values.validity, values.offset + i);
}

template <Layout layout>
[[nodiscard]] inline std::string_view string_at(const Values& values, std::size_t i) noexcept {
  const std::size_t at = values.offset + i;
  if constexpr (layout == Layout::utf8_view) {
    const unsigned char* view = static_cast<const unsigned char*>(values.data) + at * 16;
    const auto length = load<std::uint32_t>(view, 0);
    if (length <= 12) return {reinterpret_cast<const char*>(view) + 4, length};
    const auto buffer = load<std::uint32_t>(view, 2);
    const auto start = load<std::uint32_t>(view, 3);
    return {static_cast<const char*>(values.view_buffers[buffer]) + start, length};
  } else {
    using Offset = std::conditional_t<layout == Layout::utf8, std::int32_t, std::int64_t>;
    const auto begin = load<Offset>(values.offsets, at);
    const auto end = load<Offset>(values.offsets, at + 1);
    if (begin == end) return {};
    return {static_cast<const char*>(values.data) + begin, static_cast<std::size_t>(end - begin)};
  }
}

[[nodiscard]] inline std::string_view string_at(Layout layout, const Values& values, std::size_t i) noexcept {
  switch (layout) {
    case Layout::utf8:
      return string_at<Layout::utf8>(values, i);
    case Layout::large_utf8:
      return string_at<Layout::large_utf8>(values, i);
    case Layout::utf8_view:
      return string_at<Layout::utf8_view>(values, i);
    default:
      return {};
  }
}

/// Calls `visit` with a zero of the C++ type behind an integer layout.
template <class Visit>
inline decltype(auto) with_integer(Layout layout, Visit&& visit) {
  switch (layout) {
    case Layout::int8:
      return visit(std::int8_t{});
    case Layout::uint8:
      return visit(std::uint8_t{});
    case Layout::int16:
      return visit(std::int16_t{});
    case Layout::uint16:
      return visit(std::uint16_t{});
    case Layout::uint32:
      return visit(std::uint32_t{});
    case Layout::int64:
      return visit(std::int64_t{});
    case Layout::uint64:
      return visit(std::uint64_t{});
    default:
      return visit(std::int32_t{});
  }
}

/// Position in the dictionary of row i of an encoded chunk. Precondition: the row is known.
[[nodiscard]] inline std::size_t dictionary_position(const Chunk& chunk, std::size_t i) noexcept {
  return with_integer(chunk.index, [&](auto zero) {
    return static_cast<std::size_t>(load<decltype(zero)>(chunk.values.data, chunk.values.offset + i));
  });
}

[[nodiscard]] inline bool is_known(const Chunk& chunk, std::size_t i) noexcept {
  if (!is_known(chunk.values, i)) return false;
  return !chunk.encoded || chunk.dictionary.nulls == 0 || is_known(chunk.dictionary, dictionary_position(chunk, i));
}

/// Where the value of row i lies: among the dictionary's values or the chunk's own. Precondition: the row is known.
struct Cell {
  const Values* values;
  std::size_t position;
};
[[nodiscard]] inline Cell cell(const Chunk& chunk, std::size_t i) noexcept {
  if (chunk.encoded) return {&chunk.dictionary, dictionary_position(chunk, i)};
  return {&chunk.values, i};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
