// Purchases still to come, those that are far off counting less: what lifetime value is made of.
#pragma once

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/economics/purchase_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Discounted expected purchases in (age, age + horizon] of the customer of each row: int_0^H (1 + discount)^-t dE(t),
/// where E(t) are the purchases expected within t and `discount` is a rate per unit of time (Fader, Hardie and Lee
/// 2005, doi:10.1509/jmkr.2005.42.4.415, have the closed form for Pareto/NBD without an end). Integrated by parts, so
/// that all terms are positive, by Gauss-Legendre panels.
///
/// For BG/BB: bg_bb_discounted_purchases.
///
/// Throws InvalidInput for a negative discount or horizon, and for an infinite horizon without a discount;
/// NotIdentified for a fit that says nothing. O(rows), and one integral for each distinct pair of frequency and age:
/// where a frequency has many ages, 16 or 32 integrals that Chebyshev's polynomials join to at least eleven digits.
[[nodiscard]] Predictions discounted_purchases(const ModelFit& fit, PurchaseModel model, double discount,
                                               double horizon, const PurchaseColumns& rows, bool with_errors = false,
                                               const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/discounted_purchases-inl.hpp>
#endif
