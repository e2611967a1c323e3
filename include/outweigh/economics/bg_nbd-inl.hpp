#pragma once

#include <array>

#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/detail/bg_nbd_predict.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

/// Calls `with(model)` for the model that `leaving` names.
template <class With>
auto with_leaving(Leaving leaving, const With& with) {
  return leaving == Leaving::after_repeat ? with(BgNbdModel<false>{}) : with(BgNbdModel<true>{});
}

}  // namespace detail

OUTWEIGH_INLINE ModelFit fit_bg_nbd(const PurchaseHistory& history, Leaving leaving, const core::RunControl& control) {
  constexpr std::array<std::size_t, 1> times = {1};
  return detail::with_leaving(
      leaving, [&]<class Model>(Model) { return detail::fit_purchases<Model>(history, times, control); });
}

OUTWEIGH_INLINE ModelFit known_bg_nbd(double r, double alpha, double a, double b) {
  return ModelFit::known({"r", "alpha", "a", "b"}, {r, alpha, a, b});
}

OUTWEIGH_INLINE double bg_nbd_log_likelihood(const ModelFit& fit, const PurchaseHistory& history, Leaving leaving) {
  std::vector<double> point;
  for (const double value : fit.parameters) point.push_back(std::log(value));
  return detail::with_leaving(leaving, [&]<class Model>(Model) {
    const core::RunControl control;
    return detail::purchase_likelihood<Model>(history, 1.0, control)(point).value;
  });
}

OUTWEIGH_INLINE Predictions bg_nbd_probability_alive(const ModelFit& fit, const PurchaseColumns& rows, Leaving leaving,
                                                     bool with_errors, const core::RunControl& control) {
  check_purchases(rows);
  return detail::with_leaving(leaving, [&]<bool Late>(detail::BgNbdModel<Late>) {
    if (!with_errors) return detail::bg_nbd_alive<Late>(fit, rows, control);
    return detail::predict_rows<4>(fit, rows.frequency.size(), true, control, [&](const auto& theta, std::size_t i) {
      return detail::BgNbdModel<Late>::alive(theta, rows.frequency[i], rows.recency[i], rows.age[i]);
    });
  });
}

OUTWEIGH_INLINE Predictions bg_nbd_expected_purchases(const ModelFit& fit, std::span<const double> horizon,
                                                      const PurchaseColumns& rows, Leaving leaving, bool with_errors,
                                                      const core::RunControl& control) {
  check_purchases(rows);
  detail::check_horizon(horizon, rows.frequency.size());
  return detail::with_leaving(leaving, [&]<bool Late>(detail::BgNbdModel<Late>) {
    return with_errors ? detail::bg_nbd_ahead_with_errors<Late>(fit, horizon, rows, control)
                       : detail::bg_nbd_ahead<Late>(fit, horizon, rows, control);
  });
}

OUTWEIGH_INLINE double bg_nbd_purchase_probability(const ModelFit& fit, std::int64_t count, double horizon,
                                                   Leaving leaving) {
  fit.require_identified();
  detail::check_horizon(std::span<const double>(&horizon, 1), 1);
  if (count < 0) throw core::InvalidInput("a count is 0 or more", {.column = "count", .value = std::to_string(count)});
  const double late = leaving == Leaving::after_purchase ? 1.0 : 0.0;
  const double r = fit.parameters[0];
  const double alpha = fit.parameters[1];
  const double a = fit.parameters[2];
  const double b = fit.parameters[3];
  const double x = static_cast<double>(count);
  const double z = horizon / (alpha + horizon);
  const auto log_survival = [&](double purchases) {
    return purchases == 0.0 ? 0.0 : stats::log_beta(a, b + purchases) - stats::log_beta(a, b);
  };
  double exact = 0.0;
  if (horizon > 0.0 || count == 0) {
    const double rising = count == 0 ? 0.0 : -std::log(x) - stats::log_beta(r, x);
    exact = std::exp(log_survival(x + late) + rising - r * std::log1p(horizon / alpha) +
                     (count == 0 ? 0.0 : x * std::log(z)));
  }
  // Those who left at their purchase number `count`.
  double left = 0.0;
  if (count > 0) {
    const double at_least = horizon > 0.0 ? stats::incomplete_beta(x, r, z).lower : 0.0;
    left = std::exp(log_survival(x + late - 1.0)) * a / (a + b + x + late - 1.0) * at_least;
  } else if (late > 0.0) {
    left = a / (a + b);
  }
  return std::min(1.0, exact + left);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
