// Weighted shortest job first.
#pragma once

#include <string_view>
#include <vector>

#include <outweigh/scoring/scorer.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// (value + time criticality + risk reduction) / effort, each of the three from 0 to 10: value relative to the greatest
/// value, urgency 1..5 stretched to 0..10 (0 where no request states one), and the part of the value that comes from
/// needs with outcome `risk`, relative to the greatest. (Reinertsen 2009, The Principles of Product Development Flow.)
struct Wsjf {
  [[nodiscard]] static constexpr std::string_view name() noexcept { return "wsjf"; }
  [[nodiscard]] std::vector<double> score(const ScoringInput& input) const;
  [[nodiscard]] ScoreParts parts(const ScoringInput& input) const;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/wsjf-inl.hpp>
#endif
