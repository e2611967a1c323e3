// Single numbers and times out of a column's memory, and their text.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include <outweigh/core/detail/array.hpp>
#include <outweigh/core/instant.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// An integer of any width and sign.
struct Integer {
  bool negative = false;
  std::uint64_t bits = 0;  // two's complement when negative

  [[nodiscard]] bool fits_int64() const noexcept {
    return negative || bits <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  }
  [[nodiscard]] std::int64_t value() const noexcept { return static_cast<std::int64_t>(bits); }
  [[nodiscard]] double as_double() const noexcept {
    return negative ? static_cast<double>(value()) : static_cast<double>(bits);
  }
  [[nodiscard]] std::string text() const { return negative ? std::to_string(value()) : std::to_string(bits); }
  friend bool operator==(const Integer&, const Integer&) = default;
};

[[nodiscard]] inline Integer integer_at(Layout layout, const Values& values, std::size_t i) noexcept {
  return with_integer(layout, [&](auto zero) {
    const auto value = load<decltype(zero)>(values.data, values.offset + i);
    if constexpr (std::is_signed_v<decltype(zero)>) {
      return Integer{value < 0, static_cast<std::uint64_t>(static_cast<std::int64_t>(value))};
    } else {
      return Integer{false, value};
    }
  });
}

/// IEEE 754 half precision.
[[nodiscard]] inline double half_to_double(std::uint16_t half) noexcept {
  const int exponent = (half >> 10U) & 31;
  const int fraction = half & 1023;
  double magnitude = 0.0;
  if (exponent == 31) {
    magnitude = fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  } else {
    magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  }
  return (half & 0x8000U) != 0 ? -magnitude : magnitude;
}

/// Precondition: a floating-point layout.
[[nodiscard]] inline double double_at(Layout layout, const Values& values, std::size_t i) noexcept {
  switch (layout) {
    case Layout::float16:
      return half_to_double(load<std::uint16_t>(values.data, values.offset + i));
    case Layout::float32:
      return static_cast<double>(load<float>(values.data, values.offset + i));
    default:
      return load<double>(values.data, values.offset + i);
  }
}

/// A time as whole seconds and nanoseconds 0..999'999'999 after them; it holds every unit without overflow.
struct Ticks {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  friend bool operator==(const Ticks&, const Ticks&) = default;
};

/// Precondition: a date, timestamp, time or duration.
[[nodiscard]] inline Ticks ticks_at(const Format& format, const Values& values, std::size_t i) noexcept {
  const std::size_t at = values.offset + i;
  if (format.layout == Layout::date32) return {std::int64_t{load<std::int32_t>(values.data, at)} * 86'400, 0};
  const std::int64_t count = format.layout == Layout::time32 ? std::int64_t{load<std::int32_t>(values.data, at)}
                                                             : load<std::int64_t>(values.data, at);
  const std::int64_t per_second = format.layout == Layout::date64 ? 1'000 : ticks_per_second(format.unit);
  std::int64_t seconds = count / per_second;
  std::int64_t rest = count % per_second;
  if (rest < 0) {
    rest += per_second;
    --seconds;
  }
  return {seconds, rest * (1'000'000'000 / per_second)};
}

/// Shortest digits that read back as the same number.
[[nodiscard]] inline std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[40];
  for (int digits = 15; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
    if (std::strtod(buffer, nullptr) == value) break;
  }
  std::string text = buffer;
  for (char& c : text) {
    if (c == ',') c = '.';
  }
  return text;
}

/// Microseconds, cut towards the past. False when out of range.
[[nodiscard]] inline bool to_microseconds(const Ticks& ticks, std::int64_t& microseconds) noexcept {
  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / 1'000'000 - 1;
  if (ticks.seconds > limit || ticks.seconds < -limit) return false;
  microseconds = ticks.seconds * 1'000'000 + ticks.nanoseconds / 1'000;
  return true;
}

[[nodiscard]] inline std::string ticks_text(const Format& format, const Ticks& ticks) {
  if (format.layout == Layout::time32 || format.layout == Layout::time64 || format.layout == Layout::duration) {
    return number_text(static_cast<double>(ticks.seconds) + static_cast<double>(ticks.nanoseconds) * 1e-9) + " s";
  }
  std::int64_t microseconds = 0;
  if (!to_microseconds(ticks, microseconds)) return std::to_string(ticks.seconds) + " s since 1970";
  std::string text = to_string(Instant::from_microseconds(microseconds));
  if (format.layout == Layout::timestamp && !format.timezone.empty()) return text;
  text.pop_back();
  if (format.layout != Layout::timestamp && ticks.seconds % 86'400 == 0 && ticks.nanoseconds == 0) {
    text.resize(text.find('T'));
  }
  return text;
}

/// What an Arrow format that we do not read is called.
[[nodiscard]] inline std::string unsupported_name(std::string_view format) {
  const auto starts = [&](std::string_view prefix) { return format.substr(0, prefix.size()) == prefix; };
  if (format == "z" || format == "Z" || format == "vz" || starts("w:")) return "binary";
  if (starts("+l") || starts("+L") || starts("+w") || starts("+vl") || starts("+vL")) return "list";
  if (starts("+s")) return "struct";
  if (starts("+m")) return "map";
  if (starts("+u")) return "union";
  if (starts("ti")) return "interval";
  return "unsupported";
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
