// A stable sort by whole numbers, for millions of rows.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// A whole number that orders numbers that are 0 or more as they are.
[[nodiscard]] inline std::uint64_t ordered_bits(double value) noexcept {
  return std::bit_cast<std::uint64_t>(value + 0.0);
}

/// Sorts `rows` by `key(row)`, a std::uint64_t; equal keys keep their order. From the last digit to the first, where
/// digits that all rows share are passed over. O(rows * differing digits), and as much memory again.
template <class Rows, class Key>
void radix_sort(Rows& rows, const Key& key) {
  if (rows.size() < 2) return;
  std::uint64_t differing = 0;
  const std::uint64_t first = key(rows.front());
  for (const auto& row : rows) differing |= key(row) ^ first;
  if (differing == 0) return;
  Rows other(rows.size());
  const auto lowest = static_cast<unsigned>(std::countr_zero(differing));
  const auto bits = static_cast<unsigned>(std::bit_width(differing)) - lowest;
  // Digits of equal width, at most 11 bits: their counts fit the first cache.
  const unsigned digits = (bits + 10) / 11;
  const unsigned width = (bits + digits - 1) / digits;
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  for (unsigned digit = 0; digit < digits; ++digit) {
    const unsigned shift = lowest + digit * width;
    if (((differing >> shift) & mask) == 0) continue;
    std::array<std::size_t, 2049> starts{};
    for (const auto& row : rows) ++starts[((key(row) >> shift) & mask) + 1];
    for (std::size_t i = 1; i <= mask; ++i) starts[i] += starts[i - 1];
    for (const auto& row : rows) other[starts[(key(row) >> shift) & mask]++] = row;
    std::swap(rows, other);
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
