#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <outweigh/journey/median_time.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

OUTWEIGH_INLINE MedianTime median_time(std::vector<WaitingTime> times, double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level of intervals lies between 0 and 1", {.column = "level", .value = std::to_string(level)});
  }
  MedianTime result;
  for (const WaitingTime& waiting : times) {
    if (!(waiting.time >= 0.0) || !std::isfinite(waiting.time)) {
      throw core::InvalidInput("a time until something happens is finite and not negative", {.value = std::to_string(waiting.time)});
    }
    result.open += waiting.happened ? 0 : 1;
  }
  result.count = static_cast<std::int64_t>(times.size());
  if (times.empty()) return result;
  std::sort(times.begin(), times.end(), [](const WaitingTime& a, const WaitingTime& b) { return a.time < b.time; });
  const double z = stats::normal_two_sided(1.0 - level);
  const double target = std::log(-std::log(0.5));
  double survival = 1.0;
  double greenwood = 0.0;
  bool halfway = false;
  double half_time = 0.0;
  double last_event = 0.0;
  std::size_t i = 0;
  while (i < times.size()) {
    const double at_risk = static_cast<double>(times.size() - i);
    double events = 0.0;
    const double time = times[i].time;
    for (; i < times.size() && times[i].time == time; ++i) events += times[i].happened ? 1.0 : 0.0;
    if (events == 0.0) continue;
    last_event = time;
    if (halfway && !result.median) result.median = 0.5 * (half_time + time);
    survival *= (at_risk - events) / at_risk;
    if (at_risk > events) greenwood += events / (at_risk * (at_risk - events));
    if (!result.median && !halfway) {
      if (std::abs(survival - 0.5) < 1e-12) {
        halfway = true;
        half_time = time;
      } else if (survival < 0.5) {
        result.median = time;
      }
    }
    if (survival > 0.0) {
      const double log_survival = std::log(survival);
      const double here = std::log(-log_survival);
      const double half = z * std::sqrt(greenwood) / -log_survival;
      if (!result.lower && here + half >= target) result.lower = time;
      if (!result.upper && here - half >= target) result.upper = time;
    } else {
      // The curve ends at 0, where its variance is not defined: the lower end is here at the latest, the upper is open.
      if (!result.lower) result.lower = time;
    }
  }
  if (halfway && !result.median) result.median = half_time;
  result.status = result.median ? core::Status::estimated : core::Status::bounds_only;
  if (!result.lower) result.lower = last_event;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
