#include <outweigh/listening/survey_estimates.hpp>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/rake.hpp>
#include <outweigh/listening/trim.hpp>

#include "../support/catch.hpp"
#include "public_samples.hpp"

// Against R's survey package: tests/golden/survey.R made survey.csv; the samples are public data beside the repository.
using namespace outweigh::listening;

namespace {

using outweigh::test::available;
using outweigh::test::Sample;

const std::map<std::string, double>& golden_survey() { return outweigh::test::golden("survey.csv"); }

void same_golden(const std::string& key, double found, double tolerance = 1e-8) {
  const auto at = golden_survey().find(key);
  if (at == golden_survey().end()) {
    FAIL_CHECK("no golden value for " + key);
    return;
  }
  INFO(key);
  CHECK(std::abs(found - at->second) <= tolerance * std::max(1e-12, std::abs(at->second)));
}

void same_golden(const std::string& key, const SurveyEstimate& found, double tolerance = 1e-8) {
  same_golden(key, found.estimate, tolerance);
  same_golden(key + ".se", found.se, tolerance);
}

void check_all(const std::string& name, const Weights& weights, Sample& sample, double tolerance = 1e-8) {
  const auto& api00 = sample.numbers("api00");
  const auto& enroll = sample.numbers("enroll");
  const Categorical stype = sample.category("stype");
  same_golden(name + ",mean_api00", estimate_mean(weights, api00), tolerance);
  same_golden(name + ",total_enroll", estimate_total(weights, enroll), tolerance);
  same_golden(name + ",ratio_api00_api99", estimate_ratio(weights, api00, sample.numbers("api99")), tolerance);
  REQUIRE(stype.levels[1] == "H");
  same_golden(name + ",mean_api00_of_H", estimate_mean(weights, api00, stype)[1], tolerance);
  same_golden(name + ",total_enroll_of_H", estimate_total(weights, enroll, stype)[1], tolerance);
  const SurveyEstimate median = estimate_quantile(weights, api00, 0.5, 0.95);
  same_golden(name + ",median_api00", median, tolerance);
  same_golden(name + ",median_api00.lower", median.quantile_interval.lower, tolerance);
  same_golden(name + ",median_api00.upper", median.quantile_interval.upper, tolerance);
  double squares = 0.0;
  double least = weights.values()[0];
  double most = least;
  for (const double w : weights.values()) {
    squares += w * w;
    least = std::min(least, w);
    most = std::max(most, w);
  }
  same_golden(name + ",weight_sum", weights.total(), tolerance);
  same_golden(name + ",weight_squares", squares, tolerance);
  same_golden(name + ",weight_min", least, tolerance);
  same_golden(name + ",weight_max", most, tolerance);
  same_golden(name + ",weight_17", weights.values()[16], tolerance);
}

Design design_of(const std::string& name, Sample& sample) {
  DesignColumns columns;
  const Categorical stype = sample.category("stype");
  const Categorical dnum = name.substr(0, 4) == "clus" ? sample.category("dnum") : Categorical{};
  const Categorical snum = sample.category("snum");
  if (name.substr(0, 5) == "strat") columns.strata = {stype.codes};
  if (name.substr(0, 5) == "clus1") columns.clusters = {dnum.codes};
  if (name == "clus2") {
    columns.clusters = {dnum.codes, snum.codes};
    columns.fpc = {sample.numbers("fpc1"), sample.numbers("fpc2")};
  } else {
    columns.weights = sample.numbers("pw");
    if (name.find("infinite") == std::string::npos) columns.fpc = {sample.numbers("fpc")};
  }
  return Design(columns);
}

}  // namespace

TEST_CASE("estimates under every design and weighting match R's survey", "[listening]") {
  if (!available()) return;
  for (const std::string name : {"srs", "strat", "strat_infinite", "clus1", "clus1_infinite", "clus2"}) {
    Sample sample("api" + name.substr(0, name.find('_')) + ".csv");
    const Design design = design_of(name, sample);
    check_all(name, Weights(sample.size(), design), sample);

    const Margin stype{sample.category("stype"), {{"E", 4421}, {"H", 755}, {"M", 1018}}};
    check_all(name + "_poststrat", poststratify(design, stype), sample);

    const std::vector<Margin> margins = {stype,
                                         {sample.category("sch.wide"), {{"Yes", 5122}, {"No", 1072}}},
                                         {sample.category("awards"), {{"No", 2027}, {"Yes", 4167}}}};
    const Weights raked = rake(design, std::span(margins).first(2));
    CHECK(raked.convergence().residual <= 1e-10);
    check_all(name + "_rake", raked, sample);
    check_all(name + "_rake3", rake(design, margins), sample);

    const std::vector<Margin> one = {stype};
    const std::vector<NumericTotal> api99 = {{"api99", sample.numbers("api99"), 3914069}};
    check_all(name + "_linear", calibrate(design, one, api99), sample);
    const std::vector<NumericTotal> both = {api99[0],
                                            {"meals", sample.numbers("meals"), golden_survey().at("population,meals")}};
    // Some of these weights are negative, which a median does not take.
    const Weights linear = calibrate(design, one, both);
    same_golden(name + "_linear2,mean_api00", estimate_mean(linear, sample.numbers("api00")));
    same_golden(name + "_linear2,total_enroll", estimate_total(linear, sample.numbers("enroll")));
    same_golden(name + "_linear2,weight_17", linear.values()[16]);
    check_all(name + "_raking", calibrate(design, one, api99, {.method = CalibrationMethod::raking}), sample);

    const double lower = golden_survey().at(name + "_bounded,lower");
    const double upper = golden_survey().at(name + "_bounded,upper");
    for (const auto method : {CalibrationMethod::linear, CalibrationMethod::raking, CalibrationMethod::logit}) {
      const std::string key = name + "_bounded_" + std::string(to_string(method));
      if (golden_survey().count(key + ",mean_api00") == 0) continue;
      const Weights bounded = calibrate(design, one, api99, {.method = method, .lower = lower, .upper = upper});
      check_all(key, bounded, sample);
      const Weights base(sample.size(), design);
      for (std::size_t row = 0; row < base.size(); ++row) {
        const double ratio = bounded.values()[row] / base.values()[row];
        CHECK(ratio >= lower * (1.0 - 1e-15));
        CHECK(ratio <= upper * (1.0 + 1e-15));
      }
    }
  }
}

TEST_CASE("lonely clusters and trims match R's survey", "[listening]") {
  if (!available()) return;
  Sample all("apistrat.csv");
  std::vector<std::size_t> chosen;
  for (const auto& [level, count] : std::vector<std::pair<std::string, int>>{{"E", 20}, {"H", 1}, {"M", 10}}) {
    int left = count;
    for (std::size_t row = 0; row < all.size() && left > 0; ++row) {
      if (all.texts("stype")[row] != level) continue;
      chosen.push_back(row);
      --left;
    }
  }
  Sample sample = all.rows(chosen);
  DesignColumns columns;
  const Categorical stype = sample.category("stype");
  columns.strata = {stype.codes};
  columns.weights = sample.numbers("pw");
  CHECK_THROWS_AS(estimate_mean(Weights(31, Design(columns)), sample.numbers("api00")), outweigh::core::InvalidInput);
  for (const auto& [rule, name] : std::vector<std::pair<LonelyCluster, std::string>>{
           {LonelyCluster::remove, "remove"}, {LonelyCluster::adjust, "adjust"}, {LonelyCluster::average, "average"}}) {
    columns.lonely = rule;
    same_golden("lonely_" + name + ",mean_api00", estimate_mean(Weights(31, Design(columns)), sample.numbers("api00")));
  }

  Sample clus1("apiclus1.csv");
  const Weights weights =
      poststratify(design_of("clus1", clus1), {clus1.category("stype"), {{"E", 4421}, {"H", 755}, {"M", 1018}}});
  const Weights trimmed = trim(weights, {.lower = 31, .upper = 50, .strict = false});
  double squares = 0.0;
  for (const double w : trimmed.values()) squares += w * w;
  same_golden("trim_once,weight_squares", squares);
}
