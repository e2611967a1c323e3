#include <outweigh/stats/distributions.hpp>

#include <cmath>
#include <limits>

#include "../support/catch.hpp"

using namespace outweigh::stats;
using outweigh::core::InvalidInput;

// Values without another source: scipy 1.x.
TEST_CASE("quantiles match tables", "[stats]") {
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-15));
  CHECK(normal_two_sided(0.05) == Approx(1.959963984540054).epsilon(1e-15));
  CHECK(normal_quantile(1e-300) == Approx(-37.0470962994).epsilon(1e-10));
  CHECK(student_t_quantile(0.975, 7.0) == Approx(2.3646242515927849).epsilon(1e-12));
  CHECK(student_t_quantile(0.025, 1.0) == Approx(-12.706204736174705).epsilon(1e-12));
  CHECK(student_t_quantile(0.975, std::numeric_limits<double>::infinity()) == Approx(1.959963984540054));
  CHECK(chi_squared_quantile(0.95, 4.0) == Approx(9.487729036781154).epsilon(1e-12));
  CHECK(fisher_f(3.2, 3.0, 17.0).upper == Approx(0.04985801504489658).epsilon(1e-12));
  CHECK(beta_quantile(0.975, 1.0, 1.0) == Approx(0.975));
  CHECK(gamma_quantile(0.5, 1.0, 2.0) == Approx(2.0 * std::log(2.0)).epsilon(1e-13));
  CHECK(kolmogorov_upper(1.0) == Approx(0.26999967167735456).epsilon(1e-12));
  CHECK(kolmogorov_upper(1.3) == Approx(0.0680922).epsilon(1e-5));
  CHECK_THROWS_AS(normal_quantile(1.5), InvalidInput);
  CHECK_THROWS_AS(student_t_quantile(0.5, 0.0), InvalidInput);
}

TEST_CASE("a binomial's masses sum to its distribution", "[stats]") {
  for (const std::int64_t trials : {1, 7, 60, 900}) {
    for (const double p : {1e-6, 0.2, 0.5, 0.97}) {
      double sum = 0.0;
      for (std::int64_t k = 0; k <= trials; ++k) {
        sum += binomial_mass(k, trials, p);
        CHECK(binomial(k, trials, p).lower == Approx(sum).epsilon(1e-11).margin(1e-300));
      }
      CHECK(sum == Approx(1.0).epsilon(1e-12));
      const std::int64_t median = binomial_quantile(0.5, trials, p);
      CHECK(binomial(median, trials, p).lower >= 0.5);
      if (median > 0) CHECK(binomial(median - 1, trials, p).lower < 0.5);
    }
  }
  CHECK(binomial_mass(3, 10, 0.2) == Approx(0.201326592).epsilon(1e-13));
}

TEST_CASE("a hypergeometric's masses sum to its distribution", "[stats]") {
  for (const std::int64_t marked : {0, 3, 20, 40}) {
    for (const std::int64_t draws : {0, 1, 12, 39, 40}) {
      double sum = 0.0;
      for (std::int64_t k = 0; k <= draws; ++k) {
        sum += hypergeometric_mass(k, 40, marked, draws);
        CHECK(hypergeometric(k, 40, marked, draws).lower == Approx(sum).epsilon(1e-11));
      }
      CHECK(sum == Approx(1.0).epsilon(1e-12));
    }
  }
  // 4 of 5 marked among 10 drawn from 50: 5 C(45, 6) / C(50, 10).
  CHECK(hypergeometric_mass(4, 50, 5, 10) == Approx(0.003964583058).epsilon(1e-9));
}
