#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/detail/any_field.hpp>
#include <outweigh/graph/detail/assemble.hpp>
#include <outweigh/graph/detail/graph_data.hpp>
#include <outweigh/graph/detail/observed_times.hpp>
#include <outweigh/graph/detail/table_rows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

/// Copies what stays of a graph when some accounts go.
class Filter {
 public:
  Filter(const GraphData& from, std::span<const std::uint8_t> keep) : data_(std::make_shared<GraphData>(from)) {
    std::vector<AnyTable> tables = any_tables(data_->tables);
    for (const std::size_t at : loading_order()) {
      AnyTable& table = tables[at];
      const std::vector<std::uint32_t> rows = table.name == Accounts::table ? chosen(keep) : rows_that_stay(table);
      if (rows.size() != *table.rows) {
        take_rows(table, rows);
        data_->attributes[at] = data_->attributes[at].take(rows);
        if (table.has_key()) renumber_nodes(table.kind, rows);
      }
      renumber(table);
    }
    AnyTable memberships = any_table(data_->memberships);
    take_rows(memberships, rows_that_stay(memberships));
    renumber(memberships);
    assemble(*data_, {});
  }

  [[nodiscard]] std::shared_ptr<const GraphData> result() const { return data_; }

 private:
  static std::vector<std::uint32_t> chosen(std::span<const std::uint8_t> keep) {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; row < keep.size(); ++row) {
      if (keep[row] != 0) rows.push_back(static_cast<std::uint32_t>(row));
    }
    return rows;
  }

  void renumber_nodes(NodeKind kind, const std::vector<std::uint32_t>& rows) {
    core::Ids& ids = data_->ids[position(kind)];
    auto& numbers = numbers_[position(kind)];
    numbers.assign(ids.size(), dropped);
    for (std::size_t i = 0; i < rows.size(); ++i) numbers[rows[i]] = static_cast<std::uint32_t>(i);
    ids = ids.select(rows);
  }

  /// Rows none of whose required references is gone.
  [[nodiscard]] std::vector<std::uint32_t> rows_that_stay(const AnyTable& table) const {
    std::vector<std::uint8_t> stays(*table.rows, 1);
    for (const NamedField& named : table.fields) {
      const auto kind = named.field->refers_to();
      if (!kind || !named.rule.is_required || numbers_[position(*kind)].empty()) continue;
      for (std::size_t row = 0; row < stays.size(); ++row) {
        if (named.field->has(row) && numbers_[position(*kind)][named.field->node(row)] == dropped) stays[row] = 0;
      }
    }
    return chosen(stays);
  }

  void renumber(AnyTable& table) const {
    for (NamedField& named : table.fields) {
      const auto kind = named.field->refers_to();
      if (kind && !numbers_[position(*kind)].empty()) named.field->renumber(numbers_[position(*kind)]);
    }
  }

  std::shared_ptr<GraphData> data_;
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
  const std::size_t at = detail::known_table(name);
  const core::Table table = name == Segments::table
                                ? detail::write_table(detail::any_table(data_->memberships), *data_)
                                : detail::write_table(detail::any_tables(data_->tables)[at], *data_);
  return detail::with_attributes(table, data_->attributes[at]);
}

OUTWEIGH_INLINE const core::Table& CustomerGraph::attributes(std::string_view table) const {
  return data_->attributes[detail::known_table(table)];
}

OUTWEIGH_INLINE std::span<const AccountIndex> CustomerGraph::base() const { return data_->base; }
OUTWEIGH_INLINE bool CustomerGraph::in_base(AccountIndex account) const {
  return account.value() < data_->in_base.size() && data_->in_base[account.value()] != 0;
}
OUTWEIGH_INLINE core::Instant CustomerGraph::as_of() const { return data_->as_of; }
OUTWEIGH_INLINE std::vector<std::string> CustomerGraph::warnings() const {
  std::vector<std::string> texts;
  if (std::string text = detail::lone_time(data_->tables, data_->as_of); !text.empty())
    texts.push_back(std::move(text));
  return texts;
}
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
      x.problems != y.problems ||
      !detail::same_rows(detail::any_table(x.memberships), detail::any_table(y.memberships))) {
    return false;
  }
  const std::vector<detail::AnyTable> ours = detail::any_tables(x.tables);
  const std::vector<detail::AnyTable> theirs = detail::any_tables(y.tables);
  return std::equal(ours.begin(), ours.end(), theirs.begin(), &detail::same_rows);
}

OUTWEIGH_INLINE CustomerGraph filter(const CustomerGraph& graph, std::span<const std::uint8_t> keep) {
  if (keep.size() != graph.size(NodeKind::account)) {
    throw core::InvalidInput(
        "the filter must have one entry for each of the " + std::to_string(graph.size(NodeKind::account)) + " accounts",
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
