#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <outweigh/scoring/any_scorer.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

OUTWEIGH_INLINE std::vector<double> AnyScorer::score(const ScoringInput& input) const {
  std::vector<double> scores = model_->score(input);
  if (scores.size() != input.size) {
    throw core::ContractViolation("the scorer '" + name_ + "' gave " + std::to_string(scores.size()) + " scores for " +
                                      std::to_string(input.size) + " solutions",
                                  {.value = name_});
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i])) {
      throw core::ContractViolation("the scorer '" + name_ + "' gave a score that is not finite",
                                    {.row = i, .value = name_});
    }
  }
  return scores;
}

OUTWEIGH_INLINE ScoreParts AnyScorer::parts(const ScoringInput& input, const std::vector<double>& scores) const {
  ScoreParts parts = model_->parts(input);
  if (parts.names.empty() && parts.values.empty()) return parts;
  const auto fail = [&](const std::string& what) {
    throw core::ContractViolation("the parts of the scorer '" + name_ + "' " + what, {.value = name_});
  };
  if (parts.values.size() != parts.names.size() * input.size) fail("are not one a name and solution");
  for (std::size_t i = 0; i < input.size; ++i) {
    double sum = 0.0;
    double size = std::abs(scores[i]);
    for (std::size_t p = 0; p < parts.names.size(); ++p) {
      const double part = parts.values[i * parts.names.size() + p];
      if (!std::isfinite(part)) fail("are not finite");
      sum += part;
      size = std::max(size, std::abs(part));
    }
    if (std::abs(sum - scores[i]) > 1e-9 * std::max(size, 1e-300)) fail("do not add up to its scores");
  }
  return parts;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
