#include <outweigh/lab/simulation_options.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("by default a simulation breaks no assumption of true reports", "[lab]") {
  constexpr double none = 0.0;
  const lab::SimulationOptions options;
  CHECK(options.accounts == 2000);
  CHECK(options.false_reports == none);
  CHECK(options.overdispersion == none);
  CHECK(options.unlogged_silent_calls == none);
  CHECK(options.hearing_bias == 1.0);
}
