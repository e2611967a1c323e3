// Count, mean and variance as a mergeable state.
#pragma once

#include <cstdint>
#include <span>

#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Count, sum and sum of squares of the values added. Sums are exact, squares up to the rounding of each product's low
/// part, and neither depends on order: merging in any order, through bytes or not, gives the bytes of one pass.
class Moments {
 public:
  /// Throws InvalidInput unless |value| < 1e150.
  void add(double value);
  void merge(const Moments& other);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] double sum() const { return sum_.value(); }
  /// 0 when nothing was added.
  [[nodiscard]] double mean() const;
  /// Sum of squared deviations over count - 1; 0 for fewer than two values.
  [[nodiscard]] double variance() const;

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Moments from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const Moments&, const Moments&) = default;

 private:
  std::uint64_t count_ = 0;
  ExactSum sum_;
  ExactSum squares_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/moments-inl.hpp>
#endif
