#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include <outweigh/economics/detail/by_age.hpp>
#include <outweigh/economics/detail/predict_kinds.hpp>
#include <outweigh/economics/detail/with_purchase_model.hpp>
#include <outweigh/economics/discounted_purchases.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

OUTWEIGH_INLINE Predictions discounted_purchases(const ModelFit& fit, PurchaseModel model, double discount,
                                                 double horizon, const PurchaseColumns& rows, bool with_errors,
                                                 const core::RunControl& control) {
  if (model == PurchaseModel::bg_bb) {
    return bg_bb_discounted_purchases(fit, discount, horizon, rows, with_errors, control);
  }
  check_purchases(rows);
  if (!(discount >= 0.0) || !std::isfinite(discount)) {
    throw core::InvalidInput("a discount rate is 0 or more",
                             {.column = "discount", .value = detail::number_text(discount)});
  }
  if (!(horizon >= 0.0) || (std::isinf(horizon) && discount == 0.0)) {
    throw core::InvalidInput("a horizon is 0 or more, and infinite only with a positive discount rate",
                             {.column = "horizon", .value = detail::number_text(horizon)});
  }
  const double force = std::log1p(discount);
  // Beyond this the discount leaves less than a rounding.
  const double end = force > 0.0 ? std::min(horizon, 45.0 / force) : horizon;
  // What an active customer still buys depends on how often and how long it was seen only.
  const auto kinds = detail::distinct_rows<2>({rows.frequency, rows.age}, rows.frequency.size());
  return detail::with_purchase_model(model, [&]<class Model>(Model) {
    return detail::predict_with_shared(
        fit, kinds, rows.frequency.size(), with_errors, control,
        [&]<class S>(const std::array<S, 4>& theta) {
          // Rates of purchase, and of leaving for Pareto/NBD, lose their bound where the age is -alpha, or -beta.
          const bool leaves_at_any_time = model == PurchaseModel::pareto_nbd;
          const double scale = leaves_at_any_time ? std::min(fit.parameters[1], fit.parameters[3]) : fit.parameters[1];
          return detail::by_age<S>(kinds, rows, scale, control, [&](double x, double age) {
            return Model::discounted_if_alive(theta, x, age, force, end);
          });
        },
        [&](const auto& theta, std::size_t i) {
          return Model::alive(theta, rows.frequency[i], rows.recency[i], rows.age[i]);
        });
  });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
