// Numbers in messages.
#pragma once

#include <cstdio>
#include <string>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

[[nodiscard]] inline std::string number_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
