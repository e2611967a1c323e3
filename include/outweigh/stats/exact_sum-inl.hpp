#pragma once

#include <bit>
#include <cmath>
#include <string>

#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE void ExactSum::add(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto biased = static_cast<std::uint32_t>((bits >> 52U) & 0x7FFU);
  if (biased == 0x7FFU) {
    throw core::InvalidInput("only finite numbers can be summed", {.value = std::to_string(value)});
  }
  std::uint64_t mantissa = bits & 0x000FFFFFFFFFFFFFULL;
  // A double is mantissa * 2^(exponent - 1074); the accumulator's unit is 2^-1088.
  std::uint32_t exponent = 14;
  if (biased != 0) {
    mantissa |= 0x0010000000000000ULL;
    exponent = biased - 1 + 14;
  }
  const std::size_t limb = exponent / 32;
  const std::uint32_t shift = exponent % 32;
  const std::uint64_t low = (mantissa << shift) & 0xFFFFFFFFU;
  const std::uint64_t rest = mantissa >> (32 - shift);  // at most 52 bits
  const std::int64_t sign = (bits >> 63U) != 0 ? -1 : 1;
  limbs_[limb] += sign * static_cast<std::int64_t>(low);
  limbs_[limb + 1] += sign * static_cast<std::int64_t>(rest & 0xFFFFFFFFU);
  limbs_[limb + 2] += sign * static_cast<std::int64_t>(rest >> 32U);
  if (++pending_ == 1U << 29U) carry();
}

OUTWEIGH_INLINE void ExactSum::carry() {
  // All limbs but the highest into 0 .. 2^32 - 1: a form that only the sum determines.
  std::int64_t carry = 0;
  for (std::size_t i = 0; i + 1 < limb_count; ++i) {
    const std::int64_t total = limbs_[i] + carry;
    carry = total >> 32;
    limbs_[i] = total - carry * (std::int64_t{1} << 32);
  }
  limbs_[limb_count - 1] += carry;
  pending_ = 0;
}

OUTWEIGH_INLINE ExactSum ExactSum::carried() const {
  ExactSum copy = *this;
  copy.carry();
  return copy;
}

OUTWEIGH_INLINE void ExactSum::merge(const ExactSum& other) {
  const ExactSum added = other.carried();
  carry();
  for (std::size_t i = 0; i < limb_count; ++i) limbs_[i] += added.limbs_[i];
  carry();
}

OUTWEIGH_INLINE double ExactSum::value() const {
  ExactSum sum = carried();
  const bool negative = sum.limbs_[limb_count - 1] < 0;
  if (negative) {
    for (auto& limb : sum.limbs_) limb = -limb;
    sum.carry();
  }
  std::size_t top = limb_count;
  while (top > 0 && sum.limbs_[top - 1] == 0) --top;
  if (top == 0) return 0.0;
  --top;
  // The highest 64 bits, with a sticky last bit for all below.
  const auto limb = [&](std::ptrdiff_t i) {
    return i >= 0 ? static_cast<std::uint64_t>(sum.limbs_[static_cast<std::size_t>(i)]) : 0U;
  };
  const auto position = static_cast<std::ptrdiff_t>(top);
  if (limb(position) > 0xFFFFFFFFU) throw core::InvalidInput("a sum is out of range");
  std::uint64_t high = (limb(position) << 32U) | limb(position - 1);
  int exponent = 32 * (static_cast<int>(position) - 1) - 1088;
  const int zeros = std::countl_zero(high);
  if (zeros > 0) {
    high = (high << static_cast<unsigned>(zeros)) | (limb(position - 2) >> static_cast<unsigned>(32 - zeros));
    exponent -= zeros;
  }
  bool sticky = zeros > 0 ? (limb(position - 2) << static_cast<unsigned>(zeros + 32)) != 0 : limb(position - 2) != 0;
  for (std::ptrdiff_t i = position - 3; i >= 0 && !sticky; --i) sticky = limb(i) != 0;

  // Below 2^-1022 fewer bits remain; such sums are multiples of 2^-1074, hence exact in what remains.
  int dropped = 11;
  if (exponent + 11 < -1074) dropped = -1074 - exponent;
  if (dropped >= 64) return 0.0;
  std::uint64_t kept = high >> static_cast<unsigned>(dropped);
  const std::uint64_t rest = high & ((std::uint64_t{1} << static_cast<unsigned>(dropped)) - 1);
  const std::uint64_t half = std::uint64_t{1} << static_cast<unsigned>(dropped - 1);
  if (rest > half || (rest == half && (sticky || (kept & 1U) != 0))) ++kept;
  const double magnitude = std::ldexp(static_cast<double>(kept), exponent + dropped);
  if (std::isinf(magnitude)) throw core::InvalidInput("a sum is out of range");
  return negative ? -magnitude : magnitude;
}

OUTWEIGH_INLINE void ExactSum::write(core::ByteWriter& writer) const {
  const ExactSum sum = carried();
  std::size_t first = 0;
  std::size_t last = limb_count;
  while (last > 0 && sum.limbs_[last - 1] == 0) --last;
  while (first < last && sum.limbs_[first] == 0) ++first;
  writer.write(static_cast<std::uint8_t>(first));
  writer.write(static_cast<std::uint8_t>(last - first));
  for (std::size_t i = first; i < last; ++i) writer.write(sum.limbs_[i]);
}

OUTWEIGH_INLINE ExactSum ExactSum::read(core::ByteReader& reader) {
  const std::size_t first = reader.read_uint8();
  const std::size_t count = reader.read_uint8();
  if (first + count > limb_count) core::ByteReader::fail("a sum in the state has too many digits");
  ExactSum sum;
  for (std::size_t i = first; i < first + count; ++i) {
    sum.limbs_[i] = reader.read_int64();
    const bool carried = sum.limbs_[i] >= 0 && sum.limbs_[i] <= 0xFFFFFFFFLL;
    if (!carried && i + 1 < limb_count) core::ByteReader::fail("a sum in the state has an impossible digit");
  }
  return sum;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
