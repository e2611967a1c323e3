// What customers are (segment, channel, size) and how it goes with buying and leaving.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/economics/purchase_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

/// Attributes that do not change with time: one row a customer, one column a name.
struct CovariateColumns {
  std::span<const double> values;  ///< row-major, customers * names
  std::vector<std::string> names;
};

/// Maximum likelihood with static covariates z (Fader and Hardie 2007, Incorporating time-invariant covariates into the
/// Pareto/NBD and BG/NBD models, brucehardie.com/notes/019): alpha exp(-g1 z), and for Pareto/NBD beta exp(-g2 z), so
/// that positive coefficients mean buying more often and leaving sooner; for BG/NBD and MBG/NBD a exp(g2 z) and b
/// exp(g3 z); for BG/BB, in the same way, alpha exp(g1 z), beta exp(g2 z), gamma exp(g3 z) and delta exp(g4 z).
///
/// The result has the model's four parameters, those of a customer with z = 0, and then, named such as "alpha:size",
/// the factors exp(g) for each process and covariate; its covariance is that of the logarithms, so that g = log(factor)
/// with the standard error of the logarithm. Covariates that are constant, or that others determine, have the factor 1
/// and are `undetermined`, and status and cause name them; a covariate that separates buyers from others runs to a
/// limit
/// (`boundary`). Throws as PurchaseHistory, and InvalidInput for covariates that are not finite, naming row and name.
/// O(distinct rows * covariates^2) an iteration.
[[nodiscard]] ModelFit fit_with_covariates(const PurchaseColumns& columns, const CovariateColumns& covariates,
                                           PurchaseModel model, const core::RunControl& control = {});

/// The model of customers with covariates `z`, with the covariance that the joint fit gives it: predictions follow.
[[nodiscard]] ModelFit at_covariates(const ModelFit& joint, PurchaseModel model, std::span<const double> z);

/// Predicts for customers alike: rows and their horizons, one each, by the model of their covariates.
using PredictAlike = std::function<Predictions(const ModelFit& fit, std::span<const double> horizon,
                                               const PurchaseColumns& rows, const core::RunControl& control)>;

/// Predictions for the customer of each row, whose covariates are `values` (row-major, rows * covariates of the joint
/// fit): `predict` is called once for each distinct row of covariates, from several threads. `horizon` has one entry,
/// one a row, or none. Throws InvalidInput for covariates that are not finite or do not fit the rows. O(n log n) calls
/// and copies.
[[nodiscard]] Predictions predict_with_covariates(const ModelFit& joint, PurchaseModel model,
                                                  std::span<const double> values, std::span<const double> horizon,
                                                  const PurchaseColumns& rows, const PredictAlike& predict,
                                                  const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::economics

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/economics/purchase_covariates-inl.hpp>
#endif
