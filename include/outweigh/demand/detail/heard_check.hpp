// Were as many pairs heard as the model expects, by how often accounts were contacted?
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/detail/occupancy_chain.hpp>
#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// By number of occasions. Where accounts begin contacts, too, that number is itself an outcome: then by the number of
/// ours, which their needs have no part in unless we call those who have more of them, of what was said on these alone.
/// Numbers of ours are rounded to those of the chain's table, so that a misfit counts from `least_apart` of what is
/// expected.
class HeardCheck {
 public:
  HeardCheck(const Histories& histories, const OccupancyChain& chain, const core::RunControl& control)
      : histories_(histories),
        has_events_(chain.has_events()),
        places_(has_events_ ? histories.exposures.size() : 0),
        expected_(histories.needs),
        variance_(histories.needs) {
    for (std::size_t i = 0; i < histories.needs; ++i) expected_[i].fill(0.0), variance_[i].fill(0.0);
    for (const Exposure& exposure : histories.exposures)
      can_tell_ = can_tell_ && (!has_events_ || !exposure.ours.empty());
    core::parallel_for(control, places_.size(), [&](std::size_t g) {
      for (const double ours : histories.exposures[g].ours) {
        places_[g].push_back({chain.group(g).position(ours), static_cast<std::uint32_t>(class_of(on_grid(ours)))});
      }
    });
  }

  void add(const OccupancyChain& chain, const core::RunControl& control) {
    if (!can_tell_) return;
    core::parallel_for(control, histories_.needs, [&](std::size_t i) {
      if (has_events_) {
        add_ours(chain, i);
      } else {
        add_need(chain, i);
      }
    });
    draws_ += 1.0;
  }

  /// Greatest standardised difference over all needs.
  [[nodiscard]] double worst() const {
    if (!can_tell_) return 0.0;
    std::array<double, classes> observed{};
    std::array<double, classes> mean{};
    std::array<double, classes> variance{};
    for (std::size_t i = 0; i < histories_.needs; ++i) {
      const Exposure& exposure = histories_.exposures[histories_.exposure_of_need[i]];
      for (const History& history : histories_.heard[i]) {
        if (has_events_ ? !history.on_ours : history.mentions + history.events <= 0.0 || history.asked) continue;
        // On the grid as what is expected, or those near a bound would be counted on either side of it.
        const std::vector<double>& contacts = has_events_ ? exposure.ours : exposure.occasions;
        const std::size_t c = class_of(on_grid(contacts[history.account]));
        if (c != none) observed[c] += 1.0;
      }
      for (std::size_t c = 0; c < classes; ++c) {
        mean[c] += expected_[i][c] / std::max(draws_, 1.0);
        variance[c] += variance_[i][c] / std::max(draws_, 1.0);
      }
    }
    const double all = std::accumulate(mean.begin(), mean.end(), 0.0);
    const double scale = has_events_ && all > 0.0 ? std::accumulate(observed.begin(), observed.end(), 0.0) / all : 1.0;
    double worst = 0.0;
    for (std::size_t c = 0; c < classes; ++c) {
      const double apart = std::abs(observed[c] - scale * mean[c]);
      if (variance[c] <= 1.0 || (has_events_ && apart < least_apart * scale * mean[c])) continue;
      worst = std::max(worst, apart / std::sqrt(variance[c]));
    }
    return worst;
  }

 private:
  static constexpr std::size_t classes = 6;
  static constexpr double least_apart = 0.15;
  using Classes = std::array<double, classes>;

  [[nodiscard]] static std::size_t class_of(double contacts) noexcept {
    if (contacts <= 0.0) return none;
    if (contacts <= 1.0) return 0;
    if (contacts <= 2.0) return 1;
    if (contacts <= 4.0) return 2;
    if (contacts <= 8.0) return 3;
    if (contacts <= 16.0) return 4;
    return 5;
  }

  void add_need(const OccupancyChain& chain, std::size_t i) {
    const Group& group = chain.group_of(i);
    const double log_true = chain.has_false() ? std::log1p(-chain.shared().false_rate) : 0.0;
    const auto add = [&](std::size_t kind, std::size_t voice, double size) {
      const Effort& effort = group.efforts[group.kind_effort[kind]];
      const std::size_t c = class_of(group.grid[effort.occasions]);
      if (c == none) return;
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

  void add_ours(const OccupancyChain& chain, std::size_t i) {
    const Group& group = chain.group_of(i);
    const NeedState& need = chain.need(i);
    const std::uint32_t exposure = histories_.exposure_of_need[i];
    const std::vector<double>& ours = histories_.exposures[exposure].ours;
    const double log_true = chain.has_false() ? std::log1p(-chain.shared().false_rate) : 0.0;
    for (std::size_t a = 0; a < histories_.accounts; ++a) {
      const auto [position, c] = places_[exposure][a];
      if (c == none) continue;
      const double psi = need.prevalence[group.kind_profile[group.kind[a]]];
      const double silence = need.chances.occasions[position * voice_points + chain.voice(i, a)];
      const double never = chain.has_false() ? std::exp(ours[a] * log_true) : 1.0;
      const double quiet = std::min(1.0, (psi * silence + 1.0 - psi) * never);
      expected_[i][c] += 1.0 - quiet;
      variance_[i][c] += quiet * (1.0 - quiet);
    }
  }

  static constexpr std::size_t none = classes;

  const Histories& histories_;
  bool has_events_ = false;
  bool can_tell_ = true;
  struct Place {
    std::uint32_t position;  ///< in the table of silence
    std::uint32_t of_class;
  };
  std::vector<std::vector<Place>> places_{};      ///< by exposure and account, of our contacts
  std::vector<Classes> expected_{}, variance_{};  ///< by need
  double draws_ = 0.0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
