// Shares of small segments, shrunk towards the need's overall share.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/fit.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// Posterior of the hierarchical beta-binomial model on a grid:
///
///     successes_g ~ Binomial(trials_g, theta_g),  theta_g ~ Beta(mean * strength, (1 - mean) * strength)
///
/// with mean uniform on (0, 1) and density 1 / (1 + strength)^2. (Gelman et al., Bayesian Data Analysis, ch. 5.)
struct BetaBinomial {
  std::vector<double> mean{};  ///< by grid point
  std::vector<double> strength{};
  std::vector<double> weight{};  ///< sums to 1
  std::vector<double> rates{};   ///< by group: posterior mean of theta; with 0 trials the overall mean
  double overall = 0.0;          ///< posterior mean of `mean`
};

/// Throws InvalidInput for spans of different lengths and for more successes than trials. Without groups, the prior.
/// O(groups * 1,000).
[[nodiscard]] BetaBinomial beta_binomial(std::span<const double> successes, std::span<const double> trials);

/// Groups are strata of segments, trials the accounts contacted while the need was open, successes those that have it
/// by their word. Contacted accounts are known, the others predicted. Silence on contact is taken for absence, so
/// status is `doubtful`.
[[nodiscard]] Fit fit_pooled(const Evidence& evidence, const DemandOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/pooled-inl.hpp>
#endif
