#pragma once

#include <cstddef>
#include <string>

#include <outweigh/core/errors.hpp>
#include <outweigh/scoring/rice.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

OUTWEIGH_INLINE std::vector<double> divisors(const ScoringInput& input, std::string_view scorer) {
  if (input.effort.empty() && input.size > 0) {
    throw core::MissingInput("the scorer '" + std::string(scorer) + "' divides by effort, and no solution has one",
                             {.table = "solutions", .column = "effort"});
  }
  double least = 0.0;
  for (const double effort : input.effort) {
    if (effort > 0.0 && (least == 0.0 || effort < least)) least = effort;
  }
  const double free = least > 0.0 ? 1e-6 * least : 1.0;
  std::vector<double> result(input.effort.begin(), input.effort.end());
  for (double& effort : result) effort = effort > 0.0 ? effort : free;
  return result;
}

OUTWEIGH_INLINE std::vector<double> Rice::score(const ScoringInput& input) const {
  std::vector<double> scores = divisors(input, name());
  for (std::size_t i = 0; i < input.size; ++i) scores[i] = input.value[i] * input.confidence[i] / scores[i];
  return scores;
}

OUTWEIGH_INLINE ScoreParts Rice::parts(const ScoringInput& input) const {
  const std::vector<double> effort = divisors(input, name());
  ScoreParts parts{{"reach * impact / effort", "doubt"}, {}};
  for (std::size_t i = 0; i < input.size; ++i) {
    parts.values.push_back(input.value[i] / effort[i]);
    parts.values.push_back(-input.value[i] * (1.0 - input.confidence[i]) / effort[i]);
  }
  return parts;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
