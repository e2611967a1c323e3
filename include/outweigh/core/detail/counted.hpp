// Numbers of things in sentences.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// "1 ticket", "2 tickets".
template <std::integral Number>
[[nodiscard]] std::string counted(Number number, std::string_view thing) {
  return std::to_string(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
