#include <outweigh/core/probability.hpp>

#include <cmath>
#include <limits>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("a probability lies between 0 and 1", "[core]") {
  CHECK(Probability(0.25).complement().value() == 0.75);
  CHECK(Probability(0.0) < Probability(1.0));
  CHECK(Probability().value() == 0.0);
  for (const double bad : {-1e-300, 1.0000000000000002, std::nan(""), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(Probability(bad), InvalidInput);
  }
}
