#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/predict.hpp>
#include <outweigh/demand/pooled.hpp>
#include <outweigh/stats/detail/portable_math.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

OUTWEIGH_INLINE BetaBinomial beta_binomial(std::span<const double> successes, std::span<const double> trials) {
  if (successes.size() != trials.size()) throw core::InvalidInput("one number of trials a number of successes");
  for (std::size_t g = 0; g < trials.size(); ++g) {
    if (!(successes[g] >= 0.0 && successes[g] <= trials[g] && trials[g] < 1e15)) {
      throw core::InvalidInput("successes must lie between 0 and the trials", {.row = g});
    }
  }
  constexpr std::size_t means = 41;
  constexpr std::size_t strengths = 25;
  const auto log_gamma = [](double x) { return stats::detail::portable_log_gamma(x); };
  BetaBinomial result;
  std::vector<double> log_weight;
  for (std::size_t i = 0; i < means; ++i) {
    // Equal steps of logit(mean), finer where shares are small; the density of the uniform goes with it.
    const double x = -7.0 + 14.0 * static_cast<double>(i) / static_cast<double>(means - 1);
    const double mean = 1.0 / (1.0 + std::exp(-x));
    for (std::size_t k = 0; k < strengths; ++k) {
      const double strength = std::exp(-1.0 + 8.0 * static_cast<double>(k) / static_cast<double>(strengths - 1));
      const double a = mean * strength;
      const double b = (1.0 - mean) * strength;
      double value = std::log(mean) + std::log1p(-mean) + std::log(strength) - 2.0 * std::log1p(strength);
      const double constant = log_gamma(strength) - log_gamma(a) - log_gamma(b);
      for (std::size_t g = 0; g < trials.size(); ++g) {
        if (trials[g] == 0.0) continue;
        value += constant + log_gamma(a + successes[g]) + log_gamma(b + trials[g] - successes[g]) -
                 log_gamma(strength + trials[g]);
      }
      result.mean.push_back(mean);
      result.strength.push_back(strength);
      log_weight.push_back(value);
    }
  }
  const double greatest = *std::max_element(log_weight.begin(), log_weight.end());
  double total = 0.0;
  for (double& value : log_weight) total += value = std::exp(value - greatest);
  result.rates.assign(trials.size(), 0.0);
  for (std::size_t p = 0; p < log_weight.size(); ++p) {
    const double weight = log_weight[p] / total;
    result.weight.push_back(weight);
    result.overall += weight * result.mean[p];
    for (std::size_t g = 0; g < trials.size(); ++g) {
      result.rates[g] +=
          weight * (result.mean[p] * result.strength[p] + successes[g]) / (result.strength[p] + trials[g]);
    }
  }
  return result;
}

OUTWEIGH_INLINE Fit fit_pooled(const Evidence& evidence, const DemandOptions& options) {
  Fit fit = detail::predict_uncontacted(
      evidence, options, evidence.stratum, evidence.strata, "pooled",
      [](std::span<const double> successes, std::span<const double> trials) {
        BetaBinomial posterior = beta_binomial(successes, trials);
        std::vector<double> successes_of(successes.begin(), successes.end());
        std::vector<double> trials_of(trials.begin(), trials.end());
        detail::GroupRates rates;
        rates.mean = posterior.rates;
        rates.draw = [posterior = std::move(posterior), successes_of, trials_of](stats::Random& random,
                                                                                 std::vector<double>& theta) {
          const std::size_t p = random.categorical(posterior.weight);
          for (std::size_t g = 0; g < theta.size(); ++g) {
            theta[g] = random.beta(posterior.mean[p] * posterior.strength[p] + successes_of[g],
                                   (1.0 - posterior.mean[p]) * posterior.strength[p] + trials_of[g] - successes_of[g]);
          }
        };
        return rates;
      });
  fit.assumptions = {"An account that asked has the need.",
                     "A contacted account that did not mention the need does not have it.",
                     "Accounts never contacted are like the contacted ones of their segment."};
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
