// What the likelihood of BG/NBD is made of: sums over customers with one number of purchases.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/stats/detail/lanes.hpp>
#include <outweigh/stats/jet.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Adds up, over rows of one frequency, f = -n log(1 + T / alpha) + log(1 + e^y) and its derivatives, where y = l + n
/// u, u = log((alpha + T) / (alpha + t_x)): n = r + x and l are the same for all rows, so that r, a and b enter once a
/// group. `leaves` is false where nobody can have left. Same result on any machine with IEEE numbers.
struct BgNbdSums {
  std::span<const PurchaseHistory::Row> rows;
  double alpha = 1.0, n = 1.0, l = 0.0;
  double per_unit = 1.0;  ///< times are multiplied by this
  bool leaves = true;

  /// Sums of weight times: log(1 + T / alpha), 1 - V, V (1 - V) with V = alpha / (alpha + T); log(1 + e^y); p and q,
  /// the first and second derivatives of that in y; p u, p v, p w, q u, q v, q u^2, q u v, q v^2, where v and w are the
  /// derivatives of u in log alpha.
  mutable std::array<double, 14> sums{};
  mutable double weight = 0.0;

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    std::array<Lanes, 14> total{};
    Lanes weights;
    std::array<double, 12> rest = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    for (std::size_t i = 0; i < rows.size(); i += Lanes::size) {
      Lanes recency, age, w;
      if (i + Lanes::size <= rows.size()) {
        const auto* row = rows.data() + i;
        recency = Lanes(row[0].recency, row[1].recency, row[2].recency, row[3].recency);
        age = Lanes(row[0].age, row[1].age, row[2].age, row[3].age);
        w = Lanes(row[0].weight, row[1].weight, row[2].weight, row[3].weight);
      } else {
        for (std::size_t j = i; j < rows.size(); ++j) {
          rest[j - i] = rows[j].recency;
          rest[4 + j - i] = rows[j].age;
          rest[8 + j - i] = rows[j].weight;
        }
        recency = Lanes::load(rest.data());
        age = Lanes::load(rest.data() + 4);
        w = Lanes::load(rest.data() + 8);
      }
      weights += w;
      // Ratios and log1p instead of differences of logarithms: n and alpha may be very large together.
      const Lanes t = age * Lanes(per_unit);
      const Lanes ratio = t / Lanes(alpha);
      const Lanes grown = Lanes(1.0) + ratio;
      const Lanes share = Lanes(1.0) / grown;
      const Lanes passed = ratio * share;
      total[0] += w * (stats::detail::log(grown) + (ratio - (grown - Lanes(1.0))) * share);
      total[1] += w * passed;
      total[2] += w * (share * passed);
      if (!leaves) continue;
      const Lanes at = recency * Lanes(per_unit);
      const Lanes inverse = Lanes(1.0) / (Lanes(alpha) + at);
      const Lanes since = (t - at) * inverse;
      const Lanes since_grown = Lanes(1.0) + since;
      const Lanes shrunk = (Lanes(alpha) + at) * share / Lanes(alpha);  // 1 / since_grown
      const Lanes u = stats::detail::log(since_grown) + (since - (since_grown - Lanes(1.0))) * shrunk;
      const Lanes v = Lanes(0.0) - since * share;
      const Lanes curve = v * (passed - Lanes(alpha) * inverse);
      const Lanes y = Lanes(l) + Lanes(n) * u;
      const Lanes small = stats::detail::exp(min(y, Lanes(0.0) - y));
      const Lanes bounded = Lanes(1.0) / (Lanes(1.0) + small);
      const Lanes p = Lanes::less(Lanes(0.0), y, bounded, small * bounded);
      const Lanes q = small * bounded * bounded;
      const Lanes wp = w * p;
      const Lanes wq = w * q;
      const Lanes qu = wq * u;
      const Lanes qv = wq * v;
      total[3] += w * (max(y, Lanes(0.0)) + stats::detail::log(Lanes(1.0) + small));
      total[4] += wp;
      total[5] += wq;
      total[6] += wp * u;
      total[7] += wp * v;
      total[8] += wp * curve;
      total[9] += qu;
      total[10] += qv;
      total[11] += qu * u;
      total[12] += qu * v;
      total[13] += qv * v;
    }
    for (std::size_t k = 0; k < total.size(); ++k) sums[k] = total[k].sum();
    weight = weights.sum();
  }

  /// The sum of f as a jet, by the chain rule from jets of n and l; alpha is the variable number `alpha_at`, on the
  /// scale of its logarithm.
  template <std::size_t N>
  [[nodiscard]] stats::Jet<N> jet(const stats::Jet<N>& count, const stats::Jet<N>& leave, std::size_t alpha_at) const {
    stats::Jet<N> result(-n * sums[0] + sums[3]);
    const std::array<double, 3> first = {-sums[0] + sums[6], n * (sums[1] + sums[7]), sums[4]};  // n, log alpha, l
    const double nn = sums[11];
    const double na = sums[1] + sums[7] + n * sums[12];
    const double aa = n * (sums[8] - sums[2] + n * sums[13]);
    const double nl = sums[9];
    const double al = n * sums[10];
    const double ll = sums[5];
    std::array<std::array<double, 3>, N> by{};  // derivatives of n, log alpha, l
    for (std::size_t i = 0; i < N; ++i) by[i] = {count.gradient[i], i == alpha_at ? 1.0 : 0.0, leave.gradient[i]};
    const std::array<std::array<double, 3>, 3> second = {{{nn, na, nl}, {na, aa, al}, {nl, al, ll}}};
    std::size_t at = 0;
    for (std::size_t i = 0; i < N; ++i) {
      std::array<double, 3> along{};
      for (std::size_t a = 0; a < 3; ++a) {
        result.gradient[i] += first[a] * by[i][a];
        for (std::size_t b = 0; b < 3; ++b) along[b] += second[a][b] * by[i][a];
      }
      for (std::size_t j = 0; j <= i; ++j, ++at) {
        result.hessian[at] = along[0] * by[j][0] + along[1] * by[j][1] + along[2] * by[j][2] +
                             first[0] * count.hessian[at] + first[2] * leave.hessian[at];
      }
    }
    return result;
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
