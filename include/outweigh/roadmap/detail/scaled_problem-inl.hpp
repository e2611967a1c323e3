#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <unordered_map>
#include <utility>

#include <outweigh/roadmap/detail/exclusive_sets.hpp>
#include <outweigh/roadmap/detail/merge_contributions.hpp>
#include <outweigh/roadmap/detail/scaled_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

// `exact_limit` and `rounded_limit` bound the sum of the magnitudes.
OUTWEIGH_INLINE Scale choose_scale(std::span<const double> numbers, double exact_limit, double rounded_limit) {
  double largest = 0.0;
  for (const double x : numbers) largest = std::max(largest, std::abs(x));
  if (largest == 0.0) return {};
  double total = 0.0;
  double relative = 0.0;  // the total in units of the largest, for the total itself may overflow
  for (const double x : numbers) {
    total += std::abs(x);
    relative += std::abs(x) / largest;
  }
  double factor = 1.0;
  for (int power = 0; power <= 6; ++power, factor *= 10.0) {
    if (total * factor > std::max(exact_limit, 0x1p53)) break;
    const bool whole = std::all_of(numbers.begin(), numbers.end(), [&](double x) {
      const double y = x * factor;
      return std::abs(y - std::round(y)) <= 4.0 * std::numeric_limits<double>::epsilon() * std::abs(y);
    });
    if (!whole) continue;
    std::int64_t divisor = 0;
    for (const double x : numbers) divisor = std::gcd(divisor, static_cast<std::int64_t>(std::round(x * factor)));
    divisor = std::max<std::int64_t>(divisor, 1);
    if (total * factor / static_cast<double>(divisor) > exact_limit) break;
    return {factor, true, divisor};
  }
  return {std::min(rounded_limit / relative / largest, std::numeric_limits<double>::max() / 2.0), false, 1};
}

OUTWEIGH_INLINE bool all_fit(std::span<const double> efforts, double limit) {
  double sum = 0.0;
  for (const double effort : efforts) sum += effort;
  return fits(sum, limit);
}

// 0 for what no plan within the budget holds: its own effort, or that of something it needs, exceeds the budget.
OUTWEIGH_INLINE std::vector<std::uint8_t> affordable(const RoadmapProblem& problem, double budget) {
  const std::size_t count = problem.solution_count();
  std::vector<std::uint8_t> fits(count, 1);
  const double limit = budget * (1.0 + 16.0 * std::numeric_limits<double>::epsilon());
  const auto efforts = problem.efforts();
  if (std::none_of(efforts.begin(), efforts.end(), [&](double effort) { return effort > limit; })) return fits;
  std::vector<std::vector<std::uint32_t>> dependents(count);
  for (std::uint32_t s = 0; s < count; ++s) {
    for (const std::uint32_t on : problem.required_by(s)) dependents[on].push_back(s);
    if (problem.together()[s] != s) {
      dependents[s].push_back(problem.together()[s]);
      dependents[problem.together()[s]].push_back(s);
    }
  }
  std::vector<std::uint32_t> open;
  const auto drop = [&](std::uint32_t s) {
    if (fits[s] != 0) open.push_back(s);
    fits[s] = 0;
  };
  for (std::uint32_t s = 0; s < count; ++s) {
    if (efforts[s] > limit) drop(s);
  }
  while (!open.empty()) {
    const std::uint32_t s = open.back();
    open.pop_back();
    for (const std::uint32_t d : dependents[s]) drop(d);
  }
  return fits;
}

// Reachability by bits: row u holds what u reaches.
class BitRows {
 public:
  BitRows(std::size_t rows, std::size_t columns) : words_((columns + 63) / 64), bits_(rows * words_, 0) {}
  void set(std::size_t row, std::size_t column) {
    bits_[row * words_ + column / 64] |= std::uint64_t{1} << (column % 64);
  }
  [[nodiscard]] bool test(std::size_t row, std::size_t column) const {
    return (bits_[row * words_ + column / 64] >> (column % 64) & 1U) != 0;
  }
  void merge(std::size_t into, std::size_t from) {
    for (std::size_t k = 0; k < words_; ++k) bits_[into * words_ + k] |= bits_[from * words_ + k];
  }
  [[nodiscard]] bool any(std::size_t row) const {
    for (std::size_t k = 0; k < words_; ++k) {
      if (bits_[row * words_ + k] != 0) return true;
    }
    return false;
  }
  [[nodiscard]] bool equal(std::size_t a, std::size_t b) const {
    return std::equal(bits_.begin() + static_cast<std::ptrdiff_t>(a * words_),
                      bits_.begin() + static_cast<std::ptrdiff_t>((a + 1) * words_),
                      bits_.begin() + static_cast<std::ptrdiff_t>(b * words_));
  }
  [[nodiscard]] std::uint64_t hash(std::size_t row) const {
    std::uint64_t h = 1469598103934665603U;
    for (std::size_t k = 0; k < words_; ++k) {
      h = (h ^ bits_[row * words_ + k]) * 1099511628211U;
      h ^= h >> 29;
    }
    return h;
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

// Nodes such that each comes before all that it requires.
OUTWEIGH_INLINE std::vector<std::uint32_t> topological_order(const ClosureProblem& problem) {
  std::vector<std::uint32_t> waiting(problem.size()), order;
  order.reserve(problem.size());
  for (std::uint32_t u = 0; u < problem.size(); ++u) {
    waiting[u] = problem.dependents.last(u) - problem.dependents.first(u);
    if (waiting[u] == 0) order.push_back(u);
  }
  for (std::size_t k = 0; k < order.size(); ++k) {
    for (std::uint32_t a = problem.requires_.first(order[k]); a < problem.requires_.last(order[k]); ++a) {
      if (--waiting[problem.requires_.entry[a]] == 0) order.push_back(problem.requires_.entry[a]);
    }
  }
  return order;
}

// For each node its group: nodes on which the same worth depends. no_node where nothing of worth does. Groups are
// numbered in topological order. Empty when the problem is too large for the bits.
OUTWEIGH_INLINE std::vector<std::uint32_t> group_nodes(const ClosureProblem& problem,
                                                       const std::vector<std::uint32_t>& order,
                                                       const std::vector<std::uint32_t>& wanted) {
  std::vector<std::uint32_t> worth(problem.size(), no_node);
  std::uint32_t worth_count = 0;
  for (std::uint32_t u = 0; u < problem.size(); ++u) {
    if (problem.value[u] > 0 || problem.contributions.last(u) > problem.contributions.first(u)) {
      worth[u] = worth_count++;
    }
  }
  for (const std::uint32_t u : wanted) {
    if (worth[u] == no_node) worth[u] = worth_count++;
  }
  if (static_cast<double>(worth_count) * static_cast<double>(problem.size()) > 1e9) return {};
  BitRows served(problem.size(), worth_count);
  std::unordered_multimap<std::uint64_t, std::uint32_t> seen;
  std::vector<std::uint32_t> group(problem.size(), no_node);
  std::uint32_t groups = 0;
  for (const std::uint32_t u : order) {
    if (worth[u] != no_node) served.set(u, worth[u]);
    for (std::uint32_t k = problem.dependents.first(u); k < problem.dependents.last(u); ++k) {
      served.merge(u, problem.dependents.entry[k].node);
    }
    if (!served.any(u)) continue;
    const std::uint64_t hash = served.hash(u);
    const auto [from, to] = seen.equal_range(hash);
    const auto same = std::find_if(from, to, [&](const auto& entry) { return served.equal(entry.second, u); });
    if (same != to) {
      group[u] = group[same->second];
    } else {
      group[u] = groups++;
      seen.emplace(hash, u);
    }
  }
  return group;
}

// Leaves out arcs that follow from others, when the problem is small enough.
OUTWEIGH_INLINE void reduce_arcs(ClosureProblem& problem) {
  if (problem.size() > 20000) return;
  const std::vector<std::uint32_t> order = topological_order(problem);
  std::vector<std::uint32_t> rank(problem.size());
  for (std::uint32_t k = 0; k < order.size(); ++k) rank[order[k]] = k;
  BitRows reach(problem.size(), problem.size());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arcs;
  std::vector<std::uint32_t> targets;
  for (std::size_t k = order.size(); k-- > 0;) {
    const std::uint32_t u = order[k];
    targets.assign(problem.requires_.entry.begin() + problem.requires_.first(u),
                   problem.requires_.entry.begin() + problem.requires_.last(u));
    std::sort(targets.begin(), targets.end(), [&](std::uint32_t a, std::uint32_t b) { return rank[a] < rank[b]; });
    for (const std::uint32_t w : targets) {
      if (reach.test(u, w)) continue;
      arcs.emplace_back(u, w);
      reach.set(u, w);
      reach.merge(u, w);
    }
  }
  problem.set_arcs(std::move(arcs));
}

OUTWEIGH_INLINE ScaledProblem scale(const RoadmapProblem& problem, double budget,
                                    const std::vector<std::uint32_t>& wanted) {
  ScaledProblem scaled;
  const std::size_t count = problem.solution_count();

  // What no plan can hold is left out first, or one effort of 1e300 would leave nothing of the others.
  const std::vector<std::uint8_t> fits = affordable(problem, budget);
  const auto served = [&](std::size_t c) {
    const auto asked = problem.requests(c);
    return std::all_of(asked.begin(), asked.end(), [&](std::uint32_t s) { return fits[s] != 0; });
  };
  std::vector<double> efforts;
  std::vector<double> numbers;
  for (std::size_t s = 0; s < count; ++s) {
    if (fits[s] == 0) continue;
    efforts.push_back(problem.efforts()[s]);
    numbers.push_back(problem.values()[s]);
  }
  for (std::size_t c = 0; c < problem.customer_count(); ++c) {
    if (served(c)) numbers.push_back(problem.customer_values()[c]);
  }
  for (std::size_t n = 0; n < problem.need_count(); ++n) {
    bool reached = false;
    for (const Cover& cover : problem.covers(n)) {
      if (fits[cover.solution] == 0 || cover.share == 0.0) continue;
      reached = true;
      numbers.push_back(problem.need_values()[n] * cover.share);
    }
    if (reached) numbers.push_back(problem.need_values()[n]);
  }
  const Scale effort_scale = choose_scale(efforts, 0x1p40, 0x1p34);
  const Scale value_scale = choose_scale(numbers, 0x1p46, 0x1p38);
  scaled.value_unit = value_scale.unit();
  scaled.cost_unit = effort_scale.unit();
  scaled.exact_values = value_scale.exact;
  scaled.exact_efforts = effort_scale.exact;

  // Solutions that stay together are one node from the start.
  std::vector<std::uint32_t> node_of(count, no_node);
  ClosureProblem raw;
  for (std::uint32_t s = 0; s < count; ++s) {
    if (fits[s] == 0) continue;
    const std::uint32_t first = problem.together()[s];
    if (first == s) {
      node_of[s] = static_cast<std::uint32_t>(raw.size());
      raw.value.push_back(0);
      raw.cost.push_back(0);
    } else {
      node_of[s] = node_of[first];
    }
    raw.value[node_of[s]] += value_scale.up(problem.values()[s]);
    raw.cost[node_of[s]] += effort_scale.up(problem.efforts()[s]);
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arcs;
  for (std::uint32_t s = 0; s < count; ++s) {
    if (fits[s] == 0) continue;
    for (const std::uint32_t on : problem.required_by(s)) {
      if (node_of[s] != node_of[on]) arcs.emplace_back(node_of[s], node_of[on]);
    }
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> paying;  // nodes and their customers
  for (std::size_t c = 0; c < problem.customer_count(); ++c) {
    const auto asked = problem.requests(c);
    if (asked.empty()) {
      scaled.constant += problem.customer_values()[c];
      continue;
    }
    if (problem.customer_values()[c] == 0.0 || !served(c)) continue;
    const auto node = static_cast<std::uint32_t>(raw.size());
    paying.emplace_back(node, static_cast<std::uint32_t>(c));
    raw.value.push_back(value_scale.up(problem.customer_values()[c]));
    raw.cost.push_back(0);
    for (const std::uint32_t s : asked) arcs.emplace_back(node, node_of[s]);
  }
  raw.set_arcs(std::move(arcs));

  struct Amount {
    std::int64_t amount;
    std::uint32_t node;
    double share;
  };
  std::vector<std::pair<std::uint32_t, Contribution>> contributions;
  for (std::uint32_t n = 0; n < problem.need_count(); ++n) {
    const double worth = problem.need_values()[n];
    std::vector<Amount> amounts;
    for (const Cover& cover : problem.covers(n)) {
      if (fits[cover.solution] == 0) continue;
      const std::int64_t amount = value_scale.up(worth * cover.share);
      if (amount > 0) amounts.push_back({amount, node_of[cover.solution], cover.share});
    }
    if (amounts.empty()) continue;
    if (problem.overlap() == Overlap::sum_of_shares) {
      for (const Amount& a : amounts) {
        contributions.push_back({a.node, {static_cast<std::uint32_t>(raw.need_value.size()), a.amount}});
      }
      raw.need_value.push_back(value_scale.up(worth));
      scaled.need_of.push_back({n, 0.0, 0.0});
      continue;
    }
    // The largest of some amounts is a sum over their levels of what each level adds, met by any that reaches it.
    std::sort(amounts.begin(), amounts.end(), [](const Amount& a, const Amount& b) {
      return a.amount != b.amount ? a.amount > b.amount : a.node > b.node;
    });
    for (std::size_t k = 0; k < amounts.size(); ++k) {
      const std::int64_t step = amounts[k].amount - (k + 1 < amounts.size() ? amounts[k + 1].amount : 0);
      if (step == 0) continue;
      const auto level = static_cast<std::uint32_t>(raw.need_value.size());
      raw.need_value.push_back(step);
      scaled.need_of.push_back({n, k + 1 < amounts.size() ? amounts[k + 1].share : 0.0, amounts[k].share});
      for (std::size_t i = 0; i <= k; ++i) contributions.push_back({amounts[i].node, {level, step}});
    }
  }
  contributions = merge_contributions(contributions, raw, scaled.need_of);
  raw.contributions = make_rows(raw.size(), contributions);

  // Groups.
  const std::vector<std::uint32_t> order = topological_order(raw);
  std::vector<std::uint32_t> kept;
  for (const std::uint32_t s : wanted) {
    if (fits[s] != 0) kept.push_back(node_of[s]);
  }
  std::vector<std::uint32_t> group = group_nodes(raw, order, kept);
  if (group.empty()) {
    group.resize(raw.size());
    std::iota(group.begin(), group.end(), 0U);
  }
  std::uint32_t groups = 0;
  for (const std::uint32_t g : group) {
    if (g != no_node) groups = std::max(groups, g + 1);
  }
  ClosureProblem& closure = scaled.closure;
  closure.value.assign(groups, 0);
  closure.cost.assign(groups, 0);
  arcs = {};
  contributions.clear();
  for (std::uint32_t u = 0; u < raw.size(); ++u) {
    if (group[u] == no_node) continue;
    closure.value[group[u]] += raw.value[u];
    closure.cost[group[u]] += raw.cost[u];
    for (std::uint32_t a = raw.requires_.first(u); a < raw.requires_.last(u); ++a) {
      const std::uint32_t target = group[raw.requires_.entry[a]];
      if (target != group[u]) arcs.emplace_back(group[u], target);
    }
    for (std::uint32_t k = raw.contributions.first(u); k < raw.contributions.last(u); ++k) {
      contributions.push_back({group[u], raw.contributions.entry[k]});
    }
  }
  closure.set_arcs(std::move(arcs));
  closure.need_value = raw.need_value;
  contributions = merge_contributions(contributions, closure, scaled.need_of);
  closure.contributions = make_rows(groups, contributions);
  std::vector<std::pair<std::uint32_t, Contribution>> by_need;
  for (const auto& [node, c] : contributions) by_need.push_back({c.other, {node, c.amount}});
  closure.contributors = make_rows(closure.need_value.size(), by_need);
  reduce_arcs(closure);

  std::vector<std::pair<std::uint32_t, std::uint32_t>> members, excludes;
  scaled.node_of.resize(count);
  for (std::uint32_t s = 0; s < count; ++s) {
    scaled.node_of[s] = fits[s] != 0 ? group[node_of[s]] : no_node;
    if (scaled.node_of[s] != no_node) members.emplace_back(scaled.node_of[s], s);
  }
  scaled.members = make_rows(groups, members);
  scaled.customer_of.assign(groups, no_node);
  for (const auto& [node, customer] : paying) {
    if (group[node] != no_node) scaled.customer_of[group[node]] = customer;
  }
  for (const ExcludedPair& pair : problem.excluded()) {
    const std::uint32_t one = scaled.node_of[pair.first];
    const std::uint32_t other = scaled.node_of[pair.second];
    if (one == no_node || other == no_node) continue;
    excludes.emplace_back(one, other);
    if (one != other) excludes.emplace_back(other, one);
  }
  closure.excludes = make_rows(groups, excludes);
  scaled.exclusive = fine_exclusions(closure);

  // The budget. Rounding up costs each effort less than 1, so all that fits stays within count + 1 more.
  std::int64_t total = 0;
  for (const std::int64_t c : closure.cost) total += c;
  const double whole = budget * effort_scale.factor / static_cast<double>(effort_scale.divisor);
  if ((!effort_scale.exact && all_fit(efforts, budget)) ||
      whole >= static_cast<double>(total) + static_cast<double>(count) + 1.0) {
    scaled.budget = scaled.loose_budget = total;
  } else if (effort_scale.exact) {
    scaled.budget = scaled.loose_budget =
        static_cast<std::int64_t>(std::floor(whole + 8.0 * std::numeric_limits<double>::epsilon() * std::abs(whole)));
  } else {
    scaled.budget = std::min(total, static_cast<std::int64_t>(std::floor(whole)));
    scaled.loose_budget = std::min(total, scaled.budget + static_cast<std::int64_t>(count) + 1);
  }
  return scaled;
}

OUTWEIGH_INLINE std::vector<std::uint8_t> nodes_of(const ScaledProblem& scaled,
                                                   const std::vector<std::uint8_t>& chosen) {
  const ClosureProblem& closure = scaled.closure;
  std::vector<std::uint8_t> set(closure.size(), 1);
  for (std::uint32_t u = 0; u < closure.size(); ++u) {
    for (std::uint32_t k = scaled.members.first(u); k < scaled.members.last(u); ++k) {
      if (chosen[scaled.members.entry[k]] == 0) set[u] = 0;
    }
  }
  const std::vector<std::uint32_t> order = topological_order(closure);
  for (std::size_t k = order.size(); k-- > 0;) {
    const std::uint32_t u = order[k];
    for (std::uint32_t a = closure.requires_.first(u); a < closure.requires_.last(u); ++a) {
      if (set[closure.requires_.entry[a]] == 0) set[u] = 0;
    }
  }
  return set;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
