#include <outweigh/economics/gamma_gamma.hpp>

#include <array>
#include <cmath>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::economics;

namespace {

struct Spenders {
  std::vector<double> frequency, spend;
  [[nodiscard]] SpendColumns columns() const { return {frequency, spend}; }
};

Spenders draw_spenders(std::size_t count, double p, double q, double gamma) {
  Spenders result;
  for (std::size_t i = 0; i < count; ++i) {
    outweigh::stats::Random random(17, i);
    const double x = static_cast<double>(random.below(6));
    const double scale = 1.0 / random.gamma(q, 1.0 / gamma);
    result.frequency.push_back(x);
    result.spend.push_back(x == 0.0 ? 0.0 : random.gamma(p * x, scale) / x);
  }
  return result;
}

}  // namespace

TEST_CASE("Gamma-Gamma recovers what made the data", "[economics]") {
  const Spenders spenders = draw_spenders(20'000, 3.0, 4.0, 30.0);
  const ModelFit fit = fit_gamma_gamma(spenders.columns());
  REQUIRE(fit.status == FitStatus::estimated);
  CHECK(fit.interval(0, 0.9999)->contains(3.0));
  CHECK(fit.interval(1, 0.9999)->contains(4.0));
  CHECK(fit.interval(2, 0.9999)->contains(30.0));
  CHECK(std::abs(spend_correlation(spenders.columns())) < 0.05);
  outweigh::core::RunControl two;
  two.threads = 2;
  CHECK(fit_gamma_gamma(spenders.columns(), two) == fit);
  Spenders cents = spenders;
  for (double& spend : cents.spend) spend *= 128.0;
  const ModelFit in_cents = fit_gamma_gamma(cents.columns());
  CHECK(in_cents.parameters[0] == Approx(fit.parameters[0]).epsilon(1e-9));
  CHECK(in_cents.parameters[2] == Approx(128.0 * fit.parameters[2]).epsilon(1e-9));
}

TEST_CASE("Gamma-Gamma agrees with 40-digit densities", "[economics]") {
  // tests/golden/economics.py
  const std::array<double, 1> two = {2.0}, mean = {22.35}, forty = {40.0}, large = {3000.0};
  CHECK(gamma_gamma_log_likelihood(known_gamma_gamma(6.25, 3.74, 15.44), {two, mean}) ==
        Approx(-3.5513167597317047).epsilon(1e-13));
  CHECK(gamma_gamma_log_likelihood(known_gamma_gamma(0.3, 0.8, 900.0), {forty, large}) ==
        Approx(-10.18703545860369).epsilon(1e-13));
  const Spenders spenders = draw_spenders(500, 3.0, 4.0, 30.0);
  const ModelFit best = fit_gamma_gamma(spenders.columns());
  CHECK(gamma_gamma_log_likelihood(best, spenders.columns()) == Approx(best.log_likelihood).epsilon(1e-12));
}

TEST_CASE("the expected spend of Gamma-Gamma has a closed form", "[economics]") {
  const ModelFit fit = known_gamma_gamma(6.25, 3.74, 15.44);
  const std::array<double, 2> x = {2.0, 0.0}, spend = {22.35, 0.0};
  const Predictions expected = gamma_gamma_expected_spend(fit, {x, spend});
  CHECK(expected.values[0] == Approx(6.25 * (15.44 + 44.7) / (12.5 + 3.74 - 1.0)).epsilon(1e-14));
  CHECK(expected.values[1] == Approx(6.25 * 15.44 / 2.74).epsilon(1e-14));
  CHECK_THROWS_AS(gamma_gamma_expected_spend(known_gamma_gamma(1.0, 0.9, 5.0), {x, spend}),
                  outweigh::core::NotIdentified);
}

TEST_CASE("spend that cannot tell is diagnosed, and bad spend is named", "[economics]") {
  const std::vector<double> x = {1, 2, 3, 1, 2};
  const std::vector<double> same(5, 30.0);
  const ModelFit constant = fit_gamma_gamma({x, same});
  CHECK(constant.status == FitStatus::boundary);
  CHECK(gamma_gamma_expected_spend(constant, {x, same}).values[0] == Approx(30.0).epsilon(1e-5));
  std::vector<double> whale = {30, 25, 40, 35, 30'000};
  const ModelFit wide = fit_gamma_gamma({x, whale});
  CHECK(std::isfinite(wide.log_likelihood));
  const std::vector<double> zero = {30, 0, 40, 35, 30};
  CHECK_THROWS_WITH(fit_gamma_gamma({x, zero}), Catch::Contains("row 1, value '0'"));
  const std::vector<double> none(5, 0.0);
  CHECK_THROWS_AS(fit_gamma_gamma({none, same}), outweigh::core::InvalidInput);
}
