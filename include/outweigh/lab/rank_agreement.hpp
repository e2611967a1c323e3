// How well a ranking agrees with the truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

/// Kendall's rank correlation with ties (tau-b): (concordant - discordant) / sqrt((n0 - n1)(n0 - n2)), where n0 is the
/// number of pairs and n1, n2 the pairs tied in `a` and in `b`. -1..1. Undefined, and then 0, when either side is all
/// tied or there are fewer than two items; `kendall_defined` tells. NaN throws InvalidInput with its row, as do spans
/// of different lengths. O(n log n): Knight 1966, doi:10.1080/01621459.1966.10480879.
[[nodiscard]] double kendall_tau_b(std::span<const double> a, std::span<const double> b);
/// Are there two items that differ on each side?
[[nodiscard]] bool kendall_defined(std::span<const double> a, std::span<const double> b);

/// Share of the `k` items of the highest score that are relevant (1 in `relevant`). Items of equal score share the
/// places they compete for, as the expectation over their random order. With fewer than `k` items, out of those there
/// are; 0 without items. Throws InvalidInput for k = 0, NaN, or spans of different lengths.
[[nodiscard]] double precision_at(std::size_t k, std::span<const double> scores,
                                  std::span<const std::uint8_t> relevant);
/// Share of the relevant items among the `k` of the highest score; 0 when nothing is relevant. Ties and errors as
/// above.
[[nodiscard]] double recall_at(std::size_t k, std::span<const double> scores, std::span<const std::uint8_t> relevant);

/// Normalised discounted cumulative gain of the `k` items of the highest score: sum of gain / log2(place + 1) over that
/// of the best order. 0..1; 1 when no item has a gain, since no order is better. Ties share the mean gain of their
/// group (McSherry and Najork 2008, doi:10.1007/978-3-540-78646-7_38). Gains are finite and >= 0. O(n log n). Throws
/// InvalidInput for k = 0, NaN, negative gains, or spans of different lengths.
[[nodiscard]] double ndcg_at(std::size_t k, std::span<const double> scores, std::span<const double> gains);

}  // namespace outweigh::inline OUTWEIGH_ABI::lab

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/lab/rank_agreement-inl.hpp>
#endif
