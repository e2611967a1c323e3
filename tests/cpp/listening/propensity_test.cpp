#include <outweigh/listening/propensity.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::InvalidInput;
using outweigh::core::NotIdentified;

namespace {

/// A population with one category and one numeric column; rows are heard with odds that grow with both.
struct HeardSample {
  std::vector<std::uint8_t> sample_kind;
  std::vector<double> sample_x;
  std::vector<double> y;
  std::vector<std::uint8_t> kind;
  std::vector<double> x;
  double truth = 0.0;

  explicit HeardSample(std::uint64_t seed, std::size_t population = 20000) {
    outweigh::stats::Random random(seed);
    for (std::size_t i = 0; i < population; ++i) {
      const auto k = static_cast<std::uint8_t>(random.below(3));
      const double value = random.normal();
      const double outcome = value + 2.0 * k + random.normal();
      kind.push_back(k);
      x.push_back(value);
      truth += outcome / static_cast<double>(population);
      if (!random.bernoulli(1.0 / (1.0 + std::exp(3.0 - 0.8 * value - 0.6 * k)))) continue;
      sample_kind.push_back(k);
      sample_x.push_back(value);
      y.push_back(outcome);
    }
  }
  std::vector<PropensityCategory> categories() const {
    return {{"kind", {"a", "b", "c"}, Codes(sample_kind), Codes(kind)}};
  }
  std::vector<PropensityNumber> numbers() const { return {{"x", sample_x, x}}; }
};

}  // namespace

TEST_CASE("one category alone gives post-stratification", "[listening]") {
  const HeardSample heard(1, 2000);
  const PropensityFit fit = propensity_weights(Weights(heard.y.size()), heard.categories(), {});
  std::vector<double> counts(3, 0.0);
  for (const std::uint8_t k : heard.kind) counts[k] += 1.0;
  const Weights post = poststratify(Design(), {{"kind", {"a", "b", "c"}, Codes(heard.sample_kind)},
                                               {{"a", counts[0]}, {"b", counts[1]}, {"c", counts[2]}}});
  for (std::size_t row = 0; row < post.size(); ++row)
    CHECK(fit.weights.values()[row] == Approx(post.values()[row]).epsilon(1e-8));
  for (const PropensityBalance& row : fit.balance) CHECK(std::abs(row.difference_after) < 1e-8);
  CHECK(fit.status == outweigh::core::Status::estimated);
}

TEST_CASE("propensities by columns of two kinds take the bias away", "[listening]") {
  for (const std::size_t folds : {std::size_t{0}, std::size_t{5}}) {
    for (const auto method : {PropensityMethod::logistic, PropensityMethod::ridge}) {
      const HeardSample heard(2, method == PropensityMethod::ridge ? 8000 : 20000);
      PropensityOptions options;
      options.method = method;
      options.folds = folds;
      const PropensityFit fit =
          propensity_weights(Weights(heard.y.size()), heard.categories(), heard.numbers(), {}, options);
      double raw = 0.0;
      for (const double value : heard.y) raw += value / static_cast<double>(heard.y.size());
      const SurveyEstimate mean = estimate_mean(fit.weights, heard.y);
      CHECK(raw - heard.truth > 0.8);
      CHECK(std::abs(mean.estimate - heard.truth) < 0.15);
      CHECK(fit.weights.total() == Approx(static_cast<double>(heard.x.size())));
      CHECK(fit.concordance > 0.65);
      CHECK(fit.odds.size() == heard.y.size());
    }
  }
}

TEST_CASE("the score equations hold", "[listening]") {
  // With both tables brought to one size, the sample's sum of (1 - p) x is the reference's of p x.
  const HeardSample heard(3, 3000);
  const PropensityFit fit = propensity_weights(Weights(heard.y.size()), heard.categories(), heard.numbers());
  double left = 0.0;
  for (std::size_t row = 0; row < heard.y.size(); ++row) left += heard.sample_x[row] / (1.0 + fit.odds[row]);
  // The reference's odds follow from those of sample rows of the same kind: log odds are linear in x.
  double slope = 0.0;
  double constant[3] = {0.0, 0.0, 0.0};
  for (std::size_t i = 1; i < heard.y.size() && slope == 0.0; ++i) {
    if (heard.sample_kind[i] == heard.sample_kind[0]) {
      slope = std::log(fit.odds[i] / fit.odds[0]) / (heard.sample_x[i] - heard.sample_x[0]);
    }
  }
  for (std::size_t i = 0; i < heard.y.size(); ++i)
    constant[heard.sample_kind[i]] = std::log(fit.odds[i]) - slope * heard.sample_x[i];
  double right = 0.0;
  const double scale = static_cast<double>(heard.y.size()) / static_cast<double>(heard.x.size());
  for (std::size_t i = 0; i < heard.x.size(); ++i) {
    right += scale * heard.x[i] / (1.0 + std::exp(-constant[heard.kind[i]] - slope * heard.x[i]));
  }
  CHECK(left == Approx(right).epsilon(1e-6));
}

TEST_CASE("trimming keeps the total and the same seed the same weights", "[listening]") {
  const HeardSample heard(4, 3000);
  PropensityOptions options;
  options.trim = 2.0;
  options.folds = 4;
  options.seed = 11;
  const PropensityFit fit =
      propensity_weights(Weights(heard.y.size()), heard.categories(), heard.numbers(), {}, options);
  const PropensityFit again =
      propensity_weights(Weights(heard.y.size()), heard.categories(), heard.numbers(), {}, options);
  const double mean = 3000.0 / static_cast<double>(heard.y.size());
  CHECK(fit.trimmed_share > 0.0);
  CHECK(fit.weights.total() == Approx(3000.0));
  for (std::size_t row = 0; row < heard.y.size(); ++row) {
    CHECK(fit.weights.values()[row] <= 2.0 * mean * (1.0 + 1e-12));
    CHECK(fit.weights.values()[row] == again.weights.values()[row]);
  }
}

TEST_CASE("separation and bad columns are typed errors", "[listening]") {
  const std::vector<std::uint8_t> one = {0, 0, 1};
  const std::vector<std::uint8_t> other = {0, 1, 2, 2};
  const std::vector<PropensityCategory> columns = {{"kind", {"a", "b", "c"}, Codes(one), Codes(other)}};
  try {
    static_cast<void>(propensity_weights(Weights(3), columns, {}));
    FAIL("a level of the reference alone must not pass");
  } catch (const InvalidInput& error) {
    CHECK(error.place().column == "kind");
    CHECK(error.place().value == "c");
  }
  PropensityOptions ridge;
  ridge.method = PropensityMethod::ridge;
  const PropensityFit fit = propensity_weights(Weights(3), columns, {}, {}, ridge);
  CHECK(fit.status == outweigh::core::Status::doubtful);
  CHECK(fit.uncovered_share == Approx(0.5));

  const std::vector<double> low = {1, 2, 3};
  const std::vector<double> high = {4, 5, 6, 7};
  const std::vector<PropensityNumber> apart = {{"x", low, high}};
  CHECK_THROWS_AS(propensity_weights(Weights(3), {}, apart), NotIdentified);
  const std::vector<double> unknown = {1, std::nan(""), 3};
  const std::vector<PropensityNumber> missing = {{"x", unknown, high}};
  CHECK_THROWS_AS(propensity_weights(Weights(3), {}, missing), InvalidInput);
  CHECK_THROWS_AS(propensity_weights(Weights(3), {}, {}), InvalidInput);
  CHECK_THROWS_AS(propensity_weights(Weights(2), columns, {}), InvalidInput);
  const std::vector<double> negative = {1, 1, -1, 1};
  CHECK_THROWS_AS(propensity_weights(Weights(3), {}, apart, negative), InvalidInput);
  PropensityOptions folds;
  folds.folds = 9;
  CHECK_THROWS_AS(propensity_weights(Weights(3), {}, apart, {}, folds), InvalidInput);
}
