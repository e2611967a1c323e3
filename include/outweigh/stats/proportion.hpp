// Intervals for a proportion.
#pragma once

#include <string_view>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// How to make an interval for a proportion.
enum class ProportionMethod {
  wilson,           ///< inverted score test; Wilson 1927, doi:10.1080/01621459.1927.10502953
  clopper_pearson,  ///< never covers less than the level; Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404
  jeffreys  ///< equal-tailed posterior under Beta(1/2, 1/2); Brown, Cai, DasGupta 2001, doi:10.1214/ss/1009213286
};

[[nodiscard]] constexpr std::string_view to_string(ProportionMethod method) noexcept {
  switch (method) {
    case ProportionMethod::wilson:
      return "wilson";
    case ProportionMethod::clopper_pearson:
      return "clopper_pearson";
    case ProportionMethod::jeffreys:
      return "jeffreys";
  }
  return "wilson";
}

/// Interval for the proportion behind `successes` of `trials`. Both may be fractional (effective counts); 0 <=
/// successes <= trials, 0 < level < 1, else InvalidInput. Without trials nothing is known: [0, 1].
[[nodiscard]] core::Interval proportion_interval(double successes, double trials, double level = 0.9,
                                                 ProportionMethod method = ProportionMethod::wilson);

[[nodiscard]] core::Interval wilson_interval(double successes, double trials, double level = 0.9);
[[nodiscard]] core::Interval clopper_pearson_interval(double successes, double trials, double level = 0.9);
[[nodiscard]] core::Interval jeffreys_interval(double successes, double trials, double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/proportion-inl.hpp>
#endif
