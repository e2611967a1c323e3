#include <outweigh/stats/logistic_regression.hpp>

#include <cmath>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using stats::fit_logistic_regression;

TEST_CASE("one binary column gives the log odds of its two groups", "[stats]") {
  std::vector<double> rows;
  std::vector<std::uint8_t> outcomes;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(i < 20 ? 0.0 : 1.0);
    outcomes.push_back(i < 20 ? i < 5 : i < 32);
  }
  const auto fit = fit_logistic_regression(rows, 1, outcomes, 0.0);
  CHECK(fit.intercept == Approx(std::log(5.0 / 15.0)).epsilon(1e-9));
  CHECK(fit.coefficients[0] == Approx(std::log(12.0 / 8.0) - std::log(5.0 / 15.0)).epsilon(1e-9));
  CHECK(fit.covariance[3] == Approx(1.0 / 5 + 1.0 / 15 + 1.0 / 12 + 1.0 / 8).epsilon(1e-7));
  CHECK(fit.probability(std::vector<double>{1.0}) == Approx(0.6));
  CHECK(fit.standard_error(std::vector<double>{0.0}) == Approx(std::sqrt(1.0 / 5 + 1.0 / 15)).epsilon(1e-7));
}

TEST_CASE("the gradient of the penalised likelihood is zero at the estimate", "[stats]") {
  stats::Random random(5);
  for (int round = 0; round < 30; ++round) {
    const std::size_t size = 50;
    const std::size_t columns = 1 + static_cast<std::size_t>(random.below(4));
    std::vector<double> rows, weights;
    std::vector<std::uint8_t> outcomes;
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < columns; ++j) rows.push_back(random.normal() * 2.0);
      outcomes.push_back(i < 2 ? i == 0 : random.bernoulli(0.4));
      weights.push_back(random.uniform(0.0, 3.0));
    }
    const double penalty = random.uniform(0.1, 5.0);
    const auto fit = fit_logistic_regression(rows, columns, outcomes, penalty, weights);
    std::vector<double> gradient(columns + 1, 0.0);
    for (std::size_t i = 0; i < size; ++i) {
      const auto row = std::span(rows).subspan(i * columns, columns);
      const double rest = weights[i] * (outcomes[i] - fit.probability(row));
      gradient[0] += rest;
      for (std::size_t j = 0; j < columns; ++j) gradient[j + 1] += rest * row[j];
    }
    CHECK(std::abs(gradient[0]) < 1e-6);
    for (std::size_t j = 0; j < columns; ++j) CHECK(std::abs(gradient[j + 1] - penalty * fit.coefficients[j]) < 1e-6);
  }
}

TEST_CASE("separation, collinearity and bad numbers are named", "[stats]") {
  const std::vector<double> apart{-2, -1, 1, 2};
  const std::vector<std::uint8_t> outcomes{0, 0, 1, 1};
  CHECK_THROWS_AS(fit_logistic_regression(apart, 1, outcomes, 0.0), core::NotIdentified);
  CHECK(std::isfinite(fit_logistic_regression(apart, 1, outcomes, 1.0).coefficients[0]));
  const std::vector<double> twice{1, 1, 2, 2, 1, 1, 3, 3};
  CHECK_THROWS_AS(fit_logistic_regression(twice, 2, std::vector<std::uint8_t>{0, 1, 1, 0}, 0.0), core::NotIdentified);
  CHECK_THROWS_AS(fit_logistic_regression(apart, 1, std::vector<std::uint8_t>{1, 1, 1, 1}, 1.0), core::NotIdentified);
  CHECK_THROWS_AS(fit_logistic_regression({}, 1, {}, 1.0), core::NotIdentified);
  CHECK_THROWS_AS(fit_logistic_regression(apart, 2, outcomes, 1.0), core::InvalidInput);
  CHECK_THROWS_AS(fit_logistic_regression(apart, 1, outcomes, -1.0), core::InvalidInput);
  CHECK_THROWS_AS(fit_logistic_regression(apart, 1, std::vector<std::uint8_t>{0, 2, 1, 1}, 1.0), core::InvalidInput);
  const std::vector<double> bad{-2, std::nan(""), 1, 2};
  CHECK_THROWS_AS(fit_logistic_regression(bad, 1, outcomes, 1.0), core::InvalidInput);
}
