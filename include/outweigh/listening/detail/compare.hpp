// Comparisons of what was heard with the base, from sums over levels and from sorted values.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/comparison.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// Independent contacts behind `contacts` when those of one account are one decision.
inline double independent_contacts(std::span<const double> contacts) {
  double sum = 0.0;
  double squares = 0.0;
  for (const double c : contacts) {
    sum += c;
    squares += c * c;
  }
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

inline void check_contacts(std::span<const double> contacts, std::size_t accounts) {
  if (contacts.size() != accounts) {
    throw core::InvalidInput("there must be one number of contacts an account",
                             {.column = "contacts", .value = std::to_string(contacts.size())});
  }
  for (std::size_t row = 0; row < contacts.size(); ++row) {
    if (!(contacts[row] >= 0.0) || !std::isfinite(contacts[row])) {
      throw core::InvalidInput("contacts must be finite and not negative",
                               {.column = "contacts", .row = row, .value = core::detail::number_text(contacts[row])});
    }
  }
}

/// From sums over levels; levels without a share of the base are left out.
inline ShareComparison share_comparison(std::span<const double> base, std::span<const double> heard, double all,
                                        double n) {
  ShareComparison result;
  if (!(all > 0.0)) return result;
  double size = 0.0;
  for (const double share : base) size += share;
  double distance = 0.0;
  double chi = 0.0;
  double least = 1.0;
  for (std::size_t level = 0; level < base.size(); ++level) {
    if (!(base[level] > 0.0)) continue;
    const double share = base[level] / size;
    const double gap = heard[level] / all - share;
    distance += std::abs(gap);
    chi += gap * gap / share;
    least = std::min(least, share);
    ++result.degrees_of_freedom;
  }
  if (result.degrees_of_freedom == 0) return result;
  --result.degrees_of_freedom;
  result.independent_contacts = n;
  result.design_effect = all / n;
  result.dissimilarity = std::min(1.0, distance / 2.0);
  if (result.degrees_of_freedom > 0) {
    result.chi_squared = n * chi;
    result.p_value =
        std::clamp(stats::chi_squared(n * chi, static_cast<double>(result.degrees_of_freedom)).upper, 0.0, 1.0);
  }
  result.status = n < 5.0 || n * least < 1.0 ? core::Status::doubtful : core::Status::estimated;
  return result;
}

/// Values ascending, each with the contacts of its account. Equal values are one step, so that their order is nothing.
inline NumberComparison compare_sorted(std::span<const double> values, std::span<const double> contacts, double level) {
  NumberComparison result;
  const std::size_t size = values.size();
  result.accounts = static_cast<std::int64_t>(size);
  if (size == 0) return result;
  struct Step {
    double value = 0.0;  ///< from a middle one, so that a large common part does not eat the digits of the differences
    double accounts = 0.0;
    double contacts = 0.0;
    double squares = 0.0;
  };
  std::vector<Step> steps;
  const double origin = values[size / 2];
  for (std::size_t i = 0; i < size; ++i) {
    if (i == 0 || values[i] != values[i - 1]) steps.push_back({values[i] - origin, 0.0, 0.0, 0.0});
    steps.back().accounts += 1.0;
    steps.back().contacts += contacts[i];
    steps.back().squares += contacts[i] * contacts[i];
    result.heard_accounts += contacts[i] > 0.0 ? 1 : 0;
  }
  const double n = static_cast<double>(size);
  double all = 0.0;
  double squares = 0.0;
  double base_sum = 0.0;
  double heard_sum = 0.0;
  for (const Step& step : steps) {
    base_sum += step.accounts * step.value;
    heard_sum += step.contacts * step.value;
    all += step.contacts;
    squares += step.squares;
  }
  const double base_mean = base_sum / n;
  double variance = 0.0;
  for (const Step& step : steps) variance += step.accounts * (step.value - base_mean) * (step.value - base_mean);
  const double deviation = steps.size() == 1 ? 0.0 : std::sqrt(variance / n);
  result.base_mean = origin + base_mean;
  result.base_deviation = deviation;
  if (!(all > 0.0) || !(squares > 0.0)) return result;

  const double independent = all * all / squares;
  const double heard_mean = heard_sum / all;
  result.independent_contacts = independent;
  result.heard_mean = origin + heard_mean;
  if (deviation > 0.0) {
    const double difference = (heard_mean - base_mean) / deviation;
    result.standardised_difference = difference;
    if (result.heard_accounts > 1) {
      double spread = 0.0;
      for (const Step& step : steps) spread += step.squares * (step.value - heard_mean) * (step.value - heard_mean);
      const double m = static_cast<double>(result.heard_accounts);
      const double error = std::sqrt(spread * m / (m - 1.0)) / all / deviation;
      const double half = stats::student_t_quantile(0.5 + level / 2.0, std::max(1.0, independent - 1.0)) * error;
      result.lower = difference - half;
      result.upper = difference + half;
    }
  }
  double below = 0.0;
  double heard_below = 0.0;
  double largest = 0.0;
  double area = 0.0;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    below += steps[i].accounts;
    heard_below += steps[i].contacts;
    const double gap = std::abs(heard_below / all - below / n);
    largest = std::max(largest, gap);
    area += gap * (steps[i + 1].value - steps[i].value);
  }
  largest = std::min(1.0, largest);
  result.kolmogorov_smirnov = largest;
  result.wasserstein = area;
  const double root = std::sqrt(independent);
  result.p_value = std::clamp(stats::kolmogorov_upper((root + 0.12 + 0.11 / root) * largest), 0.0, 1.0);
  result.status = independent < 5.0 ? core::Status::doubtful : core::Status::estimated;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
