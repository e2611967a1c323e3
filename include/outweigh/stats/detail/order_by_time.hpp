// Rows of survival data in the order of time.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/stats/detail/radix_sort.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Rows in ascending order of time, 0 or more; rows with equal times keep their order. O(n) for times of few digits.
inline std::vector<std::uint32_t> order_by_time(std::span<const double> duration) {
  struct Timed {
    std::uint64_t time;
    std::uint32_t row;
  };
  std::vector<Timed> rows(duration.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = {ordered_bits(duration[i]), static_cast<std::uint32_t>(i)};
  std::uint64_t differing = 0;
  for (const Timed& row : rows) differing |= row.time ^ rows.front().time;
  // The highest digits set almost all times apart; what they leave is sorted by comparison.
  const auto total = static_cast<unsigned>(std::bit_width(differing));
  const unsigned kept = std::min(total, static_cast<unsigned>(std::bit_width(rows.size())) + 13U);
  const unsigned dropped = total - kept;
  radix_sort(rows, [dropped](const Timed& row) { return row.time >> dropped; });
  const auto less = [](const Timed& a, const Timed& b) { return a.time != b.time ? a.time < b.time : a.row < b.row; };
  for (std::size_t begin = 0; begin < rows.size() && dropped > 0;) {
    std::size_t end = begin + 1;
    while (end < rows.size() && rows[end].time >> dropped == rows[begin].time >> dropped) ++end;
    if (end - begin > 1) {
      std::sort(rows.begin() + static_cast<std::ptrdiff_t>(begin), rows.begin() + static_cast<std::ptrdiff_t>(end),
                less);
    }
    begin = end;
  }
  std::vector<std::uint32_t> order(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) order[i] = rows[i].row;
  return order;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
