#include <outweigh/listening/replicate_weights.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/rake.hpp>
#include <outweigh/listening/trim.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"
#include "public_samples.hpp"

using namespace outweigh::listening;
using outweigh::core::Infeasible;
using outweigh::core::InvalidInput;
using outweigh::test::Sample;

namespace {

void same_replicates(const std::string& key, const SurveyEstimate& found) {
  const auto& golden = outweigh::test::golden("replicates.csv");
  INFO(key);
  CHECK(std::abs(found.estimate - golden.at(key)) <= 1e-8 * std::abs(golden.at(key)));
  // A variance that the calibration takes away is 0 but for rounding.
  CHECK(std::abs(found.se - golden.at(key + ".se")) <= 1e-8 * golden.at(key + ".se") + 1e-9 * std::abs(found.estimate));
}

/// 600 rows in 3 strata and 60 clusters, with two categories, an outcome and base weights.
struct Made {
  std::vector<std::uint8_t> a;
  std::vector<std::uint8_t> b;
  std::vector<std::uint8_t> stratum;
  std::vector<std::int32_t> cluster;
  std::vector<double> y;
  std::vector<double> x;
  std::vector<double> w;

  explicit Made(std::size_t rows = 600) {
    outweigh::stats::Random random(5);
    for (std::size_t row = 0; row < rows; ++row) {
      cluster.push_back(static_cast<std::int32_t>(row % 60));
      stratum.push_back(static_cast<std::uint8_t>(row % 3));
      a.push_back(static_cast<std::uint8_t>(random.below(3)));
      b.push_back(static_cast<std::uint8_t>(random.below(2)));
      w.push_back(random.uniform(0.5, 2.0));
      x.push_back(random.normal(10.0, 2.0));
      y.push_back(2.0 * a.back() + b.back() + 0.3 * x.back() + random.normal());
    }
  }
  Categorical column_a() const { return {"a", {"p", "q", "r"}, Codes(a)}; }
  Categorical column_b() const { return {"b", {"s", "t"}, Codes(b)}; }
  std::vector<Margin> margins() const {
    return {{column_a(), {{"p", 300}, {"q", 500}, {"r", 200}}}, {column_b(), {{"s", 450}, {"t", 550}}}};
  }
  Design rows_only() const { return Design({.weights = w}); }
  Design clustered() const { return Design({.strata = {Codes(stratum)}, .clusters = {Codes(cluster)}, .weights = w}); }
};

}  // namespace

TEST_CASE("jackknife weights match R's survey", "[listening]") {
  if (!outweigh::test::available()) return;
  for (const std::string name : {"strat", "strat_infinite", "clus1", "srs"}) {
    Sample sample("api" + name.substr(0, name.find('_')) + ".csv");
    const Categorical stype = sample.category("stype");
    const Categorical dnum = sample.category("dnum");
    DesignColumns columns;
    columns.weights = sample.numbers("pw");
    if (name.substr(0, 5) == "strat") columns.strata = {stype.codes};
    if (name == "clus1") columns.clusters = {dnum.codes};
    if (name == "strat" || name == "clus1") columns.fpc = {sample.numbers("fpc")};
    const Design design(columns);
    const Margin margin{stype, {{"E", 4421}, {"H", 755}, {"M", 1018}}};
    const Margin wide{sample.category("sch.wide"), {{"Yes", 5122}, {"No", 1072}}};
    const std::vector<Margin> both = {margin, wide};
    const std::vector<Margin> one = {margin};
    const std::vector<NumericTotal> api99 = {{"api99", sample.numbers("api99"), 3914069}};
    const std::vector<std::pair<std::string, Weights>> cases = {
        {name, Weights(sample.size(), design)},
        {name + "_mse", Weights(sample.size(), design)},
        {name + "_poststrat", poststratify(design, wide)},
        {name + "_rake", rake(design, both)},
        {name + "_linear", calibrate(design, one, api99)},
        {name + "_raking", calibrate(design, one, api99, {.method = CalibrationMethod::raking})}};
    for (const auto& [key, weights] : cases) {
      const ReplicateWeights replicates = replicate_weights(
          weights, {.method = ReplicateMethod::jackknife, .mse = key.find("_mse") != std::string::npos});
      const auto& api00 = sample.numbers("api00");
      const auto& enroll = sample.numbers("enroll");
      same_replicates(key + ",mean_api00", estimate_mean(replicates, api00));
      same_replicates(key + ",total_enroll", estimate_total(replicates, enroll));
      same_replicates(key + ",ratio_api00_api99", estimate_ratio(replicates, api00, sample.numbers("api99")));
      same_replicates(key + ",mean_api00_of_H", estimate_mean(replicates, api00, stype)[1]);
      same_replicates(key + ",total_enroll_of_H", estimate_total(replicates, enroll, stype)[1]);
      same_replicates(key + ",share_of_yes", estimate_proportions(replicates, sample.category("awards"))[1]);
    }
  }
}

TEST_CASE("sums by group and weights by row give the same standard errors", "[listening]") {
  const Made made;
  const std::vector<Margin> margins = made.margins();
  for (const auto method : {ReplicateMethod::jackknife, ReplicateMethod::bootstrap, ReplicateMethod::poisson}) {
    for (const bool clusters : {false, true}) {
      const Design design = clusters ? made.clustered() : made.rows_only();
      for (const Weights& weights : {Weights(600, design), poststratify(design, margins[0]), rake(design, margins)}) {
        const ReplicateWeights replicates = replicate_weights(weights, {.method = method, .replicates = 40, .seed = 3});
        const Categorical by = made.column_b();
        const auto means = estimate_mean(replicates, made.y, by);
        const SurveyEstimate difference = estimate_difference(replicates, made.y, by, "s", "t");
        std::vector<double> of_difference;
        double centre = 0.0;
        for (std::size_t r = 0; r < replicates.replicates(); ++r) {
          const std::vector<double> values = replicates.values(r);
          double sum[2] = {0.0, 0.0};
          double mass[2] = {0.0, 0.0};
          for (std::size_t row = 0; row < values.size(); ++row) {
            sum[made.b[row]] += values[row] * made.y[row];
            mass[made.b[row]] += values[row];
          }
          of_difference.push_back(sum[0] / mass[0] - sum[1] / mass[1]);
          centre += of_difference.back() / static_cast<double>(replicates.replicates());
        }
        double variance = 0.0;
        for (std::size_t r = 0; r < of_difference.size(); ++r) {
          variance += replicates.scale(r) * (of_difference[r] - centre) * (of_difference[r] - centre);
        }
        CHECK(difference.se == Approx(std::sqrt(variance)).epsilon(1e-7));
        CHECK(difference.estimate == Approx(means[0].estimate - means[1].estimate).epsilon(1e-12));
        CHECK(difference.replicates == replicates.replicates());
      }
    }
  }
}

TEST_CASE("replicates meet the margins, and their standard errors agree with linearisation", "[listening]") {
  const Made made;
  const std::vector<Margin> margins = made.margins();
  const std::vector<NumericTotal> x = {{"x", made.x, 10000}};
  const Weights raked = rake(made.clustered(), margins);
  const Weights calibrated = calibrate(made.clustered(), margins, x);
  for (const Weights& weights : {raked, calibrated}) {
    const SurveyEstimate linear = estimate_mean(weights, made.y);
    for (const auto method : {ReplicateMethod::jackknife, ReplicateMethod::bootstrap, ReplicateMethod::poisson}) {
      const ReplicateWeights replicates = replicate_weights(weights, {.method = method, .replicates = 300, .seed = 9});
      const SurveyEstimate mean = estimate_mean(replicates, made.y);
      CHECK(mean.estimate == Approx(linear.estimate).epsilon(1e-12));
      CHECK(mean.se == Approx(linear.se).epsilon(0.2));
      for (const std::size_t r : {std::size_t{0}, std::size_t{17}}) {
        double total = 0.0;
        const std::vector<double> values = replicates.values(r);
        for (std::size_t row = 0; row < values.size(); ++row) total += made.a[row] == 1 ? values[row] : 0.0;
        CHECK(total == Approx(500.0).epsilon(1e-9));
      }
    }
  }
  const ReplicateWeights cut = replicate_weights(trim(raked, {.upper = 3.0}), {.replicates = 20});
  const std::vector<double> once = cut.values(3);
  CHECK(*std::max_element(once.begin(), once.end()) <= 3.0);
}

TEST_CASE("bootstraps have the right variance", "[listening]") {
  // For a mean without calibration the answer is known: s^2 / n, and (1 - n / N) s^2 / n from a finite population.
  const Made made;
  const std::vector<double> population(600, 1200.0);
  for (const auto method : {ReplicateMethod::bootstrap, ReplicateMethod::poisson}) {
    for (const bool finite : {false, true}) {
      const Weights weights = finite ? Weights(600, Design({.fpc = {population}})) : Weights(600);
      const ReplicateWeights replicates = replicate_weights(weights, {.method = method, .replicates = 2000, .seed = 1});
      const SurveyEstimate truth = estimate_mean(weights, made.y);
      CHECK(estimate_mean(replicates, made.y).se == Approx(truth.se).epsilon(0.06));
      CHECK(estimate_total(replicates, made.y).se == Approx(estimate_total(weights, made.y).se).epsilon(0.06));
    }
  }
}

TEST_CASE("replicates are the same on any number of threads and from any seed repeated", "[listening]") {
  const Made made;
  const std::vector<Margin> margins = made.margins();
  for (const auto method : {ReplicateMethod::jackknife, ReplicateMethod::bootstrap, ReplicateMethod::poisson}) {
    const ReplicateWeights replicates =
        replicate_weights(rake(made.rows_only(), margins), {.method = method, .replicates = 50, .seed = 2});
    outweigh::core::RunControl many;
    many.threads = 4;
    CHECK(estimate_mean(replicates, made.y) == estimate_mean(replicates, made.y, many));
    CHECK(estimate_quantile(replicates, made.y, 0.5) == estimate_quantile(replicates, made.y, 0.5, 0.95, many));
  }
}

TEST_CASE("replicates that cannot be say why", "[listening]") {
  const std::vector<std::uint8_t> level = {0, 1, 1, 1};
  const std::vector<double> y = {1, 2, 3, 5};
  const Margin margin{{"size", {"rare", "common"}, Codes(level)}, {{"rare", 10}, {"common", 90}}};
  const ReplicateWeights replicates =
      replicate_weights(poststratify(Design(), margin), {.method = ReplicateMethod::jackknife});
  try {
    static_cast<void>(estimate_mean(replicates, y));
    FAIL("a level that is left out must not pass");
  } catch (const Infeasible& error) {
    CHECK(error.place().column == "size");
    CHECK(error.place().value == "rare");
  }
  CHECK_THROWS_AS(estimate_mean(replicate_weights(poststratify(Design(), margin), {.replicates = 100}), y),
                  outweigh::core::NotIdentified);
  CHECK_THROWS_AS(replicate_weights(Weights(1)), InvalidInput);
  CHECK_THROWS_AS(replicate_weights(Weights(4), {.replicates = 1}), InvalidInput);
  CHECK_THROWS_AS(replicates.values(4), InvalidInput);
  const std::vector<std::uint8_t> strata = {0, 0, 1, 1};
  const Weights stratified(4, Design({.strata = {Codes(strata)}}));
  CHECK_THROWS_AS(replicate_weights(stratified, {.method = ReplicateMethod::jk1}), InvalidInput);
  CHECK(replicate_weights(stratified, {.method = ReplicateMethod::jackknife}).method() == ReplicateMethod::jkn);
  const std::vector<std::uint8_t> lonely = {0, 0, 0, 1};
  CHECK_THROWS_AS(replicate_weights(Weights(4, Design({.strata = {Codes(lonely)}}))), InvalidInput);
  CHECK_THROWS_AS(estimate_mean(replicate_weights(stratified), std::vector<double>{1.0}), InvalidInput);
}

TEST_CASE("replicates that miss the variance of a later stage say so", "[listening]") {
  const Made made(120);
  std::vector<std::int32_t> row_number;
  for (std::size_t row = 0; row < made.y.size(); ++row) row_number.push_back(static_cast<std::int32_t>(row));
  const std::vector<double> of_clusters(made.y.size(), 90.0);
  const std::vector<double> all_rows(made.y.size(), 2.0);
  const std::vector<double> some_rows(made.y.size(), 8.0);
  for (const bool census : {true, false}) {
    DesignColumns columns;
    columns.clusters = {Codes(made.cluster), Codes(row_number)};
    columns.fpc = {of_clusters, census ? all_rows : some_rows};
    const ReplicateWeights replicates =
        replicate_weights(Weights(made.y.size(), Design(columns)), {.method = ReplicateMethod::jackknife});
    const auto status = estimate_mean(replicates, made.y).status;
    CHECK(status == (census ? outweigh::core::Status::estimated : outweigh::core::Status::doubtful));
  }
}
