// The hidden state of a simulated customer base.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <outweigh/core/ids.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

struct TruthData {
  core::Ids needs;
  core::Ids accounts;
  std::vector<std::uint64_t> bits;  ///< `words` words an account
  std::size_t words = 1;
  std::vector<std::uint8_t> base;
  core::Table prevalence;
  core::Table by_need;

  [[nodiscard]] bool has(std::size_t need, std::size_t account) const noexcept {
    return (bits[account * words + need / 64] >> (need % 64) & 1U) != 0;
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
