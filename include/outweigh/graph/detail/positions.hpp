// Nodes in the order of their ids, so that nothing depends on the order of rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <outweigh/core/ids.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

inline constexpr std::uint32_t no_position = 0xFFFF'FFFFU;

/// Positions of ids in ascending order.
[[nodiscard]] inline std::vector<std::uint32_t> ascending(const core::Ids& ids) {
  std::vector<std::uint32_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0U);
  if (ids.is_integer()) {
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return ids.integer(a) < ids.integer(b); });
  } else {
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return ids.string(a) < ids.string(b); });
  }
  return order;
}

/// Position in `listed` of each index below `size`.
[[nodiscard]] inline std::vector<std::uint32_t> positions_of(const std::vector<std::uint32_t>& listed,
                                                             std::size_t size) {
  std::vector<std::uint32_t> position(size, no_position);
  for (std::size_t i = 0; i < listed.size(); ++i) position[listed[i]] = static_cast<std::uint32_t>(i);
  return position;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
