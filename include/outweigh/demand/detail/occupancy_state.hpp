// The parameters of the occupancy model, and what its chain knows of one need.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>
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
  Mixture mixing = Mixture::beta;
  double alpha_mean = -1.0, alpha_deviation = 1.0;
  double segment_deviation = 0.3;
  double slope_mean = 0.0, slope_deviation = 0.2;
  double detection_mean = -1.5, detection_deviation = 0.5;
  /// Of the log rates of needs less `rate_slope` times how far the log odds of their detection are from
  /// `detection_centre`: what is readily mentioned is what accounts call about, too.
  double rate_mean = -1.0, rate_deviation = 0.5;
  double rate_slope = 0.0, detection_centre = -1.5;
  double correlation_logit = -2.5;  ///< of two occasions of one account and need; under normal mixing of their log odds
  double size_log = 0.0;
  double voice_deviation = 0.3;  ///< of the log odds of a mention
  std::array<double, most_voices> event_deviation{0.3, 0.3,
                                                  0.3};  ///< of the log rate of events, moved by the same voice
  double false_rate = 0.0;  ///< chance per occasion that a need is reported which is not there

  [[nodiscard]] double correlation() const noexcept { return logistic(correlation_logit); }
  [[nodiscard]] double own_rate(double rate, double detection) const noexcept {
    return rate - rate_slope * (detection - detection_centre);
  }
};

/// Weak priors: a normal for means, half-normals for deviations.
struct Prior {
  double alpha_mean = -1.0, alpha_mean_deviation = 1.5, alpha_deviation = 1.5;
  double segment_deviation = 0.75;
  double slope_mean_deviation = 0.5, slope_deviation = 0.5;
  double detection_mean = -1.5, detection_mean_deviation = 1.5, detection_deviation = 1.0;
  double rate_mean = 0.0, rate_mean_deviation = 2.0, rate_deviation = 1.0;
  double rate_slope = 0.5, rate_slope_deviation = 0.5;
  double correlation_mean = -2.5, correlation_deviation = 1.3;
  double size_mean = 0.0, size_deviation = 1.0;
  double voice_deviation = 0.75, event_deviation = 1.5;
  double false_rate = 0.01;
};

/// Mentions on occasions of a weight other than 1, beside silent ones.
struct Weighted {
  static constexpr std::uint32_t none = 0xFFFFFFFFU;
  std::uint32_t silent = 0;  ///< position in Group::grid
  std::uint32_t weight = 0;  ///< position in Group::weights
  double mentions = 0.0;
};

/// Heard accounts of one need with equal likelihood of what they said.
struct Heard {
  std::uint32_t silent = 0;  ///< grid position of the occasions without a mention
  std::uint32_t effort = 0;
  std::uint32_t weight = 0;  ///< position in Group::weights of the mean weight of the occasions of its mentions
  std::uint32_t voice = 0;
  double mentions = 0.0;
  double events = 0.0;
  double untrue_odds = 1.0;
  std::uint32_t weighted = Weighted::none;  ///< position in Signatures::weighted
  double count = 1.0;
};

/// Accounts of one need whose mentions may all have been false, with equal likelihood of what they said.
struct Mixed {
  std::uint32_t profile = 0;
  std::uint32_t signature = 0;
  std::uint32_t voice = 0;
  double count = 1.0;
  bool is_untrue = false;  ///< found untrue: it has not the need
};

/// What is likely under the detection parameters of one need.
struct Chances {
  /// efforts x voices: P(never heard | has the need) / P(never heard | has it not)
  std::vector<double> silent{};
  std::vector<double> occasions{};  ///< grid x voices: P(no mention on so many occasions | has the need)
  std::vector<double> calm{};       ///< times x voices: P(no event | has the need)
  double mentions_log = 0.0;        ///< log P(mentions of the heard accounts)
  double events_log = 0.0;          ///< log P(their events)
  std::vector<double> spoke{};      ///< by mixed account: P(its mentions | has the need)
  std::vector<double> said{};       ///< P(what it said | has the need)
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
};

/// Cells of one stratum whose number of accounts has one binary digit set. A sum of counts times logarithms is, digit
/// by digit, the digit's weight times the logarithm of a product: multiplications in place of logarithms.
struct Run {
  std::size_t begin = 0;  ///< in NeedState::cells
  std::size_t end = 0;
  double weight = 1.0;  ///< 2 to the digit
};

/// How the listed pairs of one need spoke, whoever they are: it never changes, as voices do.
struct Signatures {
  static constexpr std::uint32_t none = 0xFFFFFFFFU;
  std::vector<std::uint32_t> of_pair{};      ///< by position in Histories::heard of the need
  std::vector<Heard> list{};                 ///< distinct ones; `voice` means nothing
  std::vector<Weighted> weighted{};          ///< distinct ones
  std::vector<std::uint32_t> weighted_at{};  ///< all positions in `weighted` x voices
};

/// How often each factor occurs in the likelihood of what the heard accounts of one need said: under beta mixing it is
/// a product of few different ones.
struct SaidFactors {
  struct Factor {
    std::uint32_t at = 0;  ///< position in the table of its values
    double count = 0.0;
  };
  struct Among {
    std::uint32_t silent = 0;  ///< position in Group::grid
    double mentions = 0.0;
    double count = 0.0;
  };
  std::vector<Factor> silence{};   ///< grid x voices
  std::vector<Factor> mentions{};  ///< number of mentions x voices
  std::vector<Factor> weighted{};  ///< Signatures::weighted x voices
  std::vector<Among> among{};
  std::vector<Factor> calm{};    ///< times x voices
  std::vector<Factor> odds{};    ///< times x voices, once an event
  std::vector<Factor> events{};  ///< number of events

  /// Equal numbers of silence and mentions stand together in `heard`.
  void fill(const Group& group, const Signatures& signatures, std::span<const Heard> heard) {
    struct Memory {
      std::vector<double> silence{}, mentions{}, weighted{}, calm{}, odds{}, events{};
    };
    Memory& sums = memory_of_thread<Memory>();
    sums.silence.assign(group.grid.size() * voice_points, 0.0);
    sums.mentions.assign((group.most_mentions + 1) * voice_points, 0.0);
    sums.weighted.assign(signatures.weighted.size() * voice_points, 0.0);
    sums.calm.assign(group.years.size() * voice_points, 0.0);
    sums.odds.assign(sums.calm.size(), 0.0);
    sums.events.assign(group.most_events + 1, 0.0);
    among.clear();
    for (const Heard& h : heard) {
      const auto said = static_cast<std::size_t>(h.mentions + 0.5);
      sums.silence[h.silent * voice_points + h.voice] += h.count;
      if (said > 0) {
        sums.mentions[said * voice_points + h.voice] += h.count;
        if (h.weighted != Weighted::none) sums.weighted[h.weighted * voice_points + h.voice] += h.count;
        if (among.empty() || among.back().silent != h.silent || among.back().mentions != h.mentions) {
          among.push_back({h.silent, h.mentions, 0.0});
        }
        among.back().count += h.count;
      }
      const Effort& effort = group.efforts[h.effort];
      if (!(effort.years > 0.0)) continue;
      const auto number = static_cast<std::size_t>(h.events + 0.5);
      sums.calm[effort.time * voice_points + h.voice] += h.count;
      sums.odds[effort.time * voice_points + h.voice] += h.count * static_cast<double>(number);
      sums.events[number] += h.count;
    }
    list(sums.silence, silence);
    list(sums.mentions, mentions);
    list(sums.weighted, weighted);
    list(sums.calm, calm);
    list(sums.odds, odds);
    list(sums.events, events);
  }

 private:
  static void list(std::span<const double> sums, std::vector<Factor>& factors) {
    factors.clear();
    for (std::size_t at = 0; at < sums.size(); ++at) {
      if (sums[at] > 0.0) factors.push_back({static_cast<std::uint32_t>(at), sums[at]});
    }
  }
};

/// What the chain knows of one need.
struct NeedState {
  double alpha = -1.0, slope = 0.0, detection = -1.5, rate = -1.0;
  std::vector<double> eta{};         ///< by stratum
  std::vector<double> prevalence{};  ///< by profile
  Chances chances{};
  std::vector<Cell> cells{};  ///< silent accounts, by stratum and binary digit of their number
  std::vector<Run> runs{};
  std::vector<std::size_t> runs_begin{};  ///< strata + 1
  std::vector<double> quiet{};            ///< kinds x voices: P(silent)
  std::vector<double> said{};             ///< signatures x voices: P(what it said | has the need)
  std::vector<double> said_log{};         ///< its logarithm
  std::vector<double> misheard{};         ///< by signature: P(what it said | has it not)
  std::vector<double> present{};          ///< by profile: accounts known to have it
  std::vector<double> absent{};           ///< by profile: accounts known not to have it
  std::vector<Heard> heard{};
  SaidFactors said_factors{};              ///< of `heard`
  std::vector<Mixed> mixed{};              ///< by profile
  std::vector<std::size_t> mixed_begin{};  ///< strata + 1
  std::vector<std::uint32_t> mixed_at{};   ///< positions in signatures x voices that occur in `mixed`, ascending
  /// Positions in Signatures::weighted x voices that occur in `heard` and `mixed`, ascending.
  std::vector<std::uint32_t> weighted_at{};
  double silent_occasions = 0.0;  ///< of accounts never heard, over all of them
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
          group.kind_effort[group.kind[history.account]],
          static_cast<std::uint32_t>(
              std::lower_bound(group.weights.begin(), group.weights.end(), said_weight_on_grid(history)) -
              group.weights.begin()),
          voice,
          history.mentions,
          history.events,
          history.untrue_odds};
}

[[nodiscard]] inline Signatures make_signatures(const Group& group, const Exposure& exposure,
                                                std::span<const History> histories) {
  Signatures result;
  result.of_pair.assign(histories.size(), Signatures::none);
  const auto key = [](const Heard& h) {
    return std::tie(h.silent, h.mentions, h.weight, h.effort, h.events, h.untrue_odds);
  };
  std::vector<std::pair<Heard, std::size_t>> order;
  for (std::size_t p = 0; p < histories.size(); ++p) {
    // Of what is told apart only where reports may be false, too.
    if (use(histories[p], true) == Use::unheard || use(histories[p], true) == Use::absent) continue;
    order.emplace_back(make_heard(group, exposure, histories[p], 0), p);
  }
  std::sort(order.begin(), order.end(), [&](const auto& x, const auto& y) { return key(x.first) < key(y.first); });
  for (const auto& [heard, p] : order) {
    if (result.list.empty() || key(result.list.back()) != key(heard)) {
      result.list.push_back(heard);
      if (heard.mentions > 0.0 && group.weights[heard.weight] != 1.0) {
        const Weighted* last = result.weighted.empty() ? nullptr : &result.weighted.back();
        if (last == nullptr || std::tie(last->silent, last->mentions, last->weight) !=
                                   std::tie(heard.silent, heard.mentions, heard.weight)) {
          result.weighted.push_back({heard.silent, heard.weight, heard.mentions});
        }
        result.list.back().weighted = static_cast<std::uint32_t>(result.weighted.size() - 1);
      }
    }
    result.of_pair[p] = static_cast<std::uint32_t>(result.list.size() - 1);
  }
  result.weighted_at.resize(result.weighted.size() * voice_points);
  std::iota(result.weighted_at.begin(), result.weighted_at.end(), 0U);
  return result;
}

inline void list_positions(std::span<const std::uint8_t> occurs, std::vector<std::uint32_t>& positions) {
  positions.clear();
  for (std::size_t at = 0; at < occurs.size(); ++at) {
    if (occurs[at] != 0) positions.push_back(static_cast<std::uint32_t>(at));
  }
}

/// Counts of cells and of heard accounts of need `i`, after accounts' voices changed.
inline void collect_cells(const Group& group, std::span<const std::uint32_t> profiles_of, const Histories& histories,
                          std::size_t i, const Signatures& signatures, std::span<const std::uint8_t> voices,
                          bool with_false, NeedState& need) {
  const std::size_t profiles = need.prevalence.size();
  struct Memory {
    std::vector<double> unheard{}, heard{};
    std::vector<std::uint64_t> mixed{};
    std::vector<std::pair<Cell, std::uint64_t>> counted{};
    std::vector<std::uint8_t> mixed_occurs{}, weighted_occurs{};
  };
  auto& [unheard, heard, mixed, counted, mixed_occurs, weighted_occurs] = memory_of_thread<Memory>();
  unheard = group.counts;
  heard.assign(signatures.list.size() * voice_points, 0.0);
  mixed.clear();
  need.present.assign(profiles, 0.0);
  need.absent.assign(profiles, 0.0);
  const auto& list = histories.heard[i];
  for (std::size_t p = 0; p < list.size(); ++p) {
    const Use how = use(list[p], with_false);
    if (how == Use::unheard) continue;
    const std::uint32_t kind = group.kind[list[p].account];
    const std::uint8_t voice = voices[list[p].account];
    unheard[kind * voice_points + voice] -= 1.0;
    if (how == Use::absent) {
      need.absent[group.kind_profile[kind]] += 1.0;
    } else if (how == Use::mixed || how == Use::untrue) {
      const std::uint64_t said = signatures.of_pair[p] * std::uint64_t{2} + (how == Use::untrue ? 1U : 0U);
      mixed.push_back((std::uint64_t{group.kind_profile[kind]} << 40U) | (said << 4U) | voice);
    } else {
      need.present[group.kind_profile[kind]] += 1.0;
      heard[signatures.of_pair[p] * voice_points + voice] += 1.0;
    }
  }
  need.heard.clear();
  for (std::size_t h = 0; h < heard.size(); ++h) {
    if (heard[h] == 0.0) continue;
    need.heard.push_back(signatures.list[h / voice_points]);
    need.heard.back().voice = static_cast<std::uint32_t>(h % voice_points);
    need.heard.back().count = heard[h];
  }
  need.said_factors.fill(group, signatures, need.heard);
  need.mixed.clear();
  std::sort(mixed.begin(), mixed.end());
  for (std::size_t x = 0; x < mixed.size(); ++x) {
    if (x > 0 && mixed[x] == mixed[x - 1]) {
      need.mixed.back().count += 1.0;
      continue;
    }
    const std::uint64_t said = (mixed[x] & 0xFFFFFFFFFFU) >> 4U;
    need.mixed.push_back({.profile = static_cast<std::uint32_t>(mixed[x] >> 40U),
                          .signature = static_cast<std::uint32_t>(said / 2),
                          .voice = static_cast<std::uint32_t>(mixed[x] & 0xFU),
                          .is_untrue = said % 2 != 0});
  }
  need.mixed_begin.assign(histories.strata + 1, 0);
  for (const Mixed& x : need.mixed) ++need.mixed_begin[profiles_of[x.profile] + 1];
  for (std::size_t s = 0; s < histories.strata; ++s) need.mixed_begin[s + 1] += need.mixed_begin[s];
  mixed_occurs.assign(heard.size(), 0);
  weighted_occurs.assign(signatures.weighted.size() * voice_points, 0);
  const auto occurs = [&](const Heard& h, std::uint32_t voice) {
    if (h.weighted != Weighted::none) weighted_occurs[h.weighted * voice_points + voice] = 1;
  };
  for (const Heard& h : need.heard) occurs(h, h.voice);
  for (const Mixed& x : need.mixed) {
    if (x.is_untrue) continue;
    mixed_occurs[x.signature * voice_points + x.voice] = 1;
    occurs(signatures.list[x.signature], x.voice);
  }
  list_positions(mixed_occurs, need.mixed_at);
  list_positions(weighted_occurs, need.weighted_at);

  need.cells.clear();
  need.runs.clear();
  need.silent_occasions = 0.0;
  need.runs_begin.assign(histories.strata + 1, 0);
  for (std::size_t s = 0; s < histories.strata; ++s) {
    counted.clear();
    std::array<std::size_t, 64> of_digit{};
    for (std::size_t o = group.occupied_begin[s]; o < group.occupied_begin[s + 1]; ++o) {
      const std::uint32_t at = group.occupied[o];
      const double count = unheard[at];
      if (count <= 0.0) continue;
      const std::size_t kind = at / voice_points;
      const Effort& effort = group.efforts[group.kind_effort[kind]];
      if (effort.occasions == 0 && effort.years <= 0.0) continue;  // never exposed: silence says nothing
      need.silent_occasions += count * group.grid[effort.occasions];
      counted.emplace_back(Cell{group.kind_profile[kind],
                                static_cast<std::uint32_t>(group.kind_effort[kind] * voice_points + at % voice_points)},
                           static_cast<std::uint64_t>(count));
      for (std::uint64_t left = counted.back().second; left != 0; left &= left - 1) {
        ++of_digit[static_cast<std::size_t>(std::countr_zero(left))];
      }
    }
    std::size_t end = need.cells.size();
    for (std::size_t digit = 0; digit < of_digit.size(); ++digit) {
      const std::size_t begin = end;
      end += of_digit[digit];
      of_digit[digit] = begin;
      if (end > begin) need.runs.push_back({begin, end, std::ldexp(1.0, static_cast<int>(digit))});
    }
    need.cells.resize(end);
    for (const auto& [cell, count] : counted) {
      for (std::uint64_t left = count; left != 0; left &= left - 1) {
        need.cells[of_digit[static_cast<std::size_t>(std::countr_zero(left))]++] = cell;
      }
    }
    need.runs_begin[s + 1] = need.runs.size();
  }
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
