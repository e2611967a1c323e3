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
    out[c] =
        std::clamp(logistic(need.eta[profiles.stratum[c]] + shift + slope * profiles.covariate[c]), 1e-9, 1.0 - 1e-4);
  }
}

/// Probability of what was said under the parameters of one need, up to a constant: beta-binomial mentions and negative
/// binomial events, tabulated by what few values their parts take.
class Said {
 public:
  void fill(const Group& group, double detection, double rate, const Shared& shared) {
    const double correlation = std::clamp(shared.correlation(), 1e-4, 0.95);
    total_ = (1.0 - correlation) / correlation;
    const double size = std::exp(shared.size_log);
    for (std::size_t f = 0; f < voice_points; ++f) {
      mean_[f] = std::clamp(logistic(detection + shared.voice_deviation * voice_nodes[f]), 1e-6, 1.0 - 1e-6);
      intensity_[f] = std::exp(std::clamp(rate + shared.event_deviation[group.voice] * voice_nodes[f], -30.0, 30.0));
    }
    mentions_.resize((group.most_mentions + 1) * voice_points);
    for (std::size_t f = 0; f < voice_points; ++f) {
      double value = 1.0;
      for (std::size_t m = 0; m <= group.most_mentions; ++m) {
        mentions_[m * voice_points + f] = value;
        const double j = static_cast<double>(m);
        value *= (mean_[f] * total_ + j) / (total_ + j);
      }
    }
    // On an occasion of weight w silence has the chance of w occasions, and a mention what is left of 1.
    weights_.resize(group.weights.size() * voice_points);
    for (std::size_t f = 0; f < voice_points; ++f) {
      fill_silence(group.weights, mean_[f], correlation, weights_.data() + f, voice_points);
      for (std::size_t w = 0; w < group.weights.size(); ++w) {
        double& value = weights_[w * voice_points + f];
        value = group.weights[w] == 1.0 ? 1.0 : (1.0 - value) / mean_[f];
      }
    }
    calm_.assign(group.years.size() * voice_points, 1.0);
    odds_.assign(group.years.size() * voice_points, 1.0);
    for (std::size_t t = 0; t < group.years.size(); ++t) {
      if (!(group.years[t] > 0.0)) continue;
      for (std::size_t f = 0; f < voice_points; ++f) {
        const double mean = intensity_[f] * group.years[t];
        calm_[t * voice_points + f] = std::exp(-size * std::log1p(mean / size));
        odds_[t * voice_points + f] = mean / (size + mean);
      }
    }
    events_.assign(group.most_events + 1, 1.0);
    for (std::size_t e = 1; e < events_.size(); ++e) {
      events_[e] = events_[e - 1] * (size + static_cast<double>(e - 1)) / static_cast<double>(e);
    }
    silent_ = -1.0;
  }

  [[nodiscard]] double mean(std::size_t voice) const noexcept { return mean_[voice]; }
  /// P(no event in the time).
  [[nodiscard]] double calm(std::size_t time, std::size_t voice) const noexcept {
    return calm_[time * voice_points + voice];
  }
  /// `silence`: P(no mention on the occasions without one).
  [[nodiscard]] double operator()(const Group& group, const Heard& h, std::size_t voice, double silence) noexcept {
    const double silent = group.grid[h.silent];
    if (silent != silent_ || h.mentions != of_mentions_) {  // the same for all voices
      silent_ = silent;
      of_mentions_ = h.mentions;
      among_ = 1.0;
      for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) among_ *= (total_ + j) / (total_ + silent + j);
    }
    double value = silence * among_ * mentions_[count(h.mentions) * voice_points + voice];
    if (group.weights[h.weight] != 1.0) {
      for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) value *= weights_[h.weight * voice_points + voice];
    }
    const Effort& effort = group.efforts[h.effort];
    if (effort.years > 0.0) {
      value *= calm_[effort.time * voice_points + voice] * events_[count(h.events)];
      for (double j = 0.0; j + 0.5 < h.events; j += 1.0) value *= odds_[effort.time * voice_points + voice];
    }
    return value;
  }

 private:
  [[nodiscard]] static std::size_t count(double number) noexcept { return static_cast<std::size_t>(number + 0.5); }
  double total_ = 1.0;
  std::array<double, voice_points> mean_{}, intensity_{};
  std::vector<double> mentions_{};       ///< mentions x voices
  std::vector<double> weights_{};        ///< weights x voices: P(a mention) relative to that of weight 1
  std::vector<double> calm_{}, odds_{};  ///< times x voices
  std::vector<double> events_{};
  double silent_ = -1.0, of_mentions_ = 0.0, among_ = 1.0;
};

/// By signature: probability of the same mentions, up to the same constant, by an account without the need.
inline void fill_misheard(const Group& group, const Signatures& signatures, double false_rate,
                          std::vector<double>& out) {
  thread_local std::vector<double> never;
  thread_local std::vector<double> chance;
  const double log_true = std::log1p(-false_rate);
  never.resize(group.grid.size());
  for (std::size_t g = 0; g < never.size(); ++g) never[g] = std::exp(group.grid[g] * log_true);
  chance.resize(group.weights.size());
  for (std::size_t w = 0; w < chance.size(); ++w) {
    chance[w] = group.weights[w] == 1.0 ? false_rate : -std::expm1(group.weights[w] * log_true);
  }
  out.resize(signatures.list.size());
  for (std::size_t s = 0; s < out.size(); ++s) {
    const Heard& h = signatures.list[s];
    out[s] = never[h.silent];
    for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) out[s] *= chance[h.weight];
  }
}

/// Chances to stay silent and what the heard ones said, under detection, rate and shared parameters. Returns the log
/// likelihood that does not depend on prevalence. `keeps_occasions`: what bears on occasions is as in the need's
/// chances.
inline double fill_detection(const Group& group, const Signatures& signatures, const NeedState& need, double detection,
                             double rate, const Shared& shared, bool keeps_occasions, Chances& chances) {
  thread_local Said said;
  said.fill(group, detection, rate, shared);
  std::vector<double>& occasions = chances.occasions;
  occasions.resize(group.grid.size() * voice_points);
  const double correlation = std::clamp(shared.correlation(), 1e-4, 0.95);
  const double log_true = std::log1p(-shared.false_rate);
  if (keeps_occasions) occasions = need.chances.occasions;
  for (std::size_t f = 0; f < voice_points && !keeps_occasions; ++f) {
    fill_silence(group.grid, said.mean(f), correlation, occasions.data() + f, voice_points);
  }
  chances.silent.resize(group.efforts.size() * voice_points);
  for (std::size_t e = 0; e < group.efforts.size(); ++e) {
    const Effort& effort = group.efforts[e];
    const double bias = shared.false_rate > 0.0 ? std::exp(-log_true * group.grid[effort.occasions]) : 1.0;
    for (std::size_t f = 0; f < voice_points; ++f) {
      chances.silent[e * voice_points + f] =
          occasions[effort.occasions * voice_points + f] * bias * said.calm(effort.time, f);
    }
  }
  LogProduct product;
  const auto likely = [&](const Heard& h) {
    return said(group, h, h.voice, occasions[h.silent * voice_points + h.voice]);
  };
  for (const Heard& h : need.heard) product.times(likely(h), h.count);
  chances.said.resize(need.mixed.size());
  chances.misheard.resize(need.mixed.size());
  if (!need.mixed.empty()) {
    thread_local std::vector<double> by_signature;
    thread_local std::vector<double> untrue;
    by_signature.resize(signatures.list.size() * voice_points);
    for (std::size_t h = 0; h < by_signature.size(); ++h) {
      const Heard& heard = signatures.list[h / voice_points];
      const std::size_t f = h % voice_points;
      by_signature[h] = said(group, heard, f, occasions[heard.silent * voice_points + f]);
    }
    fill_misheard(group, signatures, shared.false_rate, untrue);
    for (std::size_t x = 0; x < need.mixed.size(); ++x) {
      const Mixed& mixed = need.mixed[x];
      chances.said[x] = mixed.is_untrue ? 0.0 : by_signature[mixed.signature * voice_points + mixed.voice];
      chances.misheard[x] = untrue[mixed.signature];
    }
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
    product.times(psi * chances.said[x] + (1.0 - psi) * chances.misheard[x], need.mixed[x].count);
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
