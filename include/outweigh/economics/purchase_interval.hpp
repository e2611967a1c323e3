// How many purchases one customer will make: not the mean over customers alike, but the range of its own count.
#pragma once

#include <cstdint>
#include <span>

#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/economics/purchase_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Whole numbers of purchases, by row.
struct PurchaseIntervals {
  core::LargeVector<double> lower;
  core::LargeVector<double> upper;
};

/// P(X(t, t + horizon) = count | the row's history): P(alive) P(X = count | alive), and 1 - P(alive) more at 0. Given
/// that the customer is active, rates are distributed Gamma(r + x, alpha + T), and chances of leaving Beta(a, b + x)
/// (one more for MBG/NBD), or rates of leaving Gamma(s, beta + T).
[[nodiscard]] double purchase_probability_after(const ModelFit& fit, PurchaseModel model, std::int64_t count,
                                                double horizon, double frequency, double recency, double age);

struct PurchaseIntervalOptions {
  double level = 0.9;
  /// Count the uncertainty of the parameters in; else they are taken as known.
  bool with_parameter_errors = true;
};

/// Equal-tailed intervals of the number of purchases of the customer of each row within `horizon` (one entry, or one a
/// row): the (1 - level) / 2 and (1 + level) / 2 quantiles of its distribution, which cover at least `level`.
///
/// The distribution is the mean of P(X = count | the row's history, parameters) over the normal distribution that the
/// fit gives the logarithms of the parameters, by a cubature of degree five with 25 points (McNamee and Stenger 1967,
/// doi:10.1007/BF02162160); principal deviations of the logarithms beyond 1 count as 1. Parameters without a standard
/// error count as known. Throws InvalidInput for a level outside (0, 1), and where more than 1e6 purchases are likely.
/// BG/BB takes a whole number of occasions as horizon. O(rows * points * purchases), for Pareto/NBD times the nodes of
/// an integral, for BG/BB times occasions.
[[nodiscard]] PurchaseIntervals purchase_intervals(const ModelFit& fit, PurchaseModel model,
                                                   std::span<const double> horizon, const PurchaseColumns& rows,
                                                   const PurchaseIntervalOptions& options = {},
                                                   const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/purchase_interval-inl.hpp>
#endif
