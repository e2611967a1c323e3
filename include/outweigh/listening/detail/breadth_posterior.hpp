// How many of some accounts have a need: site occupancy and contacts of their own, integrated on a grid.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/listening/detail/breadth_laws.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/quadrature.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Share `theta` of accounts that have it, mean chance `d` of a mention and mean number of times `m` that those who
/// have it get in touch because of it: theta, d and m / (1 + m) are uniform. Chances differ over accounts by a beta law
/// whose correlation has the prior of the demand model, log odds normal of mean -2.5 and deviation 1.3; numbers by a
/// negative binomial law, the logarithm of whose size is normal. Where both tell, either these are independent, or an
/// account has one normal voice for the two, whose deviation is half-normal; then d and m are medians. What no account
/// was heard by tells nothing of silence.
class BreadthPosterior {
 public:
  /// `alike`: all that have it speak with one chance and call equally often.
  explicit BreadthPosterior(BreadthCounts counts, bool alike = false)
      : counts_(std::move(counts)),
        alike_(alike),
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
    evidence_ = top_ + std::log(total) - log_prior();
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
  /// Logarithm of the chance of all that was heard and not heard.
  [[nodiscard]] double evidence() const noexcept { return evidence_; }
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
    const auto same =
        std::find_if(silent_.begin(), silent_.end(), [&](const Group& group) { return group.history == history; });
    const auto place = static_cast<std::size_t>(same - silent_.begin());
    double sum = 0.0;
    for (const Point& point : points_) {
      const double quiet = same != silent_.end() ? quiet_of(point.law)[place] : silence(laws_[point.law], history);
      sum += point.weight * has_though_silent(point.theta, quiet);
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
  static constexpr double alike_node = 3.5;  // so far out that accounts hardly differ
  static constexpr std::array<double, 6> spread_nodes{0.1, 0.5, 0.9, 1.3, 1.7, 2.1};

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
  struct Point {
    double theta;
    std::size_t law;
    double weight;
  };

  [[nodiscard]] double penalty(double node) const noexcept { return alike_ ? 0.0 : 0.5 * node * node; }
  /// Logarithm of the sum of the weights of the nodes of all laws.
  [[nodiscard]] double log_prior() const {
    const std::size_t step = has_contacts_ && has_events_ ? 2 : 1;
    double mentioning = 0.0;
    double calling = 0.0;
    for (std::size_t i = step - 1; i < correlation_nodes.size(); i += step)
      mentioning += std::exp(-penalty(correlation_nodes[i]));
    for (std::size_t i = 0; i < size_nodes.size(); i += step) calling += std::exp(-penalty(size_nodes[i]));
    if (alike_) return 0.0;
    const double laws = (has_contacts_ ? mentioning : 1.0) * (has_events_ ? calling : 1.0);
    return std::log(step == 2 ? 2.0 * laws : laws);  // as much again for one voice of the two
  }
  /// Calls `visit(x, weight)` at the nodes of a rule on panels of the range.
  template <class Visit>
  static void for_panels(const Range& range, std::size_t panels, const Visit& visit) {
    const double size = (range.high - range.low) / static_cast<double>(panels);
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const double low = range.low + static_cast<double>(panel) * size;
      stats::gauss_legendre(low, low + size, visit);
    }
  }
  [[nodiscard]] double quiet_mention(const BreadthLaw& law, const BreadthSilent& history) const {
    return history.contacts > 0 ? std::exp(law.log_chance(history.contacts, 0)) : 1.0;
  }
  [[nodiscard]] double quiet_call(const BreadthLaw& law, const BreadthSilent& history) const {
    return has_events_ ? std::exp(law.log_events(0, history.exposure)) : 1.0;
  }
  [[nodiscard]] double silence(const BreadthLaw& law, const BreadthSilent& history) const {
    if (law.spread > 0.0) return std::exp(BreadthVoice(law).log_chance({history.contacts, 0, 0, history.exposure}));
    return quiet_mention(law, history) * quiet_call(law, history);
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
    std::vector<BreadthLaw> mentioning;
    std::vector<BreadthLaw> calling;
    chances_.clear();
    numbers_.clear();
    if (has_contacts_) {
      for_panels(grid.chance, has_both ? 1 : 2, [&](double d, double weight) {
        chances_.push_back(d);
        for (std::size_t i = has_both && !alike_ ? 1 : 0; i < (alike_ ? 1 : correlation_nodes.size()); i += step) {
          const double node = alike_ ? -alike_node : correlation_nodes[i];
          BreadthLaw law{.mean = d, .total = std::exp(2.5 - 1.3 * node)};
          law.told = std::log(weight) - penalty(node) +
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
        for (std::size_t i = 0; i < (alike_ ? 1 : size_nodes.size()); i += step) {
          const double node = alike_ ? alike_node : size_nodes[i];
          BreadthLaw law{.number = u, .size = std::exp(0.5 + 1.4 * node)};
          law.told = std::log(weight) - penalty(node) +
                     told([&](const BreadthHeard& heard) { return law.log_events(heard.events, heard.exposure); });
          calling.push_back(law);
        }
      });
    } else {
      calling.emplace_back();
    }
    laws_.clear();
    quiet_mentions_.clear();
    quiet_calls_.clear();
    for (const BreadthLaw& mention : mentioning) {
      for (const Group& group : silent_) quiet_mentions_.push_back(quiet_mention(mention, group.history));
    }
    for (const BreadthLaw& call : calling) {
      for (const Group& group : silent_) quiet_calls_.push_back(quiet_call(call, group.history));
    }
    for (std::uint32_t m = 0; m < mentioning.size(); ++m) {
      for (std::uint32_t c = 0; c < calling.size(); ++c) {
        laws_.push_back({.mean = mentioning[m].mean,
                         .total = mentioning[m].total,
                         .number = calling[c].number,
                         .size = calling[c].size,
                         .mention = m,
                         .call = c,
                         .told = mentioning[m].told + calling[c].told});
      }
    }
    if (has_both && !alike_) add_voices(grid);
    // The likeliest first, so that what follows can be cut off.
    std::stable_sort(laws_.begin(), laws_.end(),
                     [](const BreadthLaw& a, const BreadthLaw& b) { return a.told > b.told; });
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
          BreadthLaw law{.mean = d, .number = u, .spread = spread};
          law.told = std::log(chance_weight * number_weight * apart / one) - 0.5 * spread * spread +
                     told([voice = BreadthVoice(law)](const BreadthHeard& heard) { return voice.log_chance(heard); });
          laws_.push_back(law);
        }
      });
    });
  }

  void add_quiet(const BreadthLaw& law) {
    if (law.spread > 0.0) {
      const BreadthVoice voice(law);
      for (const Group& group : silent_)
        quiet_.push_back(std::exp(voice.log_chance({group.history.contacts, 0, 0, group.history.exposure})));
      return;
    }
    for (std::size_t g = 0; g < silent_.size(); ++g) {
      quiet_.push_back(quiet_mentions_[law.mention * silent_.size() + g] * quiet_calls_[law.call * silent_.size() + g]);
    }
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
      add_quiet(laws_[l]);
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
  bool alike_;
  std::int64_t yes_;
  std::int64_t open_;
  bool has_contacts_;
  bool has_events_;
  std::vector<Group> silent_;
  std::vector<double> shares_;  ///< nodes of the grid
  std::vector<double> chances_;
  std::vector<double> numbers_;
  std::vector<BreadthLaw> laws_;        ///< the likeliest first
  std::vector<double> quiet_mentions_;  ///< of the parts of laws, x groups of silent accounts
  std::vector<double> quiet_calls_;
  std::vector<double> quiet_;  ///< laws x groups of silent accounts: P(silent | has it)
  double top_ = 0.0;
  double evidence_ = 0.0;  ///< evidence()
  std::vector<Point> points_;
  std::vector<double> mass_;
};

/// Holds the middle `level` of the numbers of accounts that have it, where accounts differ in how readily they speak
/// and where they are alike, unless that is e^5 times less likely: which of the two holds much data hardly tells, and
/// it says how many kept silent.
[[nodiscard]] inline core::Interval breadth_interval(const BreadthCounts& counts, const BreadthPosterior& differing,
                                                     double level) {
  const double tail = 0.5 * (1.0 - level);
  core::Interval interval{static_cast<double>(differing.quantile(tail)),
                          static_cast<double>(differing.quantile(1.0 - tail)), level};
  const BreadthPosterior alike(counts, true);
  if (alike.evidence() < differing.evidence() - 5.0) return interval;
  interval.lower = std::min(interval.lower, static_cast<double>(alike.quantile(tail)));
  interval.upper = std::max(interval.upper, static_cast<double>(alike.quantile(1.0 - tail)));
  return interval;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
