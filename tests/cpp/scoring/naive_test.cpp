#include <outweigh/scoring/naive.hpp>

#include <vector>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("the naive scorers hand on the value they are made for", "[scoring]") {
  const std::vector<double> value{3.0, 1.0};
  CHECK(scoring::Votes{}.score({.size = 2, .value = value}) == value);
  CHECK(scoring::Revenue{}.score({.size = 2, .value = value}) == value);
  CHECK(scoring::Votes::value_basis() == scoring::ValueBasis::votes);
  CHECK(scoring::Revenue::value_basis() == scoring::ValueBasis::voiced_revenue);
}
