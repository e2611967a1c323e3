#include <outweigh/stats/quadrature.hpp>

#include <cmath>

#include "../support/catch.hpp"

TEST_CASE("sixteen nodes integrate polynomials of degree 31 exactly", "[stats]") {
  for (int degree = 0; degree <= 31; ++degree) {
    double sum = 0.0;
    outweigh::stats::gauss_legendre(0.0, 2.0, [&](double x, double weight) { sum += weight * std::pow(x, degree); });
    CHECK(sum == Approx(std::pow(2.0, degree + 1) / (degree + 1)).epsilon(1e-13));
  }
}
