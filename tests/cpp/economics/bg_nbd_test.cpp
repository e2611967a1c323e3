#include <outweigh/economics/bg_nbd.hpp>

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "../support/catch.hpp"
#include "simulated_purchases.hpp"

using namespace outweigh::economics;

namespace {

constexpr std::array both_leavings = {Leaving::after_repeat, Leaving::after_purchase};

struct Coin {
  outweigh::stats::Random random;
  double probability;
  bool late;
  bool operator()(double t) { return (t > 0.0 || late) && random.bernoulli(probability); }
  bool before(double) const { return false; }
};

SimulatedPurchases bg_nbd_customers(std::size_t count, Leaving leaving, std::uint64_t seed) {
  return SimulatedPurchases::draw(
      count, 0.8, 6.0,
      [&](outweigh::stats::Random& random) {
        const double p = random.beta(0.9, 2.5);
        return Coin{random.stream(7), p, leaving == Leaving::after_purchase};
      },
      seed);
}

double first(const Predictions& predictions) { return predictions.values.front(); }

}  // namespace

TEST_CASE("BG/NBD agrees with 40-digit values, at a = 1 and with hundreds of purchases", "[economics]") {
  struct Golden {
    std::array<double, 4> parameters;
    double x, recency, age, horizon, log_likelihood, alive, ahead;
  };
  // tests/golden/economics.py
  const std::array<Golden, 4> golden = {
      Golden{
          {0.243, 4.414, 1.0, 2.426}, 2, 30.43, 38.86, 39, -9.4998867105665853, 0.67817561485440386, 1.102136786039956},
      Golden{{0.243, 4.414, 0.793, 2.426},
             300,
             145,
             145,
             39,
             -97.458535071330715,
             0.99737607496550515,
             71.183787969623151},
      Golden{{3, 0.5, 0.02, 0.03}, 5, 1, 30, 200, -3.3483280625786721, 6.8961453280697764e-9, 3.4909139446951149e-7},
      Golden{{0.1, 200, 50, 80}, 1, 5, 10, 2000, -7.6442932023150513, 0.60909181834636035, 1.3109007211820387}};
  for (const Golden& row : golden) {
    const auto& p = row.parameters;
    const ModelFit fit = known_bg_nbd(p[0], p[1], p[2], p[3]);
    const std::array<double, 1> x = {row.x}, recency = {row.recency}, age = {row.age}, horizon = {row.horizon};
    const PurchaseColumns columns{x, recency, age};
    CHECK(bg_nbd_log_likelihood(fit, PurchaseHistory(columns)) == Approx(row.log_likelihood).epsilon(1e-12));
    CHECK(first(bg_nbd_probability_alive(fit, columns, Leaving::after_repeat)) == Approx(row.alive).epsilon(1e-11));
    CHECK(first(bg_nbd_expected_purchases(fit, horizon, columns, Leaving::after_repeat)) ==
          Approx(row.ahead).epsilon(1e-11));
  }
}

TEST_CASE("probabilities of counts add up to 1 and to the expectation", "[economics]") {
  const std::array<double, 1> zero = {0.0};
  for (const Leaving leaving : both_leavings) {
    const ModelFit fit = known_bg_nbd(0.7, 3.0, 1.0, 4.0);
    double sum = 0.0;
    double mean = 0.0;
    for (int count = 0; count < 600; ++count) {
      const double p = bg_nbd_purchase_probability(fit, count, 20.0, leaving);
      CHECK(p >= 0.0);
      sum += p;
      mean += p * count;
    }
    CHECK(sum == Approx(1.0).epsilon(1e-12));
    const std::array<double, 1> horizon = {20.0};
    CHECK(first(bg_nbd_expected_purchases(fit, horizon, {zero, zero, zero}, leaving)) == Approx(mean).epsilon(1e-11));
  }
  const ModelFit fit = known_bg_nbd(0.243, 4.414, 0.793, 2.426);
  CHECK(bg_nbd_purchase_probability(fit, 400, 365.0, Leaving::after_repeat) ==
        Approx(1.5386454052104685e-07).epsilon(1e-9));
  CHECK(bg_nbd_purchase_probability(fit, 0, 0.0, Leaving::after_repeat) == 1.0);
  CHECK(bg_nbd_purchase_probability(fit, 3, 0.0, Leaving::after_repeat) == 0.0);
}

TEST_CASE("fits recover what made the data, on any number of threads", "[economics]") {
  for (const Leaving leaving : both_leavings) {
    const auto customers = bg_nbd_customers(20'000, leaving, 11);
    const PurchaseHistory history(customers.columns());
    const ModelFit fit = fit_bg_nbd(history, leaving);
    REQUIRE(fit.status == FitStatus::estimated);
    const std::array<double, 4> truth = {0.8, 6.0, 0.9, 2.5};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto interval = fit.interval(i, 0.9999);
      CHECK(interval->contains(truth[i]));
    }
    // A maximum: any step away lowers the likelihood, by the information.
    for (std::size_t i = 0; i < 4; ++i) {
      ModelFit moved = fit;
      moved.parameters[i] *= 1.02;
      CHECK(bg_nbd_log_likelihood(moved, history, leaving) < fit.log_likelihood);
    }
    outweigh::core::RunControl two;
    two.threads = 2;
    CHECK(fit_bg_nbd(history, leaving, two) == fit);
  }
}

TEST_CASE("the unit of time and duplicated customers change what they should", "[economics]") {
  const auto customers = bg_nbd_customers(500, Leaving::after_repeat, 5);
  const ModelFit fit = fit_bg_nbd(PurchaseHistory(customers.columns()));
  SimulatedPurchases days = customers;
  for (double& t : days.recency) t *= 7.0;
  for (double& t : days.age) t *= 7.0;
  const ModelFit in_days = fit_bg_nbd(PurchaseHistory(days.columns()));
  CHECK(in_days.parameters[0] == Approx(fit.parameters[0]).epsilon(1e-6));
  CHECK(in_days.parameters[1] == Approx(7.0 * fit.parameters[1]).epsilon(1e-6));
  CHECK(in_days.parameters[3] == Approx(fit.parameters[3]).epsilon(1e-5));
  const std::vector<double> four(500, 4.0);
  PurchaseColumns columns = customers.columns();
  columns.weight = four;
  const ModelFit weighted = fit_bg_nbd(PurchaseHistory(columns));
  CHECK(weighted.parameters[2] == Approx(fit.parameters[2]).epsilon(1e-5));
  CHECK(weighted.standard_error(0).value() == Approx(0.5 * fit.standard_error(0).value()).epsilon(1e-5));
}

TEST_CASE("data that cannot tell are diagnosed", "[economics]") {
  const std::vector<double> zeros(20, 0.0);
  const std::vector<double> tens(20, 10.0);
  for (const Leaving leaving : both_leavings) {
    const ModelFit nobody = fit_bg_nbd(PurchaseHistory({zeros, zeros, tens}), leaving);
    CHECK(nobody.status == FitStatus::not_identified);
    CHECK_THROWS_AS(bg_nbd_probability_alive(nobody, {zeros, zeros, tens}, leaving), outweigh::core::NotIdentified);
    CHECK(fit_bg_nbd(PurchaseHistory({zeros, zeros, zeros}), leaving).status == FitStatus::not_identified);
    std::vector<double> x, recency;
    for (int i = 0; i < 20; ++i) {
      x.push_back(1.0 + (i * i) % 9);
      recency.push_back(10.0);
    }
    const ModelFit staying = fit_bg_nbd(PurchaseHistory({x, recency, tens}), leaving);
    CHECK(staying.status == FitStatus::boundary);
    CHECK(staying.cause.find("a goes to 0: nobody is seen to leave") != std::string::npos);
    CHECK_FALSE(staying.standard_error(2));
    const std::array<double, 1> horizon = {10.0};
    for (const double value : bg_nbd_expected_purchases(staying, horizon, {x, recency, tens}, leaving, true).values) {
      CHECK(std::isfinite(value));
    }
  }
}

TEST_CASE("standard errors of predictions follow the delta method", "[economics]") {
  const auto customers = bg_nbd_customers(800, Leaving::after_repeat, 9);
  const ModelFit fit = fit_bg_nbd(PurchaseHistory(customers.columns()));
  const std::array<double, 1> x = {3.0}, recency = {9.0}, age = {20.0}, horizon = {30.0};
  const PurchaseColumns row{x, recency, age};
  const Predictions ahead = bg_nbd_expected_purchases(fit, horizon, row, Leaving::after_repeat, true);
  std::array<double, 4> slope{};
  for (std::size_t i = 0; i < 4; ++i) {
    ModelFit up = fit;
    ModelFit down = fit;
    up.parameters[i] *= std::exp(1e-5);
    down.parameters[i] *= std::exp(-1e-5);
    slope[i] = (first(bg_nbd_expected_purchases(up, horizon, row, Leaving::after_repeat)) -
                first(bg_nbd_expected_purchases(down, horizon, row, Leaving::after_repeat))) /
               2e-5;
  }
  double variance = 0.0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) variance += slope[i] * slope[j] * fit.log_covariance[i * 4 + j];
  }
  CHECK(ahead.standard_errors.front() == Approx(std::sqrt(variance)).epsilon(1e-5));
}

TEST_CASE("predictions for many customers are those for each alone", "[economics]") {
  // Alone, nothing is shared between customers: sums term by term, or the integral.
  outweigh::stats::Random random(17);
  for (int trial = 0; trial < 20; ++trial) {
    const auto around = [&](double middle, double reach) {
      return middle * std::exp(reach * (2.0 * random.uniform() - 1.0));
    };
    const ModelFit fit =
        known_bg_nbd(around(0.8, 3.0), around(10.0, 3.0), trial % 5 == 0 ? 1.0 : around(0.9, 3.0), around(2.0, 3.0));
    const double longest = around(trial % 4 == 0 ? 1000.0 : 30.0, 1.0);
    std::vector<double> x, recency, age, horizon;
    for (int i = 0; i < 600; ++i) {
      // Many customers with 0 to 2 purchases, few with more, hundreds in some trials.
      const std::uint64_t most = trial % 10 == 0 ? 400 : 30;
      x.push_back(static_cast<double>(i % 5 < 3 ? static_cast<std::uint64_t>(i % 5) : random.below(most)));
      age.push_back(i % 50 == 0 ? 1.0 : 40.0 * random.uniform());
      recency.push_back(x.back() == 0.0 ? 0.0 : age.back() * random.uniform());
      horizon.push_back(i % 40 == 0 ? 0.0 : longest * random.uniform());
    }
    const PurchaseColumns all{x, recency, age};
    for (const Leaving leaving : both_leavings) {
      const Predictions ahead = bg_nbd_expected_purchases(fit, horizon, all, leaving);
      const Predictions with_errors = bg_nbd_expected_purchases(fit, horizon, all, leaving, true);
      const Predictions alive = bg_nbd_probability_alive(fit, all, leaving);
      for (std::size_t i = 0; i < x.size(); i += 13) {
        const std::span<const double> one_x(&x[i], 1), one_recency(&recency[i], 1), one_age(&age[i], 1),
            one_ahead(&horizon[i], 1);
        const PurchaseColumns one{one_x, one_recency, one_age};
        const double alone = first(bg_nbd_expected_purchases(fit, one_ahead, one, leaving));
        CHECK(ahead.values[i] == Approx(alone).epsilon(1e-12).margin(1e-290));
        CHECK(with_errors.values[i] == Approx(alone).epsilon(1e-11).margin(1e-290));
        // The same formula in jets, by the mathematical library.
        CHECK(alive.values[i] ==
              Approx(first(bg_nbd_probability_alive(fit, one, leaving, true))).epsilon(1e-12).margin(1e-290));
      }
    }
  }
}

TEST_CASE("customers who all buy at nearly one rate keep their digits", "[economics]") {
  // r and alpha are very large together: differences of logarithms would lose all digits.
  const std::array<double, 3> x = {2, 0, 5}, recency = {3, 0, 9}, age = {10, 10, 10};
  const ModelFit fit = known_bg_nbd(1e8, 2.5e8, 0.7, 2.0);
  double expected = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    // Poisson at the rate 0.4, where r / alpha stays and r grows.
    const double rate = 0.4;
    const double stays = std::lgamma(0.7 + 2.0) - std::lgamma(2.0) + std::lgamma(2.0 + x[i]) - std::lgamma(2.7 + x[i]);
    const double odds = x[i] > 0 ? 0.7 / (2.0 + x[i] - 1.0) * std::exp(rate * (age[i] - recency[i])) : 0.0;
    expected += stays + x[i] * std::log(rate) - rate * age[i] + std::log1p(odds);
  }
  CHECK(bg_nbd_log_likelihood(fit, PurchaseHistory({x, recency, age})) == Approx(expected).epsilon(1e-6));
}
