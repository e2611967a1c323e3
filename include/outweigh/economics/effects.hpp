// What several things together prevent or win, for one account.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// How far an effect can be believed: assumed by somebody, or measured by a named design.
enum class EffectStatus : std::uint8_t { assumed, experiment, staggered_release };

[[nodiscard]] constexpr std::string_view to_string(EffectStatus status) noexcept {
  switch (status) {
    case EffectStatus::assumed:
      return "assumed";
    case EffectStatus::experiment:
      return "experiment";
    case EffectStatus::staggered_release:
      return "staggered_release";
  }
  return "assumed";
}

/// A share of what would be lost (won by others, spent) that is prevented: a range with its source.
struct Effect {
  double low = 0.0;
  double expected = 0.0;
  double high = 0.0;
  std::string source;
  EffectStatus status = EffectStatus::assumed;
};

/// Throws InvalidInput unless 0 <= low <= expected <= high <= 1 and the source is named.
void check_effect(const Effect& effect);

/// 1 - product of (1 - effect): an account that any one of several things would keep is kept once. Each 0..1.
[[nodiscard]] double combine_effects(std::span<const double> effects);

/// The three ends combined; the status is the weakest: `assumed` as soon as one is, else `staggered_release`.
[[nodiscard]] Effect combine_effects(std::span<const Effect> effects);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/effects-inl.hpp>
#endif
