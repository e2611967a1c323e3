#pragma once

#include <cmath>
#include <string>

#include <outweigh/journey/median_time.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/kaplan_meier.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

OUTWEIGH_INLINE MedianTime median_time(std::vector<WaitingTime> times, double level, double widening) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level of intervals lies between 0 and 1",
                             {.column = "level", .value = std::to_string(level)});
  }
  if (!(widening >= 1.0) || !std::isfinite(widening)) {
    throw core::InvalidInput("intervals are widened by a finite factor of at least 1",
                             {.column = "widening", .value = std::to_string(widening)});
  }
  MedianTime result;
  for (const WaitingTime& waiting : times) {
    if (!(waiting.time >= 0.0) || !std::isfinite(waiting.time)) {
      throw core::InvalidInput("a time until something happens is finite and not negative",
                               {.value = std::to_string(waiting.time)});
    }
    result.open += waiting.happened ? 0 : 1;
  }
  result.count = static_cast<std::int64_t>(times.size());
  if (times.empty()) return result;
  std::vector<double> duration;
  std::vector<double> event;
  for (const WaitingTime& waiting : times) {
    duration.push_back(waiting.time);
    event.push_back(waiting.happened ? 1.0 : 0.0);
  }
  const stats::KaplanMeier curve({duration, event});
  const double z = widening * stats::normal_two_sided(1.0 - level);
  const double target = std::log(-std::log(0.5));
  bool halfway = false;
  double half_time = 0.0;
  double last_event = 0.0;
  for (const stats::SurvivalStep& step : curve.steps()) {
    if (step.events == 0.0) continue;
    last_event = step.time;
    if (halfway && !result.median) result.median = 0.5 * (half_time + step.time);
    if (!result.median && !halfway) {
      if (std::abs(step.survival - 0.5) < 1e-12) {
        halfway = true;
        half_time = step.time;
      } else if (step.survival < 0.5) {
        result.median = step.time;
      }
    }
    if (step.survival > 0.0) {
      const double log_survival = std::log(step.survival);
      const double here = std::log(-log_survival);
      const double half = z * step.standard_error / (step.survival * -log_survival);
      if (!result.lower && here + half >= target) result.lower = step.time;
      if (!result.upper && here - half >= target) result.upper = step.time;
    } else if (!result.lower) {
      // The curve ends at 0, where its variance is not defined: the lower end is here at the latest, the upper is open.
      result.lower = step.time;
    }
  }
  if (halfway && !result.median) result.median = half_time;
  result.status = result.median ? core::Status::estimated : core::Status::bounds_only;
  if (!result.lower) result.lower = last_event;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
