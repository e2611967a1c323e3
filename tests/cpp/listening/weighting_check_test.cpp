#include <outweigh/listening/weighting_check.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/rake.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::InvalidInput;

namespace {

/// A population of two halves in which the second is heard four times as readily.
struct Biased {
  std::vector<std::uint8_t> group;
  std::vector<std::uint8_t> region;
  std::vector<double> strong;  ///< mean 0 in the first half, 10 in the second
  std::vector<double> noise;
  explicit Biased(std::uint64_t seed, std::size_t rows = 1000) {
    outweigh::stats::Random random(seed);
    while (group.size() < rows) {
      const auto g = static_cast<std::uint8_t>(random.below(2));
      if (!random.bernoulli(g == 1 ? 0.8 : 0.2)) continue;
      group.push_back(g);
      region.push_back(static_cast<std::uint8_t>(random.below(3)));
      strong.push_back(10.0 * g + random.normal());
      noise.push_back(random.normal());
    }
  }
  Margin margin() const { return {{"group", {"a", "b"}, Codes(group)}, {{"a", 5000}, {"b", 5000}}}; }
  Margin regions() const {
    return {{"region", {"n", "s", "w"}, Codes(region)}, {{"n", 10000.0 / 3}, {"s", 10000.0 / 3}, {"w", 10000.0 / 3}}};
  }
};

}  // namespace

TEST_CASE("a strong variable corrects, noise is not to be trusted", "[listening]") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Biased sample(seed);
    const Weights weights = poststratify(Design(), sample.margin());
    const std::vector<Outcome> outcomes = {{"strong", sample.strong}, {"noise", sample.noise}};
    const WeightingCheck check = does_weighting_help(weights, outcomes);
    REQUIRE(check.outcomes.size() == 2);
    const OutcomeCheck& strong = check.outcomes[0];
    CHECK(strong.verdict == WeightingVerdict::corrected);
    CHECK(strong.explained > 0.9);
    CHECK(std::abs(strong.after.estimate - 5.0) < 0.3);
    CHECK(strong.before.estimate > 7.0);
    CHECK(strong.shift == Approx(strong.after.estimate - strong.before.estimate));
    CHECK(strong.band_lower <= strong.after.estimate);
    CHECK(strong.band_upper >= strong.after.estimate);
    CHECK(strong.bound_lower <= strong.band_lower);
    CHECK(check.outcomes[1].verdict == WeightingVerdict::not_to_be_trusted);
    CHECK(check.outcomes[1].explained < 0.02);
    CHECK(check.outcomes[1].reason.find("explain") != std::string::npos);
  }
}

TEST_CASE("a sample that is not off is barely changed", "[listening]") {
  std::vector<std::uint8_t> group;
  std::vector<double> y;
  outweigh::stats::Random random(3);
  for (std::size_t row = 0; row < 1000; ++row) {
    group.push_back(row % 2 == 0);
    y.push_back(3.0 * group.back() + random.normal());
  }
  const Weights weights = poststratify(Design(), {{"group", {"a", "b"}, Codes(group)}, {{"a", 500}, {"b", 500}}});
  const std::vector<Outcome> outcomes = {{"y", y}};
  const OutcomeCheck check = does_weighting_help(weights, outcomes).outcomes[0];
  CHECK(check.verdict == WeightingVerdict::barely_changed);
  CHECK(check.shift == Approx(0.0).margin(1e-12));
}

TEST_CASE("the band is the proxy pattern-mixture analysis", "[listening]") {
  // One binary auxiliary: the proxy is the group's mean. Worked out by hand: group means 1 and 3, sample shares 1/4 and
  // 3/4, population shares 1/2 and 1/2, so the proxy's mean moves from 2.5 to 2.0 and R^2 = 0.75 / 1.75.
  const std::vector<std::uint8_t> group = {0, 1, 1, 1, 0, 1, 1, 1};
  const std::vector<double> y = {0, 2, 3, 4, 2, 2, 3, 4};
  const Weights weights = poststratify(Design(), {{"group", {"a", "b"}, Codes(group)}, {{"a", 50}, {"b", 50}}});
  const std::vector<Outcome> outcomes = {{"y", y, -10.0, 10.0}};
  const OutcomeCheck check = does_weighting_help(weights, outcomes).outcomes[0];
  double spread = 0.0;
  for (const double value : y) spread += (value - 2.5) * (value - 2.5) / 8.0;
  const double r2 = 0.75 / spread;
  CHECK(check.after.estimate == Approx(2.0));
  CHECK(check.explained == Approx(1.0 - (1.0 - r2) * 7.0 / 6.0));
  CHECK(check.band_upper == Approx(2.0));
  CHECK(check.band_lower == Approx(2.5 - 0.5 / r2));
  CHECK(check.bound_lower == Approx(0.08 * 2.5 - 0.92 * 10.0));
  CHECK(check.bound_upper == Approx(0.08 * 2.5 + 0.92 * 10.0));
}

TEST_CASE("margins are left out in turn, and those held out decide", "[listening]") {
  const Biased sample(1);
  const std::vector<Margin> margins = {sample.margin(), sample.regions()};
  const Weights weights = rake(Design(), margins);
  const std::vector<Outcome> outcomes = {{"strong", sample.strong}};
  const WeightingCheck check = does_weighting_help(weights, outcomes);
  REQUIRE(check.held_out.size() == 2);
  CHECK(check.held_out[0].variable == "group");
  CHECK_FALSE(check.held_out[0].given);
  CHECK(check.held_out[0].before == Approx(check.held_out[0].after).epsilon(0.2));
  CHECK(check.outcomes[0].verdict == WeightingVerdict::corrected);

  // A known margin that the weights push further away.
  std::vector<std::uint8_t> kind;
  for (const std::uint8_t g : sample.group) kind.push_back(g);
  const std::vector<Margin> held = {{{"kind", {"x", "y"}, Codes(kind)}, {{"x", 20}, {"y", 80}}}};
  const WeightingCheck failing = does_weighting_help(weights, outcomes, held);
  CHECK(failing.held_out.back().given);
  CHECK(failing.held_out.back().failed);
  CHECK(failing.outcomes[0].verdict == WeightingVerdict::not_to_be_trusted);
}

TEST_CASE("what cannot be judged is not trusted", "[listening]") {
  const Biased sample(2, 60);
  const std::vector<Outcome> outcomes = {{"strong", sample.strong}};
  CHECK(does_weighting_help(Weights(60), outcomes).outcomes[0].verdict == WeightingVerdict::not_to_be_trusted);
  const std::vector<double> constant(60, 2.0);
  const std::vector<Outcome> same = {{"constant", constant}};
  const OutcomeCheck check = does_weighting_help(poststratify(Design(), sample.margin()), same).outcomes[0];
  CHECK(check.verdict == WeightingVerdict::not_to_be_trusted);
  CHECK(check.explained == 0.0);
  CHECK(std::isfinite(check.band_lower));
  const std::vector<double> unknown(60, std::nan(""));
  const std::vector<Outcome> bad = {{"unknown", unknown}};
  CHECK_THROWS_AS(does_weighting_help(Weights(60), bad), InvalidInput);
  const std::vector<Outcome> shorter = {{"short", std::span<const double>(sample.strong).first(3)}};
  CHECK_THROWS_AS(does_weighting_help(Weights(60), shorter), InvalidInput);
}
