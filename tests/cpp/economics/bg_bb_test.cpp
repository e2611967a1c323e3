#include <outweigh/economics/bg_bb.hpp>

#include <array>
#include <cmath>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh::economics;

TEST_CASE("BG/BB gives the published estimates for the donors of 1995", "[economics]") {
  // Fader, Hardie and Shang 2010, table 1: purchases, last occasion, donors; six occasions.
  const std::vector<double> x = {6, 5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 4, 3, 2, 1, 3, 2, 1, 2, 1, 1, 0};
  const std::vector<double> recency = {6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 2, 2, 1, 0};
  const std::vector<double> donors = {1203, 728, 512, 357, 234, 129, 335, 284, 225, 173,  119,
                                      240,  181, 155, 78,  322, 255, 129, 613, 277, 1091, 3464};
  const std::vector<double> six(22, 6.0);
  const PurchaseHistory history({x, recency, six, donors});
  const ModelFit fit = fit_bg_bb(history);
  REQUIRE(fit.status == FitStatus::estimated);
  CHECK(fit.customers == 11104.0);
  CHECK(fit.parameters[0] == Approx(1.204).margin(5e-4));
  CHECK(fit.parameters[1] == Approx(0.750).margin(5e-4));
  CHECK(fit.parameters[2] == Approx(0.657).margin(5e-4));
  CHECK(fit.parameters[3] == Approx(2.783).margin(5e-4));
  CHECK(fit.log_likelihood == Approx(-33225.6).margin(0.05));
}

TEST_CASE("BG/BB probabilities of all histories add up to 1", "[economics]") {
  const ModelFit fit = known_bg_bb(0.7, 1.3, 0.4, 2.0);
  for (const int occasions : {1, 3, 5}) {
    double sum = 0.0;
    double mean = 0.0;
    for (int history = 0; history < 1 << occasions; ++history) {
      double x = 0.0;
      double last = 0.0;
      for (int i = 0; i < occasions; ++i) {
        if ((history >> i & 1) != 0) {
          x += 1.0;
          last = i + 1.0;
        }
      }
      const std::array<double, 1> xs = {x}, lasts = {last}, ages = {static_cast<double>(occasions)};
      const double p = std::exp(bg_bb_log_likelihood(fit, PurchaseHistory({xs, lasts, ages})));
      sum += p;
      mean += p * x;
    }
    CHECK(sum == Approx(1.0).epsilon(1e-13));
    double counted = 0.0;
    for (int count = 0; count <= occasions; ++count)
      counted += bg_bb_purchase_probability(fit, count, occasions) * count;
    CHECK(counted == Approx(mean).epsilon(1e-12));
    const std::array<double, 1> zero = {0.0}, horizon = {static_cast<double>(occasions)};
    CHECK(bg_bb_expected_purchases(fit, horizon, {zero, zero, zero}).values.front() == Approx(mean).epsilon(1e-12));
  }
}

TEST_CASE("BG/BB predicts what longer histories do", "[economics]") {
  // E[purchases at occasion 5 | history of 4] = P(history followed by a purchase) / P(history).
  const ModelFit fit = known_bg_bb(0.7, 1.3, 1.0, 1.0);
  const std::array<double, 1> x = {2.0}, last = {3.0}, four = {4.0}, one = {1.0}, three = {3.0}, five = {5.0};
  const double now = bg_bb_log_likelihood(fit, PurchaseHistory({x, last, four}));
  const double then = bg_bb_log_likelihood(fit, PurchaseHistory({three, five, five}));
  CHECK(bg_bb_expected_purchases(fit, one, {x, last, four}).values.front() ==
        Approx(std::exp(then - now)).epsilon(1e-12));
  // Whoever bought at the last occasion is active then, and at the next with probability (delta + n) / (gamma + delta +
  // n).
  const outweigh::core::RunControl control;
  CHECK(bg_bb_probability_alive(fit, {x, four, four}, false, control, 0).values.front() == Approx(1.0));
  CHECK(bg_bb_probability_alive(fit, {x, four, four}).values.front() == Approx(5.0 / 6.0));
  const double once = bg_bb_probability_alive(fit, {x, last, four}).values.front();
  // A purchase expected at the next occasion is being active then and buying.
  CHECK(once * (0.7 + 2.0) / (0.7 + 1.3 + 4.0) == Approx(std::exp(then - now)).epsilon(1e-12));
  CHECK_THROWS_AS(bg_bb_probability_alive(fit, {x, last, four}, false, control, -1), outweigh::core::InvalidInput);
}

TEST_CASE("occasions are whole, and data that cannot tell are diagnosed", "[economics]") {
  const std::array<double, 1> x = {2.0}, last = {1.0}, age = {4.0}, half = {2.5};
  CHECK_THROWS_AS(fit_bg_bb(PurchaseHistory({x, last, age})), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(fit_bg_bb(PurchaseHistory({x, x, half})), outweigh::core::InvalidInput);
  const std::vector<double> zeros(5, 0.0), fours(5, 4.0);
  CHECK(fit_bg_bb(PurchaseHistory({zeros, zeros, fours})).status == FitStatus::not_identified);
  CHECK(fit_bg_bb(PurchaseHistory({fours, fours, fours})).status != FitStatus::estimated);
}

TEST_CASE("discounted purchases at occasions are the discounted steps of expected ones", "[economics]") {
  const ModelFit fit = known_bg_bb(1.204, 0.750, 0.657, 2.783);
  const std::vector<double> x = {6, 2, 0}, last = {6, 4, 0}, age = {6, 6, 6};
  const PurchaseColumns rows{x, last, age};
  std::vector<double> sum(3), before(3);
  for (int j = 1; j <= 12; ++j) {
    const std::array<double, 1> horizon = {static_cast<double>(j)};
    const auto now = bg_bb_expected_purchases(fit, horizon, rows).values;
    for (std::size_t i = 0; i < 3; ++i) {
      sum[i] += (now[i] - before[i]) / std::pow(1.1, j);
      before[i] = now[i];
    }
  }
  const auto discounted = bg_bb_discounted_purchases(fit, 0.1, 12.0, rows).values;
  for (std::size_t i = 0; i < 3; ++i) CHECK(discounted[i] == Approx(sum[i]).epsilon(1e-12));
  CHECK(bg_bb_discounted_purchases(fit, 0.1, HUGE_VAL, rows).values[0] > discounted[0]);
  CHECK_THROWS_AS(bg_bb_discounted_purchases(fit, 0.0, HUGE_VAL, rows), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(bg_bb_discounted_purchases(fit, 0.1, 1.5, rows), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(bg_bb_discounted_purchases(fit, -0.1, 1.0, rows), outweigh::core::InvalidInput);
}
