// From demand to scores of solutions.
#pragma once

#include <outweigh/scoring/any_scorer.hpp>
#include <outweigh/scoring/scores.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

/// Values of needs, values of solutions from the needs they cover, and scores by the scorer. Solutions that cannot be
/// built are listed without a rank: shipped or dropped ones, and ones without an effort where others have one.
/// Throws MissingInput where the tables `solutions` or `covers` were not given, InvalidInput for options out of range,
/// ContractViolation for a scorer that breaks its contract.
/// O(covers * accounts of the base).
[[nodiscard]] Scores score(const demand::Demand& demand, const AnyScorer& scorer, const ScoreOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/scoring/score-inl.hpp>
#endif
