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

#include <outweigh/core/detail/prefetch.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/detail/occupancy_likelihood.hpp>
#include <outweigh/demand/detail/occupancy_state.hpp>
#include <outweigh/demand/occupancy.hpp>
#include <outweigh/stats/detail/lane_arrays.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

class OccupancyChain {
 public:
  OccupancyChain(const Histories& histories, const core::RunControl& control, double false_rate)
      : histories_(histories),
        control_(control),
        profiles_(make_profiles(histories, histories.accounts < 20'000 ? 12 : 6)),
        needs_(histories.needs),
        voices_(histories.voice_of_exposure.empty()
                    ? 1
                    : 1 + *std::max_element(histories.voice_of_exposure.begin(), histories.voice_of_exposure.end())),
        voice_(voices_ * histories.accounts, static_cast<std::uint8_t>(voice_points / 2)),
        random_(stats::Random(control.seed).stream("occupancy")) {
    groups_.resize(histories.exposures.size());
    core::parallel_for(control_, groups_.size(),
                       [&](std::size_t g) { groups_[g] = make_group(histories_, profiles_, g); });
    signatures_.resize(histories.needs);
    core::parallel_for(control_, histories.needs, [&](std::size_t i) {
      signatures_[i] =
          make_signatures(group_of(i), histories.exposures[histories.exposure_of_need[i]], histories.heard[i]);
    });
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
        account_pairs_[account_begin_[a] + heard_of[a]++] = {static_cast<std::uint32_t>(i), signatures_[i].of_pair[p],
                                                             use(histories.heard[i][p], false),
                                                             use(histories.heard[i][p], true)};
      }
    }
    if (has_occasions_) {
      // From high values it falls where nothing was false; from low ones it may never find what was.
      shared_.false_rate = false_rate < 0.0 ? 0.01 : false_rate;
      is_false_fixed_ = false_rate >= 0.0;
    }
    start();
  }

  void sweep(std::size_t number, bool learning) {
    const stats::Random at_sweep = random_.stream(number);
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) {
      stats::Random random = at_sweep.stream(i);
      update_need(i, random, learning);
    });
    stats::Random random = at_sweep.stream("shared");
    update_hyper(random);
    // Much data leaves little doubt of what all needs share: there each is moved in every other sweep.
    const bool moves_mentions = has_occasions_ && (!is_large_ || number % 2 == 0);
    const bool moves_events = has_events_ && (!is_large_ || number % 2 == 1);
    if (moves_mentions) {
      update_shared(&Shared::correlation_logit, correlation_step_, prior_.correlation_mean,
                    prior_.correlation_deviation, random, learning);
    }
    if (moves_events) {
      update_shared(&Shared::size_log, size_step_, prior_.size_mean, prior_.size_deviation, random, learning);
    }
    if (has_false() && !is_false_fixed_) update_false(random, learning);
    if (moves_mentions) {
      update_deviation([](Shared& shared) -> double& { return shared.voice_deviation; }, prior_.voice_deviation,
                       voice_step_, random, learning);
    }
    if (moves_events) {
      for (std::size_t v = 0; v < voices_; ++v) {
        update_deviation([v](Shared& shared) -> double& { return shared.event_deviation[v]; }, prior_.event_deviation,
                         event_voice_step_[v], random, learning);
      }
    }
    if (number % voice_every_ == 0) update_voices(at_sweep.stream("voices"));
  }

  [[nodiscard]] bool has_events() const noexcept { return has_events_; }
  [[nodiscard]] bool has_occasions() const noexcept { return has_occasions_; }
  [[nodiscard]] bool has_false() const noexcept { return shared_.false_rate > 0.0; }
  /// Every report is taken for true from now on.
  void believe() {
    shared_.false_rate = 0.0;
    recount();
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) { refresh(i); });
  }

  /// Goes on under another law of how readily accounts speak.
  void mix(Mixture mixing) {
    shared_.mixing = mixing;
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) { refresh(i); });
  }
  /// Log likelihood of all that was said when voices were last drawn; voices, and whether silent accounts have a need,
  /// are summed out.
  [[nodiscard]] double log_likelihood() const noexcept { return log_likelihood_; }

  /// What is likely to be said of a need as it is now.
  void fill_said(std::size_t i, Said& said) const {
    said.fill(group_of(i), signatures_[i], needs_[i].detection, needs_[i].rate, shared_);
  }
  /// Probability that an account that was heard has the need; 1 where reports are true. `pair` is a position in
  /// Histories::heard of the need, and `said` filled for it.
  [[nodiscard]] double heard_probability(std::size_t i, std::size_t pair, Said& said) const noexcept {
    const History& history = histories_.heard[i][pair];
    const Group& group = group_of(i);
    const NeedState& need = needs_[i];
    const std::uint32_t kind = group.kind[history.account];
    const double psi = need.prevalence[group.kind_profile[kind]];
    const Use how = use(history, has_false());
    const std::uint8_t f = voice(i, history.account);
    if (how == Use::unheard) {
      // Heard only apart from the occasions: as if once more.
      const double had = silent(i, kind, f).has;
      return had / (had + (1.0 - had) * shared_.false_rate / std::max(logistic(need.detection), shared_.false_rate));
    }
    if (how != Use::mixed) return 1.0;
    const Heard& h = signatures_[i].list[signatures_[i].of_pair[pair]];
    const double yes = psi * said(group, h, f, need.chances.occasions[h.silent * voice_points + f]);
    double untrue = h.untrue_odds;
    const double chance = -std::expm1(group.weights[h.weight] * std::log1p(-shared_.false_rate));
    for (double j = 0.0; j + 0.5 < h.mentions; j += 1.0) untrue *= chance;
    untrue = std::min(untrue, 1.0) * std::exp(group.grid[h.silent] * std::log1p(-shared_.false_rate));
    const double no = (1.0 - psi) * untrue;
    return yes / std::max(yes + no, 1e-300);
  }

  [[nodiscard]] const NeedState& need(std::size_t i) const noexcept { return needs_[i]; }
  [[nodiscard]] const Shared& shared() const noexcept { return shared_; }
  /// Of an account for the needs of an exposure, and for one need.
  [[nodiscard]] std::uint8_t voice_in(std::size_t exposure, std::size_t account) const noexcept {
    return voice_[groups_[exposure].voice * histories_.accounts + account];
  }
  [[nodiscard]] std::uint8_t voice(std::size_t need, std::size_t account) const noexcept {
    return voice_in(histories_.exposure_of_need[need], account);
  }
  /// Grows whenever voices change; at least 1.
  [[nodiscard]] std::size_t voices_changed() const noexcept { return voices_changed_; }
  [[nodiscard]] const Group& group(std::size_t exposure) const noexcept { return groups_[exposure]; }
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
    const double miss = need.chances.silent[group.kind_effort[kind] * voice_points + voice];
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
    shared_.detection_centre = shared_.detection_mean;
    shared_.rate_mean = rate;
    shared_.rate_slope = has_occasions_ && has_events_ ? prior_.rate_slope : 0.0;
    prior_.rate_mean = rate;
    double mean = 0.0;
    for (std::size_t i = 0; i < needs_.size(); ++i) {
      NeedState& need = needs_[i];
      const Exposure& exposure = histories_.exposures[histories_.exposure_of_need[i]];
      double chances = 0.0;
      for (std::size_t a = 0; a < histories_.accounts; ++a) {
        const double miss =
            std::pow(1.0 - detection, exposure.occasions[a]) * std::exp(-std::exp(rate) * exposure.years[a]);
        chances += 1.0 - miss;
      }
      double present = 0.0;
      for (const History& history : histories_.heard[i]) present += use(history, false) == Use::heard ? 1.0 : 0.0;
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
    voice_every_ = accounts * static_cast<double>(needs_.size()) < 5e6 && accounts < 4e5 ? 2 : accounts < 4e6 ? 5 : 15;
    is_large_ = voice_every_ > 2;
    for (NeedState& need : needs_) need.prevalence.assign(profiles_.stratum.size(), 0.5);
    recount();
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) { refresh(i); });
  }

  /// Counts of cells after accounts' voices changed.
  void recount() {
    core::parallel_for(control_, groups_.size(), [&](std::size_t g) {
      Group& group = groups_[g];
      std::fill(group.counts.begin(), group.counts.end(), 0.0);
      for (std::size_t a = 0; a < histories_.accounts; ++a) {
        group.counts[group.kind[a] * voice_points + voice_in(g, a)] += 1.0;
      }
      group.find_occupied();
    });
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) {
      collect_cells(
          group_of(i), profiles_.stratum, histories_, i, signatures_[i],
          std::span<const std::uint8_t>(voice_).subspan(group_of(i).voice * histories_.accounts, histories_.accounts),
          has_false(), needs_[i]);
    });
  }

  void refresh(std::size_t i) {
    NeedState& need = needs_[i];
    fill_prevalence(profiles_, need, need.slope, 0.0, need.prevalence);
    need.likelihood_heard = fill_detection(group_of(i), signatures_[i], need, need.detection, need.rate, shared_, false,
                                           false, need.chances);
    need.likelihood_known = known_likelihood(need, need.prevalence);
    fill_unheard(need, need.prevalence, need.chances, need.likelihood_unheard);
  }

  /// Metropolis step of detection, rate and a shift of all strata at once.
  void move_detection(std::size_t i, double detection, double rate, double shift, Step& step, stats::Random& random,
                      bool learning) {
    NeedState& need = needs_[i];
    need.heard_next = fill_detection(group_of(i), signatures_[i], need, detection, rate, shared_,
                                     detection == need.detection, rate == need.rate, need.chances_next);
    const bool shifts = shift != 0.0;
    if (shifts) {
      fill_prevalence(profiles_, need, need.slope, shift, need.prevalence_next);
      need.known_next = known_likelihood(need, need.prevalence_next);
    }
    fill_unheard(need, shifts ? need.prevalence_next : need.prevalence, need.chances_next, need.unheard_next);
    double ratio =
        need.heard_next - need.likelihood_heard + sum_of(need.unheard_next) - sum_of(need.likelihood_unheard);
    if (shifts) {
      ratio += need.known_next - need.likelihood_known;
      ratio += normal_log(need.alpha + shift, shared_.alpha_mean, shared_.alpha_deviation) -
               normal_log(need.alpha, shared_.alpha_mean, shared_.alpha_deviation);
    }
    ratio += normal_log(detection, shared_.detection_mean, shared_.detection_deviation) -
             normal_log(need.detection, shared_.detection_mean, shared_.detection_deviation);
    ratio += normal_log(shared_.own_rate(rate, detection), shared_.rate_mean, shared_.rate_deviation) -
             normal_log(shared_.own_rate(need.rate, need.detection), shared_.rate_mean, shared_.rate_deviation);
    const bool accepted = std::log(random.uniform_open()) < ratio;
    step.learn(accepted, learning);
    if (!accepted) return;
    need.detection = detection;
    need.rate = rate;
    std::swap(need.chances, need.chances_next);
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
    fill_prevalence(profiles_, need, slope, shift, need.prevalence_next);
    need.known_next = known_likelihood(need, need.prevalence_next);
    fill_unheard(need, need.prevalence_next, need.chances, need.unheard_next);
    double ratio =
        need.known_next - need.likelihood_known + sum_of(need.unheard_next) - sum_of(need.likelihood_unheard);
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
      move_detection(i, need.detection, need.rate + 1.5 * need.rate_step.scale() * random.normal(), 0.0, need.rate_step,
                     random, learning);
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
    need.alpha = random.normal((within * sum_of(need.eta) + between * shared_.alpha_mean) / precision,
                               1.0 / std::sqrt(precision));
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
      const double unheard = unheard_likelihood(need, need.prevalence_next, need.chances, s);
      const double ratio = known + unheard - need.likelihood_unheard[s] +
                           normal_log(next, need.alpha, shared_.segment_deviation) -
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

  void update_hyper(stats::Random& random) {
    const std::size_t n = needs_.size();
    update_normal(
        n, [&](std::size_t i) { return needs_[i].alpha; }, shared_.alpha_mean, shared_.alpha_deviation,
        prior_.alpha_mean, prior_.alpha_mean_deviation, prior_.alpha_deviation, true, random);
    update_normal(
        n, [&](std::size_t i) { return needs_[i].slope; }, shared_.slope_mean, shared_.slope_deviation, 0.0,
        prior_.slope_mean_deviation, prior_.slope_deviation, true, random);
    if (has_occasions_) {
      update_normal(
          n, [&](std::size_t i) { return needs_[i].detection; }, shared_.detection_mean, shared_.detection_deviation,
          prior_.detection_mean, prior_.detection_mean_deviation, prior_.detection_deviation, true, random);
    }
    if (has_events_) {
      update_normal(
          n, [&](std::size_t i) { return shared_.own_rate(needs_[i].rate, needs_[i].detection); }, shared_.rate_mean,
          shared_.rate_deviation, prior_.rate_mean, prior_.rate_mean_deviation, prior_.rate_deviation, true, random);
    }
    if (has_occasions_ && has_events_) {  // conjugate
      const double within = 1.0 / (shared_.rate_deviation * shared_.rate_deviation);
      const double between = 1.0 / (prior_.rate_slope_deviation * prior_.rate_slope_deviation);
      double products = 0.0;
      double squares = 0.0;
      for (const NeedState& need : needs_) {
        const double detection = need.detection - shared_.detection_centre;
        products += detection * (need.rate - shared_.rate_mean);
        squares += detection * detection;
      }
      const double precision = within * squares + between;
      shared_.rate_slope =
          random.normal((within * products + between * prior_.rate_slope) / precision, 1.0 / std::sqrt(precision));
    }
    const std::size_t strata = histories_.strata;
    double zero = 0.0;
    update_normal(
        n * strata, [&](std::size_t p) { return needs_[p / strata].eta[p % strata] - needs_[p / strata].alpha; }, zero,
        shared_.segment_deviation, 0.0, 1.0, prior_.segment_deviation, false, random);
  }

  /// Likelihood of all needs under other shared parameters; the tables wait in `silent_next`.
  double propose(const Shared& next) {
    const bool keeps_mentions =
        next.correlation_logit == shared_.correlation_logit && next.voice_deviation == shared_.voice_deviation;
    const bool keeps_events = next.size_log == shared_.size_log && next.event_deviation == shared_.event_deviation;
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) {
      NeedState& need = needs_[i];
      need.heard_next = fill_detection(group_of(i), signatures_[i], need, need.detection, need.rate, next,
                                       keeps_mentions, keeps_events, need.chances_next);
      fill_unheard(need, need.prevalence, need.chances_next, need.unheard_next);
    });
    double ratio = 0.0;
    for (const NeedState& need : needs_) {
      ratio += need.heard_next - need.likelihood_heard + sum_of(need.unheard_next) - sum_of(need.likelihood_unheard);
    }
    return ratio;
  }
  void accept(const Shared& next) {
    shared_ = next;
    for (NeedState& need : needs_) {
      std::swap(need.chances, need.chances_next);
      need.likelihood_heard = need.heard_next;
      need.likelihood_unheard.swap(need.unheard_next);
    }
  }

  void update_shared(double Shared::*parameter, Step& step, double mean, double deviation, stats::Random& random,
                     bool learning) {
    Shared next = shared_;
    next.*parameter += step.scale() * random.normal();
    const double ratio =
        propose(next) + normal_log(next.*parameter, mean, deviation) - normal_log(shared_.*parameter, mean, deviation);
    const bool accepted = std::log(random.uniform_open()) < ratio;
    step.learn(accepted, learning);
    if (accepted) accept(next);
  }

  /// Metropolis step of the logarithm of how much accounts' voices differ.
  template <class Parameter>
  void update_deviation(Parameter parameter, double prior, Step& step, stats::Random& random, bool learning) {
    Shared next = shared_;
    const double factor = std::exp(step.scale() * random.normal());
    const double deviation = parameter(next) *= factor;
    double ratio = propose(next) + std::log(factor);
    ratio += normal_log(deviation, 0.0, prior) - normal_log(parameter(shared_), 0.0, prior);
    const bool accepted = deviation > 0.005 && deviation < 5.0 && std::log(random.uniform_open()) < ratio;
    step.learn(accepted, learning);
    if (accepted) accept(next);
  }

  /// Metropolis step of the logarithm of the rate of false reports.
  void update_false(stats::Random& random, bool learning) {
    Shared next = shared_;
    const double factor = std::exp(1.5 * false_step_.scale() * random.normal());
    next.false_rate *= factor;
    bool accepted = next.false_rate > 1e-7 && next.false_rate < 0.2;
    if (accepted) {
      double ratio = propose(next) + std::log(factor);
      ratio +=
          normal_log(next.false_rate, 0.0, prior_.false_rate) - normal_log(shared_.false_rate, 0.0, prior_.false_rate);
      accepted = std::log(random.uniform_open()) < ratio;
    }
    false_step_.learn(accepted, learning);
    if (accepted) accept(next);
  }

  /// Gibbs step of each account's voice, over all needs at once.
  void update_voices(const stats::Random& random) {
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) {
      NeedState& need = needs_[i];
      const Group& group = group_of(i);
      need.quiet.resize(group.kinds() * voice_points);
      for (std::size_t k = 0; k < group.kinds(); ++k) {
        const double psi = need.prevalence[group.kind_profile[k]];
        const double* miss = need.chances.silent.data() + group.kind_effort[k] * voice_points;
        for (std::size_t f = 0; f < voice_points; ++f) {
          need.quiet[k * voice_points + f] = 1.0 - psi * (1.0 - miss[f]);
        }
      }
      Said& said = memory_of_thread<Said>();
      said.fill(group, signatures_[i], need.detection, need.rate, shared_);
      need.said.resize(signatures_[i].list.size() * voice_points);
      need.said_log.resize(need.said.size());
      for (std::size_t h = 0; h < need.said.size(); ++h) {
        const Heard& heard = signatures_[i].list[h / voice_points];
        const std::size_t f = h % voice_points;
        need.said[h] = std::max(said(group, heard, f, need.chances.occasions[heard.silent * voice_points + f]), 1e-140);
      }
      need.said_log = need.said;
      stats::detail::log_all(need.said_log);
      if (has_false()) fill_misheard(group, signatures_[i], shared_.false_rate, need.misheard);
    });
    // Had the account kept silent on all needs.
    std::vector<std::vector<double>> tables(groups_.size());
    core::parallel_for(control_, groups_.size(), [&](std::size_t g) { tables[g] = log_quiet(groups_[g]); });
    std::array<double, voice_points> prior{};
    for (std::size_t f = 0; f < voice_points; ++f) prior[f] = std::log(voice_weights[f]);
    constexpr std::size_t account_block = 256;
    const std::size_t blocks = core::block_count(histories_.accounts, account_block);
    std::vector<double> of_task(voices_ * blocks, 0.0);
    core::parallel_for(control_, voices_ * blocks, [&](std::size_t task) {
      stats::Random own = random.stream(task);
      const std::size_t b = task % blocks;
      const std::size_t v = task / blocks;
      const std::size_t end = std::min(histories_.accounts, (b + 1) * account_block);
      for (std::size_t a = b * account_block; a < end; ++a) {
        std::array<double, voice_points> weight = prior;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
          if (groups_[g].voice != v) continue;
          const double* row = tables[g].data() + groups_[g].kind[a] * voice_points;
          for (std::size_t f = 0; f < voice_points; ++f) weight[f] += row[f];
        }
        // P(silent) of the pairs that were not silent, to be taken out again.
        std::array<double, voice_points> quiet{};
        quiet.fill(1.0);
        std::size_t factors = 0;
        const auto take_out = [&] {
          for (std::size_t f = 0; f < voice_points; ++f) weight[f] -= std::log(quiet[f]);
          quiet.fill(1.0);
          factors = 0;
        };
        for (std::size_t p = account_begin_[a]; p < account_begin_[a + 1]; ++p) {
          const std::uint32_t i = account_pairs_[p].need;
          core::detail::prefetch(needs_[i].quiet.data() + group_of(i).kind[a] * voice_points);
        }
        for (std::size_t p = account_begin_[a]; p < account_begin_[a + 1]; ++p) {
          const auto& [i, signature, believed, doubted] = account_pairs_[p];
          const Use how = has_false() ? doubted : believed;
          if (how == Use::unheard) continue;
          const Group& group = group_of(i);
          if (group.voice != v) continue;
          const NeedState& need = needs_[i];
          const std::uint32_t kind = group.kind[a];
          const double* own_quiet = need.quiet.data() + kind * voice_points;
          for (std::size_t f = 0; f < voice_points; ++f) quiet[f] *= own_quiet[f];
          if (++factors == most_factors) take_out();
          if (how == Use::absent || how == Use::untrue) continue;
          if (how != Use::mixed) {
            const double* spoke = need.said_log.data() + signature * voice_points;
            for (std::size_t f = 0; f < voice_points; ++f) weight[f] += spoke[f];
            continue;
          }
          const double psi = need.prevalence[group.kind_profile[kind]];
          const double untrue = (1.0 - psi) * need.misheard[signature];
          const double* likely = need.said.data() + signature * voice_points;
          for (std::size_t f = 0; f < voice_points; ++f) {
            weight[f] += std::log(std::max(psi * likely[f] + untrue, 1e-140));
          }
        }
        if (factors > 0) take_out();
        const double greatest = *std::max_element(weight.begin(), weight.end());
        double sum = 0.0;
        for (double& w : weight) sum += w = std::exp(w - greatest);
        of_task[task] += greatest + std::log(sum);
        double left = own.uniform() * sum;
        std::size_t chosen = 0;
        while (chosen + 1 < voice_points && left >= weight[chosen]) left -= weight[chosen++];
        voice_[v * histories_.accounts + a] = static_cast<std::uint8_t>(chosen);
      }
    });
    log_likelihood_ = sum_of(of_task);
    for (const NeedState& need : needs_) {
      log_likelihood_ += need.likelihood_known + need.silent_occasions * std::log1p(-shared_.false_rate);
    }
    ++voices_changed_;
    recount();
    core::parallel_for(control_, needs_.size(), [&](std::size_t i) { refresh(i); });
  }

  /// No chance of silence is below 1e-4, so that so many do not underflow.
  static constexpr std::size_t most_factors = 64;

  /// By kind and voice: log probability of silence on all needs of the group.
  [[nodiscard]] std::vector<double> log_quiet(const Group& group) const {
    std::vector<double> result(group.kinds() * voice_points, 0.0);
    std::vector<double> product(result.size(), 1.0);
    for (std::size_t n = 0; n < group.needs.size(); ++n) {
      const double* quiet = needs_[group.needs[n]].quiet.data();
      for (std::size_t c = 0; c < product.size(); ++c) product[c] *= quiet[c];
      if ((n + 1) % most_factors != 0 && n + 1 < group.needs.size()) continue;
      stats::detail::log_all(product);
      for (std::size_t c = 0; c < product.size(); ++c) result[c] += product[c];
      std::fill(product.begin(), product.end(), 1.0);
    }
    return result;
  }

  const Histories& histories_;
  const core::RunControl& control_;
  Profiles profiles_;
  std::vector<Group> groups_{};
  std::vector<Signatures> signatures_{};
  std::vector<NeedState> needs_;
  std::size_t voices_ = 1;
  std::vector<std::uint8_t> voice_;  ///< voices x accounts
  std::vector<std::size_t> account_begin_{};
  struct Pair {
    std::uint32_t need = 0;
    std::uint32_t signature = 0;
    Use believed = Use::unheard;  ///< how it counts where reports are true
    Use doubted = Use::unheard;   ///< and where they may be false
  };
  std::vector<Pair> account_pairs_{};
  Shared shared_{};
  Prior prior_{};
  Step correlation_step_{}, size_step_{}, voice_step_{}, false_step_{};
  std::array<Step, most_voices> event_voice_step_{};
  bool is_false_fixed_ = false;
  stats::Random random_;
  bool has_events_ = false;
  bool has_occasions_ = false;
  std::size_t voice_every_ = 1;
  bool is_large_ = false;
  std::size_t voices_changed_ = 1;
  double log_likelihood_ = 0.0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
