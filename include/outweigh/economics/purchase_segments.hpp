// One fit a segment, where small segments borrow from the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/economics/purchase_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

struct SegmentFits {
  ModelFit all;                   ///< one fit for all customers together
  std::vector<ModelFit> own;      ///< each segment on its own: what data that cannot tell say of themselves
  std::vector<ModelFit> pooled;   ///< each segment, drawn towards the others by how little it tells
  std::vector<double> mean;       ///< over segments, of the logarithms of the parameters
  std::vector<double> deviation;  ///< between segments, of the logarithms
};

/// Fits each of `segments` segments (`segment` is 0 .. segments - 1, one a row) on its own and pooled. Pooled, the
/// logarithms of a segment's parameters are Normal(mean, deviation^2) over segments, independently of each other; mean
/// and deviation are estimated by expectation-maximisation with Laplace's approximation, the deviations with a prior
/// worth one segment with 0.3. Covariances hold the error of the mean, not that of the deviations. With one segment,
/// pooled is the fit of all. Where all customers together tell nothing, nothing is pooled; where they are at a limit
/// (`boundary`), pooled fits say so, too.
///
/// Throws as PurchaseHistory; InvalidInput for a segment out of range or without a customer. Same result on any number
/// of threads. O(rounds * distinct rows).
[[nodiscard]] SegmentFits fit_segments(const PurchaseColumns& columns, std::span<const std::uint32_t> segment,
                                       std::size_t segments, PurchaseModel model, const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/purchase_segments-inl.hpp>
#endif
