// A small customer base for the tests of the graph.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/graph/graph_builder.hpp>

namespace outweigh::test {

using core::Column;
using core::Instant;
using core::Table;
using Tables = std::map<std::string, Table>;

inline Column days(std::initializer_list<int> days_of_2026) {
  std::vector<Instant> instants;
  std::vector<std::uint8_t> valid;
  for (const int day : days_of_2026) {
    instants.push_back(Instant::from_microseconds(Instant::from_date(2026, 1, 1).microseconds() +
                                                  day * Instant::microseconds_per_day));
    valid.push_back(day < 0 ? 0 : 1);
  }
  return Column::instants(instants, valid);
}

/// Text where "" is null.
inline Column words(std::initializer_list<std::string_view> texts) {
  std::vector<std::uint8_t> valid;
  for (const std::string_view text : texts) valid.push_back(text.empty() ? 0 : 1);
  return Column::strings(std::span<const std::string_view>(texts.begin(), texts.size()), valid);
}

/// The table with one column put in the place of another.
inline Table with(const Table& table, std::string_view name, Column column) {
  Table out;
  for (std::size_t i = 0; i < table.columns(); ++i) {
    out.add(table.names()[i], table.names()[i] == name ? column : table.column(i));
  }
  if (!out.has(name)) out.add(std::string(name), std::move(column));
  return out;
}
inline Table without_column(const Table& table, std::string_view name) {
  Table out;
  for (std::size_t i = 0; i < table.columns(); ++i) {
    if (table.names()[i] != name) out.add(table.names()[i], table.column(i));
  }
  return out;
}

/// Four accounts, two segments, a request or two of everything.
inline Tables sample() {
  Tables t;
  t["accounts"]
      .add("account_id", words({"a", "b", "c", "d"}))
      .add("name", words({"Ada", "Bob", "", "Dan"}))
      .add("parent_account_id", words({"", "a", "", ""}))
      .add("kind", words({"customer", "", "prospect", "customer"}))
      .add("arr", Column::float64s({100.5, 20.0, 0.0, 7.25}))
      .add("started", days({0, 5, -1, 1}))
      .add("ended", days({-1, -1, -1, 9}))
      .add("region", words({"north", "south", "north", ""}));
  t["segments"]
      .add("segment_id", words({"large", "small", "small"}))
      .add("account_id", words({"a", "b", "c"}))
      .add("parent_segment_id", words({"all", "all", ""}));
  t["customers"]
      .add("customer_id", words({"p", "q"}))
      .add("account_id", words({"a", "b"}))
      .add("party", words({"customer", "partner"}));
  t["sources"].add("source_id", words({"desk", "boss"})).add("kind", words({"pooled_support", "executive"}));
  t["needs"]
      .add("need_id", words({"n1", "n2"}))
      .add("title", words({"Export", "Sign-on"}))
      .add("parent_need_id", words({"", "n1"}));
  t["solutions"]
      .add("solution_id", words({"s1", "s2", "s3"}))
      .add("title", words({"Excel", "Single sign-on", "Both"}))
      .add("effort", Column::float64s({5.0, 8.0, 0.5}));
  t["covers"]
      .add("solution_id", words({"s1", "s2", "s3", "s3"}))
      .add("need_id", words({"n1", "n2", "n1", "n2"}))
      .add("share", Column::float64s({1.0, 1.0, 0.5, 0.25}));
  t["dependencies"]
      .add("solution_id", words({"s1", "s3"}))
      .add("on", words({"s2", "s2"}))
      .add("kind", words({"requires", "excludes"}));
  t["interactions"]
      .add("interaction_id", Column::int64s({10, 11}))
      .add("source_id", words({"boss", "desk"}))
      .add("account_id", words({"a", "b"}))
      .add("at", days({20, 30}))
      .add("triggered_by", Column::int64s({0, 10}, std::vector<std::uint8_t>{0, 1}));
  t["asked"].add("interaction_id", Column::int64s({10})).add("need_id", words({"n2"})).add("answer", words({"no"}));
  t["tickets"]
      .add("ticket_id", words({"t"}))
      .add("account_id", words({"b"}))
      .add("opened", days({25}))
      .add("severity", Column::float64s({3.0}));
  t["requests"]
      .add("request_id", words({"r1", "r2", "r3", "r4"}))
      .add("account_id", words({"a", "a", "b", "b"}))
      .add("source_id", words({"boss", "desk", "desk", "desk"}))
      .add("at", days({20, 21, 40, 30}))
      .add("need_id", words({"n1", "n1", "n2", ""}))
      .add("interaction_id", Column::int64s({10, 0, 0, 11}, std::vector<std::uint8_t>{1, 0, 0, 1}))
      .add("ticket_id", words({"", "", "t", ""}))
      .add("repeats", words({"", "r1", "", ""}))
      .add("deadline", days({300, -1, -1, -1}))
      .add("quote", words({"We need Excel.", "", "", ""}));
  t["commitments"].add("account_id", words({"a"})).add("solution_id", words({"s1"})).add("due", days({200}));
  return t;
}

inline graph::GraphBuilder builder(const Tables& tables, graph::BuildOptions options = {}) {
  graph::GraphBuilder builder(std::move(options));
  for (const auto& [name, table] : tables) builder.add(name, table);
  return builder;
}

inline graph::CustomerGraph build(const Tables& tables, graph::BuildOptions options = {}) {
  return builder(tables, std::move(options)).build();
}

}  // namespace outweigh::test
