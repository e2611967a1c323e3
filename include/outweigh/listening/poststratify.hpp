// Post-stratification: weights scaled within each level so that they add up to its known total.
#pragma once

#include <outweigh/core/run_control.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// w_i = d_i T_l / sum of d over level l, for rows i of level l (Holt and Smith 1979, doi:10.2307/2344652).
/// Several variables at once: post-stratify on their `cross`. Without base weights all rows weigh the same. Throws
/// InvalidInput, naming variable and level, for a level that only one of sample and totals has, and for totals that
/// are NaN, negative, given twice or all 0. O(rows).
[[nodiscard]] Weights poststratify(const Weights& base, const Margin& margin, const core::RunControl& control = {});
[[nodiscard]] Weights poststratify(Design design, const Margin& margin, const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/poststratify-inl.hpp>
#endif
