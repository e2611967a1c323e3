#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/occupancy_chain.hpp>
#include <outweigh/demand/detail/occupancy_draw.hpp>
#include <outweigh/demand/detail/together.hpp>
#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

namespace detail {

inline void check_histories(const Histories& histories) {
  const auto wrong = [](std::string_view what) {
    throw core::InvalidInput("histories do not fit together: " + std::string(what));
  };
  const std::size_t accounts = histories.accounts;
  if (histories.stratum.size() != accounts || histories.covariate.size() != accounts ||
      histories.worth.size() != accounts || histories.contacted.size() != accounts) {
    wrong("one stratum, covariate, worth and contact mark an account");
  }
  if (histories.exposure_of_need.size() != histories.needs || histories.heard.size() != histories.needs) {
    wrong("one exposure and one list of heard accounts a need");
  }
  for (const std::uint32_t s : histories.stratum) {
    if (s >= histories.strata) wrong("a stratum is out of range");
  }
  for (std::size_t a = 0; a < accounts; ++a) {
    if (!std::isfinite(histories.covariate[a])) wrong("a covariate is not finite");
    if (!(histories.worth[a] >= 0.0) || !std::isfinite(histories.worth[a])) wrong("a worth is negative or not finite");
  }
  for (const Exposure& exposure : histories.exposures) {
    if (exposure.occasions.size() != accounts || exposure.years.size() != accounts) wrong("one exposure an account");
    for (std::size_t a = 0; a < accounts; ++a) {
      if (!(exposure.occasions[a] >= 0.0 && exposure.occasions[a] < 1e9 && exposure.years[a] >= 0.0 &&
            exposure.years[a] < 1e9)) {
        wrong("an exposure is negative or not finite");
      }
    }
  }
  if (!histories.voice_of_exposure.empty() && histories.voice_of_exposure.size() != histories.exposures.size()) {
    wrong("one number of voices an exposure, or none at all");
  }
  for (const std::uint32_t v : histories.voice_of_exposure) {
    if (v >= most_voices) wrong("a number of voices is out of range");
  }
  for (std::size_t i = 0; i < histories.needs; ++i) {
    if (histories.exposure_of_need[i] >= histories.exposures.size()) wrong("an exposure is out of range");
    const Exposure& exposure = histories.exposures[histories.exposure_of_need[i]];
    for (std::size_t p = 0; p < histories.heard[i].size(); ++p) {
      const History& h = histories.heard[i][p];
      if (h.account >= accounts) wrong("a heard account is out of range");
      if (p > 0 && h.account <= histories.heard[i][p - 1].account) wrong("heard accounts must ascend");
      if (!(h.mentions >= 0.0 && h.events >= 0.0 && h.weight >= 0.0 &&
            h.weight <= exposure.occasions[h.account] + 1e-6)) {
        wrong("more mentions than occasions");
      }
    }
  }
}

/// Split-chain potential scale reduction (Gelman and Rubin 1992, doi:10.1214/ss/1177011136) of one chain's halves.
[[nodiscard]] inline double split_reduction(std::span<const double> values) {
  const std::size_t half = values.size() / 2;
  if (half < 4) return 1.0;
  std::array<double, 2> mean{};
  std::array<double, 2> variance{};
  for (std::size_t h = 0; h < 2; ++h) {
    const auto part = values.subspan(h * half, half);
    for (const double v : part) mean[h] += v / static_cast<double>(half);
    for (const double v : part) variance[h] += (v - mean[h]) * (v - mean[h]) / static_cast<double>(half - 1);
  }
  const double within = 0.5 * (variance[0] + variance[1]);
  if (within <= 0.0) return 1.0;
  const double between = 0.5 * (mean[0] - mean[1]) * (mean[0] - mean[1]);
  return std::sqrt(1.0 + between / within);
}

}  // namespace detail

OUTWEIGH_INLINE double silence(double occasions, double detection, double overdispersion) {
  if (!(occasions >= 0.0) || !(detection > 0.0 && detection < 1.0) || !(overdispersion > 0.0 && overdispersion < 1.0)) {
    throw core::InvalidInput("occasions must not be negative, detection and overdispersion must lie in (0, 1)");
  }
  double out = 0.0;
  detail::fill_silence(std::span(&occasions, 1), detection, overdispersion, &out, 1);
  return out;
}

OUTWEIGH_INLINE OccupancyPosterior occupancy(const Histories& histories, const OccupancyOptions& options) {
  detail::check_histories(histories);
  const std::size_t needs = histories.needs;
  const std::size_t accounts = histories.accounts;
  const std::size_t strata = histories.strata;
  const std::size_t draws = std::max<std::size_t>(options.draws, 2);
  OccupancyPosterior posterior;
  posterior.draws = draws;
  posterior.superpopulation = options.superpopulation;
  posterior.probabilities.assign(needs * accounts, 0.0);
  posterior.counts.assign(needs * strata * draws, 0.0);
  posterior.worths.assign(needs * strata * draws, 0.0);
  posterior.detection.assign(needs, 0.0);
  posterior.learnt.assign(needs, 1.0);
  bool has_band = options.odds_ratio[0] != 1.0 || options.odds_ratio[1] != 1.0;
  if (has_band) {
    posterior.counts_lower = posterior.counts;
    posterior.counts_upper = posterior.counts;
  }
  if (needs == 0 || accounts == 0) return posterior;

  const double pairs = static_cast<double>(needs) * static_cast<double>(accounts);
  core::RunControl control = options.control;
  // Starting threads for steps this small takes longer than the steps.
  if (pairs < 5000.0 && control.threads == 0) control.threads = 1;
  detail::OccupancyChain chain(histories, control, options.false_rate);

  std::size_t burn = pairs < 1e6 ? 500 : pairs < 5e6 ? 400 : 300;
  std::size_t thin = pairs < 1e6 ? 2 : pairs < 5e6 ? 2 : 1;
  if (options.sweeps != 0) {
    burn = options.sweeps / 3;
    thin = std::max<std::size_t>(1, (options.sweeps - burn) / draws);
  }
  const std::size_t total = burn + draws * thin;
  // Each account's probability is averaged over so many of the draws.
  const std::size_t every = pairs < 5e6 ? 1 : 8;

  const double middle = std::clamp(1.0, std::min(options.odds_ratio[0], options.odds_ratio[1]),
                                   std::max(options.odds_ratio[0], options.odds_ratio[1]));
  std::array<double, 3> ratios{middle, std::min(options.odds_ratio[0], options.odds_ratio[1]),
                               std::max(options.odds_ratio[0], options.odds_ratio[1])};
  std::size_t variants = has_band ? 3 : 1;

  std::vector<double> alpha_sum(needs, 0.0);
  std::vector<double> alpha_square(needs, 0.0);
  double spread_sum = 0.0;
  // Pairs heard against expected, by number of occasions.
  constexpr std::size_t classes = 6;
  const auto class_of = [](double occasions, double years) {
    const double n = occasions > 0.0 ? occasions : years > 0.0 ? 1.0 : 0.0;
    if (n <= 0.0) return classes;
    if (n <= 1.0) return std::size_t{0};
    if (n <= 2.0) return std::size_t{1};
    if (n <= 4.0) return std::size_t{2};
    if (n <= 8.0) return std::size_t{3};
    if (n <= 16.0) return std::size_t{4};
    return std::size_t{5};
  };
  std::vector<std::array<double, classes>> expected(needs);
  std::vector<std::array<double, classes>> expected_variance(needs);
  for (std::size_t i = 0; i < needs; ++i) expected[i].fill(0.0), expected_variance[i].fill(0.0);

  /// 1 and 0 where it is known whether the account has the need, 2 where it was heard, perhaps falsely, -1 silent.
  const auto stays = [&](const History& history) {
    if (history.known < 0) return 0.0;
    if (history.asked || history.is_sure || history.events > 0.0) return 1.0;
    const bool is_heard = history.known > 0 || history.mentions > 0.0;
    return is_heard ? (chain.has_false() ? 2.0 : 1.0) : -1.0;
  };
  bool has_untrue = false;
  for (const auto& list : histories.heard) {
    for (const History& history : list) has_untrue = has_untrue || (history.known < 0 && history.mentions > 0.0);
  }
  detail::Together together(histories);
  std::vector<double> false_rates;
  std::vector<detail::DrawCells> cells(histories.exposures.size());
  std::size_t voices_seen = 0;
  std::size_t kept = 0;
  std::size_t averaged = 0;
  for (std::size_t sweep = 0; sweep < total; ++sweep) {
    if (sweep % 16 == 0) {
      control.report("fitting who has which need", static_cast<double>(sweep) / static_cast<double>(total));
    }
    chain.sweep(sweep, sweep < burn);
    if (options.false_rate < 0.0 && chain.has_false() && sweep < burn / 2) {
      if (sweep >= burn / 4) false_rates.push_back(chain.shared().false_rate);
      // Unless repeated contacts show false reports beyond doubt, reports are believed.
      if (sweep + 1 == burn / 2 && !has_untrue) {
        std::sort(false_rates.begin(), false_rates.end());
        if (false_rates.empty() || false_rates[false_rates.size() / 20] < 0.0015) chain.believe();
      }
    }
    // By now the chain is where it will stay.
    if (sweep < burn && sweep >= burn / 2 && (burn - 1 - sweep) % std::max<std::size_t>(1, burn / 16) == 0) {
      together.add(chain, control);
    }
    if (sweep + 1 == burn) {
      posterior.together = together.covariance();
      posterior.together_excess = together.excess();
      if (!has_band && options.odds_ratio_if_together > 1.0 && posterior.go_together()) {
        ratios = {1.0, 1.0 / options.odds_ratio_if_together, options.odds_ratio_if_together};
        has_band = true;
        variants = 3;
        posterior.counts_lower = posterior.counts;
        posterior.counts_upper = posterior.counts;
      }
    }
    if (sweep < burn || (sweep - burn) % thin != 0 || kept == draws) continue;
    const std::size_t draw = kept++;
    const bool averages = draw % every == 0;
    averaged += averages ? 1U : 0U;
    const stats::Random at_draw = stats::Random(control.seed).stream("draws").stream(draw);
    if (chain.voices_changed() != voices_seen) {
      voices_seen = chain.voices_changed();
      core::parallel_for(control, cells.size(), [&](std::size_t g) {
        cells[g].fill(chain.group(g), histories, [&](std::size_t a) { return chain.voice_in(g, a); });
      });
    }
    core::parallel_for(control, needs, [&](std::size_t i) {
      stats::Random random = at_draw.stream(i);
      const detail::Group& group = chain.group_of(i);
      const detail::DrawCells& alike = cells[histories.exposure_of_need[i]];
      const std::size_t points = group.kinds() * detail::voice_points;
      thread_local std::vector<double> has;
      thread_local std::vector<double> silent;
      thread_local std::vector<double> count;
      thread_local std::vector<double> worth;
      thread_local std::vector<double> square;
      has.resize(points * 2);
      silent.resize(points);
      for (std::size_t k = 0; k < group.kinds(); ++k) {
        for (std::size_t f = 0; f < detail::voice_points; ++f) {
          const auto cell = chain.silent(i, k, f);
          const std::size_t c = k * detail::voice_points + f;
          has[2 * c] = detail::scale_odds(cell.has, ratios[0]);  // never contacted
          has[2 * c + 1] = cell.has;
          silent[c] = cell.silent;
        }
      }
      count = alike.count;
      worth = alike.worth;
      square = alike.square;
      std::vector<std::array<detail::Moments, 3>> moments(strata);
      std::vector<double> known_count(strata, 0.0);
      std::vector<double> known_worth(strata, 0.0);
      std::vector<double> free_worth(strata, 0.0);
      double* probabilities = posterior.probabilities.data() + i * accounts;
      if (averages) {
        for (std::size_t a = 0; a < accounts; ++a) probabilities[a] += has[alike.cell[a]];
      }
      thread_local detail::Said said;
      if (chain.has_false()) chain.fill_said(i, said);
      for (const History& history : histories.heard[i]) {
        const double known = stays(history);
        if (known < 0.0) continue;
        const std::size_t a = history.account;
        const std::size_t c = alike.cell[a];
        const double value = histories.worth[a];
        count[c] -= 1.0;
        worth[c] -= value;
        square[c] -= value * value;
        if (known == 1.0) {
          known_count[histories.stratum[a]] += 1.0;
          known_worth[histories.stratum[a]] += value;
        } else if (known == 2.0) {
          const double chance = chain.heard_probability(i, history, said);
          free_worth[histories.stratum[a]] += value;
          for (std::size_t v = 0; v < variants; ++v) {
            const double p = histories.contacted[a] != 0 ? chance : detail::scale_odds(chance, ratios[v]);
            moments[histories.stratum[a]][v].add(p, 1.0, value, value * value);
            if (v == 0 && averages) probabilities[a] += p - has[c];
          }
        }
      }
      for (std::size_t s = 0; s < strata; ++s) {
        const std::size_t end = group.stratum_begin[s + 1] * detail::voice_points;
        for (std::size_t c = group.stratum_begin[s] * detail::voice_points; c < end; ++c) {
          for (std::size_t contacted = 0; contacted < 2; ++contacted) {
            const std::size_t at = 2 * c + contacted;
            if (count[at] < 0.5) continue;
            // Differences of sums may fall below zero by rounding.
            const double w = std::max(0.0, worth[at]);
            const double w2 = std::max(0.0, square[at]);
            free_worth[s] += w;
            for (std::size_t v = 0; v < variants; ++v) {
              const double p = contacted != 0 || v == 0 ? has[at] : detail::scale_odds(has[2 * c + 1], ratios[v]);
              moments[s][v].add(p, count[at], w, w2);
            }
          }
        }
      }
      if (options.superpopulation) {
        std::vector<std::array<double, 4>> sums(strata, {0.0, 0.0, 0.0, 0.0});
        for (std::size_t s = 0; s < strata; ++s) {
          auto& sum = sums[s];
          for (std::size_t k = group.stratum_begin[s]; k < group.stratum_begin[s + 1]; ++k) {
            const double psi = chain.need(i).prevalence[group.kind_profile[k]];
            for (std::size_t at = k * detail::voice_points * 2; at < (k + 1) * detail::voice_points * 2; ++at) {
              for (std::size_t v = 0; v < variants; ++v) {
                sum[v] += alike.count[at] * (at % 2 != 0 ? psi : detail::scale_odds(psi, ratios[v]));
              }
              sum[3] += psi * alike.worth[at];
            }
          }
        }
        for (std::size_t s = 0; s < strata; ++s) {
          const std::size_t where = (i * strata + s) * draws + draw;
          posterior.counts[where] = sums[s][0];
          if (has_band) posterior.counts_lower[where] = sums[s][1], posterior.counts_upper[where] = sums[s][2];
          posterior.worths[where] = sums[s][3];
        }
      }
      for (std::size_t s = 0; s < strata && !options.superpopulation; ++s) {
        const detail::Moments& m = moments[s][0];
        const std::size_t where = (i * strata + s) * draws + draw;
        const double drawn = detail::draw_count(m, random);
        posterior.counts[where] = known_count[s] + drawn;
        if (has_band) {
          posterior.counts_lower[where] = known_count[s] + detail::draw_count(moments[s][1], random);
          posterior.counts_upper[where] = known_count[s] + detail::draw_count(moments[s][2], random);
        }
        const double slope = m.variance > 1e-12 ? m.covariance / m.variance : 0.0;
        const double rest = std::max(0.0, m.worth_variance - slope * m.covariance);
        const double drawn_worth = m.worth_mean + slope * (drawn - m.mean) + std::sqrt(rest) * random.normal();
        posterior.worths[where] = known_worth[s] + std::clamp(drawn_worth, 0.0, free_worth[s]);
      }
      // Heard falsely, if nothing else.
      std::vector<double> never(group.grid.size(), 1.0);
      if (chain.has_false()) {
        for (std::size_t g = 0; g < never.size(); ++g) {
          never[g] = std::exp(group.grid[g] * std::log1p(-chain.shared().false_rate));
        }
      }
      for (std::size_t k = 0; k < group.kinds(); ++k) {
        const detail::Effort& effort = group.efforts[group.kind_effort[k]];
        const std::size_t c = class_of(group.grid[effort.occasions], effort.years);
        if (c == classes) continue;
        for (std::size_t f = 0; f < detail::voice_points; ++f) {
          const double size = group.counts[k * detail::voice_points + f];
          if (size == 0.0) continue;
          const double quiet = std::min(1.0, silent[k * detail::voice_points + f] * never[effort.occasions]);
          expected[i][c] += size * (1.0 - quiet);
          expected_variance[i][c] += size * quiet * (1.0 - quiet);
        }
      }
      // What those say who are asked outright is no matter of chance.
      for (const History& history : histories.heard[i]) {
        if (!history.asked) continue;
        const std::uint32_t k = group.kind[history.account];
        const detail::Effort& effort = group.efforts[group.kind_effort[k]];
        const std::size_t c = class_of(group.grid[effort.occasions], effort.years);
        if (c == classes) continue;
        const double quiet =
            std::min(1.0, silent[k * detail::voice_points + chain.voice(i, history.account)] * never[effort.occasions]);
        expected[i][c] -= 1.0 - quiet;
        expected_variance[i][c] -= quiet * (1.0 - quiet);
      }
      const detail::NeedState& need = chain.need(i);
      alpha_sum[i] += need.alpha;
      alpha_square[i] += need.alpha * need.alpha;
      posterior.detection[i] += detail::logistic(need.detection);
    });
    spread_sum += chain.shared().alpha_deviation;
    posterior.overdispersion += chain.shared().correlation();
    posterior.voice_deviation += chain.shared().voice_deviation;
    posterior.false_rate += chain.shared().false_rate;
  }

  const double count = static_cast<double>(draws);
  posterior.overdispersion /= count;
  posterior.voice_deviation /= count;
  posterior.false_rate /= count;
  std::array<double, classes> observed{};
  std::array<double, classes> mean{};
  std::array<double, classes> variance{};
  for (std::size_t i = 0; i < needs; ++i) {
    posterior.detection[i] /= count;
    const double spread = std::max(0.0, alpha_square[i] / count - alpha_sum[i] * alpha_sum[i] / (count * count));
    posterior.learnt[i] = std::sqrt(spread) / std::max(spread_sum / count, 1e-9);
    double* probabilities = posterior.probabilities.data() + i * accounts;
    for (std::size_t a = 0; a < accounts; ++a) probabilities[a] /= static_cast<double>(averaged);
    const Exposure& exposure = histories.exposures[histories.exposure_of_need[i]];
    for (const History& history : histories.heard[i]) {
      const double known = stays(history);
      if (known == 0.0 || known == 1.0) probabilities[history.account] = known;
      if (history.mentions + history.events >= 2.0) posterior.repeats += 1.0;
      if (history.mentions > 0.0 && exposure.occasions[history.account] > history.weight + 1e-9) {
        posterior.several_occasions += 1.0;
      }
      if (history.mentions + history.events > 0.0 && !history.asked) {
        // On the grid as what is expected, or those near a bound would be counted on either side of it.
        const std::size_t c =
            class_of(detail::on_grid(exposure.occasions[history.account]), exposure.years[history.account]);
        if (c < classes) observed[c] += 1.0;
      }
    }
    for (std::size_t c = 0; c < classes; ++c) {
      mean[c] += expected[i][c] / count;
      variance[c] += expected_variance[i][c] / count;
    }
    std::vector<double> shares(draws, 0.0);
    for (std::size_t d = 0; d < draws; ++d) {
      for (std::size_t s = 0; s < strata; ++s) shares[d] += posterior.counts[(i * strata + s) * draws + d];
    }
    posterior.mixing = std::max(posterior.mixing, detail::split_reduction(shares));
  }
  // Contacts that accounts begin are caused by their needs: then the number of occasions is itself an outcome, and no
  // class to check by.
  for (std::size_t c = 0; c < classes && !chain.has_events(); ++c) {
    if (variance[c] > 1.0) {
      posterior.worst_check = std::max(posterior.worst_check, std::abs(observed[c] - mean[c]) / std::sqrt(variance[c]));
    }
  }
  control.report("fitting who has which need", 1.0);
  return posterior;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
