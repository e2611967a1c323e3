#pragma once

#include <outweigh/listening/detail/replicate_plan.hpp>
#include <outweigh/listening/detail/stored.hpp>
#include <outweigh/listening/weights_bytes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE core::Bytes to_bytes(const Design& value) { return detail::store("survey design", value); }
OUTWEIGH_INLINE Design design_from_bytes(std::span<const std::byte> bytes) {
  Design value;
  detail::restore(bytes, "survey design", value);
  return value;
}

OUTWEIGH_INLINE core::Bytes to_bytes(const Weights& value) { return detail::store("survey weights", value); }
OUTWEIGH_INLINE Weights weights_from_bytes(std::span<const std::byte> bytes) {
  Weights value;
  detail::restore(bytes, "survey weights", value);
  return value;
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
  SurveyEstimate value;
  detail::restore(bytes, "survey estimate", value);
  return value;
}

OUTWEIGH_INLINE core::Bytes to_bytes(const PropensityFit& value) { return detail::store("propensity weights", value); }
OUTWEIGH_INLINE PropensityFit propensity_fit_from_bytes(std::span<const std::byte> bytes) {
  PropensityFit value;
  detail::restore(bytes, "propensity weights", value);
  return value;
}

OUTWEIGH_INLINE core::Bytes to_bytes(const OutcomeCheck& value) { return detail::store("outcome check", value); }
OUTWEIGH_INLINE OutcomeCheck outcome_check_from_bytes(std::span<const std::byte> bytes) {
  OutcomeCheck value;
  detail::restore(bytes, "outcome check", value);
  return value;
}

OUTWEIGH_INLINE core::Bytes to_bytes(const WeightingCheck& value) { return detail::store("weighting check", value); }
OUTWEIGH_INLINE WeightingCheck weighting_check_from_bytes(std::span<const std::byte> bytes) {
  WeightingCheck value;
  detail::restore(bytes, "weighting check", value);
  return value;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
