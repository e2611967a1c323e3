#include <outweigh/core/core.hpp>

#include "../support/catch.hpp"

TEST_CASE("one header brings all of core", "[core]") {
  CHECK(outweigh::core::Table().rows() == 0);
  CHECK(outweigh::core::Ids().size() == 0);
}
