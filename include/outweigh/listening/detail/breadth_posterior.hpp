// How many of some accounts have a need: site occupancy with accounts that differ, integrated on a grid.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/quadrature.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Sufficient statistics.
struct BreadthCounts {
  std::int64_t no = 0;
  /// Accounts that have it, by their contacts and at how many of these they mentioned it.
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> has{};
  std::map<std::int64_t, std::int64_t> silent{};  ///< by contacts: accounts that never mentioned it

  [[nodiscard]] std::int64_t yes() const {
    std::int64_t sum = 0;
    for (const auto& [contacts_and_mentions, accounts] : has) sum += accounts;
    return sum;
  }
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
      if (some == 0) continue;
      accounts -= some;
      asked -= some;
      result.has[{contacts, 0}] += some;
    }
    return result;
  }
};

/// Share `theta` of accounts that have it and mean chance `d` of a mention are uniform; chances differ over accounts by
/// a beta law whose correlation has the prior of the demand model: log odds normal of mean -2.5 and deviation 1.3.
class BreadthPosterior {
 public:
  explicit BreadthPosterior(BreadthCounts counts)
      : counts_(std::move(counts)), yes_(counts_.yes()), open_(counts_.open()) {
    for (const auto& [contacts, accounts] : counts_.silent) {
      if (accounts > 0) silent_.push_back({contacts, accounts});
    }
    // Where there are many accounts the posterior is narrow: a coarse grid finds the part that matters.
    Range theta;
    Range d;
    fill(theta, d, 2, 2);
    theta = range_of([](const Point& point) { return point.theta; });
    d = range_of([this](const Point& point) { return laws_[point.law].mean; });
    fill(theta, d, 3, 2);
    double total = 0.0;
    for (Point& point : points_) total += point.weight = std::exp(point.weight - top_);
    for (Point& point : points_) point.weight /= total;
    std::erase_if(points_, [](const Point& point) { return point.weight < 1e-9; });
    if (open_ <= exact_limit) tabulate();
  }

  /// P(at least `k` accounts have it).
  [[nodiscard]] double at_least(std::int64_t k) const {
    const std::int64_t more = k - yes_;
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
    return {static_cast<double>(yes_) + mean, std::max(0.0, square - mean * mean)};
  }
  /// The least n with P(count <= n) >= p.
  [[nodiscard]] std::int64_t quantile(double p) const {
    std::int64_t low = yes_;
    std::int64_t high = yes_ + open_;
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
    for (const Point& point : points_) {
      sum += point.weight * has_though_silent(point.theta, laws_[point.law].silence(contacts));
    }
    return std::min(1.0, sum);
  }

 private:
  /// Beyond, the number among so many is near enough to normal at each point.
  static constexpr std::int64_t exact_limit = 64;
  static constexpr std::array<double, 7> correlation_nodes{-2.4, -1.6, -0.8, 0.0, 0.8, 1.6, 2.4};

  struct Range {
    double low = 0.0;
    double high = 1.0;
  };
  struct Silent {
    std::int64_t contacts;
    std::int64_t accounts;
  };
  /// Of the chance of a mention over accounts that have it.
  struct Law {
    double mean;
    double total;  ///< a + b
    double weight;

    /// Logarithm of the chance of these mentions, in one order, at so many contacts.
    [[nodiscard]] double log_chance(std::int64_t contacts, std::int64_t mentions) const {
      const double a = mean * total;
      const double b = (1.0 - mean) * total;
      return stats::log_beta(a + static_cast<double>(mentions), b + static_cast<double>(contacts - mentions)) -
             stats::log_beta(a, b);
    }
    [[nodiscard]] double silence(std::int64_t contacts) const {
      return contacts == 0 ? 1.0 : std::exp(log_chance(contacts, 0));
    }
  };
  struct Point {
    double theta;
    std::size_t law;
    double weight;
  };

  /// Calls `visit(x, weight)` at the nodes of a rule on panels of the range.
  template <class Visit>
  static void for_panels(const Range& range, std::size_t panels, const Visit& visit) {
    const double size = (range.high - range.low) / static_cast<double>(panels);
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const double low = range.low + static_cast<double>(panel) * size;
      stats::gauss_legendre(low, low + size, visit);
    }
  }

  /// Points with the logarithms of their weights.
  void fill(const Range& share, const Range& chance, std::size_t share_panels, std::size_t chance_panels) {
    laws_.clear();
    quiet_.clear();
    points_.clear();
    top_ = -std::numeric_limits<double>::infinity();
    for_panels(chance, chance_panels, [&](double d, double chance_weight) {
      for (const double node : correlation_nodes) {
        const double odds = std::exp(-2.5 + 1.3 * node);
        laws_.push_back({d, 1.0 / odds, chance_weight * std::exp(-0.5 * node * node)});
        const Law& law = laws_.back();
        double told = std::log(law.weight);
        for (const auto& [key, accounts] : counts_.has) {
          told += static_cast<double>(accounts) * law.log_chance(key.first, key.second);
        }
        for (const Silent& group : silent_) quiet_.push_back(law.silence(group.contacts));
        const std::span<const double> quiet = quiet_of(laws_.size() - 1);
        for_panels(share, share_panels, [&](double theta, double share_weight) {
          double sum = told + std::log(share_weight) + static_cast<double>(yes_) * std::log(theta) +
                       static_cast<double>(counts_.no) * std::log1p(-theta);
          for (std::size_t g = 0; g < silent_.size(); ++g) {
            sum += static_cast<double>(silent_[g].accounts) * std::log(theta * quiet[g] + 1.0 - theta);
          }
          points_.push_back({theta, laws_.size() - 1, sum});
          top_ = std::max(top_, sum);
        });
      }
    });
  }
  /// Where points weigh more than nothing, with a node's distance to both sides.
  template <class Coordinate>
  [[nodiscard]] Range range_of(const Coordinate& coordinate) const {
    std::vector<double> all;
    Range range{1.0, 0.0};
    for (const Point& point : points_) {
      const double x = coordinate(point);
      all.push_back(x);
      if (point.weight < top_ - 25.0) continue;
      range.low = std::min(range.low, x);
      range.high = std::max(range.high, x);
    }
    std::sort(all.begin(), all.end());
    const auto below = std::lower_bound(all.begin(), all.end(), range.low);
    const auto above = std::upper_bound(all.begin(), all.end(), range.high);
    return {below == all.begin() ? 0.0 : *(below - 1), above == all.end() ? 1.0 : *above};
  }
  [[nodiscard]] std::span<const double> quiet_of(std::size_t law) const {
    return std::span(quiet_).subspan(law * silent_.size(), silent_.size());
  }
  [[nodiscard]] static double has_though_silent(double theta, double quiet) {
    return theta * quiet / (theta * quiet + 1.0 - theta);
  }
  [[nodiscard]] std::pair<double, double> moments(const Point& point) const {
    double mean = 0.0;
    double variance = 0.0;
    const std::span<const double> quiet = quiet_of(point.law);
    for (std::size_t g = 0; g < silent_.size(); ++g) {
      const double p = has_though_silent(point.theta, quiet[g]);
      mean += static_cast<double>(silent_[g].accounts) * p;
      variance += static_cast<double>(silent_[g].accounts) * p * (1.0 - p);
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
      const std::span<const double> quiet = quiet_of(point.law);
      for (std::size_t g = 0; g < silent_.size(); ++g) {
        const double p = has_though_silent(point.theta, quiet[g]);
        for (std::int64_t a = 0; a < silent_[g].accounts; ++a) {
          ++size;
          for (std::size_t n = size; n > 0; --n) one[n] = one[n] * (1.0 - p) + one[n - 1] * p;
          one[0] *= 1.0 - p;
        }
      }
      for (std::size_t n = 0; n < one.size(); ++n) mass_[n] += point.weight * one[n];
    }
  }

  BreadthCounts counts_;
  std::int64_t yes_;
  std::int64_t open_;
  std::vector<Silent> silent_;
  std::vector<Law> laws_;
  std::vector<double> quiet_;  ///< laws x groups of silent accounts: P(silent | has it)
  double top_ = 0.0;
  std::vector<Point> points_;
  std::vector<double> mass_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
