// What customers spend per purchase: the Gamma-Gamma model.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Columns of equal length, one row a customer.
struct SpendColumns {
  std::span<const double> frequency;  ///< purchases that the mean is over: whole numbers; rows with 0 say nothing
  std::span<const double> spend;      ///< mean spend per purchase: positive where the frequency is
  std::span<const double> weight{};   ///< customers a row stands for; empty: 1 each
};

/// Maximum likelihood of p, q, gamma (Fader, Hardie and Lee 2005, doi:10.1509/jmkr.2005.42.4.415): spends are Gamma(p,
/// nu) with nu distributed Gamma(q, gamma) over customers, independent of how often they buy. Density of a mean m over
/// x purchases: Gamma(px + q) / (Gamma(px) Gamma(q)) (gamma / (gamma + mx))^q (mx / (gamma + mx))^px / m. Throws
/// InvalidInput, naming column, row and value, for spends that are not positive and when no row has a purchase.
[[nodiscard]] ModelFit fit_gamma_gamma(const SpendColumns& columns, const core::RunControl& control = {});

[[nodiscard]] ModelFit known_gamma_gamma(double p, double q, double gamma);

/// Log-likelihood of the rows with a purchase, the sum of the logarithms of these densities. O(distinct rows).
[[nodiscard]] double gamma_gamma_log_likelihood(const ModelFit& fit, const SpendColumns& columns);

/// Mean spend expected from each customer: p (gamma + m x) / (p x + q - 1), for x = 0 the mean over customers. Throws
/// NotIdentified, naming the row, where it has no finite value (p x + q <= 1).
[[nodiscard]] Predictions gamma_gamma_expected_spend(const ModelFit& fit, const SpendColumns& rows,
                                                     bool with_errors = false, const core::RunControl& control = {});

/// Correlation between frequency and spend over the rows with a purchase: the model takes it as 0. 0 when either is
/// constant.
[[nodiscard]] double spend_correlation(const SpendColumns& columns);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/gamma_gamma-inl.hpp>
#endif
