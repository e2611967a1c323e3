#include <outweigh/demand/prevalence.hpp>

#include <cmath>
#include <string>
#include <string_view>

#include <outweigh/core/read_column.hpp>
#include <outweigh/demand/method.hpp>
#include <outweigh/lab/simulation.hpp>

#include "../support/catch.hpp"
#include "small_world.hpp"

using namespace outweigh;

TEST_CASE("prevalence is the mean of the accounts' probabilities, by every method", "[demand]") {
  const auto graph = test::build(test::small_world());
  for (const demand::Method& method : demand::methods()) {
    const auto demand = demand::demand(graph, {.method = std::string(method.name)});
    const auto& of_account = graph.relation(graph::RelationKind::account_segment);
    for (const demand::DemandRow& row : demand.rows()) {
      double sum = 0.0;
      double size = 0.0;
      for (const auto account : graph.base()) {
        for (const std::uint32_t s : of_account.out(account.value())) {
          if (s != row.segment->value()) continue;
          sum += demand.probability(row.need, account);
          size += 1.0;
        }
      }
      CHECK(row.prevalence.value == Approx(sum / size).epsilon(1e-12));
      CHECK(row.prevalence.interval.lower <= row.prevalence.value);
      CHECK(row.prevalence.interval.upper >= row.prevalence.value);
      CHECK(row.prevalence.interval.lower >= 0.0);
      CHECK(row.prevalence.interval.upper <= 1.0);
      CHECK_FALSE(row.reason.empty());
    }
    const graph::NeedIndex n1(test::at(graph, graph::NodeKind::need, "n1"));
    CHECK(demand.probability(n1, graph::AccountIndex(test::at(graph, graph::NodeKind::account, "a1"))) == 1.0);
    CHECK(demand.probability(n1, graph::AccountIndex(test::at(graph, graph::NodeKind::account, "p"))) == 0.0);
    const graph::NeedIndex n2(test::at(graph, graph::NodeKind::need, "n2"));
    CHECK(demand.probability(n2, graph::AccountIndex(test::at(graph, graph::NodeKind::account, "a5"))) == 0.0);
    CHECK_THROWS_AS(demand.probability(graph::NeedIndex(9), graph::AccountIndex(0)), core::InvalidInput);
  }
}

TEST_CASE("demand does not depend on the order of rows or the number of threads", "[demand]") {
  for (const std::string method : {"occupancy", "pooled", "weighted", "raw"}) {
    auto tables = test::small_world();
    const auto one = demand::demand(test::build(tables), {.method = method});
    for (auto& [name, table] : tables) table = test::backwards(table);
    demand::DemandOptions options{.method = method};
    options.control.threads = 3;
    const auto graph = test::build(tables);
    const auto two = demand::demand(graph, options);
    for (const auto& row : one.overall()) {
      const auto id = one.graph().ids(graph::NodeKind::need).text(row.need.value());
      const auto& other = two.overall()[test::at(graph, graph::NodeKind::need, id)];
      CHECK(other.prevalence.value == Approx(row.prevalence.value).epsilon(1e-9));
      CHECK(other.prevalence.interval.upper == Approx(row.prevalence.interval.upper).epsilon(1e-9));
      CHECK(other.requesting == row.requesting);
    }
  }
}

TEST_CASE("a request that is repeated a hundred times changes nothing", "[demand]") {
  auto tables = test::small_world();
  const auto once = demand::demand(test::build(tables), {.method = "raw"});
  const core::Table& requests = tables["requests"];
  std::vector<std::uint32_t> rows;
  std::vector<std::string> ids;
  for (std::uint32_t r = 0; r < requests.rows(); ++r) {
    for (int copy = 0; copy < (r == 0 ? 100 : 1); ++copy) {
      rows.push_back(r);
      ids.push_back("r" + std::to_string(r) + "-" + std::to_string(copy));
    }
  }
  const core::Table taken = requests.take(rows);
  core::Table many;
  for (const std::string& name : taken.names()) {
    many.add(name, name == "request_id" ? core::Column::strings(std::span<const std::string>(ids)) : taken[name]);
  }
  tables["requests"] = many;
  const auto often = demand::demand(test::build(tables), {.method = "raw"});
  for (std::size_t i = 0; i < 3; ++i) CHECK(often.overall()[i] == once.overall()[i]);
}

TEST_CASE("demand comes out as a table and can be rebuilt from its parts", "[demand]") {
  const auto graph = test::build(test::small_world());
  const auto demand = demand::demand(graph, {.method = "pooled"});
  const core::Table table = demand.to_table();
  CHECK(table.rows() == 6);
  for (const std::string name : {"need_id", "segment_id", "prevalence", "lower", "upper", "status", "reason"}) {
    CHECK(table.has(name));
  }
  CHECK(demand.overall_table().rows() == 3);
  CHECK_FALSE(demand.overall_table().has("segment_id"));
  CHECK(demand.stakeholders_table().rows() == 3);
  CHECK(demand::Demand(demand.parts()) == demand);
  CHECK_FALSE(demand::demand(graph, {.method = "raw"}) == demand);
  demand::DemandParts broken = demand.parts();
  broken.rows.pop_back();
  CHECK_THROWS_AS(demand::Demand(broken), core::InvalidInput);
  broken = demand.parts();
  broken.probabilities[0] = std::nan("");
  CHECK_THROWS_AS(demand::Demand(broken), core::InvalidInput);
}

TEST_CASE("options out of range are refused, a stop is heeded", "[demand]") {
  const auto graph = test::build(test::small_world());
  CHECK_THROWS_AS(demand::demand(graph, {.method = "guess"}), core::InvalidInput);
  CHECK_THROWS_AS(demand::demand(graph, {.level = 1.0}), core::InvalidInput);
  CHECK_THROWS_AS(demand::demand(graph, {.level = std::nan("")}), core::InvalidInput);
  CHECK_THROWS_AS(demand::demand(graph, {.window = -1.0}), core::InvalidInput);
  CHECK_THROWS_AS(demand::demand(graph, {.odds_ratio = {2.0, 1.0}}), core::InvalidInput);
  CHECK_THROWS_AS(demand::demand(graph, {.draws = 3}), core::InvalidInput);
  demand::DemandOptions options;
  options.control.progress = [](std::string_view, double done) { return done < 0.3; };
  CHECK_THROWS_AS(demand::demand(graph, options), core::Cancelled);
}

TEST_CASE("an empty segment, one account and an empty base have documented answers", "[demand]") {
  auto tables = test::small_world();
  tables["segments"] =
      core::Table().add("segment_id", test::words({"nobody", "one"})).add("account_id", test::words({"p", "a1"}));
  const auto graph = test::build(tables);
  const auto demand = demand::demand(graph);
  const std::size_t nobody = test::at(graph, graph::NodeKind::segment, "nobody");
  const demand::DemandRow& empty = demand.rows()[nobody];
  CHECK(empty.prevalence.status == core::Status::undefined);
  CHECK(empty.accounts == 0);
  CHECK(demand.to_table()["prevalence"].is_null(nobody));
  for (const demand::DemandRow& row : demand.rows()) CHECK(std::isfinite(row.prevalence.value));

  {
    test::Tables one;
    one["accounts"].add("account_id", test::words({"a"}));
    one["needs"].add("need_id", test::words({"n"})).add("title", test::words({"N"}));
    one["sources"].add("source_id", test::words({"s"})).add("kind", test::words({"portal"}));
    one["requests"]
        .add("request_id", test::words({"r"}))
        .add("account_id", test::words({"a"}))
        .add("source_id", test::words({"s"}))
        .add("need_id", test::words({"n"}))
        .add("at", test::days({5}));
    const auto alone = demand::demand(test::build(one));
    CHECK(alone.overall()[0].prevalence.value == 1.0);
    CHECK(alone.overall()[0].prevalence.status == core::Status::bounds_only);
    CHECK_FALSE(alone.overall()[0].revenue.has_value());
    one["accounts"] = core::Table().add("account_id", test::words({"a"})).add("kind", test::words({"prospect"}));
    const auto none = demand::demand(test::build(one));
    CHECK(none.overall()[0].prevalence.status == core::Status::undefined);
  }
}

TEST_CASE("when every account was asked the share is exact", "[demand]") {
  test::Tables t;
  t["accounts"].add("account_id", test::words({"a", "b"}));
  t["needs"].add("need_id", test::words({"n"})).add("title", test::words({"N"}));
  t["sources"].add("source_id", test::words({"s"})).add("kind", test::words({"discovery"}));
  t["interactions"]
      .add("interaction_id", test::words({"i", "j"}))
      .add("source_id", test::words({"s", "s"}))
      .add("account_id", test::words({"a", "b"}))
      .add("at", test::days({1, 2}));
  t["asked"]
      .add("interaction_id", test::words({"i", "j"}))
      .add("need_id", test::words({"n", "n"}))
      .add("answer", test::words({"yes", "no"}));
  t["requests"]
      .add("request_id", test::words({"r"}))
      .add("account_id", test::words({"a"}))
      .add("source_id", test::words({"s"}))
      .add("need_id", test::words({"n"}))
      .add("at", test::days({1}));
  const auto demand = demand::demand(test::build(t));
  CHECK(demand.overall()[0].prevalence.status == core::Status::exact);
  CHECK(demand.overall()[0].prevalence.value == 0.5);
  CHECK(demand.overall()[0].prevalence.interval.width() == 0.0);
}

TEST_CASE("progress never goes back where a band is fitted twice", "[demand]") {
  double last = 0.0;
  bool goes_back = false;
  demand::DemandOptions options{.false_reports = {0.0, 0.02}};
  options.draws = 100;
  options.control.progress = [&](std::string_view, double done) {
    goes_back = goes_back || done < last;
    last = done;
    return true;
  };
  CHECK(demand::demand(test::build(test::small_world()), options).draws() == 100);
  CHECK(last == 1.0);
  CHECK_FALSE(goes_back);
}
