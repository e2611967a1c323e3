#include <outweigh/journey/paths.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <outweigh/core/read_column.hpp>
#include <outweigh/journey/directly_follows.hpp>
#include <outweigh/journey/stage_matrix.hpp>
#include <outweigh/journey/touchpoints.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using journey::DirectlyFollows;
using journey::Journey;

namespace {

struct Event {
  std::string case_id, activity;
  std::int64_t at;
};

std::vector<Event> random_events(stats::Random& random, std::size_t size, std::uint64_t activities) {
  std::vector<Event> events;
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < size; ++i) {
    times.push_back(static_cast<std::int64_t>(i) * 40'000'000'000);  // all different, so that the order of rows is free
  }
  random.shuffle(times);
  for (std::size_t i = 0; i < size; ++i) {
    events.push_back({"c" + std::to_string(random.below(1 + size / 6)),
                      std::string(1, static_cast<char>('a' + random.below(activities))), times[i]});
  }
  return events;
}

core::Table table_of(const std::vector<Event>& events) {
  std::vector<std::string> cases, activities;
  std::vector<core::Instant> times;
  for (const Event& event : events) {
    cases.push_back(event.case_id);
    activities.push_back(event.activity);
    times.push_back(core::Instant::from_microseconds(event.at));
  }
  core::Table table;
  table.add("case_id", core::Column::strings(std::span<const std::string>(cases)));
  table.add("at", core::Column::instants(times));
  table.add("activity", core::Column::strings(std::span<const std::string>(activities)));
  return table;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

double number(const core::Table& table, const char* column, std::size_t row) {
  return core::read_float64s(table[column])[row];
}

}  // namespace

TEST_CASE("transitions and variants are those of a plain count, in any order of rows and on any threads", "[journey]") {
  stats::Random random(3);
  for (int round = 0; round < 60; ++round) {
    auto events = random_events(random, 1 + random.below(80), 1 + random.below(5));
    std::map<std::string, std::vector<Event>> cases;
    for (const Event& event : events) cases[event.case_id].push_back(event);
    std::map<std::pair<std::string, std::string>, std::vector<double>> times;
    std::map<std::string, std::int64_t> paths;
    for (auto& [id, list] : cases) {
      std::sort(list.begin(), list.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
      std::string path;
      for (std::size_t i = 0; i < list.size(); ++i) {
        path += (i == 0 ? "" : " > ") + list[i].activity;
        if (i > 0)
          times[{list[i - 1].activity, list[i].activity}].push_back(static_cast<double>(list[i].at - list[i - 1].at) /
                                                                    8.64e10);
      }
      ++paths[path];
    }
    const Journey journey = journey::journey(table_of(events));
    const core::Table table = journey.to_table();
    REQUIRE(table.rows() == times.size());
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto& expected = times.at({table["from"].text(row), table["to"].text(row)});
      REQUIRE(number(table, "count", row) == static_cast<double>(expected.size()));
      REQUIRE(number(table, "median_days", row) == Approx(median(expected)));
      double sum = 0.0;
      for (const double value : expected) sum += value;
      REQUIRE(number(table, "mean_days", row) == Approx(sum / static_cast<double>(expected.size())));
    }
    const core::Table variants = journey.variants_table();
    REQUIRE(variants.rows() == paths.size());
    for (std::size_t row = 0; row < variants.rows(); ++row) {
      REQUIRE(number(variants, "cases", row) == static_cast<double>(paths.at(variants["path"].text(row))));
    }
    random.shuffle(events);
    journey::JourneyOptions options;
    options.log.control.threads = 3;
    const Journey other = journey::journey(table_of(events), options);
    REQUIRE(other.to_table() == table);
    REQUIRE(other.variants_table() == variants);
    REQUIRE(other.bottlenecks_table() == journey.bottlenecks_table());
    REQUIRE(other.activities_table() == journey.activities_table());
    REQUIRE(other.loops_table() == journey.loops_table());
    REQUIRE(Journey::from_bytes(journey.to_bytes()) == journey);
  }
}

TEST_CASE("states of parts merge to the bytes of one pass", "[journey]") {
  stats::Random random(5);
  for (int round = 0; round < 30; ++round) {
    const auto events = random_events(random, 60, 4);
    const DirectlyFollows whole = journey::collect_directly_follows(journey::read_event_log(table_of(events)));
    std::vector<std::vector<Event>> parts(3);
    for (const Event& event : events) parts[std::hash<std::string>{}(event.case_id) % 3].push_back(event);
    random.shuffle(parts);
    DirectlyFollows merged;
    for (const auto& part : parts) {
      if (part.empty()) continue;
      const auto state = journey::collect_directly_follows(journey::read_event_log(table_of(part)));
      merged.merge(DirectlyFollows::from_bytes(state.to_bytes()));
    }
    REQUIRE(merged.to_bytes() == whole.to_bytes());
    REQUIRE(merged == whole);
    const auto log = journey::read_event_log(table_of(events));
    DirectlyFollows one_by_one;
    for (std::size_t c = 0; c < log.case_count(); ++c) {
      std::vector<std::string> names;
      for (std::size_t i = log.case_begin[c]; i < log.case_begin[c + 1]; ++i)
        names.push_back(log.activities[log.activity[i]]);
      one_by_one.add(names, std::span(log.at).subspan(log.case_begin[c], names.size()));
    }
    REQUIRE(one_by_one.to_bytes() == whole.to_bytes());
    const Journey journey = journey::journey(table_of(events));
    const core::Table counted = whole.to_table();
    REQUIRE(counted["count"] == journey.to_table()["count"]);
    for (std::size_t row = 0; row < counted.rows(); ++row) {
      CHECK(number(counted, "mean_days", row) == Approx(number(journey.to_table(), "mean_days", row)));
    }
  }
}

TEST_CASE("durations in bins give quantiles to two per cent, and damaged states throw", "[journey]") {
  stats::Random random(7);
  journey::DurationTally tally;
  std::vector<double> values;
  for (int i = 0; i < 5001; ++i) {
    const auto value = static_cast<std::int64_t>(random.lognormal(20.0, 4.0));
    tally.add(value);
    values.push_back(static_cast<double>(value));
  }
  CHECK(tally.quantile(0.5) == Approx(median(values)).epsilon(0.02));
  CHECK(journey::DurationTally().quantile(0.5) == 0.0);
  tally.add(std::numeric_limits<std::int64_t>::max() - tally.total() - 1);
  CHECK(tally.quantile(1.0) > 0.0);
  CHECK_THROWS_AS(tally.add(-1), core::InvalidInput);
  CHECK_THROWS_AS(tally.add(5), core::InvalidInput);

  DirectlyFollows state;
  const std::vector<std::string> path{"a", "b", "a"};
  state.add(path, std::vector<std::int64_t>{0, 5, 700});
  const core::Bytes bytes = state.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(DirectlyFollows::from_bytes(std::span(bytes).first(size)), core::CorruptState);
  }
  CHECK_THROWS_AS(state.add(path, std::vector<std::int64_t>{0, 5, 4}), core::InvalidInput);
  CHECK_THROWS_AS(state.add(path, std::vector<std::int64_t>{0, 5}), core::InvalidInput);
  CHECK_THROWS_AS(state.add({}, {}), core::InvalidInput);
}

TEST_CASE("drop-off, loops, functions and one case", "[journey]") {
  core::Table t;
  t.add("case_id", core::Column::int64s({1, 1, 1, 1, 2}));
  t.add("at", test::days({0, 1, 2, 3, 0}));
  t.add("activity", test::words({"ask", "fix", "ask", "ask", "ask"}));
  t.add("function", test::words({"desk", "lab", "desk", "desk", "desk"}));
  const Journey journey = journey::journey(t);
  const auto activities = journey.activities_table();
  CHECK(activities["activity"].text(0) == "ask");
  CHECK(number(activities, "drop_off", 0) == 1.0);
  CHECK(number(activities, "self_loops", 0) == 1.0);
  CHECK(number(activities, "repeats", 0) == 2.0);
  CHECK(number(activities, "cases_with_repeats", 0) == 1.0);
  const auto loops = journey.loops_table();
  REQUIRE(loops.rows() == 1);
  CHECK(loops["between"].text(0) == "fix");
  const auto functions = journey.functions_table();
  CHECK(functions["function"].text(0) == "desk");
  CHECK(number(functions, "only", 0) == 1.0);
  CHECK(number(functions, "only_share", 0) == 0.5);
  CHECK(journey.durations().mean_days == 1.5);
  CHECK_THROWS_AS(journey.stages(), core::MissingInput);

  const Journey one = journey::journey(t.slice(4, 1));
  CHECK(one.to_table().rows() == 0);
  CHECK(one.bottlenecks_table().rows() == 0);
  CHECK(one.durations().maximum_days == 0.0);
  CHECK(one.variants_table().rows() == 1);
}

TEST_CASE("a gap is what is missing, silent or unhappy in the stage where an account is", "[journey]") {
  std::vector<std::string> cases, activities, stages, functions;
  std::vector<core::Instant> times;
  std::vector<double> sentiment;
  const auto add = [&](std::string id, int day, const char* activity, const char* stage, const char* function,
                       double felt) {
    cases.push_back(std::move(id));
    times.push_back(core::Instant::from_microseconds(std::int64_t{day} * core::Instant::microseconds_per_day));
    activities.emplace_back(activity);
    stages.emplace_back(stage);
    functions.emplace_back(function);
    sentiment.push_back(felt);
  };
  for (int account = 0; account < 8; ++account) {
    const std::string id = "a" + std::to_string(account);
    add(id, 0, "buy", "buy", "sales", 0.5);
    // Account 7 is never visited; 6 was visited once, long ago; 5 is unhappy; 4 is unhappy and has escalated.
    for (int visit = 0; visit < 10 && account < 6; ++visit)
      add(id, 10 + 10 * visit, "visit", "use", "success", account >= 4 ? -0.8 : 0.4);
    if (account == 6) add(id, 10, "visit", "use", "success", 0.1);
    if (account == 7) add(id, 12, "log in", "use", "product", 0.1);
    if (account == 4) add(id, 101, "escalation", "use", "success", -1.0);
  }
  core::Table t;
  t.add("account_id", core::Column::strings(std::span<const std::string>(cases)));
  t.add("at", core::Column::instants(times));
  t.add("activity", core::Column::strings(std::span<const std::string>(activities)));
  t.add("stage", core::Column::strings(std::span<const std::string>(stages)));
  t.add("function", core::Column::strings(std::span<const std::string>(functions)));
  t.add("sentiment", core::Column::float64s(sentiment));
  const auto matrix = journey::journey(t).stages();
  std::map<std::string, std::string> gaps;
  for (std::size_t row = 0; row < matrix.gaps.rows(); ++row)
    gaps[matrix.gaps["account_id"].text(row)] = matrix.gaps["gap"].text(row);
  CHECK(gaps ==
        std::map<std::string, std::string>{{"a4", "unhappy"}, {"a5", "unhappy"}, {"a6", "silent"}, {"a7", "missing"}});
  CHECK(matrix.gaps["account_id"].text(matrix.gaps.rows() - 1) == "a4");
  const auto& stages_table = matrix.stages;
  REQUIRE(stages_table.rows() == 5);
  CHECK(number(stages_table, "dropped", 1) == 0.0);
  CHECK(number(stages_table, "dropped", 2) == 8.0);
  CHECK(stages_table["dropped"].is_null(0));
}

TEST_CASE("a graph's tables are one log", "[journey]") {
  const auto graph = test::build(test::sample());
  const core::Table events = journey::touchpoints(graph);
  CHECK(events.rows() == 2 + 1 + 3 + 1);  // calls, a ticket, beginnings, an end
  CHECK_THROWS_AS(journey::touchpoints(graph, false), core::MissingInput);
  const Journey journey = journey::journey(graph);
  CHECK(journey.log().case_count() == 3);
  CHECK(journey.stages().matrix.rows() > 0);
}

TEST_CASE("who has left neither goes on for life nor is in a gap", "[journey]") {
  const auto on = [](int day) {
    return core::Instant::from_microseconds(core::Instant::from_date(2026, 1, 1).microseconds() +
                                            day * core::Instant::microseconds_per_day);
  };
  std::vector<std::string> who;
  std::vector<core::Instant> when;
  for (const char* account : {"a", "b", "c"}) {
    const int last = account[0] == 'c' ? 100 : 300;
    for (int day = 10; day <= last; day += 10) {
      who.emplace_back(account);
      when.push_back(on(day));
    }
  }
  test::Tables tables;
  tables["accounts"]
      .add("account_id", test::words({"a", "b", "c"}))
      .add("started", core::Column::instants(std::vector<core::Instant>(3, on(0))))
      .add("ended", core::Column::instants(std::vector{on(0), on(0), on(101)}, std::vector<std::uint8_t>{0, 0, 1}));
  tables["events"]
      .add("account_id", core::Column::strings(std::span<const std::string>(who)))
      .add("at", core::Column::instants(when))
      .add("activity",
           core::Column::strings(std::span<const std::string>(std::vector<std::string>(who.size(), "log in"))))
      .add("stage", core::Column::strings(std::span<const std::string>(std::vector<std::string>(who.size(), "use"))))
      .add("function",
           core::Column::strings(std::span<const std::string>(std::vector<std::string>(who.size(), "product"))));
  const Journey journey = journey::journey(test::build(tables));
  const auto stages = journey.stages();
  CHECK(stages.gaps.rows() == 0);  // c was last seen 200 days ago, but has left
  CHECK(number(stages.stages, "cases", 4) == 0.0);
  CHECK(number(stages.stages, "dropped", 2) == 3.0);
  CHECK(number(stages.stages, "dropped", 1) == 0.0);
  CHECK(Journey::from_bytes(journey.to_bytes()).stages().gaps.rows() == 0);
}
