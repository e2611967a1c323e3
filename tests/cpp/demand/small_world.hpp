// Eight accounts, three needs, four solutions: small enough to count by hand.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/graph/graph_builder.hpp>

namespace outweigh::test {

using Tables = std::map<std::string, core::Table>;

/// Days of 2026, counted from January 1; negative for unknown.
inline core::Column days(std::initializer_list<int> days) {
  std::vector<core::Instant> instants;
  std::vector<std::uint8_t> valid;
  for (const int day : days) {
    instants.push_back(core::Instant::from_microseconds(core::Instant::from_date(2026, 1, 1).microseconds() +
                                                        day * core::Instant::microseconds_per_day));
    valid.push_back(day < 0 ? 0 : 1);
  }
  return core::Column::instants(instants, valid);
}
/// Text where "" is unknown.
inline core::Column words(std::initializer_list<std::string_view> texts) {
  std::vector<std::uint8_t> valid;
  for (const std::string_view text : texts) valid.push_back(text.empty() ? 0 : 1);
  return core::Column::strings(std::span<const std::string_view>(texts.begin(), texts.size()), valid);
}
inline core::Column numbers(std::initializer_list<double> values) {
  std::vector<std::uint8_t> valid;
  for (const double value : values) valid.push_back(value < 0.0 ? 0 : 1);
  return core::Column::float64s(std::vector<double>(values), valid);
}

/// a1..a8 are customers, in {a1, a2, a3} and {a4, ..., a8}; p is a partner and o a prospect. The as_of is day 180.
/// n1: asked for by a1 (twice, once in a follow-up), a2 and a4; n2 by a1 (passed on by someone else) and o, and a5 was
/// asked and said no; n3 by nobody but p.
inline Tables small_world() {
  Tables t;
  t["accounts"]
      .add("account_id", words({"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "p", "o"}))
      .add("kind", words({"", "", "", "", "", "", "", "", "partner", "prospect"}))
      .add("arr", numbers({100, 50, 50, 10, 10, 10, -1, 20, 0, 0}));
  t["segments"]
      .add("segment_id", words({"large", "large", "large", "small", "small", "small", "small", "small"}))
      .add("account_id", words({"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"}));
  t["sources"].add("source_id", words({"team", "desk"})).add("kind", words({"multi_account", "pooled_support"}));
  t["needs"]
      .add("need_id", words({"n1", "n2", "n3"}))
      .add("title", words({"Export", "Sign-on", "Dark mode"}))
      .add("outcome", words({"revenue", "risk", ""}));
  t["interactions"]
      .add("interaction_id", words({"i1", "i2", "i3", "i4", "i5", "i6"}))
      .add("source_id", words({"team", "team", "team", "team", "team", "desk"}))
      .add("account_id", words({"a1", "a1", "a2", "a3", "a5", "a6"}))
      .add("at", days({10, 20, 30, 40, 50, 60}))
      .add("initiated_by", words({"them", "us", "us", "us", "us", "us"}))
      .add("triggered_by", words({"", "i1", "", "", "", ""}));
  t["asked"].add("interaction_id", words({"i5"})).add("need_id", words({"n2"})).add("answer", words({"no"}));
  t["requests"]
      .add("request_id", words({"r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"}))
      .add("account_id", words({"a1", "a1", "a2", "a4", "a4", "a1", "o", "p"}))
      .add("source_id", words({"team", "team", "team", "desk", "desk", "team", "team", "team"}))
      .add("at", days({10, 20, 30, 70, 75, 80, 90, 91}))
      .add("interaction_id", words({"i1", "i2", "i3", "", "", "", "", ""}))
      .add("need_id", words({"n1", "n1", "n1", "n1", "n1", "n2", "n2", "n3"}))
      .add("basis", words({"said", "said", "", "", "", "relayed", "", ""}))
      .add("urgency", numbers({5, -1, 3, -1, -1, 2, -1, -1}))
      .add("quote", words({"We copy it by hand", "", "", "Please", "", "", "", ""}));
  t["solutions"]
      .add("solution_id", words({"s1", "s2", "s3", "s4"}))
      .add("title", words({"Exporter", "Login", "Theme", "Old"}))
      .add("effort", numbers({4, 2, -1, 1}))
      .add("risk", numbers({0.1, -1, -1, -1}))
      .add("status", words({"candidate", "", "", "shipped"}));
  t["covers"]
      .add("solution_id", words({"s1", "s1", "s2", "s3"}))
      .add("need_id", words({"n1", "n2", "n2", "n3"}))
      .add("share", numbers({1, 0.5, 1, -1}));
  return t;
}

inline graph::CustomerGraph build(const Tables& tables) {
  graph::BuildOptions options;
  options.as_of = core::Instant::from_microseconds(core::Instant::from_date(2026, 1, 1).microseconds() +
                                                   180 * core::Instant::microseconds_per_day);
  options.currency = "EUR";
  graph::GraphBuilder builder(options);
  for (const auto& [name, table] : tables) builder.add(name, table);
  return builder.build();
}

/// The table with its rows backwards.
inline core::Table backwards(const core::Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = static_cast<std::uint32_t>(rows.size() - 1 - r);
  return table.take(rows);
}

/// Position of a need, segment, account or solution.
inline std::size_t at(const graph::CustomerGraph& graph, graph::NodeKind kind, std::string_view id) {
  return *graph.ids(kind).find(id);
}

}  // namespace outweigh::test
