// Woodruff's interval of a quantile: that of the share below it, read off the distribution.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Values of a domain in ascending order with their cumulative weight.
struct Distribution {
  std::vector<double> values{};
  std::vector<double> cumulative{};

  /// Smallest value at which the distribution reaches `p`.
  [[nodiscard]] double quantile(double p) const {
    const double goal = p * cumulative.back() * (1.0 - 1e-13);
    const auto at = std::lower_bound(cumulative.begin(), cumulative.end(), goal);
    return at == cumulative.end() ? values.back() : values[static_cast<std::size_t>(at - cumulative.begin())];
  }
  friend bool operator==(const Distribution&, const Distribution&) = default;
};

/// What intervals of a quantile are made from; copies share the distribution.
struct Woodruff {
  std::shared_ptr<const Distribution> distribution{};
  double share = 0.0;  ///< at or below the quantile
  double se = 0.0;     ///< of that share

  /// Where the interval of the share leaves 0..1 the end is the extreme of the sample.
  [[nodiscard]] core::Interval interval(double level, double degrees_of_freedom) const {
    const double t = stats::student_t_quantile(0.5 + 0.5 * level, degrees_of_freedom);
    const double from = share - t * se;
    const double to = share + t * se;
    return {from >= 0.0 ? distribution->quantile(from) : distribution->values.front(),
            to <= 1.0 ? distribution->quantile(to) : distribution->values.back(), level};
  }
  [[nodiscard]] bool reaches_extremes(double level, double degrees_of_freedom) const {
    const double t = stats::student_t_quantile(0.5 + 0.5 * level, degrees_of_freedom);
    return share - t * se < 0.0 || share + t * se > 1.0;
  }
  friend bool operator==(const Woodruff& a, const Woodruff& b) {
    const bool same = a.distribution == b.distribution ||
                      (a.distribution != nullptr && b.distribution != nullptr && *a.distribution == *b.distribution);
    return same && a.share == b.share && a.se == b.se;
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
