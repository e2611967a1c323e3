#include <outweigh/demand/detail/intervals.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("an end of an interval of counts belongs to it where half of its chance does", "[demand]") {
  std::vector<double> same(100, 7.0);
  const auto point = demand::detail::count_interval_of(same, 0.9);
  CHECK(point.lower == 7.0);
  CHECK(point.upper == 7.0);
  // 6 % at 0: less than half of it lies above the lower 5 %.
  std::vector<double> skewed(2000, 1.0);
  for (std::size_t d = 0; d < skewed.size(); d += 17) skewed[d] = 0.0;
  CHECK(demand::detail::count_interval_of(skewed, 0.9).lower == 1.0);
  for (std::size_t d = 0; d < skewed.size(); d += 8) skewed[d] = 0.0;
  CHECK(demand::detail::count_interval_of(skewed, 0.9).lower == 0.0);
  for (const double level : {0.01, 0.5, 0.9, 0.99}) {
    std::vector<double> two{3.0, 4.0};
    const auto interval = demand::detail::count_interval_of(two, level);
    CHECK(interval.lower <= interval.upper);
    CHECK(interval.level == level);
  }
}

TEST_CASE("draws that follow each other closely count for few", "[demand]") {
  stats::Random random(4);
  std::vector<double> apart(2000);
  std::vector<double> close(2000);
  double state = 0.0;
  for (std::size_t d = 0; d < apart.size(); ++d) {
    apart[d] = random.normal();
    close[d] = state = 0.9 * state + random.normal();
  }
  CHECK(demand::detail::effective_draws(apart) > 1500.0);
  // (1 - .9) / (1 + .9) of them.
  CHECK(demand::detail::effective_draws(close) > 60.0);
  CHECK(demand::detail::effective_draws(close) < 180.0);
  CHECK(demand::detail::effective_draws(std::vector<double>(5, 2.0)) == 5.0);
}

TEST_CASE("intervals of small counts cover as often as they say, on the average", "[demand]") {
  stats::Random random(3);
  double covered = 0.0;
  double enclosed = 0.0;
  constexpr int times = 1500;
  for (int t = 0; t < times; ++t) {
    // The truth is one more draw from the same distribution.
    const double chance = 0.1 + 0.3 * random.uniform();
    const double truth = static_cast<double>(random.binomial(20, chance));
    std::vector<double> draws(200);
    for (double& draw : draws) draw = static_cast<double>(random.binomial(20, chance));
    const auto interval = demand::detail::count_interval_of(draws, 0.9);
    covered += interval.lower <= truth && truth <= interval.upper ? 1.0 : 0.0;
    const auto wide = demand::detail::interval_of(draws, 0.9);
    enclosed += wide.lower <= truth && truth <= wide.upper ? 1.0 : 0.0;
  }
  CHECK(covered / times > 0.87);
  CHECK(covered / times < 0.93);
  CHECK(enclosed / times > 0.93);
}
