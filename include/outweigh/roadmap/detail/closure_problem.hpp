// The budgeted closure problem in whole numbers: nodes with value and cost, arcs to what a node needs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Compressed rows.
template <class T>
struct Rows {
  std::vector<std::uint32_t> begin{0};
  std::vector<T> entry{};

  [[nodiscard]] std::size_t size() const noexcept { return begin.size() - 1; }
  [[nodiscard]] std::uint32_t first(std::size_t row) const noexcept { return begin[row]; }
  [[nodiscard]] std::uint32_t last(std::size_t row) const noexcept { return begin[row + 1]; }
};

template <class T>
[[nodiscard]] Rows<T> make_rows(std::size_t count, const std::vector<std::pair<std::uint32_t, T>>& pairs) {
  Rows<T> rows;
  rows.begin.assign(count + 1, 0);
  for (const auto& pair : pairs) ++rows.begin[pair.first + 1];
  for (std::size_t row = 0; row < count; ++row) rows.begin[row + 1] += rows.begin[row];
  rows.entry.resize(pairs.size());
  std::vector<std::uint32_t> next(rows.begin.begin(), rows.begin.end() - 1);
  for (const auto& pair : pairs) rows.entry[next[pair.first]++] = pair.second;
  return rows;
}

/// An arc of the closure seen from its head: the node that needs, and the arc's position in `requires_`.
struct Dependent {
  std::uint32_t node = 0;
  std::uint32_t arc = 0;
};

/// What a node adds to a need, or who adds to it.
struct Contribution {
  std::uint32_t other = 0;
  std::int64_t amount = 0;
};

/// Choose a closed set S with cost(S) <= budget that maximises
///   sum of value over S + sum over needs of min(need_value, sum of the contributions of S).
/// `excludes` holds both directions. Costs are >= 0, contributions > 0, values any.
struct ClosureProblem {
  std::vector<std::int64_t> value, cost, need_value;
  Rows<std::uint32_t> requires_, excludes;
  Rows<Dependent> dependents;
  Rows<Contribution> contributions;  ///< by node
  Rows<Contribution> contributors;   ///< by need

  [[nodiscard]] std::size_t size() const noexcept { return value.size(); }

  void set_arcs(std::vector<std::pair<std::uint32_t, std::uint32_t>> arcs) {
    // by tail, then by head within it: rows are short
    requires_ = make_rows(size(), arcs);
    std::uint32_t kept = 0;
    for (std::uint32_t u = 0; u < size(); ++u) {
      const auto row = requires_.entry.begin() + requires_.begin[u];
      const auto end = requires_.entry.begin() + requires_.begin[u + 1];
      std::sort(row, end);
      requires_.begin[u] = kept;
      for (auto at = row; at != end; ++at) {
        if (at == row || *at != *(at - 1)) requires_.entry[kept++] = *at;
      }
    }
    requires_.begin[size()] = kept;
    requires_.entry.resize(kept);
    std::vector<std::uint32_t> next;
    turn(next);
  }

  /// Makes `dependents` of `requires_`.
  void turn(std::vector<std::uint32_t>& next) {
    dependents.begin.assign(size() + 1, 0);
    for (const std::uint32_t on : requires_.entry) ++dependents.begin[on + 1];
    for (std::size_t u = 0; u < size(); ++u) dependents.begin[u + 1] += dependents.begin[u];
    next.assign(dependents.begin.begin(), dependents.begin.end() - 1);
    dependents.entry.resize(requires_.entry.size());
    for (std::uint32_t u = 0; u < size(); ++u) {
      for (std::uint32_t a = requires_.first(u); a < requires_.last(u); ++a) {
        dependents.entry[next[requires_.entry[a]]++] = {u, a};
      }
    }
  }
};

/// Makes `part` of the nodes given, ascending, with values, costs and the arcs between them; `arcs` gets the position
/// of each arc in the whole problem. `position` holds one no-node mark (the largest number) for each node of the whole
/// and is left so. What `part` and the others held before is lost, and their memory used again.
inline void induce(const ClosureProblem& whole, const std::vector<std::uint32_t>& nodes, ClosureProblem& part,
                   std::vector<std::uint32_t>& arcs, std::vector<std::uint32_t>& position,
                   std::vector<std::uint32_t>& next) {
  constexpr std::uint32_t none = 0xFFFFFFFFU;
  const auto count = static_cast<std::uint32_t>(nodes.size());
  part.value.resize(count);
  part.cost.resize(count);
  part.requires_.begin.assign(1, 0);
  part.requires_.entry.clear();
  arcs.clear();
  for (std::uint32_t k = 0; k < count; ++k) {
    position[nodes[k]] = k;
    part.value[k] = whole.value[nodes[k]];
    part.cost[k] = whole.cost[nodes[k]];
  }
  for (const std::uint32_t u : nodes) {
    for (std::uint32_t a = whole.requires_.first(u); a < whole.requires_.last(u); ++a) {
      const std::uint32_t on = position[whole.requires_.entry[a]];
      if (on == none) continue;
      part.requires_.entry.push_back(on);
      arcs.push_back(a);
    }
    part.requires_.begin.push_back(static_cast<std::uint32_t>(part.requires_.entry.size()));
  }
  part.turn(next);
  part.excludes.begin.assign(count + 1, 0);
  part.contributions.begin.assign(count + 1, 0);
  for (const std::uint32_t u : nodes) position[u] = none;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
