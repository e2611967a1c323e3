#include <outweigh/demand/weighted.hpp>

#include "../support/catch.hpp"
#include "small_world.hpp"

using namespace outweigh;

TEST_CASE("weighting predicts accounts never contacted from those alike", "[demand]") {
  const auto graph = test::build(test::small_world());
  const demand::Evidence evidence = demand::collect_evidence(graph);
  const demand::Fit fit = demand::fit_weighted(evidence, {});
  REQUIRE(fit.probabilities.size() == 24);
  // a8 was not contacted. In its cell a4, a5 and a6 were, and a4 asked: (1 + s) / (3 + 1), where
  // s = (3 + 1/2) / (6 + 1) over the six contacted accounts.
  CHECK(fit.probabilities[7] == Approx(0.375));
  CHECK(fit.status == core::Status::doubtful);
}
