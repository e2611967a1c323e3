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
