// Sets of nodes of which at most one may be chosen, and a fine for more, by which bounds know of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <unordered_set>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

// Sets in which each pair excludes each other, such that each excluded pair is within one: grown from one pair after
// the other, by the nodes that exclude most.
inline std::vector<std::vector<std::uint32_t>> exclusive_sets(const ClosureProblem& problem) {
  const auto size = static_cast<std::uint32_t>(problem.size());
  std::vector<std::vector<std::uint32_t>> others(size);
  for (std::uint32_t u = 0; u < size; ++u) {
    for (std::uint32_t k = problem.excludes.first(u); k < problem.excludes.last(u); ++k) {
      if (problem.excludes.entry[k] != u) others[u].push_back(problem.excludes.entry[k]);
    }
    std::sort(others[u].begin(), others[u].end());
    others[u].erase(std::unique(others[u].begin(), others[u].end()), others[u].end());
  }
  const auto key = [](std::uint32_t a, std::uint32_t b) {
    return std::uint64_t{std::min(a, b)} << 32U | std::max(a, b);
  };
  std::unordered_set<std::uint64_t> covered;
  std::vector<std::vector<std::uint32_t>> sets;
  std::vector<std::uint32_t> common, next;
  for (std::uint32_t u = 0; u < size; ++u) {
    for (const std::uint32_t w : others[u]) {
      if (w < u || covered.count(key(u, w)) != 0) continue;
      std::vector<std::uint32_t> set{u};
      common = others[u];
      for (std::uint32_t at = w;;) {
        set.push_back(at);
        next.clear();
        std::set_intersection(common.begin(), common.end(), others[at].begin(), others[at].end(),
                              std::back_inserter(next));
        std::swap(common, next);
        if (common.empty()) break;
        at = *std::max_element(common.begin(), common.end(),
                               [&](std::uint32_t a, std::uint32_t b) { return others[a].size() < others[b].size(); });
      }
      std::sort(set.begin(), set.end());
      for (std::size_t a = 0; a < set.size(); ++a) {
        for (std::size_t b = a + 1; b < set.size(); ++b) covered.insert(key(set[a], set[b]));
      }
      sets.push_back(std::move(set));
    }
  }
  return sets;
}

// What hangs on a node at most: its worth and that of all that requires it.
inline std::int64_t worth_on(const ClosureProblem& problem, std::uint32_t node, std::vector<std::uint32_t>& seen) {
  std::int64_t worth = 0;
  std::vector<std::uint32_t> reached{node};
  seen[node] = node;
  for (std::size_t k = 0; k < reached.size(); ++k) {
    const std::uint32_t at = reached[k];
    worth += std::max<std::int64_t>(problem.value[at], 0);
    for (std::uint32_t i = problem.contributions.first(at); i < problem.contributions.last(at); ++i) {
      worth += problem.contributions.entry[i].amount;
    }
    for (std::uint32_t i = problem.dependents.first(at); i < problem.dependents.last(at); ++i) {
      const std::uint32_t d = problem.dependents.entry[i].node;
      if (seen[d] == node) continue;
      seen[d] = node;
      reached.push_back(d);
    }
  }
  return worth;
}

/// Each member of a set is worth a fine less, and one of them gives it back, like a need that counts once: plans that
/// keep to the exclusions are worth what they were, and the rates of these needs, below 1, are prices of the exclusions
/// in the bound. More than the second greatest worth of a member no price has to be. The needs come after the others;
/// returns the members of each.
inline std::vector<std::vector<std::uint32_t>> fine_exclusions(ClosureProblem& problem) {
  std::vector<std::vector<std::uint32_t>> sets;
  if (problem.excludes.entry.empty()) return sets;
  const std::size_t size = problem.size();
  double total = 0.0;
  for (const std::int64_t v : problem.value) total += static_cast<double>(v < 0 ? -v : v);
  for (const auto& c : problem.contributions.entry) total += static_cast<double>(c.amount);
  std::vector<std::int64_t> worth(size, -1), fines;
  std::vector<std::uint32_t> seen(size, static_cast<std::uint32_t>(size));
  double sum = 0.0;
  for (auto& set : exclusive_sets(problem)) {
    std::int64_t first = 0, second = 0;
    for (const std::uint32_t u : set) {
      if (worth[u] < 0) worth[u] = worth_on(problem, u, seen);
      second = std::max(second, std::min(first, worth[u]));
      first = std::max(first, worth[u]);
    }
    if (second == 0) continue;
    sum += static_cast<double>(second) * static_cast<double>(set.size());
    fines.push_back(second);
    sets.push_back(std::move(set));
  }
  // Any fine will do: where there are many the bound would else have no digits left.
  const double most = std::max(0x1p50, 8.0 * total);
  std::vector<std::pair<std::uint32_t, Contribution>> by_node, by_need;
  for (std::uint32_t u = 0; u < size; ++u) {
    for (std::uint32_t k = problem.contributions.first(u); k < problem.contributions.last(u); ++k) {
      const Contribution& c = problem.contributions.entry[k];
      by_node.push_back({u, c});
      by_need.push_back({c.other, {u, c.amount}});
    }
  }
  for (std::size_t k = 0; k < sets.size(); ++k) {
    const double share = sum > most ? most / sum : 1.0;
    const auto fine = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(fines[k]) * share));
    const auto need = static_cast<std::uint32_t>(problem.need_value.size());
    problem.need_value.push_back(fine);
    for (const std::uint32_t u : sets[k]) {
      problem.value[u] -= fine;
      by_node.push_back({u, {need, fine}});
      by_need.push_back({need, {u, fine}});
    }
  }
  problem.contributions = make_rows(size, by_node);
  problem.contributors = make_rows(problem.need_value.size(), by_need);
  return sets;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
