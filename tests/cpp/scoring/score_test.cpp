#include <outweigh/scoring/score.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <outweigh/scoring/scores.hpp>
#include <outweigh/scoring/scoring.hpp>

#include "../demand/small_world.hpp"
#include "../support/catch.hpp"

using namespace outweigh;

namespace {

scoring::SolutionScore row_of(const scoring::Scores& scores, std::string_view id) {
  return scores.solutions()[test::at(scores.graph(), graph::NodeKind::solution, id)];
}

struct Cheapest {
  std::string name() const { return "cheapest"; }
  std::vector<double> score(const scoring::ScoringInput& input) const {
    std::vector<double> scores;
    for (const double effort : input.effort) scores.push_back(-effort);
    return scores;
  }
};

}  // namespace

TEST_CASE("solutions get value from the needs they cover", "[scoring]") {
  const auto graph = test::build(test::small_world());
  const auto demand = demand::demand(graph, {.method = "raw"});
  const auto scores = scoring::score(demand, scoring::Rice{});
  // Raw: n1 is needed by a1, a2, a4; n2 by a1. s1 covers n1 and half of n2, s2 all of n2.
  CHECK(row_of(scores, "s1").value == Approx(3.5));
  CHECK(row_of(scores, "s2").value == Approx(1.0));
  CHECK(row_of(scores, "s1").accounts == Approx(3.0));  // a1 once
  CHECK(row_of(scores, "s1").revenue == Approx(160.0));
  CHECK(scores.covered(graph::SolutionIndex(test::at(graph, graph::NodeKind::solution, "s1"))).size() == 2);

  // s3 has no effort, s4 has shipped.
  CHECK(row_of(scores, "s3").rank == 0);
  CHECK_THAT(row_of(scores, "s3").reason, test::contains("effort"));
  CHECK(row_of(scores, "s4").rank == 0);
  CHECK_THAT(row_of(scores, "s4").reason, test::contains("shipped"));
  CHECK(row_of(scores, "s1").rank + row_of(scores, "s2").rank == 3);
  const auto order = scores.ranking();
  REQUIRE(order.size() == 4);
  CHECK(scores.solutions()[order[0].value()].rank == 1);
  CHECK(scores.solutions()[order[3].value()].rank == 0);

  const double value = row_of(scores, "s1").value;
  const double width = row_of(scores, "s1").interval.width();
  CHECK(row_of(scores, "s1").score == Approx(value * (value / (value + width)) / 4.0));
}

TEST_CASE("the naive scorers count votes and the revenue of those who asked", "[scoring]") {
  const auto graph = test::build(test::small_world());
  const auto demand = demand::demand(graph, {.method = "raw"});
  CHECK(row_of(scoring::score(demand, scoring::Votes{}), "s1").score == Approx(5.0 + 0.5 * 1.0));
  CHECK(row_of(scoring::score(demand, scoring::Revenue{}), "s1").score == Approx(160.0 + 0.5 * 100.0));
  scoring::ScoreOptions options;
  options.value = scoring::ValueOptions{.basis = scoring::ValueBasis::accounts};
  CHECK(row_of(scoring::score(demand, scoring::Votes{}, options), "s1").score == Approx(3.5));
}

TEST_CASE("a scorer of one's own ranks, and gets removal effects", "[scoring]") {
  const auto graph = test::build(test::small_world());
  const auto demand = demand::demand(graph, {.method = "pooled"});
  const auto scores = scoring::score(demand, Cheapest{});
  CHECK(row_of(scores, "s2").rank == 1);
  CHECK_FALSE(scores.parts().is_additive);
  REQUIRE(scores.parts().removals.size() == scores.parts().covered.size());
  for (const double effect : scores.parts().removals) CHECK(effect == 0.0);
  struct OnlyValue {
    std::string name() const { return "only value"; }
    std::vector<double> score(const scoring::ScoringInput& input) const {
      return {input.value.begin(), input.value.end()};
    }
  };
  const auto by_value = scoring::score(demand, OnlyValue{});
  const auto& parts = by_value.parts();
  for (std::size_t s = 0; s < parts.solutions.size(); ++s) {
    for (std::size_t c = parts.covered_offsets[s]; c < parts.covered_offsets[s + 1]; ++c) {
      if (parts.solutions[s].rank != 0) CHECK(parts.removals[c] == Approx(parts.covered[c].value));
    }
  }
}

TEST_CASE("equal scores share a rank", "[scoring]") {
  struct Same {
    std::string name() const { return "same"; }
    std::vector<double> score(const scoring::ScoringInput& input) const { return std::vector<double>(input.size, 1.0); }
  };
  const auto scores = scoring::score(demand::demand(test::build(test::small_world()), {.method = "raw"}), Same{});
  CHECK(row_of(scores, "s1").rank == 1);
  CHECK(row_of(scores, "s2").rank == 1);
}

TEST_CASE("scores come out as tables and can be rebuilt from their parts", "[scoring]") {
  const auto demand = demand::demand(test::build(test::small_world()), {.method = "pooled"});
  const auto scores = scoring::score(demand, scoring::Wsjf{});
  CHECK(scores.to_table().rows() == 4);
  CHECK(scores.to_table()["rank"].is_null(3));
  CHECK(scores.needs_table().rows() == 3);
  CHECK(scoring::Scores(scores.parts()) == scores);
  CHECK_FALSE(scoring::score(demand, scoring::Rice{}) == scores);
  scoring::ScoresParts broken = scores.parts();
  broken.covered.pop_back();
  CHECK_THROWS_AS(scoring::Scores(broken), core::InvalidInput);
}

TEST_CASE("missing tables are named, missing efforts are said", "[scoring]") {
  for (const std::string name : {"solutions", "covers"}) {
    auto tables = test::small_world();
    tables.erase("covers");
    tables.erase(name);
    const auto demand = demand::demand(test::build(tables), {.method = "raw"});
    try {
      static_cast<void>(scoring::score(demand, scoring::Rice{}));
      FAIL("nothing was thrown");
    } catch (const core::MissingInput& error) {
      CHECK(error.place().table == name);
    }
  }
  auto tables = test::small_world();
  tables["solutions"] = tables["solutions"].select(std::vector<std::string>{"solution_id", "title", "status"});
  const auto demand = demand::demand(test::build(tables), {.method = "raw"});
  CHECK_THROWS_AS(scoring::score(demand, scoring::Rice{}), core::MissingInput);
  const auto votes = scoring::score(demand, scoring::Votes{});
  CHECK(row_of(votes, "s1").rank == 1);
  CHECK_FALSE(votes.parts().warnings.empty());
  CHECK_THROWS_AS(scoring::score(demand, scoring::Votes{}, {.level = 2.0}), core::InvalidInput);
}

TEST_CASE("a solution for a need that has been met says so, and a date without a status tells that it shipped",
          "[scoring]") {
  auto tables = test::small_world();
  tables["solutions"] = core::Table();
  tables["solutions"]
      .add("solution_id", test::words({"s1", "s2", "s3", "s4"}))
      .add("title", test::words({"Exporter", "Login", "Theme", "Old"}))
      .add("effort", test::numbers({4, 2, 3, 1}))
      .add("status", test::words({"candidate", "", "", ""}))
      .add("shipped", test::days({-1, -1, -1, 70}));
  tables["covers"] = core::Table();
  tables["covers"]
      .add("solution_id", test::words({"s1", "s1", "s2", "s4"}))
      .add("need_id", test::words({"n1", "n2", "n2", "n1"}))
      .add("share", test::numbers({1, 0.5, 1, 1}));
  const auto scores = scoring::score(demand::demand(test::build(tables), {.method = "raw"}), scoring::Rice{});
  CHECK(row_of(scores, "s4").reason == "already shipped");
  CHECK_THAT(row_of(scores, "s1").reason, test::contains("a solution that has shipped meets a need it covers"));
  CHECK(row_of(scores, "s2").reason.find("has shipped") == std::string::npos);
}
