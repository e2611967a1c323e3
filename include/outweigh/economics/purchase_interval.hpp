// How many purchases one customer will make: not the mean over customers alike, but the range of its own count.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/economics/purchase_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Whole numbers of purchases, by row.
struct PurchaseIntervals {
  std::vector<double> lower;
  std::vector<double> upper;
};

/// P(X(t, t + horizon) = count | the row's history): P(alive) P(X = count | alive), and 1 - P(alive) more at 0. Given
/// that the customer is active, rates are distributed Gamma(r + x, alpha + T), and chances of leaving Beta(a, b + x)
/// (one more for MBG/NBD), or rates of leaving Gamma(s, beta + T).
[[nodiscard]] double purchase_probability_after(const ModelFit& fit, PurchaseModel model, std::int64_t count,
                                                double horizon, double frequency, double recency, double age);

/// Equal-tailed intervals of the number of purchases of the customer of each row within `horizon` (one entry, or one a
/// row): the (1 - level) / 2 and (1 + level) / 2 quantiles of that distribution, which cover at least `level`.
/// Parameters count as known: with few customers the interval is too short. Throws InvalidInput for a level outside (0,
/// 1), and where more than 1e6 purchases are likely. O(rows * purchases).
[[nodiscard]] PurchaseIntervals purchase_intervals(const ModelFit& fit, PurchaseModel model,
                                                   std::span<const double> horizon, const PurchaseColumns& rows,
                                                   double level = 0.9, const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/purchase_interval-inl.hpp>
#endif
