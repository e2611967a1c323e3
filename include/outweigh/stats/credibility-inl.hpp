#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/credibility.hpp>
#include <outweigh/stats/detail/peak.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

inline void check_level(double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("the level must lie between 0 and 1", {.column = "level", .value = std::to_string(level)});
  }
}
[[nodiscard]] inline bool finite(double value) noexcept {
  return std::abs(value) <= std::numeric_limits<double>::max();
}

inline void credibilities(Credibility& result) {
  double sum = 0.0;
  double weighted = 0.0;
  for (GroupCredibility& group : result.groups) {
    if (result.between > 0.0) {
      group.credibility = group.weight > 0.0 ? group.weight / (group.weight + result.within / result.between) : 0.0;
    } else {
      group.credibility = 0.0;
    }
    sum += group.credibility;
    weighted += group.credibility * group.mean;
  }
  if (sum > 0.0) {
    result.collective = weighted / sum;
    return;
  }
  double weights = 0.0;
  weighted = 0.0;
  for (const GroupCredibility& group : result.groups) {
    weights += group.weight;
    weighted += group.weight * group.mean;
  }
  result.collective = weights > 0.0 ? weighted / weights : 0.0;
}

/// Log likelihood of beta-binomial counts up to what does not depend on alpha and beta.
struct BetaBinomialCounts {
  struct Cell {
    double successes;
    double trials;
    double times;
  };
  std::vector<Cell> cells{};

  [[nodiscard]] double log_likelihood(double mean, double size) const {
    const double alpha = mean * size;
    const double beta = (1.0 - mean) * size;
    const double base = log_beta(alpha, beta);
    double sum = 0.0;
    for (const Cell& cell : cells) {
      sum += cell.times * (log_beta(alpha + cell.successes, beta + cell.trials - cell.successes) - base);
    }
    return sum;
  }
};

/// Where alpha and beta may lie: points with weights that add up to 1.
struct BetaBinomialPoints {
  struct Point {
    double alpha, beta, weight;
  };
  std::vector<Point> points{};

  /// A group's share under all of them, as the beta distribution of the same mean and variance.
  [[nodiscard]] std::pair<double, double> group(double successes, double trials) const {
    double mean = 0.0;
    double square = 0.0;
    for (const Point& point : points) {
      const double a = point.alpha + successes;
      const double n = point.alpha + point.beta + trials;
      mean += point.weight * a / n;
      square += point.weight * a / n * (a + 1.0) / (n + 1.0);
    }
    const double variance = std::max(square - mean * mean, 1e-300);
    const double size = std::max(mean * (1.0 - mean) / variance - 1.0, 1e-6);
    return {mean * size, (1.0 - mean) * size};
  }
};

/// The posterior of alpha and beta on a grid: all means alike, and the share t / (t + alpha + beta) that a group of
/// median trials t keeps of its own uniform (Daniels 1999, doi:10.2307/3316112).
[[nodiscard]] inline BetaBinomialPoints posterior_points(const BetaBinomialCounts& counts, double median) {
  constexpr int sizes = 24;
  constexpr int means = 21;
  double successes = 0.0;
  double trials = 0.0;
  for (const BetaBinomialCounts::Cell& cell : counts.cells) {
    successes += cell.times * cell.successes;
    trials += cell.times * cell.trials;
  }
  const double pooled = (successes + 0.5) / (trials + 1.0);
  BetaBinomialPoints result;
  double most = -std::numeric_limits<double>::infinity();
  for (int k = 0; k < sizes; ++k) {
    const double own = (k + 0.5) / sizes;
    const double size = median * (1.0 - own) / own;
    double worth = 0.0;  // trials, those of one group being alike
    for (const BetaBinomialCounts::Cell& cell : counts.cells) {
      worth += cell.times * cell.trials * (size + 1.0) / (size + cell.trials);
    }
    const double spread = 1.0 / std::sqrt(std::max(worth * pooled * (1.0 - pooled), 0.5));
    for (int j = 0; j < means; ++j) {
      const double x = std::log(pooled / (1.0 - pooled)) + spread * (8.0 * j / (means - 1) - 4.0);
      const double mean = 1.0 / (1.0 + std::exp(-x));
      if (!(mean > 0.0 && mean < 1.0)) continue;
      const double height = counts.log_likelihood(mean, size) + std::log(mean * (1.0 - mean) * spread);
      result.points.push_back({mean * size, (1.0 - mean) * size, height});
      most = std::max(most, height);
    }
  }
  double sum = 0.0;
  for (BetaBinomialPoints::Point& point : result.points) sum += point.weight = std::exp(point.weight - most);
  for (BetaBinomialPoints::Point& point : result.points) point.weight /= sum;
  return result;
}

}  // namespace detail

OUTWEIGH_INLINE Credibility buhlmann_straub(std::span<const double> values, std::span<const double> weights,
                                            std::span<const std::uint32_t> groups, std::size_t count,
                                            BetweenVariance method, double level) {
  detail::check_level(level);
  if (groups.size() != values.size() || (!weights.empty() && weights.size() != values.size())) {
    throw core::InvalidInput("values, weights and groups differ in length", {.value = std::to_string(values.size())});
  }
  Credibility result;
  result.groups.resize(count);
  std::vector<double> observations(count, 0.0);
  std::vector<double> sums(count, 0.0);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double weight = weights.empty() ? 1.0 : weights[row];
    if (groups[row] >= count)
      throw core::InvalidInput("a row's group is not there",
                               {.column = "group", .row = row, .value = std::to_string(groups[row])});
    if (!(weight >= 0.0) || !detail::finite(weight)) {
      throw core::InvalidInput("weights must be finite and not negative",
                               {.column = "weight", .row = row, .value = std::to_string(weight)});
    }
    if (!detail::finite(values[row])) {
      throw core::InvalidInput("values must be finite",
                               {.column = "value", .row = row, .value = std::to_string(values[row])});
    }
    if (weight == 0.0) continue;
    observations[groups[row]] += 1.0;
    result.groups[groups[row]].weight += weight;
    sums[groups[row]] += weight * values[row];
  }
  double total = 0.0;
  double squares = 0.0;
  double degrees = 0.0;
  double present = 0.0;
  double mean = 0.0;
  for (std::size_t g = 0; g < count; ++g) {
    GroupCredibility& group = result.groups[g];
    if (group.weight == 0.0) continue;
    group.mean = sums[g] / group.weight;
    total += group.weight;
    squares += group.weight * group.weight;
    degrees += observations[g] - 1.0;
    present += 1.0;
    mean += sums[g];
  }
  if (present == 0.0) {
    result.status = core::Status::undefined;
    result.reason = "there is no observation of positive weight";
    return result;
  }
  mean /= total;
  result.collective = mean;
  if (degrees == 0.0 || present < 2.0) {
    result.status = core::Status::not_identified;
    result.reason = present < 2.0
                        ? "there is one group: how groups differ cannot be told"
                        : "no group has two observations: chance and differences between groups cannot be told apart";
    for (GroupCredibility& group : result.groups) group.estimate.status = result.status;
    return result;
  }
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double deviation = values[row] - result.groups[groups[row]].mean;
    result.within += (weights.empty() ? 1.0 : weights[row]) * deviation * deviation;
  }
  result.within /= degrees;
  double spread = 0.0;
  for (const GroupCredibility& group : result.groups)
    spread += group.weight * (group.mean - mean) * (group.mean - mean);
  result.between = std::max(0.0, total / (total * total - squares) * (spread - (present - 1.0) * result.within));
  detail::credibilities(result);
  if (method == BetweenVariance::iterative) {
    for (int i = 0; i < 100'000 && result.between > 0.0; ++i) {
      double next = 0.0;
      for (const GroupCredibility& group : result.groups) {
        next += group.credibility * (group.mean - result.collective) * (group.mean - result.collective);
      }
      next /= present - 1.0;
      const double change = std::abs(next - result.between);
      // The fixed point 0 is approached ever more slowly; what is left there is no difference between groups.
      result.between = next < 1e-12 * spread / total ? 0.0 : next;
      detail::credibilities(result);
      if (change <= 1e-14 * next) break;
    }
  }
  if (result.within == 0.0 && result.between == 0.0) {
    for (GroupCredibility& group : result.groups) group.credibility = group.weight > 0.0 ? 1.0 : 0.0;
  }
  if (result.between == 0.0 && result.within > 0.0) {
    result.reason = "groups differ no more than chance within them explains: the collective mean is believed of all";
  }
  double credibility_sum = 0.0;
  for (const GroupCredibility& group : result.groups) credibility_sum += group.credibility;
  const double z = normal_quantile(0.5 + level / 2.0);
  for (GroupCredibility& group : result.groups) {
    core::Estimate& estimate = group.estimate;
    const double rest = 1.0 - group.credibility;
    estimate.value = group.credibility * group.mean + rest * result.collective;
    const double variance =
        result.between > 0.0 ? result.between * rest * (1.0 + rest / credibility_sum) : result.within / total;
    estimate.standard_error = std::sqrt(variance);
    estimate.interval = {estimate.value - z * estimate.standard_error, estimate.value + z * estimate.standard_error,
                         level};
    estimate.status = result.status;
  }
  return result;
}

OUTWEIGH_INLINE BetaBinomial beta_binomial(std::span<const double> successes, std::span<const double> trials,
                                           double level) {
  detail::check_level(level);
  if (successes.size() != trials.size()) {
    throw core::InvalidInput("successes and trials differ in length", {.value = std::to_string(successes.size())});
  }
  std::map<std::pair<double, double>, double> cells;
  double all_successes = 0.0;
  double all_trials = 0.0;
  double present = 0.0;
  bool repeated = false;
  for (std::size_t row = 0; row < trials.size(); ++row) {
    const bool usable = successes[row] >= 0.0 && successes[row] <= trials[row] && detail::finite(trials[row]);
    if (!usable) {
      throw core::InvalidInput("successes must lie between 0 and the trials",
                               {.column = "successes", .row = row, .value = std::to_string(successes[row])});
    }
    if (trials[row] == 0.0) continue;
    cells[{successes[row], trials[row]}] += 1.0;
    all_successes += successes[row];
    all_trials += trials[row];
    present += 1.0;
    repeated = repeated || trials[row] > 1.0;
  }
  BetaBinomial result;
  result.groups.resize(trials.size());
  for (std::size_t g = 0; g < trials.size(); ++g) {
    result.groups[g].weight = trials[g];
    result.groups[g].mean = trials[g] > 0.0 ? successes[g] / trials[g] : 0.0;
  }
  const auto give_up = [&](core::Status status, const char* reason) {
    result.status = status;
    result.reason = reason;
    for (GroupCredibility& group : result.groups) group.estimate.status = status;
    return result;
  };
  if (all_trials == 0.0) return give_up(core::Status::undefined, "there is no trial");
  result.collective = all_successes / all_trials;
  if (present < 2.0)
    return give_up(core::Status::not_identified, "there is one group: how groups differ cannot be told");
  if (!repeated) {
    return give_up(core::Status::not_identified,
                   "no group has two trials: chance and differences between groups cannot be told apart");
  }
  detail::BetaBinomialCounts counts;
  for (const auto& [cell, times] : cells) counts.cells.push_back({cell.first, cell.second, times});

  // A share of 0 or 1 everywhere has no maximum inside; half a success and half a failure keep it there.
  const double least = std::min(0.5 / (all_trials + 1.0), 0.1);
  const auto best_mean = [&](double size) {
    const double at = detail::peak([&](double x) { return counts.log_likelihood(1.0 / (1.0 + std::exp(-x)), size); },
                                   std::log(least / (1.0 - least)), std::log((1.0 - least) / least), 50);
    return 1.0 / (1.0 + std::exp(-at));
  };
  const auto profile = [&](double log_size) {
    const double size = std::exp(log_size);
    return counts.log_likelihood(best_mean(size), size);
  };
  constexpr double low = -3.0;
  constexpr double high = 16.0;
  double start = low;
  double top = -std::numeric_limits<double>::infinity();
  for (double at = low; at <= high; at += 1.0) {
    const double value = profile(at);
    if (value > top) {
      top = value;
      start = at;
    }
  }
  const double size = std::exp(detail::peak(profile, std::max(low, start - 1.0), std::min(high, start + 1.0), 45));
  const double mean = best_mean(size);
  result.alpha = mean * size;
  result.beta = (1.0 - mean) * size;
  result.collective = mean;
  if (present < 10.0) {
    result.status = core::Status::doubtful;
    result.reason = "fewer than 10 groups: how they differ is itself hardly known";
  } else if (all_successes == 0.0 || all_successes == all_trials) {
    result.status = core::Status::doubtful;
    result.reason = "all trials ended alike: how groups differ cannot be seen";
  }
  std::vector<double> of_groups;
  for (const double n : trials) {
    if (n > 0.0) of_groups.push_back(n);
  }
  const auto middle = of_groups.begin() + static_cast<std::ptrdiff_t>(of_groups.size() / 2);
  std::nth_element(of_groups.begin(), middle, of_groups.end());
  const detail::BetaBinomialPoints points = detail::posterior_points(counts, *middle);
  std::map<std::pair<double, double>, core::Estimate> estimates;
  for (std::size_t g = 0; g < trials.size(); ++g) {
    GroupCredibility& group = result.groups[g];
    group.credibility = trials[g] / (trials[g] + size);
    auto [at, fresh] = estimates.try_emplace({successes[g], trials[g]});
    if (fresh) {
      core::Estimate& estimate = at->second;
      estimate.value = (result.alpha + successes[g]) / (size + trials[g]);
      const auto [a, b] = points.group(successes[g], trials[g]);
      estimate.standard_error = std::sqrt(a * b / ((a + b) * (a + b) * (a + b + 1.0)));
      estimate.interval = {std::min(estimate.value, beta_quantile(0.5 - level / 2.0, a, b)),
                           std::max(estimate.value, beta_quantile(0.5 + level / 2.0, a, b)), level};
      estimate.status = result.status;
    }
    group.estimate = at->second;
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
