#include <outweigh/listening/design.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/rake.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/listening/trim.hpp>

#include "../support/catch.hpp"
#include "public_samples.hpp"

// Against R's survey package: tests/golden/survey_designs.R made survey_designs.csv.
using namespace outweigh::listening;

namespace {

void same_design(const std::string& key, double found) {
  const auto& values = outweigh::test::golden("survey_designs.csv");
  const auto at = values.find(key);
  INFO(key);
  REQUIRE(at != values.end());
  CHECK(std::abs(found - at->second) <= 1e-8 * std::max(1e-12, std::abs(at->second)));
}

void same_design(const std::string& key, const SurveyEstimate& found) {
  same_design(key, found.estimate);
  same_design(key + ".se", found.se);
}

void check_design(const std::string& name, const Weights& weights, outweigh::test::Sample& sample) {
  const auto& api00 = sample.numbers("api00");
  const Categorical stype = sample.category("stype");
  const Categorical awards = sample.category("awards");
  same_design(name + ",mean_api00", estimate_mean(weights, api00));
  for (const auto& [probability, key] :
       std::vector<std::pair<double, std::string>>{{0.1, "0.1"}, {0.25, "0.25"}, {0.9, "0.9"}}) {
    const SurveyEstimate quantile = estimate_quantile(weights, api00, probability, 0.95);
    same_design(name + ",quantile_" + key, quantile);
    same_design(name + ",quantile_" + key + ".lower", quantile.quantile_interval.lower);
    same_design(name + ",quantile_" + key + ".upper", quantile.quantile_interval.upper);
  }
  same_design(name + ",difference", estimate_difference(weights, api00, stype, "H", "E"));
  REQUIRE(awards.levels[1] == "Yes");
  same_design(name + ",share_awards_yes", estimate_proportions(weights, awards)[1]);
  REQUIRE(stype.levels[2] == "M");
  same_design(name + ",ratio_of_M", estimate_ratio(weights, api00, sample.numbers("api99"), stype)[2]);
  same_design(name + ",total_of_M", estimate_total(weights, api00, stype)[2]);
  double squares = 0.0;
  for (const double w : weights.values()) squares += w * w;
  same_design(name + ",weight_squares", squares);
  same_design(name + ",weight_5", weights.values()[4]);
}

/// Population sizes by row: three times as many clusters of its stratum as were drawn.
std::vector<double> three_times_drawn(const Categorical& strata, const Categorical& clusters) {
  std::vector<double> sizes;
  for (std::size_t row = 0; row < strata.codes.size(); ++row) {
    std::set<std::int64_t> drawn;
    for (std::size_t other = 0; other < strata.codes.size(); ++other) {
      if (strata.codes[other] == strata.codes[row]) drawn.insert(clusters.codes[other]);
    }
    sizes.push_back(3.0 * static_cast<double>(drawn.size()));
  }
  return sizes;
}

}  // namespace

TEST_CASE("clusters within strata, quantiles, differences and bounds on several margins match R's survey",
          "[listening]") {
  if (!outweigh::test::available()) return;
  const auto& values = outweigh::test::golden("survey_designs.csv");
  for (const std::string name : {"nested", "nested_infinite", "districts"}) {
    outweigh::test::Sample sample(name == "districts" ? "apiclus1.csv" : "apistrat.csv");
    const Categorical stype = sample.category("stype");
    const Categorical clusters = sample.category("dnum");
    DesignColumns columns;
    columns.clusters = {clusters.codes};
    columns.weights = sample.numbers("pw");
    std::vector<double> sizes;
    if (name == "districts") {
      columns.fpc = {sample.numbers("fpc")};
    } else {
      columns.strata = {stype.codes};
      columns.nest = true;
      sizes = three_times_drawn(stype, clusters);
      if (name == "nested") columns.fpc = {sizes};
    }
    const Design design(columns);
    check_design(name, Weights(sample.size(), design), sample);

    const std::vector<Margin> margins = {{stype, {{"E", 4421}, {"H", 755}, {"M", 1018}}},
                                         {sample.category("sch.wide"), {{"Yes", 5122}, {"No", 1072}}}};
    check_design(name + "_rake", rake(design, margins), sample);
    const std::vector<NumericTotal> api99 = {{"api99", sample.numbers("api99"), 3914069}};
    for (const std::string kind : {"margins", "numbers"}) {
      for (const auto method : {CalibrationMethod::linear, CalibrationMethod::raking, CalibrationMethod::logit}) {
        const std::string key = name + "_" + kind + "_" + std::string(to_string(method));
        if (values.count(key + ",mean_api00") == 0) continue;
        const double lower = values.at(name + "_" + kind + ",lower");
        const double upper = values.at(name + "_" + kind + ",upper");
        const Weights bounded = calibrate(design, margins, kind == "margins" ? std::span<const NumericTotal>() : api99,
                                          {.method = method, .lower = lower, .upper = upper});
        CHECK(bounded.convergence().residual <= 1e-10);
        check_design(key, bounded, sample);
      }
    }
    if (name != "districts") continue;
    const Weights trimmed = trim(poststratify(design, margins[0]), {.lower = 31, .upper = 50});
    double squares = 0.0;
    for (const double w : trimmed.values()) squares += w * w;
    same_design("trim_strict,weight_squares", squares);
    same_design("trim_strict,weight_max", *std::max_element(trimmed.values().begin(), trimmed.values().end()));
    same_design("trim_strict,weight_5", trimmed.values()[4]);
  }
}

TEST_CASE("trims after other adjustments, and their errors, match R's survey", "[listening]") {
  if (!outweigh::test::available()) return;
  for (const std::string name : {"ps", "rake", "linear", "districts"}) {
    outweigh::test::Sample sample(name == "districts" ? "apiclus1.csv" : "apistrat.csv");
    const Categorical stype = sample.category("stype");
    const Categorical clusters = sample.category("dnum");
    DesignColumns columns;
    columns.clusters = {clusters.codes};
    columns.weights = sample.numbers("pw");
    std::vector<double> sizes = sample.numbers("fpc");
    if (name != "districts") {
      columns.strata = {stype.codes};
      columns.nest = true;
      sizes = three_times_drawn(stype, clusters);
    }
    columns.fpc = {sizes};
    const Design design(columns);
    const std::vector<Margin> margins = {{stype, {{"E", 4421}, {"H", 755}, {"M", 1018}}},
                                         {sample.category("sch.wide"), {{"Yes", 5122}, {"No", 1072}}}};
    const std::vector<NumericTotal> api99 = {{"api99", sample.numbers("api99"), 3914069}};
    const Margin awards = {sample.category("awards"), {{"No", 2027}, {"Yes", 4167}}};
    const Weights weights = name == "ps"     ? poststratify(design, awards)
                            : name == "rake" ? rake(design, margins)
                                             : calibrate(design, margins, api99);
    for (const bool strict : {false, true}) {
      for (const auto& [lower, upper] : std::vector<std::pair<int, int>>{{16, 43}, {20, 40}, {30, 60}}) {
        const std::string key = "trim_" + name + (strict ? "_strict_" : "_once_") + std::to_string(lower);
        const Weights trimmed =
            trim(weights, {.lower = static_cast<double>(lower), .upper = static_cast<double>(upper), .strict = strict});
        same_design(key + ",mean_api00", estimate_mean(trimmed, sample.numbers("api00")));
        same_design(key + ",total_of_M", estimate_total(trimmed, sample.numbers("api00"), stype)[2]);
        double squares = 0.0;
        for (const double w : trimmed.values()) squares += w * w;
        same_design(key + ",weight_squares", squares);
        same_design(key + ",weight_5", trimmed.values()[4]);
      }
    }
  }
}

TEST_CASE("weights and their errors do not depend on the order of rows or margins, nor on threads", "[listening]") {
  if (!outweigh::test::available()) return;
  outweigh::test::Sample sample("apistrat.csv");
  std::vector<std::size_t> order(sample.size());
  for (std::size_t row = 0; row < order.size(); ++row) order[row] = (row * 77 + 13) % order.size();
  outweigh::test::Sample shuffled = sample.rows(order);
  const auto weigh = [](outweigh::test::Sample& from, int kind, bool backwards, std::size_t threads) {
    DesignColumns columns;
    columns.weights = from.numbers("pw");
    std::vector<Margin> margins = {{from.category("stype"), {{"E", 4421}, {"H", 755}, {"M", 1018}}},
                                   {from.category("sch.wide"), {{"Yes", 5122}, {"No", 1072}}},
                                   {from.category("awards"), {{"No", 2027}, {"Yes", 4167}}}};
    if (backwards) std::reverse(margins.begin(), margins.end());
    const std::vector<NumericTotal> api99 = {{"api99", from.numbers("api99"), 3914069}};
    RakeOptions raking;
    raking.control.threads = threads;
    if (kind == 0) return rake(Design(columns), margins, raking);
    CalibrateOptions options;
    options.control.threads = threads;
    options.method =
        kind == 1 ? CalibrationMethod::linear : (kind == 2 ? CalibrationMethod::raking : CalibrationMethod::logit);
    options.lower = 0.5;
    options.upper = 2.0;
    return calibrate(Design(columns), margins, api99, options);
  };
  for (int kind = 0; kind < 4; ++kind) {
    const Weights plain = weigh(sample, kind, false, 1);
    const Weights backwards = weigh(sample, kind, true, 1);
    const Weights threaded = weigh(sample, kind, false, 5);
    const Weights other = weigh(shuffled, kind, true, 3);
    CHECK(plain.convergence().residual <= 1e-10);
    CHECK(std::equal(plain.values().begin(), plain.values().end(), threaded.values().begin()));
    for (std::size_t row = 0; row < order.size(); ++row) {
      CHECK(backwards.values()[row] == Approx(plain.values()[row]).epsilon(1e-9));
      CHECK(other.values()[row] == Approx(plain.values()[order[row]]).epsilon(1e-9));
    }
    if (kind == 0) continue;
    const double se = estimate_mean(plain, sample.numbers("api00")).se;
    CHECK(estimate_mean(other, shuffled.numbers("api00")).se == Approx(se).epsilon(1e-9));
  }
}
