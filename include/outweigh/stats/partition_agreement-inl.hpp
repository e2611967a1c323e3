#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/partition_agreement.hpp>
#include <outweigh/stats/special.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

/// Sizes of the groups of equal neighbours in a sorted range.
template <class Values>
[[nodiscard]] std::vector<std::size_t> run_lengths(Values values) {
  std::sort(values.begin(), values.end());
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == 0 || values[i] != values[i - 1]) lengths.push_back(0);
    ++lengths.back();
  }
  return lengths;
}

[[nodiscard]] inline double entropy_of(const std::vector<std::size_t>& sizes, double items) {
  double sum = 0.0;
  for (const std::size_t size : sizes) {
    const double share = static_cast<double>(size) / items;
    sum -= share * std::log(share);
  }
  return sum;
}

/// Number of groups of each size.
[[nodiscard]] inline std::map<std::size_t, double> size_counts(const std::vector<std::size_t>& sizes) {
  std::map<std::size_t, double> counts;
  for (const std::size_t size : sizes) counts[size] += 1.0;
  return counts;
}

}  // namespace detail

OUTWEIGH_INLINE PartitionAgreement partition_agreement(std::span<const std::uint32_t> a,
                                                       std::span<const std::uint32_t> b) {
  if (a.size() != b.size()) {
    throw core::InvalidInput("two groupings of the same things have one length",
                             {.value = std::to_string(a.size()) + " and " + std::to_string(b.size())});
  }
  PartitionAgreement result;
  if (a.empty()) return result;
  const auto items = static_cast<double>(a.size());
  const std::vector<std::size_t> sizes_a = detail::run_lengths(std::vector<std::uint32_t>(a.begin(), a.end()));
  const std::vector<std::size_t> sizes_b = detail::run_lengths(std::vector<std::uint32_t>(b.begin(), b.end()));
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) pairs.emplace_back(a[i], b[i]);
  const double joint = detail::entropy_of(detail::run_lengths(pairs), items);
  result.entropy_a = detail::entropy_of(sizes_a, items);
  result.entropy_b = detail::entropy_of(sizes_b, items);
  result.mutual_information = std::max(0.0, result.entropy_a + result.entropy_b - joint);
  if (sizes_a.size() == sizes_b.size() && (sizes_a.size() == 1 || sizes_a.size() == a.size())) return result;

  std::vector<double> log_factorial(a.size() + 1, 0.0);
  for (std::size_t i = 2; i <= a.size(); ++i) log_factorial[i] = log_gamma(static_cast<double>(i) + 1.0);
  const auto counts_b = detail::size_counts(sizes_b);
  for (const auto& [size_a, times_a] : detail::size_counts(sizes_a)) {
    for (const auto& [size_b, times_b] : counts_b) {
      const std::size_t least = size_a + size_b > a.size() ? size_a + size_b - a.size() : 0;
      double sum = 0.0;
      for (std::size_t shared = std::max<std::size_t>(1, least); shared <= std::min(size_a, size_b); ++shared) {
        const auto s = static_cast<double>(shared);
        const double information =
            s / items * std::log(items * s / (static_cast<double>(size_a) * static_cast<double>(size_b)));
        const double log_probability = log_factorial[size_a] + log_factorial[size_b] +
                                       log_factorial[a.size() - size_a] + log_factorial[a.size() - size_b] -
                                       log_factorial[a.size()] - log_factorial[shared] -
                                       log_factorial[size_a - shared] - log_factorial[size_b - shared] -
                                       log_factorial[a.size() + shared - size_a - size_b];
        sum += information * std::exp(log_probability);
      }
      result.expected += times_a * times_b * sum;
    }
  }
  const double span = (result.entropy_a + result.entropy_b) / 2.0 - result.expected;
  const double excess = result.mutual_information - result.expected;
  // Sizes that leave no room for chance: the groupings cannot but agree as they do.
  result.adjusted = std::abs(span) < 1e-14 ? (std::abs(excess) < 1e-14 ? 0.0 : 1.0) : excess / span;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
