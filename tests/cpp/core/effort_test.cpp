#include <outweigh/core/effort.hpp>

#include <cmath>
#include <limits>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("an effort is finite and not negative", "[core]") {
  CHECK((Effort(1.5) + Effort(2.0)).amount() == 3.5);
  CHECK(Effort() == Effort(0.0));
  CHECK(Effort(1.0) < Effort(2.0));
  for (const double bad : {-0.1, std::nan(""), std::numeric_limits<double>::infinity(), 1e301}) {
    CHECK_THROWS_AS(Effort(bad), InvalidInput);
  }
  CHECK_THROWS_AS(Effort(1e300) + Effort(1e300), InvalidInput);
}
