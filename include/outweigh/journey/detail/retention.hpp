// Which accounts paid recurring revenue throughout a period: those of whom retention can be said.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/detail/calendar_dates.hpp>
#include <outweigh/core/detail/counted.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/detail/figures.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

/// When each account paid recurring revenue, up to `as_of`.
class RecurringPayments {
 public:
  enum class Standing : std::uint8_t {
    throughout,  ///< paid from the beginning of the period to its end
    part,        ///< began or ended in it
    rarer        ///< is billed more rarely than such a period
  };

  explicit RecurringPayments(const graph::CustomerGraph& graph)
      : days_(graph.size(graph::NodeKind::account)), spacing_(days_.size(), 0) {
    const auto& revenue = graph.revenue();
    for (std::size_t row = 0; row < revenue.rows; ++row) {
      const bool is_recurring = revenue.kind.has(row) && revenue.kind[row] == graph::RevenueKind::recurring;
      if (!is_recurring || revenue.at[row] > graph.as_of() || !(revenue.amount[row] > core::Money())) continue;
      days_[revenue.account[row].value()].push_back(core::detail::day_of(revenue.at[row]));
    }
    std::vector<std::int64_t> known;
    for (std::size_t a = 0; a < days_.size(); ++a) {
      auto& days = days_[a];
      std::sort(days.begin(), days.end());
      days.erase(std::unique(days.begin(), days.end()), days.end());
      std::vector<std::int64_t> gaps;
      for (std::size_t i = 1; i < days.size(); ++i) gaps.push_back(days[i] - days[i - 1]);
      if (gaps.empty()) continue;
      spacing_[a] = median(gaps);
      known.push_back(spacing_[a]);
    }
    // Who paid once is billed as most are.
    const std::int64_t usual = known.empty() ? 0 : median(known);
    for (std::int64_t& spacing : spacing_) {
      if (spacing == 0) spacing = usual;
    }
  }

  [[nodiscard]] Standing standing(std::uint32_t account, core::Instant begin, core::Instant end) const {
    const std::vector<std::int64_t>& days = days_[account];
    const std::int64_t first = core::detail::day_of(begin);
    const std::int64_t last = core::detail::day_of(end);
    const std::int64_t spacing = spacing_[account] > 0 ? spacing_[account] : last - first;
    if (4 * spacing > 5 * (last - first)) return Standing::rarer;
    if (days.empty() || days.front() > first + spacing + slack) return Standing::part;
    const auto after = std::lower_bound(days.begin(), days.end(), last);
    if (after == days.begin() || 2 * (last - *std::prev(after)) > 3 * spacing + 2 * slack) return Standing::part;
    return Standing::throughout;
  }

  /// Bills more or fewer between the second and the third time than between the first and the second, as a share of the
  /// latter. The periods hold their ends (`with_end`) or their beginnings.
  [[nodiscard]] double uneven(std::uint32_t account, const std::array<core::Instant, 3>& times, bool with_end) const {
    const std::vector<std::int64_t>& days = days_[account];
    std::array<std::ptrdiff_t, 3> before{};
    for (std::size_t i = 0; i < times.size(); ++i) {
      before[i] = std::lower_bound(days.begin(), days.end(), core::detail::day_of(times[i]) + (with_end ? 1 : 0)) -
                  days.begin();
    }
    const auto earlier = static_cast<double>(before[1] - before[0]);
    const auto later = static_cast<double>(before[2] - before[1]);
    return earlier > 0.0 ? std::abs(later - earlier) / earlier : 0.0;
  }

 private:
  static constexpr std::int64_t slack = 3;  // months are not of one length

  [[nodiscard]] static std::int64_t median(std::vector<std::int64_t>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  std::vector<std::vector<std::int64_t>> days_;  ///< by account, ascending, each once
  std::vector<std::int64_t> spacing_;  ///< by account: usual days from payment to payment; 0: nobody's is known
};

/// Stands in `x` of an item for an account that is left out.
inline constexpr double began_or_ended = -1.0;
inline constexpr double billed_rarely = -2.0;
/// Stands in `x` beside the item of an account with more or fewer bills than before; `y` is what they make up.
inline constexpr double billed_unevenly = -3.0;

/// y over x of the accounts that paid throughout the period before.
inline Figure retention_figure(std::span<const Item> items, double level, double highest) {
  std::vector<Item> used;
  std::int64_t rarely = 0;
  std::int64_t uneven = 0;
  double all = 0.0;
  double at_odds = 0.0;
  for (const Item& item : items) {
    if (item.x > 0.0) used.push_back(item);
    all += std::max(0.0, item.x);
    rarely += item.x == billed_rarely ? 1 : 0;
    uneven += item.x == billed_unevenly ? 1 : 0;
    at_odds += item.x == billed_unevenly ? item.y : 0.0;
  }
  Figure figure;
  if (used.empty()) {
    figure.reason = rarely > 0 ? "" : "no account paid throughout the period before";
  } else {
    figure = ratio_figure(used, level, 0.0, highest);
  }
  if (at_odds > 0.01 * all) {
    figure.status = core::Status::doubtful;
    figure.reason += figure.reason.empty() ? "" : "; ";
    figure.reason += core::detail::counted(uneven, "account") + (uneven == 1 ? " has" : " have") +
                     " more or fewer bills than in the period before, as bills do not fall evenly on such periods";
  }
  if (rarely > 0) {
    figure.reason += figure.reason.empty() ? "" : "; ";
    figure.reason += core::detail::counted(rarely, "account") + (rarely == 1 ? " is" : " are") +
                     " billed more rarely than by this period and left out";
  }
  return figure;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
