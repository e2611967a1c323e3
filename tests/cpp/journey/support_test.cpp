#include <outweigh/journey/support.hpp>

#include <limits>
#include <string>

#include <outweigh/core/read_column.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;

namespace {

test::Tables with_tickets() {
  auto tables = test::sample();
  tables["tickets"] = core::Table();
  tables["tickets"]
      .add("ticket_id", test::words({"t", "u", "v", "w", "x"}))
      .add("account_id", test::words({"b", "a", "a", "b", "a"}))
      .add("opened", test::days({25, 10, 12, 30, 31}))
      .add("resolved", test::days({28, 14, -1, -1, 32}))
      .add("need_id", test::words({"n1", "n1", "n2", "", ""}))
      .add("kind", test::words({"defect", "defect", "question", "defect", ""}))
      .add("product", test::words({"core", "core", "app", "", "app"}))
      .add("severity", core::Column::float64s({3, 5, 1, 2, 4}))
      .add("minutes", core::Column::float64s({30, 60, 10, 20, 5}))
      .add("blocks", test::words({"deployment", "deployment", "implementation", "none", ""}))
      .add("workaround", core::Column::booleans(std::vector<std::uint8_t>{1, 0, 1, 0, 0}))
      .add("showstopper", core::Column::booleans(std::vector<std::uint8_t>{1, 0, 0, 1, 0}));
  return tables;
}

double support_number(const core::Table& table, const char* column, std::size_t row) {
  return core::read_float64s(table[column])[row];
}

}  // namespace

TEST_CASE("support: showstoppers first, blockers, workarounds, defects and fixes", "[journey]") {
  journey::SupportOptions options;
  options.cost_per_minute = 2.0;
  options.cost_per_effort = 100.0;
  const auto result = journey::support_summary(test::build(with_tickets()), options);
  const auto& down = result.to_table();
  REQUIRE(down.rows() == 2);
  CHECK(down["ticket_id"].text(0) == "w");  // still open
  const auto& blockers = result.table("blockers");
  REQUIRE(blockers.rows() == 2);
  CHECK(blockers["cause"].text(1) == "n1");
  CHECK(blockers["title"].text(1) == "Export");
  const auto& causes = result.table("causes");
  for (std::size_t row = 0; row < causes.rows(); ++row)
    CHECK(causes["title"].is_null(row) == (causes["of"].text(row) != "need"));
  CHECK(support_number(blockers, "accounts", 1) == 2.0);
  const auto& workarounds = result.table("workarounds");
  CHECK(support_number(workarounds, "minutes", 0) == 30.0);
  CHECK(support_number(workarounds, "cost", 0) == 60.0);
  CHECK(workarounds["title"].text(0) == "Export");
  CHECK(result.table("defects")["title"].text(0) == "Export");
  const auto& defects = result.table("defects");
  REQUIRE(defects.rows() == 1);
  CHECK(defects["product"].text(0) == "core");
  // s1 meets n1: 90 minutes at 2 a minute, in less than a month since the first ticket, which counts as one; 5 of
  // effort cost 500.
  const auto& fixes = result.table("fixes");
  CHECK(fixes["solution_id"].text(0) == "s1");
  const double a_month = 90.0 * 2.0;
  CHECK(support_number(fixes, "saved_per_month", 0) == Approx(a_month));
  CHECK(support_number(fixes, "pays_after_months", 0) == Approx(500.0 / a_month));
  CHECK(result.figures.at("open") == 2.0);
  CHECK(result.figures.at("top_tenth_share") == 0.5);
  CHECK(result.figures.at("severity") == Approx(3.0));
}

TEST_CASE("support says what it lacks", "[journey]") {
  const auto result = journey::support_summary(test::build(test::sample()));
  CHECK(result.missing.rows() >= 6);
  CHECK(result.to_table().rows() == 0);
  CHECK(result.figures.count("open") == 0);
  auto tables = test::sample();
  tables.erase("tickets");
  tables["requests"] = test::without_column(tables["requests"], "ticket_id");
  CHECK_THROWS_AS(journey::support_summary(test::build(tables)), core::MissingInput);
  journey::SupportOptions options;
  for (const double days : {0.0, -1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    options.days = days;
    CHECK_THROWS_AS(journey::support_summary(test::build(test::sample()), options), core::InvalidInput);
  }
}
