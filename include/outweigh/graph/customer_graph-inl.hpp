#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/detail/assemble.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>
#include <outweigh/graph/detail/table_rows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

/// Copies what stays of a graph when some accounts go.
class Filter {
 public:
  Filter(const GraphData& from, std::span<const std::uint8_t> keep) : from_(from), to_(std::make_shared<GraphData>()) {
    to_->given = from.given;
    to_->rejected = from.rejected;
    to_->problems = from.problems;
    to_->as_of = from.as_of;
    to_->currency = from.currency;
    to_->effort_unit = from.effort_unit;
    to_->ids[position(NodeKind::party)] = from.ids[position(NodeKind::party)];
    to_->ids[position(NodeKind::segment)] = from.ids[position(NodeKind::segment)];
    keep_accounts(keep);
    copy<Sources, Needs, Solutions, Customers, Interactions, Tickets, Requests, Segments, Coverage, Asked, Uses, Surveys,
         Articles, Deals, Efforts, Capacities, Covers, Dependencies, Commitments, Revenue, Costs, Events, Population>();
    to_->memberships = filtered(from.memberships);
    assemble(*to_, {});
  }

  [[nodiscard]] std::shared_ptr<const GraphData> result() const { return to_; }

 private:
  template <class T>
  void put(T table, const std::vector<std::uint32_t>& rows, bool is_all) {
    const std::size_t at = table_position(T::table);
    to_->attributes[at] = is_all ? from_.attributes[at] : from_.attributes[at].take(rows);
    if constexpr (HasKey<T>) {
      const std::size_t kind = position(kind_of<T>());
      const core::Ids& ids = from_.ids[kind];
      to_->ids[kind] = is_all ? ids : ids.select(rows);
      if (!is_all) {
        numbers_[kind].assign(ids.size(), dropped);
        for (std::size_t i = 0; i < rows.size(); ++i) numbers_[kind][rows[i]] = static_cast<std::uint32_t>(i);
      }
    }
    renumber_all(table);
    to_->get<T>() = std::move(table);
  }

  template <class T>
  void renumber_all(T& table) const {
    T::columns(table, [&](std::string_view, auto& field, ColumnRule) {
      using Field = std::remove_cvref_t<decltype(field)>;
      if constexpr (is_index_field<Field>) {
        const auto& numbers = numbers_[position(kind_of_tag(static_cast<const Field*>(nullptr)))];
        if (!numbers.empty()) field = renumber(field, numbers);
      }
    });
  }

  void keep_accounts(std::span<const std::uint8_t> keep) {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; row < keep.size(); ++row) {
      if (keep[row] != 0) rows.push_back(static_cast<std::uint32_t>(row));
    }
    const Accounts& accounts = from_.get<Accounts>();
    const bool is_all = rows.size() == accounts.rows;
    put(is_all ? accounts : take_rows(accounts, rows), rows, is_all);
  }

  /// Rows none of whose required references is gone.
  template <class T>
  [[nodiscard]] std::vector<std::uint32_t> rows_that_stay(const T& table) const {
    std::vector<std::uint8_t> stays(table.rows, 1);
    T::columns(table, [&](std::string_view, const auto& field, ColumnRule rule) {
      using Field = std::remove_cvref_t<decltype(field)>;
      if constexpr (is_index_field<Field>) {
        const auto& numbers = numbers_[position(kind_of_tag(static_cast<const Field*>(nullptr)))];
        if (!rule.is_required || numbers.empty()) return;
        for (std::size_t row = 0; row < table.rows; ++row) {
          if (field.has(row) && numbers[field[row].value()] == dropped) stays[row] = 0;
        }
      }
    });
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; row < table.rows; ++row) {
      if (stays[row] != 0) rows.push_back(static_cast<std::uint32_t>(row));
    }
    return rows;
  }

  template <class T>
  [[nodiscard]] T filtered(const T& table) const {
    T kept = take_rows(table, rows_that_stay(table));
    renumber_all(kept);
    return kept;
  }

  template <class... Ts>
  void copy() {
    (copy_one<Ts>(), ...);
  }
  template <class T>
  void copy_one() {
    const T& table = from_.get<T>();
    const std::vector<std::uint32_t> rows = rows_that_stay(table);
    const bool is_all = rows.size() == table.rows;
    put(is_all ? table : take_rows(table, rows), rows, is_all);
  }

  const GraphData& from_;
  std::shared_ptr<GraphData> to_;
  std::array<std::vector<std::uint32_t>, node_kind_count> numbers_{};
};

}  // namespace detail

OUTWEIGH_INLINE std::size_t CustomerGraph::size(NodeKind kind) const { return data_->size(kind); }
OUTWEIGH_INLINE const core::Ids& CustomerGraph::ids(NodeKind kind) const { return data_->ids[detail::position(kind)]; }
OUTWEIGH_INLINE const Relation& CustomerGraph::relation(RelationKind kind) const {
  return data_->relations[detail::position(kind)];
}

OUTWEIGH_INLINE const Accounts& CustomerGraph::accounts() const { return data_->get<Accounts>(); }
OUTWEIGH_INLINE const Segments& CustomerGraph::segments() const { return data_->get<Segments>(); }
OUTWEIGH_INLINE const Customers& CustomerGraph::customers() const { return data_->get<Customers>(); }
OUTWEIGH_INLINE const Uses& CustomerGraph::uses() const { return data_->get<Uses>(); }
OUTWEIGH_INLINE const Population& CustomerGraph::population() const { return data_->get<Population>(); }
OUTWEIGH_INLINE const Sources& CustomerGraph::sources() const { return data_->get<Sources>(); }
OUTWEIGH_INLINE const Coverage& CustomerGraph::coverage() const { return data_->get<Coverage>(); }
OUTWEIGH_INLINE const Interactions& CustomerGraph::interactions() const { return data_->get<Interactions>(); }
OUTWEIGH_INLINE const Asked& CustomerGraph::asked() const { return data_->get<Asked>(); }
OUTWEIGH_INLINE const Surveys& CustomerGraph::surveys() const { return data_->get<Surveys>(); }
OUTWEIGH_INLINE const Needs& CustomerGraph::needs() const { return data_->get<Needs>(); }
OUTWEIGH_INLINE const Requests& CustomerGraph::requests() const { return data_->get<Requests>(); }
OUTWEIGH_INLINE const Tickets& CustomerGraph::tickets() const { return data_->get<Tickets>(); }
OUTWEIGH_INLINE const Articles& CustomerGraph::articles() const { return data_->get<Articles>(); }
OUTWEIGH_INLINE const Solutions& CustomerGraph::solutions() const { return data_->get<Solutions>(); }
OUTWEIGH_INLINE const Efforts& CustomerGraph::efforts() const { return data_->get<Efforts>(); }
OUTWEIGH_INLINE const Capacities& CustomerGraph::capacities() const { return data_->get<Capacities>(); }
OUTWEIGH_INLINE const Covers& CustomerGraph::covers() const { return data_->get<Covers>(); }
OUTWEIGH_INLINE const Dependencies& CustomerGraph::dependencies() const { return data_->get<Dependencies>(); }
OUTWEIGH_INLINE const Commitments& CustomerGraph::commitments() const { return data_->get<Commitments>(); }
OUTWEIGH_INLINE const Deals& CustomerGraph::deals() const { return data_->get<Deals>(); }
OUTWEIGH_INLINE const Revenue& CustomerGraph::revenue() const { return data_->get<Revenue>(); }
OUTWEIGH_INLINE const Costs& CustomerGraph::costs() const { return data_->get<Costs>(); }
OUTWEIGH_INLINE const Events& CustomerGraph::events() const { return data_->get<Events>(); }

OUTWEIGH_INLINE bool CustomerGraph::has_table(std::string_view name) const {
  return data_->given[detail::known_table(name)];
}
OUTWEIGH_INLINE std::vector<std::string> CustomerGraph::tables() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < detail::table_count; ++i) {
    if (data_->given[i]) names.emplace_back(detail::table_names[i]);
  }
  return names;
}

OUTWEIGH_INLINE core::Table CustomerGraph::table(std::string_view name) const {
  (void)detail::known_table(name);
  core::Table table;
  detail::for_each_table(data_->tables, [&](const auto& candidate) {
    using T = std::remove_cvref_t<decltype(candidate)>;
    if (T::table != name) return;
    const core::Table& attributes = data_->attributes[detail::table_position(name)];
    if constexpr (std::is_same_v<T, Segments>) {
      table = detail::with_attributes(detail::write_table(data_->memberships, *data_), attributes);
    } else {
      table = detail::with_attributes(detail::write_table(candidate, *data_), attributes);
    }
  });
  return table;
}

OUTWEIGH_INLINE const core::Table& CustomerGraph::attributes(std::string_view table) const {
  return data_->attributes[detail::known_table(table)];
}

OUTWEIGH_INLINE std::span<const AccountIndex> CustomerGraph::base() const { return data_->base; }
OUTWEIGH_INLINE bool CustomerGraph::in_base(AccountIndex account) const {
  return account.value() < data_->in_base.size() && data_->in_base[account.value()] != 0;
}
OUTWEIGH_INLINE core::Instant CustomerGraph::as_of() const { return data_->as_of; }
OUTWEIGH_INLINE const std::string& CustomerGraph::currency() const { return data_->currency; }
OUTWEIGH_INLINE const std::string& CustomerGraph::effort_unit() const { return data_->effort_unit; }
OUTWEIGH_INLINE bool CustomerGraph::segments_overlap() const { return data_->segments_overlap; }

OUTWEIGH_INLINE std::span<const Problem> CustomerGraph::problems() const { return data_->problems; }
OUTWEIGH_INLINE core::Table CustomerGraph::rejected(std::string_view table) const {
  return data_->rejected[detail::known_table(table)];
}

OUTWEIGH_INLINE bool operator==(const CustomerGraph& a, const CustomerGraph& b) {
  const detail::GraphData& x = *a.data_;
  const detail::GraphData& y = *b.data_;
  if (&x == &y) return true;
  if (x.as_of != y.as_of || x.currency != y.currency || x.effort_unit != y.effort_unit || x.given != y.given ||
      x.ids != y.ids || x.base != y.base || x.attributes != y.attributes || x.rejected != y.rejected ||
      x.problems != y.problems || !detail::same_rows(x.memberships, y.memberships)) {
    return false;
  }
  bool same = true;
  detail::for_each_table(x.tables, [&](const auto& table) {
    using T = std::remove_cvref_t<decltype(table)>;
    same = same && detail::same_rows(table, y.template get<T>());
  });
  return same;
}

OUTWEIGH_INLINE CustomerGraph filter(const CustomerGraph& graph, std::span<const std::uint8_t> keep) {
  if (keep.size() != graph.size(NodeKind::account)) {
    throw core::InvalidInput("the filter must have one entry for each of the " +
                                 std::to_string(graph.size(NodeKind::account)) + " accounts",
                             {.value = std::to_string(keep.size())});
  }
  return CustomerGraph(detail::Filter(graph.data(), keep).result());
}

OUTWEIGH_INLINE CustomerGraph without(const CustomerGraph& graph, std::string_view account_id) {
  const auto account = graph.ids(NodeKind::account).find(account_id);
  if (!account) {
    throw core::InvalidInput("there is no account with this id",
                             {.table = "accounts", .column = "account_id", .value = std::string(account_id)});
  }
  std::vector<std::uint8_t> keep(graph.size(NodeKind::account), 1);
  keep[*account] = 0;
  return filter(graph, keep);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
