// The base of an audit: what its accounts pay, and which are whales or unhappy outliers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <outweigh/core/money.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/detail/extreme_members.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

struct AuditBase {
  std::vector<core::Money> revenue{};  ///< by account of the base; empty without `arr`
  core::Money all_revenue{};
  std::vector<std::uint8_t> whale{};    ///< by account of the base; empty without `arr`
  std::vector<std::uint8_t> unhappy{};  ///< the same; empty without `sentiment`

  AuditBase(const graph::CustomerGraph& graph, double whale_share, double unhappy_share) {
    const auto& accounts = graph.accounts();
    const auto base = graph.base();
    std::vector<std::optional<double>> arr(base.size());
    std::vector<std::optional<double>> sentiment(base.size());
    if (accounts.arr.any()) revenue.resize(base.size());
    for (std::size_t slot = 0; slot < base.size(); ++slot) {
      const std::size_t account = base[slot].value();
      if (accounts.arr.has(account)) {
        revenue[slot] = accounts.arr[account];
        all_revenue += accounts.arr[account];
        arr[slot] = accounts.arr[account].units();
      }
      if (accounts.sentiment.has(account)) sentiment[slot] = accounts.sentiment[account];
    }
    whale = extreme_members(arr, whale_share, true);
    unhappy = extreme_members(sentiment, unhappy_share, false);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
