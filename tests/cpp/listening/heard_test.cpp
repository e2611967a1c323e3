#include <outweigh/listening/heard.hpp>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using listening::Heard;
using listening::HeardCounts;

TEST_CASE("contacts are interactions, and requests and tickets that have none", "[listening]") {
  const auto heard = listening::collect_heard(test::build(test::sample()));
  const auto& entries = heard.entries();
  // Request r1 belongs to call 10 and r4 to call 11; r2 and r3 came on their own; ticket t has no source.
  REQUIRE(entries.count({"boss", "a", graph::Party::customer}) == 1);
  const HeardCounts boss = entries.at({"boss", "a", graph::Party::customer});
  CHECK(boss.contacts == 1);
  CHECK(boss.requests == 1);
  const HeardCounts desk_a = entries.at({"desk", "a", graph::Party::customer});
  CHECK(desk_a.contacts == 1);
  CHECK(desk_a.requests == 1);
  const HeardCounts desk_b = entries.at({"desk", "b", graph::Party::customer});
  CHECK(desk_b.contacts == 2);
  CHECK(desk_b.requests == 2);
  CHECK(entries.size() == 3);
}

TEST_CASE("people who are not customers stand apart, and the future is not heard yet", "[listening]") {
  auto tables = test::sample();
  tables["interactions"] = test::with(tables["interactions"], "customer_id", test::words({"p", "q"}));
  graph::BuildOptions options;
  options.as_of = core::Instant::from_date(2026, 1, 29);
  const auto heard = listening::collect_heard(test::build(tables, options));
  CHECK(heard.entries().at({"boss", "a", graph::Party::customer}).contacts == 1);
  // Call 11 by the partner q is on day 30, after as_of.
  CHECK(heard.entries().count({"desk", "b", graph::Party::partner}) == 0);
  const auto later = listening::collect_heard(test::build(tables));
  CHECK(later.entries().at({"desk", "b", graph::Party::partner}).contacts == 1);
}

TEST_CASE("states merged in any order through bytes give the bytes of one pass", "[listening]") {
  stats::Random random(12);
  for (int round = 0; round < 60; ++round) {
    Heard whole;
    std::vector<Heard> parts(1 + static_cast<std::size_t>(random.below(5)));
    for (int i = 0; i < 150; ++i) {
      const Heard::Key key{"s" + std::to_string(random.below(4)), "a" + std::to_string(random.below(30)),
                           static_cast<graph::Party>(random.below(4))};
      HeardCounts counts;
      counts.contacts = static_cast<std::int64_t>(random.below(3));
      counts.learn = static_cast<std::int64_t>(random.below(2));
      counts.customer_talked = static_cast<std::int64_t>(random.below(9));
      whole.add(key, counts);
      parts[static_cast<std::size_t>(random.below(parts.size()))].add(key, counts);
    }
    random.shuffle(parts);
    Heard merged;
    for (const Heard& part : parts) merged.merge(Heard::from_bytes(part.to_bytes()));
    REQUIRE(merged.to_bytes() == whole.to_bytes());
    REQUIRE(merged == whole);
  }
}

TEST_CASE("damaged and foreign states throw", "[listening]") {
  Heard heard;
  heard.add({"s", "a", graph::Party::internal}, {.contacts = 2});
  const core::Bytes bytes = heard.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(Heard::from_bytes(std::span(bytes).first(size)), core::CorruptState);
  }
  CHECK(Heard::from_bytes(bytes) == heard);
  Heard other(listening::HeardOptions{.long_enough = 5.0});
  CHECK_THROWS_AS(other.merge(heard), core::InvalidInput);
  CHECK_THROWS_AS(heard.add({"s", "a", graph::Party::internal}, {.contacts = -1}), core::InvalidInput);
}

TEST_CASE("thresholds that cannot be are refused", "[listening]") {
  const auto graph = test::build(test::sample());
  CHECK_THROWS_AS(listening::collect_heard(graph, {.long_enough = std::nan("")}), core::InvalidInput);
  CHECK_THROWS_AS(listening::collect_heard(graph, {.long_enough = -1.0}), core::InvalidInput);
  CHECK_THROWS_AS(listening::collect_heard(graph, {.customer_talked = 2.0}), core::InvalidInput);
}
