#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/bg_bb.hpp>
#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/detail/bg_bb_math.hpp>
#include <outweigh/economics/detail/count_distributions.hpp>
#include <outweigh/economics/detail/distinct_rows.hpp>
#include <outweigh/economics/detail/fit_purchases.hpp>
#include <outweigh/economics/detail/parameter_points.hpp>
#include <outweigh/economics/pareto_nbd.hpp>
#include <outweigh/economics/purchase_interval.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

/// What is believed of a customer with this history, if it is active.
inline ModelFit after_history(const ModelFit& fit, PurchaseModel model, double frequency, double age) {
  const auto& p = fit.parameters;
  if (model == PurchaseModel::bg_bb) return known_bg_bb(p[0] + frequency, p[1] + age - frequency, p[2], p[3] + age);
  if (model == PurchaseModel::pareto_nbd) return known_pareto_nbd(p[0] + frequency, p[1] + age, p[2], p[3] + age);
  const double chances = frequency + (model == PurchaseModel::modified_bg_nbd ? 1.0 : 0.0);
  return known_bg_nbd(p[0] + frequency, p[1] + age, p[2], p[3] + chances);
}

inline double probability_if_active(const ModelFit& active, PurchaseModel model, std::int64_t count, double horizon) {
  if (model == PurchaseModel::pareto_nbd) return pareto_nbd_purchase_probability(active, count, horizon);
  if (model == PurchaseModel::bg_bb) {
    const std::array<double, 1> ahead = {horizon};
    check_occasions_ahead(ahead, 1);
    return bg_bb_purchase_probability(active, count, static_cast<std::int64_t>(horizon));
  }
  // Whoever is active leaves after a purchase only.
  return bg_nbd_purchase_probability(active, count, horizon, Leaving::after_repeat);
}

inline core::LargeVector<double> probabilities_alive(const ModelFit& fit, PurchaseModel model,
                                                     const PurchaseColumns& rows, const core::RunControl& control) {
  if (model == PurchaseModel::pareto_nbd) return pareto_nbd_probability_alive(fit, rows, false, control).values;
  if (model == PurchaseModel::bg_bb) return bg_bb_probability_alive(fit, rows, false, control, 0).values;
  const Leaving leaving = model == PurchaseModel::bg_nbd ? Leaving::after_repeat : Leaving::after_purchase;
  return bg_nbd_probability_alive(fit, rows, leaving, false, control).values;
}

/// Intervals from the counts of active customers, `Counts(parameters of row i, horizon)`, at each point.
template <class Counts, class Alive, class Active>
PurchaseIntervals count_intervals(const ModelFit& fit, std::span<const double> horizon, const PurchaseColumns& columns,
                                  const PurchaseIntervalOptions& options, const core::RunControl& control,
                                  const Alive& alive_at, const Active& active_at) {
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw core::InvalidInput("a level lies between 0 and 1", {.column = "level", .value = number_text(options.level)});
  }
  std::vector<ParameterPoint> points = {{fit, 1.0}};
  if (options.with_parameter_errors) points = parameter_points(fit);
  fit.require_identified();
  std::vector<core::LargeVector<double>> alive;
  for (const ParameterPoint& point : points) alive.push_back(alive_at(point.fit));
  const std::size_t rows = columns.frequency.size();
  const auto kinds = distinct_rows<4>({columns.frequency, columns.recency, columns.age, horizon}, rows);
  PurchaseIntervals result;
  result.lower.resize(rows);
  result.upper.resize(rows);
  constexpr std::size_t block = 16;
  core::parallel_for(control, core::block_count(kinds.first.size(), block), [&](std::size_t b) {
    std::vector<Counts> counts;
    const std::size_t end = std::min(kinds.first.size(), (b + 1) * block);
    for (std::size_t kind = b * block; kind < end; ++kind) {
      const std::size_t i = kinds.first[kind];
      const double ahead = horizon_at(horizon, i);
      counts.clear();
      double reached = 0.0;
      for (std::size_t k = 0; k < points.size(); ++k) {
        counts.emplace_back(active_at(points[k].fit.parameters, i), ahead);
        reached += points[k].weight * (1.0 - alive[k][i]);
      }
      bool below = true;
      for (std::int64_t count = 0;; ++count) {
        if (count > 1'000'000) {
          throw core::InvalidInput("more than a million purchases are likely: choose a shorter horizon",
                                   {.column = "horizon", .row = i, .value = number_text(ahead)});
        }
        for (std::size_t k = 0; k < points.size(); ++k) reached += points[k].weight * alive[k][i] * counts[k].next();
        // Sums of probabilities miss 1 by their rounding.
        if (below && reached >= 0.5 * (1.0 - options.level) - 1e-10) {
          result.lower[i] = static_cast<double>(count);
          below = false;
        }
        if (reached >= 0.5 * (1.0 + options.level) - 1e-10) {
          result.upper[i] = static_cast<double>(count);
          break;
        }
      }
    }
  });
  for (std::size_t i = 0; i < rows; ++i) {
    result.lower[i] = result.lower[kinds.first[kinds.kind[i]]];
    result.upper[i] = result.upper[kinds.first[kinds.kind[i]]];
  }
  return result;
}

inline PurchaseIntervals bg_bb_purchase_intervals(const ModelFit& fit, std::span<const double> horizon,
                                                  const PurchaseColumns& rows, const PurchaseIntervalOptions& options,
                                                  const core::RunControl& control) {
  check_purchases(rows);
  check_occasions(rows);
  check_occasions_ahead(horizon, rows.frequency.size());
  return count_intervals<BgBbCounts>(
      fit, horizon, rows, options, control,
      [&](const ModelFit& point) { return bg_bb_probability_alive(point, rows, false, control, 0).values; },
      [&](const std::vector<double>& p, std::size_t i) {
        return std::array<double, 4>{p[0] + rows.frequency[i], p[1] + rows.age[i] - rows.frequency[i], p[2],
                                     p[3] + rows.age[i]};
      });
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
                                                     const PurchaseIntervalOptions& options,
                                                     const core::RunControl& control) {
  if (model == PurchaseModel::bg_bb) return detail::bg_bb_purchase_intervals(fit, horizon, rows, options, control);
  check_purchases(rows);
  detail::check_horizon(horizon, rows.frequency.size());
  const auto alive = [&](const ModelFit& point) { return detail::probabilities_alive(point, model, rows, control); };
  const double late = model == PurchaseModel::modified_bg_nbd ? 1.0 : 0.0;
  if (model == PurchaseModel::pareto_nbd) {
    return detail::count_intervals<detail::ParetoNbdCounts>(
        fit, horizon, rows, options, control, alive, [&](const std::vector<double>& p, std::size_t i) {
          return std::array<double, 4>{p[0] + rows.frequency[i], p[1] + rows.age[i], p[2], p[3] + rows.age[i]};
        });
  }
  return detail::count_intervals<
      detail::
          BgNbdCounts>(fit, horizon, rows, options, control, alive, [&](const std::vector<double>& p, std::size_t i) {
    return std::array<double, 4>{p[0] + rows.frequency[i], p[1] + rows.age[i], p[2], p[3] + rows.frequency[i] + late};
  });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
