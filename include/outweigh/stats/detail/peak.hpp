// Golden section.
#pragma once

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Position of the maximum of a function with one peak on [low, high].
template <class Function>
[[nodiscard]] double peak(Function function, double low, double high, int steps) {
  constexpr double ratio = 0.6180339887498949;
  double a = high - ratio * (high - low);
  double b = low + ratio * (high - low);
  double at_a = function(a);
  double at_b = function(b);
  for (int i = 0; i < steps; ++i) {
    if (at_a < at_b) {
      low = a;
      a = b;
      at_a = at_b;
      b = low + ratio * (high - low);
      at_b = function(b);
    } else {
      high = b;
      b = a;
      at_b = at_a;
      a = high - ratio * (high - low);
      at_a = function(a);
    }
  }
  return at_a < at_b ? b : a;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
