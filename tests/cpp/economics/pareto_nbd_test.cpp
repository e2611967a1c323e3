#include <outweigh/economics/pareto_nbd.hpp>

#include <array>
#include <cmath>
#include <span>
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
      Golden{{0.553, 10.578, 1, 11.669},
             2,
             30.43,
             38.86,
             39,
             -10.042076547562482,
             0.79463129490427156,
             1.1860522822793437},
      Golden{{0.553, 10.578, 0.606, 11.669},
             0,
             0,
             38.86,
             39,
             -0.52104629408089031,
             0.29528660461689415,
             0.10708146821530885},
      Golden{
          {0.05, 0.001, 3, 5000}, 7, 10, 400, 1000, -19.800639575205937, 4.104132995027397e-9, 5.6264606922228344e-8},
      Golden{
          {20, 1000, 0.01, 0.02}, 40, 100, 365, 30, -143.35768682455878, 0.001464904640834225, 0.0019309696605697766},
      Golden{{0.5329, 38.0598, 64.2792, 7721.5264},
             300,
             140,
             145,
             100,
             -150.16692187467991,
             0.046006659422845547,
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
    CHECK(pareto_nbd_expected_purchases(fit, horizon, {zero, zero, zero}).values.front() ==
          Approx(mean).epsilon(1e-10));
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

TEST_CASE("Pareto/NBD predictions for many customers are those for each alone", "[economics]") {
  outweigh::stats::Random random(23);
  for (int trial = 0; trial < 40; ++trial) {
    const auto around = [&](double middle, double reach) {
      return middle * std::exp(reach * (2.0 * random.uniform() - 1.0));
    };
    const ModelFit fit = known_pareto_nbd(around(0.8, 3.0), around(10.0, 3.0), trial % 5 == 0 ? 1.0 : around(0.9, 3.0),
                                          trial % 7 == 0 ? 10.0 : around(10.0, 3.0));
    std::vector<double> x, recency, age, horizon;
    for (int i = 0; i < 600; ++i) {
      const std::uint64_t most = trial % 10 == 0 ? 400 : 30;
      x.push_back(static_cast<double>(i % 5 < 3 ? static_cast<std::uint64_t>(i % 5) : random.below(most)));
      age.push_back(i % 50 == 0 ? 1.0 : 40.0 * random.uniform());
      recency.push_back(x.back() == 0.0 ? 0.0 : age.back() * random.uniform());
      horizon.push_back(i % 40 == 0 ? 0.0 : 60.0 * random.uniform());
    }
    const Predictions ahead = pareto_nbd_expected_purchases(fit, horizon, {x, recency, age});
    const Predictions alive = pareto_nbd_probability_alive(fit, {x, recency, age});
    for (std::size_t i = 0; i < x.size(); i += 7) {
      const std::span<const double> one_x(&x[i], 1), one_recency(&recency[i], 1), one_age(&age[i], 1),
          one_ahead(&horizon[i], 1);
      const PurchaseColumns one{one_x, one_recency, one_age};
      // Alone by quadrature, which is good to ten digits.
      CHECK(alive.values[i] ==
            Approx(pareto_nbd_probability_alive(fit, one).values.front()).epsilon(1e-10).margin(1e-290));
      CHECK(ahead.values[i] ==
            Approx(pareto_nbd_expected_purchases(fit, one_ahead, one).values.front()).epsilon(1e-10).margin(1e-290));
    }
  }
  // 40 digits by mpmath; twenty customers alike, so that the series is used.
  struct Golden {
    std::array<double, 4> p;
    double x, recency, age, alive;
  };
  for (const Golden& row :
       {Golden{{8.14978, 0.392564, 1.11035, 53.007}, 2, 1.3682328979182803, 7.8255530559140452, 3.6667193388385669e-5},
        Golden{{0.0390334, 148.501, 10.203, 0.946644}, 0, 0, 35.531306696151844, 6.5465345442107114e-17},
        Golden{{7.28727, 0.918082, 0.203605, 41.369},
               2,
               107.52459852187634,
               433.34485074206674,
               0.00012401695175218157}}) {
    const ModelFit fit = known_pareto_nbd(row.p[0], row.p[1], row.p[2], row.p[3]);
    const std::vector<double> x(20, row.x), recency(20, row.recency), age(20, row.age);
    CHECK(pareto_nbd_probability_alive(fit, {x, recency, age}).values.back() == Approx(row.alive).epsilon(1e-13));
    CHECK(
        pareto_nbd_probability_alive(fit, {std::span(x).first(1), std::span(recency).first(1), std::span(age).first(1)})
            .values.front() == Approx(row.alive).epsilon(1e-9));
  }
}

TEST_CASE("no chance of being alive exceeds 1, however far apart the parameters are", "[economics]") {
  for (const double alpha : {0.200306953, 8.0, 225678506.3}) {
    for (const double beta : {1e-3, 262139273.0, 3e22}) {
      const ModelFit fit = known_pareto_nbd(0.3789797853, alpha, 0.001861100083, beta);
      for (const std::size_t customers : {std::size_t{1}, std::size_t{20}, std::size_t{200}}) {
        const std::vector<double> x(customers, 3.0), t(customers, 3.88784);
        for (const double alive : pareto_nbd_probability_alive(fit, {x, t, t}).values)
          CHECK((alive > 0.0 && alive <= 1.0));
      }
    }
  }
}
