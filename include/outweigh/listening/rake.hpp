// Raking: weights that meet the totals of several variables at once.
#pragma once

#include <limits>
#include <span>

#include <outweigh/core/run_control.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// Bounds on the factor by which a base weight may change.
struct WeightBounds {
  double lower = 0.0;
  double upper = std::numeric_limits<double>::infinity();
};

struct RakeOptions {
  WeightBounds bounds{};              ///< without base weights: on the change from equal weights of the known total
  std::size_t max_iterations = 5000;  ///< sweeps over all margins
  core::RunControl control{};
};

/// The weights closest to the base weights (in sum w log(w / d) - w + d) that meet every margin, by iterative
/// proportional fitting on cells, with Newton's method where that is slow or bounds are given (Deming and Stephan 1940,
/// doi:10.1214/aoms/1177731829; Deville and Sarndal 1992, doi:10.1080/01621459.1992.10475217). Converged means that
/// every margin is met to 1e-10 relative. Throws InvalidInput as poststratify does and for margins whose totals add up
/// to different sums; Infeasible, naming the worst variable and level, when no weights meet the margins because of
/// combinations that the sample lacks, or within the bounds. The order of margins does not matter. O(rows) to group
/// rows and O(cells) a sweep.
///
/// Standard errors made with these weights take the residuals that R's survey takes for raking: ten rounds of centring
/// within each margin in the order given, all rows alike. Where margins are strongly associated this stops short of the
/// regression on all margins; calibrate with method `raking` gives the same weights with residuals from that
/// regression, weighted by the base weights.
[[nodiscard]] Weights rake(const Weights& base, std::span<const Margin> margins, const RakeOptions& options = {});
[[nodiscard]] Weights rake(Design design, std::span<const Margin> margins, const RakeOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/rake-inl.hpp>
#endif
