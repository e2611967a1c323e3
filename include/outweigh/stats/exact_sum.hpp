// A sum of doubles without any rounding, so that its result does not depend on order.
#pragma once

#include <array>
#include <cstdint>

#include <outweigh/core/bytes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// A fixed-point number of 2176 bits that holds any sum of up to 2^63 doubles exactly (a superaccumulator; Kulisch,
/// and Neal 2015, arXiv:1505.05571). Adding and merging commute to the last bit: any split of the values, merged in
/// any order, gives the same state and the same bytes. `add` costs a few nanoseconds.
class ExactSum {
 public:
  /// Throws InvalidInput when `value` is not finite.
  void add(double value);
  void merge(const ExactSum& other);

  /// The exact sum rounded to the nearest double, halves to even; throws InvalidInput when it is out of range.
  [[nodiscard]] double value() const;

  void write(core::ByteWriter& writer) const;
  [[nodiscard]] static ExactSum read(core::ByteReader& reader);

  friend bool operator==(const ExactSum& a, const ExactSum& b) { return a.carried().limbs_ == b.carried().limbs_; }

 private:
  // Limb i counts units of 2^(32 i - 1088); each may hold more than 32 bits until carried.
  static constexpr std::size_t limb_count = 68;
  [[nodiscard]] ExactSum carried() const;
  void carry();

  std::array<std::int64_t, limb_count> limbs_{};
  std::uint32_t pending_ = 0;  // additions since the last carry
};

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/exact_sum-inl.hpp>
#endif
