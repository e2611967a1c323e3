// Accounts that asked, of all accounts.
#pragma once

#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/fit.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// Distinct accounts that mentioned a need and were not found wrong, of all accounts: a lower bound of prevalence if
/// reports are true. Its interval is the range [confirmed / N, 1 - denied / N] that holds whatever one assumes; the
/// status is `bounds_only`. O(needs * accounts).
[[nodiscard]] Fit fit_raw(const Evidence& evidence, const DemandOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/raw-inl.hpp>
#endif
