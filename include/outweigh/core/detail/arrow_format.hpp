// Arrow's format strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <outweigh/core/detail/array.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Nothing when the string is malformed; layout unsupported when it is of no type that we read.
[[nodiscard]] inline std::optional<Format> parse_format(std::string_view text) {
  Format format;
  format.spelled = text;
  if (text.size() == 1) {
    switch (text[0]) {
      case 'n':
        format.layout = Layout::null;
        return format;
      case 'b':
        format.layout = Layout::boolean;
        return format;
      case 'c':
        format.layout = Layout::int8;
        return format;
      case 'C':
        format.layout = Layout::uint8;
        return format;
      case 's':
        format.layout = Layout::int16;
        return format;
      case 'S':
        format.layout = Layout::uint16;
        return format;
      case 'i':
        format.layout = Layout::int32;
        return format;
      case 'I':
        format.layout = Layout::uint32;
        return format;
      case 'l':
        format.layout = Layout::int64;
        return format;
      case 'L':
        format.layout = Layout::uint64;
        return format;
      case 'e':
        format.layout = Layout::float16;
        return format;
      case 'f':
        format.layout = Layout::float32;
        return format;
      case 'g':
        format.layout = Layout::float64;
        return format;
      case 'u':
        format.layout = Layout::utf8;
        return format;
      case 'U':
        format.layout = Layout::large_utf8;
        return format;
      default:
        break;
    }
  }
  format.layout = Layout::unsupported;
  if (text == "vu") {
    format.layout = Layout::utf8_view;
    return format;
  }
  const auto unit_of = [](char c) -> std::optional<TimeUnit> {
    switch (c) {
      case 's':
        return TimeUnit::second;
      case 'm':
        return TimeUnit::millisecond;
      case 'u':
        return TimeUnit::microsecond;
      case 'n':
        return TimeUnit::nanosecond;
      default:
        return std::nullopt;
    }
  };
  if (text.substr(0, 2) == "d:") {
    std::int32_t parts[3] = {0, 0, 128};
    std::size_t at = 2;
    std::size_t part = 0;
    for (; part < 3 && at < text.size(); ++part) {
      const bool negative = text[at] == '-';
      if (negative) ++at;
      std::int32_t value = 0;
      std::size_t digits = 0;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && digits < 4; ++at, ++digits) {
        value = value * 10 + (text[at] - '0');
      }
      if (digits == 0) return std::nullopt;
      parts[part] = negative ? -value : value;
      if (at < text.size() && text[at++] != ',') return std::nullopt;
    }
    if (part < 2 || at != text.size() || text.back() == ',') return std::nullopt;
    format.precision = parts[0];
    format.scale = parts[1];
    switch (parts[2]) {
      case 32:
        format.layout = Layout::decimal32;
        break;
      case 64:
        format.layout = Layout::decimal64;
        break;
      case 128:
        format.layout = Layout::decimal128;
        break;
      case 256:
        format.layout = Layout::decimal256;
        break;
      default:
        return std::nullopt;
    }
    if (format.precision < 1 || format.precision > 76 || format.scale < -76 || format.scale > 76) return std::nullopt;
    return format;
  }
  if (text == "tdD") format.layout = Layout::date32;
  if (text == "tdm") format.layout = Layout::date64;
  const std::string_view prefix = text.substr(0, 2);
  if (prefix == "ts") {
    const auto unit = text.size() >= 4 && text[3] == ':' ? unit_of(text[2]) : std::nullopt;
    if (!unit) return std::nullopt;
    format.layout = Layout::timestamp;
    format.unit = *unit;
    format.timezone = text.substr(4);
  } else if (prefix == "tt" || prefix == "tD") {
    const auto unit = text.size() == 3 ? unit_of(text[2]) : std::nullopt;
    if (!unit) return std::nullopt;
    format.unit = *unit;
    const bool is_short = *unit == TimeUnit::second || *unit == TimeUnit::millisecond;
    format.layout = prefix == "tD" ? Layout::duration : is_short ? Layout::time32 : Layout::time64;
  } else if (prefix == "td" && format.layout == Layout::unsupported) {
    return std::nullopt;
  }
  return format;
}

/// The format string of an integer layout.
[[nodiscard]] constexpr const char* integer_format(Layout layout) noexcept {
  switch (layout) {
    case Layout::int8:
      return "c";
    case Layout::uint8:
      return "C";
    case Layout::int16:
      return "s";
    case Layout::uint16:
      return "S";
    case Layout::uint32:
      return "I";
    case Layout::int64:
      return "l";
    case Layout::uint64:
      return "L";
    default:
      return "i";
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
