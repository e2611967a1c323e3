#include <outweigh/economics/discounted_purchases.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/detail/bg_nbd_math.hpp>
#include <outweigh/economics/pareto_nbd.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::economics;

namespace {

double expected_within(const ModelFit& fit, PurchaseModel model, double t, const PurchaseColumns& row) {
  const std::array<double, 1> horizon = {t};
  if (model == PurchaseModel::pareto_nbd) return pareto_nbd_expected_purchases(fit, horizon, row).values[0];
  const Leaving leaving = model == PurchaseModel::bg_nbd ? Leaving::after_repeat : Leaving::after_purchase;
  return bg_nbd_expected_purchases(fit, horizon, row, leaving).values[0];
}

}  // namespace

TEST_CASE("the series and the integral of expected purchases agree", "[economics]") {
  using Model = detail::BgNbdModel<false>;
  for (std::uint64_t i = 0; i < 60; ++i) {
    outweigh::stats::Random random(5, i);
    const auto log_uniform = [&](double low, double high) {
      return std::exp(std::log(low) + random.uniform() * std::log(high / low));
    };
    const double r = log_uniform(0.05, 20.0), a = log_uniform(0.01, 200.0), b = log_uniform(0.01, 200.0);
    const double x = static_cast<double>(random.below(40)), h = log_uniform(1e-3, 100.0);
    // With age 0 and alpha 1 the horizon is h.
    const std::array<double, 4> theta = {r, 1.0, a, b};
    const double series = Model::purchases_if_alive(theta, x, 0.0, h);
    const double integral = Model::purchases_by_integral(a, b + x, r + x, h);
    CAPTURE(r, a, b, x, h);
    CHECK(integral == Approx(series).epsilon(1e-10));
  }
  // Beyond what a series could reach: tests/golden/economics.py.
  CHECK(Model::purchases_by_integral(0.793, 4.426, 2.243, 23108329.64) == Approx(566.95894629786188).epsilon(1e-11));
  CHECK(Model::purchases_by_integral(0.01, 2.0, 300.5, 1e6) == Approx(250768967.04830204).epsilon(1e-11));
  // However long the horizon is.
  CHECK(Model::purchases_by_integral(0.793, 4.426, 2.243, 1e40) == Approx(3346492929.2971247).epsilon(1e-10));
  CHECK(Model::purchases_by_integral(0.3, 2.0, 5.0, 1e250) == Approx(5.036836586345545e175).epsilon(1e-10));
  // All leave in the end: E[1 / p].
  const std::array<double, 4> leaving = {0.5, 1.0, 3.0, 2.0};
  CHECK(Model::purchases_if_alive(leaving, 0.0, 0.0, 1e14) == Approx(1.99999968).epsilon(1e-9));
}

TEST_CASE("discounted purchases are the discounted steps of expected purchases", "[economics]") {
  const std::array<double, 3> x = {2.0, 0.0, 7.0}, last = {30.43, 0.0, 35.0}, age = {38.86, 38.86, 36.0};
  for (const auto model : {PurchaseModel::bg_nbd, PurchaseModel::modified_bg_nbd, PurchaseModel::pareto_nbd}) {
    const ModelFit fit = model == PurchaseModel::pareto_nbd ? known_pareto_nbd(0.553, 10.578, 0.606, 11.669)
                                                            : known_bg_nbd(0.243, 4.414, 0.793, 2.426);
    const auto values = discounted_purchases(fit, model, 0.01, 52.0, {x, last, age}).values;
    for (std::size_t i = 0; i < 3; ++i) {
      const PurchaseColumns row{std::span(x).subspan(i, 1), std::span(last).subspan(i, 1),
                                std::span(age).subspan(i, 1)};
      double sum = 0.0;
      double before = 0.0;
      constexpr int steps = 4000;
      for (int step = 1; step <= steps; ++step) {
        const double to = 52.0 * step / steps;
        const double now = expected_within(fit, model, to, row);
        sum += (now - before) * std::pow(1.01, -(to - 0.5 * 52.0 / steps));
        before = now;
      }
      CHECK(values[i] == Approx(sum).epsilon(1e-7));
      CHECK(discounted_purchases(fit, model, 0.0, 52.0, row).values[0] == Approx(before).epsilon(1e-13));
    }
  }
}

TEST_CASE("discounted purchases of many ages are those of each customer alone", "[economics]") {
  const double inf = std::numeric_limits<double>::infinity();
  struct World {
    PurchaseModel model;
    ModelFit fit;
    double discount, horizon;
  };
  for (const World& world : {World{PurchaseModel::bg_nbd, known_bg_nbd(0.243, 4.414, 0.793, 2.426), 0.0027, inf},
                             World{PurchaseModel::bg_nbd, known_bg_nbd(3.0, 0.001, 0.02, 0.03), 0.01, 100.0},
                             World{PurchaseModel::modified_bg_nbd, known_bg_nbd(0.8, 60.0, 0.9, 2.5), 0.0, 30.0},
                             World{PurchaseModel::pareto_nbd, known_pareto_nbd(0.553, 10.58, 0.606, 11.67), 0.003, inf},
                             World{PurchaseModel::pareto_nbd, known_pareto_nbd(0.5, 5000.0, 3.0, 0.01), 0.01, 50.0}}) {
    std::vector<double> x, last, age;
    for (int i = 0; i < 150; ++i) {
      // Ages of one frequency from 0 on, and of another far apart; a third has few.
      const int kind = i % 3;
      x.push_back(kind == 2 && i > 60 ? 7.0 : 3.0 * kind);
      age.push_back(kind == 0 ? 0.5 * i : kind == 1 ? std::pow(1.05, i) : 1.0 + i);
      last.push_back(x.back() > 0.0 ? 0.5 * age.back() : 0.0);
    }
    for (const bool with_errors : {false, true}) {
      ModelFit fit = world.fit;
      if (with_errors) {
        fit.undetermined.assign(4, 0);
        for (std::size_t i = 0; i < 4; ++i) fit.log_covariance[i * 5] = 0.01;
      }
      const auto all =
          discounted_purchases(fit, world.model, world.discount, world.horizon, {x, last, age}, with_errors);
      for (std::size_t i = 0; i < x.size(); i += 31) {
        const PurchaseColumns row{std::span(x).subspan(i, 1), std::span(last).subspan(i, 1),
                                  std::span(age).subspan(i, 1)};
        const auto one = discounted_purchases(fit, world.model, world.discount, world.horizon, row, with_errors);
        CAPTURE(static_cast<int>(world.model), x[i], age[i]);
        CHECK(all.values[i] == Approx(one.values[0]).epsilon(1e-11));
        if (with_errors) CHECK(all.standard_errors[i] == Approx(one.standard_errors[0]).epsilon(1e-8));
      }
    }
  }
}

TEST_CASE("without an end, Pareto/NBD has the published closed form's value", "[economics]") {
  // DERT = int_0^inf e^-dt P(alive) (r + x) / (alpha + T) ((beta + T) / (beta + T + t))^s dt, here by a trapezoid of
  // its own.
  const ModelFit fit = known_pareto_nbd(0.553, 10.578, 0.606, 11.669);
  const std::array<double, 1> x = {2.0}, last = {30.43}, age = {38.86};
  const double force = std::log1p(0.0027);
  const double alive = pareto_nbd_probability_alive(fit, {x, last, age}).values[0];
  double sum = 0.0;
  const double h = 0.02;
  for (int i = 0; i < 1'000'000; ++i) {
    const double t = (i + 0.5) * h;
    sum += h * std::exp(-force * t) * std::pow((11.669 + 38.86) / (11.669 + 38.86 + t), 0.606);
  }
  const double expected = alive * (0.553 + 2.0) / (10.578 + 38.86) * sum;
  const double inf = std::numeric_limits<double>::infinity();
  const auto result = discounted_purchases(fit, PurchaseModel::pareto_nbd, 0.0027, inf, {x, last, age}, true);
  CHECK(result.values[0] == Approx(expected).epsilon(1e-8));
  CHECK(result.standard_errors[0] == 0.0);
  // Customers who leave within a unit of time, from tests/golden/economics.py.
  const std::array<double, 1> three = {3.0}, at_20 = {20.0}, at_30 = {30.0};
  const ModelFit leaving = known_pareto_nbd(0.5, 10.0, 50.0, 12.0);
  CHECK(discounted_purchases(leaving, PurchaseModel::pareto_nbd, 0.01, inf, {three, at_20, at_30}).values[0] ==
        Approx(3.63314744891271e-8).epsilon(1e-11));
  const ModelFit at_once = known_pareto_nbd(0.5, 10.0, 5e6, 12e6);
  CHECK(discounted_purchases(at_once, PurchaseModel::pareto_nbd, 0.01, inf, {three, at_20, at_30}).values[0] ==
        Approx(0.001466787694579431).epsilon(1e-10));
  CHECK_THROWS_AS(discounted_purchases(fit, PurchaseModel::pareto_nbd, 0.0, inf, {x, last, age}),
                  outweigh::core::InvalidInput);
  CHECK_THROWS_AS(discounted_purchases(fit, PurchaseModel::pareto_nbd, -0.1, 5.0, {x, last, age}),
                  outweigh::core::InvalidInput);
}
