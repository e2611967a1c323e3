#include <outweigh/listening/quality.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <outweigh/lab/simulation.hpp>
#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/calendar.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using core::Column;
using listening::Calendar;
using listening::ListeningQuality;

namespace {

/// Eight conversations of January and February 2026; the days are those of 2026, from 0.
test::Tables some_conversations() {
  test::Tables t;
  t["accounts"]
      .add("account_id", test::words({"whale", "angry", "calm", "new", "gone"}))
      .add("name", test::words({"Whale Ltd", "", "", "", ""}))
      .add("kind", test::words({"", "", "", "", "prospect"}))
      .add("arr", Column::float64s({1000, 10, 20, 0, 5}, std::vector<std::uint8_t>{1, 1, 1, 0, 1}))
      .add("sentiment", Column::float64s({0.5, -0.9, 0.2, 0.1, 0.0}));
  t["customers"] = core::Table()
                       .add("customer_id", test::words({"p", "q"}))
                       .add("account_id", test::words({"calm", "calm"}))
                       .add("party", test::words({"customer", "partner"}));
  t["sources"]
      .add("source_id", test::words({"boss", "desk"}))
      .add("kind", test::words({"executive", "pooled_support"}))
      .add("owner", test::words({"Ann", ""}));
  t["interactions"]
      .add("interaction_id", Column::int64s({1, 2, 3, 4, 5, 6, 7, 8, 9}))
      .add("source_id", test::words({"boss", "boss", "boss", "boss", "boss", "boss", "boss", "desk", "boss"}))
      .add("account_id", test::words({"whale", "whale", "angry", "calm", "calm", "new", "gone", "calm", "calm"}))
      .add("at", test::days({1, 2, 3, 4, 5, 6, 7, 8, 40}))
      .add("customer_id", test::words({"", "", "", "p", "q", "", "", "", ""}))
      .add("purpose", test::words({"escalation", "learn", "support", "learn", "learn", "", "learn", "sell", "learn"}))
      .add("initiated_by", test::words({"them", "us", "them", "us", "us", "", "us", "us", "them"}))
      .add("triggered_by",
           Column::int64s({0, 1, 2, 0, 0, 0, 0, 0, 0}, std::vector<std::uint8_t>{0, 1, 1, 0, 0, 0, 0, 0, 0}))
      .add("minutes",
           Column::float64s({10, 9.5, 30, 60, 60, 0, 60, 5, 20}, std::vector<std::uint8_t>{1, 1, 1, 1, 1, 0, 1, 1, 1}))
      .add("customer_talk_share", Column::float64s({0.2, 0.9, 0.75, 0.75, 0.9, 0.8, 0.9, 0.1, 0.74},
                                                   std::vector<std::uint8_t>{1, 1, 1, 1, 1, 1, 1, 1, 1}));
  return t;
}

}  // namespace

TEST_CASE("listening quality by hand", "[listening]") {
  const ListeningQuality quality = listening::listening_quality(test::build(some_conversations()));
  // Ann in January, Ann in February, and the desk that nobody owns.
  REQUIRE(quality.rows.size() == 3);
  const auto& january = quality.rows[0];
  CHECK(january.person == "Ann");
  CHECK(january.month == "2026-01");
  CHECK(january.conversations == 5);
  CHECK(january.accounts == 4);
  CHECK(january.purpose_known == 4);
  CHECK(january.learn == 2);
  CHECK(january.escalations == 1);
  CHECK(january.support == 1);
  CHECK(*january.learn_share == 0.5);
  CHECK(*january.escalation_share == 0.25);
  CHECK(january.begun_by_us == 2);
  CHECK(*january.begun_by_us_share == 0.5);
  CHECK(january.timed == 4);
  CHECK(january.long_enough == 3);
  CHECK(*january.hours == Approx(109.5 / 60.0));
  CHECK(january.talk_known == 5);
  CHECK(january.customer_talked == 4);
  CHECK(january.judged == 4);
  CHECK(january.good == 1);
  CHECK(*january.good_share == 0.25);
  CHECK(quality.rows[1].month == "2026-02");
  CHECK(quality.rows[1].customer_talked == 0);
  CHECK(quality.rows[2].person == "desk");
  CHECK(*quality.rows[2].learn_share == 0.0);
  REQUIRE(quality.people.size() == 3);
  CHECK(quality.people[0].conversations == 6);
  CHECK(quality.people[0].accounts == 4);
  CHECK_FALSE(quality.people[0].month.has_value());
  CHECK_FALSE(quality.pooled().person.has_value());
  CHECK(quality.pooled().conversations == 7);
  CHECK(quality.apart[2].who == "partner");
  CHECK(quality.apart[2].conversations == 1);
  CHECK(quality.apart[3].who == "outside");
  CHECK(quality.apart[3].accounts == 1);
  CHECK(quality.missing.empty());
  CHECK(quality.summary().find("7 conversations with 4 accounts") == 0);
  CHECK(quality.summary().find("1 of 6") != std::string::npos);
  CHECK(quality.summary().find("lasted at least 10 minutes") != std::string::npos);
  const auto minutes = [](double long_enough) {
    return listening::listening_quality(test::build(some_conversations()), {.long_enough = long_enough}).summary();
  };
  CHECK(minutes(1.0).find("lasted at least 1 minute,") != std::string::npos);
  CHECK(minutes(1000.5).find("lasted at least 1,000.5 minutes,") != std::string::npos);
  CHECK(quality.to_table().rows() == 3);
  CHECK(quality.apart_table().rows() == 4);
  CHECK(ListeningQuality::from_bytes(quality.to_bytes()) == quality);
}

TEST_CASE("columns that lack take their own figures away", "[listening]") {
  auto tables = some_conversations();
  for (const char* column : {"purpose", "initiated_by", "minutes", "customer_talk_share"}) {
    auto lacking = tables;
    lacking["interactions"] = test::without_column(tables["interactions"], column);
    const ListeningQuality quality = listening::listening_quality(test::build(lacking));
    REQUIRE(quality.missing.size() == 1);
    CHECK(quality.missing[0].column == column);
    CHECK(quality.pooled().conversations == 7);
    CHECK(quality.pooled().judged == (std::string(column) == "initiated_by" ? 6 : 0));
    CHECK(quality.pooled().learn_share.has_value() == (std::string(column) != "purpose"));
    CHECK(quality.pooled().hours.has_value() == (std::string(column) != "minutes"));
  }
  tables["sources"] = test::without_column(tables["sources"], "owner");
  CHECK(listening::listening_quality(test::build(tables)).missing[0].column == "owner");
  tables["interactions"].add("person", test::words({"Cid", "Cid", "Dee", "", "", "", "", "Cid", ""}));
  const ListeningQuality named = listening::listening_quality(test::build(tables));
  CHECK(named.missing.empty());
  CHECK(named.people[0].person == "Cid");
  CHECK(named.people[0].conversations == 3);
  CHECK(named.people[2].person == "boss");

  CHECK_THROWS_AS(listening::listening_quality(test::build(tables), {.long_enough = -1.0}), core::InvalidInput);
  CHECK_THROWS_AS(listening::listening_quality(test::build(tables), {.customer_talked = 1.5}), core::InvalidInput);
  tables.erase("interactions");
  CHECK_THROWS_AS(listening::listening_quality(test::build(tables)), core::MissingInput);
}

TEST_CASE("nobody of the base in a conversation", "[listening]") {
  auto tables = some_conversations();
  tables["accounts"] =
      test::with(tables["accounts"], "kind", test::words({"prospect", "prospect", "prospect", "prospect", "prospect"}));
  const ListeningQuality quality = listening::listening_quality(test::build(tables));
  CHECK(quality.rows.empty());
  CHECK(quality.people.size() == 1);
  CHECK_FALSE(quality.pooled().learn_share.has_value());
  CHECK(quality.summary() == "0 conversations with 0 accounts of the base.");
  const Calendar calendar = listening::calendar(test::build(tables), {.person = "Ann", .month = "2026-01"});
  CHECK(calendar.calls_with_base == 0);
  CHECK(calendar.apart == 7);
  CHECK_FALSE(calendar.whale_chance.has_value());
}

TEST_CASE("a calendar by hand", "[listening]") {
  const auto graph = test::build(some_conversations());
  // The latest time is in February, so the last month that is over is January.
  const Calendar calendar = listening::calendar(graph, {.person = "Ann", .whale_share = 0.3, .unhappy_share = 0.25});
  CHECK(calendar.month == "2026-01");
  REQUIRE(calendar.calls.size() == 7);
  std::vector<std::string> groups;
  for (const auto& call : calendar.calls) groups.push_back(call.group);
  CHECK(groups == std::vector<std::string>{"whale", "whale", "unhappy", "neither", "partner", "unknown", "outside"});
  CHECK(calendar.calls_with_base == 5);
  CHECK(calendar.accounts == 4);
  CHECK(calendar.whales == 2);
  CHECK(calendar.unhappy == 1);
  CHECK(calendar.both == 0);
  CHECK(calendar.neither == 1);
  CHECK(calendar.unknown == 1);
  CHECK(calendar.apart == 2);
  CHECK(calendar.learn == 2);
  // The first call, the one that followed it up, and the one that followed that one.
  CHECK(calendar.began_as_escalation == 3);
  CHECK(calendar.calls[0].began_as_escalation);
  CHECK(calendar.calls[2].began_as_escalation);
  CHECK_FALSE(calendar.calls[3].began_as_escalation);
  CHECK(calendar.calls[0].name == "Whale Ltd");
  CHECK(calendar.calls[0].revenue->units() == 1000.0);
  CHECK(calendar.calls[0].initiated_by == "them");
  // One whale of the three accounts whose revenue is known, all three spoken to.
  CHECK(*calendar.whale_base_share == Approx(0.25));
  CHECK(*calendar.whale_chance == Approx(1.0));
  CHECK(*calendar.unhappy_base_share == Approx(0.25));
  CHECK(calendar.summary().find("Ann had 5 calls in 2026-01 with 4 customers of the base (and 2 others") == 0);
  CHECK(calendar.summary().find("3 began as escalations, 2 were made to learn") != std::string::npos);
  CHECK(calendar.to_table().rows() == 7);
  CHECK(Calendar::from_bytes(calendar.to_bytes()) == calendar);

  // Without a person: sources of kind executive.
  const Calendar executives = listening::calendar(graph, {.month = "2026-02"});
  CHECK(executives.calls_with_base == 1);
  CHECK(executives.summary().find("None began as an escalation, 1 was made to learn.") != std::string::npos);
  CHECK_FALSE(executives.person.has_value());
  const Calendar none = listening::calendar(graph, {.person = "desk", .month = "2026-02"});
  CHECK(none.calls.empty());
  CHECK(none.latest_month == "2026-01");
  CHECK(none.summary() == "desk had no calls in 2026-02; the last month with calls is 2026-01.");
  CHECK(Calendar::from_bytes(none.to_bytes()) == none);
}

TEST_CASE("a calendar says what it cannot tell and what is wrong", "[listening]") {
  auto tables = some_conversations();
  const auto graph = test::build(tables);
  try {
    (void)listening::calendar(graph, {.person = "Anna"});
    FAIL("an unknown person was taken");
  } catch (const core::InvalidInput& error) {
    CHECK(std::string(error.what()).find("'Ann'") != std::string::npos);
  }
  CHECK_THROWS_AS(listening::calendar(graph, {.person = "Ann", .month = "January"}), core::InvalidInput);
  CHECK_THROWS_AS(listening::calendar(graph, {.person = "Ann", .whale_share = 1.0}), core::InvalidInput);
  tables["accounts"] = test::without_column(tables["accounts"], "sentiment");
  tables["sources"] = test::with(tables["sources"], "kind", test::words({"portal", "pooled_support"}));
  CHECK_THROWS_AS(listening::calendar(test::build(tables)), core::MissingInput);
  const Calendar calendar =
      listening::calendar(test::build(tables), {.person = "Ann", .month = "2026-01", .whale_share = 0.3});
  CHECK(calendar.missing[0].column == "sentiment");
  CHECK(calendar.whales == 2);
  CHECK(calendar.unknown == 3);
  CHECK(calendar.neither == 0);
  CHECK_FALSE(calendar.unhappy_chance.has_value());
  tables.erase("interactions");
  CHECK_THROWS_AS(listening::calendar(test::build(tables), {.person = "Ann"}), core::MissingInput);
}

TEST_CASE("the calls of a simulated month are what counting says", "[listening]") {
  lab::SimulationOptions options;
  options.accounts = 250;
  options.seed = 4;
  const auto graph = lab::simulate(options).graph();
  const ListeningQuality quality = listening::listening_quality(graph);
  std::int64_t conversations = 0;
  for (const auto& row : quality.rows) {
    conversations += row.conversations;
    const Calendar calendar = listening::calendar(graph, {.person = row.person, .month = row.month});
    const bool same =
        calendar.calls_with_base == row.conversations && calendar.accounts == row.accounts &&
        calendar.learn == row.learn && calendar.began_as_escalation >= row.escalations &&
        calendar.whales + calendar.unhappy - calendar.both + calendar.neither + calendar.unknown == row.conversations;
    CHECK(same);
    if (&row - quality.rows.data() > 20) break;
  }
  CHECK(quality.pooled().conversations >= conversations);
}
