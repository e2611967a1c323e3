#include <outweigh/explain/explain.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/lab/simulation.hpp>
#include <outweigh/scoring/scoring.hpp>

#include "../demand/small_world.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using core::LedgerLineKind;

namespace {

double sum_of(const core::Ledger& ledger, LedgerLineKind kind) {
  double sum = 0.0;
  for (const core::LedgerLine& line : ledger.lines) sum += line.kind == kind ? line.amount : 0.0;
  return sum;
}
std::size_t count_of(const core::Ledger& ledger, LedgerLineKind kind) {
  return static_cast<std::size_t>(
      std::count_if(ledger.lines.begin(), ledger.lines.end(), [&](const auto& line) { return line.kind == kind; }));
}
bool adds_up(const core::Ledger& ledger) {
  double largest = std::abs(ledger.total);
  for (const core::LedgerLine& line : ledger.lines) largest = std::max(largest, std::abs(line.amount));
  return std::abs(ledger.remainder()) <= 1e-9 * largest;
}

struct OnlyValue {
  std::string name() const { return "only value"; }
  std::vector<double> score(const scoring::ScoringInput& input) const {
    return {input.value.begin(), input.value.end()};
  }
};

}  // namespace

TEST_CASE("the ledger of a solution names accounts, shrinkage, effort and quotes", "[explain]") {
  const auto graph = test::build(test::small_world());
  const auto scores = scoring::score(demand::demand(graph, {.method = "pooled"}), scoring::Rice{});
  const core::Ledger ledger = explain::explain(scores, "s1");
  CHECK(ledger.subject == "s1");
  CHECK(ledger.title == "Exporter");
  CHECK(ledger.total == scores.solutions()[test::at(graph, graph::NodeKind::solution, "s1")].value);
  CHECK(adds_up(ledger));
  // a1, a2 and a4 for n1, and half of a1 for n2.
  CHECK(count_of(ledger, LedgerLineKind::heard) == 4);
  CHECK(sum_of(ledger, LedgerLineKind::heard) == Approx(3.5));
  CHECK(ledger.lines[0].name == "a1 has n1 (Export)");
  CHECK(count_of(ledger, LedgerLineKind::shrinkage) == 2);
  CHECK(sum_of(ledger, LedgerLineKind::effort) == 4.0);
  CHECK(ledger.evidence.size() == 6);
  CHECK_FALSE(ledger.assumptions.empty());
  const auto quoted = std::find_if(ledger.evidence.begin(), ledger.evidence.end(),
                                   [](const auto& piece) { return piece.request == "r1"; });
  REQUIRE(quoted != ledger.evidence.end());
  CHECK(quoted->quote == "We copy it by hand");
  CHECK(quoted->account == "a1");
  CHECK(quoted->source == "team");
  CHECK(quoted->weight == Approx(0.5));  // one of a1's two requests for n1
  CHECK_THROWS_AS(explain::explain(scores, "s9"), core::InvalidInput);

  const core::Table accounts = explain::account_contributions(scores, "s1");
  const auto amounts = core::read_float64s(accounts["amount"]);
  double sum = 0.0;
  for (const double amount : amounts.values()) sum += amount;
  CHECK(sum == Approx(ledger.total).epsilon(1e-12));
}

TEST_CASE("a scorer that does not take its scores apart gets removal effects, labelled so", "[explain]") {
  const auto graph = test::build(test::small_world());
  const auto demand = demand::demand(graph, {.method = "pooled"});
  const core::Ledger ledger = explain::explain(scoring::score(demand, OnlyValue{}), "s1");
  CHECK(count_of(ledger, LedgerLineKind::removal) == 2);
  for (const core::LedgerLine& line : ledger.lines) {
    if (line.kind != LedgerLineKind::removal) continue;
    CHECK_FALSE(line.counts);
    CHECK_THAT(line.name, test::contains("removal effect"));
  }
  CHECK(adds_up(ledger));
  const core::Ledger parts = explain::explain(scoring::score(demand, scoring::Wsjf{}), "s1");
  CHECK(count_of(parts, LedgerLineKind::removal) == 0);
  CHECK(count_of(parts, LedgerLineKind::part) == 4);
}

TEST_CASE("in a plan the overlap with other chosen solutions has its line", "[explain]") {
  const auto graph = test::build(test::small_world());
  const auto scores = scoring::score(demand::demand(graph, {.method = "raw"}), scoring::Rice{});
  const auto plan = roadmap::plan(scores, {.capacity = 6.0});
  REQUIRE(plan.solutions().size() == 2);
  // s2 meets all of n2, of which s1 would meet half.
  const core::Ledger ledger = explain::explain(plan, "s1");
  CHECK(ledger.total == Approx(3.0));
  CHECK(sum_of(ledger, LedgerLineKind::overlap) == Approx(-0.5));
  CHECK(adds_up(ledger));
  const core::Ledger other = explain::explain(plan, "s2");
  CHECK(other.total == Approx(0.5));
  CHECK(adds_up(other));
  const auto alone = roadmap::plan(scores, {.capacity = 4.0});
  REQUIRE(alone.solutions().size() == 1);
  CHECK_THAT(explain::explain(alone, "s2").figure, test::contains("not in the plan"));
}

TEST_CASE("every ledger of a simulated company adds up, whatever the value and the overlap", "[explain]") {
  lab::SimulationOptions options;
  options.accounts = 250;
  options.needs = 12;
  options.solutions = 14;
  const auto graph = lab::simulate(options).graph();
  const auto demand = demand::demand(graph, {.method = "pooled"});
  for (const auto basis : {scoring::ValueBasis::accounts, scoring::ValueBasis::revenue, scoring::ValueBasis::mix,
                           scoring::ValueBasis::votes, scoring::ValueBasis::voiced_revenue}) {
    const auto scores = scoring::score(demand, scoring::Rice{}, {.value = scoring::ValueOptions{.basis = basis}});
    for (const auto overlap : {roadmap::Overlap::best_share, roadmap::Overlap::sum_of_shares}) {
      const auto plan = roadmap::plan(scores, {.capacity = 60.0, .overlap = overlap});
      const core::Ids& ids = graph.ids(graph::NodeKind::solution);
      for (std::size_t s = 0; s < ids.size(); ++s) {
        CHECK(adds_up(explain::explain(scores, ids.text(s))));
        CHECK(adds_up(explain::explain(plan, ids.text(s))));
      }
    }
  }
}

TEST_CASE("evidence has the name of its source beside the id", "[explain]") {
  auto tables = test::small_world();
  tables["sources"].add("name", core::Column::strings({"The account team", "The support desk"}));
  const auto scores = scoring::score(demand::demand(test::build(tables), {.method = "pooled"}), scoring::Rice{});
  const core::Ledger ledger = explain::explain(scores, "s1");
  REQUIRE_FALSE(ledger.evidence.empty());
  for (const core::LedgerEvidence& piece : ledger.evidence) {
    CHECK(piece.source_name == (piece.source == "team" ? "The account team" : "The support desk"));
  }
}
