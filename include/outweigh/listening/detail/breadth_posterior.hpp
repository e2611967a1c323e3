// How many of some accounts have a need: site occupancy with uniform priors, integrated on a grid.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/quadrature.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Sufficient statistics.
struct BreadthCounts {
  std::int64_t yes = 0;
  std::int64_t no = 0;
  std::int64_t mentions = 0;                      // at contacts of those who have it
  std::int64_t misses = 0;                        // contacts of those who have it without a mention
  std::map<std::int64_t, std::int64_t> silent{};  // contacts to accounts that never mentioned it

  [[nodiscard]] std::int64_t open() const {
    std::int64_t sum = 0;
    for (const auto& [contacts, accounts] : silent) sum += accounts;
    return sum;
  }
  /// After asking `asked` of the open accounts, those with the fewest contacts first, who all say yes.
  [[nodiscard]] BreadthCounts with_yes(std::int64_t asked) const {
    BreadthCounts result = *this;
    for (auto& [contacts, accounts] : result.silent) {
      const std::int64_t some = std::min(asked, accounts);
      accounts -= some;
      asked -= some;
      result.yes += some;
      result.misses += some * contacts;
    }
    return result;
  }
};

class BreadthPosterior {
 public:
  explicit BreadthPosterior(BreadthCounts counts) : counts_(std::move(counts)), open_(counts_.open()) {
    double top = -std::numeric_limits<double>::infinity();
    for_panels(share_panels, [&](double theta, double share_weight) {
      for_panels(chance_panels, [&](double d, double chance_weight) {
        Point point{.theta = theta, .d = d, .weight = 0.0};
        point.weight = log_likelihood(point) + std::log(share_weight * chance_weight);
        top = std::max(top, point.weight);
        points_.push_back(point);
      });
    });
    double total = 0.0;
    for (Point& point : points_) total += point.weight = std::exp(point.weight - top);
    for (Point& point : points_) point.weight /= total;
    std::erase_if(points_, [](const Point& point) { return point.weight < 1e-12; });
    if (open_ <= exact_limit) tabulate();
  }

  /// P(at least `k` accounts have it).
  [[nodiscard]] double at_least(std::int64_t k) const {
    const std::int64_t more = k - counts_.yes;
    if (more <= 0) return 1.0;
    if (more > open_) return 0.0;
    double sum = 0.0;
    if (!mass_.empty()) {
      for (std::size_t i = static_cast<std::size_t>(more); i < mass_.size(); ++i) sum += mass_[i];
      return std::min(1.0, sum);
    }
    for (const Point& point : points_) {
      const auto [mean, variance] = moments(point);
      const double deviation = std::sqrt(std::max(variance, 1e-12));
      sum += point.weight * stats::normal_cdf((mean - static_cast<double>(more) + 0.5) / deviation);
    }
    return std::min(1.0, sum);
  }
  /// Mean and variance of the number of accounts that have it.
  [[nodiscard]] std::pair<double, double> count() const {
    double mean = 0.0;
    double square = 0.0;
    for (const Point& point : points_) {
      const auto [m, v] = moments(point);
      mean += point.weight * m;
      square += point.weight * (v + m * m);
    }
    return {static_cast<double>(counts_.yes) + mean, std::max(0.0, square - mean * mean)};
  }
  /// The least n with P(count <= n) >= p.
  [[nodiscard]] std::int64_t quantile(double p) const {
    std::int64_t low = counts_.yes;
    std::int64_t high = counts_.yes + open_;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if (1.0 - at_least(middle + 1) >= p) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
  /// That an account that was silent at so many contacts has it.
  [[nodiscard]] double probability(std::int64_t contacts) const {
    double sum = 0.0;
    for (const Point& point : points_) sum += point.weight * silent_has(point, contacts);
    return std::min(1.0, sum);
  }

 private:
  static constexpr std::size_t share_panels = 5;
  static constexpr std::size_t chance_panels = 3;
  static constexpr std::int64_t exact_limit =
      128;  // beyond, the sum of so many is normal to well within the grid's error

  struct Point {
    double theta;
    double d;
    double weight;
  };

  /// Calls `visit(x, weight)` at the nodes of a rule on panels of [0, 1].
  template <class Visit>
  static void for_panels(std::size_t panels, const Visit& visit) {
    const double size = 1.0 / static_cast<double>(panels);
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const double low = static_cast<double>(panel) * size;
      stats::gauss_legendre(low, low + size, visit);
    }
  }

  [[nodiscard]] double log_likelihood(const Point& point) const {
    double sum = static_cast<double>(counts_.yes) * std::log(point.theta) +
                 static_cast<double>(counts_.no) * std::log1p(-point.theta) +
                 static_cast<double>(counts_.mentions) * std::log(point.d) +
                 static_cast<double>(counts_.misses) * std::log1p(-point.d);
    for (const auto& [contacts, accounts] : counts_.silent) {
      sum += static_cast<double>(accounts) *
             std::log(point.theta * std::pow(1.0 - point.d, static_cast<double>(contacts)) + 1.0 - point.theta);
    }
    return sum;
  }
  [[nodiscard]] static double silent_has(const Point& point, std::int64_t contacts) {
    const double quiet = point.theta * std::pow(1.0 - point.d, static_cast<double>(contacts));
    return quiet / (quiet + 1.0 - point.theta);
  }
  [[nodiscard]] std::pair<double, double> moments(const Point& point) const {
    double mean = 0.0;
    double variance = 0.0;
    for (const auto& [contacts, accounts] : counts_.silent) {
      const double p = silent_has(point, contacts);
      mean += static_cast<double>(accounts) * p;
      variance += static_cast<double>(accounts) * p * (1.0 - p);
    }
    return {mean, variance};
  }
  /// P(n of the silent accounts have it), exactly.
  void tabulate() {
    mass_.assign(static_cast<std::size_t>(open_) + 1, 0.0);
    std::vector<double> one(mass_.size());
    for (const Point& point : points_) {
      std::fill(one.begin(), one.end(), 0.0);
      one[0] = 1.0;
      std::size_t size = 0;
      for (const auto& [contacts, accounts] : counts_.silent) {
        const double p = silent_has(point, contacts);
        for (std::int64_t a = 0; a < accounts; ++a) {
          ++size;
          for (std::size_t n = size; n > 0; --n) one[n] = one[n] * (1.0 - p) + one[n - 1] * p;
          one[0] *= 1.0 - p;
        }
      }
      for (std::size_t n = 0; n < one.size(); ++n) mass_[n] += point.weight * one[n];
    }
  }

  BreadthCounts counts_;
  std::int64_t open_;
  std::vector<Point> points_;
  std::vector<double> mass_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
