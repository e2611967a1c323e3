#include <outweigh/journey/kpis.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <outweigh/core/read_column.hpp>
#include <outweigh/journey/detail/accounts_together.hpp>
#include <outweigh/journey/detail/figures.hpp>
#include <outweigh/journey/median_time.hpp>
#include <outweigh/journey/named_tables.hpp>
#include <outweigh/journey/working_hours.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using journey::MedianTime;
using journey::WaitingTime;
using journey::WorkingHours;

namespace {

core::Instant at(int year, int month, int day, int hour, int minute = 0) {
  return core::Instant::from_microseconds(core::Instant::from_date(year, month, day).microseconds() +
                                          (hour * 60LL + minute) * 60'000'000);
}

struct Row {
  std::optional<double> value, lower, upper;
  std::int64_t count = 0, open = 0;
  std::string status;
};

std::map<std::string, Row> rows_of(const core::Table& table, const std::string& group = "all") {
  std::map<std::string, Row> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table["group"].text(row) != group) continue;
    const auto get = [&](const char* name) { return core::read_float64s(table[name]).get(row); };
    rows[table["kpi"].text(row)] = {get("value"),
                                    get("lower"),
                                    get("upper"),
                                    static_cast<std::int64_t>(*get("count")),
                                    static_cast<std::int64_t>(*get("open")),
                                    table["status"].text(row)};
  }
  return rows;
}

}  // namespace

TEST_CASE("the median time counts what has not happened", "[journey]") {
  // Acute myelogenous leukaemia, maintained arm (Miller 1997): R's survival gives a median of 31.
  const std::vector<WaitingTime> aml{{9, true},  {13, true}, {13, false}, {18, true}, {23, true},  {28, false},
                                     {31, true}, {34, true}, {45, false}, {48, true}, {161, false}};
  const MedianTime median = journey::median_time(aml, 0.95);
  CHECK(median.median == 31.0);
  CHECK(median.open == 4);
  CHECK(median.lower == 13.0);  // log-log interval of the same
  CHECK_FALSE(median.upper.has_value());
  const MedianTime even = journey::median_time({{1, true}, {2, true}, {4, true}, {9, true}});
  CHECK(even.median == 3.0);
  const MedianTime open = journey::median_time({{1, false}, {2, false}});
  CHECK_FALSE(open.median.has_value());
  CHECK(open.lower == 0.0);
  CHECK(open.status == core::Status::bounds_only);
  CHECK(journey::median_time({}).status == core::Status::undefined);
  CHECK(journey::median_time({{0, true}}).median == 0.0);
  CHECK_THROWS_AS(journey::median_time({{-1, true}}), core::InvalidInput);
  CHECK_THROWS_AS(journey::median_time({{1, true}}, 1.0), core::InvalidInput);
}

TEST_CASE("intervals of the median cover it as often as they say, under censoring", "[journey]") {
  stats::Random random(11);
  int covered = 0;
  constexpr int rounds = 600;
  for (int round = 0; round < rounds; ++round) {
    std::vector<WaitingTime> times;
    for (int i = 0; i < 60; ++i) {
      const double time = random.exponential(std::log(2.0) / 5.0);
      const double end = random.uniform(0.0, 20.0);
      times.push_back({std::min(time, end), time <= end});
    }
    const auto median = journey::median_time(times, 0.9);
    covered += *median.lower <= 5.0 && (!median.upper || *median.upper >= 5.0) ? 1 : 0;
  }
  CHECK(covered > 0.86 * rounds);
  CHECK(covered < 0.96 * rounds);
}

TEST_CASE("working hours leave out nights, weekends and holidays", "[journey]") {
  const WorkingHours hours;
  CHECK(hours.between(at(2026, 1, 5, 10), at(2026, 1, 5, 11)) == 1.0);  // a Monday
  CHECK(hours.between(at(2026, 1, 2, 16), at(2026, 1, 5, 10)) == 2.0);  // over a weekend
  CHECK(hours.between(at(2026, 1, 3, 0), at(2026, 1, 4, 23)) == 0.0);
  CHECK(hours.between(at(2026, 1, 5, 10), at(2026, 1, 2, 16)) == -2.0);
  journey::WorkingHoursOptions options;
  options.holidays = {static_cast<std::int32_t>(core::Instant::from_date(2026, 1, 6).days()), 0, 0};
  CHECK(WorkingHours(options).between(at(2026, 1, 5, 9), at(2026, 1, 7, 17)) == 16.0);
  options.timezone = "+02:00";
  CHECK(WorkingHours(options).between(at(2026, 1, 5, 6), at(2026, 1, 5, 8)) == 1.0);
  options.end_minute = options.start_minute;
  CHECK_THROWS_AS(WorkingHours(options), core::InvalidInput);
  options.end_minute = 1440;
  options.weekdays = 0;
  CHECK_THROWS_AS(WorkingHours(options), core::InvalidInput);
  // Against a minute by minute count.
  stats::Random random(4);
  options = {};
  options.holidays = {20460, 20467};
  const WorkingHours some(options);
  for (int round = 0; round < 40; ++round) {
    const std::int64_t from = 20455 * 1440 + static_cast<std::int64_t>(random.below(14400));
    const std::int64_t to = from + static_cast<std::int64_t>(random.below(14400));
    std::int64_t minutes = 0;
    for (std::int64_t minute = from; minute < to; ++minute) {
      const std::int64_t day = minute / 1440;
      const bool off = day == 20460 || day == 20467 || (day + 3) % 7 >= 5;
      minutes += !off && minute % 1440 >= 540 && minute % 1440 < 1020 ? 1 : 0;
    }
    const auto time = [](std::int64_t minute) { return core::Instant::from_microseconds(minute * 60'000'000); };
    CHECK(some.between(time(from), time(to)) == Approx(static_cast<double>(minutes) / 60.0));
  }
}

TEST_CASE("working hours at night are as long as the night is", "[journey]") {
  const WorkingHours always({.start_minute = 0, .end_minute = 1440, .weekdays = 0x7F, .timezone = "Europe/Berlin"});
  // Clocks go from three back to two at 01:00 UTC.
  CHECK(always.between(at(2025, 10, 26, 0, 50), at(2025, 10, 26, 1, 10)) == Approx(1.0 / 3.0));
  CHECK(always.between(at(2025, 10, 25, 22), at(2025, 10, 26, 23)) == Approx(25.0));
  CHECK(always.between(at(2025, 3, 29, 23), at(2025, 3, 30, 22)) == Approx(23.0));
  CHECK(always.between(at(2024, 1, 1, 0), at(2026, 1, 1, 0)) == Approx(731.0 * 24.0));
  const WorkingHours night({.start_minute = 90, .end_minute = 240, .weekdays = 0x7F, .timezone = "Europe/Berlin"});
  CHECK(night.between(at(2025, 10, 25, 12), at(2025, 10, 26, 12)) == Approx(3.5));
  CHECK(night.between(at(2025, 3, 29, 12), at(2025, 3, 30, 12)) == Approx(1.5));
  const WorkingHours sunday({.start_minute = 0, .end_minute = 1440, .weekdays = 0x40, .timezone = "America/Sao_Paulo"});
  CHECK(sunday.between(at(2018, 11, 1, 0), at(2018, 11, 8, 0)) == Approx(23.0));  // its midnight was skipped
  double before = 0.0;
  for (int quarter = 0; quarter < 400; ++quarter) {
    const double hours = always.between(at(2025, 10, 24, 0), at(2025, 10, 24, 0, 15 * quarter));
    CHECK(hours == Approx(0.25 * quarter));
    CHECK(hours >= before);
    before = hours;
  }
}

TEST_CASE("figures of a small base", "[journey]") {
  auto tables = test::sample();
  tables["tickets"] = core::Table();
  tables["tickets"]
      .add("ticket_id", test::words({"t", "u", "v", "w"}))
      .add("account_id", test::words({"b", "a", "a", "b"}))
      .add("opened", test::days({25, 10, 12, 30}))
      .add("first_response", test::days({26, 11, -1, -1}))
      .add("resolved", test::days({28, 14, -1, -1}))
      .add("due", test::days({27, 20, 35, 300}))
      .add("reopened", core::Column::float64s({1, 0, 0, 0}));
  tables["deals"]
      .add("deal_id", test::words({"d1", "d2", "d3"}))
      .add("account_id", test::words({"a", "b", "c"}))
      .add("opened", test::days({1, 2, 3}))
      .add("closed", test::days({5, 12, -1}))
      .add("outcome", test::words({"won", "lost", "open"}));
  tables["surveys"]
      .add("account_id", test::words({"a", "a", "b"}))
      .add("at", test::days({3, 4, 5}))
      .add("question", test::words({"NPS", "nps", "nps"}))
      .add("score", core::Column::float64s({2, 9, 7}))
      .add("customer_id", test::words({"p", "p", ""}));
  const auto graph = test::build(tables);
  const auto result = journey::kpis(graph);
  const auto rows = rows_of(result.to_table());
  CHECK(rows.at("sla_met").count == 3);
  CHECK(rows.at("sla_met").value == Approx(1.0 / 3.0));
  CHECK(rows.at("time_to_repair").open == 2);
  CHECK(rows.at("time_to_repair").count == 4);
  CHECK(rows.at("time_to_respond").value == Approx(1.0));
  CHECK(rows.at("reopen_rate").value == Approx(0.5));
  CHECK(rows.at("win_rate").value == Approx(0.5));
  CHECK(rows.at("time_to_close").open == 1);
  CHECK(rows.at("nps").value == Approx(50.0));
  CHECK(rows.at("nps").count == 2);
  CHECK(rows.at("sales_cycle").status == "doubtful");
  // Only what is absent is missing, and it says which.
  std::map<std::string, std::string> missing;
  for (std::size_t row = 0; row < result.missing.rows(); ++row)
    missing[result.missing["figure"].text(row)] =
        result.missing["table"].text(row) + "." + result.missing["column"].text(row);
  CHECK(missing.at("reassign_rate") == "tickets.reassigned");
  CHECK(missing.at("net_revenue_retention") == "revenue.");
  CHECK(missing.at("time_to_first_value") == "events.");
  CHECK(missing.count("nps") == 0);
  CHECK(journey::NamedTables::from_bytes(result.to_bytes()) == result);
  const core::Bytes bytes = result.to_bytes();
  CHECK_THROWS_AS(journey::NamedTables::from_bytes(std::span(bytes).first(bytes.size() / 2)), core::CorruptState);
  CHECK_THROWS_AS(result.table("nothing"), core::InvalidInput);

  journey::KpiOptions options;
  options.by = "segment";
  options.period = "month";
  CHECK(rows_of(journey::kpis(graph, options).to_table(), "large").at("time_to_repair").count == 2);
  options.by = "region";
  CHECK(rows_of(journey::kpis(graph, options).to_table(), "north").at("time_to_repair").count == 2);
  options.by = "no_such";
  CHECK_THROWS_AS(journey::kpis(graph, options), core::MissingInput);
  options.by = "";
  options.period = "week";
  CHECK_THROWS_AS(journey::kpis(graph, options), core::InvalidInput);
  tables["surveys"] = test::with(tables["surveys"], "score", core::Column::float64s({2, 90, 7}));
  try {
    static_cast<void>(journey::kpis(test::build(tables)));
    FAIL("no error");
  } catch (const core::InvalidInput& error) {
    CHECK(error.place().row == 1);
  }
}

TEST_CASE("retention and churn", "[journey]") {
  test::Tables tables;
  tables["accounts"]
      .add("account_id", test::words({"a", "b", "c", "d"}))
      .add("kind", test::words({"customer", "former", "customer", "customer"}))
      .add("started", test::days({-1, -1, -1, -1}))
      .add("ended", test::days({-1, 90, -1, -1}));
  std::vector<core::Instant> started(4, core::Instant::from_date(2024, 1, 1));
  tables["accounts"] = test::with(tables["accounts"], "started", core::Column::instants(started));
  const std::vector<core::Instant> times{at(2025, 2, 1, 0), at(2025, 2, 1, 0), at(2025, 2, 1, 0),
                                         at(2026, 2, 1, 0), at(2026, 2, 1, 0), at(2026, 5, 1, 0)};
  tables["revenue"]
      .add("account_id", test::words({"a", "b", "c", "a", "c", "d"}))
      .add("at", core::Column::instants(times))
      .add("amount", core::Column::float64s({100, 100, 100, 150, 50, 70}))
      .add("kind", test::words({"recurring", "recurring", "recurring", "recurring", "recurring", "recurring"}));
  graph::BuildOptions build;
  build.as_of = at(2026, 12, 31, 0);
  const auto graph = test::build(tables, build);
  const auto rows = rows_of(journey::kpis(graph).to_table());
  CHECK(rows.at("gross_revenue_retention").value == Approx(0.5));
  CHECK(rows.at("net_revenue_retention").value == Approx(200.0 / 300.0));
  CHECK(rows.at("churn").value == Approx(0.25));
  journey::KpiOptions options;
  options.period = "year";
  const auto table = journey::kpis(graph, options).to_table();
  for (std::size_t row = 0; row < table.rows(); ++row) CHECK(table["period"].text(row) != "2026");  // not over
}

TEST_CASE("retention is that of accounts that paid throughout the period before", "[journey]") {
  const auto kpis_of = [](const std::vector<std::pair<std::string, std::vector<int>>>& paid, const char* period) {
    std::vector<std::string> accounts;
    std::vector<std::string> who;
    std::vector<core::Instant> when;
    const core::Instant end = core::Instant::from_date(2026, 7, 1);
    for (const auto& [account, days_ago] : paid) {
      accounts.push_back(account);
      for (const int days : days_ago) {
        who.push_back(account);
        when.push_back(
            core::Instant::from_microseconds(end.microseconds() - days * core::Instant::microseconds_per_day));
      }
    }
    const auto texts = [](const std::vector<std::string>& values) {
      return core::Column::strings(std::span<const std::string>(values));
    };
    test::Tables tables;
    tables["accounts"].add("account_id", texts(accounts));
    tables["revenue"]
        .add("account_id", texts(who))
        .add("at", core::Column::instants(when))
        .add("amount", core::Column::float64s(std::vector<double>(who.size(), 10.0)))
        .add("kind", texts(std::vector<std::string>(who.size(), "recurring")));
    graph::BuildOptions build;
    build.as_of = end;
    journey::KpiOptions options;
    options.period = period;
    return journey::kpis(test::build(tables, build), options).to_table();
  };
  const auto every = [](int spacing, int from, int to) {
    std::vector<int> days;
    for (int day = from; day >= to; day -= spacing) days.push_back(day);
    return days;
  };
  const auto value_of = [](const core::Table& table, std::size_t row) {
    return core::read_float64s(table["value"])[row];
  };
  const auto row_of = [](const core::Table& table, const char* kpi) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table["kpi"].text(row) == kpi) return row;
    }
    return table.rows();
  };
  {  // Fourteen months of data: nobody paid throughout the year before the last.
    const auto table = kpis_of({{"a", every(30, 420, 0)}}, "");
    const std::size_t row = row_of(table, "net_revenue_retention");
    REQUIRE(row < table.rows());
    CHECK(table["status"].text(row) == "undefined");
    CHECK(table["reason"].text(row).find("throughout") != std::string_view::npos);
  }
  {  // One stays for two years, one leaves after the first of the last twelve months, one came late.
    const auto table = kpis_of({{"a", every(30, 730, 0)}, {"b", every(30, 730, 340)}, {"c", every(30, 400, 0)}}, "");
    const double kept = value_of(table, row_of(table, "net_revenue_retention"));
    CHECK(kept == Approx((12.0 + 1.0) / (12.0 + 12.0)));
    CHECK(value_of(table, row_of(table, "gross_revenue_retention")) <= kept + 1e-12);
  }
  {  // Yearly invoices say nothing by quarter.
    const auto table = kpis_of({{"a", {1000, 635, 270}}, {"b", {980, 615, 250}}}, "quarter");
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table["kpi"].text(row) != "gross_revenue_retention") continue;
      CHECK(table["status"].text(row) == "undefined");
      CHECK(table["reason"].text(row).find("rarely") != std::string_view::npos);
    }
    const auto whole = kpis_of({{"a", {1000, 635, 270}}, {"b", {980, 615, 250}}}, "");
    CHECK(value_of(whole, row_of(whole, "gross_revenue_retention")) == Approx(1.0));
  }
}

TEST_CASE("the last year holds as many bills as the one before", "[journey]") {
  // Bills of 100 on these days of every so many months up to as_of, the day of the last one.
  const auto retained = [](int every, int first_day, core::Instant as_of, bool at_month_end) {
    std::vector<core::Instant> when;
    for (int month = 0; month < 72; month += every) {
      const int year = 2023 + month / 12;
      core::Instant at = core::Instant::from_date(year, month % 12 + 1, first_day);
      if (at_month_end) {
        const core::Instant next =
            core::Instant::from_date(month % 12 == 11 ? year + 1 : year, (month + 1) % 12 + 1, 1);
        at = core::Instant::from_microseconds(next.microseconds() - core::Instant::microseconds_per_day);
      }
      if (at <= as_of) when.push_back(at);
    }
    const std::vector<std::string> accounts{"a", "b", "c", "d", "e", "f"};
    std::vector<std::string> who;
    std::vector<core::Instant> times;
    for (const std::string& account : accounts) {
      for (const core::Instant at : when) {
        who.push_back(account);
        times.push_back(at);
      }
    }
    test::Tables tables;
    tables["accounts"].add("account_id", core::Column::strings(std::span<const std::string>(accounts)));
    tables["revenue"]
        .add("account_id", core::Column::strings(std::span<const std::string>(who)))
        .add("at", core::Column::instants(times))
        .add("amount", core::Column::float64s(std::vector<double>(who.size(), 100.0)))
        .add("kind", core::Column::strings(
                         std::span<const std::string>(std::vector<std::string>(who.size(), std::string("recurring")))));
    graph::BuildOptions build;
    build.as_of = as_of;
    return rows_of(journey::kpis(test::build(tables, build)).to_table()).at("net_revenue_retention");
  };
  using core::Instant;
  for (const int every : {1, 3, 6, 12}) CHECK(retained(every, 1, Instant::from_date(2027, 1, 1), false).value == 1.0);
  CHECK(retained(1, 1, Instant::from_date(2026, 12, 31), true).value == 1.0);
  CHECK(retained(1, 1, Instant::from_date(2026, 2, 28), true).value == 1.0);  // two years after a leap day
  CHECK(retained(1, 1, Instant::from_date(2028, 2, 29), true).value == 1.0);  // on one
  CHECK(retained(1, 28, Instant::from_date(2026, 2, 28), false).value == 1.0);
  // The bill of the end of February is yet to come: eleven in one year, twelve in the other.
  CHECK(retained(1, 1, Instant::from_date(2028, 2, 28), true).status == "doubtful");
}

TEST_CASE("what one account says twice is said once", "[journey]") {
  using journey::detail::AccountsTogether;
  using journey::detail::Item;
  using journey::detail::MedianDeviation;
  std::vector<Item> once, twice;
  for (std::uint32_t account = 0; account < 40; ++account) {
    const Item item{account, 0, 1.0 + account * 7 % 40, account % 5 == 0 ? 0.0 : 1.0};
    once.push_back(item);
    twice.insert(twice.end(), {item, item});
  }
  const MedianDeviation single(once, 20.0);
  const MedianDeviation of_pairs(twice, 20.0);
  double sum = 0.0;
  for (const Item& item : once) {
    sum += single(item);
    CHECK(of_pairs(item) == Approx(0.5 * single(item)).margin(1e-15));
  }
  CHECK(sum == Approx(0.0).margin(1e-12));
  CHECK(AccountsTogether(once).widening(single, 0.9) == 1.0);
  const double reach = stats::student_t_quantile(0.95, 39.0) / stats::normal_two_sided(0.1);
  CHECK(AccountsTogether(twice).widening(of_pairs, 0.9) == Approx(2.0 * 40.0 / 39.0 * reach * reach));
  for (Item& item : twice) item.account = 7;
  CHECK(AccountsTogether(twice).widening(of_pairs, 0.9) == 80.0);
  CHECK(AccountsTogether({}).widening(single, 0.9) == 1.0);
  CHECK_THROWS_AS(journey::median_time({{1, true}}, 0.9, 0.5), core::InvalidInput);
}

TEST_CASE("the interval of NPS covers where answers of few accounts go together", "[journey]") {
  using journey::detail::Item;
  stats::Random random(5);
  const auto score = [&](double felt) {
    return std::clamp(std::round(8.0 + 2.0 * (felt + random.normal())), 0.0, 10.0);
  };
  constexpr double spread = 0.7;
  double truth = 0.0;
  for (int i = 0; i < 200'000; ++i) {
    const double given = score(spread * random.normal());
    truth += (given >= 9.0 ? 100.0 : given <= 6.0 ? -100.0 : 0.0) / 200'000.0;
  }
  for (const std::uint32_t accounts : {4U, 6U, 12U}) {
    double covered = 0.0;
    for (int round = 0; round < 1000; ++round) {
      std::vector<Item> items;
      for (std::uint32_t a = 0; a < accounts; ++a) {
        const double own = spread * random.normal();
        for (int i = 0; i < 15; ++i) items.push_back({a, 0, 0.0, score(own)});
      }
      const auto figure = journey::detail::nps_figure(items, 0.9);
      covered += *figure.lower <= truth && truth <= *figure.upper ? 0.001 : 0.0;
    }
    INFO(accounts);
    CHECK(covered > 0.87);
  }
}
