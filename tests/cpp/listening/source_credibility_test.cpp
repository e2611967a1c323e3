#include <outweigh/listening/source_credibility.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::Column;
using outweigh::core::InvalidInput;
using outweigh::core::MissingInput;
using outweigh::core::Status;
using outweigh::core::Table;

namespace {

struct Voiced {
  std::string source;
  int account;
  double urgency;
  int confirmed;  // 1, 0, or -1: nobody looked
};

outweigh::graph::CustomerGraph credibility_base(const std::vector<Voiced>& voices,
                                                const std::vector<std::string>& sources, int accounts,
                                                std::int64_t days_apart = 8) {
  const auto texts = [](const std::vector<std::string>& values) {
    return Column::strings(std::span<const std::string>(values));
  };
  std::vector<std::string> account_ids;
  for (int i = 0; i < accounts; ++i) account_ids.push_back("a" + std::to_string(i));
  std::vector<std::int64_t> id;
  std::vector<std::string> who;
  std::vector<std::string> through;
  std::vector<outweigh::core::Instant> at;
  std::vector<double> urgency;
  std::vector<std::uint8_t> confirmed;
  std::vector<std::uint8_t> known;
  for (const Voiced& voice : voices) {
    id.push_back(static_cast<std::int64_t>(id.size()));
    who.push_back("a" + std::to_string(voice.account));
    through.push_back(voice.source);
    // A contact each: so far apart that none belongs to another one.
    at.push_back(outweigh::core::Instant::from_microseconds(static_cast<std::int64_t>(at.size()) * days_apart *
                                                            outweigh::core::Instant::microseconds_per_day));
    urgency.push_back(voice.urgency);
    confirmed.push_back(voice.confirmed == 1 ? 1 : 0);
    known.push_back(voice.confirmed >= 0 ? 1 : 0);
  }
  outweigh::graph::GraphBuilder builder{outweigh::graph::BuildOptions{}};
  Table account_table;
  account_table.add("account_id", texts(account_ids));
  Table source_table;
  source_table.add("source_id", texts(sources)).add("kind", texts(std::vector<std::string>(sources.size(), "portal")));
  Table need_table;
  need_table.add("need_id", Column::strings({"n"})).add("title", Column::strings({"n"}));
  Table requests;
  requests.add("request_id", Column::int64s(id))
      .add("account_id", texts(who))
      .add("source_id", texts(through))
      .add("at", Column::instants(at))
      .add("need_id", texts(std::vector<std::string>(id.size(), "n")))
      .add("urgency", Column::float64s(urgency))
      .add("confirmed", Column::booleans(confirmed, known));
  builder.add("accounts", account_table);
  builder.add("sources", source_table);
  builder.add("needs", need_table);
  builder.add("requests", requests);
  return builder.build();
}

}  // namespace

TEST_CASE("structure is how many accounts a source hears, and how evenly") {
  // one hears one account six times; many hears three accounts twice each.
  std::vector<Voiced> voices;
  for (int i = 0; i < 6; ++i) {
    voices.push_back({"one", 0, 1.0, -1});
    voices.push_back({"many", i % 3, 1.0, -1});
  }
  const auto graph = credibility_base(voices, {"one", "many", "silent"}, 5);
  const SourceCredibility found = source_credibility(graph);
  REQUIRE(found.rows.size() == 3);  // many, one, silent
  CHECK(found.status == Status::not_identified);
  CHECK(std::abs(found.rows[0].effective_accounts - 3.0) < 1e-12);
  CHECK(std::abs(found.rows[0].structure.value() - 2.0 / 3.0) < 1e-12);
  CHECK(found.rows[1].structure == 0.0);
  CHECK(!found.rows[2].structure);
  for (const SourceCredibilityRow& row : found.rows) {
    CHECK(row.record.status == Status::not_identified);
    CHECK(!row.covered);
  }
  CHECK(found.rows[0].corroborated == 1);  // a0 by both
  CHECK(found.rows[0].unknown == 2);       // nobody else was in contact with a1 and a2
  CHECK(found.rows[0].uncorroborated == 0);
  CHECK(found.to_table(graph).rows() == 3);
}

TEST_CASE("the record weights what was investigated by its chance of being so") {
  // Urgent voices are always investigated and half of them true, others seldom and always true.
  std::vector<Voiced> voices;
  outweigh::stats::Random random(2);
  for (int i = 0; i < 4000; ++i) {
    const bool urgent = random.bernoulli(0.5);
    const int truth = urgent ? (random.bernoulli(0.5) ? 1 : 0) : 1;
    const bool looked = urgent || random.bernoulli(0.2);
    voices.push_back({"s", i % 50, urgent ? 5.0 : 1.0, looked ? truth : -1});
  }
  const auto graph = credibility_base(voices, {"s"}, 50);
  const SourceCredibility found = source_credibility(graph);
  const SourceCredibilityRow& row = found.rows[0];
  CHECK(std::abs(row.own_record.value() - 0.75) < 0.03);
  const double plain = 1.0 - static_cast<double>(row.untrue) / static_cast<double>(row.investigated);
  CHECK(plain < 0.62);
  CHECK(row.effective_investigated < static_cast<double>(row.investigated));
  CHECK(row.record.interval.contains(0.75));
  CHECK(row.reach == 1.0);
}

TEST_CASE("records of many sources borrow from each other; one without a record stays unknown") {
  std::vector<Voiced> voices;
  std::vector<std::string> sources;
  outweigh::stats::Random random(7);
  for (int s = 0; s < 30; ++s) {
    sources.push_back("s" + std::to_string(s));
    const double share = random.uniform(0.3, 0.95);
    for (int i = 0; i < 5 + s; ++i) voices.push_back({sources.back(), i % 20, 1.0, random.bernoulli(share) ? 1 : 0});
  }
  sources.push_back("unseen");
  voices.push_back({"unseen", 0, 1.0, -1});
  const auto graph = credibility_base(voices, sources, 20);
  const SourceCredibility found = source_credibility(graph);
  CHECK(found.status == Status::estimated);
  for (const SourceCredibilityRow& row : found.rows) {
    if (row.investigated == 0) {
      CHECK(row.record.status == Status::not_identified);
      continue;
    }
    CHECK(row.credibility > 0.0);
    CHECK(row.credibility < 1.0);
    const double least = std::min(*row.own_record, *found.collective) - 1e-9;
    const double most = std::max(*row.own_record, *found.collective) + 1e-9;
    CHECK((row.record.value >= least && row.record.value <= most));
  }
}

TEST_CASE("answers to who asks later are a record; what is not there is said") {
  // r1 of a for n1 is not confirmed; r3 of b for n2 neither. a answers no for n2, which a never asked for.
  auto tables = outweigh::test::sample();
  tables["requests"] =
      outweigh::test::with(tables["requests"], "need_id", outweigh::test::words({"n1", "n1", "n2", "n2"}));
  tables["interactions"] = outweigh::test::with(tables["interactions"], "at", outweigh::test::days({20, 41}));
  tables["interactions"] = outweigh::test::with(tables["interactions"], "interaction_id", Column::int64s({10, 11}));
  tables["asked"] = Table();
  tables["asked"]
      .add("interaction_id", Column::int64s({11}))
      .add("need_id", outweigh::test::words({"n2"}))
      .add("answer", outweigh::test::words({"no"}));
  const SourceCredibility found = source_credibility(outweigh::test::build(tables));
  REQUIRE(found.rows.size() == 2);  // boss, desk
  CHECK(found.rows[1].investigated ==
        1);  // r3 was said before somebody asked; r4 belongs to the call in which it was asked
  CHECK(found.rows[1].untrue == 1);
  CHECK(found.rows[1].contradicted == 1);
  CHECK(found.rows[1].record.status == Status::doubtful);
  CHECK_THROWS_AS((void)source_credibility(outweigh::test::build(tables), 0.0), InvalidInput);
  tables = outweigh::test::sample();
  for (const char* name : {"requests", "asked", "tickets"}) tables.erase(name);
  CHECK_THROWS_AS((void)source_credibility(outweigh::test::build(tables)), MissingInput);
}

TEST_CASE("requests of one account and source within a week are one voice") {
  const std::vector<Voiced> voices{{"s", 0, 1.0, 1}, {"s", 0, 1.0, -1}, {"s", 0, 1.0, 0}, {"s", 1, 1.0, 1}};
  CHECK(source_credibility(credibility_base(voices, {"s"}, 2)).rows[0].voices == 4);
  const SourceCredibilityRow joined = source_credibility(credibility_base(voices, {"s"}, 2, 1)).rows[0];
  CHECK(joined.voices == 2);
  CHECK(joined.investigated == 2);
  CHECK(joined.untrue == 0);
  CHECK(joined.effective_accounts == 2.0);
  CHECK(source_credibility(credibility_base(voices, {"s"}, 2, 4)).rows[0].voices == 3);  // days 0 and 4, 8, 12
}
