#include <outweigh/listening/discovery.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <outweigh/lab/simulation.hpp>
#include <outweigh/listening/calendar.hpp>
#include <outweigh/listening/detail/visit_allocation.hpp>
#include <outweigh/listening/discovery_rows.hpp>
#include <outweigh/listening/quality.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using core::Column;
using listening::Discovery;

namespace {

/// Six accounts of the north, three of the south, one of the west; Ann visits the north.
test::Tables visited_accounts() {
  test::Tables t;
  t["accounts"]
      .add("account_id", test::words({"n0", "n1", "n2", "n3", "n4", "n5", "s0", "s1", "s2", "w0"}))
      .add("region",
           test::words({"north", "north", "north", "north", "north", "north", "south", "south", "south", "west"}));
  t["customers"] = core::Table()
                       .add("customer_id", test::words({"p"}))
                       .add("account_id", test::words({"s0"}))
                       .add("party", test::words({"stakeholder"}));
  t["sources"]
      .add("source_id", test::words({"ann", "desk", "club"}))
      .add("kind", test::words({"executive", "pooled_support", "discovery"}))
      .add("owner", test::words({"Ann", "Bea", "Cid"}));
  t["needs"].add("need_id", test::words({"a", "b"})).add("title", test::words({"A", "B"}));
  // Day 4 of 2026 is Monday 5 January.
  t["interactions"]
      .add("interaction_id", Column::int64s({1, 2, 3, 4, 5, 6, 7, 8}))
      .add("source_id", test::words({"ann", "ann", "ann", "desk", "club", "ann", "ann", "desk"}))
      .add("account_id", test::words({"n0", "n1", "n0", "s1", "n2", "s0", "n3", "n4"}))
      .add("at", test::days({4, 5, 13, 14, 14, 15, 15, 30}))
      .add("customer_id", test::words({"", "", "", "", "", "p", "", ""}))
      .add("purpose", test::words({"learn", "learn", "learn", "support", "", "learn", "learn", "support"}))
      .add("minutes", Column::float64s({60, 90, 240, 5, 60, 60, 9, 60}));
  return t;
}

/// The least sum of worth^2 / n over all ways of adding `count` visits; infinite where a cell has none.
double least_variance(const std::vector<double>& worth, std::vector<std::int64_t> made, std::vector<std::int64_t> left,
                      std::int64_t count, std::size_t cell = 0) {
  if (cell == worth.size()) {
    if (count != 0) return 1e300;
    double sum = 0.0;
    for (std::size_t c = 0; c < worth.size(); ++c)
      sum += made[c] == 0 ? 1e100 * worth[c] * worth[c] : worth[c] * worth[c] / static_cast<double>(made[c]);
    return sum;
  }
  double best = 1e300;
  for (std::int64_t n = 0; n <= std::min(count, left[cell]); ++n) {
    auto more = made;
    more[cell] += n;
    best = std::min(best, least_variance(worth, more, left, count - n, cell + 1));
  }
  return best;
}

}  // namespace

TEST_CASE("visits are allocated as enumeration says is best", "[listening]") {
  stats::Random random(5);
  for (int trial = 0; trial < 150; ++trial) {
    const std::size_t cells = 1 + random.bits() % 4;
    std::vector<double> worth;
    std::vector<std::int64_t> made;
    std::vector<std::int64_t> left;
    for (std::size_t c = 0; c < cells; ++c) {
      worth.push_back(0.1 + random.uniform());
      made.push_back(static_cast<std::int64_t>(random.bits() % 4));
      left.push_back(static_cast<std::int64_t>(random.bits() % 5));
    }
    const std::int64_t possible = std::accumulate(left.begin(), left.end(), std::int64_t{0});
    const std::int64_t count = std::min<std::int64_t>(possible, static_cast<std::int64_t>(random.bits() % 7));
    const auto order = listening::detail::allocate_visits(worth, made, left, count);
    REQUIRE(static_cast<std::int64_t>(order.size()) == count);
    auto after = made;
    for (const std::uint32_t c : order) ++after[c];
    const double ours = least_variance(worth, after, left, 0);
    const double best = least_variance(worth, made, left, count);
    CHECK(ours == Approx(best).epsilon(1e-9));
    for (std::size_t c = 0; c < cells; ++c) CHECK(after[c] - made[c] <= left[c]);
  }
  CHECK(listening::detail::allocate_visits({}, {}, {}, 5).empty());
}

TEST_CASE("discovery by hand", "[listening]") {
  listening::DiscoveryOptions options;
  options.by = {"region"};
  options.first = 2;
  options.target = 5;
  options.next = 3;
  const Discovery discovery = listening::discovery(test::build(visited_accounts()), options);
  // Ann's three (two to n0), Cid's one; not the short one, the one to a stakeholder, nor support.
  CHECK(discovery.visits == 4);
  CHECK(discovery.visited_accounts == 3);
  CHECK(discovery.apart[0].conversations == 1);
  REQUIRE(discovery.cells.size() == 3);
  CHECK(discovery.cells[0].cell == "north");
  CHECK(discovery.cells[0].visited == 3);
  CHECK(discovery.cells[0].heard_accounts == 5);
  // One each, then two more by 6 / sqrt(2), 3 / sqrt(2), 6 / sqrt(6): to the north both.
  CHECK(discovery.cells[0].target == 3);
  CHECK(discovery.cells[0].gap == 0);
  CHECK(discovery.cells[1].target == 1);
  CHECK(discovery.cells[1].gap == 1);
  CHECK(discovery.cells[2].target == 1);
  CHECK(discovery.cells[0].deviation == 0.5);

  // Cells without a visit first, the larger before the smaller; then the south again: 3 / sqrt(2) > 6 / sqrt(12).
  REQUIRE(discovery.accounts.size() == 3);
  CHECK(discovery.accounts[0].account_id == "s0");
  CHECK(discovery.accounts[0].contacts == 0);
  CHECK(discovery.accounts[0].reason ==
        "not one of the 3 accounts of south was visited; nobody ever heard this account");
  CHECK(discovery.accounts[1].account_id == "w0");
  CHECK(discovery.accounts[1].reason.find("the only account of west") == 0);
  CHECK(discovery.accounts[2].account_id == "s2");
  CHECK(discovery.cells[1].next == 2);
  CHECK_FALSE(discovery.standard_error.has_value());
  CHECK(discovery.status == core::Status::not_identified);
  const double square = 0.36 * 0.25 * (1.0 / 3 - 1.0 / 6) + 0.09 * 0.25 * (1.0 / 2 - 1.0 / 3);
  CHECK(*discovery.standard_error_next == Approx(std::sqrt(square)));
  CHECK(*discovery.accounts[1].standard_error == Approx(std::sqrt(0.36 * 0.25 / 6 + 0.09 * 0.25 * 2.0 / 3)));
  CHECK(discovery.accounts[2].reason.find(
            "1 of the 3 accounts of south is visited with those above; one more lowers the standard error from") == 0);

  // Two accounts were visited by Tuesday 6 January: from the 12th on three hours a week are asked for.
  REQUIRE(discovery.people.size() == 2);
  CHECK(discovery.people[0].person == "Ann");
  CHECK(discovery.people[0].visits == 3);
  CHECK(discovery.people[0].accounts == 2);
  CHECK(discovery.people[0].weeks == 2);
  CHECK(discovery.people[0].weeks_enough == 1);
  // Weeks from the 5th, the 12th, the 19th, and from the 26th, which is not over on the 31st.
  REQUIRE(discovery.weeks.size() == 7);
  CHECK(discovery.weeks[0].week == "2026-01-05");
  CHECK(*discovery.weeks[0].hours == 2.5);
  CHECK_FALSE(discovery.weeks[0].enough.has_value());
  CHECK(*discovery.weeks[1].enough);
  CHECK(*discovery.weeks[1].gap == 0.0);
  CHECK(*discovery.weeks[2].enough == false);
  CHECK(*discovery.weeks[2].gap == 3.0);
  CHECK_FALSE(discovery.weeks[3].enough.has_value());
  CHECK(discovery.weeks[4].person == "Cid");
  CHECK(*discovery.weeks[4].gap == 2.0);
  CHECK(discovery.summary().find(
            "4 visits to 3 accounts were made, of 2 to 5 before the first decision. 2 of 3 cells are behind") == 0);
  CHECK(discovery.summary().find("reached in 1 of 4 weeks") != std::string::npos);
  CHECK(discovery.to_table().rows() == 3);
  CHECK(discovery.weeks_table().rows() == 7);
  CHECK(Discovery::from_bytes(discovery.to_bytes()) == discovery);
}

TEST_CASE("what is decided guides whom to visit", "[listening]") {
  auto tables = visited_accounts();
  // Four of five heard in the north want a; b is wanted by one.
  tables["requests"] = core::Table()
                           .add("request_id", Column::int64s({1, 2, 3, 4, 5, 6}))
                           .add("account_id", test::words({"n0", "n1", "n1", "n2", "n3", "s0"}))
                           .add("source_id", test::words({"ann", "ann", "ann", "ann", "ann", "ann"}))
                           .add("at", test::days({4, 5, 6, 14, 15, 15}))
                           .add("need_id", test::words({"a", "a", "a", "a", "a", "b"}))
                           .add("interaction_id", Column::int64s({1, 2, 2, 5, 7, 6}))
                           .add("customer_id", test::words({"", "", "", "", "", "p"}));
  listening::DiscoveryOptions options;
  options.by = {"region"};
  options.needs = {"a"};
  options.next = 10;
  const Discovery discovery = listening::discovery(test::build(tables), options);
  // Heard: five of the north, one of the south. The stakeholder's request is not counted.
  const double whole = 4.5 / 7.0;
  const double north = (4.0 + 2.0 * whole) / 7.0;
  const double south = (0.0 + 2.0 * whole) / 3.0;
  CHECK(discovery.cells[0].deviation == Approx(std::sqrt(north * (1 - north))));
  CHECK(discovery.cells[1].deviation == Approx(std::sqrt(south * (1 - south))));
  CHECK(discovery.cells[2].deviation == Approx(std::sqrt(whole * (1 - whole))));
  CHECK(discovery.target == 10);
  CHECK(discovery.first == 10);
  CHECK(discovery.accounts.size() == 7);
  CHECK(*discovery.standard_error_next == Approx(0.0).margin(1e-12));
  // n3 was heard in a call that was too short.
  const auto n3 = std::find_if(discovery.accounts.begin(), discovery.accounts.end(),
                               [](const auto& row) { return row.account_id == "n3"; });
  REQUIRE(n3 != discovery.accounts.end());
  CHECK(n3->reason.find("this account was heard once, never in a visit") != std::string::npos);
  // In the north n5 was never heard, n3 earlier than n4.
  std::vector<std::string> of_north;
  for (const auto& row : discovery.accounts) {
    if (row.cell == "north") of_north.push_back(row.account_id);
  }
  CHECK(of_north == std::vector<std::string>{"n5", "n3", "n4"});

  // Chances of an estimate: nothing is open in the north but n4; the south is even.
  std::vector<double> chances = {0, 0, 0, 0, 0.5, 0, 0.5, 0.5, 0.4, 1.0};
  options.probabilities = chances;
  const Discovery known = listening::discovery(test::build(tables), options);
  CHECK(known.cells[2].deviation == 0.0);
  std::vector<std::string> order;
  for (const auto& row : known.accounts) order.push_back(row.account_id);
  CHECK(order[0] == "s0");
  CHECK(std::find(order.begin(), order.end(), "n4") < std::find(order.begin(), order.end(), "n5"));
  CHECK(std::find(order.begin(), order.end(), "s1") < std::find(order.begin(), order.end(), "s2"));

  chances[3] = 1.5;
  CHECK_THROWS_AS(listening::discovery(test::build(tables), options), core::InvalidInput);
  chances.pop_back();
  options.probabilities = chances;
  CHECK_THROWS_AS(listening::discovery(test::build(tables), options), core::InvalidInput);
  options.probabilities = {};
  options.needs = {"c"};
  CHECK_THROWS_AS(listening::discovery(test::build(tables), options), core::InvalidInput);
}

TEST_CASE("discovery counts the accounts visited, not the visits", "[listening]") {
  auto tables = visited_accounts();
  for (const char* column : {"purpose", "customer_id"})
    tables["interactions"] = test::without_column(tables["interactions"], column);
  tables["interactions"] = core::Table()
                               .add("interaction_id", Column::int64s({1, 2, 3}))
                               .add("source_id", test::words({"club", "club", "club"}))
                               .add("account_id", test::words({"n0", "n0", "n1"}))
                               .add("at", test::days({4, 5, 13}));
  // All accounts are of one segment, which so tells no cell from another.
  const Discovery discovery = listening::discovery(test::build(tables), {.next = 1});
  REQUIRE(discovery.cells.size() == 1);
  CHECK(discovery.cells[0].cell == "all");
  REQUIRE(discovery.accounts.size() == 1);
  CHECK(discovery.accounts[0].reason.find("2 of the 10 accounts of all were visited; one more lowers") == 0);
  CHECK(discovery.summary().find(" 1 more visit would lower the standard error") != std::string::npos);
  const Discovery divided = listening::discovery(test::build(tables), {.by = {"segment", "region"}});
  REQUIRE(divided.cells.size() == 3);
  CHECK(divided.cells[0].cell == "north");
}

TEST_CASE("discovery without visits, without interactions, without a base", "[listening]") {
  auto tables = visited_accounts();
  tables["interactions"] = test::without_column(tables["interactions"], "minutes");
  const Discovery untimed = listening::discovery(test::build(tables), {.by = {"region"}, .first = 2});
  CHECK(untimed.visits == 5);
  CHECK_FALSE(untimed.weeks[0].hours.has_value());
  CHECK(*untimed.weeks[2].hours == 0.0);
  CHECK(std::any_of(untimed.missing.begin(), untimed.missing.end(),
                    [](const auto& row) { return row.column == "minutes"; }));

  tables.erase("interactions");
  const Discovery none = listening::discovery(test::build(tables), {.by = {"region"}});
  CHECK(none.visits == 0);
  CHECK(none.weeks.empty());
  CHECK(none.accounts.size() == 10);
  CHECK(none.missing[0].table == "interactions");
  CHECK(none.summary().find("No visit was made, of 10 before the first decision: too few to decide yet") == 0);
  CHECK(none.assumptions.back().find("no need was heard yet") == 0);

  tables["accounts"] = core::Table().add("account_id", test::words({"x"})).add("kind", test::words({"former"}));
  tables.erase("customers");
  const Discovery empty = listening::discovery(test::build(tables));
  CHECK(empty.accounts.empty());
  CHECK(empty.status == core::Status::undefined);
  CHECK_FALSE(empty.standard_error.has_value());
  CHECK(Discovery::from_bytes(empty.to_bytes()) == empty);

  const auto graph = test::build(visited_accounts());
  CHECK_THROWS_AS(listening::discovery(graph, {.by = {"nonsense"}}), core::MissingInput);
  CHECK_THROWS_AS(listening::discovery(graph, {.by = {"region", "region"}}), core::InvalidInput);
  CHECK_THROWS_AS(listening::discovery(graph, {.first = 31}), core::InvalidInput);
  CHECK_THROWS_AS(listening::discovery(graph, {.next = -1}), core::InvalidInput);
  CHECK_THROWS_AS(listening::discovery(graph, {.weeks = 0}), core::InvalidInput);
  CHECK_THROWS_AS(listening::discovery(graph, {.hours = -0.5}), core::InvalidInput);
}

TEST_CASE("quality, calendar and discovery do not depend on the order of rows", "[listening]") {
  lab::SimulationOptions simulated;
  simulated.accounts = 200;
  simulated.seed = 9;
  const auto graph = lab::simulate(simulated).graph();
  graph::BuildOptions build;
  build.as_of = graph.as_of();
  build.currency = graph.currency();
  graph::GraphBuilder builder(build);
  for (const std::string& name : graph.tables()) {
    const core::Table table = graph.table(name);
    std::vector<std::uint32_t> rows(table.rows());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(rows.size() - 1 - i);
    core::Table turned;
    for (std::size_t i = 0; i < table.columns(); ++i) turned.add(table.names()[i], table.column(i).take(rows));
    builder.add(name, turned);
  }
  const auto turned = builder.build();
  const bool quality = listening::listening_quality(turned) == listening::listening_quality(graph);
  const bool calendar = listening::calendar(turned) == listening::calendar(graph);
  const bool discovery = listening::discovery(turned) == listening::discovery(graph);
  CHECK(quality);
  CHECK(calendar);
  CHECK(discovery);
}
