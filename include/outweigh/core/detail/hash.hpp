// Hashes for tables in memory: fast, the same on every machine of one byte order, not for bytes that are kept.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Finaliser of MurmurHash3: every bit of the input changes every bit of the output with probability near one half.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t h) noexcept {
  h ^= h >> 33U;
  h *= 0xFF51'AFD7'ED55'8CCDU;
  h ^= h >> 33U;
  h *= 0xC4CE'B9FE'1A85'EC53U;
  h ^= h >> 33U;
  return h;
}

[[nodiscard]] inline std::uint32_t hash_text(const char* text, std::size_t length) noexcept {
  const auto word64 = [](const char* p) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    return word;
  };
  const auto word32 = [](const char* p) {
    std::uint32_t word;
    std::memcpy(&word, p, 4);
    return std::uint64_t{word};
  };
  std::uint64_t h = 0x9E37'79B9'7F4A'7C15U ^ (length * 0xA076'1D64'78BD'642FU);
  if (length >= 8) {
    const char* const last = text + length - 8;
    for (; text < last; text += 8) h = std::rotl((h ^ word64(text)) * 0x9FB2'1C65'1E98'DF25U, 31);
    h ^= word64(last);
  } else if (length >= 4) {
    h ^= (word32(text) << 32U) | word32(text + length - 4);
  } else if (length != 0) {
    const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(text[i])}; };
    h ^= (byte(0) << 16U) | (byte(length / 2) << 8U) | byte(length - 1);
  }
  return static_cast<std::uint32_t>(mix(h) >> 32U);
}

[[nodiscard]] inline std::uint32_t hash_integer(std::int64_t value) noexcept {
  return static_cast<std::uint32_t>(mix(static_cast<std::uint64_t>(value) + 0x9E37'79B9'7F4A'7C15U) >> 32U);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
