#include <outweigh/economics/pareto_nbd.hpp>

#include <array>
#include <cmath>
#include <vector>

#include "../support/catch.hpp"
#include "simulated_purchases.hpp"

using namespace outweigh::economics;

namespace {

struct Clock {
  double end;
  bool operator()(double) const { return false; }
  bool before(double t) const { return t > end; }
};

}  // namespace

TEST_CASE("Pareto/NBD agrees with 40-digit values, at s = 1 and with hundreds of purchases", "[economics]") {
  struct Golden {
    std::array<double, 4> parameters;
    double x, recency, age, horizon, log_likelihood, alive, ahead;
  };
  // tests/golden/economics.py
  const std::array<Golden, 5> golden = {
      Golden{{0.553, 10.578, 1, 11.669}, 2, 30.43, 38.86, 39, -10.042076547562482, 0.79463129490427156, 1.1860522822793437},
      Golden{{0.553, 10.578, 0.606, 11.669}, 0, 0, 38.86, 39, -0.52104629408089031, 0.29528660461689415,
             0.10708146821530885},
      Golden{{0.05, 0.001, 3, 5000}, 7, 10, 400, 1000, -19.800639575205937, 4.104132995027397e-9, 5.6264606922228344e-8},
      Golden{{20, 1000, 0.01, 0.02}, 40, 100, 365, 30, -143.35768682455878, 0.001464904640834225, 0.0019309696605697766},
      Golden{{0.5329, 38.0598, 64.2792, 7721.5264}, 300, 140, 145, 100, -150.16692187467991, 0.046006659422845547,
             5.1677361106483845}};
  for (const Golden& row : golden) {
    const auto& p = row.parameters;
    const ModelFit fit = known_pareto_nbd(p[0], p[1], p[2], p[3]);
    const std::array<double, 1> x = {row.x}, recency = {row.recency}, age = {row.age}, horizon = {row.horizon};
    const PurchaseColumns columns{x, recency, age};
    if (row.x == 0.0 || row.recency > 0.0) {
      CHECK(pareto_nbd_log_likelihood(fit, PurchaseHistory(columns)) == Approx(row.log_likelihood).epsilon(1e-12));
    }
    CHECK(pareto_nbd_probability_alive(fit, columns).values.front() == Approx(row.alive).epsilon(1e-11));
    CHECK(pareto_nbd_expected_purchases(fit, horizon, columns).values.front() == Approx(row.ahead).epsilon(1e-11));
  }
  const ModelFit fit = known_pareto_nbd(0.5329, 38.0598, 64.2792, 7721.5264);
  const std::array<double, 1> x = {300.0}, t = {145.0};
  CHECK(pareto_nbd_probability_alive(fit, {x, t, t}).values.front() == 1.0);
}

TEST_CASE("probabilities of Pareto/NBD counts add up to 1 and to the expectation", "[economics]") {
  for (const double s : {0.3, 1.0, 4.0}) {
    const ModelFit fit = known_pareto_nbd(0.8, 3.0, s, 9.0);
    double sum = 0.0;
    double mean = 0.0;
    for (int count = 0; count < 500; ++count) {
      const double p = pareto_nbd_purchase_probability(fit, count, 20.0);
      sum += p;
      mean += p * count;
    }
    CHECK(sum == Approx(1.0).epsilon(1e-11));
    const std::array<double, 1> zero = {0.0}, horizon = {20.0};
    CHECK(pareto_nbd_expected_purchases(fit, horizon, {zero, zero, zero}).values.front() == Approx(mean).epsilon(1e-10));
    CHECK(pareto_nbd_purchase_probability(fit, 0, 0.0) == 1.0);
  }
}

TEST_CASE("Pareto/NBD recovers what made the data", "[economics]") {
  const auto customers = SimulatedPurchases::draw(
      8000, 0.9, 5.0,
      [](outweigh::stats::Random& random) { return Clock{random.exponential(random.gamma(1.2, 1.0 / 15.0))}; }, 21);
  const PurchaseHistory history(customers.columns());
  const ModelFit fit = fit_pareto_nbd(history);
  REQUIRE(fit.status == FitStatus::estimated);
  const std::array<double, 4> truth = {0.9, 5.0, 1.2, 15.0};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(fit.interval(i, 0.9999)->contains(truth[i]));
    ModelFit moved = fit;
    moved.parameters[i] *= 1.02;
    CHECK(pareto_nbd_log_likelihood(moved, history) < fit.log_likelihood);
  }
}

TEST_CASE("Pareto/NBD says when nobody bought again and when nobody leaves", "[economics]") {
  const std::vector<double> zeros(20, 0.0);
  const std::vector<double> tens(20, 10.0);
  CHECK(fit_pareto_nbd(PurchaseHistory({zeros, zeros, tens})).status == FitStatus::not_identified);
  std::vector<double> x;
  for (int i = 0; i < 20; ++i) x.push_back(1.0 + (i * i) % 9);
  const ModelFit staying = fit_pareto_nbd(PurchaseHistory({x, tens, tens}));
  CHECK(staying.status == FitStatus::boundary);
  CHECK(std::isfinite(staying.log_likelihood));
  const std::array<double, 1> horizon = {10.0};
  for (const double value : pareto_nbd_expected_purchases(staying, horizon, {x, tens, tens}, true).values) {
    CHECK(std::isfinite(value));
  }
}
