#include <outweigh/listening/audit.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <outweigh/lab/simulation.hpp>
#include <outweigh/listening/account_weights.hpp>
#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/dimension.hpp>
#include <outweigh/listening/quality.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using core::Column;
using listening::Audit;
using listening::AuditRow;

namespace {

/// Ten accounts: a whale that calls often, four small ones heard once by the desk, five never heard.
test::Tables ten_accounts() {
  test::Tables t;
  std::vector<std::string> ids;
  std::vector<std::string> segments;
  std::vector<double> arr;
  std::vector<double> sentiment;
  for (int i = 0; i < 10; ++i) {
    ids.push_back("a" + std::to_string(i));
    segments.push_back(i < 4 ? "north" : "south");
    arr.push_back(i == 0 ? 1000.0 : 10.0 + i);
    sentiment.push_back(i == 0 ? -0.9 : 0.5);
  }
  const auto column = [](const std::vector<std::string>& texts) {
    return Column::strings(std::span<const std::string>(texts));
  };
  t["accounts"]
      .add("account_id", column(ids))
      .add("arr", Column::float64s(arr))
      .add("sentiment", Column::float64s(sentiment))
      .add("region", column(segments));
  t["segments"].add("segment_id", column(segments)).add("account_id", column(ids));
  t["sources"]
      .add("source_id", test::words({"boss", "desk"}))
      .add("kind", test::words({"executive", "pooled_support"}));
  t["interactions"]
      .add("interaction_id", Column::int64s({1, 2, 3, 4, 5, 6, 7, 8}))
      .add("source_id", test::words({"boss", "boss", "boss", "boss", "desk", "desk", "desk", "desk"}))
      .add("account_id", test::words({"a0", "a0", "a0", "a1", "a1", "a2", "a3", "a4"}))
      .add("at", test::days({1, 2, 3, 4, 5, 6, 7, 8}))
      .add("purpose", test::words({"escalation", "escalation", "learn", "learn", "support", "support", "support", ""}))
      .add("minutes", Column::float64s({5, 10, 20, 30, 1, 2, 3, 4}));
  return t;
}

const AuditRow& row_of(const Audit& audit, const std::string& group, const std::string& id, const std::string& level) {
  const auto found = std::find_if(audit.rows.begin(), audit.rows.end(), [&](const AuditRow& row) {
    return row.group == group && (group == "all" || row.source_id.value_or(row.kind.value_or("")) == id) &&
           row.level == level;
  });
  REQUIRE(found != audit.rows.end());
  return *found;
}

}  // namespace

TEST_CASE("an audit by hand", "[listening]") {
  const Audit audit = listening::audit(test::build(ten_accounts()));
  CHECK(audit.base_accounts == 10);
  CHECK(audit.heard_accounts == 5);
  CHECK(audit.never_heard_accounts() == 5);
  CHECK(audit.never_heard_revenue->units() == Approx(15 + 16 + 17 + 18 + 19));
  CHECK(audit.base_revenue->units() == Approx(1000 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19));

  const auto& boss = audit.sources[0];
  CHECK(boss.source_id == "boss");
  CHECK(boss.contacts == 4);
  CHECK(boss.heard_accounts == 2);
  CHECK(boss.escalations == 2);
  CHECK(boss.learn == 2);
  CHECK(*boss.escalation_share == Approx(0.5));
  CHECK(*boss.whale_share == Approx(0.75));
  CHECK(*boss.whale_base_share == Approx(0.1));
  CHECK(*boss.unhappy_share == Approx(0.75));
  CHECK(*boss.long_enough_share == Approx(0.75));
  CHECK_FALSE(boss.customer_talked_share.has_value());
  CHECK(boss.effective_accounts == Approx(16.0 / 10.0));
  CHECK(*boss.loudest_tenth == Approx(0.75));
  CHECK(boss.status == core::Status::doubtful);
  CHECK(audit.pooled().contacts == 8);
  CHECK(audit.pooled().group == "all");

  const AuditRow& north = row_of(audit, "all", "", "north");
  CHECK(north.accounts == 4);
  CHECK(north.base_share == Approx(0.4));
  CHECK(*north.heard_share == Approx(7.0 / 8.0));
  CHECK(*north.ratio == Approx(7.0 / 8.0 / 0.4));
  CHECK(north.reach == 1.0);
  CHECK(*north.lower < 7.0 / 8.0);
  CHECK(*north.upper > 7.0 / 8.0);
  // The boss never heard the south: two accounts heard of ten, six in the south.
  const AuditRow& south = row_of(audit, "source", "boss", "south");
  CHECK(south.heard_accounts == 0);
  CHECK(*south.chance_of_silence == Approx(4.0 / 10.0 * 3.0 / 9.0));
  CHECK(*south.q_value >= *south.p_value);
  CHECK(row_of(audit, "kind", "executive", "north").contacts == 4);

  REQUIRE_FALSE(audit.never_heard.rows.empty());
  CHECK(audit.never_heard.dimensions == std::vector<std::string>{"segment", "revenue_band"});
  CHECK(audit.never_heard.rows[0].levels[0] == "south");
  std::int64_t silent = 0;
  for (const auto& row : audit.never_heard.rows) silent += row.never_heard;
  CHECK(silent == 5);
  CHECK(std::any_of(audit.missing.begin(), audit.missing.end(),
                    [](const auto& m) { return m.column == "customer_talk_share"; }));
  CHECK(audit.summary().find("5 of 10 accounts of the base were heard at least once, 5 never; those never heard") == 0);

  CHECK(audit.to_table().rows() == audit.rows.size());
  CHECK(audit.sources_table().rows() == 5);
  CHECK(audit.never_heard_table().has("description"));
  CHECK(audit.apart_table().rows() == 4);
  CHECK(Audit::from_bytes(audit.to_bytes()) == audit);
}

TEST_CASE("teams, persons and roles are voices and dimensions of their own", "[listening]") {
  auto tables = ten_accounts();
  tables["sources"].add("owner", test::words({"Ann", "Bea"}));
  tables["customers"] = core::Table()
                            .add("customer_id", test::words({"p0", "p1", "p2", "p3", "x"}))
                            .add("account_id", test::words({"a0", "a0", "a1", "a9", "a1"}))
                            .add("role", test::words({"admin", "user", "user", "user", "admin"}))
                            .add("party", test::words({"customer", "customer", "", "", "partner"}));
  tables["interactions"] =
      test::with(tables["interactions"], "customer_id", test::words({"p0", "p0", "p1", "p2", "p2", "", "", ""}));
  const Audit audit = listening::audit(test::build(tables), {.by = {"role", "region"}});
  const auto of = [&](const std::string& group, const std::string& voice) -> const listening::SourceAudit& {
    const auto found = std::find_if(audit.sources.begin(), audit.sources.end(),
                                    [&](const auto& row) { return row.group == group && row.voice == voice; });
    REQUIRE(found != audit.sources.end());
    return *found;
  };
  CHECK(of("team", "Ann").contacts == 4);
  CHECK(of("person", "Ann").contacts == 4);
  CHECK(of("person", "Bea").heard_accounts == 4);
  // Four people count: one admin, three users. Of five contacts with someone known two are with the admin.
  const AuditRow& admin = row_of(audit, "all", "", "admin");
  CHECK(admin.base_share == Approx(0.25));
  CHECK(*admin.heard_share == Approx(0.4));
  CHECK(admin.accounts == 1);
  CHECK(*admin.design_effect == Approx(5.0 / (25.0 / 13.0)));
  CHECK(row_of(audit, "all", "", "user").never_heard == 1);
  // A team tested again as a person is not tested twice.
  for (const AuditRow& team : audit.rows) {
    if (team.group != "team") continue;
    for (const AuditRow& person : audit.rows) {
      if (person.group == "person" && person.voice == team.voice && person.level == team.level)
        CHECK(person.q_value == team.q_value);
    }
  }

  tables["interactions"].add("person", test::words({"Cid", "Cid", "Dee", "Dee", "", "", "", ""}));
  tables["sources"].add("team", test::words({"board", "service"}));
  const Audit named = listening::audit(test::build(tables));
  std::vector<std::string> voices;
  for (const auto& row : named.sources) voices.push_back(row.group + " " + row.voice);
  CHECK(voices == std::vector<std::string>{"source boss", "source desk", "kind executive", "kind pooled_support",
                                           "team board", "team service", "person Bea", "person Cid", "person Dee",
                                           "all all"});
  CHECK(named.sources[7].contacts == 2);
  CHECK(named.sources[7].escalations == 2);
  CHECK(named.sources[6].contacts == 4);
  CHECK(Audit::from_bytes(named.to_bytes()) == named);
  CHECK_THROWS_AS(listening::audit(test::build(ten_accounts()), {.by = {"role"}}), core::MissingInput);
  CHECK_THROWS_AS(listening::audit(test::build(ten_accounts()), {.by = {"region", "region"}}), core::InvalidInput);
}

TEST_CASE("numbers, deciles, stages and exact intervals", "[listening]") {
  auto tables = ten_accounts();
  tables["accounts"].add("seats", Column::int64s({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  tables["events"] = core::Table()
                         .add("account_id", test::words({"a0", "a0", "a1", "a2", "a3"}))
                         .add("at", test::days({1, 2, 3, 3, 300}))
                         .add("activity", test::words({"sign", "log in", "log in", "call", "log in"}))
                         .add("stage", test::words({"buy", "use", "use", "fix", "use"}));
  graph::BuildOptions build;
  build.as_of = core::Instant::from_date(2026, 2, 1);
  const auto graph = test::build(tables, build);
  const Audit audit = listening::audit(
      graph, {.by = {"stage", "revenue_decile", "seats"}, .interval = stats::ProportionMethod::clopper_pearson});
  CHECK(row_of(audit, "all", "", "use").accounts == 2);
  CHECK(row_of(audit, "all", "", "fix").accounts == 1);
  CHECK(row_of(audit, "all", "", "unknown").accounts == 7);
  CHECK(row_of(audit, "all", "", "10 of 10").contacts == 3);
  const auto seats = std::find_if(audit.numbers.begin(), audit.numbers.end(),
                                  [](const auto& row) { return row.group == "all" && row.number == "seats"; });
  REQUIRE(seats != audit.numbers.end());
  CHECK(*seats->base_mean == Approx(5.5));
  CHECK(*seats->heard_mean == Approx((3 * 1 + 2 * 2 + 3 + 4 + 5) / 8.0));
  CHECK(seats->q_value.has_value());
  const Audit wilson = listening::audit(graph, {.by = {"stage"}});
  const AuditRow& exact = row_of(audit, "all", "", "fix");
  const AuditRow& score = row_of(wilson, "all", "", "fix");
  CHECK(*exact.lower < *score.lower);
  CHECK(std::any_of(audit.tests.begin(), audit.tests.end(),
                    [](const auto& row) { return row.dimension == "stage" && row.chi_squared; }));
}

TEST_CASE("the rows, threads and repeats of a base change nothing", "[listening]") {
  lab::SimulationOptions options;
  options.accounts = 300;
  options.seed = 11;
  const auto graph = lab::simulate(options).graph();
  listening::AuditOptions audit_options{.by = {"segment", "revenue_decile", "sentiment", "tenure"}};
  const Audit one = listening::audit(graph, audit_options);
  audit_options.control.threads = 4;
  const bool same = listening::audit(graph, audit_options).to_bytes() == one.to_bytes();
  CHECK(same);
  // Backwards.
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
  const bool turned_same = listening::audit(builder.build(), audit_options).to_bytes() == one.to_bytes();
  CHECK(turned_same);
}

TEST_CASE("all heard, one account, an empty base", "[listening]") {
  auto tables = ten_accounts();
  tables["accounts"] = core::Table().add("account_id", test::words({"a0"})).add("arr", Column::float64s({5.0}));
  tables["segments"] = core::Table().add("segment_id", test::words({"north"})).add("account_id", test::words({"a0"}));
  tables["interactions"] = core::Table()
                               .add("interaction_id", Column::int64s({1}))
                               .add("source_id", test::words({"boss"}))
                               .add("account_id", test::words({"a0"}))
                               .add("at", test::days({1}));
  const Audit one = listening::audit(test::build(tables));
  CHECK(one.never_heard.rows.empty());
  CHECK(*one.pooled().representativity == 1.0);
  CHECK_FALSE(one.tests.back().p_value.has_value());
  // The desk heard nobody.
  CHECK_FALSE(one.sources[1].representativity.has_value());
  CHECK(one.sources[1].status == core::Status::undefined);

  tables["accounts"].add("kind", test::words({"prospect"}));
  const Audit none = listening::audit(test::build(tables));
  CHECK(none.base_accounts == 0);
  CHECK(none.pooled().outside == 1);
  CHECK_FALSE(none.pooled().representativity.has_value());
  CHECK(none.summary().find("0 of 0") != std::string::npos);
  CHECK(one.summary().find("1 of 1 account of the base was heard at least once.") == 0);
}

TEST_CASE("accounts of ours and of partners are reported as such, whoever spoke for them", "[listening]") {
  auto tables = ten_accounts();
  tables["accounts"] = core::Table()
                           .add("account_id", test::words({"a0", "ours", "theirs", "maybe"}))
                           .add("kind", test::words({"customer", "internal", "partner", "prospect"}));
  tables["segments"] = core::Table().add("segment_id", test::words({"north"})).add("account_id", test::words({"a0"}));
  tables["interactions"] = core::Table()
                               .add("interaction_id", Column::int64s({1, 2, 3, 4, 5}))
                               .add("source_id", test::words({"boss", "boss", "boss", "boss", "boss"}))
                               .add("account_id", test::words({"a0", "ours", "theirs", "theirs", "maybe"}))
                               .add("at", test::days({1, 2, 3, 4, 5}));
  const auto graph = test::build(tables);
  const Audit audit = listening::audit(graph);
  CHECK(audit.pooled().outside == 1);
  std::map<std::string, std::int64_t> apart;
  for (const auto& row : audit.apart) apart[row.who] = row.contacts;
  CHECK(apart ==
        std::map<std::string, std::int64_t>{{"stakeholder", 0}, {"internal", 1}, {"partner", 2}, {"outside", 1}});
  for (const auto& row : listening::listening_quality(graph).apart) CHECK(row.conversations == apart[row.who]);
}

TEST_CASE("an audit takes columns of accounts and some of the sources", "[listening]") {
  const auto graph = test::build(ten_accounts());
  const Audit audit = listening::audit(
      graph, {.by = {"region", "sentiment", "revenue_band"}, .sources = {"desk"}, .dimension = {.revenue_bands = 10}});
  CHECK(audit.heard_accounts == 4);
  CHECK(row_of(audit, "all", "", "happy").accounts == 9);
  CHECK(row_of(audit, "all", "", "10 of 10").accounts == 1);
  CHECK_THROWS_AS(listening::audit(graph, {.by = {"tenure"}}), core::MissingInput);
  CHECK_THROWS_AS(listening::audit(graph, {.by = {"nonsense"}}), core::MissingInput);
  CHECK_THROWS_AS(listening::audit(graph, {.sources = {"nobody"}}), core::InvalidInput);
  CHECK_THROWS_AS(listening::audit(graph, {.whale_share = 0.0}), core::InvalidInput);
  CHECK_THROWS_AS(listening::audit(graph, {.level = 1.0}), core::InvalidInput);
}

TEST_CASE("without revenue, sources or anything heard an audit says what it needs", "[listening]") {
  auto tables = ten_accounts();
  tables["accounts"] = test::without_column(tables["accounts"], "arr");
  const Audit audit = listening::audit(test::build(tables));
  CHECK_FALSE(audit.pooled().whale_share.has_value());
  CHECK_FALSE(audit.never_heard_revenue.has_value());
  CHECK(std::any_of(audit.missing.begin(), audit.missing.end(), [](const auto& m) { return m.column == "arr"; }));
  CHECK(std::none_of(audit.rows.begin(), audit.rows.end(),
                     [](const auto& row) { return row.dimension == "revenue_band"; }));

  tables.erase("interactions");
  CHECK_THROWS_AS(listening::audit(test::build(tables)), core::MissingInput);
  tables.erase("sources");
  CHECK_THROWS_AS(listening::audit(test::build(tables)), core::MissingInput);
}

TEST_CASE("overlapping segments are said, and bands of equal revenue stay together", "[listening]") {
  auto tables = ten_accounts();
  tables["segments"] = core::Table()
                           .add("segment_id", test::words({"x", "x", "y", "y"}))
                           .add("account_id", test::words({"a0", "a1", "a1", "a2"}));
  const Audit audit = listening::audit(test::build(tables));
  CHECK(audit.overlapping_segments);
  CHECK(row_of(audit, "all", "", "(no segment)").accounts == 7);
  double shares = 0.0;
  for (const AuditRow& row : audit.rows) {
    if (row.group == "all" && row.dimension == "segment") shares += row.base_share;
  }
  CHECK(shares == Approx(1.1));

  auto equal = ten_accounts();
  equal["accounts"] = test::with(equal["accounts"], "arr", Column::float64s(std::vector<double>(10, 7.0)));
  const auto bands = listening::divide_base(test::build(equal), "revenue_band");
  CHECK(bands.levels.size() == 1);
}

TEST_CASE("an audit from merged states is the audit of one pass", "[listening]") {
  lab::SimulationOptions options;
  options.accounts = 400;
  options.seed = 3;
  const auto graph = lab::simulate(options).graph();
  const auto heard = listening::collect_heard(graph);
  listening::Heard even;
  listening::Heard odd;
  std::size_t i = 0;
  for (const auto& [key, counts] : heard.entries()) (i++ % 2 == 0 ? even : odd).add(key, counts);
  odd.merge(listening::Heard::from_bytes(even.to_bytes()));
  const Audit one = listening::audit(graph);
  CHECK(one == listening::audit(graph, odd));
  CHECK(one.to_bytes() == listening::audit(graph, odd).to_bytes());
  CHECK(one.heard_accounts > 50);
  for (const AuditRow& row : one.rows) {
    if (row.heard_share) {
      CHECK(*row.lower <= *row.heard_share + 1e-12);
      CHECK(*row.upper >= *row.heard_share - 1e-12);
    }
    if (row.p_value) CHECK((*row.p_value >= 0.0 && *row.q_value <= 1.0));
  }
}

TEST_CASE("a fair contact model is not cried wolf at", "[listening]") {
  // Contacts drawn at random from the base, each account's as one decision: q-values below 0.1 are rare.
  stats::Random random(21);
  int alarms = 0;
  for (int round = 0; round < 200; ++round) {
    auto tables = ten_accounts();
    std::vector<std::string> ids;
    std::vector<std::string> segment;
    for (int i = 0; i < 120; ++i) {
      ids.push_back("a" + std::to_string(i));
      segment.push_back("s" + std::to_string(random.below(5)));
    }
    const auto column = [](const std::vector<std::string>& texts) {
      return Column::strings(std::span<const std::string>(texts));
    };
    std::vector<std::string> heard;
    std::vector<std::string> source;
    std::vector<std::int64_t> number;
    std::vector<core::Instant> at;
    for (int i = 0; i < 40; ++i) {
      const std::string who = "a" + std::to_string(random.below(120));
      const auto repeats = 1 + random.below(3);
      for (std::uint64_t r = 0; r < repeats; ++r) {
        heard.push_back(who);
        source.push_back(i % 2 == 0 ? "boss" : "desk");
        number.push_back(static_cast<std::int64_t>(number.size()));
        at.push_back(core::Instant::from_date(2026, 1, 2));
      }
    }
    test::Tables t;
    t["accounts"].add("account_id", column(ids));
    t["segments"].add("segment_id", column(segment)).add("account_id", column(ids));
    t["sources"] = tables["sources"];
    t["interactions"]
        .add("interaction_id", Column::int64s(number))
        .add("source_id", column(source))
        .add("account_id", column(heard))
        .add("at", Column::instants(at));
    const Audit audit = listening::audit(test::build(t));
    alarms += std::any_of(audit.rows.begin(), audit.rows.end(),
                          [](const auto& row) { return row.q_value && *row.q_value < 0.1; })
                  ? 1
                  : 0;
  }
  CHECK(alarms < 20);
}
