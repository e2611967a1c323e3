// Things of one account go together: how much wider that makes intervals than those of independent things.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

/// One observation of a figure: what `x` and `y` are is the figure's own affair.
struct Item {
  std::uint32_t account;
  std::int64_t period;
  double x;
  double y;
};

/// Accounts from which a figure on things of theirs is no longer doubtful.
inline constexpr std::size_t few_accounts = 5;

class AccountsTogether {
 public:
  explicit AccountsTogether(std::span<const Item> items) : items_(items.begin(), items.end()) {
    // By content, so that the order of rows does not show.
    std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
      return std::tie(a.account, a.x, a.y) < std::tie(b.account, b.x, b.y);
    });
    for (std::size_t i = 0; i < items_.size(); ++i) {
      accounts_ += i == 0 || items_[i].account != items_[i - 1].account ? 1 : 0;
    }
  }

  [[nodiscard]] std::size_t accounts() const noexcept { return accounts_; }
  /// Has no account two?
  [[nodiscard]] bool are_apart() const noexcept { return accounts_ == items_.size(); }
  [[nodiscard]] bool are_few() const noexcept { return !are_apart() && accounts_ < few_accounts; }

  /// Variance of the mean of `value(item)`, whose sum is 0, over that of independent ones, with what Student's t allows
  /// for few accounts; at least 1. As many as there are items where all are of one account: it tells nothing of others.
  /// Korn and Graubard 1998, Survey Methodology 24, 193-201.
  template <class Value>
  [[nodiscard]] double widening(const Value& value, double level) const {
    if (are_apart()) return 1.0;
    if (accounts_ == 1) return static_cast<double>(items_.size());
    double independent = 0.0;
    double between = 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const double own = value(items_[i]);
      independent += own * own;
      sum += own;
      if (i + 1 < items_.size() && items_[i + 1].account == items_[i].account) continue;
      between += sum * sum;
      sum = 0.0;
    }
    const auto m = static_cast<double>(accounts_);
    const double design = independent > 0.0 ? std::max(1.0, m / (m - 1.0) * between / independent) : 1.0;
    const double reach = stats::student_t_quantile(0.5 + level / 2.0, m - 1.0) / stats::normal_two_sided(1.0 - level);
    return design * std::max(1.0, reach * reach);
  }

 private:
  std::vector<Item> items_;
  std::size_t accounts_ = 0;
};

/// How much an observation moves the Kaplan-Meier curve at its median, or at its end where it does not fall so far
/// (Williams 1995, doi:10.2307/2533345). x: time; y: 1 where it happened.
class MedianDeviation {
 public:
  MedianDeviation(std::span<const Item> items, std::optional<double> median)
      : until_(median.value_or(std::numeric_limits<double>::infinity())) {
    std::vector<std::pair<double, double>> times;
    for (const Item& item : items) times.emplace_back(item.x, item.y);
    std::sort(times.begin(), times.end());
    double hazard = 0.0;
    for (std::size_t i = 0; i < times.size() && times[i].first <= until_;) {
      const double at_risk = static_cast<double>(times.size() - i);
      const double time = times[i].first;
      double events = 0.0;
      for (; i < times.size() && times[i].first == time; ++i) events += times[i].second;
      hazard += events / (at_risk * at_risk);
      steps_.push_back({time, at_risk, hazard});
    }
  }

  [[nodiscard]] double operator()(const Item& item) const {
    const auto after = std::upper_bound(steps_.begin(), steps_.end(), item.x,
                                        [](double time, const Step& step) { return time < step.time; });
    if (after == steps_.begin()) return 0.0;
    const Step& step = *std::prev(after);
    return (item.y != 0.0 && item.x <= until_ ? 1.0 / step.at_risk : 0.0) - step.hazard;
  }

 private:
  struct Step {
    double time, at_risk, hazard;
  };
  double until_;
  std::vector<Step> steps_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
