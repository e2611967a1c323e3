// Questions of surveys, whatever their capitals.
#pragma once

#include <algorithm>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

[[nodiscard]] inline bool same_question(std::string_view a, std::string_view b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return small(x) == small(y); });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
