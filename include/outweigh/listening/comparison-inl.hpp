#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/listening/comparison.hpp>
#include <outweigh/listening/detail/compare.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE ShareComparison compare_shares(std::span<const std::uint32_t> level_of, std::size_t levels,
                                               std::span<const double> contacts) {
  detail::check_contacts(contacts, level_of.size());
  std::vector<double> accounts(levels, 0.0);
  std::vector<double> heard(levels, 0.0);
  double all = 0.0;
  for (std::size_t row = 0; row < level_of.size(); ++row) {
    if (level_of[row] >= levels) {
      throw core::InvalidInput("a level is out of range",
                               {.column = "level", .row = row, .value = std::to_string(level_of[row])});
    }
    accounts[level_of[row]] += 1.0;
    heard[level_of[row]] += contacts[row];
    all += contacts[row];
  }
  return detail::share_comparison(accounts, heard, all, detail::independent_contacts(contacts));
}

OUTWEIGH_INLINE NumberComparison compare_numbers(std::span<const double> values, std::span<const double> contacts,
                                                 double level) {
  detail::check_contacts(contacts, values.size());
  if (!(level > 0.0 && level < 1.0)) {
    throw core::InvalidInput("this option must lie between 0 and 1",
                             {.column = "level", .value = core::detail::number_text(level)});
  }
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!std::isfinite(values[row])) {
      throw core::InvalidInput("a number to compare must be finite",
                               {.column = "values", .row = row, .value = core::detail::number_text(values[row])});
    }
  }
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return values[a] != values[b] ? values[a] < values[b] : contacts[a] < contacts[b];
  });
  std::vector<double> sorted;
  std::vector<double> aligned;
  for (const std::size_t row : order) {
    sorted.push_back(values[row]);
    aligned.push_back(contacts[row]);
  }
  return detail::compare_sorted(sorted, aligned, level);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
