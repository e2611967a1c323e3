#pragma once

#include <array>

#include <outweigh/economics/detail/pareto_nbd_predict.hpp>
#include <outweigh/economics/pareto_nbd.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

OUTWEIGH_INLINE ModelFit fit_pareto_nbd(const PurchaseHistory& history, const core::RunControl& control) {
  constexpr std::array<std::size_t, 2> times = {1, 3};
  return detail::fit_purchases<detail::ParetoNbdModel>(history, times, control);
}

OUTWEIGH_INLINE ModelFit known_pareto_nbd(double r, double alpha, double s, double beta) {
  return ModelFit::known({"r", "alpha", "s", "beta"}, {r, alpha, s, beta});
}

OUTWEIGH_INLINE double pareto_nbd_log_likelihood(const ModelFit& fit, const PurchaseHistory& history) {
  std::vector<double> point;
  for (const double value : fit.parameters) point.push_back(std::log(value));
  const core::RunControl control;
  return detail::purchase_likelihood<detail::ParetoNbdModel>(history, 1.0, control)(point).value;
}

OUTWEIGH_INLINE Predictions pareto_nbd_probability_alive(const ModelFit& fit, const PurchaseColumns& rows,
                                                         bool with_errors, const core::RunControl& control) {
  check_purchases(rows);
  if (!with_errors) return detail::pareto_nbd_predict(fit, {}, rows, false, control);
  return detail::predict_rows<4>(
      fit, rows.frequency.size(), with_errors, control, [&](const auto& theta, std::size_t i) {
        return detail::ParetoNbdModel::alive(theta, rows.frequency[i], rows.recency[i], rows.age[i]);
      });
}

OUTWEIGH_INLINE Predictions pareto_nbd_expected_purchases(const ModelFit& fit, std::span<const double> horizon,
                                                          const PurchaseColumns& rows, bool with_errors,
                                                          const core::RunControl& control) {
  using Model = detail::ParetoNbdModel;
  check_purchases(rows);
  detail::check_horizon(horizon, rows.frequency.size());
  if (!with_errors) return detail::pareto_nbd_predict(fit, horizon, rows, true, control);
  return detail::predict_rows<4>(
      fit, rows.frequency.size(), with_errors, control, [&](const auto& theta, std::size_t i) {
        const double x = rows.frequency[i];
        return Model::alive(theta, x, rows.recency[i], rows.age[i]) *
               Model::purchases_if_alive(theta, x, rows.age[i], detail::horizon_at(horizon, i));
      });
}

OUTWEIGH_INLINE double pareto_nbd_purchase_probability(const ModelFit& fit, std::int64_t count, double horizon) {
  fit.require_identified();
  detail::check_horizon(std::span<const double>(&horizon, 1), 1);
  if (count < 0) throw core::InvalidInput("a count is 0 or more", {.column = "count", .value = std::to_string(count)});
  if (horizon == 0.0) return count == 0 ? 1.0 : 0.0;
  const double r = fit.parameters[0];
  const double alpha = fit.parameters[1];
  const double s = fit.parameters[2];
  const double beta = fit.parameters[3];
  const double x = static_cast<double>(count);
  // log of the negative binomial mass over a time u of being active.
  const double rising = count == 0 ? 0.0 : -std::log(x) - stats::log_beta(r, x);
  const auto log_mass = [&](double u) {
    return rising - r * std::log1p(u / alpha) + (count == 0 ? 0.0 : x * (std::log(u) - std::log(alpha + u)));
  };
  const double active = std::exp(log_mass(horizon) - s * std::log1p(horizon / beta));
  // Those who left at time u, from panels that shrink towards 0.
  const double ratio = 1.0 / (1.0 + std::min(1.0, 16.0 / (x + r + s + 1.0)));
  double left = 0.0;
  double to = horizon;
  for (int panel = 0; panel < 200'000 && to > 0.0; ++panel) {
    double from = to * ratio;
    if (from < 1e-3 * std::min(alpha, beta) && count <= 12) from = 0.0;
    if (from < 1e-300) from = 0.0;
    double sum = 0.0;
    stats::gauss_legendre(from, to, [&](double u, double weight) {
      sum += weight * std::exp(log_mass(u) - (s + 1.0) * std::log1p(u / beta));
    });
    left += sum;
    // Below its mode the mass falls with u.
    const bool below_mode = x * alpha > r * from;
    if (from == 0.0 || (below_mode && std::exp(log_mass(from)) * from < 1e-18 * left)) break;
    to = from;
  }
  return std::min(1.0, active + s / beta * left);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
