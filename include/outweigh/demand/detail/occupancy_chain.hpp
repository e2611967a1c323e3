// The Markov chain of the occupancy model.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
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
  std::vector<double> silent{};       ///< efforts x voices: P(never heard | has the need)
  std::vector<double> occasions{};    ///< grid x voices: P(no mention on so many occasions | has the need)
  std::vector<Cell> cells{};          ///< silent accounts, by stratum; a cell of two or three stands as often
  std::vector<Cell> large{};          ///< cells of more than three
  std::vector<std::size_t> cells_begin{}, large_begin{};  ///< strata + 1
  std::vector<double> present{};      ///< by profile: accounts known to have it
  std::vector<double> absent{};       ///< by profile: accounts known not to have it
  std::vector<Heard> heard{};
  double likelihood_known = 0.0, likelihood_heard = 0.0;
  std::vector<double> likelihood_unheard{};  ///< by stratum
  Step detection_step{}, rate_step{}, ridge_step{}, shift_step{}, slope_step{};
  std::vector<Step> eta_steps{};

  // A proposal, kept to avoid allocation.
  std::vector<double> prevalence_next{}, silent_next{}, occasions_next{}, unheard_next{};
  double known_next = 0.0, heard_next = 0.0;
};

class OccupancyChain {
 public:
  OccupancyChain(const Histories& histories, const core::RunControl& control)
      : histories_(histories),
        control_(control),
        profiles_(make_profiles(histories, 6)),
        needs_(histories.needs),
        voice_(histories.accounts, static_cast<std::uint8_t>(voice_points / 2)),
        random_(stats::Random(control.seed).stream("occupancy")) {
    groups_.resize(histories.exposures.size());
    core::parallel_for(control_, groups_.size(),
                       [&](std::size_t g) { groups_[g] = make_group(histories_, profiles_, g); });
    for (const Exposure& exposure : histories.exposures) {
      for (const double y : exposure.years) has_events_ = has_events_ || y > 0.0;
      for (const double n : exposure.occasions) has_occasions_ = has_occasions_ || n > 0.0;
    }
    std::vector<std::size_t> heard_of(histories.accounts, 0);
    account_begin_.assign(histories.accounts + 1, 0);
    for (const auto& list : histories.heard) {
      for (const History& history : list) ++account_begin_[history.account + 1];
    }
    for (std::size_t a = 0; a < histories.accounts; ++a) account_begin_[a + 1] += account_begin_[a];
    account_pairs_.resize(account_begin_.back());
    for (std::size_t i = 0; i < histories.needs; ++i) {
      for (std::size_t p = 0; p < histories.heard[i].size(); ++p) {
        const std::uint32_t a = histories.heard[i][p].account;
        account_pairs_[account_begin_[a] + heard_of[a]++] = {static_cast<std::uint32_t>(i),
                                                             static_cast<std::uint32_t>(p)};
      }
    }
    start();
  }

  /// How a listed pair enters the likelihood.
  enum class Use : std::uint8_t { unheard, heard, absent };
  [[nodiscard]] static Use use(const History& history) noexcept {
    if (history.known < 0) return history.asked ? Use::absent : Use::unheard;
    if (history.known > 0 && history.asked) return Use::heard;
    return history.mentions + history.events > 0.0 ? Use::heard : Use::unheard;
  }

  void sweep(std::size_t number, bool learning) {
    const stats::Random at_sweep = random_.stream(number);
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) {
      stats::Random random = at_sweep.stream(i);
      update_need(i, random, learning);
    });
    stats::Random random = at_sweep.stream("shared");
    update_hyper(random);
    if (has_occasions_) {
      update_shared(&Shared::correlation_logit, correlation_step_, prior_.correlation_mean,
                    prior_.correlation_deviation, random, learning);
    }
    if (has_events_) {
      update_shared(&Shared::size_log, size_step_, prior_.size_mean, prior_.size_deviation, random, learning);
    }
    update_voice_deviation(random, learning);
    if (number % voice_every_ == 0) update_voices(at_sweep.stream("voices"));
  }

  [[nodiscard]] const std::vector<Group>& groups() const noexcept { return groups_; }
  [[nodiscard]] const Profiles& profiles() const noexcept { return profiles_; }
  [[nodiscard]] const NeedState& need(std::size_t i) const noexcept { return needs_[i]; }
  [[nodiscard]] const Shared& shared() const noexcept { return shared_; }
  [[nodiscard]] std::uint8_t voice(std::size_t account) const noexcept { return voice_[account]; }
  [[nodiscard]] const Group& group_of(std::size_t need) const noexcept {
    return groups_[histories_.exposure_of_need[need]];
  }

  /// Probability that a silent account of this cell has the need, and that an account of it stays silent.
  struct Silent {
    double has = 0.0;
    double silent = 1.0;
  };
  [[nodiscard]] Silent silent(std::size_t i, std::size_t kind, std::size_t voice) const noexcept {
    const Group& group = group_of(i);
    const NeedState& need = needs_[i];
    const double psi = need.prevalence[group.kind_profile[kind]];
    const double miss = need.silent[group.kind_effort[kind] * voice_points + voice];
    const double silence = 1.0 - psi * (1.0 - miss);
    return {psi * miss / silence, silence};
  }

 private:
  void start() {
    double mentions = 0.0;
    double again = 0.0;
    double events = 0.0;
    double years = 0.0;
    for (std::size_t i = 0; i < histories_.needs; ++i) {
      const Exposure& exposure = histories_.exposures[histories_.exposure_of_need[i]];
      for (const History& history : histories_.heard[i]) {
        const double others = exposure.occasions[history.account] - 1.0;
        if (history.mentions > 0.0 && others > 0.0) {
          mentions += history.mentions - 1.0;
          again += others;
        }
        events += history.events;
        if (history.events > 0.0) years += exposure.years[history.account];
      }
    }
    const double detection = std::clamp((mentions + 0.2) / (again + 2.0), 0.02, 0.8);
    const double rate = std::log(std::clamp((0.5 * events + 0.2) / (years + 1.0), 1e-4, 1e3));
    shared_.detection_mean = logit(detection);
    shared_.rate_mean = rate;
    prior_.rate_mean = rate;
    double mean = 0.0;
    for (std::size_t i = 0; i < needs_.size(); ++i) {
      NeedState& need = needs_[i];
      const Exposure& exposure = histories_.exposures[histories_.exposure_of_need[i]];
      double chances = 0.0;
      for (std::size_t a = 0; a < histories_.accounts; ++a) {
        const double miss = std::pow(1.0 - detection, exposure.occasions[a]) *
                            std::exp(-std::exp(rate) * exposure.years[a]);
        chances += 1.0 - miss;
      }
      double present = 0.0;
      for (const History& history : histories_.heard[i]) present += use(history) == Use::heard ? 1.0 : 0.0;
      need.alpha = logit(std::clamp((present + 0.5) / (chances + 2.0), 0.02, 0.9));
      mean += need.alpha / static_cast<double>(needs_.size());
      need.detection = shared_.detection_mean;
      need.rate = shared_.rate_mean;
      need.eta.assign(histories_.strata, need.alpha);
      need.eta_steps.assign(histories_.strata, Step{});
    }
    shared_.alpha_mean = mean;
    // Short runs on large data refresh the accounts' voices less often: it is the only step that visits all accounts.
    const double accounts = static_cast<double>(histories_.accounts) * static_cast<double>(groups_.size());
    voice_every_ = accounts < 4e5 ? 2 : accounts < 4e6 ? 5 : 15;
    recount();
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) { refresh(i); });
  }

  /// Counts of cells after accounts' voices changed.
  void recount() {
    core::parallel_for(control_, groups_.size(), [&](std::size_t g) {
      Group& group = groups_[g];
      std::fill(group.counts.begin(), group.counts.end(), 0.0);
      for (std::size_t a = 0; a < histories_.accounts; ++a) {
        group.counts[group.kind[a] * voice_points + voice_[a]] += 1.0;
      }
    });
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) {
      const Group& group = group_of(i);
      NeedState& need = needs_[i];
      thread_local std::vector<double> unheard;
      unheard = group.counts;
      need.present.assign(profiles_.stratum.size(), 0.0);
      need.absent.assign(profiles_.stratum.size(), 0.0);
      need.heard.clear();
      for (const History& history : histories_.heard[i]) {
        const Use how = use(history);
        if (how == Use::unheard) continue;
        const std::uint32_t kind = group.kind[history.account];
        unheard[kind * voice_points + voice_[history.account]] -= 1.0;
        if (how == Use::absent) {
          need.absent[group.kind_profile[kind]] += 1.0;
        } else {
          need.present[group.kind_profile[kind]] += 1.0;
          need.heard.push_back(heard(i, history));
        }
      }
      need.cells.clear();
      need.large.clear();
      need.cells_begin.assign(histories_.strata + 1, 0);
      need.large_begin.assign(histories_.strata + 1, 0);
      for (std::size_t s = 0; s < histories_.strata; ++s) {
        for (std::size_t k = group.stratum_begin[s]; k < group.stratum_begin[s + 1]; ++k) {
          const Effort& effort = group.efforts[group.kind_effort[k]];
          if (effort.occasions == 0 && effort.years <= 0.0) continue;  // never exposed: silence says nothing
          for (std::size_t f = 0; f < voice_points; ++f) {
            const double count = unheard[k * voice_points + f];
            if (count <= 0.0) continue;
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
      std::sort(need.heard.begin(), need.heard.end(), [](const Heard& x, const Heard& y) {
        if (x.silent != y.silent) return x.silent < y.silent;
        if (x.effort != y.effort) return x.effort < y.effort;
        if (x.voice != y.voice) return x.voice < y.voice;
        if (x.mentions != y.mentions) return x.mentions < y.mentions;
        return x.events < y.events;
      });
      std::size_t last = 0;
      for (std::size_t h = 1; h < need.heard.size(); ++h) {
        Heard& into = need.heard[last];
        const Heard& from = need.heard[h];
        if (into.silent == from.silent && into.effort == from.effort && into.voice == from.voice &&
            into.mentions == from.mentions && into.events == from.events) {
          into.count += 1.0;
        } else {
          need.heard[++last] = from;
        }
      }
      if (!need.heard.empty()) need.heard.resize(last + 1);
    });
  }

  [[nodiscard]] Heard heard(std::size_t i, const History& history) const {
    const Group& group = group_of(i);
    const Exposure& exposure = histories_.exposures[histories_.exposure_of_need[i]];
    return {group.position(exposure.occasions[history.account] - history.weight),
            group.kind_effort[group.kind[history.account]], voice_[history.account], history.mentions,
            history.events, 1.0};
  }

  void fill_prevalence(const NeedState& need, double slope, double shift, std::vector<double>& out) const {
    out.resize(profiles_.stratum.size());
    for (std::size_t c = 0; c < out.size(); ++c) {
      out[c] = std::clamp(logistic(need.eta[profiles_.stratum[c]] + shift + slope * profiles_.covariate[c]), 1e-9,
                          1.0 - 1e-4);
    }
  }

  /// Chances to stay silent and what the heard ones said, under detection, rate and shared parameters.
  double fill_detection(std::size_t i, double detection, double rate, const Shared& shared,
                        std::vector<double>& occasions, std::vector<double>& out) const {
    const Group& group = group_of(i);
    occasions.resize(group.grid.size() * voice_points);
    std::array<double, voice_points> mean{};
    std::array<double, voice_points> intensity{};
    const double correlation = std::clamp(shared.correlation(), 1e-4, 0.95);
    const double size = std::exp(shared.size_log);
    for (std::size_t f = 0; f < voice_points; ++f) {
      const double u = shared.voice_deviation * voice_nodes[f];
      mean[f] = std::clamp(logistic(detection + u), 1e-6, 1.0 - 1e-6);
      intensity[f] = std::exp(std::clamp(rate + u, -30.0, 30.0));
      fill_silence(group.grid, mean[f], correlation, occasions.data() + f, voice_points);
    }
    out.resize(group.efforts.size() * voice_points);
    for (std::size_t e = 0; e < group.efforts.size(); ++e) {
      const Effort& effort = group.efforts[e];
      for (std::size_t f = 0; f < voice_points; ++f) {
        double value = occasions[effort.occasions * voice_points + f];
        if (effort.years > 0.0) value *= std::exp(-size * std::log1p(intensity[f] * effort.years / size));
        out[e * voice_points + f] = value;
      }
    }
    const double scale = (1.0 - correlation) / correlation;
    LogProduct product;
    for (const Heard& h : needs_[i].heard) {
      const double years = group.efforts[h.effort].years;
      product.times(said(h, occasions[h.silent * voice_points + h.voice], mean[h.voice] * scale, scale,
                         group.grid[h.silent], intensity[h.voice] * years, size),
                    h.count);
    }
    return product.value();
  }

  /// Probability of a heard history, up to a constant: beta-binomial mentions and negative binomial events.
  [[nodiscard]] static double said(const Heard& h, double silence, double a, double total, double silent_occasions,
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

  [[nodiscard]] double unheard_likelihood(const NeedState& need, std::span<const double> prevalence,
                                          std::span<const double> silent, std::size_t stratum) const noexcept {
    const auto quiet = [&](const Cell& cell) { return 1.0 - prevalence[cell.profile] * (1.0 - silent[cell.silent]); };
    double sum = 0.0;
    for (std::size_t c = need.large_begin[stratum]; c < need.large_begin[stratum + 1]; ++c) {
      sum += need.large[c].count * std::log(quiet(need.large[c]));
    }
    // No factor is below 1e-4, so that 64 of them do not underflow; four products hide the latency.
    std::size_t c = need.cells_begin[stratum];
    const std::size_t end = need.cells_begin[stratum + 1];
    while (c < end) {
      const std::size_t stop = std::min(end, c + 64);
      std::array<double, 4> product{1.0, 1.0, 1.0, 1.0};
      for (; c + 4 <= stop; c += 4) {
        product[0] *= quiet(need.cells[c]);
        product[1] *= quiet(need.cells[c + 1]);
        product[2] *= quiet(need.cells[c + 2]);
        product[3] *= quiet(need.cells[c + 3]);
      }
      for (; c < stop; ++c) product[0] *= quiet(need.cells[c]);
      sum += std::log((product[0] * product[1]) * (product[2] * product[3]));
    }
    return sum;
  }
  void fill_unheard(const NeedState& need, std::span<const double> prevalence, std::span<const double> silent,
                    std::vector<double>& out) const {
    out.resize(histories_.strata);
    for (std::size_t s = 0; s < out.size(); ++s) out[s] = unheard_likelihood(need, prevalence, silent, s);
  }
  [[nodiscard]] static double sum(std::span<const double> values) noexcept {
    double total = 0.0;
    for (const double value : values) total += value;
    return total;
  }
  [[nodiscard]] double known_likelihood(const NeedState& need, std::span<const double> prevalence) const noexcept {
    double sum = 0.0;
    for (std::size_t c = 0; c < prevalence.size(); ++c) {
      if (need.present[c] > 0.0) sum += need.present[c] * std::log(prevalence[c]);
      if (need.absent[c] > 0.0) sum += need.absent[c] * std::log1p(-prevalence[c]);
    }
    return sum;
  }

  void refresh(std::size_t i) {
    NeedState& need = needs_[i];
    fill_prevalence(need, need.slope, 0.0, need.prevalence);
    need.likelihood_heard = fill_detection(i, need.detection, need.rate, shared_, need.occasions, need.silent);
    need.likelihood_known = known_likelihood(need, need.prevalence);
    fill_unheard(need, need.prevalence, need.silent, need.likelihood_unheard);
  }

  [[nodiscard]] static double normal_log(double x, double mean, double deviation) noexcept {
    const double z = (x - mean) / deviation;
    return -0.5 * z * z;
  }

  /// Metropolis step of detection, rate and a shift of all strata at once.
  void move_detection(std::size_t i, double detection, double rate, double shift, Step& step, stats::Random& random,
                      bool learning) {
    NeedState& need = needs_[i];
    need.heard_next = fill_detection(i, detection, rate, shared_, need.occasions_next, need.silent_next);
    const bool shifts = shift != 0.0;
    if (shifts) {
      fill_prevalence(need, need.slope, shift, need.prevalence_next);
      need.known_next = known_likelihood(need, need.prevalence_next);
    }
    fill_unheard(need, shifts ? need.prevalence_next : need.prevalence, need.silent_next, need.unheard_next);
    double ratio = need.heard_next - need.likelihood_heard + sum(need.unheard_next) - sum(need.likelihood_unheard);
    if (shifts) {
      ratio += need.known_next - need.likelihood_known;
      ratio += normal_log(need.alpha + shift, shared_.alpha_mean, shared_.alpha_deviation) -
               normal_log(need.alpha, shared_.alpha_mean, shared_.alpha_deviation);
    }
    ratio += normal_log(detection, shared_.detection_mean, shared_.detection_deviation) -
             normal_log(need.detection, shared_.detection_mean, shared_.detection_deviation);
    ratio += normal_log(rate, shared_.rate_mean, shared_.rate_deviation) -
             normal_log(need.rate, shared_.rate_mean, shared_.rate_deviation);
    const bool accepted = std::log(random.uniform_open()) < ratio;
    step.learn(accepted, learning);
    if (!accepted) return;
    need.detection = detection;
    need.rate = rate;
    need.silent.swap(need.silent_next);
    need.occasions.swap(need.occasions_next);
    need.likelihood_heard = need.heard_next;
    need.likelihood_unheard.swap(need.unheard_next);
    if (shifts) {
      need.alpha += shift;
      for (double& eta : need.eta) eta += shift;
      need.prevalence.swap(need.prevalence_next);
      need.likelihood_known = need.known_next;
    }
  }

  /// Metropolis step of the slope or of a shift of all strata.
  void move_prevalence(std::size_t i, double slope, double shift, Step& step, stats::Random& random, bool learning) {
    NeedState& need = needs_[i];
    fill_prevalence(need, slope, shift, need.prevalence_next);
    need.known_next = known_likelihood(need, need.prevalence_next);
    fill_unheard(need, need.prevalence_next, need.silent, need.unheard_next);
    double ratio =
        need.known_next - need.likelihood_known + sum(need.unheard_next) - sum(need.likelihood_unheard);
    ratio += normal_log(need.alpha + shift, shared_.alpha_mean, shared_.alpha_deviation) -
             normal_log(need.alpha, shared_.alpha_mean, shared_.alpha_deviation);
    ratio += normal_log(slope, shared_.slope_mean, shared_.slope_deviation) -
             normal_log(need.slope, shared_.slope_mean, shared_.slope_deviation);
    const bool accepted = std::log(random.uniform_open()) < ratio;
    step.learn(accepted, learning);
    if (!accepted) return;
    need.slope = slope;
    need.alpha += shift;
    for (double& eta : need.eta) eta += shift;
    need.prevalence.swap(need.prevalence_next);
    need.likelihood_known = need.known_next;
    need.likelihood_unheard.swap(need.unheard_next);
  }

  void update_need(std::size_t i, stats::Random& random, bool learning) {
    NeedState& need = needs_[i];
    if (has_occasions_) {
      move_detection(i, need.detection + 1.5 * need.detection_step.scale() * random.normal(), need.rate, 0.0,
                     need.detection_step, random, learning);
    }
    if (has_events_) {
      move_detection(i, need.detection, need.rate + 1.5 * need.rate_step.scale() * random.normal(), 0.0,
                     need.rate_step, random, learning);
    }
    // Along the ridge: less detection and more prevalence explain the same mentions.
    const double along = 1.5 * need.ridge_step.scale() * random.normal();
    move_detection(i, need.detection + (has_occasions_ ? along : 0.0), need.rate + (has_events_ ? along : 0.0),
                   -0.8 * along, need.ridge_step, random, learning);
    move_prevalence(i, need.slope, need.shift_step.scale() * random.normal(), need.shift_step, random, learning);
    move_prevalence(i, need.slope + need.slope_step.scale() * random.normal(), 0.0, need.slope_step, random, learning);
    update_strata(i, random, learning);
    // Conjugate: the need's level given its strata.
    const double within = 1.0 / (shared_.segment_deviation * shared_.segment_deviation);
    const double between = 1.0 / (shared_.alpha_deviation * shared_.alpha_deviation);
    const double precision = within * static_cast<double>(need.eta.size()) + between;
    need.alpha = random.normal((within * sum(need.eta) + between * shared_.alpha_mean) / precision, 1.0 / std::sqrt(precision));
  }

  void update_strata(std::size_t i, stats::Random& random, bool learning) {
    NeedState& need = needs_[i];
    std::size_t c = 0;
    need.prevalence_next = need.prevalence;
    for (std::size_t s = 0; s < need.eta.size(); ++s) {
      const std::size_t first = c;
      while (c < profiles_.stratum.size() && profiles_.stratum[c] == s) ++c;
      const double next = need.eta[s] + need.eta_steps[s].scale() * random.normal();
      if (first == c) {  // nobody is in it
        need.eta[s] = random.normal(need.alpha, shared_.segment_deviation);
        continue;
      }
      double known = 0.0;
      for (std::size_t k = first; k < c; ++k) {
        const double psi = std::clamp(logistic(next + need.slope * profiles_.covariate[k]), 1e-9, 1.0 - 1e-4);
        need.prevalence_next[k] = psi;
        if (need.present[k] > 0.0) known += need.present[k] * std::log(psi / need.prevalence[k]);
        if (need.absent[k] > 0.0) known += need.absent[k] * (std::log1p(-psi) - std::log1p(-need.prevalence[k]));
      }
      const double unheard = unheard_likelihood(need, need.prevalence_next, need.silent, s);
      const double ratio = known + unheard - need.likelihood_unheard[s] + normal_log(next, need.alpha, shared_.segment_deviation) -
                           normal_log(need.eta[s], need.alpha, shared_.segment_deviation);
      const bool accepted = std::log(random.uniform_open()) < ratio;
      need.eta_steps[s].learn(accepted, learning);
      if (!accepted) continue;
      need.eta[s] = next;
      for (std::size_t k = first; k < c; ++k) need.prevalence[k] = need.prevalence_next[k];
      need.likelihood_known += known;
      need.likelihood_unheard[s] = unheard;
    }
  }

  /// Mean and deviation of normal effects.
  template <class Value>
  void update_normal(std::size_t count, Value value, double& mean, double& deviation, double prior_mean,
                     double prior_mean_deviation, double prior_deviation, bool has_mean, stats::Random& random) const {
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

  void update_hyper(stats::Random& random) {
    const std::size_t n = needs_.size();
    update_normal(n, [&](std::size_t i) { return needs_[i].alpha; }, shared_.alpha_mean, shared_.alpha_deviation,
                  prior_.alpha_mean, prior_.alpha_mean_deviation, prior_.alpha_deviation, true, random);
    update_normal(n, [&](std::size_t i) { return needs_[i].slope; }, shared_.slope_mean, shared_.slope_deviation, 0.0,
                  prior_.slope_mean_deviation, prior_.slope_deviation, true, random);
    if (has_occasions_) {
      update_normal(n, [&](std::size_t i) { return needs_[i].detection; }, shared_.detection_mean,
                    shared_.detection_deviation, prior_.detection_mean, prior_.detection_mean_deviation,
                    prior_.detection_deviation, true, random);
    }
    if (has_events_) {
      update_normal(n, [&](std::size_t i) { return needs_[i].rate; }, shared_.rate_mean, shared_.rate_deviation,
                    prior_.rate_mean, prior_.rate_mean_deviation, prior_.rate_deviation, true, random);
    }
    const std::size_t strata = histories_.strata;
    double zero = 0.0;
    update_normal(n * strata,
                  [&](std::size_t p) { return needs_[p / strata].eta[p % strata] - needs_[p / strata].alpha; }, zero,
                  shared_.segment_deviation, 0.0, 1.0, prior_.segment_deviation, false, random);
  }

  /// Likelihood of all needs under other shared parameters; the tables wait in `silent_next`.
  double propose(const Shared& next) {
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) {
      NeedState& need = needs_[i];
      need.heard_next =
          fill_detection(i, need.detection, need.rate, next, need.occasions_next, need.silent_next);
      fill_unheard(need, need.prevalence, need.silent_next, need.unheard_next);
    });
    double ratio = 0.0;
    for (const NeedState& need : needs_) {
      ratio += need.heard_next - need.likelihood_heard + sum(need.unheard_next) - sum(need.likelihood_unheard);
    }
    return ratio;
  }
  void accept(const Shared& next) {
    shared_ = next;
    for (NeedState& need : needs_) {
      need.silent.swap(need.silent_next);
      need.occasions.swap(need.occasions_next);
      need.likelihood_heard = need.heard_next;
      need.likelihood_unheard.swap(need.unheard_next);
    }
  }

  void update_shared(double Shared::* parameter, Step& step, double mean, double deviation, stats::Random& random,
                     bool learning) {
    Shared next = shared_;
    next.*parameter += step.scale() * random.normal();
    const double ratio = propose(next) + normal_log(next.*parameter, mean, deviation) -
                         normal_log(shared_.*parameter, mean, deviation);
    const bool accepted = std::log(random.uniform_open()) < ratio;
    step.learn(accepted, learning);
    if (accepted) accept(next);
  }

  void update_voice_deviation(stats::Random& random, bool learning) {
    Shared next = shared_;
    const double factor = std::exp(voice_step_.scale() * random.normal());
    next.voice_deviation *= factor;
    double ratio = propose(next) + std::log(factor);
    ratio += normal_log(next.voice_deviation, 0.0, prior_.voice_deviation) -
             normal_log(shared_.voice_deviation, 0.0, prior_.voice_deviation);
    const bool accepted = next.voice_deviation > 0.005 && next.voice_deviation < 5.0 &&
                          std::log(random.uniform_open()) < ratio;
    voice_step_.learn(accepted, learning);
    if (accepted) accept(next);
  }

  /// Gibbs step of each account's voice, over all needs at once.
  void update_voices(const stats::Random& random) {
    std::vector<std::vector<double>> tables(groups_.size());
    for (std::size_t g = 0; g < groups_.size(); ++g) tables[g].assign(groups_[g].kinds() * voice_points, 0.0);
    constexpr std::size_t kind_block = 128;
    std::vector<std::pair<std::size_t, std::size_t>> blocks;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (std::size_t k = 0; k < groups_[g].kinds(); k += kind_block) blocks.emplace_back(g, k);
    }
    core::parallel_for(control_, blocks.size(), [&](std::size_t b) {
      const auto [g, first] = blocks[b];
      const Group& group = groups_[g];
      const std::size_t end = std::min(group.kinds(), first + kind_block);
      for (std::size_t k = first; k < end; ++k) {
        std::array<LogProduct, voice_points> products{};
        for (const std::uint32_t i : group.needs) {
          const double psi = needs_[i].prevalence[group.kind_profile[k]];
          const double* miss = needs_[i].silent.data() + group.kind_effort[k] * voice_points;
          for (std::size_t f = 0; f < voice_points; ++f) products[f].times(1.0 - psi * (1.0 - miss[f]), 1.0);
        }
        for (std::size_t f = 0; f < voice_points; ++f) tables[g][k * voice_points + f] = products[f].value();
      }
    });
    const double correlation = std::clamp(shared_.correlation(), 1e-4, 0.95);
    const double scale = (1.0 - correlation) / correlation;
    const double size = std::exp(shared_.size_log);
    std::vector<double> means(needs_.size() * voice_points);
    std::vector<double> intensities(means.size());
    for (std::size_t i = 0; i < needs_.size(); ++i) {
      for (std::size_t f = 0; f < voice_points; ++f) {
        const double u = shared_.voice_deviation * voice_nodes[f];
        means[i * voice_points + f] = std::clamp(logistic(needs_[i].detection + u), 1e-6, 1.0 - 1e-6);
        intensities[i * voice_points + f] = std::exp(std::clamp(needs_[i].rate + u, -30.0, 30.0));
      }
    }
    constexpr std::size_t account_block = 256;
    core::parallel_for(control_, core::block_count(histories_.accounts, account_block), [&](std::size_t b) {
      stats::Random own = random.stream(b);
      const std::size_t end = std::min(histories_.accounts, (b + 1) * account_block);
      for (std::size_t a = b * account_block; a < end; ++a) {
        std::array<double, voice_points> weight{};
        for (std::size_t f = 0; f < voice_points; ++f) weight[f] = std::log(voice_weights[f]);
        for (std::size_t g = 0; g < groups_.size(); ++g) {
          const double* row = tables[g].data() + groups_[g].kind[a] * voice_points;
          for (std::size_t f = 0; f < voice_points; ++f) weight[f] += row[f];
        }
        for (std::size_t p = account_begin_[a]; p < account_begin_[a + 1]; ++p) {
          const auto [i, position] = account_pairs_[p];
          const History& history = histories_.heard[i][position];
          const Use how = use(history);
          if (how == Use::unheard) continue;
          const Group& group = group_of(i);
          const NeedState& need = needs_[i];
          const std::uint32_t kind = group.kind[a];
          const Heard h = heard(i, history);
          for (std::size_t f = 0; f < voice_points; ++f) {
            double value = 1.0;
            if (how == Use::heard) {
              value = said(h, need.occasions[h.silent * voice_points + f], means[i * voice_points + f] * scale, scale,
                           group.grid[h.silent], intensities[i * voice_points + f] * group.efforts[h.effort].years,
                           size);
            }
            weight[f] += std::log(std::max(value / silent(i, kind, f).silent, 1e-140));
          }
        }
        const double greatest = *std::max_element(weight.begin(), weight.end());
        double sum = 0.0;
        for (double& w : weight) sum += w = std::exp(w - greatest);
        double left = own.uniform() * sum;
        std::size_t chosen = 0;
        while (chosen + 1 < voice_points && left >= weight[chosen]) left -= weight[chosen++];
        voice_[a] = static_cast<std::uint8_t>(chosen);
      }
    });
    recount();
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) { refresh(i); });
  }

  const Histories& histories_;
  const core::RunControl& control_;
  Profiles profiles_;
  std::vector<Group> groups_{};
  std::vector<NeedState> needs_;
  std::vector<std::uint8_t> voice_;
  std::vector<std::size_t> account_begin_{};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> account_pairs_{};
  Shared shared_{};
  Prior prior_{};
  Step correlation_step_{}, size_step_{}, voice_step_{};
  stats::Random random_;
  bool has_events_ = false;
  bool has_occasions_ = false;
  std::size_t voice_every_ = 1;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
