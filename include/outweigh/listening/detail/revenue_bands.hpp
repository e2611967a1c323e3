// Bands of revenue over the base.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

inline std::vector<std::string> band_names(std::size_t bands) {
  if (bands == 1) return {"all"};
  if (bands == 2) return {"low", "high"};
  if (bands == 3) return {"low", "middle", "high"};
  if (bands == 4) return {"low", "lower middle", "upper middle", "high"};
  std::vector<std::string> names;
  const std::size_t width = std::to_string(bands).size();
  for (std::size_t band = 1; band <= bands; ++band) {
    const std::string number = std::to_string(band);
    names.push_back(std::string(width - number.size(), '0') + number + " of " + std::to_string(bands));
  }
  return names;
}

inline constexpr std::uint32_t no_level = 0xFFFFFFFFU;

/// Band of each account of the base by `arr`; `no_level` where unknown.
inline std::vector<std::uint32_t> revenue_bands_of_base(const graph::CustomerGraph& graph, std::size_t bands) {
  if (bands < 1 || bands > 100) {
    throw core::InvalidInput("the number of revenue bands must lie between 1 and 100",
                             {.column = "revenue_bands", .value = std::to_string(bands)});
  }
  const auto& arr = graph.accounts().arr;
  const auto base = graph.base();
  std::vector<std::pair<core::Money, std::uint32_t>> known;
  for (std::size_t slot = 0; slot < base.size(); ++slot) {
    const std::size_t account = base[slot].value();
    if (arr.has(account)) known.emplace_back(arr[account], static_cast<std::uint32_t>(slot));
  }
  std::sort(known.begin(), known.end());
  std::vector<std::uint32_t> code(base.size(), no_level);
  for (std::size_t begin = 0; begin < known.size();) {
    std::size_t end = begin;
    while (end < known.size() && known[end].first == known[begin].first) ++end;
    // Equal accounts go where their middle lies.
    const std::size_t band = std::min(bands - 1, (begin + end - 1) / 2 * bands / known.size());
    for (; begin < end; ++begin) code[known[begin].second] = static_cast<std::uint32_t>(band);
  }
  return code;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
