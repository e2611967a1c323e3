// Predictions of Pareto/NBD for many customers at once.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include <outweigh/economics/detail/pareto_nbd_math.hpp>
#include <outweigh/economics/detail/predict_purchases.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// The probability that a customer active at t leaves before a next purchase is
///   H(t) = s / (n + s) 2F1(1, n; n + s + 1; (alpha - beta) / (alpha + t)), for alpha < beta by Pfaff's transformation
///   H(t) = s / (n + s) (alpha + t) / (beta + t) 2F1(1, s + 1; n + s + 1; (beta - alpha) / (beta + t)),
/// n = r + x: series of positive terms, whose coefficients all customers with x purchases share. Then P(alive) is
/// B / (B (1 - H(T)) + H(t_x)) with B = ((alpha + t_x) / (alpha + T))^n ((beta + t_x) / (beta + T))^s
/// (DLMF 15.6.1, 15.8.1).
inline bool pareto_nbd_series(const std::array<double, 4>& theta, double x, double limit,
                              PurchaseSeries<double>& series) {
  const double n = theta[0] + x;
  const double s = theta[2];
  const double rising = theta[1] < theta[3] ? s + 1.0 : n;
  double coefficient = s / (n + s);
  double power = 1.0;
  double total = 0.0;
  series.limit = limit;
  if (!(limit < 1.0)) return false;
  for (double k = 0.0; series.coefficients.size() < SeriesByFrequency<double>::most_terms; k += 1.0) {
    series.coefficients.push_back(coefficient);
    total += coefficient * power;
    coefficient *= (rising + k) / (n + s + 1.0 + k);
    power *= limit;
    if (coefficient * power <= 1e-17 * total * (1.0 - limit)) return true;
  }
  return false;
}

/// How far t is from where the series ends.
OUTWEIGH_LANE stats::detail::Lanes pareto_nbd_z(const std::array<double, 4>& theta, const stats::detail::Lanes& t) {
  using stats::detail::Lanes;
  return Lanes(std::abs(theta[1] - theta[3])) / (Lanes(theta[1] < theta[3] ? theta[3] : theta[1]) + t);
}

struct ParetoNbdPoints {
  PredictionBlock& block;
  std::array<double, 4> theta;

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    for (std::size_t i = 0; i < block.padded; i += Lanes::size) {
      pareto_nbd_z(theta, Lanes::load(block.age + i)).store(block.z.data() + i);
      pareto_nbd_z(theta, Lanes::load(block.recency + i)).store(block.z_last.data() + i);
    }
  }
};

struct ParetoNbdLanes {
  PredictionBlock& block;
  std::array<double, 4> theta;
  bool ahead = false;

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    const Lanes r(theta[0]), alpha(theta[1]), s(theta[2]), beta(theta[3]), one(1.0), zero(0.0);
    const bool swapped = theta[1] < theta[3];
    for (std::size_t i = 0; i < block.padded; i += Lanes::size) {
      const Lanes last = Lanes::load(block.recency + i);
      const Lanes age = Lanes::load(block.age + i);
      const Lanes n = r + Lanes::load(block.frequency + i);
      Lanes leaves = Lanes::load(block.sum.data() + i);
      Lanes leaves_last = Lanes::load(block.sum_last.data() + i);
      if (swapped) {
        leaves = leaves * (alpha + age) / (beta + age);
        leaves_last = leaves_last * (alpha + last) / (beta + last);
      }
      const Lanes since = age - last;
      const Lanes b = stats::detail::exp(zero - n * stats::detail::log1p(since / (alpha + last)) -
                                         s * stats::detail::log1p(since / (beta + last)));
      Lanes value = b / (b * (one - leaves) + leaves_last);
      // Exact rows come with their value.
      value = min(one, Lanes::less(Lanes::load(block.factor.data() + i), zero, leaves, value));
      if (ahead) {
        const Lanes horizon = Lanes::load(block.horizon + i);
        const Lanes from = beta + age;
        const Lanes grown = stats::detail::log1p(horizon / from);
        const Lanes y = (one - s) * grown;
        // (e^y - 1) / y, by its series near 0.
        const Lanes safe = Lanes::less(y * y, Lanes(0.25), one, y);
        const Lanes far = (stats::detail::exp(y) - one) / safe;
        const Lanes near_y = Lanes::less(y * y, Lanes(0.25), y, zero);
        Lanes near = one;
        for (int k = 15; k >= 2; --k) near = one + near * near_y * Lanes(1.0 / k);
        const Lanes relative = Lanes::less(y * y, Lanes(0.25), near, far);
        value = value * n / (alpha + age) * (from * grown * relative);
      }
      value.store(block.alive.data() + i);
    }
  }
};

/// P(alive), or purchases expected where `ahead`.
[[nodiscard]] inline Predictions pareto_nbd_predict(const ModelFit& fit, std::span<const double> horizon,
                                                    const PurchaseColumns& rows, bool ahead,
                                                    const core::RunControl& control) {
  const auto theta = four_parameters(fit);
  const double from = std::max(theta[1], theta[3]);
  const double between = std::abs(theta[1] - theta[3]);
  const auto as_it_is = [](double, double, double sum) { return sum; };
  const SeriesByFrequency<double> series(
      SeriesRange::of(
          rows.frequency, control,
          [&](std::size_t i) { return std::pair(between / (from + rows.age[i]), between / (from + rows.recency[i])); }),
      [&](double x, double z, auto& into) { return pareto_nbd_series(theta, x, z, into); }, as_it_is);
  return predict_blocks(rows, horizon, control, [&](PredictionBlock& block, BlockSums& sums) {
    stats::detail::in_lanes(ParetoNbdPoints{block, theta});
    const auto frequency = std::span<const double>(block.frequency, block.count);
    block.factor.fill(1.0);
    const auto no_series = [&](std::size_t i) {
      block.factor[i] = -1.0;
      return 0.0;
    };
    sums(series, frequency, block.z.data(), block.sum.data(), as_it_is, no_series);
    sums(series, frequency, block.z_last.data(), block.sum_last.data(), as_it_is, no_series);
    for (std::size_t i = 0; i < block.count; ++i) {
      if (block.factor[i] > 0.0) continue;
      const double alive = ParetoNbdModel::alive(theta, block.frequency[i], block.recency[i], block.age[i]);
      block.sum[i] = theta[1] < theta[3] ? alive * (theta[3] + block.age[i]) / (theta[1] + block.age[i]) : alive;
    }
    stats::detail::in_lanes(ParetoNbdLanes{block, theta, ahead});
  });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
