#include <outweigh/demand/pooled.hpp>

#include <cmath>
#include <numeric>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"
#include "small_world.hpp"

using namespace outweigh;

TEST_CASE("the beta-binomial posterior agrees with a sum over a fine grid", "[demand]") {
  const std::vector<double> successes{0, 3, 8, 1};
  const std::vector<double> trials{2, 10, 40, 0};
  std::vector<double> ones = successes;
  ones[3] = 0;
  const demand::BetaBinomial posterior = demand::beta_binomial(ones, trials);
  // Another grid, in another parametrisation: mean on (0, 1), strength / (1 + strength) on (0, 1), both uniform.
  std::vector<double> rates(4, 0.0);
  double total = 0.0;
  double overall = 0.0;
  for (double m = 0.00125; m < 1.0; m += 0.0025) {
    for (double u = 0.00125; u < 1.0; u += 0.0025) {
      const double k = u / (1.0 - u);
      double value = 0.0;
      for (std::size_t g = 0; g < 4; ++g) {
        value += std::lgamma(k) - std::lgamma(m * k) - std::lgamma((1 - m) * k) + std::lgamma(m * k + ones[g]) +
                 std::lgamma((1 - m) * k + trials[g] - ones[g]) - std::lgamma(k + trials[g]);
      }
      const double weight = std::exp(value + 40.0);
      total += weight;
      overall += weight * m;
      for (std::size_t g = 0; g < 4; ++g) rates[g] += weight * (m * k + ones[g]) / (k + trials[g]);
    }
  }
  CHECK(posterior.overall == Approx(overall / total).margin(0.01));
  for (std::size_t g = 0; g < 4; ++g) CHECK(posterior.rates[g] == Approx(rates[g] / total).margin(0.01));
  CHECK(std::accumulate(posterior.weight.begin(), posterior.weight.end(), 0.0) == Approx(1.0));
}

TEST_CASE("small groups are shrunk towards the whole, large ones keep their share", "[demand]") {
  const std::vector<double> successes{1, 200, 20, 25, 15};
  const std::vector<double> trials{1, 1000, 100, 100, 100};
  const demand::BetaBinomial posterior = demand::beta_binomial(successes, trials);
  CHECK(posterior.rates[0] < 0.5);
  CHECK(posterior.rates[0] > posterior.overall);
  CHECK(posterior.rates[1] == Approx(0.2).margin(0.01));
  CHECK(demand::beta_binomial({}, {}).overall == Approx(0.5));
  const std::vector<double> wrong{2};
  CHECK_THROWS_AS(demand::beta_binomial(wrong, std::vector<double>{1.0}), core::InvalidInput);
  CHECK_THROWS_AS(demand::beta_binomial(wrong, {}), core::InvalidInput);
}

TEST_CASE("contacted accounts are known, the others predicted", "[demand]") {
  const auto graph = test::build(test::small_world());
  const demand::Evidence evidence = demand::collect_evidence(graph);
  const demand::Fit fit = demand::fit_pooled(evidence, {});
  for (std::size_t a = 0; a < 8; ++a) {
    const double p = fit.probabilities[a];
    if (evidence.voice(0, a) == demand::Voice::requested) {
      CHECK(p == 1.0);
    } else if (evidence.was_contacted(0, a)) {
      CHECK(p == 0.0);
    } else {
      CHECK(p > 0.0);
      CHECK(p < 1.0);
    }
  }
  CHECK(fit.status == core::Status::doubtful);
}
