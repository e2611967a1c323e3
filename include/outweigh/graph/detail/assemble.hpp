// What follows from the tables of a graph: its relations and its base.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/detail/cycles.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/relation_maker.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// One edge from each row that is a node.
template <class Tag>
[[nodiscard]] Relation relation_of(const core::Field<core::Index<Tag>>& field, std::size_t from_size,
                                   std::size_t to_size, const core::RunControl& control) {
  if (field.absent()) return make_relation({}, {}, from_size, to_size, control);
  return RelationMaker::make_function<core::Index<Tag>>(field.values(), field.valid(), to_size, control);
}

struct EdgeEnds {
  std::vector<std::uint32_t> sources{};
  std::vector<std::uint32_t> targets{};
  std::vector<std::uint32_t> rows{};

  void add(std::uint32_t source, std::uint32_t target, std::size_t row) {
    sources.push_back(source);
    targets.push_back(target);
    rows.push_back(static_cast<std::uint32_t>(row));
  }
  [[nodiscard]] Relation relation(std::size_t from_size, std::size_t to_size, const core::RunControl& control) const {
    return make_relation(sources, targets, rows, from_size, to_size, control);
  }
};

/// One edge a row of a table that is no node; `accept(row)` chooses rows.
template <class From, class To, class Accept>
[[nodiscard]] EdgeEnds edges_of(std::size_t rows, const core::Field<From>& from, const core::Field<To>& to,
                                Accept&& accept) {
  EdgeEnds edges;
  for (std::size_t row = 0; row < rows; ++row) {
    if (from.has(row) && to.has(row) && accept(row)) edges.add(from[row].value(), to[row].value(), row);
  }
  return edges;
}

/// Leaves the first of several edges between the same two nodes. O(nodes + edges).
[[nodiscard]] inline EdgeEnds distinct(const EdgeEnds& edges, std::size_t from_size, std::size_t to_size,
                                       const core::RunControl& control) {
  const Relation all = edges.relation(from_size, to_size, control);
  std::vector<std::uint32_t> seen(to_size, no_node);
  EdgeEnds once;
  for (std::size_t node = 0; node < from_size; ++node) {
    const auto targets = all.out(node);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (seen[targets[i]] == node) continue;
      seen[targets[i]] = static_cast<std::uint32_t>(node);
      once.add(static_cast<std::uint32_t>(node), targets[i], all.row(all.out_begin(node) + i));
    }
  }
  return once;
}

/// Parent of each segment, from rows that agree about it.
[[nodiscard]] inline std::vector<std::uint32_t> segment_parents(const Segments& memberships, std::size_t segments) {
  std::vector<std::uint32_t> parents(segments, no_node);
  for (std::size_t row = 0; row < memberships.rows; ++row) {
    if (memberships.parent.has(row)) parents[memberships.segment[row].value()] = memberships.parent[row].value();
  }
  return parents;
}

/// Accounts and their segments, the parents of these included.
[[nodiscard]] inline Relation account_segments(const GraphData& data, const std::vector<std::uint32_t>& parents,
                                               const core::RunControl& control) {
  const Segments& memberships = data.memberships;
  EdgeEnds edges;
  for (std::size_t row = 0; row < memberships.rows; ++row) {
    for (std::uint32_t segment = memberships.segment[row].value(); segment != no_node; segment = parents[segment]) {
      edges.add(memberships.account[row].value(), segment, row);
    }
  }
  const std::size_t accounts = data.size(NodeKind::account);
  return distinct(edges, accounts, parents.size(), control).relation(accounts, parents.size(), control);
}

/// Distinct pairs of an account and a need that it requested; the row is that of the first request.
[[nodiscard]] inline Relation account_needs(const GraphData& data, const core::RunControl& control) {
  const Requests& requests = data.get<Requests>();
  const Relation& by_account = data.relations[position(RelationKind::request_account)];
  const std::size_t accounts = data.size(NodeKind::account);
  const std::size_t needs = data.size(NodeKind::need);
  if (requests.need.absent() || requests.rows == 0) return make_relation({}, {}, accounts, needs, control);
  std::vector<std::uint32_t> seen(needs, no_node);
  EdgeEnds edges;
  for (std::size_t account = 0; account < accounts; ++account) {
    for (const std::uint32_t request : by_account.in(account)) {
      if (!requests.need.has(request)) continue;
      const std::uint32_t need = requests.need[request].value();
      if (seen[need] == account) continue;
      seen[need] = static_cast<std::uint32_t>(account);
      edges.add(static_cast<std::uint32_t>(account), need, request);
    }
  }
  return edges.relation(accounts, needs, control);
}

inline void find_base(GraphData& data) {
  const Accounts& accounts = data.get<Accounts>();
  data.base.clear();
  data.in_base.assign(accounts.rows, 0);
  for (std::size_t account = 0; account < accounts.rows; ++account) {
    const bool is_customer = accounts.kind.value_or(account, AccountKind::customer) == AccountKind::customer;
    const bool has_started = !accounts.started.has(account) || accounts.started[account] <= data.as_of;
    const bool has_ended = accounts.ended.has(account) && accounts.ended[account] <= data.as_of;
    if (is_customer && has_started && !has_ended) {
      data.base.emplace_back(account);
      data.in_base[account] = 1;
    }
  }
}

/// Is some account of the base in two segments of the same depth?
[[nodiscard]] inline bool find_overlap(const GraphData& data, const std::vector<std::uint32_t>& parents) {
  std::vector<std::uint32_t> depth(parents.size(), 0);
  for (std::size_t segment = 0; segment < parents.size(); ++segment) {
    for (std::uint32_t up = parents[segment]; up != no_node; up = parents[up]) ++depth[segment];
  }
  const Relation& segments = data.relations[position(RelationKind::account_segment)];
  std::vector<AccountIndex::value_type> seen(parents.size() + 1, no_node);
  for (const AccountIndex account : data.base) {
    for (const std::uint32_t segment : segments.out(account.value())) {
      if (seen[depth[segment]] == account.value()) return true;
      seen[depth[segment]] = account.value();
    }
  }
  return false;
}

/// Fills all that follows from the tables.
inline void assemble(GraphData& data, const core::RunControl& control) {
  using K = RelationKind;
  const auto& accounts = data.get<Accounts>();
  const auto& customers = data.get<Customers>();
  const auto& coverage = data.get<Coverage>();
  const auto& interactions = data.get<Interactions>();
  const auto& asked = data.get<Asked>();
  const auto& needs = data.get<Needs>();
  const auto& requests = data.get<Requests>();
  const auto& tickets = data.get<Tickets>();
  const auto& covers = data.get<Covers>();
  const auto& dependencies = data.get<Dependencies>();
  const auto& commitments = data.get<Commitments>();

  core::RunControl inner = control;
  inner.threads = 1;
  inner.progress = {};
  inner.executor = {};
  const auto put = [&](K kind, auto&& make) {
    data.relations[position(kind)] = make(data.size(ends(kind).from), data.size(ends(kind).to));
  };
  std::vector<std::function<void()>> tasks;
  const auto by_row = [&](K kind, const auto& field) {
    tasks.emplace_back([&put, &inner, kind, &field] {
      put(kind, [&](std::size_t from, std::size_t to) { return relation_of(field, from, to, inner); });
    });
  };
  const auto by_edges = [&](K kind, std::size_t rows, const auto& from, const auto& to, auto accept) {
    tasks.emplace_back([&put, &inner, kind, rows, &from, &to, accept] {
      put(kind, [&](std::size_t from_size, std::size_t to_size) {
        return edges_of(rows, from, to, accept).relation(from_size, to_size, inner);
      });
    });
  };
  const auto all = [](std::size_t) { return true; };

  by_row(K::request_account, requests.account);
  by_row(K::request_need, requests.need);
  by_row(K::request_source, requests.source);
  by_row(K::request_interaction, requests.interaction);
  by_row(K::request_ticket, requests.ticket);
  by_row(K::request_solution, requests.solution);
  by_row(K::request_customer, requests.customer);
  by_row(K::request_repeats, requests.repeats);
  by_row(K::interaction_account, interactions.account);
  by_row(K::interaction_source, interactions.source);
  by_row(K::interaction_customer, interactions.customer);
  by_row(K::interaction_trigger, interactions.triggered_by);
  by_row(K::ticket_account, tickets.account);
  by_row(K::ticket_source, tickets.source);
  by_row(K::ticket_interaction, tickets.interaction);
  by_row(K::ticket_customer, tickets.customer);
  by_row(K::ticket_need, tickets.need);
  by_row(K::account_parent, accounts.parent);
  by_row(K::customer_account, customers.account);
  by_row(K::need_parent, needs.parent);
  by_edges(K::source_account, coverage.rows, coverage.source, coverage.account, all);
  by_edges(K::asked_need, asked.rows, asked.interaction, asked.need, all);
  by_edges(K::solution_need, covers.rows, covers.solution, covers.need, all);
  by_edges(K::account_commitment, commitments.rows, commitments.account, commitments.solution, all);
  for (const auto& [relation, kind] :
       {std::pair{K::solution_requires, DependencyKind::requires_},
        std::pair{K::solution_excludes, DependencyKind::excludes},
        std::pair{K::solution_together, DependencyKind::together}, std::pair{K::solution_value, DependencyKind::value},
        std::pair{K::solution_effort, DependencyKind::effort}}) {
    by_edges(relation, dependencies.rows, dependencies.solution, dependencies.on,
             [&dependencies, kind = kind](std::size_t row) { return dependencies.kind[row] == kind; });
  }
  tasks.emplace_back([&] {
    put(K::customer_party, [&](std::size_t from, std::size_t to) {
      EdgeEnds edges;
      for (std::size_t row = 0; row < customers.rows; ++row) {
        if (customers.party.has(row)) {
          edges.add(static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(customers.party[row]), row);
        }
      }
      return edges.relation(from, to, inner);
    });
  });
  core::parallel_for(control, tasks.size(), [&](std::size_t task) { tasks[task](); });

  const std::vector<std::uint32_t> parents = segment_parents(data.memberships, data.size(NodeKind::segment));
  put(K::segment_parent, [&](std::size_t from, std::size_t to) {
    EdgeEnds edges;
    for (std::uint32_t segment = 0; segment < parents.size(); ++segment) {
      if (parents[segment] != no_node) edges.add(segment, parents[segment], segment);
    }
    return edges.relation(from, to, inner);
  });
  put(K::account_segment, [&](std::size_t, std::size_t) { return account_segments(data, parents, inner); });
  put(K::account_need, [&](std::size_t, std::size_t) { return account_needs(data, inner); });
  find_base(data);
  data.segments_overlap = find_overlap(data, parents);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
