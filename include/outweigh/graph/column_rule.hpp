// What a column must satisfy beyond its type.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// Presence, range and reading of a column. NaN and infinity are never accepted.
struct ColumnRule {
  bool is_required = false;
  double lowest = -std::numeric_limits<double>::max();
  double highest = std::numeric_limits<double>::max();
  bool is_label = false;  ///< text that may also come as integers, which become their digits

  friend constexpr ColumnRule operator|(ColumnRule a, ColumnRule b) noexcept {
    return {a.is_required || b.is_required, a.lowest > b.lowest ? a.lowest : b.lowest,
            a.highest < b.highest ? a.highest : b.highest, a.is_label || b.is_label};
  }
};

inline constexpr ColumnRule optional{};
inline constexpr ColumnRule required{.is_required = true};
inline constexpr ColumnRule label{.is_label = true};
inline constexpr ColumnRule not_negative{.lowest = 0.0};
[[nodiscard]] constexpr ColumnRule between(double lowest, double highest) noexcept {
  return {.lowest = lowest, .highest = highest};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
