// Why a figure is what it is: a solution's value, line by line, with who said what.
#pragma once

#include <string_view>

#include <outweigh/core/ledger.hpp>
#include <outweigh/roadmap/plan.hpp>
#include <outweigh/scoring/scores.hpp>

namespace outweigh::inline OUTWEIGH_ABI::explain {

/// The stand-alone value of one solution:
///
///     sum over needs it covers, over accounts that were heard to have the need, of share * contribution   `heard`
///   + by need: what the estimate adds for accounts that were not heard to have it                         `shrinkage`
///
/// where the contribution of an account is probability * worth (see scoring::contributions). Beside the sum stand its
/// effort and its score with the score's own parts, or, for a scorer that does not take its scores apart, removal
/// effects. Evidence lists the requests for its needs. The remainder is at most 1e-9 of the largest line.
/// Throws InvalidInput for an id that is unknown. O(needs it covers * accounts of the base).
[[nodiscard]] core::Ledger explain(const scoring::Scores& scores, std::string_view solution_id);

/// What one solution adds to the rest of a plan, or would add to it: the lines above, and by need a line `overlap` for
/// what other chosen solutions meet already. Under overlap of best shares, what solutions add this way need not sum to
/// the value of the plan: two that meet the same need both overlap.
[[nodiscard]] core::Ledger explain(const roadmap::Plan& plan, std::string_view solution_id);

/// Every account's part in the stand-alone value of a solution: columns account_id, heard (was it heard to have a need
/// that the solution meets?), amount; accounts without a part are left out. The amounts add up to the value.
[[nodiscard]] core::Table account_contributions(const scoring::Scores& scores, std::string_view solution_id);

}  // namespace outweigh::inline OUTWEIGH_ABI::explain

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/explain/explain-inl.hpp>
#endif
