#include <outweigh/stats/special.hpp>

#include <cmath>
#include <limits>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;
using outweigh::core::InvalidInput;

TEST_CASE("log_gamma matches factorials and half-integers", "[stats]") {
  double factorial = 1.0;
  for (int n = 1; n < 20; ++n) {
    CHECK(log_gamma(n) == Approx(std::log(factorial)).margin(1e-14).epsilon(1e-14));
    factorial *= n;
  }
  CHECK(log_gamma(0.5) == Approx(0.5 * std::log(std::acos(-1.0))).epsilon(1e-15));
  CHECK(log_gamma(1e6) == Approx(12815504.56914761166).epsilon(1e-15));
  CHECK(std::isinf(log_gamma(0.0)));
  CHECK_THROWS_AS(log_gamma(-1.0), InvalidInput);
  CHECK_THROWS_AS(log_gamma(std::numeric_limits<double>::quiet_NaN()), InvalidInput);
}

TEST_CASE("log_gamma and digamma obey their recurrences", "[stats]") {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const double x = std::exp(random.uniform(-8.0, 12.0));
    CHECK(std::abs(log_gamma(x + 1.0) - log_gamma(x) - std::log(x)) < 4e-15 * (1.0 + std::abs(log_gamma(x + 1.0))));
    CHECK(digamma(x + 1.0) - digamma(x) == Approx(1.0 / x).epsilon(1e-9));
  }
  CHECK(digamma(1.0) == Approx(-0.57721566490153286061).epsilon(1e-14));
  CHECK(digamma(0.7) == Approx(-1.2200235536979347).epsilon(1e-14));
}

TEST_CASE("trigamma obeys its recurrence and is digamma's slope", "[stats]") {
  CHECK(trigamma(1.0) == Approx(std::acos(-1.0) * std::acos(-1.0) / 6.0).epsilon(1e-14));
  CHECK(trigamma(0.5) == Approx(std::acos(-1.0) * std::acos(-1.0) / 2.0).epsilon(1e-14));
  for (const double x : {1e-3, 0.3, 2.0, 11.5, 300.0, 1e8}) {
    CHECK(trigamma(x) - trigamma(x + 1.0) == Approx(1.0 / (x * x)).epsilon(1e-8).margin(1e-22));
  }
}

TEST_CASE("incomplete beta and gamma match closed forms and invert", "[stats]") {
  CHECK(incomplete_beta(1.0, 1.0, 0.3).lower == Approx(0.3).epsilon(1e-15));
  CHECK(incomplete_beta(0.5, 0.5, 0.3).lower ==
        Approx(2.0 / std::acos(-1.0) * std::asin(std::sqrt(0.3))).epsilon(1e-14));
  CHECK(incomplete_beta(7.0, 1.0, 0.9).lower == Approx(std::pow(0.9, 7)).epsilon(1e-14));
  CHECK(incomplete_gamma(1.0, 2.0).upper == Approx(std::exp(-2.0)).epsilon(1e-14));
  CHECK(incomplete_gamma(0.5, 2.0).lower == Approx(std::erf(std::sqrt(2.0))).epsilon(1e-14));
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    const double a = std::exp(random.uniform(-3.0, 8.0));
    const double b = std::exp(random.uniform(-3.0, 8.0));
    const double p = random.uniform_open();
    const double x = incomplete_beta_inverse(a, b, p);
    REQUIRE(x >= 0.0);
    REQUIRE(x <= 1.0);
    if (x > 1e-290 && x < 0.99) CHECK(incomplete_beta(a, b, x).lower == Approx(p).epsilon(1e-8));
    CHECK(incomplete_beta(a, b, p).lower + incomplete_beta(b, a, 1.0 - p).lower == Approx(1.0).epsilon(1e-11));
    const double y = incomplete_gamma_inverse(a, p);
    if (y > 1e-290) CHECK(incomplete_gamma(a, y).lower == Approx(p).epsilon(1e-9));
  }
  CHECK(incomplete_beta(2.0, 3.0, 0.0).lower == 0.0);
  CHECK(incomplete_beta(2.0, 3.0, 1.0).lower == 1.0);
  CHECK_THROWS_AS(incomplete_beta(0.0, 1.0, 0.5), InvalidInput);
  CHECK_THROWS_AS(incomplete_beta(1.0, 1.0, 1.5), InvalidInput);
  CHECK_THROWS_AS(incomplete_gamma(1.0, -1.0), InvalidInput);
  CHECK(log_beta(2.0, 3.0) == Approx(std::log(1.0 / 12.0)).epsilon(1e-14));
}
