// What the likelihood of Gamma-Gamma is made of: sums over customers with one number of purchases.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <outweigh/config.hpp>
#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

struct SpendRow {
  double frequency = 0.0;
  double spend = 0.0;
  double weight = 0.0;
};

/// Sums of weight, and of weight times log(1 + gamma / z), log(1 + z / gamma), V = gamma / (gamma + z), 1 - V and
/// V (1 - V), where z is what a customer spent in all: `per_spend` times the mean.
struct SpendSums {
  std::span<const SpendRow> rows;
  double gamma = 1.0;
  double per_spend = 1.0;
  mutable std::array<double, 6> sums{};

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    std::array<Lanes, 6> total{};
    std::array<double, 8> rest = {1, 1, 1, 1, 0, 0, 0, 0};
    for (std::size_t i = 0; i < rows.size(); i += Lanes::size) {
      Lanes spend, w;
      if (i + Lanes::size <= rows.size()) {
        const auto* row = rows.data() + i;
        spend = Lanes(row[0].spend, row[1].spend, row[2].spend, row[3].spend);
        w = Lanes(row[0].weight, row[1].weight, row[2].weight, row[3].weight);
      } else {
        for (std::size_t j = i; j < rows.size(); ++j) {
          rest[j - i] = rows[j].spend;
          rest[4 + j - i] = rows[j].weight;
        }
        spend = Lanes::load(rest.data());
        w = Lanes::load(rest.data() + 4);
      }
      // The smaller of gamma / z and z / gamma, so that neither logarithm loses digits.
      const Lanes z = spend * Lanes(per_spend);
      const Lanes above = max(z, Lanes(gamma));
      const Lanes below = min(z, Lanes(gamma));
      const Lanes ratio = below / above;
      const Lanes grown = Lanes(1.0) + ratio;
      const Lanes share = Lanes(1.0) / grown;
      const Lanes small = stats::detail::log(grown) + (ratio - (grown - Lanes(1.0))) * share;
      const Lanes large = small - stats::detail::log(max(ratio, Lanes(1e-300)));
      const Lanes other = ratio * share;
      total[0] += w;
      total[1] += w * Lanes::less(z, Lanes(gamma), large, small);
      total[2] += w * Lanes::less(z, Lanes(gamma), small, large);
      total[3] += w * Lanes::less(z, Lanes(gamma), share, other);
      total[4] += w * Lanes::less(z, Lanes(gamma), other, share);
      total[5] += w * (share * other);
    }
    for (std::size_t k = 0; k < total.size(); ++k) sums[k] = total[k].sum();
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
