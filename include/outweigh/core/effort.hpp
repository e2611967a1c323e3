// Effort in the user's own unit.
#pragma once

#include <compare>
#include <string>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// A finite number >= 0 in the unit that the user names (person days, points, ...). Throws InvalidInput otherwise.
class Effort {
 public:
  constexpr Effort() noexcept = default;
  constexpr explicit Effort(double amount) : amount_(amount) {
    if (!(amount >= 0.0 && amount <= 1e300)) {
      throw InvalidInput("an effort must be finite and not negative", {.value = std::to_string(amount)});
    }
  }

  [[nodiscard]] constexpr double amount() const noexcept { return amount_; }

  friend constexpr auto operator<=>(Effort, Effort) noexcept = default;
  friend constexpr Effort operator+(Effort a, Effort b) { return Effort(a.amount_ + b.amount_); }

 private:
  double amount_ = 0.0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core
