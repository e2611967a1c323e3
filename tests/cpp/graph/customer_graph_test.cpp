#include <outweigh/graph/customer_graph.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::test;
using namespace outweigh::graph;
using outweigh::core::InvalidInput;

TEST_CASE("Graphs are equal by content", "[graph]") {
  const CustomerGraph g = build(sample());
  const CustomerGraph copy = g;
  CHECK(copy == g);
  CHECK(build(sample()) == g);
  Tables tables = sample();
  tables["solutions"] = with(tables["solutions"], "effort", Column::float64s({5.0, 8.0, 1.0}));
  CHECK_FALSE(build(tables) == g);
  tables = sample();
  tables["accounts"] = with(tables["accounts"], "region", words({"north", "south", "north", "west"}));
  CHECK_FALSE(build(tables) == g);
  BuildOptions options;
  options.currency = "EUR";
  CHECK_FALSE(build(sample(), options) == g);
}

TEST_CASE("A graph's tables build it again", "[graph]") {
  const CustomerGraph g = build(sample());
  Tables tables;
  for (const std::string& name : g.tables()) tables[name] = g.table(name);
  CHECK(build(tables) == g);
  CHECK(g.table("requests")["account_id"].string(2) == "b");
  CHECK(g.table("requests")["interaction_id"].text(0) == "10");
  CHECK_THROWS_AS(g.table("request"), InvalidInput);
}

TEST_CASE("Filtering takes accounts and what hangs on them", "[graph]") {
  const CustomerGraph g = build(sample());
  const CustomerGraph no_a = without(g, "a");
  CHECK(no_a.size(NodeKind::account) == 3);
  CHECK_FALSE(no_a.accounts().parent.has(0));  // b's parent is gone, b stays
  CHECK(no_a.size(NodeKind::request) == 2);
  CHECK(no_a.size(NodeKind::interaction) == 1);
  CHECK_FALSE(no_a.interactions().triggered_by.has(0));
  CHECK(no_a.asked().rows == 0);
  CHECK(no_a.size(NodeKind::need) == 2);
  CHECK(no_a.size(NodeKind::segment) == 3);
  CHECK(no_a.relation(RelationKind::account_segment).in(0).empty());
  CHECK(no_a.commitments().rows == 0);
  CHECK(no_a.as_of() == g.as_of());
  CHECK(no_a.attributes("accounts")["region"].string(0) == "south");
  CHECK(no_a.has_table("asked"));
  CHECK(no_a.requests().ticket[0] == TicketIndex(0));
  CHECK(no_a.base().size() == 1);

  CHECK(filter(g, std::vector<std::uint8_t>(4, 1)) == g);
  const CustomerGraph none = filter(g, std::vector<std::uint8_t>(4, 0));
  CHECK(none.size(NodeKind::account) == 0);
  CHECK(none.base().empty());
  CHECK(none.size(NodeKind::request) == 0);
  CHECK(without(without(g, "a"), "b") == filter(g, std::vector<std::uint8_t>{0, 0, 1, 1}));
  CHECK_THROWS_AS(filter(g, std::vector<std::uint8_t>(3, 1)), InvalidInput);
  CHECK_THROWS_AS(without(g, "zz"), InvalidInput);
}

TEST_CASE("Unknown table names are refused", "[graph]") {
  const CustomerGraph g = build(sample());
  CHECK_THROWS_AS(g.has_table("x"), InvalidInput);
  CHECK_THROWS_AS(g.attributes("x"), InvalidInput);
  CHECK_THROWS_AS(g.rejected("x"), InvalidInput);
}
