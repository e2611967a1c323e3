// Were as many pairs heard as the model expects, by number of occasions?
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/detail/occupancy_chain.hpp>
#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

class HeardCheck {
 public:
  explicit HeardCheck(const Histories& histories)
      : histories_(histories), expected_(histories.needs), variance_(histories.needs) {
    for (std::size_t i = 0; i < histories.needs; ++i) expected_[i].fill(0.0), variance_[i].fill(0.0);
  }

  void add(const OccupancyChain& chain, const core::RunControl& control) {
    core::parallel_for(control, histories_.needs, [&](std::size_t i) { add_need(chain, i); });
    draws_ += 1.0;
  }

  /// Greatest standardised difference over all needs.
  [[nodiscard]] double worst() const {
    std::array<double, classes> observed{};
    std::array<double, classes> mean{};
    std::array<double, classes> variance{};
    for (std::size_t i = 0; i < histories_.needs; ++i) {
      const Exposure& exposure = histories_.exposures[histories_.exposure_of_need[i]];
      for (const History& history : histories_.heard[i]) {
        if (history.mentions + history.events <= 0.0 || history.asked) continue;
        // On the grid as what is expected, or those near a bound would be counted on either side of it.
        const std::size_t c = class_of(on_grid(exposure.occasions[history.account]), exposure.years[history.account]);
        if (c < classes) observed[c] += 1.0;
      }
      for (std::size_t c = 0; c < classes; ++c) {
        mean[c] += expected_[i][c] / std::max(draws_, 1.0);
        variance[c] += variance_[i][c] / std::max(draws_, 1.0);
      }
    }
    double worst = 0.0;
    for (std::size_t c = 0; c < classes; ++c) {
      if (variance[c] > 1.0) worst = std::max(worst, std::abs(observed[c] - mean[c]) / std::sqrt(variance[c]));
    }
    return worst;
  }

 private:
  static constexpr std::size_t classes = 6;
  using Classes = std::array<double, classes>;

  [[nodiscard]] static std::size_t class_of(double occasions, double years) noexcept {
    const double n = occasions > 0.0 ? occasions : years > 0.0 ? 1.0 : 0.0;
    if (n <= 0.0) return classes;
    if (n <= 1.0) return 0;
    if (n <= 2.0) return 1;
    if (n <= 4.0) return 2;
    if (n <= 8.0) return 3;
    if (n <= 16.0) return 4;
    return 5;
  }

  void add_need(const OccupancyChain& chain, std::size_t i) {
    const Group& group = chain.group_of(i);
    const double log_true = chain.has_false() ? std::log1p(-chain.shared().false_rate) : 0.0;
    const auto add = [&](std::size_t kind, std::size_t voice, double size) {
      const Effort& effort = group.efforts[group.kind_effort[kind]];
      const std::size_t c = class_of(group.grid[effort.occasions], effort.years);
      if (c == classes) return;
      // Heard falsely, if nothing else.
      const double never = chain.has_false() ? std::exp(group.grid[effort.occasions] * log_true) : 1.0;
      const double quiet = std::min(1.0, chain.silent(i, kind, voice).silent * never);
      expected_[i][c] += size * (1.0 - quiet);
      variance_[i][c] += size * quiet * (1.0 - quiet);
    };
    for (const std::uint32_t c : group.occupied) add(c / voice_points, c % voice_points, group.counts[c]);
    // What those say who are asked outright is no matter of chance.
    for (const History& history : histories_.heard[i]) {
      if (history.asked) add(group.kind[history.account], chain.voice(i, history.account), -1.0);
    }
  }

  const Histories& histories_;
  std::vector<Classes> expected_{}, variance_{};  ///< by need
  double draws_ = 0.0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
