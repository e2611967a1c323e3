// Shares among the accounts that were contacted, weighted to the base.
#pragma once

#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/fit.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// Post-stratification: within each stratum of segments and third of revenue, accounts never contacted are predicted
/// from the contacted ones, (successes + s) / (trials + 1) with s the need's overall share among contacted accounts
/// (1/2 of a trial without any). Corrects for who was listened to, not for what they left unsaid, so status is
/// `doubtful`. O(needs * accounts).
[[nodiscard]] Fit fit_weighted(const Evidence& evidence, const DemandOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/weighted-inl.hpp>
#endif
