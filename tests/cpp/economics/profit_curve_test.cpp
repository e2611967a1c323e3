#include <outweigh/economics/profit_curve.hpp>

#include <cmath>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::economics;
using outweigh::core::InvalidInput;

TEST_CASE("a whale curve rises to its peak and falls with the losses", "[economics]") {
  const std::vector<double> profit = {-20, 50, 10, 60, 0, -30, 30};
  const ProfitCurve curve = profit_curve(profit);
  CHECK(curve.order == std::vector<std::uint32_t>{3, 1, 6, 2, 4, 0, 5});
  CHECK(curve.cumulative == std::vector<double>{60, 110, 140, 150, 150, 130, 100});
  CHECK(curve.total == 100.0);
  CHECK(curve.peak == 150.0);
  CHECK(curve.peak_customers == 4);
  CHECK(curve.peak_share().value() == 1.5);
  CHECK(curve.losing == 2);
  CHECK(curve.losses == -50.0);
  CHECK(curve.top(0.1).value() == 0.6);
  CHECK(curve.bottom(0.2).value() == -0.5);
  CHECK(curve.top(0.0).value() == 0.0);
  CHECK(curve.top(1.0).value() == 1.0);
  CHECK_THROWS_AS(curve.top(1.5), InvalidInput);
}

TEST_CASE("without a positive total there are no shares", "[economics]") {
  const std::vector<double> losses = {-1, -2};
  const ProfitCurve curve = profit_curve(losses);
  CHECK(curve.peak == 0.0);
  CHECK(curve.peak_customers == 0);
  CHECK_FALSE(curve.peak_share());
  CHECK_FALSE(curve.top(0.5));
  const std::vector<double> bad = {1, NAN};
  CHECK_THROWS_WITH(profit_curve(bad), Catch::Contains("row 1"));
  CHECK_THROWS_AS(profit_curve({}), InvalidInput);
}

TEST_CASE("inequality follows its definitions", "[economics]") {
  outweigh::stats::Random random(2);
  for (int round = 0; round < 50; ++round) {
    const auto n = 1 + random.below(12);
    std::vector<double> values;
    double sum = 0.0;
    double sizes = 0.0;
    const bool with_losses = round % 2 == 1;
    for (std::uint64_t i = 0; i < n; ++i) {
      values.push_back(random.exponential() - (with_losses ? 0.5 : 0.0));
      sum += values.back();
      sizes += std::abs(values.back());
    }
    double difference = 0.0;
    for (const double a : values) {
      for (const double b : values) difference += std::abs(a - b);
    }
    const auto count = static_cast<double>(n);
    if (!with_losses) {
      CHECK(gini(values).value() == Approx(difference / (2.0 * count * sum)).margin(1e-13));
      const auto curve = lorenz(values);
      double below = 0.0;
      for (std::size_t i = 1; i < curve.size(); ++i) below += 0.5 * (curve[i] + curve[i - 1]) / count;
      CHECK(gini(values).value() == Approx(1.0 - 2.0 * below).margin(1e-12));
      CHECK(curve.back() == Approx(1.0));
      CHECK(concentration(values).value() >= 1.0 / count - 1e-12);
    }
    if (n > 1) {
      CHECK(gini(values, Losses::normalise).value() ==
            Approx(difference / (2.0 * (count - 1.0) * sizes)).margin(1e-12));
    }
  }
  const std::vector<double> one_takes_all = {0, 0, 0, 8}, mixed = {1, -1}, zeros = {0, 0};
  CHECK(gini(one_takes_all).value() == Approx(0.75));
  CHECK(concentration(one_takes_all).value() == 1.0);
  CHECK_THROWS_WITH(gini(mixed), Catch::Contains("row 1"));
  CHECK_THROWS_AS(lorenz(mixed), InvalidInput);
  CHECK_THROWS_AS(concentration(mixed), InvalidInput);
  CHECK(gini(mixed, Losses::normalise).value() == Approx(1.0));
  CHECK_FALSE(gini(zeros));
  CHECK_FALSE(concentration(zeros));
  CHECK(lorenz(zeros).empty());
}
