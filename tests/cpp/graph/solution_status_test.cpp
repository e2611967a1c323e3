#include <outweigh/graph/solution_status.hpp>

#include "../support/catch.hpp"
#include "sample.hpp"

using namespace outweigh;
using graph::SolutionStatus;

TEST_CASE("a solution without a status has shipped from its date on", "[graph]") {
  auto tables = test::sample();
  tables["solutions"] = core::Table()
                            .add("solution_id", test::words({"said", "done", "planned", "unknown"}))
                            .add("title", test::words({"A", "B", "C", "D"}))
                            .add("status", test::words({"in_progress", "", "", ""}))
                            .add("shipped", test::days({5, 5, 300'000, -1}));
  for (const auto* name : {"covers", "dependencies", "commitments"}) tables.erase(name);
  const auto graph = test::build(tables);
  const auto status = [&](std::string_view id) {
    return graph::status_of(graph, *graph.ids(graph::NodeKind::solution).find(id));
  };
  CHECK(status("said") == SolutionStatus::in_progress);
  CHECK(status("done") == SolutionStatus::shipped);
  CHECK(status("planned") == SolutionStatus::candidate);
  CHECK(status("unknown") == SolutionStatus::candidate);
}

TEST_CASE("a need is met since the first solution that meets it whole had shipped", "[graph]") {
  auto tables = test::sample();
  tables["solutions"] = core::Table()
                            .add("solution_id", test::words({"late", "early", "planned", "undated"}))
                            .add("title", test::words({"A", "B", "C", "D"}))
                            .add("status", test::words({"", "", "", "shipped"}))
                            .add("shipped", test::days({9, 5, 300'000, -1}));
  tables["covers"] = core::Table()
                         .add("solution_id", test::words({"late", "early", "planned", "undated", "early"}))
                         .add("need_id", test::words({"n1", "n1", "n2", "n2", "n2"}))
                         .add("share", core::Column::float64s({1.0, 1.0, 1.0, 1.0, 0.9}));
  for (const auto* name : {"dependencies", "commitments"}) tables.erase(name);
  const auto graph = test::build(tables);
  const auto since = graph::met_since(graph);
  const auto need = [&](std::string_view id) { return since[*graph.ids(graph::NodeKind::need).find(id)]; };
  REQUIRE(need("n1").has_value());
  const std::size_t early = *graph.ids(graph::NodeKind::solution).find("early");
  CHECK(*need("n1") == graph.solutions().shipped[early]);
  CHECK_FALSE(need("n2").has_value());
}
