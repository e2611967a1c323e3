#include <outweigh/demand/method.hpp>

#include <outweigh/core/errors.hpp>
#include <outweigh/demand/demand.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("methods are found by name, the default is first", "[demand]") {
  CHECK(demand::methods().front().name == demand::DemandOptions{}.method);
  for (const demand::Method& method : demand::methods()) {
    CHECK(demand::find_method(method.name).fit == method.fit);
    CHECK_FALSE(method.summary.empty());
  }
  try {
    static_cast<void>(demand::find_method("magic"));
    FAIL("nothing was thrown");
  } catch (const core::InvalidInput& error) {
    CHECK(error.place().value == "magic");
    CHECK_THAT(error.message(), test::contains("occupancy"));
  }
}
