// Money as an integer, so that sums are exact and independent of order.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// An amount in ten-thousandths of the currency unit that the options name. Range: about +-9.2e14 units.
/// Sums and differences throw InvalidInput when they leave the range.
class Money {
 public:
  static constexpr std::int64_t ticks_per_unit = 10'000;

  constexpr Money() noexcept = default;

  [[nodiscard]] static constexpr Money from_ticks(std::int64_t ticks) noexcept {
    Money money;
    money.ticks_ = ticks;
    return money;
  }

  /// Nearest representable amount, halves away from zero; `from_units(money.units()) == money` up to 4.5e11 units.
  /// Throws InvalidInput when `units` is not finite or out of range.
  [[nodiscard]] static Money from_units(double units) {
    const double ticks = units * static_cast<double>(ticks_per_unit);
    if (!(std::abs(ticks) < 9.2e18)) {
      throw InvalidInput(std::isnan(units) ? "an amount of money is a number: write an unknown amount as null"
                                           : "an amount of money must be finite and below 9.2e14",
                         {.value = std::to_string(units)});
    }
    std::int64_t nearest = std::llround(ticks);
    if (std::abs(ticks) > 281'474'976'710'656.0) {
      // Beyond 2^48 the product's own rounding could reach half a tick.
      const double rest =
          ticks - static_cast<double>(nearest) + std::fma(units, static_cast<double>(ticks_per_unit), -ticks);
      nearest += rest > 0.5 ? 1 : rest < -0.5 ? -1 : 0;
    }
    return from_ticks(nearest);
  }

  [[nodiscard]] constexpr std::int64_t ticks() const noexcept { return ticks_; }
  [[nodiscard]] constexpr double units() const noexcept {
    return static_cast<double>(ticks_) / static_cast<double>(ticks_per_unit);
  }

  friend constexpr auto operator<=>(Money, Money) noexcept = default;

  friend Money operator+(Money a, Money b) {
    using limits = std::numeric_limits<std::int64_t>;
    if ((b.ticks_ > 0 && a.ticks_ > limits::max() - b.ticks_) ||
        (b.ticks_ < 0 && a.ticks_ < limits::min() - b.ticks_)) {
      throw InvalidInput("a sum of money is out of range");
    }
    return from_ticks(a.ticks_ + b.ticks_);
  }
  friend Money operator-(Money a) {
    if (a.ticks_ == std::numeric_limits<std::int64_t>::min()) throw InvalidInput("a sum of money is out of range");
    return from_ticks(-a.ticks_);
  }
  friend Money operator-(Money a, Money b) {
    using limits = std::numeric_limits<std::int64_t>;
    if ((b.ticks_ < 0 && a.ticks_ > limits::max() + b.ticks_) ||
        (b.ticks_ > 0 && a.ticks_ < limits::min() + b.ticks_)) {
      throw InvalidInput("a sum of money is out of range");
    }
    return from_ticks(a.ticks_ - b.ticks_);
  }
  Money& operator+=(Money other) { return *this = *this + other; }
  Money& operator-=(Money other) { return *this = *this - other; }

 private:
  std::int64_t ticks_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core
