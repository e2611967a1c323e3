// The likelihood of the occupancy model on cells.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/detail/occupancy_state.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

inline void fill_prevalence(const Profiles& profiles, const NeedState& need, double slope, double shift,
                            std::vector<double>& out) {
  out.resize(profiles.stratum.size());
  for (std::size_t c = 0; c < out.size(); ++c) {
    out[c] = std::clamp(logistic(need.eta[profiles.stratum[c]] + shift + slope * profiles.covariate[c]), 1e-9,
                        1.0 - 1e-4);
  }
}

/// Probability of a heard history, up to a constant: beta-binomial mentions and negative binomial events.
[[nodiscard]] inline double said(const Heard& h, double silence, double a, double total, double silent_occasions,
                                 double mean_events, double size) noexcept {
  double value = silence;
  for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) value *= (a + j) / (total + silent_occasions + j);
  if (mean_events > 0.0) {
    value *= std::exp(-size * std::log1p(mean_events / size));
    const double odds = mean_events / (size + mean_events);
    for (double j = 0.0; j + 0.5 < h.events; j += 1.0) value *= odds * (size + j) / (j + 1.0);
  }
  return value;
}

/// Probability of the same mentions, up to the same constant, by an account without the need; `never` is the chance of
/// no false report on the other occasions.
[[nodiscard]] inline double misheard(double false_rate, double mentions, double never) noexcept {
  double value = never;
  for (double j = 0.0; j + 0.5 < mentions; j += 1.0) value *= false_rate;
  return value;
}

/// Chances to stay silent and what the heard ones said, under detection, rate and shared parameters. Returns the log
/// likelihood that does not depend on prevalence.
inline double fill_detection(const Group& group, const NeedState& need, double detection, double rate,
                             const Shared& shared, Chances& chances) {
  std::vector<double>& occasions = chances.occasions;
  occasions.resize(group.grid.size() * voice_points);
  std::array<double, voice_points> mean{};
  std::array<double, voice_points> intensity{};
  const double correlation = std::clamp(shared.correlation(), 1e-4, 0.95);
  const double size = std::exp(shared.size_log);
  const double log_true = std::log1p(-shared.false_rate);
  for (std::size_t f = 0; f < voice_points; ++f) {
    const double u = shared.voice_deviation * voice_nodes[f];
    mean[f] = std::clamp(logistic(detection + u), 1e-6, 1.0 - 1e-6);
    intensity[f] = std::exp(std::clamp(rate + u, -30.0, 30.0));
    fill_silence(group.grid, mean[f], correlation, occasions.data() + f, voice_points);
  }
  chances.silent.resize(group.efforts.size() * voice_points);
  for (std::size_t e = 0; e < group.efforts.size(); ++e) {
    const Effort& effort = group.efforts[e];
    const double bias = shared.false_rate > 0.0 ? std::exp(-log_true * group.grid[effort.occasions]) : 1.0;
    for (std::size_t f = 0; f < voice_points; ++f) {
      double value = occasions[effort.occasions * voice_points + f] * bias;
      if (effort.years > 0.0) value *= std::exp(-size * std::log1p(intensity[f] * effort.years / size));
      chances.silent[e * voice_points + f] = value;
    }
  }
  const double scale = (1.0 - correlation) / correlation;
  LogProduct product;
  const auto likely = [&](const Heard& h) {
    return said(h, occasions[h.silent * voice_points + h.voice], mean[h.voice] * scale, scale, group.grid[h.silent],
                intensity[h.voice] * group.efforts[h.effort].years, size);
  };
  for (const Heard& h : need.heard) product.times(likely(h), h.count);
  chances.said.resize(need.mixed.size());
  chances.misheard.resize(need.mixed.size());
  std::vector<double> never(need.mixed.empty() ? 0 : group.grid.size());
  for (std::size_t g = 0; g < never.size(); ++g) never[g] = std::exp(group.grid[g] * log_true);
  for (std::size_t x = 0; x < need.mixed.size(); ++x) {
    const Heard& h = need.mixed[x].heard;
    chances.said[x] = need.mixed[x].is_untrue ? 0.0 : likely(h);
    chances.misheard[x] = misheard(shared.false_rate, h.mentions, never[h.silent]);
  }
  return product.value() + need.silent_occasions * log_true;
}

/// Of the silent accounts of a stratum and of those that may have been misheard.
[[nodiscard]] inline double unheard_likelihood(const NeedState& need, std::span<const double> prevalence,
                                               const Chances& chances, std::size_t stratum) noexcept {
  const std::span<const double> silent = chances.silent;
  const auto quiet = [&](const Cell& cell) { return 1.0 - prevalence[cell.profile] * (1.0 - silent[cell.silent]); };
  double sum = 0.0;
  for (std::size_t r = need.runs_begin[stratum]; r < need.runs_begin[stratum + 1]; ++r) {
    // No factor is below 1e-4, so that 64 of them do not underflow; four products hide the latency.
    std::size_t c = need.runs[r].begin;
    double logarithm = 0.0;
    while (c < need.runs[r].end) {
      const std::size_t stop = std::min(need.runs[r].end, c + 64);
      std::array<double, 4> product{1.0, 1.0, 1.0, 1.0};
      for (; c + 4 <= stop; c += 4) {
        product[0] *= quiet(need.cells[c]);
        product[1] *= quiet(need.cells[c + 1]);
        product[2] *= quiet(need.cells[c + 2]);
        product[3] *= quiet(need.cells[c + 3]);
      }
      for (; c < stop; ++c) product[0] *= quiet(need.cells[c]);
      logarithm += std::log((product[0] * product[1]) * (product[2] * product[3]));
    }
    sum += need.runs[r].weight * logarithm;
  }
  LogProduct product;
  for (std::size_t x = need.mixed_begin[stratum]; x < need.mixed_begin[stratum + 1]; ++x) {
    const double psi = prevalence[need.mixed[x].profile];
    product.times(psi * chances.said[x] + (1.0 - psi) * chances.misheard[x], need.mixed[x].heard.count);
  }
  return sum + product.value();
}
inline void fill_unheard(const NeedState& need, std::span<const double> prevalence, const Chances& chances,
                         std::vector<double>& out) {
  out.resize(need.eta.size());
  for (std::size_t s = 0; s < out.size(); ++s) out[s] = unheard_likelihood(need, prevalence, chances, s);
}
[[nodiscard]] inline double sum_of(std::span<const double> values) noexcept {
  double total = 0.0;
  for (const double value : values) total += value;
  return total;
}
[[nodiscard]] inline double known_likelihood(const NeedState& need, std::span<const double> prevalence) noexcept {
  double sum = 0.0;
  for (std::size_t c = 0; c < prevalence.size(); ++c) {
    if (need.present[c] > 0.0) sum += need.present[c] * std::log(prevalence[c]);
    if (need.absent[c] > 0.0) sum += need.absent[c] * std::log1p(-prevalence[c]);
  }
  return sum;
}

[[nodiscard]] inline double normal_log(double x, double mean, double deviation) noexcept {
  const double z = (x - mean) / deviation;
  return -0.5 * z * z;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
