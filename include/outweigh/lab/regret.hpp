// What a chosen set of solutions is really worth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

/// Solution `solution` meets `share` (0..1) of need `need`; both count from 0.
struct CoveredShare {
  std::uint32_t solution = 0;
  std::uint32_t need = 0;
  double share = 1.0;

  friend bool operator==(const CoveredShare&, const CoveredShare&) = default;
};

/// Value of a set of solutions: sum over needs of value * the best single share among the chosen solutions, so that a
/// need met by several counts once. `chosen` has one byte a solution, not 0 for chosen. Values are finite and >= 0.
/// Throws InvalidInput for a negative or infinite value, a share outside 0..1, or an index out of range.
/// O(covers + needs).
[[nodiscard]] double set_value(std::span<const std::uint8_t> chosen, std::span<const CoveredShare> covers,
                               std::span<const double> need_values);

/// What is lost by a choice: 1 - chosen / best, 0..1. 0 when the best is worth nothing. Throws InvalidInput unless both
/// are finite, not negative, and chosen is at most best up to 1e-9 relative.
[[nodiscard]] double relative_regret(double chosen_value, double best_value);

}  // namespace outweigh::inline OUTWEIGH_ABI::lab

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/lab/regret-inl.hpp>
#endif
