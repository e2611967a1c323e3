// How much alike accounts are in what they do with the product and in their moods: so many observations the base's
// average is worth.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>
#include <outweigh/stats/detail/peak.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases::detail {

/// Accounts by {on target, beside it}.
using UseCounts = std::map<std::pair<double, double>, double>;

/// Concentration of a beta law about `mean` from which the accounts' own shares come, by maximum likelihood between one
/// half and 20; 1 where fewer than 10 accounts tell of two things each, since one thing tells nothing of it.
[[nodiscard]] inline double likeness_of(const UseCounts& counts, double mean) {
  double telling = 0.0;
  for (const auto& [uses, accounts] : counts) telling += uses.first + uses.second >= 2.0 ? accounts : 0.0;
  if (telling < 10.0) return 1.0;
  const auto log_likelihood = [&](double log_strength) {
    const double a = mean * std::exp(log_strength);
    const double b = (1.0 - mean) * std::exp(log_strength);
    double sum = 0.0;
    for (const auto& [uses, accounts] : counts)
      sum += accounts * (stats::log_beta(a + uses.first, b + uses.second) - stats::log_beta(a, b));
    return sum;
  };
  // One maximum, as for every beta-binomial with a known mean.
  return std::exp(stats::detail::peak(log_likelihood, std::log(0.5), std::log(20.0), 32));
}

/// Of one account: sum, number and sum of squares.
struct Signs {
  double sum, count, squares;
};

struct MoodLaw {
  double spread = 0.6;  ///< standard deviation of the signs of one account
  double worth = 1.0;   ///< so many signs the base's average is worth
};

/// Variances inside accounts and between them, as Buehlmann and Straub estimate them (1970), about the base's `mean`;
/// as given above where fewer than 10 accounts have two signs. The spread is 0.2 at least, so that one sign is not
/// taken for certain, and the worth between one half and 20.
[[nodiscard]] inline MoodLaw mood_law(const std::vector<Signs>& accounts, double mean) {
  double telling = 0.0;
  double inside = 0.0;
  double freedom = 0.0;
  double between = 0.0;
  double all = 0.0;
  for (const Signs& signs : accounts) {
    const double own = signs.sum / signs.count;
    telling += signs.count >= 2.0 ? 1.0 : 0.0;
    inside += std::max(0.0, signs.squares - signs.sum * own);
    freedom += signs.count - 1.0;
    between += signs.count * (own - mean) * (own - mean);
    all += signs.count;
  }
  MoodLaw law;
  if (telling < 10.0) return law;
  law.spread = std::max(0.2, std::sqrt(inside / freedom));
  const double variance = law.spread * law.spread;
  const double differ = (between - static_cast<double>(accounts.size()) * variance) / all;
  law.worth = differ > 0.0 ? std::clamp(variance / differ, 0.5, 20.0) : 20.0;
  return law;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::cases::detail
