#include <outweigh/stats/proportion.hpp>

#include <cmath>
#include <limits>

#include <outweigh/stats/distributions.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;
using outweigh::core::Interval;
using outweigh::core::InvalidInput;

TEST_CASE("intervals match published examples", "[stats]") {
  // Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I: 81 of 263.
  CHECK(wilson_interval(81, 263, 0.95).lower == Approx(0.2553).margin(5e-5));
  CHECK(wilson_interval(81, 263, 0.95).upper == Approx(0.3662).margin(5e-5));
  CHECK(clopper_pearson_interval(81, 263, 0.95).lower == Approx(0.2527).margin(5e-5));
  CHECK(clopper_pearson_interval(81, 263, 0.95).upper == Approx(0.3676).margin(5e-5));
  CHECK(wilson_interval(0, 20, 0.95).upper == Approx(0.1611).margin(5e-5));
  CHECK(clopper_pearson_interval(0, 20, 0.95).upper == Approx(1.0 - std::pow(0.025, 1.0 / 20.0)).epsilon(1e-12));
}

TEST_CASE("intervals contain the proportion, mirror, and narrow", "[stats]") {
  for (const auto method : {ProportionMethod::wilson, ProportionMethod::clopper_pearson, ProportionMethod::jeffreys}) {
    for (int trials = 1; trials <= 40; ++trials) {
      for (int k = 0; k <= trials; ++k) {
        const Interval found = proportion_interval(k, trials, 0.9, method);
        const Interval mirrored = proportion_interval(trials - k, trials, 0.9, method);
        CHECK(found.contains(static_cast<double>(k) / trials));
        CHECK(found.lower == Approx(1.0 - mirrored.upper).margin(1e-12));
        CHECK(found.width() < proportion_interval(k, trials, 0.99, method).width());
      }
    }
    CHECK(proportion_interval(0, 0, 0.9, method) == Interval{0.0, 1.0, 0.9});
    CHECK(proportion_interval(10, 10, 0.9, method).upper == 1.0);
    CHECK(proportion_interval(2.5, 7.25, 0.9, method).contains(2.5 / 7.25));
  }
}

TEST_CASE("Clopper-Pearson never covers less than its level", "[stats]") {
  for (const double p : {0.01, 0.1, 0.37, 0.5, 0.9}) {
    double covered = 0.0;
    for (std::int64_t k = 0; k <= 25; ++k) {
      if (clopper_pearson_interval(static_cast<double>(k), 25, 0.9).contains(p)) covered += binomial_mass(k, 25, p);
    }
    CHECK(covered >= 0.9);
  }
}

TEST_CASE("impossible counts throw", "[stats]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(wilson_interval(3, 2, 0.9), InvalidInput);
  CHECK_THROWS_AS(wilson_interval(-1, 2, 0.9), InvalidInput);
  CHECK_THROWS_AS(jeffreys_interval(nan, 2, 0.9), InvalidInput);
  CHECK_THROWS_AS(clopper_pearson_interval(1, nan, 0.9), InvalidInput);
  CHECK_THROWS_AS(wilson_interval(1, 2, 1.0), InvalidInput);
}
