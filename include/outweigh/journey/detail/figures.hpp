// Estimates of key figures from observations.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/journey/detail/accounts_together.hpp>
#include <outweigh/journey/detail/ratio.hpp>
#include <outweigh/journey/median_time.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

struct Figure {
  std::int64_t count = 0;
  std::int64_t open = 0;
  std::optional<double> value{}, lower{}, upper{};
  core::Status status = core::Status::undefined;
  std::string reason{};
};

using Estimator = std::function<Figure(std::span<const Item>)>;

/// What is said of one thing that has not happened yet, and of several.
struct OpenWords {
  const char* one;
  const char* many;
};

/// Things of few accounts tell little of others.
inline void doubt_few_accounts(Figure& figure, const AccountsTogether& together) {
  if (!together.are_few() || figure.count == 0) return;
  if (figure.status == core::Status::estimated) figure.status = core::Status::doubtful;
  figure.reason += std::string(figure.reason.empty() ? "" : "; ") + "of fewer than five accounts";
}

/// x: time; y: 1 where it happened.
inline Figure waiting_figure(std::span<const Item> items, double level, const OpenWords& words) {
  std::vector<WaitingTime> times;
  for (const Item& item : items) times.push_back({item.x, item.y != 0.0});
  MedianTime median = median_time(times, level);
  const AccountsTogether together(items);
  if (!together.are_apart()) {
    const MedianDeviation deviation(items, median.median);
    median = median_time(std::move(times), level, std::sqrt(together.widening(deviation, level)));
  }
  Figure figure{median.count, median.open, median.median, median.lower, median.upper, median.status, {}};
  if (!median.median && median.count > 0)
    figure.reason = "for fewer than half it has happened yet: the median is at least the lower end";
  else if (median.open > 0)
    figure.reason = std::to_string(median.open) + " " + (median.open == 1 ? words.one : words.many);
  doubt_few_accounts(figure, together);
  return figure;
}

/// x: days from the start of an account; y: 1 where it had a first value.
inline Figure first_value_figure(std::span<const Item> items, double level) {
  Figure figure = waiting_figure(
      items, level, {"account has had none so far, or left without", "accounts have had none so far, or left without"});
  const auto before =
      std::count_if(items.begin(), items.end(), [](const Item& item) { return item.y != 0.0 && item.x == 0.0; });
  if (before > 0) {
    figure.reason += std::string(figure.reason.empty() ? "" : "; ") + core::detail::counted(before, "account") +
                     " had one when " + (before == 1 ? "it" : "they") + " started, or before: 0 days";
  }
  return figure;
}

/// x: time; y: 1 where it happened. Of those alone: long ones are too rare among them while others are open.
inline Figure happened_figure(std::span<const Item> items, double level) {
  std::vector<Item> happened;
  for (const Item& item : items) {
    if (item.y != 0.0) happened.push_back(item);
  }
  Figure figure = waiting_figure(happened, level, {"", ""});
  figure.open = static_cast<std::int64_t>(items.size() - happened.size());
  if (figure.open == 0) return figure;
  if (!happened.empty()) figure.status = core::Status::doubtful;
  figure.reason += std::string(figure.reason.empty() ? "" : "; ") + "of deals won so far; " +
                   core::detail::counted(figure.open, "deal") + (figure.open == 1 ? " is" : " are") +
                   " open, so long cycles are too rare in it";
  return figure;
}

/// y: 1 for a success.
inline Figure share_figure(std::span<const Item> items, double level) {
  Figure figure;
  double successes = 0.0;
  for (const Item& item : items) successes += item.y;
  figure.count = static_cast<std::int64_t>(items.size());
  if (items.empty()) return figure;
  const double share = successes / static_cast<double>(items.size());
  const AccountsTogether together(items);
  const double effective = static_cast<double>(items.size()) /
                           together.widening([share](const Item& item) { return item.y - share; }, level);
  const auto interval = stats::wilson_interval(share * effective, effective, level);
  figure.value = share;
  figure.lower = interval.lower;
  figure.upper = interval.upper;
  figure.status = core::Status::estimated;
  doubt_few_accounts(figure, together);
  return figure;
}

/// Stands in `x` of an item for an account of which it is unknown when it came or left.
inline constexpr double unknown_dates = -1.0;

/// y: 1 for an account that left.
inline Figure churn_figure(std::span<const Item> items, double level) {
  std::vector<Item> known;
  for (const Item& item : items) {
    if (item.x != unknown_dates) known.push_back(item);
  }
  Figure figure = share_figure(known, level);
  const std::size_t unknown = items.size() - known.size();
  if (unknown > 0) {
    figure.reason += std::string(figure.reason.empty() ? "" : "; ") + core::detail::counted(unknown, "account") +
                     " whose start, or end as a former customer, is unknown " + (unknown == 1 ? "is" : "are") +
                     " left out";
  }
  return figure;
}

/// y over x, accounts as units.
inline Figure ratio_figure(std::span<const Item> items, double level, double lowest, double highest) {
  std::map<std::uint32_t, std::pair<double, double>> units;
  for (const Item& item : items) {
    auto& unit = units[item.account];
    unit.first += item.y;
    unit.second += item.x;
  }
  const Ratio ratio = ratio_of(units, level, lowest, highest);
  Figure figure{ratio.units, 0, ratio.value, ratio.lower, ratio.upper, ratio.status, {}};
  if (ratio.status == core::Status::doubtful)
    figure.reason = "few accounts, or all alike: the interval may be too narrow or is unknown";
  return figure;
}

/// y: score 0..10, one a person. Three answers are added, half of them passive, so that the interval holds at few
/// answers and at the ends (adjusted Wald of Rocks 2016, The American Statistician 70, 365-372, arXiv:1601.07235);
/// answers of one account widen it together.
inline Figure nps_figure(std::span<const Item> items, double level) {
  Figure figure;
  figure.count = static_cast<std::int64_t>(items.size());
  if (items.empty()) return figure;
  const auto n = static_cast<double>(items.size());
  const auto point = [](const Item& item) { return item.y >= 9.0 ? 1.0 : item.y <= 6.0 ? -1.0 : 0.0; };
  double promoters = 0.0;
  double detractors = 0.0;
  for (const Item& item : items) {
    promoters += point(item) > 0.0 ? 1.0 : 0.0;
    detractors += point(item) < 0.0 ? 1.0 : 0.0;
  }
  const double mean = (promoters - detractors) / n;
  const double plus = (promoters + 0.75) / (n + 3.0);
  const double minus = (detractors + 0.75) / (n + 3.0);
  const double centre = plus - minus;
  const AccountsTogether together(items);
  const double design = together.widening([&](const Item& item) { return point(item) - mean; }, level);
  const double half =
      stats::normal_two_sided(1.0 - level) * std::sqrt(design * (plus + minus - centre * centre) / (n + 3.0));
  figure.value = 100.0 * mean;
  figure.lower = 100.0 * std::max(-1.0, std::min(mean, centre - half));
  figure.upper = 100.0 * std::min(1.0, std::max(mean, centre + half));
  figure.status = together.accounts() < few_accounts ? core::Status::doubtful : core::Status::estimated;
  if (figure.status == core::Status::doubtful) figure.reason = "answers of fewer than five accounts";
  return figure;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
