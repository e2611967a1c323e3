// What a customer graph consists of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/core/ids.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/graph/problem.hpp>
#include <outweigh/graph/relation.hpp>
#include <outweigh/graph/relation_kind.hpp>
#include <outweigh/graph/tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// In the order of the documentation; problems are listed in this order.
using AllTables = std::tuple<Accounts, Segments, Customers, Sources, Coverage, Interactions, Asked, Needs, Uses,
                             Requests, Tickets, Surveys, Articles, Deals, Solutions, Efforts, Capacities, Covers,
                             Dependencies, Commitments, Revenue, Costs, Events, Population>;

inline constexpr std::size_t table_count = std::tuple_size_v<AllTables>;

template <class... Ts>
constexpr std::array<std::string_view, sizeof...(Ts)> names_of(const std::tuple<Ts...>*) {
  return {Ts::table...};
}
inline constexpr std::array<std::string_view, table_count> table_names =
    names_of(static_cast<const AllTables*>(nullptr));

/// Position of a table's name, or table_count.
[[nodiscard]] constexpr std::size_t table_position(std::string_view name) noexcept {
  std::size_t i = 0;
  while (i < table_count && table_names[i] != name) ++i;
  return i;
}

/// Marks a node that is not kept.
inline constexpr std::uint32_t dropped = 0xFFFF'FFFFU;

template <class T>
concept HasKey = requires { T::key; };

/// Calls `visit(table)` for each table, in order.
template <class Tables, class Visit>
constexpr void for_each_table(Tables& tables, Visit&& visit) {
  std::apply([&](auto&... table) { (visit(table), ...); }, tables);
}

/// The kind of node that a table's rows are.
template <class T>
[[nodiscard]] constexpr NodeKind kind_of() noexcept {
  if constexpr (std::is_same_v<T, Accounts>) return NodeKind::account;
  if constexpr (std::is_same_v<T, Customers>) return NodeKind::customer;
  if constexpr (std::is_same_v<T, Sources>) return NodeKind::source;
  if constexpr (std::is_same_v<T, Needs>) return NodeKind::need;
  if constexpr (std::is_same_v<T, Solutions>) return NodeKind::solution;
  if constexpr (std::is_same_v<T, Interactions>) return NodeKind::interaction;
  if constexpr (std::is_same_v<T, Tickets>) return NodeKind::ticket;
  if constexpr (std::is_same_v<T, Requests>) return NodeKind::request;
  return NodeKind::party;
}

inline constexpr std::size_t node_kind_count = node_kinds.size();
[[nodiscard]] constexpr std::size_t position(NodeKind kind) noexcept { return static_cast<std::size_t>(kind); }
[[nodiscard]] constexpr std::size_t position(RelationKind kind) noexcept { return static_cast<std::size_t>(kind); }

/// The table whose rows are the nodes of a kind; empty for parties and segments.
inline constexpr std::array<std::string_view, node_kind_count> table_of_kind{
    "", "accounts", "", "customers", "sources", "needs", "solutions", "interactions", "tickets", "requests"};

struct GraphData {
  // What is given.
  AllTables tables{};
  std::array<core::Ids, node_kind_count> ids{};
  std::array<bool, table_count> given{};
  std::array<core::Table, table_count> attributes{};
  std::array<core::Table, table_count> rejected{};
  std::vector<Problem> problems{};
  /// Who is in which segment: the segments table, or what stands in for it.
  Segments memberships{};
  core::Instant as_of{};
  std::string currency{};
  std::string effort_unit{};

  // What follows from it.
  std::array<Relation, relation_kind_count> relations{};
  std::vector<AccountIndex> base{};
  std::vector<std::uint8_t> in_base{};
  bool segments_overlap = false;

  template <class T>
  [[nodiscard]] const T& get() const noexcept {
    return std::get<T>(tables);
  }
  template <class T>
  [[nodiscard]] T& get() noexcept {
    return std::get<T>(tables);
  }
  [[nodiscard]] std::size_t size(NodeKind kind) const noexcept { return ids[position(kind)].size(); }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
