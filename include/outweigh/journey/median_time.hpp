// Half of them took no longer: the median time until something happens, when for some it has not happened yet.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

/// How long until it happened, or how long it has not happened for.
struct WaitingTime {
  double time = 0.0;  ///< >= 0
  bool happened = true;
};

struct MedianTime {
  std::int64_t count = 0;
  std::int64_t open = 0;           ///< of these, it has not happened for
  std::optional<double> median{};  ///< nothing when the curve does not fall to one half
  std::optional<double> lower{};
  std::optional<double> upper{};  ///< nothing: the data set no upper end
  core::Status status = core::Status::undefined;
};

/// Median of the Kaplan-Meier curve (1958, doi:10.1080/01621459.1958.10501452): the time at which it falls to 1/2 or
/// below, halfway to the next event where it is exactly 1/2. Interval by Brookmeyer and Crowley (1982,
/// doi:10.2307/2530286) with Greenwood's variance on the log(-log) scale. Times are taken as independent, and open ones
/// as no different from the others; where they are not independent, ends lie `widening` times as many standard errors
/// apart. Status is estimated; bounds_only when the median is not reached; undefined without
/// any. Throws InvalidInput for a negative time, a level outside (0, 1) or a widening below 1. O(n log n).
[[nodiscard]] MedianTime median_time(std::vector<WaitingTime> times, double level = 0.9, double widening = 1.0);

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/median_time-inl.hpp>
#endif
