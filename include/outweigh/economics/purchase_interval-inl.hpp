#pragma once

#include <algorithm>
#include <cmath>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/detail/fit_purchases.hpp>
#include <outweigh/economics/pareto_nbd.hpp>
#include <outweigh/economics/purchase_interval.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

/// What is believed of a customer with this history, if it is active.
inline ModelFit after_history(const ModelFit& fit, PurchaseModel model, double frequency, double age) {
  const auto& p = fit.parameters;
  if (model == PurchaseModel::pareto_nbd) return known_pareto_nbd(p[0] + frequency, p[1] + age, p[2], p[3] + age);
  const double chances = frequency + (model == PurchaseModel::modified_bg_nbd ? 1.0 : 0.0);
  return known_bg_nbd(p[0] + frequency, p[1] + age, p[2], p[3] + chances);
}

inline double probability_if_active(const ModelFit& active, PurchaseModel model, std::int64_t count, double horizon) {
  if (model == PurchaseModel::pareto_nbd) return pareto_nbd_purchase_probability(active, count, horizon);
  // Whoever is active leaves after a purchase only.
  return bg_nbd_purchase_probability(active, count, horizon, Leaving::after_repeat);
}

inline std::vector<double> probabilities_alive(const ModelFit& fit, PurchaseModel model, const PurchaseColumns& rows,
                                               const core::RunControl& control) {
  if (model == PurchaseModel::pareto_nbd) return pareto_nbd_probability_alive(fit, rows, false, control).values;
  const Leaving leaving = model == PurchaseModel::bg_nbd ? Leaving::after_repeat : Leaving::after_purchase;
  return bg_nbd_probability_alive(fit, rows, leaving, false, control).values;
}

}  // namespace detail

OUTWEIGH_INLINE double purchase_probability_after(const ModelFit& fit, PurchaseModel model, std::int64_t count,
                                                  double horizon, double frequency, double recency, double age) {
  const std::array<double, 1> x = {frequency}, last = {recency}, observed = {age};
  const core::RunControl control;
  const double alive = detail::probabilities_alive(fit, model, {x, last, observed}, control).front();
  const ModelFit active = detail::after_history(fit, model, frequency, age);
  return alive * detail::probability_if_active(active, model, count, horizon) + (count == 0 ? 1.0 - alive : 0.0);
}

OUTWEIGH_INLINE PurchaseIntervals purchase_intervals(const ModelFit& fit, PurchaseModel model,
                                                     std::span<const double> horizon, const PurchaseColumns& rows,
                                                     double level, const core::RunControl& control) {
  check_purchases(rows);
  detail::check_horizon(horizon, rows.frequency.size());
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("a level lies between 0 and 1", {.column = "level", .value = detail::number_text(level)});
  }
  const std::vector<double> alive = detail::probabilities_alive(fit, model, rows, control);
  PurchaseIntervals result;
  result.lower.resize(alive.size());
  result.upper.resize(alive.size());
  constexpr std::size_t block = 64;
  core::parallel_for(control, core::block_count(alive.size(), block), [&](std::size_t b) {
    const std::size_t end = std::min(alive.size(), (b + 1) * block);
    for (std::size_t i = b * block; i < end; ++i) {
      const ModelFit active = detail::after_history(fit, model, rows.frequency[i], rows.age[i]);
      const double ahead = detail::horizon_at(horizon, i);
      double reached = 1.0 - alive[i];
      bool below = true;
      for (std::int64_t count = 0;; ++count) {
        if (count > 1'000'000) {
          throw core::InvalidInput("more than a million purchases are likely: choose a shorter horizon",
                                   {.column = "horizon", .row = i, .value = detail::number_text(ahead)});
        }
        reached += alive[i] * detail::probability_if_active(active, model, count, ahead);
        // Sums of probabilities miss 1 by their rounding.
        if (below && reached >= 0.5 * (1.0 - level) - 1e-12) {
          result.lower[i] = static_cast<double>(count);
          below = false;
        }
        if (reached >= 0.5 * (1.0 + level) - 1e-12) {
          result.upper[i] = static_cast<double>(count);
          break;
        }
      }
    }
  });
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
