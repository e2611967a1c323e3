#include <outweigh/scoring/weighted_sum.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using scoring::WeightedSum;

TEST_CASE("a weighted sum stretches each column from 0 to 1", "[scoring]") {
  const std::vector<double> value{10.0, 20.0, 30.0};
  const std::vector<double> effort{8.0, 4.0, 0.0};
  const std::vector<double> risk{0.5, 0.5, 0.5};
  const scoring::ScoringInput input{.size = 3, .value = value, .risk = risk, .effort = effort};
  const auto scores = WeightedSum({{"value", 2.0}, {"effort", -1.0}, {"risk", 5.0}}).score(input);
  CHECK(scores[0] == Approx(-1.0));
  CHECK(scores[1] == Approx(0.5));
  CHECK(scores[2] == Approx(2.0));
  // Scaling and shifting a column changes nothing.
  std::vector<double> other;
  for (const double v : value) other.push_back(3.0 * v - 7.0);
  const scoring::ScoringInput scaled{.size = 3, .value = other, .risk = risk, .effort = effort};
  const auto again = WeightedSum({{"value", 2.0}, {"effort", -1.0}, {"risk", 5.0}}).score(scaled);
  for (std::size_t i = 0; i < 3; ++i) CHECK(again[i] == Approx(scores[i]).epsilon(1e-12));
  CHECK(WeightedSum().score({}).empty());
}

TEST_CASE("weights that mean nothing are refused", "[scoring]") {
  CHECK_THROWS_AS(WeightedSum(std::vector<std::pair<std::string, double>>{}), core::InvalidInput);
  CHECK_THROWS_AS(WeightedSum({{"votes", 1.0}}), core::InvalidInput);
  CHECK_THROWS_AS(WeightedSum({{"value", std::nan("")}}), core::InvalidInput);
  CHECK_THROWS_AS(WeightedSum({{"value", 1.0}, {"value", 1.0}}), core::InvalidInput);
  const std::vector<double> value{1.0, 2.0};
  CHECK_THROWS_AS(WeightedSum().score({.size = 2, .value = value}), core::MissingInput);
}
