#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <outweigh/economics/detail/number_text.hpp>
#include <outweigh/economics/effects.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

OUTWEIGH_INLINE void check_effect(const Effect& effect) {
  const auto fail = [](const char* message, const char* column, double value) {
    throw core::InvalidInput(message, {.column = column, .value = detail::number_text(value)});
  };
  if (!(effect.low >= 0.0)) fail("an effect is a share between 0 and 1", "low", effect.low);
  if (!(effect.low <= effect.expected)) fail("an effect lies within its range", "expected", effect.expected);
  if (!(effect.expected <= effect.high)) fail("an effect lies within its range", "expected", effect.expected);
  if (!(effect.high <= 1.0)) fail("an effect is a share between 0 and 1", "high", effect.high);
  if (effect.source.empty()) throw core::InvalidInput("an effect names its source", {.column = "source"});
}

OUTWEIGH_INLINE double combine_effects(std::span<const double> effects) {
  // Sorted, so that the order of the effects cannot show in the last digit.
  std::vector<double> sorted(effects.begin(), effects.end());
  std::sort(sorted.begin(), sorted.end());
  double log_lost = 0.0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (!(sorted[i] >= 0.0 && sorted[i] <= 1.0)) {
      throw core::InvalidInput("an effect is a share between 0 and 1",
                               {.column = "effects", .value = detail::number_text(sorted[i])});
    }
    log_lost += std::log1p(-sorted[i]);
  }
  return -std::expm1(log_lost);
}

OUTWEIGH_INLINE Effect combine_effects(std::span<const Effect> effects) {
  Effect result;
  std::vector<double> low;
  std::vector<double> expected;
  std::vector<double> high;
  std::string sources;
  for (const Effect& effect : effects) {
    check_effect(effect);
    low.push_back(effect.low);
    expected.push_back(effect.expected);
    high.push_back(effect.high);
    if (sources.find(effect.source) == std::string::npos) sources += (sources.empty() ? "" : "; ") + effect.source;
  }
  result.low = combine_effects(low);
  result.expected = combine_effects(expected);
  result.high = combine_effects(high);
  result.source = sources.empty() ? "none" : sources;
  if (!effects.empty()) {
    result.status = effects.front().status;
    for (const Effect& effect : effects) {
      if (effect.status == EffectStatus::experiment || result.status == EffectStatus::assumed) continue;
      result.status = effect.status;
    }
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
