#include <outweigh/demand/raw.hpp>

#include <outweigh/demand/fit.hpp>
#include <outweigh/demand/options.hpp>
#include <outweigh/demand/prevalence.hpp>

#include "../support/catch.hpp"
#include "small_world.hpp"

using namespace outweigh;

TEST_CASE("raw demand counts accounts, not requests, and gives the range that assumes nothing", "[demand]") {
  const auto graph = test::build(test::small_world());
  const auto demand = demand::demand(graph, {.method = "raw"});
  REQUIRE(demand.rows().size() == 6);
  REQUIRE(demand.overall().size() == 3);
  const demand::DemandRow& n1 = demand.overall()[test::at(graph, graph::NodeKind::need, "n1")];
  CHECK(n1.accounts == 8);
  CHECK(n1.requesting == 3);
  CHECK(n1.prevalence.value == Approx(3.0 / 8.0).epsilon(1e-15));
  CHECK(n1.prevalence.status == core::Status::bounds_only);
  CHECK(n1.range.lower == 0.0);
  CHECK(n1.range.upper == 1.0);
  CHECK(*n1.revenue == core::Money::from_units(160.0));
  const demand::DemandRow& n2 = demand.overall()[test::at(graph, graph::NodeKind::need, "n2")];
  CHECK(n2.range.upper == 7.0 / 8.0);
  CHECK(n2.denied == 1);
  CHECK(n2.prevalence.interval.upper == 7.0 / 8.0);

  const std::size_t large = test::at(graph, graph::NodeKind::segment, "large");
  const demand::DemandRow& n1_large = demand.rows()[test::at(graph, graph::NodeKind::need, "n1") * 2 + large];
  CHECK(n1_large.accounts == 3);
  CHECK(n1_large.raw == Approx(2.0 / 3.0));
  CHECK(demand.stakeholders()[test::at(graph, graph::NodeKind::need, "n3")].requests == 1);
  CHECK(demand.draws() == 1);
  CHECK(demand::fit_raw(demand::collect_evidence(graph), {}).draws == 0);
}
