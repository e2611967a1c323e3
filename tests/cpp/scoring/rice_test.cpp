#include <outweigh/scoring/rice.hpp>

#include <vector>

#include <outweigh/core/errors.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("RICE is reach * impact * confidence / effort", "[scoring]") {
  const std::vector<double> value{100.0, 60.0, 0.0};
  const std::vector<double> confidence{0.5, 1.0, 0.0};
  const std::vector<double> effort{10.0, 3.0, 1.0};
  const scoring::ScoringInput input{.size = 3, .value = value, .confidence = confidence, .effort = effort};
  CHECK(scoring::Rice{}.score(input) == std::vector<double>{5.0, 20.0, 0.0});
  const auto parts = scoring::Rice{}.parts(input);
  CHECK(parts.values[0] == 10.0);
  CHECK(parts.values[1] == -5.0);
}

TEST_CASE("what is free comes first, and without any effort there is no dividing", "[scoring]") {
  const std::vector<double> effort{0.0, 4.0};
  CHECK(scoring::divisors({.size = 2, .effort = effort}, "x") == std::vector<double>{4e-6, 4.0});
  const std::vector<double> free{0.0, 0.0};
  CHECK(scoring::divisors({.size = 2, .effort = free}, "x") == std::vector<double>{1.0, 1.0});
  CHECK_THROWS_AS(scoring::divisors({.size = 2}, "x"), core::MissingInput);
  CHECK(scoring::divisors({}, "x").empty());
}
