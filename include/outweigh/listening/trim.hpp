// Trimming: extreme weights cut, what is cut given to the others.
#pragma once

#include <limits>

#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Who gets what was cut off.
enum class Redistribution : std::uint8_t {
  equal,        ///< every other row the same amount, as R's survey::trimWeights
  proportional  ///< every other row in proportion to its weight
};

struct TrimOptions {
  double lower = 0.0;
  double upper = std::numeric_limits<double>::infinity();
  Redistribution redistribution = Redistribution::equal;
  bool strict = true;  ///< repeat until no weight is outside; otherwise once, and redistribution may push some outside
};

/// Cuts weights to [lower, upper] and keeps their sum. The margins that the weights met are no longer met. Throws
/// InvalidInput unless lower <= upper, and Infeasible when all weights within the bounds cannot have the same sum.
/// O(rows) a round.
[[nodiscard]] Weights trim(const Weights& weights, const TrimOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/trim-inl.hpp>
#endif
