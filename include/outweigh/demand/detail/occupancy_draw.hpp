// One joint draw of how many accounts have a need, from cells of accounts that are alike.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/occupancy.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Mean and spread of the number, and of the worth, of silent accounts of one stratum that have a need.
struct Moments {
  double mean = 0.0, variance = 0.0, worth_mean = 0.0, worth_variance = 0.0, covariance = 0.0, size = 0.0;
  /// `count` accounts of equal probability with these sums of worths and of their squares.
  void add(double probability, double count, double worth, double square) noexcept {
    const double spread = probability * (1.0 - probability);
    size += count;
    mean += count * probability;
    variance += count * spread;
    worth_mean += worth * probability;
    worth_variance += square * spread;
    covariance += worth * spread;
  }
};

/// A whole number with the mean and variance of a sum of unequal coin tosses.
[[nodiscard]] inline double draw_count(const Moments& moments, stats::Random& random) {
  const double size = std::max(0.0, std::round(moments.size));
  const double mean = std::clamp(moments.mean, 0.0, size);
  const double variance = std::clamp(moments.variance, 0.0, mean);
  double count = 0.0;
  if (mean <= 1e-12) return 0.0;
  if (variance > 25.0) {
    count = std::round(mean + std::sqrt(variance) * random.normal());
  } else {
    const double chance = 1.0 - variance / mean;
    if (chance < 1e-6) {
      count = static_cast<double>(random.poisson(mean));
    } else {
      // A binomial of `trials` tosses; the fraction that is left over is drawn between the neighbours.
      const double trials = mean / chance;
      const double whole = std::floor(trials);
      const bool up = random.uniform() < trials - whole;
      const double n = std::max(whole + (up ? 1.0 : 0.0), std::ceil(mean));
      count = static_cast<double>(random.binomial(static_cast<std::int64_t>(n), std::clamp(mean / std::max(n, mean), 0.0, 1.0)));
    }
  }
  return std::clamp(count, 0.0, size);
}

/// Accounts of one exposure by kind, voice and whether they were ever contacted. All needs of the exposure share it.
struct DrawCells {
  std::vector<std::uint32_t> cell{};  ///< by account: (kind * voice_points + voice) * 2 + contacted
  std::vector<double> count{}, worth{}, square{};  ///< by cell

  template <class Voice>
  void fill(const Group& group, const Histories& histories, Voice voice) {
    cell.resize(histories.accounts);
    count.assign(group.kinds() * voice_points * 2, 0.0);
    worth.assign(count.size(), 0.0);
    square.assign(count.size(), 0.0);
    for (std::size_t a = 0; a < histories.accounts; ++a) {
      const std::size_t c =
          (group.kind[a] * voice_points + voice(a)) * 2 + (histories.contacted[a] != 0 ? 1U : 0U);
      cell[a] = static_cast<std::uint32_t>(c);
      count[c] += 1.0;
      worth[c] += histories.worth[a];
      square[c] += histories.worth[a] * histories.worth[a];
    }
  }
};

/// The odds scaled.
[[nodiscard]] inline double scale_odds(double probability, double ratio) noexcept {
  return ratio == 1.0 ? probability : ratio * probability / (1.0 - probability + ratio * probability);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
