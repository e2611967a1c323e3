// Customers who buy at random and may leave at any time: Pareto/NBD.
#pragma once

#include <cstdint>
#include <span>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Maximum likelihood of r, alpha, s, beta (Schmittlein, Morrison and Colombo 1987, doi:10.1287/mnsc.33.1.1): purchases
/// are Poisson with rates distributed Gamma(r, alpha); customers leave after a time that is exponential with rates
/// distributed Gamma(s, beta). With n = r + x the likelihood of a row is Gamma(n) / Gamma(r) alpha^r beta^s
/// [(alpha + T)^-n (beta + T)^-s + s int_{t_x}^T (alpha + t)^-n (beta + t)^-(s+1) dt]; the integral and its derivatives
/// are computed by Gauss-Legendre panels whose terms are all positive. O(distinct rows) an iteration.
/// Twenty customers or more who all pay at a fixed interval, or at one of two, are under contract: not_identified, with
/// the cause.
[[nodiscard]] ModelFit fit_pareto_nbd(const PurchaseHistory& history, const core::RunControl& control = {});

[[nodiscard]] ModelFit known_pareto_nbd(double r, double alpha, double s, double beta);

[[nodiscard]] double pareto_nbd_log_likelihood(const ModelFit& fit, const PurchaseHistory& history);

/// Probability that the customer of each row is still active at its age.
[[nodiscard]] Predictions pareto_nbd_probability_alive(const ModelFit& fit, const PurchaseColumns& rows,
                                                       bool with_errors = false, const core::RunControl& control = {});

/// Purchases expected in (age, age + horizon]: P(alive) (r + x) / (alpha + T) int_0^t ((beta + T) / (beta + T + u))^s
/// du. s = 1 is a value like any other.
[[nodiscard]] Predictions pareto_nbd_expected_purchases(const ModelFit& fit, std::span<const double> horizon,
                                                        const PurchaseColumns& rows, bool with_errors = false,
                                                        const core::RunControl& control = {});

/// P(X(t) = count) for a customer chosen at random who just made a first purchase.
[[nodiscard]] double pareto_nbd_purchase_probability(const ModelFit& fit, std::int64_t count, double horizon);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/pareto_nbd-inl.hpp>
#endif
