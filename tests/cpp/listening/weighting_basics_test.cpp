#include <outweigh/listening/categorical.hpp>
#include <outweigh/listening/design.hpp>
#include <outweigh/listening/listening.hpp>
#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/trim.hpp>
#include <outweigh/listening/weights.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::Infeasible;
using outweigh::core::InvalidInput;

TEST_CASE("Kish's figures", "[listening]") {
  CHECK(effective_sample_size(std::vector<double>{2, 2, 2}) == Approx(3.0));
  CHECK(effective_sample_size(std::vector<double>{1, 3}) == Approx(1.6));
  CHECK(design_effect(std::vector<double>{1, 3}) == Approx(1.25));
  CHECK(effective_sample_size(std::vector<double>{}) == 0.0);
  CHECK(effective_sample_size(std::vector<double>{0, 0}) == 0.0);
  CHECK(design_effect(std::vector<double>{0, 0}) == 1.0);
  CHECK_THROWS_AS(effective_sample_size(std::vector<double>{1, std::nan("")}), InvalidInput);
}

TEST_CASE("post-stratification on crossed columns", "[listening]") {
  const std::vector<std::uint8_t> a = {0, 0, 1, 1};
  const std::vector<std::int64_t> b = {1, 0, 1, 1};
  const std::vector<Categorical> columns = {{"a", {"x", "y"}, Codes(a)}, {"b", {"p", "q"}, Codes(b)}};
  const Crossed crossed = cross(columns);
  CHECK(crossed.variable.name == "a x b");
  CHECK(crossed.variable.levels == std::vector<std::string>{"x x p", "x x q", "y x q"});
  const Weights weights = poststratify(Design(), {crossed.variable, {{"x x p", 5}, {"x x q", 7}, {"y x q", 8}}});
  CHECK(std::vector<double>(weights.values().begin(), weights.values().end()) == std::vector<double>{7, 5, 4, 4});
  CHECK_THROWS_AS(poststratify(Design(), {crossed.variable, {{"x x p", 5}, {"x x q", 7}}}), InvalidInput);
}

TEST_CASE("trimming keeps the sum and the bounds", "[listening]") {
  const std::vector<double> base = {1, 1, 1, 1, 6};
  DesignColumns columns;
  columns.weights = base;
  const Weights weights(5, Design(columns));
  for (const auto redistribution : {Redistribution::equal, Redistribution::proportional}) {
    const Weights trimmed = trim(weights, {.upper = 2.5, .redistribution = redistribution});
    CHECK(trimmed.total() == Approx(10.0));
    for (const double w : trimmed.values()) CHECK(w <= 2.5);
    CHECK(trimmed.values()[0] == Approx(1.875));
  }
  CHECK_THROWS_AS(trim(weights, {.upper = 1.5}), Infeasible);
  CHECK_THROWS_AS(trim(weights, {.lower = 3.0, .upper = 2.0}), InvalidInput);
}

TEST_CASE("a row cut at one bound takes its part of what is cut at the other", "[listening]") {
  const auto trimmed_values = [](std::vector<double> base, TrimOptions options) {
    DesignColumns columns;
    columns.weights = base;
    const Weights trimmed = trim(Weights(base.size(), Design(columns)), options);
    return std::vector<double>(trimmed.values().begin(), trimmed.values().end());
  };
  // All that is open is cut in turn: what is left can only go to the row that was raised.
  const std::vector<double> values = trimmed_values({0.0, 12.0, 5.9}, {.lower = 4.0, .upper = 6.0});
  CHECK(values[0] == Approx(5.9));
  CHECK(values[1] == 6.0);
  CHECK(values[2] == 6.0);
  const std::vector<double> once = trimmed_values({0.0, 7.9, 7.9}, {.lower = 4.0, .upper = 6.0, .strict = false});
  CHECK(once[0] + once[1] + once[2] == Approx(15.8));
  outweigh::stats::Random random(5);
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> base;
    double sum = 0.0;
    const std::size_t rows = 2 + static_cast<std::size_t>(7.0 * random.uniform());
    while (base.size() < rows) base.push_back(std::exp(2.0 * random.normal()));
    for (const double w : base) sum += w;
    const double mean = sum / static_cast<double>(rows);
    const double lower = mean * random.uniform();
    const double upper = mean * (1.0 + random.uniform());
    for (const auto redistribution : {Redistribution::equal, Redistribution::proportional}) {
      const std::vector<double> kept =
          trimmed_values(base, {.lower = lower, .upper = upper, .redistribution = redistribution});
      double total = 0.0;
      for (const double w : kept) {
        CHECK((w >= lower && w <= upper));
        total += w;
      }
      CHECK(total == Approx(sum).epsilon(1e-12));
    }
  }
}

TEST_CASE("an interval from one row says nothing, and a lonely cluster is named", "[listening]") {
  const std::vector<std::uint8_t> group = {0, 1, 1};
  const std::vector<double> y = {2.0, 3.0, 4.0};
  const auto means = estimate_mean(Weights(3, Design()), y, {"group", {"a", "b"}, Codes(group)});
  CHECK(std::isinf(means[0].interval(0.9).upper));
  CHECK(std::isfinite(means[1].interval(0.9).upper));
  DesignColumns columns;
  const std::vector<std::uint8_t> strata = {1, 1, 0};
  columns.strata = {Codes(strata)};
  try {
    (void)estimate_mean(Weights(3, Design(columns)), y);
    FAIL("a lonely cluster has no variance");
  } catch (const InvalidInput& error) {
    CHECK(error.place().row == 2);
  }
}

TEST_CASE("a sample of one row has an estimate, and no standard error", "[listening]") {
  const std::vector<double> y = {3.0};
  const std::vector<double> v = {2.0};
  DesignColumns columns;
  columns.weights = v;
  const auto estimates = [&](const Weights& weights) {
    return std::vector<SurveyEstimate>{estimate_mean(weights, y), estimate_total(weights, y),
                                       estimate_ratio(weights, y, v), estimate_quantile(weights, y, 0.5)};
  };
  const std::vector<double> expected = {3.0, 6.0, 1.5, 3.0};
  const auto found = estimates(Weights(1, Design(columns)));
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].estimate == expected[i]);
    CHECK(std::isinf(found[i].se));
    CHECK(found[i].status == outweigh::core::Status::doubtful);
    CHECK(found[i].reason.find("single row") != std::string::npos);
    CHECK(std::isinf(found[i].interval(0.9).upper));
  }
  const std::vector<std::uint8_t> group = {0};
  CHECK(std::isinf(estimate_mean(Weights(1, Design(columns)), y, {"group", {"a"}, Codes(group)})[0].se));
  CHECK(std::isinf(estimate_proportions(Weights(1, Design(columns)), {"group", {"a"}, Codes(group)})[0].se));
  // It is a lonely cluster: who asks to count it in a certain way gets that.
  columns.lonely = LonelyCluster::remove;
  CHECK(estimate_mean(Weights(1, Design(columns)), y).se == 0.0);
  columns.lonely = LonelyCluster::adjust;
  CHECK(estimate_total(Weights(1, Design(columns)), y).se == Approx(6.0));
}

TEST_CASE("what is not estimated says why", "[listening]") {
  const std::vector<double> none = {0.0, 0.0};
  const std::vector<double> y = {3.0, 4.0};
  DesignColumns columns;
  columns.weights = none;
  CHECK(estimate_mean(Weights(2, Design(columns)), y).reason == "there is no row of positive weight");
  CHECK(estimate_ratio(Weights(2, Design()), y, none).reason == "the denominator adds up to 0");
  CHECK(estimate_mean(Weights(2, Design()), y).reason.empty());
  const std::vector<std::uint8_t> group = {0, 1};
  const SurveyEstimate lone = estimate_mean(Weights(2, Design()), y, {"group", {"a", "b"}, Codes(group)})[0];
  CHECK(lone.se == 0.0);  // as R's survey
  CHECK(lone.status == outweigh::core::Status::doubtful);
  CHECK(lone.reason == "a single row is behind it, which has no spread");
}

TEST_CASE("variance of a simple sample and of clusters by hand", "[listening]") {
  const std::vector<double> scores = {1, 2, 4, 9};
  CHECK(design_variance(Design(), scores) == Approx(4.0 / 3.0 * (9.0 + 4.0 + 0.0 + 25.0)));
  const std::vector<std::int32_t> cluster = {7, 7, 9, 9};
  DesignColumns columns;
  columns.clusters = {Codes(cluster)};
  CHECK(design_variance(Design(columns), scores) == Approx(2.0 * (25.0 + 25.0)));
  const std::vector<double> sizes(4, 4.0);
  columns.fpc = {sizes};
  CHECK(design_variance(Design(columns), scores) == Approx(0.5 * 2.0 * 50.0));
  const Design drawn(columns);
  CHECK(std::vector<double>(drawn.weights().begin(), drawn.weights().end()) == std::vector<double>(4, 2.0));
  CHECK(design_variance(Design(), std::vector<double>{}) == 0.0);
  CHECK(design_variance(Design(), std::vector<double>{3.0}) == 0.0);
}

TEST_CASE("designs that cannot be throw", "[listening]") {
  const std::vector<std::int32_t> cluster = {0, 0, 1, 1};
  const std::vector<std::int32_t> stratum = {0, 1, 1, 1};
  DesignColumns columns;
  columns.clusters = {Codes(cluster)};
  columns.strata = {Codes(stratum)};
  CHECK_THROWS_AS(Design(columns), InvalidInput);
  columns.nest = true;
  CHECK(Design(columns).stages()[0].drawn == std::vector<double>{1.0, 2.0});
  columns = {};
  const std::vector<double> small(4, 3.0);
  columns.fpc = {small};
  CHECK_THROWS_AS(Design(columns), InvalidInput);
  const std::vector<double> mixed = {0.5, 2.0, 0.5, 0.5};
  columns.fpc = {mixed};
  CHECK_THROWS_AS(Design(columns), InvalidInput);
  const std::vector<double> varying = {5.0, 6.0, 5.0, 5.0};
  columns.fpc = {varying};
  CHECK_THROWS_AS(Design(columns), InvalidInput);
  const std::vector<double> shares(4, 0.5);
  columns.fpc = {shares};
  CHECK(Design(columns).stages()[0].population == std::vector<double>{8.0});
  columns.strata = {Codes(std::span<const std::int32_t>(stratum).first(2))};
  CHECK_THROWS_AS(Design(columns), InvalidInput);
}
