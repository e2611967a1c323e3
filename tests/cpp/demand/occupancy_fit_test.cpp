#include <outweigh/demand/occupancy_fit.hpp>

#include <cmath>
#include <string>

#include <outweigh/core/read_column.hpp>
#include <outweigh/demand/prevalence.hpp>
#include <outweigh/lab/simulation.hpp>

#include "../support/catch.hpp"
#include "small_world.hpp"

using namespace outweigh;

TEST_CASE("with hardly anybody heard twice only bounds are known", "[demand]") {
  const auto graph = test::build(test::small_world());
  const demand::Fit fit = demand::fit_occupancy(demand::collect_evidence(graph), {});
  CHECK(fit.status == core::Status::bounds_only);
  CHECK_FALSE(fit.reason.empty());
  const auto demand = demand::demand(graph);
  for (const auto& row : demand.overall()) CHECK(row.prevalence.interval.width() >= 0.8);
}

TEST_CASE("few labels give bounds only", "[demand]") {
  auto tables = test::small_world();
  const core::Table requests = tables["requests"];
  core::Table some;
  for (const std::string& name : requests.names()) {
    some.add(name, name == "need_id" ? test::words({"n1", "", "", "", "n1", "n2", "n2", "n3"}) : requests[name]);
  }
  tables["requests"] = some;
  const demand::Evidence evidence = demand::collect_evidence(test::build(tables));
  CHECK(evidence.labelled_share() == 0.5);
  CHECK(demand::fit_occupancy(evidence, {}).status == core::Status::bounds_only);
}

TEST_CASE("on a simulated company the estimate is nearer the truth than the raw share", "[demand]") {
  lab::SimulationOptions options;
  options.seed = 4;
  options.accounts = 700;
  options.needs = 16;
  const lab::Simulation simulation = lab::simulate(options);
  const auto graph = simulation.graph();
  const auto demand = demand::demand(graph, {.draws = 100});
  const core::Table& truth = simulation.truth.needs();
  const auto prevalence = core::read_float64s(truth["prevalence"]);
  double error = 0.0;
  double raw = 0.0;
  for (std::size_t i = 0; i < truth.rows(); ++i) {
    const auto& row = demand.overall()[*graph.ids(graph::NodeKind::need).find(truth["need_id"].text(i))];
    error += std::pow(row.prevalence.value - prevalence[i], 2.0);
    raw += std::pow(row.raw - prevalence[i], 2.0);
  }
  CHECK(std::sqrt(error) < 0.6 * std::sqrt(raw));
}
