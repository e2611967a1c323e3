// What solutions that meet a need in part are worth together, as a sum of parts whose linear relaxations are tighter.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Needs that more meet stay whole: their relaxation is not far off, and what was split is checked choice by choice.
inline constexpr std::size_t most_split = 12;

/// Worth min(value, sum of the amounts of the items chosen); an amount of 0 for an item that adds nothing.
struct PartOfShares {
  std::int64_t value = 0;
  std::vector<std::int64_t> amounts{};
};

/// Splits min(worth, sum of the amounts chosen) into parts: equal to it for each choice of whole items, and never above
/// it between them. Exact steps only: what an item always adds, however many others there are (coefficient tightening;
/// Savelsbergh 1994, doi:10.1287/ijoc.6.4.445), items that meet all by themselves, and a uniform matroid that all items
/// share; of three items nothing else is left (the extreme rays of their polymatroids). O(n^2) parts of n items.
class SplitShares {
 public:
  SplitShares(std::int64_t worth, std::vector<std::int64_t> amounts) : items_(amounts.size()) {
    split(worth, std::move(amounts), {});
  }
  [[nodiscard]] const std::vector<PartOfShares>& parts() const noexcept { return parts_; }

 private:
  using Items = std::vector<std::size_t>;

  /// Adds the part of `amounts`, in which each of `full` meets all.
  void add(std::int64_t value, std::vector<std::int64_t> amounts, const Items& full) {
    if (value <= 0) return;
    for (const std::size_t item : full) amounts[item] = value;
    parts_.push_back({value, std::move(amounts)});
  }
  void add_equal(std::int64_t value, std::int64_t amount, const Items& of, const Items& full) {
    if (amount <= 0) return;
    std::vector<std::int64_t> amounts(items_, 0);
    for (const std::size_t item : of) amounts[item] = amount;
    add(value, std::move(amounts), full);
  }

  void split(std::int64_t worth, std::vector<std::int64_t> amounts, Items full) {
    while (worth > 0) {
      std::int64_t sum = 0;
      Items left;
      for (std::size_t i = 0; i < items_; ++i) {
        amounts[i] = std::min(amounts[i], worth);
        if (amounts[i] > 0) left.push_back(i);
        sum += amounts[i];
      }
      // What each adds even to all the others.
      const std::int64_t excess = std::max<std::int64_t>(0, sum - worth);
      for (const std::size_t i : left) {
        const std::int64_t alone = amounts[i] - std::min(amounts[i], excess);
        add_equal(alone, alone, {i}, full);
        amounts[i] -= alone;
        worth -= alone;
      }
      if (excess == 0) {  // nothing is shared; what is missing those of `full` meet
        if (!full.empty()) add(worth, std::vector<std::int64_t>(items_, 0), full);
        return;
      }
      std::erase_if(left, [&](std::size_t i) { return amounts[i] == 0; });
      std::sort(left.begin(), left.end(), [&](std::size_t i, std::size_t j) { return amounts[i] < amounts[j]; });
      const std::size_t before = full.size();
      for (; !left.empty() && amounts[left.back()] == worth; left.pop_back()) {
        full.push_back(left.back());
        amounts[left.back()] = 0;
      }
      if (full.size() > before) continue;
      if (left.size() == 3) return three(worth, amounts, left, full);
      if (!take_uniform(worth, amounts, left, full)) return add(worth, std::move(amounts), full);
    }
  }

  /// Of three items, of which each two meet all: the uniform matroid of rank 2, pairs, and all three.
  void three(std::int64_t worth, const std::vector<std::int64_t>& amounts, const Items& left, const Items& full) {
    const std::int64_t two = worth - amounts[left[2]];
    add_equal(2 * two, two, left, full);
    std::int64_t rest = worth - 2 * two;
    for (std::size_t k = 0; k < 2; ++k) {
      const std::int64_t pair = worth - amounts[left[k]] - two;
      add_equal(pair, pair, {left[(k + 1) % 3], left[(k + 2) % 3]}, full);
      rest -= pair;
    }
    add_equal(rest, rest, left, full);
  }

  /// The smallest number of items that always meet all, m: as much as can be of the uniform matroid of rank m - 1.
  bool take_uniform(std::int64_t& worth, std::vector<std::int64_t>& amounts, const Items& left, const Items& full) {
    std::size_t m = 0;
    std::int64_t smallest = 0;
    while (m < left.size() && smallest < worth) smallest += amounts[left[m++]];
    if (smallest < worth || m < 2) return false;
    std::int64_t largest = 0;
    for (std::size_t k = 0; k + 2 < m; ++k) largest += amounts[left[left.size() - 1 - k]];
    const std::int64_t amount = std::min({smallest - worth, worth - largest, amounts[left.front()]});
    if (amount <= 0) return false;
    const auto rank = static_cast<std::int64_t>(m - 1);
    add_equal(rank * amount, amount, left, full);
    for (const std::size_t i : left) amounts[i] -= amount;
    worth -= rank * amount;
    return true;
  }

  std::size_t items_;
  std::vector<PartOfShares> parts_;
};

struct PartOfNodes {
  std::int64_t value = 0;
  std::vector<std::pair<std::uint32_t, std::int64_t>> amounts{};  ///< above 0, nodes ascending
};

/// The parts of a need to which nodes add `amounts`, of which those of one node add up; one part if nodes are too many.
template <class Amount>
[[nodiscard]] std::vector<PartOfNodes> split_by_node(std::int64_t worth, const std::vector<Amount>& amounts) {
  std::map<std::uint32_t, std::int64_t> sums;
  for (const Amount& a : amounts) sums[a.node] += a.amount;
  PartOfNodes whole{worth, {sums.begin(), sums.end()}};
  if (sums.size() > most_split) return {std::move(whole)};
  std::vector<std::int64_t> by_item;
  for (const auto& [node, amount] : whole.amounts) by_item.push_back(amount);
  std::vector<PartOfNodes> parts;
  const SplitShares split(worth, std::move(by_item));
  for (const PartOfShares& part : split.parts()) {
    PartOfNodes& next = parts.emplace_back(PartOfNodes{part.value, {}});
    for (std::size_t i = 0; i < part.amounts.size(); ++i) {
      if (part.amounts[i] > 0) next.amounts.emplace_back(whole.amounts[i].first, part.amounts[i]);
    }
  }
  return parts;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
