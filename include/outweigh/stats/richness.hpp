// How many were never seen: Chao's lower bounds, Chapman's estimate, Good and Turing's share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <outweigh/core/estimate.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

enum class ChaoForm : std::uint8_t {
  automatic,      ///< `corrected`, or `bias_corrected` when nobody was seen twice
  classic,        ///< S + f1^2 / (2 f2); Chao 1984
  corrected,      ///< S + (n - 1) / n f1^2 / (2 f2)
  bias_corrected  ///< S + (n - 1) / n f1 (f1 - 1) / (2 (f2 + 1)) for chao2, without (n - 1) / n for chao1
};

/// How many there are, from how many were seen. Lower bounds where they are not equally likely to be seen.
struct Richness {
  double seen = 0.0;
  double once = 0.0;       ///< f1
  double twice = 0.0;      ///< f2
  core::Estimate total{};  ///< never below `seen`, never above the population; status bounds_only
  bool capped = false;     ///< was the estimate above the population?
};

/// Chao's lower bound from how often each of those seen was seen (`counts`; zeros are ignored), n their sum. Log-normal
/// interval (Chao 1987, doi:10.2307/2531532), its lower end rounded down. Status `undefined` when none was seen,
/// `not_identified` when each was seen once: then there may be any number. `population` caps all. Throws InvalidInput
/// for counts that are negative, not whole or not finite, or a population below those seen.
[[nodiscard]] Richness chao1(std::span<const double> counts, std::optional<double> population = {}, double level = 0.9,
                             ChaoForm form = ChaoForm::automatic);
/// The same from in how many of `units` (sources, say) each was seen; n = units.
[[nodiscard]] Richness chao2(std::span<const double> incidences, double units, std::optional<double> population = {},
                             double level = 0.9, ChaoForm form = ChaoForm::automatic);

/// Size of a population of which `first` were marked and of `second` seen later `both` were marked: (first + 1)(second
/// + 1) / (both + 1) - 1. Assumes that being seen first and later are independent; when the same ones are seen more
/// often by both, it is a lower bound. `doubtful` where all of one list are on the other, and where fewer are on both
/// than the population allows by chance; where none is and no population is given, the interval has no upper end
/// (infinity), `bounds_only`. The interval is the mid-p one of the hypergeometric law, that of a log-normal law for
/// lists of more than 1e6. Throws InvalidInput unless 0
/// <= both <= first, second, all whole. Chapman 1951; variance Seber 1970.
[[nodiscard]] core::Estimate chapman(double first, double second, double both, std::optional<double> population = {},
                                     double level = 0.9);

/// Share of the next mentions that will come from somebody never seen: f1 / n (Good 1953,
/// doi:10.1093/biomet/40.3-4.237), with a score interval after the variance of Esty 1983 (doi:10.1214/aos/1176346256).
/// Status `undefined` without mentions.
[[nodiscard]] core::Estimate good_turing(std::span<const double> counts, double level = 0.9);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/richness-inl.hpp>
#endif
