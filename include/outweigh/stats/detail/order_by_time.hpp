// Rows of survival data in the order of time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Rows in ascending order of time; the order of equal times does not matter to what is made of them.
inline std::vector<std::uint32_t> order_by_time(std::span<const double> duration) {
  std::vector<std::pair<double, std::uint32_t>> keyed(duration.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) keyed[i] = {duration[i], static_cast<std::uint32_t>(i)};
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::uint32_t> order(keyed.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) order[i] = keyed[i].second;
  return order;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
