#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/scoring/weighted_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

OUTWEIGH_INLINE WeightedSum::WeightedSum(std::vector<std::pair<std::string, double>> weights)
    : weights_(std::move(weights)) {
  if (weights_.empty()) throw core::InvalidInput("a weighted sum needs at least one weight");
  std::string known;
  for (const std::string_view column : ScoringInput::names) known += (known.empty() ? "" : ", ") + std::string(column);
  for (std::size_t w = 0; w < weights_.size(); ++w) {
    const auto& [column, weight] = weights_[w];
    if (std::find(ScoringInput::names.begin(), ScoringInput::names.end(), column) == ScoringInput::names.end()) {
      throw core::InvalidInput("there is no such column to weight; there are " + known,
                               {.column = "weights", .value = column});
    }
    if (!std::isfinite(weight)) {
      throw core::InvalidInput("a weight must be finite", {.column = "weights", .value = column});
    }
    for (std::size_t v = 0; v < w; ++v) {
      if (weights_[v].first == column) {
        throw core::InvalidInput("a column is weighted twice", {.column = "weights", .value = column});
      }
    }
  }
}

OUTWEIGH_INLINE ScoreParts WeightedSum::parts(const ScoringInput& input) const {
  ScoreParts parts;
  parts.values.assign(input.size * weights_.size(), 0.0);
  for (std::size_t w = 0; w < weights_.size(); ++w) {
    const auto& [column, weight] = weights_[w];
    parts.names.push_back(column);
    const std::span<const double> values = input.column(column);
    if (values.empty() && input.size > 0) {
      throw core::MissingInput("the scorer 'weighted_sum' weights effort, and no solution has one",
                               {.table = "solutions", .column = "effort"});
    }
    if (values.empty()) continue;
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    const double range = *greatest - *least;
    if (!(range > 0.0)) continue;
    for (std::size_t i = 0; i < input.size; ++i) {
      parts.values[i * weights_.size() + w] = weight * ((values[i] - *least) / range);
    }
  }
  return parts;
}

OUTWEIGH_INLINE std::vector<double> WeightedSum::score(const ScoringInput& input) const {
  const ScoreParts all = parts(input);
  std::vector<double> scores(input.size, 0.0);
  for (std::size_t i = 0; i < input.size; ++i) {
    for (std::size_t w = 0; w < weights_.size(); ++w) scores[i] += all.values[i * weights_.size() + w];
  }
  return scores;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
