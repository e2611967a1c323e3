#include <outweigh/lab/regret.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using Numbers = std::vector<double>;
using Chosen = std::vector<std::uint8_t>;

TEST_CASE("the value of a set counts a need met by several solutions once", "[lab]") {
  const std::vector<lab::CoveredShare> covers{{0, 0, 0.5}, {1, 0, 0.8}, {1, 1, 0.25}, {2, 1, 1.0}};
  const Numbers values{100.0, 40.0};
  CHECK(lab::set_value(Chosen{0, 0, 0}, covers, values) == 0.0);
  CHECK(lab::set_value(Chosen{1, 0, 0}, covers, values) == Approx(50.0));
  CHECK(lab::set_value(Chosen{1, 1, 0}, covers, values) == Approx(90.0));
  CHECK(lab::set_value(Chosen{1, 1, 1}, covers, values) == Approx(120.0));
  CHECK(lab::set_value(Chosen{}, {}, Numbers{}) == 0.0);
}

TEST_CASE("more solutions are never worth less, and never more than all needs", "[lab]") {
  stats::Random random(3);
  for (int run = 0; run < 500; ++run) {
    std::vector<lab::CoveredShare> covers;
    for (int c = 0; c < 12; ++c) {
      covers.push_back(
          {static_cast<std::uint32_t>(random.below(5)), static_cast<std::uint32_t>(random.below(4)), random.uniform()});
    }
    Numbers values(4);
    double all = 0.0;
    for (double& value : values) all += value = random.uniform(0.0, 10.0);
    Chosen chosen(5, 0);
    double before = 0.0;
    for (std::size_t j = 0; j < chosen.size(); ++j) {
      chosen[j] = 1;
      const double value = lab::set_value(chosen, covers, values);
      REQUIRE(value >= before - 1e-12);
      REQUIRE(value <= all + 1e-12);
      before = value;
    }
  }
}

TEST_CASE("bad sets are refused with their place", "[lab]") {
  const std::vector<lab::CoveredShare> far{{7, 0, 1.0}};
  CHECK_THROWS_WITH(lab::set_value(Chosen{1}, far, Numbers{1.0}), test::contains("row 0"));
  const std::vector<lab::CoveredShare> wide{{0, 0, 1.5}};
  CHECK_THROWS_AS(lab::set_value(Chosen{1}, wide, Numbers{1.0}), core::InvalidInput);
  CHECK_THROWS_AS(lab::set_value(Chosen{1}, {}, Numbers{-1.0}), core::InvalidInput);
}

TEST_CASE("regret is a share of the best", "[lab]") {
  CHECK(lab::relative_regret(75.0, 100.0) == Approx(0.25));
  CHECK(lab::relative_regret(100.0, 100.0) == 0.0);
  CHECK(lab::relative_regret(0.0, 0.0) == 0.0);
  CHECK_THROWS_AS(lab::relative_regret(2.0, 1.0), core::InvalidInput);
  CHECK_THROWS_AS(lab::relative_regret(-1.0, 1.0), core::InvalidInput);
  CHECK_THROWS_AS(lab::relative_regret(std::numeric_limits<double>::quiet_NaN(), 1.0), core::InvalidInput);
}
