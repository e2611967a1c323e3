#include <outweigh/economics/purchase_interval.hpp>

#include <array>
#include <cmath>

#include <outweigh/economics/bg_nbd.hpp>
#include <outweigh/economics/pareto_nbd.hpp>

#include "../support/catch.hpp"
#include "simulated_purchases.hpp"

using namespace outweigh::economics;

TEST_CASE("the count ahead has the expected mean, and sums to 1", "[economics]") {
  for (const auto model : {PurchaseModel::bg_nbd, PurchaseModel::modified_bg_nbd, PurchaseModel::pareto_nbd}) {
    const bool pareto = model == PurchaseModel::pareto_nbd;
    const ModelFit fit =
        pareto ? known_pareto_nbd(0.553, 10.578, 0.606, 11.669) : known_bg_nbd(0.243, 4.414, 0.793, 2.426);
    const std::array<double, 1> x = {6.0}, last = {30.43}, age = {38.86}, horizon = {39.0};
    const PurchaseColumns row{x, last, age};
    double sum = 0.0;
    double mean = 0.0;
    for (int count = 0; count < 400; ++count) {
      const double p = purchase_probability_after(fit, model, count, 39.0, 6.0, 30.43, 38.86);
      sum += p;
      mean += p * count;
    }
    CHECK(sum == Approx(1.0).epsilon(1e-11));
    const Leaving leaving = model == PurchaseModel::bg_nbd ? Leaving::after_repeat : Leaving::after_purchase;
    const double expected = pareto ? pareto_nbd_expected_purchases(fit, horizon, row).values[0]
                                   : bg_nbd_expected_purchases(fit, horizon, row, leaving).values[0];
    CHECK(mean == Approx(expected).epsilon(1e-10));
    const auto interval = purchase_intervals(fit, model, horizon, row, 0.8);
    double below = 0.0;
    for (int count = 0; count < interval.lower[0]; ++count)
      below += purchase_probability_after(fit, model, count, 39.0, 6.0, 30.43, 38.86);
    CHECK(below < 0.1);
    double up_to = 0.0;
    for (int count = 0; count <= interval.upper[0]; ++count)
      up_to += purchase_probability_after(fit, model, count, 39.0, 6.0, 30.43, 38.86);
    CHECK(up_to >= 0.9 - 1e-9);
    CHECK_THROWS_AS(purchase_intervals(fit, model, horizon, row, 1.0), outweigh::core::InvalidInput);
  }
}

TEST_CASE("intervals of counts cover what customers go on to buy", "[economics]") {
  // Truth: gamma rates, exponential lifetimes; each customer is seen until 20 and counted until 40.
  const double r = 1.5, alpha = 4.0, s = 1.0, beta = 30.0;
  std::vector<double> x, last, age, later;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    outweigh::stats::Random random(31, i);
    const double rate = random.gamma(r, 1.0 / alpha);
    const double end = random.exponential(random.gamma(s, 1.0 / beta));
    double t = 0.0, bought = 0.0, at = 0.0, after = 0.0;
    while ((t += random.exponential(rate)) < std::min(end, 40.0)) {
      if (t <= 20.0) {
        bought += 1.0;
        at = t;
      } else {
        after += 1.0;
      }
    }
    x.push_back(bought);
    last.push_back(at);
    age.push_back(20.0);
    later.push_back(after);
  }
  const std::array<double, 1> horizon = {20.0};
  const auto interval =
      purchase_intervals(known_pareto_nbd(r, alpha, s, beta), PurchaseModel::pareto_nbd, horizon, {x, last, age}, 0.8);
  double covered = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
    covered += interval.lower[i] <= later[i] && later[i] <= interval.upper[i] ? 1.0 : 0.0;
  covered /= static_cast<double>(x.size());
  CHECK(covered > 0.8);
  CHECK(covered < 0.97);
}
