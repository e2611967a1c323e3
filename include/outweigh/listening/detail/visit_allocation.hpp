// Which cell to visit next, so that the variance of a stratified share falls most.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Cells for `count` more visits, one by one, to the cell with the greatest fall w^2 / (n (n + 1)) of sum w^2 / n;
/// cells without a visit come first. `worth` is w, share of the base times deviation; `visited` n; `left` the accounts
/// that can still be visited. The first cells of equal fall win. This is the exact optimum in whole visits, given those
/// already made: Wright 2012, doi:10.1080/00031305.2012.733679. O((cells + count) log cells).
[[nodiscard]] inline std::vector<std::uint32_t> allocate_visits(std::span<const double> worth,
                                                                std::span<const std::int64_t> visited,
                                                                std::span<const std::int64_t> left,
                                                                std::int64_t count) {
  std::vector<std::int64_t> made(visited.begin(), visited.end());
  const auto fall = [&](std::size_t cell) {
    const auto n = static_cast<double>(made[cell]);
    return std::array<double, 2>{
        made[cell] == 0 ? std::numeric_limits<double>::max() : worth[cell] / std::sqrt(n * (n + 1.0)), worth[cell]};
  };
  std::priority_queue<std::pair<std::array<double, 2>, std::ptrdiff_t>> queue;
  for (std::size_t cell = 0; cell < worth.size(); ++cell) {
    if (left[cell] > 0) queue.emplace(fall(cell), -static_cast<std::ptrdiff_t>(cell));
  }
  std::vector<std::uint32_t> order;
  while (static_cast<std::int64_t>(order.size()) < count && !queue.empty()) {
    const auto cell = static_cast<std::size_t>(-queue.top().second);
    queue.pop();
    order.push_back(static_cast<std::uint32_t>(cell));
    ++made[cell];
    if (made[cell] - visited[cell] < left[cell]) queue.emplace(fall(cell), -static_cast<std::ptrdiff_t>(cell));
  }
  return order;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
