// What accounts can have in common: needs, uses and segments.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/wants.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

struct ThingKinds {
  bool needs = true;
  bool uses = true;
  bool segments = true;
};

/// One thing that accounts can share: a need, a use or a segment.
struct SharedThing {
  enum class Kind : std::uint8_t { need, use, segment } kind;
  std::string name;
  std::vector<std::uint32_t> accounts;  // positions, ascending
};

/// What is known of the accounts; things that all or none of them have tell nothing and are left out.
[[nodiscard]] inline std::vector<SharedThing> shared_things(const CustomerGraph& graph, const Wants& wants,
                                                            const ThingKinds& options) {
  std::vector<SharedThing> things;
  const auto keep = [&](SharedThing::Kind kind, std::string name, std::vector<std::uint32_t> accounts) {
    std::sort(accounts.begin(), accounts.end());
    accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
    if (accounts.empty() || accounts.size() == wants.accounts.size()) return;
    things.push_back({kind, std::move(name), std::move(accounts)});
  };
  if (options.needs) {
    const Adjacency by_need = transpose(wants.by_account, wants.needs.size());
    for (std::size_t need = 0; need < wants.needs.size(); ++need) {
      const auto begin = by_need.neighbours.begin();
      keep(SharedThing::Kind::need, graph.ids(NodeKind::need).text(wants.needs[need]),
           {begin + by_need.offsets[need], begin + by_need.offsets[need + 1]});
    }
  }
  const std::vector<std::uint32_t> account_at = positions_of(wants.accounts, graph.size(NodeKind::account));
  if (options.uses) {
    std::vector<std::pair<std::string, std::uint32_t>> uses;
    const Uses& table = graph.uses();
    for (std::size_t row = 0; row < table.rows; ++row) {
      const std::uint32_t account = account_at[table.account[row].value()];
      if (account != no_position) uses.emplace_back(std::string(table.use[row]), account);
    }
    std::sort(uses.begin(), uses.end());
    for (std::size_t begin = 0; begin < uses.size();) {
      std::vector<std::uint32_t> accounts;
      std::size_t end = begin;
      for (; end < uses.size() && uses[end].first == uses[begin].first; ++end) accounts.push_back(uses[end].second);
      keep(SharedThing::Kind::use, uses[begin].first, std::move(accounts));
      begin = end;
    }
  }
  if (options.segments) {
    const Relation& relation = graph.relation(RelationKind::account_segment);
    for (const std::uint32_t segment : ascending(graph.ids(NodeKind::segment))) {
      std::vector<std::uint32_t> accounts;
      if (segment < relation.to_size()) {
        for (const std::uint32_t account : relation.in(segment)) {
          if (account_at[account] != no_position) accounts.push_back(account_at[account]);
        }
      }
      keep(SharedThing::Kind::segment, graph.ids(NodeKind::segment).text(segment), std::move(accounts));
    }
  }
  return things;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
