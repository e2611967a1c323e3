#pragma once

#include <outweigh/listening/detail/replicate_plan.hpp>
#include <outweigh/listening/detail/stored.hpp>
#include <outweigh/listening/weights_bytes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE core::Bytes to_bytes(const Design& value) { return detail::store("survey design", value); }
OUTWEIGH_INLINE Design design_from_bytes(std::span<const std::byte> bytes) {
  return detail::restored<Design>(bytes, "survey design");
}

OUTWEIGH_INLINE core::Bytes to_bytes(const Weights& value) { return detail::store("survey weights", value); }
OUTWEIGH_INLINE Weights weights_from_bytes(std::span<const std::byte> bytes) {
  return detail::restored<Weights>(bytes, "survey weights");
}

OUTWEIGH_INLINE core::Bytes to_bytes(const ReplicateWeights& value) {
  const detail::ReplicatePlan& plan = value.plan();
  return detail::store("replicate weights", plan.weights, plan.method, plan.replicates, plan.seed, plan.mse);
}
OUTWEIGH_INLINE ReplicateWeights replicate_weights_from_bytes(std::span<const std::byte> bytes) {
  Weights weights;
  ReplicateOptions options;
  detail::restore(bytes, "replicate weights", weights, options.method, options.replicates, options.seed, options.mse);
  try {
    return replicate_weights(weights, options);
  } catch (const core::InvalidInput& error) {
    core::ByteReader::fail(error.what());
  }
}

OUTWEIGH_INLINE core::Bytes to_bytes(const SurveyEstimate& value) { return detail::store("survey estimate", value); }
OUTWEIGH_INLINE SurveyEstimate survey_estimate_from_bytes(std::span<const std::byte> bytes) {
  return detail::restored<SurveyEstimate>(bytes, "survey estimate");
}

OUTWEIGH_INLINE core::Bytes to_bytes(const PropensityFit& value) { return detail::store("propensity weights", value); }
OUTWEIGH_INLINE PropensityFit propensity_fit_from_bytes(std::span<const std::byte> bytes) {
  return detail::restored<PropensityFit>(bytes, "propensity weights");
}

OUTWEIGH_INLINE core::Bytes to_bytes(const OutcomeCheck& value) { return detail::store("outcome check", value); }
OUTWEIGH_INLINE OutcomeCheck outcome_check_from_bytes(std::span<const std::byte> bytes) {
  return detail::restored<OutcomeCheck>(bytes, "outcome check");
}

OUTWEIGH_INLINE core::Bytes to_bytes(const WeightingCheck& value) { return detail::store("weighting check", value); }
OUTWEIGH_INLINE WeightingCheck weighting_check_from_bytes(std::span<const std::byte> bytes) {
  return detail::restored<WeightingCheck>(bytes, "weighting check");
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
