// What a column must satisfy beyond its type.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// Range and presence of a column. NaN and infinity are never accepted.
struct ColumnRule {
  bool is_required = false;
  double lowest = -std::numeric_limits<double>::max();
  double highest = std::numeric_limits<double>::max();

  friend constexpr ColumnRule operator|(ColumnRule a, ColumnRule b) noexcept {
    return {a.is_required || b.is_required, a.lowest > b.lowest ? a.lowest : b.lowest,
            a.highest < b.highest ? a.highest : b.highest};
  }
};

inline constexpr ColumnRule optional{};
inline constexpr ColumnRule required{.is_required = true};
inline constexpr ColumnRule not_negative{.lowest = 0.0};
[[nodiscard]] constexpr ColumnRule between(double lowest, double highest) noexcept {
  return {.lowest = lowest, .highest = highest};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
