#include <outweigh/journey/event_log.hpp>

#include <string>
#include <vector>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using journey::EventLog;
using test::days;
using test::words;

namespace {

core::Table small_log() {
  core::Table t;
  t.add("case_id", words({"b", "a", "b", "a", "a"}));
  t.add("at", days({3, 5, 1, 5, 2}));
  t.add("activity", words({"use", "ask", "buy", "use", "buy"}));
  return t;
}

}  // namespace

TEST_CASE("events are sorted by case and time, and by row at equal times", "[journey]") {
  const EventLog log = journey::read_event_log(small_log());
  CHECK(log.case_count() == 2);
  CHECK(log.cases.text(0) == "b");
  CHECK(log.row == std::vector<std::uint32_t>{2, 0, 4, 1, 3});
  CHECK(log.case_begin == std::vector<std::uint32_t>{0, 2, 5});
  CHECK(log.as_of == core::Instant::from_date(2026, 1, 6));
  CHECK(log.stage.empty());
}

TEST_CASE("a log is read again from its own table", "[journey]") {
  auto table = small_log();
  table.add("account_id", words({"y", "x", "y", "x", "x"}));
  table.add("function", words({"", "desk", "sales", "desk", ""}));
  table.add("sentiment", core::Column::float64s({0, -1, 0.5, 1, 0}));
  journey::EventLogOptions options;
  options.stages = {{"buy", "buy"}, {"use", "use"}};
  const EventLog log = journey::read_event_log(table, options);
  const EventLog again = journey::read_event_log(log.to_table());
  CHECK(again.to_table() == log.to_table());
  CHECK(log.stage[3] == EventLog::no_stage);
  CHECK(log.stage[0] == static_cast<std::uint8_t>(graph::Stage::buy));
}

TEST_CASE("later events are left out, and cases that have none before", "[journey]") {
  journey::EventLogOptions options;
  options.as_of = core::Instant::from_date(2026, 1, 2);
  const EventLog log = journey::read_event_log(small_log(), options);
  CHECK(log.case_count() == 1);
  CHECK(log.cases.text(0) == "b");
  CHECK(log.later_rows == 4);
  options.as_of = core::Instant::from_date(2025, 1, 1);
  CHECK_THROWS_AS(journey::read_event_log(small_log(), options), core::InvalidInput);
}

TEST_CASE("bad events are refused with their place", "[journey]") {
  const auto refused = [](core::Table table, const char* column, std::size_t row) {
    try {
      static_cast<void>(journey::read_event_log(table));
      FAIL("no error");
    } catch (const core::InvalidInput& error) {
      CHECK(error.place().column == column);
      CHECK(error.place().row == row);
    }
  };
  refused(test::with(small_log(), "case_id", words({"b", "a", "", "a", "a"})), "case_id", 2);
  refused(test::with(small_log(), "at", days({3, -1, 1, 5, 2})), "at", 1);
  refused(test::with(small_log(), "activity", words({"use", "ask", "buy", "", "buy"})), "activity", 3);
  refused(test::with(small_log(), "stage", words({"use", "", "buy", "usee", "buy"})), "stage", 3);
  refused(test::with(small_log(), "sentiment", core::Column::float64s({0, 0, 0, 0, 1.5})), "sentiment", 4);
  refused(test::with(small_log(), "account_id", words({"y", "x", "z", "x", "x"})), "account_id", 0);
  CHECK_THROWS_AS(journey::read_event_log(core::Table()), core::MissingInput);
  CHECK_THROWS_WITH(
      journey::read_event_log(test::with(small_log(), "activity", words({"use", "ask", "", "use", "buy"}))),
      Catch::Contains("every event needs a value in this column") && Catch::Contains("activity"));
  CHECK_THROWS_AS(journey::read_event_log(test::without_column(small_log(), "at")), core::MissingInput);
  CHECK_THROWS_AS(journey::read_event_log(small_log().slice(0, 0)), core::InvalidInput);
  journey::EventLogOptions options;
  options.columns = {{"cas_id", "case_id"}};
  CHECK_THROWS_AS(journey::read_event_log(small_log(), options), core::InvalidInput);
  options.columns = {{"case_id", "ticket"}};
  CHECK_THROWS_AS(journey::read_event_log(small_log(), options), core::MissingInput);
  options.columns = {};
  options.stages = {{"buy", "purchase"}};
  CHECK_THROWS_AS(journey::read_event_log(small_log(), options), core::InvalidInput);
}
