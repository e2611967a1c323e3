// RICE: reach, impact, confidence, effort.
#pragma once

#include <string_view>
#include <vector>

#include <outweigh/scoring/scorer.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// Effort to divide by: 0 counts as a millionth of the least positive effort (1 without any), so that what is free
/// comes first and scores stay finite. Throws MissingInput when no effort is known, naming the scorer.
[[nodiscard]] std::vector<double> divisors(const ScoringInput& input, std::string_view scorer);

/// reach * impact * confidence / effort. Reach is the expected number of accounts that a solution serves, impact its
/// value by account served, so that reach * impact is its value; confidence is value / (value + width of the value's
/// interval). (McBride 2016, Intercom.)
struct Rice {
  [[nodiscard]] static constexpr std::string_view name() noexcept { return "rice"; }
  [[nodiscard]] std::vector<double> score(const ScoringInput& input) const;
  /// value / effort, and what doubt takes off it.
  [[nodiscard]] ScoreParts parts(const ScoringInput& input) const;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/rice-inl.hpp>
#endif
