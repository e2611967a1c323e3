#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <outweigh/demand/detail/predict.hpp>
#include <outweigh/demand/weighted.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

OUTWEIGH_INLINE Fit fit_weighted(const Evidence& evidence, const DemandOptions& options) {
  std::vector<double> sorted(evidence.log_revenue);
  std::sort(sorted.begin(), sorted.end());
  const double low = sorted.empty() ? 0.0 : sorted[sorted.size() / 3];
  const double high = sorted.empty() ? 0.0 : sorted[sorted.size() * 2 / 3];
  std::vector<std::uint32_t> group(evidence.accounts.size());
  for (std::size_t a = 0; a < group.size(); ++a) {
    const std::uint32_t third = evidence.log_revenue[a] < low ? 0 : evidence.log_revenue[a] < high ? 1 : 2;
    group[a] = evidence.stratum[a] * 3 + third;
  }
  Fit fit = detail::predict_uncontacted(
      evidence, options, group, evidence.strata * 3, "weighted",
      [](std::span<const double> successes, std::span<const double> trials) {
        const double all = std::accumulate(trials.begin(), trials.end(), 0.0);
        const double share = (std::accumulate(successes.begin(), successes.end(), 0.0) + 0.5) / (all + 1.0);
        std::vector<double> alpha(trials.size());
        std::vector<double> beta(trials.size());
        detail::GroupRates rates;
        for (std::size_t g = 0; g < trials.size(); ++g) {
          alpha[g] = successes[g] + share;
          beta[g] = trials[g] - successes[g] + 1.0 - share;
          rates.mean.push_back(alpha[g] / (alpha[g] + beta[g]));
        }
        rates.draw = [alpha, beta](stats::Random& random, std::vector<double>& theta) {
          for (std::size_t g = 0; g < theta.size(); ++g) theta[g] = random.beta(alpha[g], beta[g]);
        };
        return rates;
      });
  fit.assumptions = {"An account that asked has the need.",
                     "A contacted account that did not mention the need does not have it.",
                     "Accounts never contacted are like contacted ones of their segment and third of revenue."};
  return fit;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
