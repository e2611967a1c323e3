// The customer graph: typed nodes with columnar attributes, and their relations in both directions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
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

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {
struct GraphData;
}

/// Immutable; copies share the data, so passing it by value is cheap and results may keep it. Made by GraphBuilder.
class CustomerGraph {
 public:
  explicit CustomerGraph(std::shared_ptr<const detail::GraphData> data) : data_(std::move(data)) {}

  /// Number of nodes of a kind.
  [[nodiscard]] std::size_t size(NodeKind kind) const;
  /// The user's ids, in the order of the indices.
  [[nodiscard]] const core::Ids& ids(NodeKind kind) const;
  [[nodiscard]] const Relation& relation(RelationKind kind) const;

  /// The tables, row i being node i where the table has a key. A table that was not given has 0 rows and is not
  /// among `tables()`.
  [[nodiscard]] const Accounts& accounts() const;
  [[nodiscard]] const Segments& segments() const;
  [[nodiscard]] const Customers& customers() const;
  [[nodiscard]] const Uses& uses() const;
  [[nodiscard]] const Population& population() const;
  [[nodiscard]] const Sources& sources() const;
  [[nodiscard]] const Coverage& coverage() const;
  [[nodiscard]] const Interactions& interactions() const;
  [[nodiscard]] const Asked& asked() const;
  [[nodiscard]] const Surveys& surveys() const;
  [[nodiscard]] const Needs& needs() const;
  [[nodiscard]] const Requests& requests() const;
  [[nodiscard]] const Tickets& tickets() const;
  [[nodiscard]] const Articles& articles() const;
  [[nodiscard]] const Solutions& solutions() const;
  [[nodiscard]] const Efforts& efforts() const;
  [[nodiscard]] const Capacities& capacities() const;
  [[nodiscard]] const Covers& covers() const;
  [[nodiscard]] const Dependencies& dependencies() const;
  [[nodiscard]] const Commitments& commitments() const;
  [[nodiscard]] const Deals& deals() const;
  [[nodiscard]] const Revenue& revenue() const;
  [[nodiscard]] const Costs& costs() const;
  [[nodiscard]] const Events& events() const;

  /// Was this table given?
  [[nodiscard]] bool has_table(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> tables() const;

  /// A table as it can be given to GraphBuilder again: our column names, the user's ids, only accepted rows, absent
  /// columns left out, the user's further columns last. Segments are there even if they were not given as a table.
  /// Throws InvalidInput for a name that is none of our tables.
  [[nodiscard]] core::Table table(std::string_view name) const;

  /// Columns of `table` that are not of ours, aligned with its accepted rows (for example accounts' region).
  [[nodiscard]] const core::Table& attributes(std::string_view table) const;

  /// The accounts of kind customer that are active at `as_of`, ascending.
  [[nodiscard]] std::span<const AccountIndex> base() const;
  [[nodiscard]] bool in_base(AccountIndex account) const;
  /// The option of that name; by default the latest time at which something was observed (not ends, closings, deadlines
  /// and the like, which may lie in the future), else the latest beginning; 1970-01-01 without any time.
  [[nodiscard]] core::Instant as_of() const;
  /// What is doubtful about the graph, in sentences: an `as_of` that is the latest time in the data, but lies far after
  /// all others (by half a year where they are a hundred or more, and it is that of one in a hundred at most; else by
  /// ten years), so that everything would seem long ago. It names table, column, row and value. O(times).
  [[nodiscard]] std::vector<std::string> warnings() const;
  /// Currency that money columns are in, and the period that `arr` is for, as named in the options.
  [[nodiscard]] const std::string& currency() const;
  /// Unit of effort as named in the options.
  [[nodiscard]] const std::string& effort_unit() const;
  /// True when some account of the base is in more than one segment of the same depth.
  [[nodiscard]] bool segments_overlap() const;

  /// What was set aside under on_invalid = quarantine, with reasons; empty otherwise.
  [[nodiscard]] std::span<const Problem> problems() const;
  /// The rejected rows of `table`, with the user's columns and a column `reason`.
  [[nodiscard]] core::Table rejected(std::string_view table) const;

  /// Same ids in the same order, same rows, same base, time and units.
  friend bool operator==(const CustomerGraph& a, const CustomerGraph& b);

  /// For the library's own use.
  [[nodiscard]] const detail::GraphData& data() const noexcept { return *data_; }

 private:
  std::shared_ptr<const detail::GraphData> data_;
};

/// The graph without the accounts for which `keep[account]` is 0, and without the rows that need them: their people,
/// interactions, requests, tickets and so on. A mere reference to what is gone becomes unknown (the parent of an
/// account that stays). Needs, sources, solutions and segments stay, and so does `as_of`. Throws InvalidInput when
/// `keep` has another length than there are accounts.
[[nodiscard]] CustomerGraph filter(const CustomerGraph& graph, std::span<const std::uint8_t> keep);
/// The graph without one account (and what hangs on it). Throws InvalidInput for an id that is not there.
[[nodiscard]] CustomerGraph without(const CustomerGraph& graph, std::string_view account_id);

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/customer_graph-inl.hpp>
#endif
