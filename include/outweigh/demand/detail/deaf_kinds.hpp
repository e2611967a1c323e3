// Which kinds of sources never hear of which needs.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

inline constexpr std::size_t source_kinds = 10;  ///< 0 unknown, else 1 + graph::SourceKind

/// Mentions by stratum, kind of source and need, and what is learnt from them.
class DeafKinds {
 public:
  DeafKinds(std::size_t strata, std::size_t needs)
      : strata_(strata * needs > 1'000'000 ? 1 : std::max<std::size_t>(strata, 1)),
        needs_(needs),
        mentions_(strata_ * source_kinds * needs, 0.0),
        deaf_(needs, 0) {}

  void add(std::size_t stratum, std::size_t kind, std::size_t need) noexcept {
    mentions_[((strata_ == 1 ? 0 : stratum) * source_kinds + kind) * needs_ + need] += 1.0;
  }

  /// By need: bit k is set where sources of kind k do not hear of it.
  [[nodiscard]] std::span<const std::uint16_t> deaf() const noexcept { return deaf_; }

  /// In each stratum a kind is expected to mention needs in proportion to what the other kinds mention. Its counts are
  /// taken for a mixture: needs it hears, with negative binomial counts around what is expected, and needs it is deaf
  /// to, with a hundredth of that. Deafness is believed where the mixture is exp(10) times as likely as one part alone
  /// (classification maximum likelihood, Celeux and Govaert 1992, doi:10.1016/0167-9473(92)90042-E).
  void find() {
    for (int round = 0; round < 2; ++round) {
      for (std::size_t kind = 1; kind < source_kinds; ++kind) find(kind);
    }
  }

 private:
  static constexpr double whisper = 0.01;

  [[nodiscard]] double mentions(std::size_t s, std::size_t kind, std::size_t i) const noexcept {
    return mentions_[(s * source_kinds + kind) * needs_ + i];
  }
  /// By stratum and need: mentions by the other kinds.
  [[nodiscard]] std::vector<double> by_others(std::size_t kind) const {
    std::vector<double> result(strata_ * needs_, 0.0);
    for (std::size_t s = 0; s < strata_; ++s) {
      for (std::size_t k = 0; k < source_kinds; ++k) {
        for (std::size_t i = 0; i < needs_ && k != kind; ++i) {
          if ((deaf_[i] >> k & 1U) == 0) result[s * needs_ + i] += mentions(s, k, i);
        }
      }
    }
    return result;
  }
  [[nodiscard]] std::vector<double> expected(std::size_t kind, std::span<const double> others,
                                             std::span<const std::uint8_t> is_deaf) const {
    std::vector<double> result(needs_, 0.0);
    for (std::size_t s = 0; s < strata_; ++s) {
      double heard = 0.0;
      double base = 0.0;
      for (std::size_t i = 0; i < needs_; ++i) {
        if (is_deaf[i] != 0) continue;
        heard += mentions(s, kind, i);
        base += others[s * needs_ + i];
      }
      if (base <= 0.0) continue;
      for (std::size_t i = 0; i < needs_; ++i) result[i] += others[s * needs_ + i] * heard / base;
    }
    return result;
  }
  /// log P(count) of a negative binomial of this mean and variance mean + spread * mean^2.
  [[nodiscard]] static double log_chance(double count, double mean, double spread) noexcept {
    if (mean <= 0.0) return 0.0;  // nothing to be expected says nothing
    const double size = 1.0 / spread;
    double value = -size * std::log1p(mean * spread) + count * std::log(mean / (size + mean));
    for (double j = 0.0; j + 0.5 < count; j += 1.0) value += std::log((size + j) / (j + 1.0));
    return value;
  }

  void find(std::size_t kind) {
    std::vector<double> count(needs_, 0.0);
    double total = 0.0;
    for (std::size_t i = 0; i < needs_; ++i) {
      for (std::size_t s = 0; s < strata_; ++s) count[i] += mentions(s, kind, i);
      total += count[i];
    }
    std::vector<std::uint8_t> is_deaf(needs_, 0);
    const auto clear = [&] {
      for (std::uint16_t& mask : deaf_) mask = static_cast<std::uint16_t>(mask & ~(1U << kind));
    };
    clear();
    if (total < 20.0) return;
    const std::vector<double> others = by_others(kind);
    constexpr std::array<double, 7> spreads{0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0};
    const auto likelihood = [&](std::span<const double> mean, double spread) {
      double sum = 0.0;
      for (std::size_t i = 0; i < needs_; ++i) {
        sum += log_chance(count[i], is_deaf[i] != 0 ? whisper * mean[i] : mean[i], is_deaf[i] != 0 ? 0.003 : spread);
      }
      return sum;
    };
    const auto best = [&](std::span<const double> mean) {
      double spread = spreads[0];
      for (const double other : spreads) spread = likelihood(mean, other) > likelihood(mean, spread) ? other : spread;
      return spread;
    };
    std::vector<double> mean = expected(kind, others, is_deaf);
    const double alone = likelihood(mean, best(mean));
    for (std::size_t i = 0; i < needs_; ++i) is_deaf[i] = mean[i] >= 3.0 && count[i] <= 0.05 * mean[i] ? 1 : 0;
    double share = 0.0;
    double mixed = alone;
    for (int step = 0; step < 20; ++step) {
      double number = 0.0;
      for (const std::uint8_t deaf : is_deaf) number += deaf;
      if (number == 0.0 || number + 1.0 > static_cast<double>(needs_)) return;
      share = number / static_cast<double>(needs_);
      mean = expected(kind, others, is_deaf);
      const double spread = best(mean);
      // Each need is of one part: the log likelihood of the classification.
      mixed = likelihood(mean, spread) + number * std::log(share) +
              (static_cast<double>(needs_) - number) * std::log1p(-share);
      bool changed = false;
      for (std::size_t i = 0; i < needs_; ++i) {
        const bool deaf = std::log(share) + log_chance(count[i], whisper * mean[i], 0.003) >
                          std::log1p(-share) + log_chance(count[i], mean[i], spread);
        changed = changed || deaf != (is_deaf[i] != 0);
        is_deaf[i] = deaf ? 1 : 0;
      }
      if (!changed) break;
    }
    if (mixed - alone < 10.0) return;
    for (std::size_t i = 0; i < needs_; ++i) {
      if (is_deaf[i] != 0) deaf_[i] = static_cast<std::uint16_t>(deaf_[i] | 1U << kind);
    }
  }

  std::size_t strata_ = 1;
  std::size_t needs_ = 0;
  std::vector<double> mentions_;  ///< strata x kinds x needs
  std::vector<std::uint16_t> deaf_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
