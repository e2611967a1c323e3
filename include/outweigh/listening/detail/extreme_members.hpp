// Members of the base at one end of a number.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Members of the base at or above the value that bounds the top `share` (or below, for the bottom); empty when
/// unknown.
inline std::vector<std::uint8_t> extreme_members(std::span<const std::optional<double>> values, double share,
                                                 bool top) {
  std::vector<double> known;
  for (const auto& value : values) {
    if (value) known.push_back(top ? -*value : *value);
  }
  if (known.empty()) return {};
  std::sort(known.begin(), known.end());
  const double wanted = std::ceil(share * static_cast<double>(known.size()) - 1e-9);
  const auto count = static_cast<std::size_t>(std::max(1.0, wanted));
  const double bound = known[std::min(count, known.size()) - 1];
  std::vector<std::uint8_t> members(values.size(), 0);
  for (std::size_t slot = 0; slot < values.size(); ++slot) {
    if (values[slot] && (top ? -*values[slot] : *values[slot]) <= bound) members[slot] = 1;
  }
  return members;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
