// How well two groupings of the same things agree, beyond chance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

struct PartitionAgreement {
  double mutual_information = 0.0;  ///< nats
  double expected = 0.0;            ///< of groupings with the same sizes at random
  double entropy_a = 0.0;
  double entropy_b = 0.0;
  double adjusted = 1.0;  ///< adjusted mutual information: 1 the same, about 0 by chance, can be negative
};

/// Adjusted mutual information (MI - E[MI]) / ((H(a) + H(b)) / 2 - E[MI]). 1 when both groupings are one group, or both
/// all single; 1 without items. Group numbers are arbitrary. O(n log n + distinct sizes of groups squared times the
/// smaller group). Throws InvalidInput for spans of different lengths. Vinh, Epps and Bailey 2010,
/// https://jmlr.org/papers/v11/vinh10a.html.
[[nodiscard]] PartitionAgreement partition_agreement(std::span<const std::uint32_t> a,
                                                     std::span<const std::uint32_t> b);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/partition_agreement-inl.hpp>
#endif
