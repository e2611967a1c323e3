#include <outweigh/roadmap/plan.hpp>

#include <string>
#include <vector>

#include <outweigh/demand/demand.hpp>
#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/scoring/named_scorers.hpp>
#include <outweigh/scoring/score.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using core::Column;
using roadmap::Plan;
using roadmap::PlanOptions;

namespace {

core::Table table(std::initializer_list<std::pair<const char*, Column>> columns) {
  core::Table result;
  for (const auto& [name, column] : columns) result.add(name, column);
  return result;
}

// Ten accounts; n1 is asked for by six of them, n2 by three, n3 by one.
scoring::Scores scores(core::Table solutions, core::Table covers, core::Table dependencies) {
  std::vector<std::string> accounts, request, account, need;
  for (int a = 0; a < 10; ++a) accounts.push_back("A" + std::to_string(a));
  const auto ask = [&](int from, int to, const char* what) {
    for (int a = from; a < to; ++a) {
      request.push_back("R" + std::to_string(request.size()));
      account.push_back("A" + std::to_string(a));
      need.emplace_back(what);
    }
  };
  ask(0, 6, "n1");
  ask(4, 7, "n2");
  ask(9, 10, "n3");
  const std::vector<core::Instant> at(request.size(), core::Instant::from_microseconds(1'700'000'000'000'000));
  const auto texts = [](const std::vector<std::string>& values) {
    return Column::strings(std::span<const std::string>(values));
  };
  graph::GraphBuilder builder;
  builder.add("accounts", table({{"account_id", texts(accounts)}}));
  builder.add("sources", table({{"source_id", Column::strings({"S"})}, {"kind", Column::strings({"pooled_support"})}}));
  builder.add("needs", table({{"need_id", Column::strings({"n1", "n2", "n3"})},
                              {"title", Column::strings({"one", "two", "three"})}}));
  builder.add("requests", table({{"request_id", texts(request)},
                                 {"account_id", texts(account)},
                                 {"source_id", texts(std::vector<std::string>(request.size(), "S"))},
                                 {"at", Column::instants(at)},
                                 {"need_id", texts(need)}}));
  builder.add("solutions", std::move(solutions));
  builder.add("covers", std::move(covers));
  if (dependencies.columns() != 0) builder.add("dependencies", std::move(dependencies));
  return scoring::score(demand::demand(builder.build(), {.method = "raw"}), scoring::named_scorer("rice"));
}

core::Table four_solutions() {
  return table({{"solution_id", Column::strings({"both", "first", "second", "third"})},
                {"title", Column::strings({"a", "b", "c", "d"})},
                {"effort", Column::float64s({5, 3, 3, 1})}});
}

core::Table four_covers() {
  return table({{"solution_id", Column::strings({"both", "both", "first", "second", "third"})},
                {"need_id", Column::strings({"n1", "n2", "n1", "n2", "n3"})},
                {"share", Column::float64s({1, 1, 1, 1, 1})}});
}

std::vector<std::string> ids(const Plan& plan, std::span<const graph::SolutionIndex> solutions) {
  std::vector<std::string> result;
  for (const auto s : solutions) result.push_back(plan.scores().graph().ids(graph::NodeKind::solution).text(s.value()));
  return result;
}
std::vector<std::string> chosen(const Plan& plan) { return ids(plan, plan.solutions()); }

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a need met by several solutions counts once", "[roadmap]") {
  const auto given = scores(four_solutions(), four_covers(), {});
  const double n1 = given.needs()[0].value;
  const double n2 = given.needs()[1].value;
  const double n3 = given.needs()[2].value;
  REQUIRE(n1 > n2);
  REQUIRE(n2 > n3);
  const Plan six = roadmap::plan(given, {.capacity = 6});
  CHECK(chosen(six) == Names{"both", "third"});
  CHECK(six.value() == Approx(n1 + n2 + n3));
  CHECK(six.effort() == 6.0);
  CHECK(six.proven());
  const Plan ample = roadmap::plan(given, {.capacity = 100});
  CHECK(ample.value() == Approx(n1 + n2 + n3));
  const Plan four = roadmap::plan(given, {.capacity = 4});
  CHECK(chosen(four) == Names{"first", "third"});
  CHECK(four == roadmap::plan(given, {.capacity = 4}));
  CHECK_FALSE(four == six);

  const auto shown = four.to_table();
  CHECK(shown.rows() == 4);
  CHECK(shown["chosen"] == Column::booleans(std::vector<std::uint8_t>{1, 1, 0, 0}));

  const auto in = roadmap::displaced_by(four, "second");
  CHECK(in.forced_in);
  CHECK(ids(four, in.entering) == Names{"second"});
  CHECK(ids(four, in.leaving) == Names{"first"});
  CHECK(in.value_lost == Approx(n1 - n2));
  CHECK(in.alternative.contains(in.solution));
  const auto out = roadmap::displaced_by(four, "first");
  CHECK(ids(four, out.entering) == Names{"second"});
  CHECK(ids(four, out.leaving) == Names{"first"});
  CHECK_THROWS_AS(roadmap::displaced_by(four, "both"), core::Infeasible);
  CHECK_THROWS_AS(roadmap::displaced_by(four, "fifth"), core::InvalidInput);
  const auto freed = roadmap::displaced_by(roadmap::plan(given, {.capacity = 4, .include = {"second"}}), "second");
  CHECK_FALSE(freed.forced_in);
  CHECK(freed.value_lost == Approx(n2 - n1));
  CHECK(freed.alternative.options().include.empty());
  const auto let_in = roadmap::displaced_by(roadmap::plan(given, {.capacity = 4, .exclude = {"first"}}), "first");
  CHECK(let_in.forced_in);
  CHECK(let_in.value_lost == Approx(n2 - n1));
  CHECK(let_in.alternative.options().exclude.empty());
  CHECK(chosen(roadmap::plan(given, {.capacity = 6, .exclude = {"both"}})) == Names{"first", "second"});
  CHECK(chosen(roadmap::plan(given, {.capacity = 4, .include = {"second"}})) == Names{"second", "third"});
  CHECK_THROWS_AS(roadmap::plan(given, {.capacity = -1}), core::InvalidInput);
  CHECK_THROWS_AS(roadmap::plan(given, {.capacity = 4, .include = {"nothing"}}), core::InvalidInput);
}

TEST_CASE("dependencies and status decide what can be planned", "[roadmap]") {
  const auto given = scores(
      table({{"solution_id", Column::strings({"old", "gone", "vague", "a", "b", "c", "d", "e"})},
             {"title", Column::strings({"1", "2", "3", "4", "5", "6", "7", "8"})},
             {"effort", Column::float64s({1, 1, 0, 2, 2, 2, 2, 2}, std::vector<std::uint8_t>{1, 1, 0, 1, 1, 1, 1, 1})},
             {"status", Column::strings({"shipped", "dropped", "candidate", "candidate", "in_progress", "candidate",
                                         "candidate", "candidate"})}}),
      table({{"solution_id", Column::strings({"a", "b", "c", "d"})},
             {"need_id", Column::strings({"n1", "n2", "n3", "n3"})}}),
      table({{"solution_id", Column::strings({"a", "b", "c", "d", "e"})},
             {"on", Column::strings({"old", "a", "gone", "vague", "old"})},
             {"kind", Column::strings({"requires", "requires", "requires", "together", "excludes"})}}));
  const Plan plan = roadmap::plan(given, {.capacity = 4});
  CHECK(chosen(plan) == Names{"a", "b"});
  CHECK(chosen(roadmap::plan(given, {.capacity = 2})) == Names{"a"});
  REQUIRE(plan.left_out().size() == 6);
  CHECK(plan.left_out()[0].reason == "it has shipped");
  CHECK(plan.left_out()[1].reason == "it was dropped");
  CHECK(plan.left_out()[2].reason == "its effort is unknown");
  CHECK_THAT(plan.left_out()[3].reason, test::contains("requires 'gone'"));
  CHECK_THAT(plan.left_out()[4].reason, test::contains("together with 'vague'"));
  CHECK_THAT(plan.left_out()[5].reason, test::contains("excludes 'old'"));
  CHECK_FALSE(plan.position(plan.left_out()[0].solution).has_value());
  CHECK_THROWS_WITH(roadmap::displaced_by(plan, "old"), test::contains("it has shipped"));
  CHECK(chosen(roadmap::plan(given, {.capacity = 4, .exclude = {"old", "b"}})) == Names{"a"});
}

TEST_CASE("a plan needs efforts", "[roadmap]") {
  CHECK_THROWS_AS(
      roadmap::plan(scores(table({{"solution_id", Column::strings({"a"})}, {"title", Column::strings({"a"})}}),
                           table({{"solution_id", Column::strings({"a"})}, {"need_id", Column::strings({"n1"})}}), {}),
                    {.capacity = 1}),
      core::MissingInput);
}
