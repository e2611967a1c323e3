// Making columns that own their memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/detail/array.hpp>
#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Validity bits; `bits` is empty when all are known.
struct Validity {
  std::vector<std::uint8_t> bits{};
  std::size_t nulls = 0;
};

[[nodiscard]] inline Validity pack_validity(std::span<const std::uint8_t> valid, std::size_t rows) {
  Validity validity;
  if (valid.empty()) return validity;
  if (valid.size() != rows) throw InvalidInput("a column's values and validity differ in length");
  for (const std::uint8_t byte : valid) validity.nulls += byte == 0 ? 1U : 0U;
  if (validity.nulls == 0) return validity;
  validity.bits.assign((rows + 7) / 8, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    if (valid[i] != 0) validity.bits[i >> 3U] = static_cast<std::uint8_t>(validity.bits[i >> 3U] | (1U << (i & 7U)));
  }
  return validity;
}

/// Puts chunks behind each other. Empty chunks are dropped.
[[nodiscard]] inline std::shared_ptr<const ColumnData> make_column(Format format, std::vector<Chunk> chunks) {
  auto column = std::make_shared<ColumnData>();
  column->format = std::move(format);
  for (Chunk& chunk : chunks) {
    if (chunk.values.length == 0) continue;
    column->starts.push_back(column->rows);
    column->rows += chunk.values.length;
    if (column->format.layout == Layout::null) {
      column->nulls += chunk.values.length;
    } else if (chunk.encoded && chunk.dictionary.nulls != 0) {
      for (std::size_t i = 0; i < chunk.values.length; ++i) column->nulls += is_known(chunk, i) ? 0U : 1U;
    } else {
      column->nulls += chunk.values.nulls;
    }
    column->chunks.push_back(std::move(chunk));
  }
  return column;
}

template <class T>
struct OwnedBuffers {
  std::vector<T> data{};
  std::vector<std::int64_t> offsets{};
  Validity validity{};
};

/// One chunk of `rows` values over buffers that the column owns.
template <class T>
[[nodiscard]] inline Chunk own(OwnedBuffers<T> buffers, std::size_t rows) {
  auto owner = std::make_shared<const OwnedBuffers<T>>(std::move(buffers));
  Chunk chunk;
  chunk.values.length = rows;
  chunk.values.data = owner->data.data();
  if (!owner->offsets.empty()) chunk.values.offsets = owner->offsets.data();
  if (owner->validity.nulls != 0) chunk.values.validity = owner->validity.bits.data();
  chunk.values.nulls = owner->validity.nulls;
  chunk.owner = std::move(owner);
  return chunk;
}

[[nodiscard]] inline Format large_utf8_format() {
  Format format;
  format.layout = Layout::large_utf8;
  format.spelled = "U";
  return format;
}

/// One chunk of strings of rows 0..rows-1; `get(i)` gives a view, `valid` tells which rows are known.
template <class Get>
[[nodiscard]] inline Chunk own_strings(std::size_t rows, Get&& get, std::span<const std::uint8_t> valid) {
  OwnedBuffers<char> buffers;
  buffers.validity = pack_validity(valid, rows);
  buffers.offsets.reserve(rows + 1);
  buffers.offsets.push_back(0);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (valid.empty() || valid[i] != 0) bytes += get(i).size();
  }
  buffers.data.reserve(bytes);
  for (std::size_t i = 0; i < rows; ++i) {
    if (valid.empty() || valid[i] != 0) {
      const std::string_view text = get(i);
      buffers.data.insert(buffers.data.end(), text.begin(), text.end());
    }
    buffers.offsets.push_back(static_cast<std::int64_t>(buffers.data.size()));
  }
  return own(std::move(buffers), rows);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
