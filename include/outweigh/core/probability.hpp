// Probabilities and shares.
#pragma once

#include <compare>
#include <string>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// A number in [0, 1]. Throws InvalidInput for anything else, NaN included.
class Probability {
 public:
  constexpr Probability() noexcept = default;
  constexpr explicit Probability(double value) : value_(value) {
    if (!(value >= 0.0 && value <= 1.0)) {
      throw InvalidInput("a probability must lie in [0, 1]", {.value = std::to_string(value)});
    }
  }

  [[nodiscard]] constexpr double value() const noexcept { return value_; }
  [[nodiscard]] constexpr Probability complement() const { return Probability(1.0 - value_); }

  friend constexpr auto operator<=>(Probability, Probability) noexcept = default;

 private:
  double value_ = 0.0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core
