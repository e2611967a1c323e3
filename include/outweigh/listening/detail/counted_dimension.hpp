// Dimensions and numbers of the base, arranged for one pass over the accounts heard.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/money.hpp>
#include <outweigh/listening/dimension.hpp>
#include <outweigh/listening/measure.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// A dimension ready for sums over heard accounts.
struct CountedDimension {
  Dimension dimension;
  std::vector<std::uint32_t> begin;  ///< levels of each account are level[begin[slot] .. begin[slot + 1])
  std::vector<std::uint32_t> level;
  std::vector<core::Money> revenue;  ///< by level; empty without `arr`
  std::vector<double> share;         ///< of the base, of people for roles
  bool of_people = false;
};

/// A number of accounts, ascending.
struct SortedMeasure {
  std::string name;
  std::vector<std::uint32_t> slot;
  std::vector<double> value;
};

/// Fills `begin`, `level` and `revenue` from the members of the levels.
inline void count_levels(CountedDimension& counted, std::size_t accounts, std::span<const core::Money> revenue) {
  const auto& members = counted.dimension.members;
  counted.begin.assign(accounts + 1, 0);
  for (const auto& level : members) {
    for (const std::uint32_t slot : level) ++counted.begin[slot + 1];
  }
  std::partial_sum(counted.begin.begin(), counted.begin.end(), counted.begin.begin());
  counted.level.resize(counted.begin.back());
  std::vector<std::uint32_t> next(counted.begin.begin(), counted.begin.end() - 1);
  for (std::size_t level = 0; level < members.size(); ++level) {
    core::Money sum;
    for (const std::uint32_t slot : members[level]) {
      counted.level[next[slot]++] = static_cast<std::uint32_t>(level);
      if (!revenue.empty()) sum += revenue[slot];
    }
    counted.revenue.push_back(sum);
  }
}

/// Accounts in the same set of levels, for dimensions that overlap.
inline Dimension sets_of(const CountedDimension& counted, std::size_t accounts) {
  std::map<std::string, std::vector<std::uint32_t>> sets;
  for (std::uint32_t slot = 0; slot < accounts; ++slot) {
    std::string name;
    for (std::uint32_t i = counted.begin[slot]; i < counted.begin[slot + 1]; ++i) {
      name += (name.empty() ? "" : " + ") + counted.dimension.levels[counted.level[i]];
    }
    sets[name].push_back(slot);
  }
  Dimension dimension{counted.dimension.name, {}, {}, false};
  for (auto& [name, members] : sets) {
    dimension.levels.push_back(name);
    dimension.members.push_back(std::move(members));
  }
  return dimension;
}

inline SortedMeasure sort_measure(const Measure& measure) {
  std::vector<std::pair<double, std::uint32_t>> known;
  for (std::size_t slot = 0; slot < measure.values.size(); ++slot) {
    if (measure.values[slot]) known.emplace_back(*measure.values[slot], static_cast<std::uint32_t>(slot));
  }
  std::sort(known.begin(), known.end());
  SortedMeasure sorted{measure.name, {}, {}};
  for (const auto& [value, slot] : known) {
    sorted.value.push_back(value);
    sorted.slot.push_back(slot);
  }
  return sorted;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
