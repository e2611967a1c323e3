// Predictions of BG/NBD and MBG/NBD for many customers at once.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include <outweigh/economics/detail/bg_nbd_math.hpp>
#include <outweigh/economics/detail/predict_kinds.hpp>
#include <outweigh/economics/detail/predict_purchases.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Fills `alive`: c e / (c e + a) with e = ((alpha + T) / (alpha + t_x))^-n and c = b + x - 1 (b + x for MBG/NBD); and,
/// when asked, z = h / (alpha + T + h).
template <bool Late>
struct BgNbdLanes {
  PredictionBlock& block;
  std::array<double, 4> theta;
  bool ahead = false;

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    const Lanes r(theta[0]), alpha(theta[1]), a(theta[2]), b(theta[3] - (Late ? 0.0 : 1.0)), one(1.0), zero(0.0);
    for (std::size_t i = 0; i < block.padded; i += Lanes::size) {
      const Lanes x = Lanes::load(block.frequency + i);
      const Lanes last = Lanes::load(block.recency + i);
      const Lanes age = Lanes::load(block.age + i);
      const Lanes n = r + x;
      const Lanes e = stats::detail::exp(zero - n * stats::detail::log1p((age - last) / (alpha + last)));
      const Lanes stayed = (b + x) * e;
      const Lanes share = stayed / (stayed + a);
      (Late ? share : Lanes::less(zero, x, share, one)).store(block.alive.data() + i);
      if (!ahead) continue;
      const Lanes horizon = Lanes::load(block.horizon + i);
      (horizon / (alpha + age + horizon)).store(block.z.data() + i);
    }
  }
};

/// The series of purchases_if_alive over z (1 - z)^n: its terms z^k weigh the numbers of purchases k + 1 that a
/// customer who never leaves would make, times the purchases that then are made.
template <bool Late, class S, std::size_t N>
bool bg_nbd_series(const std::array<S, N>& theta, double x, double limit, PurchaseSeries<S>& series) {
  const S count = theta[0] + x;
  const S stay = theta[3] + (x + (Late ? 1.0 : 0.0));
  const S sum = theta[2] + stay;
  S rising = 1.0;
  S survival = 1.0;
  S made = 0.0;
  double weight = 1.0;
  double total = 0.0;
  series.limit = limit;
  for (double k = 0.0; series.coefficients.size() < SeriesByFrequency<S>::most_terms; k += 1.0) {
    rising = rising * ((count + k) * (1.0 / (k + 1.0)));
    made += survival;
    survival = survival * ((stay + k) / (sum + k));
    series.coefficients.push_back(rising * made);
    if (!(stats::value_of(series.coefficients.back()) < 1e270)) return false;
    weight *= limit * (stats::value_of(count) + k) / (k + 1.0);
    total += weight * stats::value_of(made);
    // What is left is at most a geometric series.
    const double next = limit * (stats::value_of(count) + k + 1.0) / (k + 2.0);
    if (next < 1.0 && weight * (stats::value_of(made) + 1.0 / (1.0 - next)) / (1.0 - next) <= 1e-17 * total)
      return true;
  }
  return false;
}

template <bool Late>
[[nodiscard]] Predictions bg_nbd_alive(const ModelFit& fit, const PurchaseColumns& rows,
                                       const core::RunControl& control) {
  const auto theta = four_parameters(fit);
  return predict_blocks(rows, {}, control, [&](PredictionBlock& block, BlockSums&) {
    stats::detail::in_lanes(BgNbdLanes<Late>{block, theta, false});
  });
}

/// The range of h / (alpha + T + h).
[[nodiscard]] inline SeriesRange bg_nbd_range(double alpha, std::span<const double> horizon,
                                              const PurchaseColumns& rows, const core::RunControl& control) {
  return SeriesRange::of(rows.frequency, control, [&](std::size_t i) {
    const double ahead = horizon_at(horizon, i);
    const double z = ahead / (alpha + rows.age[i] + ahead);
    return std::pair(z, z);
  });
}

template <bool Late>
[[nodiscard]] Predictions bg_nbd_ahead(const ModelFit& fit, std::span<const double> horizon,
                                       const PurchaseColumns& rows, const core::RunControl& control) {
  const auto theta = four_parameters(fit);
  // Purchases over z, since they vanish where z does.
  const auto finish = [&](double x, double z, double sum) { return sum * std::exp((theta[0] + x) * std::log1p(-z)); };
  const SeriesByFrequency<double> series(
      bg_nbd_range(theta[1], horizon, rows, control),
      [&](double x, double z, auto& into) { return bg_nbd_series<Late>(theta, x, z, into); }, finish);
  return predict_blocks(rows, horizon, control, [&](PredictionBlock& block, BlockSums& sums) {
    stats::detail::in_lanes(BgNbdLanes<Late>{block, theta, true});
    sums(series, std::span<const double>(block.frequency, block.count), block.z.data(), block.sum.data(), finish,
         [&](std::size_t i) {
           const double own =
               BgNbdModel<Late>::purchases_if_alive(theta, block.frequency[i], block.age[i], block.horizon[i]);
           return block.z[i] > 0.0 ? own / block.z[i] : own;
         });
    for (std::size_t i = 0; i < block.count; ++i) block.alive[i] *= block.z[i] * block.sum[i];
  });
}

template <bool Late>
[[nodiscard]] Predictions bg_nbd_ahead_with_errors(const ModelFit& fit, std::span<const double> horizon,
                                                   const PurchaseColumns& rows, const core::RunControl& control) {
  using Model = BgNbdModel<Late>;
  using Jet = stats::Jet<4, false>;
  const auto theta = four_parameters(fit);
  std::array<Jet, 4> jets{};
  for (std::size_t i = 0; i < 4; ++i) {
    jets[i] = theta[i];
    jets[i].gradient[i] = theta[i];
  }
  const SeriesByFrequency<Jet> series(
      bg_nbd_range(theta[1], horizon, rows, control),
      [&](double x, double z, auto& into) { return bg_nbd_series<Late>(jets, x, z, into); }, 0);
  const auto kinds = distinct_rows<3>({rows.frequency, rows.age, horizon}, rows.frequency.size());
  return predict_kinds(
      fit, kinds, rows.frequency.size(), true, control,
      [&]<class S>(const std::array<S, 4>& at, std::size_t i) -> S {
        const double x = rows.frequency[i];
        const double ahead = horizon_at(horizon, i);
        if constexpr (std::is_same_v<S, Jet>) {
          const Jet observed = at[1] + rows.age[i];
          const Jet z = ahead / (observed + ahead);
          if (const auto* own = series.find(x, z.value)) {
            return z * exp(-((at[0] + x) * log1p(ahead / observed))) * (*own)(z);
          }
        }
        return Model::purchases_if_alive(at, x, rows.age[i], ahead);
      },
      [&](const auto& at, std::size_t i) { return Model::alive(at, rows.frequency[i], rows.recency[i], rows.age[i]); });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
