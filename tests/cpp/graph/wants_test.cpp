#include <outweigh/graph/wants.hpp>

#include <cstdint>
#include <vector>

#include <outweigh/core/errors.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::Column;
using outweigh::core::InvalidInput;
using outweigh::core::LargeVector;
using outweigh::test::build;
using outweigh::test::sample;
using outweigh::test::with;
using outweigh::test::words;

TEST_CASE("wants are those of customers of the base, up to now") {
  // Base: a, b (d has ended, c is a prospect). r3 of b lies at day 40, the latest time.
  const CustomerGraph graph = build(sample());
  const Wants wants = collect_wants(graph);
  REQUIRE(wants.accounts.size() == 2);
  CHECK(wants.by_account.neighbours == LargeVector<std::uint32_t>{0, 1});
  CHECK(wants.denied.neighbours == LargeVector<std::uint32_t>{1});  // a was asked for n2 and said no
  CHECK(wants.denied.offsets == std::vector<std::uint32_t>{0, 1, 1});
  CHECK(wants.contacts == std::vector<std::uint32_t>{1, 1});
  CHECK(wants.find_account(graph, "b") == 1);
  CHECK(wants.find_need(graph, "n2") == 1);
  CHECK_THROWS_AS((void)wants.find_account(graph, "c"), InvalidInput);
  CHECK_THROWS_AS((void)wants.find_account(graph, "z"), InvalidInput);
  CHECK_THROWS_AS((void)wants.find_need(graph, "z"), InvalidInput);
}

TEST_CASE("what stakeholders say, and what was found untrue, is no want") {
  auto tables = sample();
  tables["requests"] = with(tables["requests"], "customer_id", words({"p", "p", "q", ""}));  // q is a partner
  CHECK(collect_wants(build(tables)).by_account.neighbours == LargeVector<std::uint32_t>{0});
  tables = sample();
  // a asked for n1 twice: the first time untrue, the second unchecked or confirmed.
  const auto confirmed = [&](std::uint8_t second) {
    return Column::booleans(std::vector<std::uint8_t>{0, 1, 0, 0}, std::vector<std::uint8_t>{1, second, 1, 0});
  };
  tables["requests"] = with(tables["requests"], "confirmed", confirmed(0));
  Wants wants = collect_wants(build(tables));
  CHECK(wants.by_account.neighbours.empty());
  CHECK(wants.denied.neighbours == LargeVector<std::uint32_t>{0, 1, 1});
  tables["requests"] = with(sample()["requests"], "confirmed", confirmed(1));
  wants = collect_wants(build(tables));
  CHECK(wants.by_account.neighbours == LargeVector<std::uint32_t>{0});
  CHECK(wants.denied.neighbours == LargeVector<std::uint32_t>{1, 1});
}

TEST_CASE("wants of a time, and graphs without requests") {
  const CustomerGraph graph = build(sample());
  const auto day = [](int n) {
    return outweigh::core::Instant::from_microseconds(outweigh::core::Instant::from_date(2026, 1, 1).microseconds() +
                                                      n * outweigh::core::Instant::microseconds_per_day);
  };
  CHECK(collect_wants(graph, {.until = day(30)}).by_account.neighbours == LargeVector<std::uint32_t>{0});
  CHECK(collect_wants(graph, {.after = day(30)}).by_account.neighbours == LargeVector<std::uint32_t>{1});
  auto tables = sample();
  for (const char* name : {"requests", "asked", "interactions", "tickets"}) tables.erase(name);
  const Wants nothing = collect_wants(build(tables));
  CHECK(nothing.by_account.entries() == 0);
  CHECK(nothing.by_account.rows() == nothing.accounts.size());
}
