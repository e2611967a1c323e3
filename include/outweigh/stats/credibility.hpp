// How far a group's own record is believed against that of all: Buhlmann, Buhlmann-Straub, beta-binomial.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Estimator of the variance between groups.
enum class BetweenVariance : std::uint8_t {
  unbiased,  ///< c (sum w_i (X_i - X)^2 - (I - 1) s^2), c = w / (w^2 - sum w_i^2)
  iterative  ///< Bichsel-Straub: the fixed point of a = sum z_i (X_i - X_z)^2 / (I - 1)
};

struct GroupCredibility {
  double weight = 0.0;        ///< sum of the group's weights
  double mean = 0.0;          ///< its own weighted mean; 0 without weight
  double credibility = 0.0;   ///< z, 0..1: the share of the estimate that its own mean has
  core::Estimate estimate{};  ///< z * mean + (1 - z) * collective
};

struct Credibility {
  double collective = 0.0;  ///< what is believed of a group without a record
  double within = 0.0;      ///< s^2, variance of an observation of weight 1 within a group
  double between = 0.0;     ///< a, variance of the groups' true means, not negative
  std::vector<GroupCredibility> groups{};
  core::Status status = core::Status::estimated;
  std::string reason{};  ///< why the status is not `estimated`
};

/// Credibility of groups from repeated observations with weights (volumes): z_i = w_i / (w_i + s^2 / a). Equal weights
/// give Buhlmann's model. Row j is an observation `values[j]` of group `groups[j]`, all below `count`; no weights: all
/// 1; rows of weight 0 count for nothing. Standard errors are sqrt(a (1 - z) (1 + (1 - z) / sum z)), for known
/// variances. A variance between groups that comes out negative is 0: then the collective mean is believed of all.
/// Status `not_identified` when no group has two observations or there is one group; `undefined` without observations.
/// Throws InvalidInput for lengths, values not finite, weights negative or not finite. O(rows), iterative: a few
/// hundred times the groups at most. Buhlmann and Straub 1970; Buhlmann and Gisler 2005, doi:10.1007/3-540-29273-X.
[[nodiscard]] Credibility buhlmann_straub(std::span<const double> values, std::span<const double> weights,
                                          std::span<const std::uint32_t> groups, std::size_t count,
                                          BetweenVariance method = BetweenVariance::unbiased, double level = 0.9);

struct BetaBinomial {
  double alpha = 0.0;  ///< of the groups' true shares; 0 when not identified
  double beta = 0.0;
  double collective = 0.0;                 ///< alpha / (alpha + beta)
  std::vector<GroupCredibility> groups{};  ///< `weight`: trials; posterior mean at alpha and beta, and interval
  core::Status status = core::Status::estimated;
  std::string reason{};
};

/// Shares of groups that resemble each other: successes are binomial, true shares Beta(alpha, beta), both fitted by
/// maximum likelihood (empirical Bayes). Standard errors and intervals allow for that alpha and beta are estimated, by
/// their posterior on a grid under a uniform prior of the share that a group keeps of its own. `doubtful` below 10
/// groups. `not_identified` when no group has two trials or there is one group; `undefined` without trials.
/// Throws InvalidInput unless 0 <= successes <= trials. O(distinct groups).
[[nodiscard]] BetaBinomial beta_binomial(std::span<const double> successes, std::span<const double> trials,
                                         double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/credibility-inl.hpp>
#endif
