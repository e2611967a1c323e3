// Is this text UTF-8?
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Well-formed by table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* const end = p + text.size();
  while (p != end) {
    while (end - p >= 8) {
      std::uint64_t word;
      std::memcpy(&word, p, 8);
      if ((word & 0x8080'8080'8080'8080U) != 0) break;
      p += 8;
    }
    while (p != end && *p < 0x80) ++p;
    if (p == end) return true;
    const unsigned char lead = *p;
    std::size_t more = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      more = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      more = 2;
      if (lead == 0xE0) low = 0xA0;
      if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      more = 3;
      if (lead == 0xF0) low = 0x90;
      if (lead == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    if (static_cast<std::size_t>(end - p) <= more) return false;
    if (p[1] < low || p[1] > high) return false;
    for (std::size_t i = 2; i <= more; ++i) {
      if (p[i] < 0x80 || p[i] > 0xBF) return false;
    }
    p += more + 1;
  }
  return true;
}

/// The text with whatever is not UTF-8 replaced by '?', cut to about `limit` bytes, for messages.
[[nodiscard]] inline std::string printable(std::string_view text, std::size_t limit = 80) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (out.size() >= limit) return out + "...";
    std::size_t length = 1;
    while (length <= 4 && i + length <= text.size() && !is_utf8(text.substr(i, length))) ++length;
    if (length > 4 || i + length > text.size()) {
      out += '?';
      ++i;
    } else {
      out += text.substr(i, length);
      i += length;
    }
  }
  return out;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
