// By how much prevalence hangs on the law of how readily accounts speak.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/demand/occupancy.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

[[nodiscard]] inline std::string mixture_text(Mixture mixture) {
  switch (mixture) {
    case Mixture::beta:
      return "beta distributed chances";
    case Mixture::normal:
      return "normal log odds";
    case Mixture::parts:
      return "two parts, of which one, a quarter, speaks less readily";
    case Mixture::common:
      return "one readiness to mention a need and to call about it";
  }
  return {};
}

/// "another law ... fits as well and gives ", to be followed by what it gives.
[[nodiscard]] inline std::string another_law(const OccupancyPosterior& posterior) {
  return "another law of how readily accounts speak (" + mixture_text(posterior.other_mixture) + ") fits " +
         (posterior.mixture_gain < -10.0 ? "better" : "as well") + " and gives ";
}

struct MixtureSpread {
  std::vector<double> other{};        ///< needs x strata: mean number of accounts under the other law
  std::vector<double> shift{};        ///< by need: other mean - mean, in accounts
  std::vector<std::uint8_t> hangs{};  ///< by need: is the other mean outside the middle 90 % of the draws?
  bool all_hang = false;              ///< are half of the needs, of two or more, a standard deviation away?
};

/// Empty where no other law was fitted. Where the other law is refuted nothing hangs on it, and a difference of less
/// than `least` of the accounts does not matter.
[[nodiscard]] inline MixtureSpread mixture_spread(const OccupancyPosterior& posterior, std::size_t needs,
                                                  std::size_t strata, std::size_t accounts, double least = 0.01) {
  MixtureSpread spread;
  if (posterior.other_draws == 0 || needs == 0) return spread;
  spread.other.assign(needs * strata, 0.0);
  spread.shift.assign(needs, 0.0);
  spread.hangs.assign(needs, 0);
  std::vector<double> standardised;
  std::vector<double> total(posterior.draws);
  for (std::size_t i = 0; i < needs; ++i) {
    double other = 0.0;
    for (std::size_t s = 0; s < strata; ++s) {
      double& mean = spread.other[i * strata + s];
      for (std::size_t d = 0; d < posterior.other_draws; ++d) {
        mean += posterior.other_counts[(i * strata + s) * posterior.other_draws + d] /
                static_cast<double>(posterior.other_draws);
      }
      other += mean;
    }
    std::fill(total.begin(), total.end(), 0.0);
    double mean = 0.0;
    for (std::size_t d = 0; d < posterior.draws; ++d) {
      for (std::size_t s = 0; s < strata; ++s) total[d] += posterior.counts[(i * strata + s) * posterior.draws + d];
      mean += total[d] / static_cast<double>(posterior.draws);
    }
    double squares = 0.0;
    for (const double x : total) squares += (x - mean) * (x - mean) / static_cast<double>(posterior.draws);
    spread.shift[i] = other - mean;
    const double away = std::abs(spread.shift[i]);
    const bool matters = away > least * static_cast<double>(accounts) && !posterior.mixture_is_plain;
    spread.hangs[i] = matters && away > 1.645 * std::sqrt(squares) ? 1 : 0;
    standardised.push_back(matters ? away / std::sqrt(squares + 0.25) : 0.0);
  }
  if (needs < 2) return spread;
  const auto middle = standardised.begin() + static_cast<std::ptrdiff_t>(standardised.size() / 2);
  std::nth_element(standardised.begin(), middle, standardised.end());
  spread.all_hang = *middle > 1.0;
  return spread;
}

/// Draws at the ends of a band, wherever a need hangs on the law: the other law's where they lie further out.
inline void widen_by_mixture(const MixtureSpread& spread, const OccupancyPosterior& posterior, std::size_t strata,
                             std::vector<double>& lower, std::vector<double>& upper) {
  if (lower.empty()) lower = posterior.counts;
  if (upper.empty()) upper = posterior.counts;
  for (std::size_t i = 0; i < spread.hangs.size(); ++i) {
    if (spread.hangs[i] == 0 && !spread.all_hang) continue;
    std::vector<double>& end = spread.shift[i] < 0.0 ? lower : upper;
    for (std::size_t s = 0; s < strata; ++s) {
      const std::size_t at = (i * strata + s) * posterior.draws;
      double mean = 0.0;
      for (std::size_t d = 0; d < posterior.draws; ++d) mean += end[at + d] / static_cast<double>(posterior.draws);
      const double other = spread.other[i * strata + s];
      if (spread.shift[i] < 0.0 ? mean <= other : mean >= other) continue;
      for (std::size_t d = 0; d < posterior.draws; ++d) {
        end[at + d] = posterior.other_counts[(i * strata + s) * posterior.other_draws + d % posterior.other_draws];
      }
    }
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
