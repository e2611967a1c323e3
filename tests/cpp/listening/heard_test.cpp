#include <outweigh/listening/heard.hpp>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <outweigh/demand/options.hpp>
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

namespace {

std::int64_t contacts_of(const graph::CustomerGraph& graph, const char* source, const char* account) {
  const auto heard = listening::collect_heard(graph);
  const auto found = heard.entries().find({source, account, graph::Party::customer});
  return found == heard.entries().end() ? 0 : found->second.contacts;
}

/// Requests through `desk` without an interaction, of account b unless said otherwise.
graph::CustomerGraph with_requests(std::initializer_list<int> at, std::initializer_list<std::string_view> accounts,
                                   std::initializer_list<std::string_view> basis = {},
                                   std::initializer_list<bool> investigated = {}) {
  auto tables = test::sample();
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < at.size(); ++i) ids.push_back("n" + std::to_string(i));
  core::Table requests;
  requests.add("request_id", core::Column::strings(std::vector<std::string_view>(ids.begin(), ids.end())))
      .add("account_id", test::words(accounts))
      .add("source_id", core::Column::strings(std::vector<std::string_view>(at.size(), "desk")))
      .add("at", test::days(at));
  if (basis.size() > 0) requests.add("basis", test::words(basis));
  if (investigated.size() > 0) {
    std::vector<std::uint8_t> known;
    for (const bool is_known : investigated) known.push_back(is_known ? 1 : 0);
    requests.add("confirmed", core::Column::booleans(std::vector<std::uint8_t>(known.size(), 1), known));
  }
  tables["requests"] = requests;
  graph::BuildOptions options;
  options.as_of = core::Instant::from_date(2026, 12, 31);
  return test::build(tables, options);
}

}  // namespace

TEST_CASE("requests without an interaction join a logged contact within a week of it, as in demand", "[listening]") {
  // Call 11 of b through desk is on day 30.
  CHECK(contacts_of(with_requests({23}, {"b"}), "desk", "b") == 1);
  CHECK(contacts_of(with_requests({37}, {"b"}), "desk", "b") == 1);
  CHECK(contacts_of(with_requests({22}, {"b"}), "desk", "b") == 2);
  CHECK(contacts_of(with_requests({38}, {"b"}), "desk", "b") == 2);
  // Another account's and another source's calls are no matter: boss called a on day 20.
  CHECK(contacts_of(with_requests({30, 20}, {"a", "a"}), "desk", "a") == 2);
  CHECK(static_cast<double>(listening::joined_within_days) == demand::DemandOptions().window);
}

TEST_CASE("requests without any contact are one a week from the first, in any order", "[listening]") {
  CHECK(contacts_of(with_requests({50, 50, 50}, {"b", "b", "b"}), "desk", "b") == 2);
  CHECK(contacts_of(with_requests({57, 50, 54}, {"b", "b", "b"}), "desk", "b") == 2);
  // The second week begins with the first request that is outside of the first one.
  CHECK(contacts_of(with_requests({65, 58, 50, 64}, {"b", "b", "b", "b"}), "desk", "b") == 3);
  CHECK(contacts_of(with_requests({50, 51, 51}, {"b", "a", "c"}), "desk", "a") == 1);
}

TEST_CASE("what others infer is heard once it was looked into", "[listening]") {
  const auto guessed = with_requests({50, 70}, {"a", "a"}, {"inferred", "inferred"}, {false, true});
  CHECK(contacts_of(guessed, "desk", "a") == 1);
  CHECK(listening::collect_heard(guessed).entries().at({"desk", "a", graph::Party::customer}).requests == 1);
}

TEST_CASE("a request filed under another account's contact is a contact of its own account", "[listening]") {
  auto tables = test::sample();
  tables["requests"] = test::with(tables["requests"], "account_id", test::words({"a", "a", "b", "a"}));
  // b, whom call 11 was with, is a part of a; the other request of a is of day 21.
  CHECK(contacts_of(test::build(tables), "desk", "a") == 2);
  CHECK(contacts_of(test::build(tables), "desk", "b") == 2);
}
