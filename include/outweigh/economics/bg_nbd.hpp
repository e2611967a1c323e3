// Customers who buy at random and may leave after a purchase: BG/NBD and its modification MBG/NBD.
#pragma once

#include <cstdint>
#include <span>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// When a customer can leave.
enum class Leaving : std::uint8_t {
  after_repeat,   ///< BG/NBD: after each repeat purchase; Fader, Hardie and Lee 2005, doi:10.1287/mksc.1040.0098
  after_purchase  ///< MBG/NBD: after the first purchase too; Batislam, Denizel and Filiztekin 2007,
                  ///< doi:10.1016/j.ijresmar.2006.12.005
};

/// Maximum likelihood of r, alpha, a, b: purchases are Poisson with rates distributed Gamma(r, alpha), and after each
/// purchase a customer leaves with a probability distributed Beta(a, b). With n = r + x the likelihood of a row is
/// B(a, b + x) / B(a, b) Gamma(n) / Gamma(r) alpha^r [(alpha + T)^-n + (x > 0) a / (b + x - 1) (alpha + t_x)^-n].
/// Newton's method with exact derivatives on distinct rows. O(distinct rows) an iteration.
/// Twenty customers or more who all pay at a fixed interval, or at one of two, are under contract: not_identified, with
/// the cause.
[[nodiscard]] ModelFit fit_bg_nbd(const PurchaseHistory& history, Leaving leaving = Leaving::after_repeat,
                                  const core::RunControl& control = {});

/// A fit with known parameters.
[[nodiscard]] ModelFit known_bg_nbd(double r, double alpha, double a, double b);

[[nodiscard]] double bg_nbd_log_likelihood(const ModelFit& fit, const PurchaseHistory& history,
                                           Leaving leaving = Leaving::after_repeat);

/// Probability that the customer of each row is still active at its age.
[[nodiscard]] Predictions bg_nbd_probability_alive(const ModelFit& fit, const PurchaseColumns& rows, Leaving leaving,
                                                   bool with_errors = false, const core::RunControl& control = {});

/// Purchases expected in (age, age + horizon]. `horizon` has one entry, or one a row, 0 or more. The sum over the
/// number of purchases that a customer who never leaves would make has only positive terms, so that a = 1 is a value
/// like any other: sum_k NB(k; r + x, t / (alpha + T + t)) sum_{j<k} E[(1 - p)^j]. O(terms), about the horizon over
/// alpha + age.
[[nodiscard]] Predictions bg_nbd_expected_purchases(const ModelFit& fit, std::span<const double> horizon,
                                                    const PurchaseColumns& rows, Leaving leaving,
                                                    bool with_errors = false, const core::RunControl& control = {});

/// P(X(t) = count) for a customer chosen at random who just made a first purchase.
[[nodiscard]] double bg_nbd_purchase_probability(const ModelFit& fit, std::int64_t count, double horizon,
                                                 Leaving leaving);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/bg_nbd-inl.hpp>
#endif
