// Which rows of columns are equal: what is costly is then done once for each kind.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

struct DistinctRows {
  std::vector<std::uint32_t> kind;   ///< of each row, in order of first appearance
  std::vector<std::uint32_t> first;  ///< row of each kind
};

/// Columns have `count` entries, or one for all rows, or none. O(n).
template <std::size_t N>
[[nodiscard]] DistinctRows distinct_rows(const std::array<std::span<const double>, N>& columns, std::size_t count) {
  constexpr std::uint32_t none = 0xFFFFFFFFU;
  DistinctRows result;
  result.kind.resize(count);
  const auto is_same = [&](std::size_t a, std::size_t b) {
    for (const auto& column : columns) {
      if (column.size() > 1 && column[a] != column[b]) return false;
    }
    return true;
  };
  const auto hash_of = [&](std::size_t row) {
    std::uint64_t hash = 0;
    for (const auto& column : columns) {
      if (column.size() <= 1) continue;
      hash = (hash ^ std::bit_cast<std::uint64_t>(column[row] + 0.0)) * 0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 32U;
    }
    return hash;
  };
  std::vector<std::uint32_t> table(1024, none);
  for (std::size_t row = 0; row < count; ++row) {
    if (2 * result.first.size() >= table.size()) {
      table.assign(4 * table.size(), none);
      for (std::uint32_t kind = 0; kind < result.first.size(); ++kind) {
        std::size_t slot = hash_of(result.first[kind]) & (table.size() - 1);
        while (table[slot] != none) slot = (slot + 1) & (table.size() - 1);
        table[slot] = kind;
      }
    }
    std::size_t slot = hash_of(row) & (table.size() - 1);
    while (table[slot] != none && !is_same(result.first[table[slot]], row)) slot = (slot + 1) & (table.size() - 1);
    if (table[slot] == none) {
      table[slot] = static_cast<std::uint32_t>(result.first.size());
      result.first.push_back(static_cast<std::uint32_t>(row));
    }
    result.kind[row] = table[slot];
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
