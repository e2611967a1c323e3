#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/detail/number.hpp>
#include <outweigh/stats/detail/lanes.hpp>
#include <outweigh/stats/detail/order_by_time.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/kaplan_meier.hpp>
#include <outweigh/stats/symmetric.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

/// Intervals on the scale log(-log S) for a block of survivals between 0 and 1.
struct SurvivalIntervalLanes {
  static constexpr std::size_t size = 256;
  double quantile = 0.0;
  std::array<double, size> survival{}, standard_error{};
  mutable std::array<double, size> lower{}, upper{};

  SurvivalIntervalLanes() { survival.fill(0.5); }

  OUTWEIGH_LANE void operator()() const {
    const Lanes zero(0.0), least(-700.0);
    for (std::size_t i = 0; i < size; i += Lanes::size) {
      const Lanes s = Lanes::load(survival.data() + i);
      const Lanes log_survival = log(s);
      const Lanes reach = Lanes(quantile) * Lanes::load(standard_error.data() + i) / (zero - s * log_survival);
      const Lanes down = log_survival * exp(reach);
      const Lanes up = log_survival * exp(zero - reach);
      Lanes::less(down, least, zero, exp(down)).store(lower.data() + i);
      exp(up).store(upper.data() + i);
    }
  }
};

}  // namespace detail

OUTWEIGH_INLINE void check_survival(const SurvivalColumns& columns) {
  const std::size_t count = columns.duration.size();
  const auto fail = [](const char* message, const char* column, std::size_t row, double value) {
    throw core::InvalidInput(message, {.column = column, .row = row, .value = core::detail::number_text(value)});
  };
  if (columns.event.size() != count || (!columns.weight.empty() && columns.weight.size() != count)) {
    throw core::InvalidInput("columns differ in length: duration has " + core::detail::counted(count, "row") +
                                 ", event has " + core::detail::grouped(columns.event.size()),
                             {.column = "event"});
  }
  if (count == 0) throw core::InvalidInput("there is no subject to learn from", {.column = "duration"});
  for (std::size_t i = 0; i < count; ++i) {
    const double duration = columns.duration[i];
    if (!(duration >= 0.0) || !std::isfinite(duration))
      fail("a duration is 0 or more and finite", "duration", i, duration);
    const double event = columns.event[i];
    if (event != 0.0 && event != 1.0) fail("an event happened (1) or not yet (0)", "event", i, event);
    if (!columns.weight.empty() && (!(columns.weight[i] >= 0.0) || !std::isfinite(columns.weight[i]))) {
      fail("a weight is 0 or more and finite", "weights", i, columns.weight[i]);
    }
  }
}

OUTWEIGH_INLINE KaplanMeier::KaplanMeier(const SurvivalColumns& columns) {
  check_survival(columns);
  const auto weight = [&](std::size_t row) { return columns.weight.empty() ? 1.0 : columns.weight[row]; };
  const auto finish = [&](const SurvivalStep& step) {
    subjects_ += step.events + step.censored;
    events_ += step.events;
    if (step.events + step.censored > 0.0) steps_.push_back(step);
  };
  double longest = 0.0;
  double fractions = 0.0;
  for (const double time : columns.duration) {
    longest = longest < time ? time : longest;
    fractions += std::abs(((time + 0x1.8p52) - 0x1.8p52) - time);
  }
  if (fractions == 0.0 && longest <= 2.0 * static_cast<double>(columns.duration.size()) + 1024.0) {
    // Whole times: a place for each, no sorting.
    std::vector<SurvivalStep> by_time(static_cast<std::size_t>(longest) + 1);
    for (std::size_t row = 0; row < columns.duration.size(); ++row) {
      SurvivalStep& step = by_time[static_cast<std::size_t>(columns.duration[row])];
      (columns.event[row] != 0.0 ? step.events : step.censored) += weight(row);
    }
    for (std::size_t time = 0; time < by_time.size(); ++time) {
      by_time[time].time = static_cast<double>(time);
      finish(by_time[time]);
    }
  } else {
    const auto order = detail::order_by_time(columns.duration);
    steps_.reserve(order.size());
    for (std::size_t at = 0; at < order.size();) {
      SurvivalStep step;
      step.time = columns.duration[order[at]];
      for (; at < order.size() && columns.duration[order[at]] == step.time; ++at) {
        const std::size_t row = order[at];
        (columns.event[row] != 0.0 ? step.events : step.censored) += weight(row);
      }
      finish(step);
    }
  }
  if (steps_.empty()) throw core::InvalidInput("there is no subject to learn from", {.column = "duration"});
  // From the back, so that the last risk set is exactly its own subjects.
  double at_risk = 0.0;
  for (std::size_t i = steps_.size(); i-- > 0;) {
    at_risk += steps_[i].events + steps_[i].censored;
    steps_[i].at_risk = at_risk;
  }
  double survival = 1.0;
  double greenwood = 0.0;
  double hazard = 0.0;
  for (SurvivalStep& step : steps_) {
    const double left = std::max(0.0, step.at_risk - step.events);
    survival *= left / step.at_risk;
    hazard += step.events / step.at_risk;
    if (left > 0.0) greenwood += step.events / (step.at_risk * left);
    step.survival = survival;
    step.standard_error = survival * std::sqrt(greenwood);
    step.cumulative_hazard = hazard;
  }
}

OUTWEIGH_INLINE double KaplanMeier::survival(double time) const {
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), time,
                                      [](double value, const SurvivalStep& step) { return value < step.time; });
  return after == steps_.begin() ? 1.0 : std::prev(after)->survival;
}

OUTWEIGH_INLINE core::Interval KaplanMeier::interval(std::size_t step, double level) const {
  if (step >= steps_.size()) throw core::InvalidInput("there is no such step", {.value = std::to_string(step)});
  return interval_within(step, level, quantile_of(level));
}

OUTWEIGH_INLINE std::vector<core::Interval> KaplanMeier::intervals(double level) const {
  const double quantile = quantile_of(level);
  std::vector<core::Interval> result(steps_.size(), core::Interval{1.0, 1.0, level});
  detail::SurvivalIntervalLanes lanes;
  lanes.quantile = quantile;
  constexpr std::size_t block = detail::SurvivalIntervalLanes::size;
  for (std::size_t from = 0; from < steps_.size(); from += block) {
    const std::size_t count = std::min(block, steps_.size() - from);
    for (std::size_t i = 0; i < count; ++i) {
      const SurvivalStep& step = steps_[from + i];
      const bool inside = step.survival > 0.0 && step.survival < 1.0;
      lanes.survival[i] = inside ? step.survival : 0.5;
      lanes.standard_error[i] = inside ? step.standard_error : 0.0;
    }
    detail::in_lanes(lanes);
    for (std::size_t i = 0; i < count; ++i) {
      const double survival = steps_[from + i].survival;
      if (survival > 0.0 && survival < 1.0) {
        result[from + i] = {lanes.lower[i], lanes.upper[i], level};
      } else if (survival <= 0.0) {
        result[from + i] = {0.0, from + i == 0 ? 1.0 : result[from + i - 1].upper, level};
      }
    }
  }
  return result;
}

OUTWEIGH_INLINE double KaplanMeier::quantile_of(double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("a level lies between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level)});
  }
  return normal_two_sided(1.0 - level);
}

OUTWEIGH_INLINE core::Interval KaplanMeier::interval_within(std::size_t step, double level, double quantile) const {
  const double survival = steps_[step].survival;
  if (survival >= 1.0) return {1.0, 1.0, level};
  if (survival <= 0.0) {
    // Where the curve reached 0, the upper end stays.
    while (step > 0 && steps_[step].survival <= 0.0) --step;
    const bool known = steps_[step].survival > 0.0;
    return {0.0, known ? interval_within(step, level, quantile).upper : 1.0, level};
  }
  const double log_survival = std::log(survival);
  const double reach = quantile * steps_[step].standard_error / survival / std::abs(log_survival);
  return {std::exp(log_survival * std::exp(reach)), std::exp(log_survival * std::exp(-reach)), level};
}

OUTWEIGH_INLINE std::optional<double> KaplanMeier::time_at(double survival) const {
  for (const SurvivalStep& step : steps_) {
    // Products of ratios miss round values by their rounding.
    if (step.survival <= survival * (1.0 + 1e-12)) return step.time;
  }
  return std::nullopt;
}

OUTWEIGH_INLINE LogRank log_rank(const SurvivalColumns& columns, std::span<const std::size_t> group, std::size_t groups,
                                 std::span<const std::size_t> strata) {
  check_survival(columns);
  const std::size_t count = columns.duration.size();
  if (group.size() != count || (!strata.empty() && strata.size() != count)) {
    throw core::InvalidInput("columns differ in length", {.column = "group"});
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (group[i] >= groups) throw core::InvalidInput("a group is out of range", {.column = "group", .row = i});
  }
  std::vector<std::uint32_t> order = detail::order_by_time(columns.duration);
  if (!strata.empty()) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return strata[a] < strata[b]; });
  }
  LogRank result;
  result.observed.assign(groups, 0.0);
  result.expected.assign(groups, 0.0);
  std::vector<double> variance(groups * groups, 0.0);
  const auto weight = [&](std::size_t row) { return columns.weight.empty() ? 1.0 : columns.weight[row]; };
  const auto stratum = [&](std::size_t row) { return strata.empty() ? std::size_t{0} : strata[row]; };
  std::vector<double> at_risk(groups);
  for (std::size_t end = order.size(); end > 0;) {
    const std::size_t current = stratum(order[end - 1]);
    std::fill(at_risk.begin(), at_risk.end(), 0.0);
    while (end > 0 && stratum(order[end - 1]) == current) {
      const double time = columns.duration[order[end - 1]];
      double deaths = 0.0;
      for (; end > 0 && stratum(order[end - 1]) == current && columns.duration[order[end - 1]] == time; --end) {
        const std::size_t row = order[end - 1];
        at_risk[group[row]] += weight(row);
        if (columns.event[row] != 0.0) {
          deaths += weight(row);
          result.observed[group[row]] += weight(row);
        }
      }
      if (deaths == 0.0) continue;
      const double n = std::accumulate(at_risk.begin(), at_risk.end(), 0.0);
      const double factor = n > 1.0 ? deaths * (n - deaths) / (n - 1.0) : 0.0;
      for (std::size_t i = 0; i < groups; ++i) {
        const double share = at_risk[i] / n;
        result.expected[i] += deaths * share;
        for (std::size_t j = 0; j < groups; ++j) {
          variance[i * groups + j] += factor * share * ((i == j ? 1.0 : 0.0) - at_risk[j] / n);
        }
      }
    }
  }
  // Groups never at risk with others cannot differ; the last of the others follows from the rest.
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < groups; ++i) {
    if (variance[i * groups + i] > 0.0) free.push_back(i);
  }
  if (free.size() < 2) return result;
  const Spectrum found = [&] {
    std::vector<double> part(free.size() * free.size());
    for (std::size_t i = 0; i < free.size(); ++i) {
      for (std::size_t j = 0; j < free.size(); ++j) part[i * free.size() + j] = variance[free[i] * groups + free[j]];
    }
    return symmetric_eigen(part, free.size());
  }();
  for (std::size_t k = 0; k < free.size(); ++k) {
    if (found.values[k] <= 1e-10 * found.values.back()) continue;
    double along = 0.0;
    for (std::size_t i = 0; i < free.size(); ++i) {
      along += found.vectors[k * free.size() + i] * (result.observed[free[i]] - result.expected[free[i]]);
    }
    result.statistic += along * along / found.values[k];
    result.degrees += 1.0;
  }
  result.p_value = chi_squared(result.statistic, result.degrees).upper;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
