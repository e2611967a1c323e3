#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include <outweigh/scoring/rice.hpp>
#include <outweigh/scoring/wsjf.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

OUTWEIGH_INLINE ScoreParts Wsjf::parts(const ScoringInput& input) const {
  const std::vector<double> effort = divisors(input, name());
  const auto greatest = [](std::span<const double> values) {
    double most = 0.0;
    for (const double value : values) most = std::max(most, value);
    return most > 0.0 ? most : 1.0;
  };
  const double value = greatest(input.value);
  const double risk = greatest(input.risk_value);
  ScoreParts parts{{"value", "time criticality", "risk reduction"}, {}};
  for (std::size_t i = 0; i < input.size; ++i) {
    const double urgency = input.urgency[i] > 0.0 ? 2.5 * (input.urgency[i] - 1.0) : 0.0;
    parts.values.push_back(10.0 * input.value[i] / value / effort[i]);
    parts.values.push_back(urgency / effort[i]);
    parts.values.push_back(10.0 * input.risk_value[i] / risk / effort[i]);
  }
  return parts;
}

OUTWEIGH_INLINE std::vector<double> Wsjf::score(const ScoringInput& input) const {
  const ScoreParts all = parts(input);
  std::vector<double> scores(input.size);
  for (std::size_t i = 0; i < input.size; ++i) {
    scores[i] = all.values[3 * i] + all.values[3 * i + 1] + all.values[3 * i + 2];
  }
  return scores;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
