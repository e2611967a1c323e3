// Rows cut into blocks of about equal work, by size only, so that results do not depend on the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// Ascending first rows of the blocks, and the number of rows last. A row costs one more than its entries.
[[nodiscard]] inline std::vector<std::uint32_t> row_blocks(std::span<const std::uint32_t> offsets,
                                                           std::size_t work = std::size_t{1} << 16) {
  const std::size_t rows = offsets.empty() ? 0 : offsets.size() - 1;
  std::vector<std::uint32_t> first{0};
  std::size_t done = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    done += 1 + offsets[row + 1] - offsets[row];
    if (done >= work || row + 1 == rows) {
      first.push_back(static_cast<std::uint32_t>(row + 1));
      done = 0;
    }
  }
  return first;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
