// How many of some accounts have a need: site occupancy and contacts of their own, integrated on a grid.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
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

/// How long an account could have got in touch of its own accord, in quarters of the time that was watched.
inline constexpr std::int64_t whole_exposure = 4;

/// What was heard of accounts that have it.
struct BreadthHeard {
  std::int64_t contacts = 0;
  std::int64_t mentions = 0;  ///< at so many of the contacts
  std::int64_t events = 0;    ///< how often they got in touch because of it
  std::int64_t exposure = whole_exposure;
  friend auto operator<=>(const BreadthHeard&, const BreadthHeard&) = default;
};
struct BreadthSilent {
  std::int64_t contacts = 0;
  std::int64_t exposure = whole_exposure;
  friend auto operator<=>(const BreadthSilent&, const BreadthSilent&) = default;
};

/// Sufficient statistics.
struct BreadthCounts {
  std::int64_t no = 0;
  std::map<BreadthHeard, std::int64_t> has{};      ///< accounts that have it
  std::map<BreadthSilent, std::int64_t> silent{};  ///< accounts that never mentioned it

  [[nodiscard]] std::int64_t yes() const {
    std::int64_t sum = 0;
    for (const auto& [heard, accounts] : has) sum += accounts;
    return sum;
  }
  [[nodiscard]] std::int64_t open() const {
    std::int64_t sum = 0;
    for (const auto& [history, accounts] : silent) sum += accounts;
    return sum;
  }
  [[nodiscard]] bool has_events() const {
    return std::any_of(has.begin(), has.end(), [](const auto& entry) { return entry.first.events > 0; });
  }
  [[nodiscard]] bool has_contacts() const {
    return std::any_of(has.begin(), has.end(), [](const auto& entry) { return entry.first.contacts > 0; }) ||
           std::any_of(silent.begin(), silent.end(), [](const auto& entry) { return entry.first.contacts > 0; });
  }
  /// After asking `asked` of the open accounts, those with the fewest contacts first, who all say yes.
  [[nodiscard]] BreadthCounts with_yes(std::int64_t asked) const {
    BreadthCounts result = *this;
    for (auto& [history, accounts] : result.silent) {
      const std::int64_t some = std::min(asked, accounts);
      if (some == 0) continue;
      accounts -= some;
      asked -= some;
      result.has[{history.contacts, 0, 0, history.exposure}] += some;
    }
    return result;
  }
};

/// Share `theta` of accounts that have it, mean chance `d` of a mention and mean number of times `m` that those who
/// have it get in touch because of it: theta, d and m / (1 + m) are uniform. Chances differ over accounts by a beta law
/// whose correlation has the prior of the demand model, log odds normal of mean -2.5 and deviation 1.3; numbers by a
/// negative binomial law, the logarithm of whose size is normal. Where both tell, either these are independent, or an
/// account has one normal voice for the two, whose deviation is half-normal; then d and m are medians. What no account
/// was heard by tells nothing of silence.
class BreadthPosterior {
 public:
  explicit BreadthPosterior(BreadthCounts counts)
      : counts_(std::move(counts)),
        yes_(counts_.yes()),
        open_(counts_.open()),
        has_contacts_(counts_.has_contacts()),
        has_events_(counts_.has_events()) {
    for (const auto& [history, accounts] : counts_.silent) {
      if (accounts > 0) silent_.push_back({history, accounts});
    }
    // Where there are many accounts the posterior is narrow: a coarse grid finds the part that matters.
    Grid grid;
    fill(grid, 2);
    grid = {range_of(shares_, [](const Point& point) { return point.theta; }),
            range_of(chances_, [this](const Point& point) { return laws_[point.law].mean; }),
            range_of(numbers_, [this](const Point& point) { return laws_[point.law].number; })};
    fill(grid, 3);
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
  /// That an account that was silent all along has it.
  [[nodiscard]] double probability(const BreadthSilent& history) const {
    double sum = 0.0;
    for (const Point& point : points_) {
      sum += point.weight * has_though_silent(point.theta, silence(laws_[point.law], history));
    }
    return std::min(1.0, sum);
  }

 private:
  /// Beyond, the number among so many is near enough to normal at each point.
  static constexpr std::int64_t exact_limit = 64;
  /// Logarithms of weights that lie further below the greatest one are nothing.
  static constexpr double depth = 25.0;
  static constexpr std::array<double, 7> correlation_nodes{-2.4, -1.6, -0.8, 0.0, 0.8, 1.6, 2.4};
  static constexpr std::array<double, 5> size_nodes{-1.8, -0.9, 0.0, 0.9, 1.8};
  static constexpr std::array<double, 6> spread_nodes{0.1, 0.5, 0.9, 1.3, 1.7, 2.1};
  static constexpr std::array<double, 9> voice_nodes{-2.8, -2.1, -1.4, -0.7, 0.0, 0.7, 1.4, 2.1, 2.8};

  struct Range {
    double low = 0.0;
    double high = 1.0;
  };
  struct Grid {
    Range share{};
    Range chance{};
    Range number{};
  };
  struct Group {
    BreadthSilent history;
    std::int64_t accounts;
  };
  /// How those speak that have it: the chance of a mention and the number of times that they get in touch.
  struct Law {
    double mean = 0.5;
    double total = 1.0;   ///< a + b
    double number = 0.0;  ///< m / (1 + m)
    double size = 1.0;
    double spread = 0.0;  ///< of one voice for both; 0: they are independent
    double told = 0.0;    ///< logarithm of its weight and of what was heard

    /// Logarithm of the chance of these mentions, in one order, at so many contacts.
    [[nodiscard]] double log_chance(std::int64_t contacts, std::int64_t mentions) const {
      const double a = mean * total;
      const double b = (1.0 - mean) * total;
      return stats::log_beta(a + static_cast<double>(mentions), b + static_cast<double>(contacts - mentions)) -
             stats::log_beta(a, b);
    }
    /// Logarithm of the chance of so many events, but for a constant.
    [[nodiscard]] double log_events(std::int64_t events, std::int64_t exposure) const {
      const double m = number / (1.0 - number) * static_cast<double>(exposure) / static_cast<double>(whole_exposure);
      const double e = static_cast<double>(events);
      double sum = -size * std::log1p(m / size);
      if (events > 0) sum += stats::log_gamma(size + e) - stats::log_gamma(size) + e * std::log(m / (size + m));
      return sum;
    }
    /// Logarithm of the chance of all that with one voice.
    [[nodiscard]] double log_voiced(const BreadthHeard& heard) const {
      const double silent = static_cast<double>(heard.contacts - heard.mentions);
      const double time = static_cast<double>(heard.exposure) / static_cast<double>(whole_exposure);
      double sum = 0.0;
      double weights = 0.0;
      for (const double node : voice_nodes) {
        const double odds = mean / (1.0 - mean) * std::exp(spread * node);
        const double m = number / (1.0 - number) * std::exp(spread * node) * time;
        double term = -0.5 * node * node - m - silent * std::log1p(odds);
        if (heard.mentions > 0) term += static_cast<double>(heard.mentions) * std::log(odds / (1.0 + odds));
        if (heard.events > 0) term += static_cast<double>(heard.events) * std::log(m);
        sum += std::exp(term);
        weights += std::exp(-0.5 * node * node);
      }
      return std::log(std::max(sum / weights, std::numeric_limits<double>::min()));
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
  [[nodiscard]] double silence(const Law& law, const BreadthSilent& history) const {
    if (law.spread > 0.0) return std::exp(law.log_voiced({history.contacts, 0, 0, history.exposure}));
    double sum = history.contacts > 0 ? law.log_chance(history.contacts, 0) : 0.0;
    if (has_events_) sum += law.log_events(0, history.exposure);
    return std::exp(sum);
  }

  /// Logarithm of the chance of all that was heard.
  template <class LogChance>
  [[nodiscard]] double told(const LogChance& log_chance) const {
    double sum = 0.0;
    for (const auto& [heard, accounts] : counts_.has) sum += static_cast<double>(accounts) * log_chance(heard);
    return sum;
  }
  void fill_laws(const Grid& grid) {
    const bool has_both = has_contacts_ && has_events_;
    const std::size_t step = has_both ? 2 : 1;  // of two families a coarser grid does
    std::vector<Law> mentioning;
    std::vector<Law> calling;
    chances_.clear();
    numbers_.clear();
    if (has_contacts_) {
      for_panels(grid.chance, has_both ? 1 : 2, [&](double d, double weight) {
        chances_.push_back(d);
        for (std::size_t i = has_both ? 1 : 0; i < correlation_nodes.size(); i += step) {
          const double node = correlation_nodes[i];
          Law law{.mean = d, .total = std::exp(2.5 - 1.3 * node)};
          law.told = std::log(weight) - 0.5 * node * node +
                     told([&](const BreadthHeard& heard) { return law.log_chance(heard.contacts, heard.mentions); });
          mentioning.push_back(law);
        }
      });
    } else {
      mentioning.emplace_back();
    }
    if (has_events_) {
      for_panels(grid.number, 1, [&](double u, double weight) {
        numbers_.push_back(u);
        for (std::size_t i = 0; i < size_nodes.size(); i += step) {
          const double node = size_nodes[i];
          Law law{.number = u, .size = std::exp(0.5 + 1.4 * node)};
          law.told = std::log(weight) - 0.5 * node * node +
                     told([&](const BreadthHeard& heard) { return law.log_events(heard.events, heard.exposure); });
          calling.push_back(law);
        }
      });
    } else {
      calling.emplace_back();
    }
    laws_.clear();
    for (const Law& mention : mentioning) {
      for (const Law& call : calling) {
        laws_.push_back({mention.mean, mention.total, call.number, call.size, 0.0, mention.told + call.told});
      }
    }
    if (has_both) add_voices(grid);
    // The likeliest first, so that what follows can be cut off.
    std::stable_sort(laws_.begin(), laws_.end(), [](const Law& a, const Law& b) { return a.told > b.told; });
  }
  /// Beside independent chances and numbers, one voice for both: as likely a priori.
  void add_voices(const Grid& grid) {
    double apart = 0.0;
    for (std::size_t i = 1; i < correlation_nodes.size(); i += 2) {
      for (std::size_t j = 0; j < size_nodes.size(); j += 2) {
        apart += std::exp(-0.5 * (correlation_nodes[i] * correlation_nodes[i] + size_nodes[j] * size_nodes[j]));
      }
    }
    double one = 0.0;
    for (const double spread : spread_nodes) one += std::exp(-0.5 * spread * spread);
    for_panels(grid.chance, 1, [&](double d, double chance_weight) {
      for_panels(grid.number, 1, [&](double u, double number_weight) {
        for (const double spread : spread_nodes) {
          Law law{.mean = d, .number = u, .spread = spread};
          law.told = std::log(chance_weight * number_weight * apart / one) - 0.5 * spread * spread +
                     told([&](const BreadthHeard& heard) { return law.log_voiced(heard); });
          laws_.push_back(law);
        }
      });
    });
  }

  /// Points with the logarithms of their weights.
  void fill(const Grid& grid, std::size_t share_panels) {
    fill_laws(grid);
    quiet_.clear();
    points_.clear();
    shares_.clear();
    std::vector<double> weights;  // of shares, with what accounts said outright
    for_panels(grid.share, share_panels, [&](double theta, double weight) {
      shares_.push_back(theta);
      weights.push_back(std::log(weight) + static_cast<double>(yes_) * std::log(theta) +
                        static_cast<double>(counts_.no) * std::log1p(-theta));
    });
    const double greatest = *std::max_element(weights.begin(), weights.end());
    top_ = -std::numeric_limits<double>::infinity();
    for (std::size_t l = 0; l < laws_.size(); ++l) {
      if (laws_[l].told + greatest < top_ - depth) {
        laws_.resize(l);
        break;
      }
      for (const Group& group : silent_) quiet_.push_back(silence(laws_[l], group.history));
      const std::span<const double> quiet = quiet_of(l);
      for (std::size_t s = 0; s < shares_.size(); ++s) {
        double sum = laws_[l].told + weights[s];
        if (sum < top_ - depth) continue;
        for (std::size_t g = 0; g < silent_.size(); ++g) {
          sum += static_cast<double>(silent_[g].accounts) * std::log(shares_[s] * quiet[g] + 1.0 - shares_[s]);
        }
        if (sum < top_ - depth) continue;
        points_.push_back({shares_[s], l, sum});
        top_ = std::max(top_, sum);
      }
    }
  }
  /// Where points weigh more than nothing, with a node's distance to both sides.
  template <class Coordinate>
  [[nodiscard]] Range range_of(std::vector<double> nodes, const Coordinate& coordinate) const {
    Range range{1.0, 0.0};
    for (const Point& point : points_) {
      if (point.weight < top_ - depth) continue;
      range.low = std::min(range.low, coordinate(point));
      range.high = std::max(range.high, coordinate(point));
    }
    std::sort(nodes.begin(), nodes.end());
    const auto below = std::lower_bound(nodes.begin(), nodes.end(), range.low);
    const auto above = std::upper_bound(nodes.begin(), nodes.end(), range.high);
    return {below == nodes.begin() ? 0.0 : *(below - 1), above == nodes.end() ? 1.0 : *above};
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
  /// P(n of the silent accounts have it), exactly: the integral over the share is a beta function.
  void tabulate() {
    const std::size_t open = static_cast<std::size_t>(open_);
    mass_.assign(open + 1, 0.0);
    std::vector<double> share(mass_.size());
    for (std::size_t n = 0; n <= open; ++n) {
      share[n] = stats::log_beta(static_cast<double>(yes_) + static_cast<double>(n) + 1.0,
                                 static_cast<double>(counts_.no) + static_cast<double>(open - n) + 1.0);
    }
    std::vector<double> quiet_n(mass_.size());  // sums of products of so many silences
    for (std::size_t l = 0; l < laws_.size(); ++l) {
      std::fill(quiet_n.begin(), quiet_n.end(), 0.0);
      quiet_n[0] = 1.0;
      std::size_t size = 0;
      const std::span<const double> quiet = quiet_of(l);
      for (std::size_t g = 0; g < silent_.size(); ++g) {
        for (std::int64_t a = 0; a < silent_[g].accounts; ++a) {
          ++size;
          for (std::size_t n = size; n > 0; --n) quiet_n[n] += quiet_n[n - 1] * quiet[g];
        }
      }
      const double told = laws_[l].told - laws_[0].told;
      for (std::size_t n = 0; n <= open; ++n) mass_[n] += quiet_n[n] * std::exp(told + share[n] - share[0]);
    }
    double total = 0.0;
    for (const double mass : mass_) total += mass;
    for (double& mass : mass_) mass /= total;
  }

  BreadthCounts counts_;
  std::int64_t yes_;
  std::int64_t open_;
  bool has_contacts_;
  bool has_events_;
  std::vector<Group> silent_;
  std::vector<double> shares_;  ///< nodes of the grid
  std::vector<double> chances_;
  std::vector<double> numbers_;
  std::vector<Law> laws_;      ///< the likeliest first
  std::vector<double> quiet_;  ///< laws x groups of silent accounts: P(silent | has it)
  double top_ = 0.0;
  std::vector<Point> points_;
  std::vector<double> mass_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
