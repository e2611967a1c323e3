#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/detail/heard_check.hpp>
#include <outweigh/demand/detail/mixtures.hpp>
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
    if (exposure.occasions.size() != accounts || exposure.years.size() != accounts ||
        (!exposure.ours.empty() && exposure.ours.size() != accounts)) {
      wrong("one exposure an account");
    }
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
      if (!(h.untrue_odds >= 1e-6 && h.untrue_odds <= 1e6)) wrong("odds of untrue mentions are out of range");
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

  std::size_t burn = pairs < 1e6 ? 500 : pairs < 5e6 ? 400 : pairs < 1e7 ? 300 : 220;
  std::size_t thin = pairs < 1e6 ? 2 : pairs < 5e6 ? 2 : 1;
  if (options.sweeps != 0) {
    burn = options.sweeps / 3;
    thin = std::max<std::size_t>(1, (options.sweeps - burn) / draws);
  }
  const double first_end = std::min(options.odds_ratio[0], options.odds_ratio[1]);
  const double last_end = std::max(options.odds_ratio[0], options.odds_ratio[1]);
  std::array<double, 3> ratios{std::clamp(1.0, first_end, last_end), first_end, last_end};
  detail::Mixtures mixtures(histories, control, options.superpopulation, options.compares_mixtures ? burn : 0,
                            ratios[0], chain.has_occasions() && chain.has_events());
  const std::size_t total = burn + mixtures.laws().size() * mixtures.sweeps() + draws * thin;
  std::size_t done = 0;
  const auto report = [&] {
    if (done % 16 == 0) {
      control.report("fitting who has which need", static_cast<double>(done) / static_cast<double>(total));
    }
    ++done;
  };
  bool has_untrue = false;
  for (const auto& list : histories.heard) {
    for (const History& history : list) has_untrue = has_untrue || (history.known < 0 && history.mentions > 0.0);
  }
  detail::Together together(histories);
  std::vector<double> false_rates;
  for (std::size_t sweep = 0; sweep < burn; ++sweep) {
    report();
    chain.sweep(sweep, true);
    if (options.false_rate < 0.0 && chain.has_false() && sweep < burn / 2) {
      if (sweep >= burn / 4) false_rates.push_back(chain.shared().false_rate);
      // Unless repeated contacts show false reports beyond doubt, reports are believed.
      if (sweep + 1 == burn / 2 && !has_untrue) {
        std::sort(false_rates.begin(), false_rates.end());
        if (false_rates.empty() || false_rates[false_rates.size() / 20] < 0.0015) {
          if (!false_rates.empty()) {
            posterior.false_rate_at_most = false_rates[false_rates.size() * 19 / 20];
            posterior.false_rate_likely = false_rates[false_rates.size() / 2];
          }
          chain.believe();
        }
      }
    }
    // By now the chain is where it will stay.
    if (sweep >= burn / 2 && (burn - 1 - sweep) % std::max<std::size_t>(1, burn / 16) == 0) {
      together.add(chain, control);
    }
    mixtures.first(chain, sweep);
  }
  posterior.together = together.covariance();
  posterior.together_excess = together.excess();
  if (!has_band && options.odds_ratio_if_together > 1.0 && posterior.go_together()) {
    ratios = {1.0, 1.0 / options.odds_ratio_if_together, options.odds_ratio_if_together};
    has_band = true;
    posterior.counts_lower = posterior.counts;
    posterior.counts_upper = posterior.counts;
  }
  std::optional<detail::OccupancyChain> common;
  if (mixtures.sweeps() > 0) {
    std::size_t number = total;  // none that the first chain takes
    for (const Mixture law : mixtures.laws()) {
      detail::OccupancyChain other = chain;
      other.mix(law);
      for (std::size_t step = 0; step < mixtures.sweeps(); ++step) {
        report();
        mixtures.other(other, law, step, number++);
      }
      if (law == Mixture::common) common.emplace(std::move(other));
    }
    mixtures.compare(posterior);
    if (posterior.mixture != Mixture::common) common.reset();
  }
  detail::OccupancyChain& drawn = common ? *common : chain;
  detail::Drawer drawer(histories, control, options.superpopulation);
  drawer.set_ratios(ratios, has_band);
  detail::HeardCheck check(histories, drawn, control);
  std::vector<double> alpha_sum(needs, 0.0);
  std::vector<double> alpha_square(needs, 0.0);
  double spread_sum = 0.0;
  // Each account's probability is averaged over so many of the draws.
  const std::size_t every = pairs < 5e6 ? 1 : 8;
  // With events it visits all pairs of account and need.
  const std::size_t check_every = drawn.has_events() ? std::max<std::size_t>(1, draws / 16) : 1;
  std::size_t averaged = 0;
  std::size_t sweep = burn;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    for (std::size_t step = 0; step < (draw == 0 ? 1 : thin); ++step) {
      report();
      drawn.sweep(sweep++, false);
    }
    const bool averages = draw % every == 0;
    averaged += averages ? 1U : 0U;
    drawer.add(drawn, draw, averages, posterior);
    if (draw % check_every == 0) check.add(drawn, control);
    for (std::size_t i = 0; i < needs; ++i) {
      const detail::NeedState& need = drawn.need(i);
      alpha_sum[i] += need.alpha;
      alpha_square[i] += need.alpha * need.alpha;
      posterior.detection[i] += detail::logistic(need.detection);
    }
    spread_sum += drawn.shared().alpha_deviation;
    posterior.overdispersion += drawn.shared().correlation();
    posterior.voice_deviation += drawn.shared().voice_deviation;
    posterior.false_rate += drawn.shared().false_rate;
  }

  const double count = static_cast<double>(draws);
  posterior.overdispersion /= count;
  posterior.voice_deviation /= count;
  posterior.false_rate /= count;
  posterior.worst_check = check.worst();
  for (std::size_t i = 0; i < needs; ++i) {
    posterior.detection[i] /= count;
    const double spread = std::max(0.0, alpha_square[i] / count - alpha_sum[i] * alpha_sum[i] / (count * count));
    posterior.learnt[i] = std::sqrt(spread) / std::max(spread_sum / count, 1e-9);
    double* probabilities = posterior.probabilities.data() + i * accounts;
    for (std::size_t a = 0; a < accounts; ++a) probabilities[a] /= static_cast<double>(averaged);
    const Exposure& exposure = histories.exposures[histories.exposure_of_need[i]];
    for (const History& history : histories.heard[i]) {
      const double known = detail::Drawer::known(history, drawn.has_false());
      if (known == 0.0 || known == 1.0) probabilities[history.account] = known;
      if (history.mentions + history.events >= 2.0) posterior.repeats += 1.0;
      if (history.mentions > 0.0 && exposure.occasions[history.account] > history.weight + 1e-9) {
        posterior.several_occasions += 1.0;
      }
    }
    std::vector<double> shares(draws, 0.0);
    for (std::size_t d = 0; d < draws; ++d) {
      for (std::size_t s = 0; s < strata; ++s) shares[d] += posterior.counts[(i * strata + s) * draws + d];
    }
    posterior.mixing = std::max(posterior.mixing, detail::split_reduction(shares));
  }
  control.report("fitting who has which need", 1.0);
  return posterior;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
