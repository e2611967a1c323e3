// The parameters of the occupancy model, and what its chain knows of one need.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/occupancy.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

[[nodiscard]] inline double logistic(double x) noexcept {
  if (x >= 0.0) return 1.0 / (1.0 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1.0 + e);
}
[[nodiscard]] inline double logit(double p) noexcept { return std::log(p) - std::log1p(-p); }

/// Parameters that all needs share.
struct Shared {
  double alpha_mean = -1.0, alpha_deviation = 1.0;
  double segment_deviation = 0.3;
  double slope_mean = 0.0, slope_deviation = 0.2;
  double detection_mean = -1.5, detection_deviation = 0.5;
  double rate_mean = -1.0, rate_deviation = 0.5;
  double correlation_logit = -2.5;
  double size_log = 0.0;
  double voice_deviation = 0.3;
  double false_rate = 0.0;  ///< chance per occasion that a need is reported which is not there

  [[nodiscard]] double correlation() const noexcept { return logistic(correlation_logit); }
};

/// Weak priors: a normal for means, half-normals for deviations.
struct Prior {
  double alpha_mean = -1.0, alpha_mean_deviation = 1.5, alpha_deviation = 1.5;
  double segment_deviation = 0.75;
  double slope_mean_deviation = 0.5, slope_deviation = 0.5;
  double detection_mean = -1.5, detection_mean_deviation = 1.5, detection_deviation = 1.0;
  double rate_mean = 0.0, rate_mean_deviation = 2.0, rate_deviation = 1.0;
  double correlation_mean = -2.5, correlation_deviation = 1.3;
  double size_mean = 0.0, size_deviation = 1.0;
  double voice_deviation = 0.75;
  double false_rate = 0.01;
};

/// Heard accounts of one need with equal likelihood of what they said.
struct Heard {
  std::uint32_t silent = 0;  ///< grid position of the occasions without a mention
  std::uint32_t effort = 0;
  std::uint32_t voice = 0;
  double mentions = 0.0;
  double events = 0.0;
  double count = 1.0;
};

/// Accounts of one need whose mentions may all have been false, with equal likelihood of what they said.
struct Mixed {
  std::uint32_t profile = 0;
  Heard heard{};
  bool is_untrue = false;  ///< found untrue: it has not the need
};

/// What is likely under the detection parameters of one need.
struct Chances {
  /// efforts x voices: P(never heard | has the need) / P(never heard | has it not)
  std::vector<double> silent{};
  std::vector<double> occasions{};  ///< grid x voices: P(no mention on so many occasions | has the need)
  std::vector<double> said{};       ///< by mixed account: P(what it said | has the need)
  std::vector<double> misheard{};   ///< P(what it said | has it not)
};

/// A step size that learns while `learning`.
struct Step {
  double log_scale = -0.7;
  std::uint32_t tried = 0;
  void learn(bool accepted, bool learning) noexcept {
    ++tried;
    if (learning) log_scale += (accepted ? 0.6 : -0.4) / std::sqrt(1.0 + 0.1 * static_cast<double>(tried));
    log_scale = std::clamp(log_scale, -6.0, 1.5);
  }
  [[nodiscard]] double scale() const noexcept { return std::exp(log_scale); }
};

/// Silent accounts with equal chances.
struct Cell {
  std::uint32_t profile = 0;
  std::uint32_t silent = 0;  ///< position in the table of silence
  double count = 1.0;
};

/// What the chain knows of one need.
struct NeedState {
  double alpha = -1.0, slope = 0.0, detection = -1.5, rate = -1.0;
  std::vector<double> eta{};          ///< by stratum
  std::vector<double> prevalence{};   ///< by profile
  Chances chances{};
  std::vector<Cell> cells{};          ///< silent accounts, by stratum; a cell of two or three stands as often
  std::vector<Cell> large{};          ///< cells of more than three
  std::vector<std::size_t> cells_begin{}, large_begin{};  ///< strata + 1
  std::vector<double> present{};      ///< by profile: accounts known to have it
  std::vector<double> absent{};       ///< by profile: accounts known not to have it
  std::vector<Heard> heard{};
  std::vector<Mixed> mixed{};         ///< by profile
  std::vector<std::size_t> mixed_begin{};  ///< strata + 1
  double silent_occasions = 0.0;      ///< of accounts never heard, over all of them
  double likelihood_known = 0.0, likelihood_heard = 0.0;
  std::vector<double> likelihood_unheard{};  ///< by stratum, with those that may have been misheard
  Step detection_step{}, rate_step{}, ridge_step{}, shift_step{}, slope_step{};
  std::vector<Step> eta_steps{};

  // A proposal, kept to avoid allocation.
  std::vector<double> prevalence_next{}, unheard_next{};
  Chances chances_next{};
  double known_next = 0.0, heard_next = 0.0;
};

/// How a listed pair enters the likelihood.
enum class Use : std::uint8_t { unheard, heard, absent, mixed, untrue };
[[nodiscard]] inline Use use(const History& history, bool with_false) noexcept {
  if (history.known < 0) {
    return history.asked ? Use::absent : with_false && history.mentions > 0.0 ? Use::untrue : Use::unheard;
  }
  if (history.known > 0 && history.asked) return Use::heard;
  if (history.mentions + history.events <= 0.0) return Use::unheard;
  return with_false && !history.is_sure && history.events <= 0.0 ? Use::mixed : Use::heard;
}

[[nodiscard]] inline Heard make_heard(const Group& group, const Exposure& exposure, const History& history,
                                      std::uint8_t voice) {
  return {group.position(exposure.occasions[history.account] - history.weight),
          group.kind_effort[group.kind[history.account]], voice, history.mentions,
          history.events, 1.0};
}

/// Sorts, and replaces equal ones by one with the sum of their counts.
template <class Item, class Key, class Count>
void join_equal(std::vector<Item>& items, Key key, Count count) {
  std::sort(items.begin(), items.end(), [&](const Item& x, const Item& y) { return key(x) < key(y); });
  std::size_t last = 0;
  for (std::size_t h = 1; h < items.size(); ++h) {
    if (key(items[last]) == key(items[h])) {
      count(items[last]) += count(items[h]);
    } else {
      items[++last] = items[h];
    }
  }
  if (!items.empty()) items.resize(last + 1);
}

/// Counts of cells and of heard accounts of need `i`, after accounts' voices changed.
inline void collect_cells(const Group& group, std::span<const std::uint32_t> profiles_of,
                          const Histories& histories, std::size_t i,
                          std::span<const std::uint8_t> voices, bool with_false, NeedState& need) {
  const Exposure& exposure = histories.exposures[histories.exposure_of_need[i]];
  const std::size_t profiles = need.prevalence.size();
  thread_local std::vector<double> unheard;
  unheard = group.counts;
  need.present.assign(profiles, 0.0);
  need.absent.assign(profiles, 0.0);
  need.heard.clear();
  need.mixed.clear();
  for (const History& history : histories.heard[i]) {
    const Use how = use(history, with_false);
    if (how == Use::unheard) continue;
    const std::uint32_t kind = group.kind[history.account];
    unheard[kind * voice_points + voices[history.account]] -= 1.0;
    if (how == Use::absent) {
      need.absent[group.kind_profile[kind]] += 1.0;
    } else if (how == Use::mixed || how == Use::untrue) {
      need.mixed.push_back({group.kind_profile[kind], make_heard(group, exposure, history, voices[history.account]),
                            how == Use::untrue});
    } else {
      need.present[group.kind_profile[kind]] += 1.0;
      need.heard.push_back(make_heard(group, exposure, history, voices[history.account]));
    }
  }
  need.cells.clear();
  need.large.clear();
  need.silent_occasions = 0.0;
  need.cells_begin.assign(histories.strata + 1, 0);
  need.large_begin.assign(histories.strata + 1, 0);
  for (std::size_t s = 0; s < histories.strata; ++s) {
    for (std::size_t k = group.stratum_begin[s]; k < group.stratum_begin[s + 1]; ++k) {
      const Effort& effort = group.efforts[group.kind_effort[k]];
      if (effort.occasions == 0 && effort.years <= 0.0) continue;  // never exposed: silence says nothing
      for (std::size_t f = 0; f < voice_points; ++f) {
        const double count = unheard[k * voice_points + f];
        if (count <= 0.0) continue;
        need.silent_occasions += count * group.grid[effort.occasions];
        const Cell cell{group.kind_profile[k],
                        static_cast<std::uint32_t>(group.kind_effort[k] * voice_points + f), count};
        if (count > 3.5) {
          need.large.push_back(cell);
        } else {
          need.cells.insert(need.cells.end(), static_cast<std::size_t>(count), cell);
        }
      }
    }
    need.cells_begin[s + 1] = need.cells.size();
    need.large_begin[s + 1] = need.large.size();
  }
  const auto key = [](const Heard& h) { return std::tie(h.silent, h.effort, h.voice, h.mentions, h.events); };
  const auto mixed_key = [&](const Mixed& x) { return std::tuple_cat(std::tie(x.profile, x.is_untrue), key(x.heard)); };
  join_equal(need.heard, key, [](Heard& h) -> double& { return h.count; });
  join_equal(need.mixed, mixed_key, [](Mixed& x) -> double& { return x.heard.count; });
  need.mixed_begin.assign(histories.strata + 1, 0);
  for (const Mixed& x : need.mixed) ++need.mixed_begin[profiles_of[x.profile] + 1];
  for (std::size_t s = 0; s < histories.strata; ++s) need.mixed_begin[s + 1] += need.mixed_begin[s];
}

/// Mean and deviation of normal effects.
template <class Value>
void update_normal(std::size_t count, Value value, double& mean, double& deviation, double prior_mean,
                   double prior_mean_deviation, double prior_deviation, bool has_mean, stats::Random& random) {
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) sum += value(i);
  if (has_mean) {
    const double within = static_cast<double>(count) / (deviation * deviation);
    const double outer = 1.0 / (prior_mean_deviation * prior_mean_deviation);
    mean = random.normal((sum / (deviation * deviation) + prior_mean * outer) / (within + outer),
                         1.0 / std::sqrt(within + outer));
  }
  double squares = 0.0;
  for (std::size_t i = 0; i < count; ++i) squares += (value(i) - mean) * (value(i) - mean);
  const auto density = [&](double log_deviation) {
    const double d = std::exp(log_deviation);
    const double z = d / prior_deviation;
    return -static_cast<double>(count) * log_deviation - 0.5 * squares / (d * d) - 0.5 * z * z + log_deviation;
  };
  double at = std::log(deviation);
  for (int step = 0; step < 4; ++step) {
    const double next = at + 1.2 / std::sqrt(1.0 + 0.5 * static_cast<double>(count)) * 1.7 * random.normal();
    if (next > -4.6 && std::log(random.uniform_open()) < density(next) - density(at)) at = next;
  }
  deviation = std::exp(at);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
