// A weighted sum of columns, each stretched from 0 to 1.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/scoring/scorer.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// Sum over columns of weight * (x - least) / (greatest - least); a column of equal values counts 0. Negative weights
/// are for columns of which less is better. A simple additive weighting (Fishburn 1967, doi:10.1287/opre.15.3.537).
class WeightedSum {
 public:
  /// value 0.7, effort -0.3.
  WeightedSum() : WeightedSum({{"value", 0.7}, {"effort", -0.3}}) {}
  /// Throws InvalidInput for a weight that is not finite, no weights, a column named twice, and a column that
  /// ScoringInput does not have.
  explicit WeightedSum(std::vector<std::pair<std::string, double>> weights);

  [[nodiscard]] static constexpr std::string_view name() noexcept { return "weighted_sum"; }
  [[nodiscard]] const std::vector<std::pair<std::string, double>>& weights() const noexcept { return weights_; }
  /// Throws MissingInput when effort is weighted and no solution has one.
  [[nodiscard]] std::vector<double> score(const ScoringInput& input) const;
  [[nodiscard]] ScoreParts parts(const ScoringInput& input) const;

 private:
  std::vector<std::pair<std::string, double>> weights_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/weighted_sum-inl.hpp>
#endif
