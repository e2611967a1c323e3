// How likely mentions are on occasions that weigh more or less than others.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/demand/detail/occupancy_cells.hpp>
#include <outweigh/demand/detail/occupancy_state.hpp>
#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Mean of ((1 - (1 - p)^weight) / p)^mentions for p ~ Beta(a, b), by the two points of Gauss and Jacobi.
OUTWEIGH_LANE stats::detail::Lanes relative_mentions(const stats::detail::Lanes& a, const stats::detail::Lanes& b,
                                                     const stats::detail::Lanes& weight,
                                                     const stats::detail::Lanes& mentions) {
  using stats::detail::Lanes;
  const Lanes sum = a + b;
  const Lanes scale = Lanes(1.0) / (sum + Lanes(2.0));
  const Lanes apart = sqrt((a + Lanes(1.0)) * (b + Lanes(1.0)) / (sum + Lanes(1.0))) * scale;
  const Lanes low = (a + Lanes(1.0)) * scale - apart;
  const Lanes high = low + Lanes(2.0) * apart;
  const Lanes calm = (b + Lanes(1.0)) * scale;
  const Lanes at_low = (Lanes(1.0) - exp(weight * log(calm + apart))) / low;
  const Lanes at_high = (Lanes(1.0) - exp(weight * log(calm - apart))) / high;
  Lanes of_high = (a / sum - low) / (Lanes(2.0) * apart);
  Lanes of_low = Lanes(1.0) - of_high;
  const double most = std::max(std::max(mentions.v[0], mentions.v[1]), std::max(mentions.v[2], mentions.v[3]));
  for (double j = 0.0; j + 0.5 < most; j += 1.0) {
    of_low = Lanes::less(Lanes(j + 0.5), mentions, of_low * at_low, of_low);
    of_high = Lanes::less(Lanes(j + 0.5), mentions, of_high * at_high, of_high);
  }
  return of_low + of_high;
}

/// By entry of Signatures::weighted and voice: P(its mentions) over that of as many on occasions of weight 1, the
/// silence given. On an occasion of weight w silence has the chance (1 - p)^w, and a mention what is left of 1.
class WeightedMentions {
 public:
  /// At these positions. `mean`: of the chance of a mention at weight 1, by voice; `total`: a + b of its beta law.
  /// `silence`: weights x voices, the chance of silence on one occasion.
  void fill(const Group& group, std::span<const Weighted> list, std::span<const std::uint32_t> positions,
            const std::array<double, voice_points>& mean, double total, std::span<const double> silence) {
    constexpr std::size_t lanes = stats::detail::Lanes::size;
    const std::size_t padded = (positions.size() + lanes - 1) / lanes * lanes;
    for (std::vector<double>* values : {&a_, &b_, &weight_, &mentions_, &found_}) values->resize(padded, 1.0);
    for (std::size_t k = 0; k < positions.size(); ++k) {
      const Weighted& said = list[positions[k] / voice_points];
      a_[k] = mean[positions[k] % voice_points] * total + said.mentions;
      b_[k] = total + group.grid[said.silent] + said.mentions - a_[k];
      weight_[k] = group.weights[said.weight];
      mentions_[k] = said.mentions;
    }
    stats::detail::in_lanes([&]() OUTWEIGH_LANE_CALL {
      using stats::detail::Lanes;
      for (std::size_t at = 0; at < padded; at += lanes) {
        relative_mentions(Lanes::load(&a_[at]), Lanes::load(&b_[at]), Lanes::load(&weight_[at]),
                          Lanes::load(&mentions_[at]))
            .store(&found_[at]);
      }
    });
    values_.resize(list.size() * voice_points);
    for (std::size_t k = 0; k < positions.size(); ++k) {
      const Weighted& said = list[positions[k] / voice_points];
      const std::size_t voice = positions[k] % voice_points;
      // A mention on the only occasion is all that silence leaves.
      const bool is_alone = said.mentions == 1.0 && group.grid[said.silent] == 0.0;
      values_[positions[k]] = is_alone ? (1.0 - silence[said.weight * voice_points + voice]) / mean[voice] : found_[k];
    }
  }
  [[nodiscard]] double operator[](std::size_t at) const noexcept { return values_[at]; }

 private:
  std::vector<double> a_{}, b_{}, weight_{}, mentions_{}, found_{}, values_{};
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
