// Replicate weights: the jackknife and the bootstrap, with every adjustment of the weights made anew in each replicate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// What a replicate does with the clusters of the first stage of the design (with rows, where it has no clusters).
enum class ReplicateMethod : std::uint8_t {
  jackknife,  ///< JK1 without strata, JKn with
  jk1,        ///< leaves out one cluster at a time; for designs without strata
  jkn,        ///< leaves out one cluster at a time and gives its weight to the others of its stratum
  bootstrap,  ///< draws clusters with replacement, one fewer than each stratum has (Rao and Wu 1988)
  poisson     ///< each cluster counts a Poisson(1) number of times, scaled back to its stratum's size; for large data
};

[[nodiscard]] constexpr std::string_view to_string(ReplicateMethod method) noexcept {
  switch (method) {
    case ReplicateMethod::jackknife:
      return "jackknife";
    case ReplicateMethod::jk1:
      return "jk1";
    case ReplicateMethod::jkn:
      return "jkn";
    case ReplicateMethod::bootstrap:
      return "bootstrap";
    case ReplicateMethod::poisson:
      return "poisson";
  }
  return "jackknife";
}

struct ReplicateOptions {
  ReplicateMethod method = ReplicateMethod::bootstrap;
  std::size_t replicates = 500;  ///< of a bootstrap, at least 2; a jackknife has one a cluster
  std::uint64_t seed = 0;        ///< of a bootstrap
  bool mse = false;              ///< distances from the estimate itself instead of from the mean of the replicates
};

namespace detail {
struct ReplicatePlan;
}

/// Replicates of weights. They are not stored: replicate r is a pure function of the weights, the options and r, made
/// when it is asked for. Immutable and cheap to copy.
class ReplicateWeights {
 public:
  ReplicateWeights() = default;
  explicit ReplicateWeights(std::shared_ptr<const detail::ReplicatePlan> plan) : plan_(std::move(plan)) {}

  [[nodiscard]] const Weights& weights() const;
  [[nodiscard]] ReplicateMethod method() const;  ///< never `jackknife`: what it stood for
  [[nodiscard]] std::size_t rows() const;
  [[nodiscard]] std::size_t replicates() const;
  /// Factor of the squared distance of replicate `r` in a variance, finite population correction included.
  [[nodiscard]] double scale(std::size_t r) const;
  /// Weights of the rows in replicate `r`, adjusted anew. Throws InvalidInput unless r < replicates(); Infeasible when
  /// the replicate cannot meet the totals. O(rows).
  [[nodiscard]] std::vector<double> values(std::size_t r) const;
  [[nodiscard]] const detail::ReplicatePlan& plan() const noexcept { return *plan_; }

 private:
  std::shared_ptr<const detail::ReplicatePlan> plan_{};
};

/// Only the first stage of a design is resampled, with its finite population correction (Wolter 2007, Introduction to
/// Variance Estimation; Rao and Wu 1988, doi:10.1080/01621459.1988.10478591; Rao, Wu and Yue 1992). JK1 and JKn are
/// those of R's survey::as.svrepdesign. What later stages add to the variance is left out where the first stage has a
/// finite population: estimates are then `doubtful`, and those from the weights themselves are not. `poisson` draws
/// strata of fewer than 30 clusters as `bootstrap` does. Throws InvalidInput for jk1 with strata, fewer than two
/// clusters, fewer than two replicates, and for strata with a single cluster unless it was taken with certainty or the
/// design says `remove`. O(rows log rows).
[[nodiscard]] ReplicateWeights replicate_weights(const Weights& weights, const ReplicateOptions& options = {});

/// Estimates as from Weights, with standard errors from the replicates: sum over r of scale(r) (theta_r - center)^2.
/// Rows that share cluster, cell and domain are summed up once; where one adjustment works by cell
/// (post-stratification, raking, calibration without numeric columns) a replicate costs O(rows) for bootstraps,
/// O(cells) for the jackknife, otherwise it is made row by row. Bootstrap replicates that cannot meet the totals are
/// left out and make the status `doubtful`; above one in twenty NotIdentified is thrown, and a jackknife with one
/// throws Infeasible. A quantile has Woodruff's interval, with the replicates' variance of the share below it. Degrees
/// of freedom: clusters less strata, at most replicates - 1. Same bits for any number of threads.
[[nodiscard]] SurveyEstimate estimate_mean(const ReplicateWeights& weights, std::span<const double> outcome,
                                           const core::RunControl& control = {});
[[nodiscard]] SurveyEstimate estimate_total(const ReplicateWeights& weights, std::span<const double> outcome,
                                            const core::RunControl& control = {});
[[nodiscard]] SurveyEstimate estimate_ratio(const ReplicateWeights& weights, std::span<const double> numerator,
                                            std::span<const double> denominator, const core::RunControl& control = {});
[[nodiscard]] SurveyEstimate estimate_quantile(const ReplicateWeights& weights, std::span<const double> outcome,
                                               double probability, double level = 0.95,
                                               const core::RunControl& control = {});
[[nodiscard]] std::vector<SurveyEstimate> estimate_proportions(const ReplicateWeights& weights,
                                                               const Categorical& variable,
                                                               const core::RunControl& control = {});
[[nodiscard]] std::vector<SurveyEstimate> estimate_mean(const ReplicateWeights& weights,
                                                        std::span<const double> outcome, const Categorical& by,
                                                        const core::RunControl& control = {});
[[nodiscard]] std::vector<SurveyEstimate> estimate_total(const ReplicateWeights& weights,
                                                         std::span<const double> outcome, const Categorical& by,
                                                         const core::RunControl& control = {});
[[nodiscard]] std::vector<SurveyEstimate> estimate_ratio(const ReplicateWeights& weights,
                                                         std::span<const double> numerator,
                                                         std::span<const double> denominator, const Categorical& by,
                                                         const core::RunControl& control = {});
[[nodiscard]] std::vector<SurveyEstimate> estimate_quantile(const ReplicateWeights& weights,
                                                            std::span<const double> outcome, double probability,
                                                            double level, const Categorical& by,
                                                            const core::RunControl& control = {});
[[nodiscard]] SurveyEstimate estimate_difference(const ReplicateWeights& weights, std::span<const double> outcome,
                                                 const Categorical& by, std::string_view first, std::string_view second,
                                                 const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/replicate_weights-inl.hpp>
#endif
