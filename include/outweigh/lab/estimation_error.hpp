// How far estimates are from the truth, and whether their intervals keep what they promise.
#pragma once

#include <cstddef>
#include <span>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

/// Square root of the mean squared difference; 0 for no items. Throws InvalidInput for values that are not finite and
/// for spans of different lengths.
[[nodiscard]] double root_mean_square_error(std::span<const double> estimates, std::span<const double> truth);

/// Mean of estimate - truth; 0 for no items. Errors as above.
[[nodiscard]] double mean_error(std::span<const double> estimates, std::span<const double> truth);

/// Share of intervals [lower, upper] that contain the truth; 0 for no items. Throws InvalidInput for values that are
/// not finite, lower > upper, and spans of different lengths.
[[nodiscard]] double interval_coverage(std::span<const double> lower, std::span<const double> upper,
                                       std::span<const double> truth);

/// Mean interval score: width + 2 / alpha * distance of the truth outside the interval, alpha = 1 - level. Smaller is
/// better; a proper score, so that neither too wide nor too narrow pays (Gneiting and Raftery 2007,
/// doi:10.1198/016214506000001437). 0 for no items. `level` in (0, 1). Errors as above.
[[nodiscard]] double interval_score(std::span<const double> lower, std::span<const double> upper,
                                    std::span<const double> truth, double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::lab

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/lab/estimation_error-inl.hpp>
#endif
