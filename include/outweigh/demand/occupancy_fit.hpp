// The default demand model: site occupancy on the evidence, with what it can and cannot know.
#pragma once

#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/fit.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// occupancy() on the histories of the evidence. Status by need:
/// `bounds_only` where fewer than 80 % of requests name a need, or where hardly any account was heard twice, since then
/// prevalence cannot be told from detection; `doubtful` where nobody asked for the need, where contacts are inferred
/// from requests or begun by the accounts, where calls without a request seem not to be logged, where too
/// few contacts repeat to tell whether reports are false, where two laws of how
/// readily accounts speak fit alike and give different shares, and where a check of the fit failed; else `estimated`.
[[nodiscard]] Fit fit_occupancy(const Evidence& evidence, const DemandOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/occupancy_fit-inl.hpp>
#endif
