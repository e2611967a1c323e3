#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/lab/rank_agreement.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

namespace detail {

inline void require_same_length(std::size_t a, std::size_t b) {
  if (a != b) {
    throw core::InvalidInput("the columns to compare differ in length",
                             {.value = std::to_string(a) + " and " + std::to_string(b)});
  }
}

inline void require_numbers(std::span<const double> values, std::string_view name) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      throw core::InvalidInput("a value to compare is not a number",
                               {.column = std::string(name), .row = i, .value = "nan"});
    }
  }
}

/// Pairs of equal values among sorted positions; `same(i, j)` compares neighbours.
template <class Same>
double tied_pairs(std::size_t count, Same same) {
  double pairs = 0.0;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    if (i < count && same(i - 1, i)) continue;
    const auto group = static_cast<double>(i - begin);
    pairs += group * (group - 1.0) / 2.0;
    begin = i;
  }
  return pairs;
}

/// Sorts `values` and returns how many pairs were out of order.
inline double count_inversions(std::vector<double>& values) {
  std::vector<double> buffer(values.size());
  double inversions = 0.0;
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t begin = 0; begin < values.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, values.size());
      const std::size_t end = std::min(begin + 2 * width, values.size());
      std::size_t left = begin;
      std::size_t right = middle;
      for (std::size_t out = begin; out < end; ++out) {
        if (left < middle && (right == end || values[left] <= values[right])) {
          buffer[out] = values[left++];
        } else {
          inversions += static_cast<double>(middle - left);
          buffer[out] = values[right++];
        }
      }
    }
    values.swap(buffer);
  }
  return inversions;
}

inline std::vector<std::size_t> by_falling_score(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

/// Calls `visit(begin, end, total)` for each group of equal scores, best first; `total` sums `gain` over the group.
template <class Gain, class Visit>
void visit_tied_groups(std::span<const double> scores, Gain gain, Visit visit) {
  const std::vector<std::size_t> order = by_falling_score(scores);
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double total = 0.0;
    while (end < order.size() && scores[order[end]] == scores[order[begin]]) total += gain(order[end++]);
    visit(begin, end, total);
    begin = end;
  }
}

inline void require_places(std::size_t k) {
  if (k == 0) throw core::InvalidInput("at least one place is needed", {.column = "k", .value = "0"});
}

/// Expected number of relevant items on the first `k` places.
inline double expected_hits(std::size_t k, std::span<const double> scores, std::span<const std::uint8_t> relevant) {
  require_places(k);
  require_same_length(scores.size(), relevant.size());
  require_numbers(scores, "scores");
  double hits = 0.0;
  visit_tied_groups(
      scores, [&](std::size_t i) { return relevant[i] != 0 ? 1.0 : 0.0; },
      [&](std::size_t begin, std::size_t end, double total) {
        if (begin >= k) return;
        const std::size_t places = std::min(end, k) - begin;
        hits += total * static_cast<double>(places) / static_cast<double>(end - begin);
      });
  return hits;
}

}  // namespace detail

OUTWEIGH_INLINE double kendall_tau_b(std::span<const double> a, std::span<const double> b) {
  detail::require_same_length(a.size(), b.size());
  detail::require_numbers(a, "a");
  detail::require_numbers(b, "b");
  const std::size_t count = a.size();
  if (count < 2) return 0.0;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
    if (a[i] != a[j]) return a[i] < a[j];
    return b[i] < b[j];
  });
  const double tied_a =
      detail::tied_pairs(count, [&](std::size_t i, std::size_t j) { return a[order[i]] == a[order[j]]; });
  const double tied_both = detail::tied_pairs(
      count, [&](std::size_t i, std::size_t j) { return a[order[i]] == a[order[j]] && b[order[i]] == b[order[j]]; });
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = b[order[i]];
  const double discordant = detail::count_inversions(values);
  const double tied_b = detail::tied_pairs(count, [&](std::size_t i, std::size_t j) { return values[i] == values[j]; });
  const auto n = static_cast<double>(count);
  const double pairs = n * (n - 1.0) / 2.0;
  if (pairs <= tied_a || pairs <= tied_b) return 0.0;
  const double balance = pairs - tied_a - tied_b + tied_both - 2.0 * discordant;
  return std::clamp(balance / std::sqrt(pairs - tied_a) / std::sqrt(pairs - tied_b), -1.0, 1.0);
}

OUTWEIGH_INLINE bool kendall_defined(std::span<const double> a, std::span<const double> b) {
  const auto varies = [](std::span<const double> values) {
    return std::any_of(values.begin(), values.end(), [&](double value) { return value != values.front(); });
  };
  return a.size() == b.size() && varies(a) && varies(b);
}

OUTWEIGH_INLINE double precision_at(std::size_t k, std::span<const double> scores,
                                    std::span<const std::uint8_t> relevant) {
  const double hits = detail::expected_hits(k, scores, relevant);
  const std::size_t places = std::min(k, scores.size());
  return places == 0 ? 0.0 : hits / static_cast<double>(places);
}

OUTWEIGH_INLINE double recall_at(std::size_t k, std::span<const double> scores,
                                 std::span<const std::uint8_t> relevant) {
  const double hits = detail::expected_hits(k, scores, relevant);
  const auto all =
      static_cast<double>(std::count_if(relevant.begin(), relevant.end(), [](std::uint8_t item) { return item != 0; }));
  return all == 0.0 ? 0.0 : hits / all;
}

OUTWEIGH_INLINE double ndcg_at(std::size_t k, std::span<const double> scores, std::span<const double> gains) {
  detail::require_places(k);
  detail::require_same_length(scores.size(), gains.size());
  detail::require_numbers(scores, "scores");
  for (std::size_t i = 0; i < gains.size(); ++i) {
    if (!(gains[i] >= 0.0 && std::isfinite(gains[i]))) {
      throw core::InvalidInput("a gain must be finite and not negative",
                               {.column = "gains", .row = i, .value = std::to_string(gains[i])});
    }
  }
  // A power of two, so that no sum is more than a number can hold and none is rounded another way.
  const double unit = std::ldexp(1.0, -std::ilogb(std::max(1.0, gains.empty() ? 1.0 : std::ranges::max(gains))));
  const auto discounted = [&](std::span<const double> ranked_by) {
    double sum = 0.0;
    detail::visit_tied_groups(
        ranked_by, [&](std::size_t i) { return gains[i] * unit; },
        [&](std::size_t begin, std::size_t end, double total) {
          double discount = 0.0;
          for (std::size_t place = begin; place < std::min(end, k); ++place) {
            discount += 1.0 / std::log2(static_cast<double>(place) + 2.0);
          }
          sum += total / static_cast<double>(end - begin) * discount;
        });
    return sum;
  };
  const double best = discounted(gains);
  return best > 0.0 ? std::min(1.0, discounted(scores) / best) : 1.0;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
