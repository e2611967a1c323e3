// Equal rows of numbers, collapsed.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

[[nodiscard]] inline std::uint64_t mix(std::uint64_t x) noexcept {
  x ^= x >> 30U;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27U;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

/// Adds up the weights of equal rows and sorts them with `less`, which also orders by weight so that sums do not depend
/// on the order of the rows. `row(i)` gives row i. Few distinct rows take one pass over a small hash table; when there are
/// many, all rows are sorted. Weights that are whole numbers add up exactly either way.
template <class Row, class RowOf, class Same, class Hash, class Less>
std::vector<Row> collapse(std::size_t count, bool whole_weights, RowOf row, Same same, Hash hash, Less less) {
  constexpr std::size_t slots = std::size_t{1} << 16U;
  constexpr std::size_t most = slots / 2;
  constexpr std::uint32_t empty = 0xFFFFFFFFU;
  std::vector<Row> distinct;
  std::size_t read = 0;
  if (whole_weights) {
    std::vector<std::uint32_t> table(slots, empty);
    for (; read < count; ++read) {
      const Row current = row(read);
      std::size_t slot = hash(current) & (slots - 1);
      while (table[slot] != empty && !same(distinct[table[slot]], current)) slot = (slot + 1) & (slots - 1);
      if (table[slot] != empty) {
        distinct[table[slot]].weight += current.weight;
        continue;
      }
      if (distinct.size() == most) break;
      table[slot] = static_cast<std::uint32_t>(distinct.size());
      distinct.push_back(current);
    }
  }
  distinct.reserve(distinct.size() + (count - read));
  for (; read < count; ++read) distinct.push_back(row(read));
  std::sort(distinct.begin(), distinct.end(), less);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    if (kept > 0 && same(distinct[kept - 1], distinct[i])) {
      distinct[kept - 1].weight += distinct[i].weight;
    } else {
      distinct[kept++] = distinct[i];
    }
  }
  distinct.resize(kept);
  return distinct;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
