// Rows of survival data in the order of time.
#pragma once

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
  radix_sort(rows, [](const Timed& row) { return row.time; });
  std::vector<std::uint32_t> order(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) order[i] = rows[i].row;
  return order;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
