// Joint draws of how many accounts have each need, from cells of accounts that are alike.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/detail/occupancy_chain.hpp>
#include <outweigh/demand/occupancy.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Mean and spread of the number, and of the worth, of silent accounts of one stratum that have a need.
struct Moments {
  double mean = 0.0, variance = 0.0, worth_mean = 0.0, worth_variance = 0.0, covariance = 0.0, size = 0.0;
  /// `count` accounts of equal probability with these sums of worths and of their squares.
  void add(double probability, double count, double worth, double square) noexcept {
    const double spread = probability * (1.0 - probability);
    size += count;
    mean += count * probability;
    variance += count * spread;
    worth_mean += worth * probability;
    worth_variance += square * spread;
    covariance += worth * spread;
  }
};

/// A whole number with the mean and variance of a sum of unequal coin tosses.
[[nodiscard]] inline double draw_count(const Moments& moments, stats::Random& random) {
  const double size = std::max(0.0, std::round(moments.size));
  const double mean = std::clamp(moments.mean, 0.0, size);
  const double variance = std::clamp(moments.variance, 0.0, mean);
  double count = 0.0;
  if (mean <= 1e-12) return 0.0;
  if (variance > 25.0) {
    count = std::round(mean + std::sqrt(variance) * random.normal());
  } else {
    const double chance = 1.0 - variance / mean;
    if (chance < 1e-6) {
      count = static_cast<double>(random.poisson(mean));
    } else {
      // A binomial of `trials` tosses; the fraction that is left over is drawn between the neighbours.
      const double trials = mean / chance;
      const double whole = std::floor(trials);
      const bool up = random.uniform() < trials - whole;
      const double n = std::max(whole + (up ? 1.0 : 0.0), std::ceil(mean));
      count = static_cast<double>(
          random.binomial(static_cast<std::int64_t>(n), std::clamp(mean / std::max(n, mean), 0.0, 1.0)));
    }
  }
  return std::clamp(count, 0.0, size);
}

/// Accounts of one exposure by kind, voice and whether they were ever contacted. All needs of the exposure share it.
struct DrawCells {
  std::vector<std::uint32_t> cell{};               ///< by account: (kind * voice_points + voice) * 2 + contacted
  std::vector<double> count{}, worth{}, square{};  ///< by cell

  template <class Voice>
  void fill(const Group& group, const Histories& histories, Voice voice) {
    cell.resize(histories.accounts);
    count.assign(group.kinds() * voice_points * 2, 0.0);
    worth.assign(count.size(), 0.0);
    square.assign(count.size(), 0.0);
    for (std::size_t a = 0; a < histories.accounts; ++a) {
      const std::size_t c = (group.kind[a] * voice_points + voice(a)) * 2 + (histories.contacted[a] != 0 ? 1U : 0U);
      cell[a] = static_cast<std::uint32_t>(c);
      count[c] += 1.0;
      worth[c] += histories.worth[a];
      square[c] += histories.worth[a] * histories.worth[a];
    }
  }
};

/// The odds scaled.
[[nodiscard]] inline double scale_odds(double probability, double ratio) noexcept {
  return ratio == 1.0 ? probability : ratio * probability / (1.0 - probability + ratio * probability);
}

/// Draws how many accounts have each need, at one state of the chain after the other.
class Drawer {
 public:
  Drawer(const Histories& histories, const core::RunControl& control, bool superpopulation)
      : histories_(histories),
        control_(control),
        superpopulation_(superpopulation),
        cells_(histories.exposures.size()),
        apart_(histories.needs, 0.0) {
    for (std::size_t i = 0; i < histories.needs; ++i) {
      for (const History& history : histories.heard[i]) apart_[i] += is_apart(history) ? 1.0 : 0.0;
    }
  }

  /// 1 and 0 where it is known whether the account has the need, 2 where it was heard, perhaps falsely, -1 silent.
  [[nodiscard]] static double known(const History& history, bool has_false) noexcept {
    if (history.known < 0) return 0.0;
    if (history.asked || history.is_sure || history.events > 0.0) return 1.0;
    const bool is_heard = history.known > 0 || history.mentions > 0.0;
    return is_heard ? (has_false ? 2.0 : 1.0) : -1.0;
  }

  /// Heard only apart from what the likelihood counts (on a contact with requests that name no need, in a follow-up).
  [[nodiscard]] static bool is_apart(const History& history) noexcept {
    return history.known > 0 && use(history, true) == Use::unheard;
  }

  /// Odds of accounts never contacted relative to contacted ones: in the middle, and the ends of a band.
  void set_ratios(const std::array<double, 3>& ratios, bool has_band) {
    ratios_ = ratios;
    variants_ = has_band ? 3 : 1;
  }

  /// Writes the draw numbered `draw`; where `averages`, adds to the accounts' probabilities.
  void add(const OccupancyChain& chain, std::size_t draw, bool averages, OccupancyPosterior& posterior) {
    if (chain.voices_changed() != voices_seen_) {
      voices_seen_ = chain.voices_changed();
      core::parallel_for(control_, cells_.size(), [&](std::size_t g) {
        cells_[g].fill(chain.group(g), histories_, [&](std::size_t a) { return chain.voice_in(g, a); });
      });
    }
    const stats::Random at_draw = stats::Random(control_.seed).stream("draws").stream(draw);
    core::parallel_for(control_, histories_.needs, [&](std::size_t i) {
      stats::Random random = at_draw.stream(i);
      if (superpopulation_) add_chances(chain, i, draw, posterior);
      add_need(chain, i, draw, averages, random, posterior);
    });
  }

 private:
  void add_need(const OccupancyChain& chain, std::size_t i, std::size_t draw, bool averages, stats::Random& random,
                OccupancyPosterior& posterior) {
    const std::size_t accounts = histories_.accounts;
    const std::size_t strata = histories_.strata;
    const Group& group = chain.group_of(i);
    const DrawCells& alike = cells_[histories_.exposure_of_need[i]];
    struct Memory {
      std::vector<double> has{};
      std::vector<std::array<Moments, 3>> moments{};
      std::vector<double> known_count{}, known_worth{}, free_worth{};
      Said said{};
    };
    auto& [has, moments, known_count, known_worth, free_worth, said] = memory_of_thread<Memory>();
    has.resize(group.counts.size() * 2);
    for (const std::uint32_t c : group.occupied) {
      const double chance = chain.silent(i, c / voice_points, c % voice_points).has;
      has[2 * c] = scale_odds(chance, ratios_[0]);  // never contacted
      has[2 * c + 1] = chance;
    }
    if (apart_[i] > 0.0) lower_odds_of_silent(group, chain.has_false(), i, has);
    moments.assign(strata, {});
    known_count.assign(strata, 0.0);
    known_worth.assign(strata, 0.0);
    free_worth.assign(strata, 0.0);
    double* probabilities = averages ? posterior.probabilities.data() + i * accounts : nullptr;
    if (averages) {
      for (std::size_t a = 0; a < accounts; ++a) probabilities[a] += has[alike.cell[a]];
    }
    // Of all accounts as if they were silent, then those that were not are taken out.
    const auto chance_in = [&, &has = has](std::size_t cell, std::size_t v) {
      return cell % 2 != 0 || v == 0 ? has[cell] : scale_odds(has[cell + 1], ratios_[v]);
    };
    for (std::size_t s = 0; s < strata && !superpopulation_; ++s) {
      for (std::size_t o = group.occupied_begin[s]; o < group.occupied_begin[s + 1]; ++o) {
        for (std::size_t c = 2 * group.occupied[o]; c < 2 * group.occupied[o] + 2; ++c) {
          if (alike.count[c] == 0.0) continue;
          free_worth[s] += alike.worth[c];
          for (std::size_t v = 0; v < variants_; ++v) {
            moments[s][v].add(chance_in(c, v), alike.count[c], alike.worth[c], alike.square[c]);
          }
        }
      }
    }
    if (chain.has_false()) chain.fill_said(i, said);
    for (std::size_t pair = 0; pair < histories_.heard[i].size(); ++pair) {
      const History& history = histories_.heard[i][pair];
      const double is_known = known(history, chain.has_false());
      if (is_known < 0.0) continue;
      const std::size_t a = history.account;
      const std::size_t s = histories_.stratum[a];
      const std::size_t c = alike.cell[a];
      const double value = histories_.worth[a];
      for (std::size_t v = 0; v < variants_; ++v) moments[s][v].add(chance_in(c, v), -1.0, -value, -value * value);
      if (is_known == 2.0) {
        const double chance = chain.heard_probability(i, pair, said);
        for (std::size_t v = 0; v < variants_; ++v) {
          const double p = histories_.contacted[a] != 0 ? chance : scale_odds(chance, ratios_[v]);
          moments[s][v].add(p, 1.0, value, value * value);
          if (v == 0 && averages) probabilities[a] += p - has[c];
        }
        continue;
      }
      free_worth[s] -= value;
      if (is_known == 1.0) {
        known_count[s] += 1.0;
        known_worth[s] += value;
      }
    }
    if (superpopulation_) return;
    for (std::size_t s = 0; s < strata; ++s) {
      free_worth[s] = std::max(0.0, free_worth[s]);  // a difference of sums
      const Moments& m = moments[s][0];
      const std::size_t where = (i * strata + s) * posterior.draws + draw;
      const double drawn = draw_count(m, random);
      posterior.counts[where] = known_count[s] + drawn;
      if (variants_ > 1) {
        posterior.counts_lower[where] = known_count[s] + draw_count(moments[s][1], random);
        posterior.counts_upper[where] = known_count[s] + draw_count(moments[s][2], random);
      }
      const double slope = m.variance > 1e-12 ? m.covariance / m.variance : 0.0;
      const double rest = std::max(0.0, m.worth_variance - slope * m.covariance);
      const double drawn_worth = m.worth_mean + slope * (drawn - m.mean) + std::sqrt(rest) * random.normal();
      posterior.worths[where] = known_worth[s] + std::clamp(drawn_worth, 0.0, free_worth[s]);
    }
  }

  /// Of the silent accounts that have the need, those heard apart are known: so many fewer of the others have it.
  void lower_odds_of_silent(const Group& group, bool has_false, std::size_t i, std::vector<double>& has) const {
    const DrawCells& alike = cells_[histories_.exposure_of_need[i]];
    double expected = 0.0;
    for (const std::uint32_t c : group.occupied) expected += alike.count[2 * c + 1] * has[2 * c + 1];
    for (const History& history : histories_.heard[i]) {
      if (known(history, has_false) < 0.0 || is_apart(history) || histories_.contacted[history.account] == 0) continue;
      expected -= has[alike.cell[history.account]];
    }
    const double left = (std::max(expected - apart_[i], 0.0) + 0.5) / (std::max(expected, apart_[i]) + 1.0);
    for (const std::uint32_t c : group.occupied) has[2 * c + 1] = scale_odds(has[2 * c + 1], left);
  }

  /// Mean chances of having the need, of accounts like these.
  void add_chances(const OccupancyChain& chain, std::size_t i, std::size_t draw, OccupancyPosterior& posterior) const {
    const Group& group = chain.group_of(i);
    const DrawCells& alike = cells_[histories_.exposure_of_need[i]];
    for (std::size_t s = 0; s < histories_.strata; ++s) {
      std::array<double, 3> sum{};
      double worth = 0.0;
      for (std::size_t o = group.occupied_begin[s]; o < group.occupied_begin[s + 1]; ++o) {
        const std::size_t c = group.occupied[o];
        const double psi = chain.need(i).prevalence[group.kind_profile[c / voice_points]];
        for (std::size_t contacted = 0; contacted < 2; ++contacted) {
          for (std::size_t v = 0; v < variants_; ++v) {
            sum[v] += alike.count[2 * c + contacted] * (contacted != 0 ? psi : scale_odds(psi, ratios_[v]));
          }
          worth += psi * alike.worth[2 * c + contacted];
        }
      }
      const std::size_t where = (i * histories_.strata + s) * posterior.draws + draw;
      posterior.counts[where] = sum[0];
      if (variants_ > 1) posterior.counts_lower[where] = sum[1], posterior.counts_upper[where] = sum[2];
      posterior.worths[where] = worth;
    }
  }

  const Histories& histories_;
  const core::RunControl& control_;
  bool superpopulation_ = false;
  std::array<double, 3> ratios_{1.0, 1.0, 1.0};
  std::size_t variants_ = 1;
  std::vector<DrawCells> cells_{};
  std::vector<double> apart_{};  ///< by need: accounts heard only apart
  std::size_t voices_seen_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
