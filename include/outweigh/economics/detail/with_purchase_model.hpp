// From the name of a model of purchases to its mathematics.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <outweigh/economics/bg_bb.hpp>
#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/detail/bg_bb_math.hpp>
#include <outweigh/economics/detail/bg_nbd_math.hpp>
#include <outweigh/economics/detail/pareto_nbd_math.hpp>
#include <outweigh/economics/pareto_nbd.hpp>
#include <outweigh/economics/purchase_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Calls `with(model)` for the model in continuous time that `which` names; throws InvalidInput for BG/BB.
template <class With>
auto with_purchase_model(PurchaseModel which, const With& with) {
  if (which == PurchaseModel::bg_nbd) return with(BgNbdModel<false>{});
  if (which == PurchaseModel::modified_bg_nbd) return with(BgNbdModel<true>{});
  if (which == PurchaseModel::bg_bb) {
    throw core::InvalidInput("BG/BB is a model of occasions, not of continuous time",
                             {.column = "model", .value = "bg_bb"});
  }
  return with(ParetoNbdModel{});
}

/// Log-likelihood of the history over log parameters, times in `unit` (1 for BG/BB).
[[nodiscard]] inline JetFunction likelihood_of(PurchaseModel which, const PurchaseHistory& history, double unit,
                                               const core::RunControl& control) {
  if (which == PurchaseModel::bg_bb) return bg_bb_likelihood(history, control);
  return with_purchase_model(
      which, [&]<class Model>(Model) { return purchase_likelihood_jet<Model>(history, unit, control); });
}

[[nodiscard]] inline std::vector<ParameterLimits> limits_of(PurchaseModel which) {
  if (which == PurchaseModel::bg_bb) return bg_bb_limits();
  return with_purchase_model(which, []<class Model>(Model) { return Model::limits(); });
}

[[nodiscard]] inline double unit_of(PurchaseModel which, const PurchaseHistory& history) {
  return which == PurchaseModel::bg_bb ? 1.0 : time_unit(history);
}

[[nodiscard]] inline ModelFit fit_one(PurchaseModel which, const PurchaseHistory& history,
                                      const core::RunControl& control) {
  if (which == PurchaseModel::bg_bb) return fit_bg_bb(history, control);
  if (which == PurchaseModel::pareto_nbd) return fit_pareto_nbd(history, control);
  return fit_bg_nbd(history, which == PurchaseModel::bg_nbd ? Leaving::after_repeat : Leaving::after_purchase, control);
}

/// Is the parameter a time?
[[nodiscard]] inline bool is_time(PurchaseModel which, std::size_t parameter) {
  if (which == PurchaseModel::bg_bb) return false;
  return parameter == 1 || (parameter == 3 && which == PurchaseModel::pareto_nbd);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
