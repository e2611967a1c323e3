#include <outweigh/demand/evidence.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/prevalence.hpp>

#include "../support/catch.hpp"
#include "small_world.hpp"

using namespace outweigh;
using demand::Voice;

TEST_CASE("evidence reads who said what from the tables", "[demand]") {
  const auto graph = test::build(test::small_world());
  const demand::Evidence evidence = demand::collect_evidence(graph);
  REQUIRE(evidence.accounts.size() == 8);
  REQUIRE(evidence.needs.size() == 3);
  CHECK(evidence.requests == 6);
  CHECK(evidence.labelled == 6);
  CHECK(evidence.outside == 1);
  CHECK(evidence.stakeholder_requests == std::vector<std::size_t>{0, 0, 1});
  CHECK(evidence.revenue_known == 7);
  CHECK(evidence.strata == 2);

  // Accounts and needs stand in the order of their ids.
  CHECK(evidence.voice(0, 0) == Voice::requested);
  CHECK(evidence.voice(0, 1) == Voice::requested);
  CHECK(evidence.voice(0, 2) == Voice::silent);
  CHECK(evidence.voice(0, 3) == Voice::requested);
  CHECK(evidence.voice(1, 0) == Voice::requested);  // others say it of a1
  CHECK(evidence.hearsay == 1);
  CHECK_FALSE(evidence.sides_unknown);
  CHECK(evidence.voice(1, 4) == Voice::denied);
  for (std::size_t a = 0; a < 8; ++a) CHECK(evidence.voice(2, a) == Voice::silent);
}

TEST_CASE("follow-ups, reports within the window and claims passed on are no voices of their own", "[demand]") {
  const auto graph = test::build(test::small_world());
  const demand::Evidence evidence = demand::collect_evidence(graph);
  CHECK(evidence.logged == 5);  // i2 follows up i1
  CHECK(evidence.follow_ups == 1);
  CHECK(evidence.inferred == 2);  // a4's two requests are one contact; a1's relayed claim is another
  const auto& heard = evidence.histories.heard[0];
  REQUIRE(heard.size() == 3);
  CHECK(heard[0].events == 1.0);  // a1 began the contact, and the follow-up adds nothing
  CHECK(heard[0].mentions == 0.0);
  CHECK(heard[1].mentions == 1.0);  // a2 on our call
  CHECK(heard[2].events == 1.0);    // a4, twice within seven days
  REQUIRE(evidence.histories.heard[1].size() == 2);
  CHECK(evidence.histories.heard[1][0].events + evidence.histories.heard[1][0].mentions == 0.0);
  CHECK(evidence.histories.heard[1][0].known == 1);
  CHECK(evidence.histories.heard[1][1].known == -1);
  CHECK(evidence.histories.heard[1][1].asked);

  demand::DemandOptions narrow;
  narrow.window = 3.0;
  CHECK(demand::collect_evidence(graph, narrow).histories.heard[0][2].events == 2.0);

  auto tables = test::small_world();
  tables["interactions"] = core::Table()
                               .add("interaction_id", test::words({"i1", "i2", "i3"}))
                               .add("source_id", test::words({"team", "team", "team"}))
                               .add("account_id", test::words({"a1", "a1", "a2"}))
                               .add("at", test::days({10, 20, 30}))
                               .add("initiated_by", test::words({"them", "us", "us"}));
  tables.erase("asked");
  CHECK(demand::collect_evidence(test::build(tables)).follow_ups == 1);
  narrow.follow_up = 5.0;
  CHECK(demand::collect_evidence(test::build(tables), narrow).follow_ups == 0);
}

TEST_CASE("a request that others inferred counts once it is confirmed", "[demand]") {
  auto tables = test::small_world();
  core::Table& requests = tables["requests"];
  std::vector<std::string> names;
  for (const std::string& name : requests.names()) {
    if (name != "basis") names.push_back(name);
  }
  requests = requests.select(names);
  requests.add("basis", test::words({"", "", "", "", "", "inferred", "", ""}));
  const demand::Evidence guessed = demand::collect_evidence(test::build(tables));
  CHECK(guessed.voice(1, 0) == Voice::silent);
  CHECK(guessed.guesses == 1);
  CHECK(guessed.hearsay == 0);
  CHECK(guessed.requests == 5);
  const std::vector<std::uint8_t> sixth{0, 0, 0, 0, 0, 1, 0, 0};
  requests.add("confirmed", core::Column::booleans(sixth, sixth));
  const demand::Evidence confirmed = demand::collect_evidence(test::build(tables));
  CHECK(confirmed.voice(1, 0) == Voice::confirmed);
  CHECK(confirmed.guesses == 0);
}

TEST_CASE("a follow-up joins its contact whatever the ids of one instant", "[demand]") {
  for (const bool turned : {false, true}) {
    auto tables = test::small_world();
    tables.erase("asked");
    const std::string_view call = turned ? "z" : "a";
    const std::string_view note = turned ? "a" : "z";
    tables["interactions"] = core::Table()
                                 .add("interaction_id", test::words({call, note, "m"}))
                                 .add("source_id", test::words({"team", "team", "team"}))
                                 .add("account_id", test::words({"a1", "a1", "a1"}))
                                 .add("at", test::days({10, 10, 10}))
                                 .add("initiated_by", test::words({"them", "us", "us"}))
                                 .add("triggered_by", test::words({"", "m", call}));
    tables["requests"] = core::Table()
                             .add("request_id", test::words({"r1", "r2"}))
                             .add("account_id", test::words({"a1", "a1"}))
                             .add("source_id", test::words({"team", "team"}))
                             .add("at", test::days({10, 10}))
                             .add("interaction_id", test::words({call, note}))
                             .add("need_id", test::words({"n1", "n1"}));
    const demand::Evidence evidence = demand::collect_evidence(test::build(tables));
    CHECK(evidence.logged == 1);
    CHECK(evidence.follow_ups == 2);
    REQUIRE(evidence.histories.heard[0].size() == 1);
    CHECK(evidence.histories.heard[0][0].events == 1.0);
    CHECK(evidence.histories.heard[0][0].mentions == 0.0);
  }
}

TEST_CASE("further needs of a contact that only requests tell of are occasions, as in one that was logged",
          "[demand]") {
  auto tables = test::small_world();
  tables.erase("asked");
  tables["requests"] = core::Table()
                           .add("request_id", test::words({"r1", "r2", "r3"}))
                           .add("account_id", test::words({"a4", "a4", "a2"}))
                           .add("source_id", test::words({"desk", "desk", "team"}))
                           .add("at", test::days({70, 72, 30}))
                           .add("interaction_id", test::words({"", "", "i3"}))
                           .add("need_id", test::words({"n2", "n1", "n1"}));
  const demand::Evidence evidence = demand::collect_evidence(test::build(tables));
  CHECK(evidence.inferred == 1);
  const demand::History n2 = evidence.histories.heard[1][0];
  CHECK(n2.events == 1.0);
  CHECK(n2.mentions == 0.0);
  REQUIRE(evidence.histories.heard[0].size() == 2);
  const demand::History n1 = evidence.histories.heard[0][1];
  CHECK(n1.account == 3);
  CHECK(n1.events == 0.0);
  CHECK(n1.mentions == 1.0);
}

TEST_CASE("evidence does not depend on the order of rows", "[demand]") {
  auto tables = test::small_world();
  const demand::Evidence one = demand::collect_evidence(test::build(tables));
  for (auto& [name, table] : tables) table = test::backwards(table);
  const demand::Evidence two = demand::collect_evidence(test::build(tables));
  CHECK(one.voices == two.voices);
  CHECK(one.revenue == two.revenue);
  CHECK(one.histories.heard == two.histories.heard);
  CHECK(one.contacted == two.contacted);
  CHECK(one.members == two.members);
  CHECK(demand::collect_voices(test::build(tables)).mentions().size() == 6);
}

TEST_CASE("what is heard after as_of does not count", "[demand]") {
  auto tables = test::small_world();
  graph::BuildOptions options;
  options.as_of = core::Instant::from_date(2026, 1, 25);
  graph::GraphBuilder builder(options);
  for (const auto& [name, table] : tables) builder.add(name, table);
  const demand::Evidence evidence = demand::collect_evidence(builder.build());
  CHECK(evidence.later == 6);
  CHECK(evidence.requests == 2);
  CHECK(evidence.logged == 1);
}

TEST_CASE("without needs, requests or labels the error names the table", "[demand]") {
  for (const std::string name : {"needs", "requests"}) {
    auto tables = test::small_world();
    if (name == "needs") {
      tables.erase("asked");
      tables.erase("covers");
      tables["requests"] = core::Table()
                               .add("request_id", test::words({"r"}))
                               .add("account_id", test::words({"a1"}))
                               .add("source_id", test::words({"desk"}))
                               .add("at", test::days({1}));
    }
    tables.erase(name);
    try {
      const auto evidence = demand::collect_evidence(test::build(tables));
      FAIL("nothing was thrown");
    } catch (const core::MissingInput& error) {
      CHECK(error.place().table == name);
    }
  }
  auto tables = test::small_world();
  tables["requests"] = core::Table()
                           .add("request_id", test::words({"r"}))
                           .add("account_id", test::words({"a1"}))
                           .add("source_id", test::words({"desk"}))
                           .add("at", test::days({1}));
  CHECK_THROWS_AS(demand::collect_evidence(test::build(tables)), core::MissingInput);
}

TEST_CASE("a contact of theirs that names no need is neither a voice nor silence", "[demand]") {
  auto tables = test::small_world();
  tables.erase("asked");
  tables["interactions"] = core::Table()
                               .add("interaction_id", test::words({"i1", "i2", "i3", "i4"}))
                               .add("source_id", test::words({"team", "team", "team", "team"}))
                               .add("account_id", test::words({"a1", "a1", "a1", "a2"}))
                               .add("at", test::days({10, 40, 100, 30}))
                               .add("initiated_by", test::words({"them", "them", "us", "them"}));
  tables["requests"] = core::Table()
                           .add("request_id", test::words({"r1"}))
                           .add("account_id", test::words({"a1"}))
                           .add("source_id", test::words({"team"}))
                           .add("at", test::days({10}))
                           .add("interaction_id", test::words({"i1"}))
                           .add("need_id", test::words({"n2"}));
  const demand::Evidence evidence = demand::collect_evidence(test::build(tables));
  const auto& exposure = evidence.histories.exposures[0];
  CHECK(exposure.occasions[0] == 2.0);  // what n2 caused, and ours; not i2
  CHECK(exposure.occasions[1] == 0.0);
  CHECK(exposure.years[1] > 0.0);  // that it did not call because of a need still tells
  CHECK(evidence.contacted[0][1] == 1);
  CHECK(evidence.silent_by_them == Approx(2.0 / 3.0));
}

TEST_CASE("the first need of a contact of theirs is its event, further ones are mentioned on an occasion", "[demand]") {
  auto tables = test::small_world();
  tables.erase("asked");
  tables["interactions"] = core::Table()
                               .add("interaction_id", test::words({"i1", "i2", "i3"}))
                               .add("source_id", test::words({"team", "team", "team"}))
                               .add("account_id", test::words({"a1", "a1", "a2"}))
                               .add("at", test::days({10, 100, 30}))
                               .add("initiated_by", test::words({"them", "us", "us"}));
  tables["requests"] = core::Table()
                           .add("request_id", test::words({"r2", "r1", "r3", "r4"}))
                           .add("account_id", test::words({"a1", "a1", "a1", "a2"}))
                           .add("source_id", test::words({"team", "team", "team", "team"}))
                           .add("at", test::days({10, 10, 100, 30}))
                           .add("interaction_id", test::words({"i1", "i1", "i2", "i3"}))
                           .add("need_id", test::words({"n1", "n2", "n1", "n2"}))
                           .add("basis", test::words({"", "", "relayed", ""}));
  const demand::Evidence evidence = demand::collect_evidence(test::build(tables));
  CHECK(evidence.by_them == demand::ContactRole::caused);
  const auto& exposure = evidence.histories.exposures[0];
  CHECK(exposure.occasions[0] == 2.0);
  REQUIRE(evidence.histories.heard[0].size() == 1);
  const demand::History n1 = evidence.histories.heard[0][0];
  CHECK(n1.events == 0.0);
  CHECK(n1.mentions == 1.0);
  CHECK(n1.weight == 2.0);  // passed on in i2: missing, not silent
  const demand::History n2 = evidence.histories.heard[1][0];
  CHECK(n2.events == 1.0);
  CHECK(n2.mentions == 0.0);
  CHECK(n2.weight == 1.0);  // the contact that it caused is no occasion for it
}

TEST_CASE("a claim that others passed on is no contact with the account", "[demand]") {
  const auto evidence_with = [](std::string_view basis) {
    auto tables = test::small_world();
    tables["requests"] = core::Table()
                             .add("request_id", test::words({"r1", "r2"}))
                             .add("account_id", test::words({"a2", "a4"}))
                             .add("source_id", test::words({"team", "desk"}))
                             .add("at", test::days({30, 70}))
                             .add("interaction_id", test::words({"i3", ""}))
                             .add("need_id", test::words({"n1", "n1"}))
                             .add("basis", test::words({"said", basis}));
    return demand::collect_evidence(test::build(tables));
  };
  CHECK(evidence_with("said").was_contacted(0, 3));
  CHECK(evidence_with("said").histories.contacted[3] == 1);
  const demand::Evidence passed_on = evidence_with("relayed");
  CHECK_FALSE(passed_on.was_contacted(0, 3));
  CHECK(passed_on.histories.contacted[3] == 0);
  CHECK(passed_on.voice(0, 3) == Voice::requested);
  CHECK(passed_on.hearsay == 1);
}

TEST_CASE("time of exposure is the time in which a source serves the account", "[demand]") {
  auto tables = test::small_world();
  tables["coverage"] = core::Table()
                           .add("source_id", test::words({"team", "desk", "team"}))
                           .add("account_id", test::words({"a1", "a1", "a2"}))
                           .add("since", test::days({10, 20, -1}))
                           .add("until", test::days({30, 40, -1}));
  const demand::Evidence evidence = demand::collect_evidence(test::build(tables));
  const auto& years = evidence.histories.exposures[0].years;
  CHECK(years[0] == Approx(30.0 / 365.25).epsilon(1e-9));
  CHECK(years[1] > 0.4);
  CHECK(years[2] == 0.0);
  REQUIRE(evidence.labels.size() == 2);
  CHECK(evidence.labels[0].requests + evidence.labels[1].requests == 6);
}

TEST_CASE("contacts that all bring several needs are plausible, contacts with one need each and none silent are not",
          "[demand]") {
  for (const bool many : {true, false}) {
    std::vector<std::string> account;
    std::vector<std::string> contact;
    std::vector<std::string> need;
    std::vector<std::string> accounts;
    for (int a = 0; a < 60; ++a) {
      accounts.push_back("a" + std::to_string(a));
      for (int k = 0; k < (many ? 4 : 1); ++k) {
        account.push_back(accounts.back());
        contact.push_back("i" + std::to_string(a));
        need.push_back("n" + std::to_string((a + k) % 6));
      }
    }
    const auto column = [](const std::vector<std::string>& values) {
      return core::Column::strings(std::span<const std::string>(values));
    };
    std::vector<std::string> ids(accounts);
    for (std::string& id : ids) id[0] = 'i';
    const std::vector<core::Instant> at(60, core::Instant::from_date(2026, 3, 1));
    const std::vector<core::Instant> said(account.size(), at[0]);
    std::vector<std::string> numbers;
    for (std::size_t r = 0; r < account.size(); ++r) numbers.push_back("r" + std::to_string(r));
    test::Tables tables;
    tables["accounts"].add("account_id", column(accounts));
    tables["sources"].add("source_id", test::words({"team"})).add("kind", test::words({"discovery"}));
    tables["needs"]
        .add("need_id", test::words({"n0", "n1", "n2", "n3", "n4", "n5"}))
        .add("title", test::words({"a", "b", "c", "d", "e", "f"}));
    tables["interactions"]
        .add("interaction_id", column(ids))
        .add("source_id", column(std::vector<std::string>(60, "team")))
        .add("account_id", column(accounts))
        .add("at", core::Column::instants(at, std::vector<std::uint8_t>(60, 1)));
    tables["requests"]
        .add("request_id", column(numbers))
        .add("account_id", column(account))
        .add("source_id", column(std::vector<std::string>(account.size(), "team")))
        .add("at", core::Column::instants(said, std::vector<std::uint8_t>(said.size(), 1)))
        .add("interaction_id", column(contact))
        .add("need_id", column(need));
    graph::GraphBuilder builder;
    for (const auto& [name, table] : tables) builder.add(name, table);
    CHECK(demand::collect_evidence(builder.build()).by_us ==
          (many ? demand::ContactRole::occasions : demand::ContactRole::events));
  }
}

TEST_CASE("a report found untrue is a no, whatever else was said, unless another one was confirmed", "[demand]") {
  const auto voice_of_a4 = [](bool other_is_confirmed) {
    auto tables = test::small_world();
    std::vector<std::uint8_t> confirmed(8, 0);
    std::vector<std::uint8_t> known(8, 0);
    known[3] = 1;  // r4: looked into and found untrue; r5 asks for the same
    known[4] = confirmed[4] = other_is_confirmed ? 1 : 0;
    tables["requests"].add("confirmed", core::Column::booleans(confirmed, known));
    return demand::collect_evidence(test::build(tables)).voice(0, 3);
  };
  CHECK(voice_of_a4(false) == Voice::denied);
  CHECK(voice_of_a4(true) == Voice::confirmed);
}

TEST_CASE("a need closes when a solution that meets it ships, and its figures say so", "[demand]") {
  const auto tables_with = [](std::string_view status, bool has_shipped) {
    auto tables = test::small_world();
    tables["solutions"] = core::Table();
    tables["solutions"]
        .add("solution_id", test::words({"s1", "s2", "s3", "s4"}))
        .add("title", test::words({"Exporter", "Login", "Theme", "Old"}))
        .add("status", test::words({"candidate", "", "", status}))
        .add("shipped", has_shipped ? test::days({-1, -1, -1, 70}) : test::days({-1, -1, -1, -1}));
    tables["covers"] = core::Table();
    tables["covers"]
        .add("solution_id", test::words({"s1", "s1", "s2", "s4"}))
        .add("need_id", test::words({"n1", "n2", "n2", "n1"}))
        .add("share", test::numbers({1, 0.5, 1, 1}));
    return tables;
  };
  const auto closes = [&](std::string_view status, bool has_shipped) {
    const auto graph = test::build(tables_with(status, has_shipped));
    const auto evidence = demand::collect_evidence(graph);
    CHECK(evidence.closed[1] == graph.as_of());
    return evidence.closed[0] < graph.as_of();
  };
  CHECK(closes("shipped", true));
  CHECK(closes("", true));
  CHECK_FALSE(closes("shipped", false));  // nobody knows when
  CHECK_FALSE(closes("candidate", true));
  CHECK_FALSE(closes("dropped", true));

  const auto result = demand::demand(test::build(tables_with("shipped", true)), {.method = "raw"});
  CHECK_THAT(result.overall()[0].reason, test::contains("shipped on 2026-03-12, and the figure is of the time before"));
  CHECK_THAT(result.rows()[0].reason, test::contains("shipped on 2026-03-12"));
  CHECK(result.overall()[1].reason.find("shipped") == std::string::npos);
  CHECK(std::count_if(result.warnings().begin(), result.warnings().end(), [](const std::string& warning) {
          return warning.find("1 need is met by a solution that has shipped") == 0;
        }) == 1);
}
