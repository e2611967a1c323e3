// Numbers of things in sentences.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Digits, perhaps with a sign before and decimals after them, with thousands set apart: "-1,234.5".
[[nodiscard]] inline std::string set_apart(std::string digits) {
  const std::size_t begin = !digits.empty() && digits.front() == '-' ? 1 : 0;
  std::size_t at = digits.find_first_not_of("0123456789", begin);
  if (at == std::string::npos) at = digits.size();
  while (at > begin + 3) digits.insert(at -= 3, 1, ',');
  return digits;
}

/// "999", "1,000".
template <std::integral Number>
[[nodiscard]] std::string grouped(Number number) {
  return set_apart(std::to_string(number));
}

/// "1 ticket", "2 tickets", "1,000 tickets".
template <std::integral Number>
[[nodiscard]] std::string counted(Number number, std::string_view thing) {
  return grouped(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
