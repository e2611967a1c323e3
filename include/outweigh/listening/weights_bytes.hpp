// Designs, weights and what is made of them as bytes, for another process.
#pragma once

#include <cstddef>
#include <span>

#include <outweigh/core/bytes.hpp>
#include <outweigh/listening/design.hpp>
#include <outweigh/listening/propensity.hpp>
#include <outweigh/listening/replicate_weights.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/listening/weighting_check.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// All of a value; what is made of it later is the same, bit by bit. Replicates must have been made by
/// `replicate_weights`. O(size).
[[nodiscard]] core::Bytes to_bytes(const Design& value);
[[nodiscard]] core::Bytes to_bytes(const Weights& value);
[[nodiscard]] core::Bytes to_bytes(const ReplicateWeights& value);
[[nodiscard]] core::Bytes to_bytes(const SurveyEstimate& value);
[[nodiscard]] core::Bytes to_bytes(const PropensityFit& value);
[[nodiscard]] core::Bytes to_bytes(const OutcomeCheck& value);
[[nodiscard]] core::Bytes to_bytes(const WeightingCheck& value);

/// The value again. Throws CorruptState for bytes that are damaged, of another kind or version, or do not fit together.
[[nodiscard]] Design design_from_bytes(std::span<const std::byte> bytes);
[[nodiscard]] Weights weights_from_bytes(std::span<const std::byte> bytes);
[[nodiscard]] ReplicateWeights replicate_weights_from_bytes(std::span<const std::byte> bytes);
[[nodiscard]] SurveyEstimate survey_estimate_from_bytes(std::span<const std::byte> bytes);
[[nodiscard]] PropensityFit propensity_fit_from_bytes(std::span<const std::byte> bytes);
[[nodiscard]] OutcomeCheck outcome_check_from_bytes(std::span<const std::byte> bytes);
[[nodiscard]] WeightingCheck weighting_check_from_bytes(std::span<const std::byte> bytes);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/weights_bytes-inl.hpp>
#endif
