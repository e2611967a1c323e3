#include <outweigh/listening/calibrate.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::Infeasible;
using outweigh::core::InvalidInput;
using outweigh::stats::Random;
using outweigh::test::contains;

TEST_CASE("one numeric total without a constant is the ratio estimator's cousin", "[listening]") {
  // w = d (1 + x lambda), lambda = (T - sum d x) / sum d x^2.
  const std::vector<double> x = {1.0, 2.0, 3.0};
  const std::vector<NumericTotal> totals = {{"x", x, 12.0}};
  const Weights weights = calibrate(Design(), {}, totals);
  const double lambda = (12.0 - 6.0) / 14.0;
  for (std::size_t row = 0; row < 3; ++row)
    CHECK(weights.values()[row] == Approx(1.0 + x[row] * lambda).epsilon(1e-13));
}

TEST_CASE("every method meets its totals on random samples", "[listening]") {
  Random random(1);
  for (int round = 0; round < 80; ++round) {
    const std::size_t rows = 60 + static_cast<std::size_t>(random.below(200));
    std::vector<std::int32_t> group(rows);
    std::vector<double> x(rows);
    std::vector<double> z(rows);
    std::vector<double> base(rows);
    double total_x = 0.0;
    double total_z = 0.0;
    std::vector<double> totals(3, 0.0);
    for (std::size_t row = 0; row < rows; ++row) {
      group[row] = static_cast<std::int32_t>(row < 3 ? row : random.below(3));
      x[row] = random.normal(500.0, 100.0);
      z[row] = random.exponential();
      base[row] = random.uniform(1.0, 3.0);
      const double w = base[row] * random.uniform(0.7, 1.4);
      totals[static_cast<std::size_t>(group[row])] += w;
      total_x += w * x[row];
      total_z += w * z[row];
    }
    const std::vector<Margin> margins = {
        {{"g", {"a", "b", "c"}, Codes(group)}, {{"a", totals[0]}, {"b", totals[1]}, {"c", totals[2]}}}};
    const std::vector<NumericTotal> numeric = {{"x", x, total_x}, {"z", z, total_z}};
    DesignColumns columns;
    columns.weights = base;
    for (const auto method : {CalibrationMethod::linear, CalibrationMethod::raking, CalibrationMethod::logit}) {
      CalibrateOptions options;
      options.method = method;
      options.lower = 0.4;
      options.upper = 2.5;
      const Weights weights = calibrate(Design(columns), margins, numeric, options);
      double sum_x = 0.0;
      double sum_z = 0.0;
      std::vector<double> sums(3, 0.0);
      for (std::size_t row = 0; row < rows; ++row) {
        const double w = weights.values()[row];
        REQUIRE(w >= 0.4 * base[row]);
        REQUIRE(w <= 2.5 * base[row]);
        sum_x += w * x[row];
        sum_z += w * z[row];
        sums[static_cast<std::size_t>(group[row])] += w;
      }
      REQUIRE(sum_x == Approx(total_x).epsilon(1e-10));
      REQUIRE(sum_z == Approx(total_z).epsilon(1e-10));
      for (std::size_t l = 0; l < 3; ++l) REQUIRE(sums[l] == Approx(totals[l]).epsilon(1e-10));
      // A calibrated total of an auxiliary has no error.
      REQUIRE(estimate_total(weights, x).se < 1e-6 * total_x / std::sqrt(static_cast<double>(rows)));
    }
  }
}

TEST_CASE("a calibration that cannot be says which variable and level", "[listening]") {
  const std::vector<std::int32_t> a = {0, 0, 1, 1, 2, 2};
  const std::vector<std::int32_t> b = {0, 0, 1, 1, 1, 1};
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  const std::vector<double> twice = {2, 4, 6, 8, 10, 12};
  const std::vector<double> constant(6, 3.0);
  const std::vector<double> gap = {1, 2, std::nan(""), 4, 5, 6};
  const Margin first{{"a", {"x", "y", "z"}, Codes(a)}, {{"x", 2}, {"y", 2}, {"z", 2}}};
  const Margin second{{"b", {"p", "q"}, Codes(b)}, {{"p", 2}, {"q", 4}}};
  const auto failing = [&](std::vector<Margin> margins, std::vector<NumericTotal> numeric,
                           CalibrateOptions options = {}) {
    try {
      (void)calibrate(Design(), margins, numeric, options);
    } catch (const outweigh::core::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(failing({first}, {{"x", x, 21}}).empty());
  CHECK_THAT(failing({first, second}, {}), contains("collinear") && contains("'b'") && contains("level"));
  CHECK_THAT(failing({first}, {{"x", x, 21}, {"t", twice, 42}}), contains("collinear") && contains("'t'"));
  CHECK_THAT(failing({first}, {{"c", constant, 18}}), contains("collinear") && contains("'c'"));
  CHECK_THAT(failing({first}, {{"g", gap, 18}}), contains("'g'") && contains("row 2"));
  CHECK_THAT(failing({first}, {{"x", x, std::nan("")}}), contains("'x'"));
  CHECK_THAT(failing({first}, {{"x", x, 60}}, {.method = CalibrationMethod::raking}),
             contains("'x'") && contains("outside"));
  CHECK_THAT(failing({first}, {{"a", x, 21}}), contains("as a number"));
  CHECK_THAT(failing({first}, {{"x", x, 27}}, {.lower = 0.9, .upper = 1.1}),
             contains("cannot be met") && contains("'x'"));
  CHECK_THAT(failing({first}, {}, {.method = CalibrationMethod::logit}), contains("logit"));
  CHECK_THAT(failing({first}, {}, {.lower = 2.0, .upper = 1.0}), contains("lower < upper"));
  CHECK_THAT(failing({}, {}), contains("no total"));
  CHECK_THAT(failing({first}, {{"s", std::span<const double>(x).first(2), 3}}), contains("length") && contains("'s'"));
}
