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

TEST_CASE("means under a beta law are exact for polynomials of degree 2 N - 1", "[stats]") {
  for (const double a : {1e-5, 0.08, 0.5, 1.0, 1.5, 7.0, 300.0, 9e3}) {
    for (const double b : {1e-5, 0.2, 0.5, 1.0, 2.5, 40.0, 5e3}) {
      const auto rule = outweigh::stats::beta_rule<8>(a, b);
      double moment = 1.0;
      for (int degree = 0; degree <= 15; ++degree) {
        CAPTURE(a, b, degree);
        double sum = 0.0;
        for (std::size_t i = 0; i < rule.nodes.size(); ++i) sum += rule.weights[i] * std::pow(rule.nodes[i], degree);
        CHECK(sum == Approx(moment).epsilon(1e-9));
        moment *= (a + degree) / (a + b + degree);
      }
      for (std::size_t i = 1; i < rule.nodes.size(); ++i) CHECK(rule.nodes[i] >= rule.nodes[i - 1]);
      CHECK(rule.nodes.front() >= 0.0);
      CHECK(rule.nodes.back() <= 1.0);
    }
  }
}
