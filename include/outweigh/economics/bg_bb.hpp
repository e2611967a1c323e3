// Customers who buy or not at each of a number of occasions, and may leave between them: BG/BB.
#pragma once

#include <cstdint>
#include <span>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Maximum likelihood of alpha, beta, gamma, delta (Fader, Hardie and Shang 2010, doi:10.1287/mksc.1100.0580): an
/// active customer buys at an occasion with a probability distributed Beta(alpha, beta), and leaves before an occasion
/// with a probability distributed Beta(gamma, delta). In the history frequency is the number of occasions with a
/// purchase, recency the number of the last of them, age the number of occasions; all whole. Throws InvalidInput
/// otherwise. O(distinct rows * occasions) an iteration.
[[nodiscard]] ModelFit fit_bg_bb(const PurchaseHistory& history, const core::RunControl& control = {});

[[nodiscard]] ModelFit known_bg_bb(double alpha, double beta, double gamma, double delta);

[[nodiscard]] double bg_bb_log_likelihood(const ModelFit& fit, const PurchaseHistory& history);

/// Probability that the customer of each row is active at the occasion `ahead` ones after its last observed: 1, the
/// next, is that of Fader, Hardie and Shang; at 0, the last one, whoever bought then is active. Throws InvalidInput for
/// `ahead` outside 0..1e7.
[[nodiscard]] Predictions bg_bb_probability_alive(const ModelFit& fit, const PurchaseColumns& rows,
                                                  bool with_errors = false, const core::RunControl& control = {},
                                                  std::int64_t ahead = 1);

/// Purchases expected at the next `horizon` occasions, whole numbers: one entry or one a row.
[[nodiscard]] Predictions bg_bb_expected_purchases(const ModelFit& fit, std::span<const double> horizon,
                                                   const PurchaseColumns& rows, bool with_errors = false,
                                                   const core::RunControl& control = {});

/// Purchases expected at the next `horizon` occasions, that at occasion j counting (1 + discount)^-j; the horizon may
/// be infinite with a positive discount. Throws InvalidInput otherwise. O(distinct rows * occasions that count).
[[nodiscard]] Predictions bg_bb_discounted_purchases(const ModelFit& fit, double discount, double horizon,
                                                     const PurchaseColumns& rows, bool with_errors = false,
                                                     const core::RunControl& control = {});

/// P(X(n) = count) over n occasions for a customer chosen at random.
[[nodiscard]] double bg_bb_purchase_probability(const ModelFit& fit, std::int64_t count, std::int64_t occasions);

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/bg_bb-inl.hpp>
#endif
