#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/richness.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

struct SeenCounts {
  double seen = 0.0;
  double once = 0.0;
  double twice = 0.0;
  double sum = 0.0;
};

[[nodiscard]] inline SeenCounts seen_counts(std::span<const double> counts, double most) {
  SeenCounts result;
  for (std::size_t row = 0; row < counts.size(); ++row) {
    const double count = counts[row];
    if (!(count >= 0.0) || count > most || count != std::floor(count)) {
      throw core::InvalidInput("counts must be whole, not negative, and at most the number of units",
                               {.column = "counts", .row = row, .value = core::detail::number_text(count)});
    }
    result.seen += count > 0.0 ? 1.0 : 0.0;
    result.once += count == 1.0 ? 1.0 : 0.0;
    result.twice += count == 2.0 ? 1.0 : 0.0;
    result.sum += count;
  }
  return result;
}

[[nodiscard]] inline double population_of(const std::optional<double>& population, double seen) {
  if (!population) return std::numeric_limits<double>::infinity();
  if (!(*population >= seen)) {
    throw core::InvalidInput("the population is smaller than those seen",
                             {.column = "population", .value = core::detail::number_text(*population)});
  }
  return *population;
}

inline void check_share(double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level must lie between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level)});
  }
}

/// Interval for a total of which `seen` are certain, by taking the rest as log-normal.
inline void log_normal(core::Estimate& total, double seen, double variance, double level) {
  const double unseen = total.value - seen;
  total.standard_error = std::sqrt(variance);
  total.interval = {seen, seen, level};
  if (!(unseen > 0.0)) return;
  const double factor =
      std::exp(normal_quantile(0.5 + level / 2.0) * std::sqrt(std::log1p(variance / (unseen * unseen))));
  total.interval = {seen + unseen / factor, seen + unseen * factor, level};
}

/// The same where nothing is left to be seen: that a group of mean count m stays unseen has the chance e^-m (Colwell
/// 2013, EstimateS 9, appendix B).
inline void all_seen(core::Estimate& total, double seen, double sum, double level) {
  const double missed = std::exp(-sum / seen);
  total.standard_error = std::sqrt(seen * missed * (1.0 - missed));
  const double upper = (seen + normal_quantile(0.5 + level / 2.0) * total.standard_error) / (1.0 - missed);
  total.interval = {seen, std::max(seen, upper), level};
}

/// P(M < both) + P(M = both) / 2 of the number M that are on both of two lists drawn from `size`: rises with the size.
[[nodiscard]] inline double fewer_on_both(double size, double first, double second, double both) {
  const auto choose = [](double n, double k) {
    return log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0);
  };
  const double least = std::max(0.0, first + second - size);
  const double most = std::min(first, second);
  const double here = std::exp(choose(first, both) + choose(size - first, second - both) - choose(size, second));
  const auto rises = [&](double k) {  // P(M = k + 1) / P(M = k)
    return (first - k) * (second - k) / ((k + 1.0) * (size - first - second + k + 1.0));
  };
  // The tail that falls from here on.
  const bool is_below = both < most && rises(both) >= 1.0;
  double term = here;
  double sum = 0.5 * here;
  if (is_below) {
    for (double k = both; k > least && term > 1e-17 * sum; --k) sum += term /= rises(k - 1.0);
    return std::min(1.0, sum);
  }
  for (double k = both; k < most && term > 1e-17 * sum; ++k) sum += term *= rises(k);
  return std::max(0.0, 1.0 - sum);
}

/// Sizes at which so many on both lists are not too unlikely: the mid-p interval of the hypergeometric law. Without
/// anybody on both there is no upper end.
inline void both_lists(core::Estimate& total, double first, double second, double both, double level) {
  const double tail = (1.0 - level) / 2.0;
  const double seen = first + second - both;
  // The least size, not below `low`, from which on the chance exceeds `chance`.
  const auto least_above = [&](double low, double chance) {
    double high = low;
    while (fewer_on_both(high, first, second, both) <= chance) high = 2.0 * high + 1.0;
    while (low < high) {
      const double middle = low + std::floor((high - low) / 2.0);
      if (fewer_on_both(middle, first, second, both) > chance) {
        high = middle;
      } else {
        low = middle + 1.0;
      }
    }
    return low;
  };
  total.interval.lower = least_above(seen, tail);
  total.interval.upper = both > 0.0 ? std::max(total.interval.lower, least_above(seen, 1.0 - tail) - 1.0)
                                    : std::numeric_limits<double>::infinity();
}

inline bool cap(core::Estimate& total, double most) {
  const bool capped = total.value > most;
  total.value = std::min(total.value, most);
  total.interval.lower = std::min(total.interval.lower, most);
  total.interval.upper = std::min(total.interval.upper, most);
  return capped;
}

[[nodiscard]] inline Richness chao(const SeenCounts& counts, double n, bool by_units,
                                   const std::optional<double>& population, double level, ChaoForm form) {
  check_share(level);
  const double most = population_of(population, counts.seen);
  Richness result{counts.seen, counts.once, counts.twice, {}, false};
  result.total.interval.level = level;
  if (counts.seen == 0.0) {
    result.total.status = core::Status::undefined;
    return result;
  }
  const double f1 = counts.once;
  const double f2 = counts.twice;
  if (f1 == counts.seen) {
    result.total.status = core::Status::not_identified;
    result.total.interval = {counts.seen, most < std::numeric_limits<double>::infinity() ? most : counts.seen, level};
    return result;
  }
  if (form == ChaoForm::automatic || f2 == 0.0) form = f2 > 0.0 ? ChaoForm::corrected : ChaoForm::bias_corrected;
  const double share =
      form == ChaoForm::classic || (form == ChaoForm::bias_corrected && !by_units) ? 1.0 : (n - 1.0) / n;
  double variance = 0.0;
  if (form == ChaoForm::bias_corrected) {
    const double unseen = share * f1 * (f1 - 1.0) / (2.0 * (f2 + 1.0));
    result.total.value = counts.seen + unseen;
    if (f2 > 0.0) {
      const double s = f2 + 1.0;
      variance = share * f1 * (f1 - 1.0) / (2.0 * s) +
                 share * share * f1 * (2.0 * f1 - 1.0) * (2.0 * f1 - 1.0) / (4.0 * s * s) +
                 share * share * f1 * f1 * f2 * (f1 - 1.0) * (f1 - 1.0) / (4.0 * s * s * s * s);
    } else if (unseen > 0.0) {
      variance = share * f1 * (f1 - 1.0) / 2.0 + share * share * f1 * (2.0 * f1 - 1.0) * (2.0 * f1 - 1.0) / 4.0 -
                 share * share * f1 * f1 * f1 * f1 / (4.0 * result.total.value);
    }
  } else {
    const double r = f1 / f2;
    result.total.value = counts.seen + share * f1 * f1 / (2.0 * f2);
    variance = f2 * (share * r * r / 2.0 + share * share * r * r * r + share * share * r * r * r * r / 4.0);
  }
  if (result.total.value > counts.seen) {
    log_normal(result.total, counts.seen, std::max(0.0, variance), level);
  } else {
    all_seen(result.total, counts.seen, counts.sum, level);
  }
  // A whole number: where all were seen, an end just above them would say that one more is certain.
  result.total.interval.lower = std::floor(result.total.interval.lower);
  result.total.status = core::Status::bounds_only;
  result.capped = cap(result.total, most);
  return result;
}

}  // namespace detail

OUTWEIGH_INLINE Richness chao1(std::span<const double> counts, std::optional<double> population, double level,
                               ChaoForm form) {
  const detail::SeenCounts seen = detail::seen_counts(counts, std::numeric_limits<double>::max());
  return detail::chao(seen, seen.sum, false, population, level, form);
}

OUTWEIGH_INLINE Richness chao2(std::span<const double> incidences, double units, std::optional<double> population,
                               double level, ChaoForm form) {
  if (!(units >= 1.0) || units != std::floor(units)) {
    throw core::InvalidInput("there must be a whole number of units",
                             {.column = "units", .value = core::detail::number_text(units)});
  }
  return detail::chao(detail::seen_counts(incidences, units), units, true, population, level, form);
}

OUTWEIGH_INLINE core::Estimate chapman(double first, double second, double both, std::optional<double> population,
                                       double level) {
  detail::check_share(level);
  const bool whole = first == std::floor(first) && second == std::floor(second) && both == std::floor(both);
  if (!(both >= 0.0 && both <= first && both <= second) || !whole || std::max(first, second) > 1e15) {
    throw core::InvalidInput("those seen twice are a whole number, at most those seen first and later",
                             {.column = "both", .value = core::detail::number_text(both)});
  }
  const double seen = first + second - both;
  const double most = detail::population_of(population, seen);
  core::Estimate result;
  result.interval.level = level;
  if (first == 0.0 || second == 0.0) return result;
  result.value = (first + 1.0) * (second + 1.0) / (both + 1.0) - 1.0;
  const double variance =
      (first + 1.0) * (second + 1.0) * (first - both) * (second - both) / ((both + 1.0) * (both + 1.0) * (both + 2.0));
  detail::log_normal(result, seen, variance, level);
  if (std::max(first, second) <= 1e6) detail::both_lists(result, first, second, both, level);
  // All of one list are on the other: the formula has no error then, and that is no certainty.
  result.status = variance > 0.0 ? core::Status::estimated : core::Status::doubtful;
  if (both == 0.0 && !population) result.status = core::Status::bounds_only;
  if (result.interval.lower > most) {  // the lists avoid each other
    result.interval.lower = seen;
    result.status = core::Status::doubtful;
  }
  (void)detail::cap(result, most);
  return result;
}

OUTWEIGH_INLINE core::Estimate good_turing(std::span<const double> counts, double level) {
  detail::check_share(level);
  const detail::SeenCounts seen = detail::seen_counts(counts, std::numeric_limits<double>::max());
  core::Estimate result;
  result.interval = {0.0, 1.0, level};
  if (seen.sum == 0.0) return result;
  result.value = seen.once / seen.sum;
  // Wilson's interval, with the variance that those seen twice add: (p - f1 / n)^2 = z^2 (p (1 - p) / n + 2 f2 / n^2).
  const double z = normal_quantile(0.5 + level / 2.0);
  const double lean = z * z / seen.sum;
  const double middle = (result.value + 0.5 * lean) / (1.0 + lean);
  const double product = (result.value * result.value - 2.0 * lean * seen.twice / seen.sum) / (1.0 + lean);
  const double half = std::sqrt(std::max(0.0, middle * middle - product));
  result.interval = {std::max(0.0, middle - half), std::min(1.0, middle + half), level};
  result.standard_error =
      std::sqrt(std::max(0.0, seen.once + 2.0 * seen.twice - seen.once * seen.once / seen.sum)) / seen.sum;
  result.status = core::Status::estimated;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
