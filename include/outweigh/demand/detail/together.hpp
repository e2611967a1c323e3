// Do needs go together in accounts, beyond segment, revenue and voice?
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/occupancy_chain.hpp>
#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Under the model whether an account has one need says nothing about the next, given its segment, revenue and voice.
/// Of the log likelihood the derivative by the logit of prevalence is P(has | what it said) - prevalence; the sum over
/// accounts of the product for two needs is the score test of a covariance of their log odds (after Liang 1987,
/// doi:10.1093/biomet/74.2.259). Sums over pairs of needs at draws of the chain, on at most 4,000 accounts and 80
/// needs.
class Together {
 public:
  explicit Together(const Histories& histories) : histories_(histories) {
    constexpr std::size_t most_accounts = 4000;
    constexpr std::size_t most_needs = 80;
    const std::size_t step = core::block_count(histories.accounts, most_accounts);
    slot_.assign(histories.accounts, none);
    for (std::size_t a = 0; a < histories.accounts; a += step) {
      slot_[a] = static_cast<std::uint32_t>(accounts_.size());
      accounts_.push_back(static_cast<std::uint32_t>(a));
    }
    const std::size_t stride = core::block_count(histories.needs, most_needs);
    for (std::size_t i = 0; i < histories.needs; i += stride) needs_.push_back(static_cast<std::uint32_t>(i));
  }

  void add(const OccupancyChain& chain, const core::RunControl& control) {
    const std::size_t n = accounts_.size();
    score_.resize(needs_.size() * n);
    variance_.resize(needs_.size() * n);
    core::parallel_for(control, needs_.size(), [&](std::size_t k) { fill(chain, k); });
    std::vector<double> squares(needs_.size(), 0.0);
    std::vector<double> weights(needs_.size(), 0.0);
    std::vector<double> spreads(needs_.size(), 0.0);
    core::parallel_for(control, needs_.size(), [&](std::size_t k) {
      for (std::size_t l = 0; l < k; ++l) {
        double sum = 0.0;
        double variance = 0.0;
        for (std::size_t a = 0; a < n; ++a) {
          sum += score_[k * n + a] * score_[l * n + a];
          variance += variance_[k * n + a] * variance_[l * n + a];
        }
        squares[k] += sum * sum - variance;
        weights[k] += variance * variance;
        spreads[k] += 2.0 * variance * variance + variance;
      }
    });
    double square = 0.0;
    double weight = 0.0;
    double spread = 0.0;
    for (std::size_t k = 0; k < needs_.size(); ++k) {
      square += squares[k];
      weight += weights[k];
      spread += spreads[k];
    }
    draws_ += 1.0;
    if (weight <= 0.0) return;
    excess_ += square / std::sqrt(spread);
    covariance_ += square / weight;
  }

  /// Normal score of the sum of squared scores, which by chance is about chi-squared with one degree of freedom a pair
  /// (Wilson and Hilferty 1931, doi:10.1073/pnas.17.12.684).
  [[nodiscard]] double excess() const noexcept {
    const double pairs = 0.5 * static_cast<double>(needs_.size()) * (static_cast<double>(needs_.size()) - 1.0);
    if (draws_ == 0.0 || pairs < 1.0) return 0.0;
    const double ratio = std::max(0.0, 1.0 + excess_ / draws_ * std::sqrt(2.0 / pairs));
    const double c = 2.0 / (9.0 * pairs);
    return (std::cbrt(ratio) - (1.0 - c)) / std::sqrt(c);
  }
  /// Root mean square covariance of two needs' log odds over accounts.
  [[nodiscard]] double covariance() const noexcept {
    return draws_ > 0.0 ? std::sqrt(std::max(0.0, covariance_ / draws_)) : 0.0;
  }

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFFU;

  void fill(const OccupancyChain& chain, std::size_t k) {
    const std::size_t i = needs_[k];
    const std::size_t n = accounts_.size();
    const Group& group = chain.group_of(i);
    double* score = score_.data() + k * n;
    double* variance = variance_.data() + k * n;
    const double log_true = std::log1p(-chain.shared().false_rate);
    const auto at = [&](std::size_t a, double heard, double& s, double& v) {
      const std::uint32_t kind = group.kind[a];
      const Effort& effort = group.efforts[group.kind_effort[kind]];
      s = 0.0;
      v = 0.0;
      if (effort.occasions == 0 && effort.years <= 0.0) return;
      const auto cell = chain.silent(i, kind, chain.voice(i, a));
      const double quiet = std::min(1.0, cell.silent * std::exp(group.grid[effort.occasions] * log_true));
      const double own = 1.0 - cell.has;
      s = own * (heard - (1.0 - quiet));
      v = own * own * quiet * (1.0 - quiet);
    };
    for (std::size_t x = 0; x < n; ++x) at(accounts_[x], 0.0, score[x], variance[x]);
    for (const History& history : histories_.heard[i]) {
      const std::uint32_t x = slot_[history.account];
      if (x == none) continue;
      if (history.asked) {
        score[x] = variance[x] = 0.0;
      } else if (history.mentions + history.events > 0.0) {
        at(history.account, 1.0, score[x], variance[x]);
      }
    }
  }

  const Histories& histories_;
  std::vector<std::uint32_t> accounts_{}, needs_{}, slot_{};
  std::vector<double> score_{}, variance_{};  ///< needs x accounts
  double draws_ = 0.0, excess_ = 0.0, covariance_ = 0.0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
