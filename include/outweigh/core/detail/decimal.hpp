// Decimals of up to 256 bits, as Arrow stores them: a two's complement integer and a scale.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <locale>
#include <optional>
#include <sstream>
#include <string>

#include <outweigh/core/detail/array.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Sign and magnitude, least significant word first.
struct Decimal {
  bool negative = false;
  std::array<std::uint32_t, 8> words{};

  [[nodiscard]] bool is_zero() const noexcept {
    for (const std::uint32_t word : words) {
      if (word != 0) return false;
    }
    return true;
  }
  /// Divides by a small number and returns the remainder.
  std::uint32_t divide(std::uint32_t by) noexcept {
    std::uint64_t rest = 0;
    for (std::size_t i = words.size(); i-- > 0;) {
      const std::uint64_t part = (rest << 32U) | words[i];
      words[i] = static_cast<std::uint32_t>(part / by);
      rest = part % by;
    }
    return static_cast<std::uint32_t>(rest);
  }
  /// False when it does not fit.
  bool multiply(std::uint32_t by) noexcept {
    std::uint64_t carry = 0;
    for (std::uint32_t& word : words) {
      const std::uint64_t part = std::uint64_t{word} * by + carry;
      word = static_cast<std::uint32_t>(part);
      carry = part >> 32U;
    }
    return carry == 0;
  }
  /// The magnitude, if it is below 2^64.
  [[nodiscard]] std::optional<std::uint64_t> small() const noexcept {
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (words[i] != 0) return std::nullopt;
    }
    return (std::uint64_t{words[1]} << 32U) | words[0];
  }
};

[[nodiscard]] inline Decimal decimal_at(Layout layout, const Values& values, std::size_t i) noexcept {
  const std::size_t width = byte_width(layout);
  Decimal decimal;
  std::memcpy(decimal.words.data(), static_cast<const unsigned char*>(values.data) + (values.offset + i) * width,
              width);
  const std::size_t used = width / 4;
  decimal.negative = (decimal.words[used - 1] >> 31U) != 0;
  if (decimal.negative) {
    for (std::size_t w = used; w < decimal.words.size(); ++w) decimal.words[w] = 0xFFFF'FFFFU;
    std::uint64_t carry = 1;
    for (std::uint32_t& word : decimal.words) {
      const std::uint64_t part = std::uint64_t{static_cast<std::uint32_t>(~word)} + carry;
      word = static_cast<std::uint32_t>(part);
      carry = part >> 32U;
    }
  }
  return decimal;
}

/// Decimal digits with the point where `scale` puts it; "12.50" keeps its zeros.
[[nodiscard]] inline std::string decimal_text(Decimal decimal, std::int32_t scale) {
  const bool negative = decimal.negative && !decimal.is_zero();
  std::string digits;  // least significant first
  while (!decimal.is_zero()) digits += static_cast<char>('0' + decimal.divide(10));
  if (scale < 0 && !digits.empty()) digits.insert(0, static_cast<std::size_t>(-scale), '0');
  const std::size_t decimals = scale > 0 ? static_cast<std::size_t>(scale) : 0;
  if (digits.size() <= decimals) digits.append(decimals + 1 - digits.size(), '0');
  std::string text = negative ? "-" : "";
  for (std::size_t i = digits.size(); i-- > 0;) {
    text += digits[i];
    if (i == decimals && i != 0) text += '.';
  }
  return text;
}

/// The same number always gives the same text: no trailing zeros after the point.
[[nodiscard]] inline std::string decimal_canonical(const Decimal& decimal, std::int32_t scale) {
  std::string text = decimal_text(decimal, scale);
  if (scale > 0) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

/// The nearest double.
[[nodiscard]] inline double decimal_to_double(const Decimal& decimal, std::int32_t scale) {
  constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const auto magnitude = decimal.small();
  // Both operands are exact, so the quotient is rounded once.
  if (magnitude && *magnitude <= (std::uint64_t{1} << 53U) && scale >= 0 && scale <= 22) {
    const double value = static_cast<double>(*magnitude) / powers[static_cast<std::size_t>(scale)];
    return decimal.negative ? -value : value;
  }
  std::istringstream stream(decimal_text(decimal, scale));
  stream.imbue(std::locale::classic());
  double value = 0.0;
  stream >> value;
  return value;
}

/// The number times 10^`digits`, rounded half away from zero; nothing when it does not fit.
[[nodiscard]] inline std::optional<std::int64_t> decimal_to_scaled(Decimal decimal, std::int32_t scale,
                                                                   std::int32_t digits) noexcept {
  if (decimal.is_zero()) return 0;
  for (; scale < digits; ++scale) {
    if (!decimal.multiply(10)) return std::nullopt;
  }
  std::uint32_t last = 0;
  for (; scale > digits; --scale) {
    last = decimal.divide(10);
    if (decimal.is_zero() && last == 0) return 0;
    // Below a tenth of the last kept digit nothing is left to round.
    if (decimal.is_zero() && scale - 1 > digits) return 0;
  }
  const auto magnitude = decimal.small();
  constexpr std::uint64_t limit = std::uint64_t{1} << 63U;
  if (!magnitude || *magnitude >= limit - 1) return std::nullopt;
  const auto rounded = static_cast<std::int64_t>(*magnitude + (last >= 5 ? 1U : 0U));
  return decimal.negative ? -rounded : rounded;
}

/// Is there nothing behind the point?
[[nodiscard]] inline bool decimal_is_integer(Decimal decimal, std::int32_t scale) noexcept {
  for (; scale > 0 && !decimal.is_zero(); --scale) {
    if (decimal.divide(10) != 0) return false;
  }
  return true;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
