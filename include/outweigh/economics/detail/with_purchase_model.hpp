// From the name of a model of purchases to its mathematics.
#pragma once

#include <array>
#include <cstddef>

#include <outweigh/economics/detail/bg_nbd_math.hpp>
#include <outweigh/economics/detail/pareto_nbd_math.hpp>
#include <outweigh/economics/purchase_model.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Calls `with(model)` for the model that `which` names.
template <class With>
auto with_purchase_model(PurchaseModel which, const With& with) {
  if (which == PurchaseModel::bg_nbd) return with(BgNbdModel<false>{});
  if (which == PurchaseModel::modified_bg_nbd) return with(BgNbdModel<true>{});
  return with(ParetoNbdModel{});
}

/// Is the parameter a time?
[[nodiscard]] inline bool is_time(PurchaseModel which, std::size_t parameter) {
  return parameter == 1 || (parameter == 3 && which == PurchaseModel::pareto_nbd);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
