#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

inline void require_counts(double successes, double trials, double level) {
  if (!(trials >= 0.0 && trials <= 1e300)) {
    throw core::InvalidInput("a number of trials must be finite and not negative",
                             {.column = "trials", .value = std::to_string(trials)});
  }
  if (!(successes >= 0.0 && successes <= trials)) {
    throw core::InvalidInput("successes must lie between 0 and the number of trials",
                             {.column = "successes", .value = std::to_string(successes)});
  }
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level of an interval must lie between 0 and 1",
                             {.column = "level", .value = std::to_string(level)});
  }
}

}  // namespace detail

OUTWEIGH_INLINE core::Interval wilson_interval(double successes, double trials, double level) {
  detail::require_counts(successes, trials, level);
  if (trials == 0.0) return {0.0, 1.0, level};
  const double z = normal_two_sided(1.0 - level);
  const double square = z * z;
  const double failures = trials - successes;
  const double centre = (successes + 0.5 * square) / (trials + square);
  const double half = z / (trials + square) * std::sqrt(successes * failures / trials + 0.25 * square);
  return {successes == 0.0 ? 0.0 : std::max(0.0, centre - half), failures == 0.0 ? 1.0 : std::min(1.0, centre + half),
          level};
}

OUTWEIGH_INLINE core::Interval clopper_pearson_interval(double successes, double trials, double level) {
  detail::require_counts(successes, trials, level);
  if (trials == 0.0) return {0.0, 1.0, level};
  const double tail = 0.5 * (1.0 - level);
  const double failures = trials - successes;
  return {successes == 0.0 ? 0.0 : beta_quantile(tail, successes, failures + 1.0),
          failures == 0.0 ? 1.0 : 1.0 - beta_quantile(tail, failures, successes + 1.0), level};
}

OUTWEIGH_INLINE core::Interval jeffreys_interval(double successes, double trials, double level) {
  detail::require_counts(successes, trials, level);
  if (trials == 0.0) return {0.0, 1.0, level};
  const double tail = 0.5 * (1.0 - level);
  const double failures = trials - successes;
  return {successes == 0.0 ? 0.0 : beta_quantile(tail, successes + 0.5, failures + 0.5),
          failures == 0.0 ? 1.0 : 1.0 - beta_quantile(tail, failures + 0.5, successes + 0.5), level};
}

OUTWEIGH_INLINE core::Interval proportion_interval(double successes, double trials, double level,
                                                   ProportionMethod method) {
  switch (method) {
    case ProportionMethod::clopper_pearson:
      return clopper_pearson_interval(successes, trials, level);
    case ProportionMethod::jeffreys:
      return jeffreys_interval(successes, trials, level);
    case ProportionMethod::wilson:
      break;
  }
  return wilson_interval(successes, trials, level);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
