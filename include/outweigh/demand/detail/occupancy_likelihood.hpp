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
#include <outweigh/demand/detail/occupancy_said.hpp>
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

/// By signature: probability of the same mentions, up to the same constant, by an account without the need.
inline void fill_misheard(const Group& group, const Signatures& signatures, double false_rate,
                          std::vector<double>& out) {
  struct Memory {
    std::vector<double> never{}, chance{};
  };
  auto& [never, chance] = memory_of_thread<Memory>();
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
    double mentions = h.untrue_odds;
    for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) mentions *= chance[h.weight];
    out[s] = never[h.silent] * std::min(mentions, 1.0);
  }
}

/// Chances to stay silent and what the heard ones said, under detection, rate and shared parameters. Returns the log
/// likelihood that does not depend on prevalence. `keeps_mentions`, `keeps_events`: what bears on them is as in the
/// need's chances.
inline double fill_detection(const Group& group, const Signatures& signatures, const NeedState& need, double detection,
                             double rate, const Shared& shared, bool keeps_mentions, bool keeps_events,
                             Chances& chances) {
  struct Memory {
    Said said{};
    std::vector<double> by_signature{}, untrue{};
  };
  Memory& memory = memory_of_thread<Memory>();
  Said& said = memory.said;
  std::vector<double>& occasions = chances.occasions;
  if (shared.mixing == Mixture::common) keeps_mentions = keeps_events = false;
  if (!keeps_events) said.fill_events(group, rate, shared);
  if (keeps_mentions) {
    occasions = need.chances.occasions;
    chances.mentions_log = need.chances.mentions_log;
    chances.spoke = need.chances.spoke;
  } else {
    said.fill_mentions(group, signatures, need.weighted_at, detection, shared);
    said.fill_silence(group, occasions);
    chances.mentions_log = said.mentions_log(group, need, occasions);
    memory.by_signature.resize(signatures.list.size() * voice_points);
    for (const std::uint32_t at : need.mixed_at) {
      const Heard& heard = signatures.list[at / voice_points];
      const std::size_t f = at % voice_points;
      memory.by_signature[at] = said.mentions(group, heard, f, occasions[heard.silent * voice_points + f]);
    }
    chances.spoke.resize(need.mixed.size());
    for (std::size_t x = 0; x < need.mixed.size(); ++x) {
      const Mixed& mixed = need.mixed[x];
      chances.spoke[x] = mixed.is_untrue ? 0.0 : memory.by_signature[mixed.signature * voice_points + mixed.voice];
    }
  }
  if (keeps_events) {
    chances.calm = need.chances.calm;
    chances.events_log = need.chances.events_log;
  } else {
    chances.calm.assign(said.calm().begin(), said.calm().end());
    chances.events_log = group.years.back() > 0.0 ? said.events_log(group, need) : 0.0;
  }
  const bool is_joint = !keeps_events && said.is_joint();
  const double log_true = std::log1p(-shared.false_rate);
  chances.silent.resize(group.efforts.size() * voice_points);
  if (is_joint) said.fill_common_silence(group, chances.silent);
  for (std::size_t e = 0; e < group.efforts.size(); ++e) {
    const Effort& effort = group.efforts[e];
    const double bias = shared.false_rate > 0.0 ? std::exp(-log_true * group.grid[effort.occasions]) : 1.0;
    const double* quiet = occasions.data() + effort.occasions * voice_points;
    const double* calm = chances.calm.data() + effort.time * voice_points;
    for (std::size_t f = 0; f < voice_points; ++f) {
      double& silent = chances.silent[e * voice_points + f];
      silent = bias * (is_joint ? silent : quiet[f] * calm[f]);
    }
  }
  chances.said.resize(need.mixed.size());
  chances.misheard.resize(need.mixed.size());
  if (!need.mixed.empty()) {
    // Accounts that may have been misheard began no contact: they were calm.
    fill_misheard(group, signatures, shared.false_rate, memory.untrue);
    for (std::size_t x = 0; x < need.mixed.size(); ++x) {
      const Mixed& mixed = need.mixed[x];
      const std::size_t time = group.efforts[signatures.list[mixed.signature].effort].time;
      chances.said[x] = chances.spoke[x] * (is_joint ? 1.0 : chances.calm[time * voice_points + mixed.voice]);
      chances.misheard[x] = memory.untrue[mixed.signature];
    }
  }
  return chances.mentions_log + chances.events_log + need.silent_occasions * log_true;
}

/// Of the silent accounts of a stratum and of those that may have been misheard.
[[nodiscard]] inline double unheard_likelihood(const NeedState& need, std::span<const double> prevalence,
                                               const Chances& chances, std::size_t stratum) noexcept {
  const std::span<const double> silent = chances.silent;
  const auto quiet = [&](const Cell& cell) { return 1.0 - prevalence[cell.profile] * (1.0 - silent[cell.silent]); };
  double sum = 0.0;
  for (std::size_t r = need.runs_begin[stratum]; r < need.runs_begin[stratum + 1]; ++r) {
    // No factor is below 1e-4, so that 64 more do not underflow (under false reports they may exceed 1); four products
    // hide the latency.
    std::size_t c = need.runs[r].begin;
    double logarithm = 0.0;
    std::array<double, 4> product{1.0, 1.0, 1.0, 1.0};
    while (c < need.runs[r].end) {
      const std::size_t stop = std::min(need.runs[r].end, c + 64);
      for (; c + 4 <= stop; c += 4) {
        product[0] *= quiet(need.cells[c]);
        product[1] *= quiet(need.cells[c + 1]);
        product[2] *= quiet(need.cells[c + 2]);
        product[3] *= quiet(need.cells[c + 3]);
      }
      for (; c < stop; ++c) product[0] *= quiet(need.cells[c]);
      const double all = (product[0] * product[1]) * (product[2] * product[3]);
      if (all > 1e-50 && all < 1e50 && c < need.runs[r].end) continue;
      logarithm += std::log(all);
      product.fill(1.0);
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
