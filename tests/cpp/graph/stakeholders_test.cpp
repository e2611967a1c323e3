#include <outweigh/graph/stakeholders.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::test::build;
using outweigh::test::sample;
using outweigh::test::with;
using outweigh::test::words;

TEST_CASE("who names nobody, and who has no party or kind, is a customer") {
  auto tables = sample();
  tables["requests"] = with(tables["requests"], "customer_id", words({"p", "p", "q", ""}));  // q is a partner
  const CustomerGraph graph = build(tables);
  const auto& customer = graph.requests().customer;
  CHECK(party_of(graph, customer, 0) == Party::customer);
  CHECK(party_of(graph, customer, 2) == Party::partner);
  CHECK(party_of(graph, customer, 3) == Party::customer);
  CHECK_FALSE(speaks_as_stakeholder(graph, customer, 0));
  CHECK(speaks_as_stakeholder(graph, customer, 2));
  for (std::size_t a = 0; a < graph.accounts().rows; ++a) {
    const AccountKind kind = graph.accounts().kind.value_or(a, AccountKind::customer);
    CHECK(is_stakeholder(graph, AccountIndex(a)) == (kind == AccountKind::internal || kind == AccountKind::partner));
  }
}
