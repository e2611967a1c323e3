#include <outweigh/listening/weighting_check.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
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
  CHECK(check.reason.find("rests on an assumption about what is not observed") != std::string::npos);
}

TEST_CASE("a hidden cause that pushes the other way does not show, and the reason says so", "[listening]") {
  // The group makes people heard and wanting; so does a hidden cause, the other way and more strongly.
  outweigh::stats::Random random(8);
  std::vector<std::uint8_t> group;
  std::vector<double> y;
  double truth = 0.0;
  double in_group = 0.0;
  const int people = 20000;
  for (int person = 0; person < people; ++person) {
    const bool member = random.uniform() < 0.5;
    const double hidden = random.normal();
    const double wants = 1.5 * (member ? 1.0 : 0.0) + hidden;
    truth += wants / people;
    in_group += member ? 1.0 : 0.0;
    if (random.uniform() > 1.0 / (1.0 + std::exp(2.5 - 1.0 * (member ? 1.0 : 0.0) + 0.9 * hidden))) continue;
    group.push_back(member ? 1 : 0);
    y.push_back(wants);
  }
  const Weights weights =
      poststratify(Design(), {{"group", {"a", "b"}, Codes(group)}, {{"a", people - in_group}, {"b", in_group}}});
  const std::vector<Outcome> outcomes = {{"y", y}};
  const OutcomeCheck check = does_weighting_help(weights, outcomes).outcomes[0];
  CHECK(std::abs(check.after.estimate - truth) > std::abs(check.before.estimate - truth));
  CHECK(check.verdict == WeightingVerdict::corrected);
  CHECK(check.reason.find("rests on an assumption about what is not observed") != std::string::npos);
  CHECK(check.reason.find("pushes the other way by more than") != std::string::npos);
}

TEST_CASE("a range of possible values holds the values", "[listening]") {
  const std::vector<std::uint8_t> group = {0, 1, 1, 1};
  const std::vector<double> y = {0, 2, 3, 4};
  const Weights weights = poststratify(Design(), {{"group", {"a", "b"}, Codes(group)}, {{"a", 50}, {"b", 50}}});
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [least, most] : std::vector<std::pair<double, double>>{{1, 9}, {0, 3}, {9, -9}, {unknown, 9}}) {
    const std::vector<Outcome> outcomes = {{"y", y, least, most}};
    CHECK_THROWS_AS(does_weighting_help(weights, outcomes), InvalidInput);
  }
}

TEST_CASE("the band is the proxy pattern-mixture analysis", "[listening]") {
  // One binary auxiliary: the proxy is the group's mean. Worked out by hand: group means 1 and 3, sample shares 1/4 and
  // 3/4, population shares 1/2 and 1/2, so the proxy's mean moves from 2.5 to 2.0 and R^2 = 0.75 / 1.75.
  const std::vector<std::uint8_t> groups = {0, 1, 1, 1, 0, 1, 1, 1};
  const std::vector<double> values = {0, 2, 3, 4, 2, 2, 3, 4};
  double spread = 0.0;
  for (const double value : values) spread += (value - 2.5) * (value - 2.5) / 8.0;
  const double r2 = 0.75 / spread;
  double width = std::numeric_limits<double>::infinity();
  for (const std::size_t copies : {1U, 100U, 10'000U}) {
    std::vector<std::uint8_t> group;
    std::vector<double> y;
    for (std::size_t copy = 0; copy < copies; ++copy) {
      group.insert(group.end(), groups.begin(), groups.end());
      y.insert(y.end(), values.begin(), values.end());
    }
    const double rows = static_cast<double>(y.size());
    const double people = 12.5 * rows;
    const Weights weights =
        poststratify(Design(), {{"group", {"a", "b"}, Codes(group)}, {{"a", people / 2.0}, {"b", people / 2.0}}});
    const std::vector<Outcome> outcomes = {{"y", y, -10.0, 10.0}};
    const OutcomeCheck check = does_weighting_help(weights, outcomes).outcomes[0];
    CHECK(check.after.estimate == Approx(2.0));
    CHECK(check.explained == Approx(1.0 - (1.0 - r2) * (rows - 1.0) / (rows - 2.0)));
    CHECK(check.bound_lower == Approx(0.08 * 2.5 - 0.92 * 10.0));
    CHECK(check.bound_upper == Approx(0.08 * 2.5 + 0.92 * 10.0));
    // Sampling error makes it wider, and eight rows may have been off either way.
    CHECK(check.band_upper > 2.0);
    CHECK(check.band_lower < 2.5 - 0.5 / r2);
    CHECK(check.band_upper - check.band_lower < width);
    width = check.band_upper - check.band_lower;
    if (copies == 1) CHECK(width == 20.0);
    if (copies == 10'000) {
      CHECK(check.band_upper == Approx(2.0).margin(0.03));
      CHECK(check.band_lower == Approx(2.5 - 0.5 / r2).margin(0.03));
    }
  }
}

TEST_CASE("the band holds the truth where being heard depends on the outcome alone", "[listening]") {
  int held = 0;
  constexpr int worlds = 60;
  for (int world = 0; world < worlds; ++world) {
    outweigh::stats::Random random(static_cast<std::uint64_t>(world));
    constexpr std::size_t people = 4000;
    std::vector<std::uint8_t> group;
    std::vector<double> y;
    std::vector<double> sizes(4, 0.0);
    double truth = 0.0;
    for (std::size_t person = 0; person < people; ++person) {
      const auto of = static_cast<std::uint8_t>(random.uniform() * 4.0);
      const double value = 0.6 * static_cast<double>(of) + random.normal();
      sizes[of] += 1.0;
      truth += value / static_cast<double>(people);
      if (random.uniform() > 1.0 / (1.0 + std::exp(2.5 - 0.8 * value))) continue;
      group.push_back(of);
      y.push_back(value);
    }
    const Weights weights =
        poststratify(Design(), {{"group", {"a", "b", "c", "d"}, Codes(group)},
                                {{"a", sizes[0]}, {"b", sizes[1]}, {"c", sizes[2]}, {"d", sizes[3]}}});
    const std::vector<Outcome> outcomes = {{"y", y, -10.0, 10.0}};
    const OutcomeCheck check = does_weighting_help(weights, outcomes).outcomes[0];
    held += check.band_lower <= truth && truth <= check.band_upper ? 1 : 0;
  }
  CHECK(held >= static_cast<int>(0.85 * worlds));
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

namespace {

/// A population of two known variables and an outcome of which they explain `share`, heard by a rule.
struct CheckWorld {
  std::vector<std::uint8_t> size;
  std::vector<std::uint8_t> region;
  std::vector<double> outcome;
  std::vector<double> chance;  ///< of being heard

  template <class Rule>
  CheckWorld(std::uint64_t seed, double share, Rule rule) {
    outweigh::stats::Random random(seed);
    for (int person = 0; person < 8000; ++person) {
      const auto s = static_cast<std::uint8_t>(random.below(5));
      const auto r = static_cast<std::uint8_t>(random.below(3));
      const double part = (s - 2.0 + 0.7 * (r == 2 ? 1.0 : 0.0) - 0.7 / 3) / 1.45;
      size.push_back(s);
      region.push_back(r);
      outcome.push_back(std::sqrt(share) * part + std::sqrt(1.0 - share) * random.normal());
      chance.push_back(0.4 / (1.0 + std::exp(-rule(s, r, outcome.back()))));
    }
  }
  double truth() const {
    double sum = 0.0;
    for (const double y : outcome) sum += y;
    return sum / static_cast<double>(outcome.size());
  }
  /// Draws a sample and judges it; `with_size` false: size is held out.
  OutcomeCheck judge(std::uint64_t seed, bool with_size = true) const {
    outweigh::stats::Random random(seed + 1000);
    std::vector<std::uint8_t> s;
    std::vector<std::uint8_t> r;
    std::vector<double> y;
    std::vector<double> sizes(5, 0.0);
    std::vector<double> regions(3, 0.0);
    for (std::size_t person = 0; person < size.size(); ++person) {
      sizes[size[person]] += 1.0;
      regions[region[person]] += 1.0;
      if (!random.bernoulli(chance[person])) continue;
      s.push_back(size[person]);
      r.push_back(region[person]);
      y.push_back(outcome[person]);
    }
    const Margin by_size{{"size", {"0", "1", "2", "3", "4"}, Codes(s)},
                         {{"0", sizes[0]}, {"1", sizes[1]}, {"2", sizes[2]}, {"3", sizes[3]}, {"4", sizes[4]}}};
    const Margin by_region{{"region", {"n", "s", "w"}, Codes(r)},
                           {{"n", regions[0]}, {"s", regions[1]}, {"w", regions[2]}}};
    std::vector<Margin> margins = {by_region};
    std::vector<Margin> held;
    (with_size ? margins : held).push_back(by_size);
    const std::vector<Outcome> outcomes = {{"y", y}};
    return does_weighting_help(rake(Design(), margins), outcomes, held).outcomes[0];
  }
};

struct CheckTally {
  int of[3] = {0, 0, 0};
  int nearer = 0;
  double before = 0.0;
  double after = 0.0;
  [[nodiscard]] int corrected() const { return of[0]; }
  [[nodiscard]] int barely_changed() const { return of[1]; }
  [[nodiscard]] int not_to_be_trusted() const { return of[2]; }
};

template <class Rule>
CheckTally judge_worlds(double share, Rule rule, bool with_size = true) {
  CheckTally tally;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const CheckWorld world(seed, share, rule);
    const OutcomeCheck check = world.judge(seed, with_size);
    ++tally.of[static_cast<std::size_t>(check.verdict)];
    if (check.verdict != WeightingVerdict::corrected) continue;
    const double before = check.before.estimate - world.truth();
    const double after = check.after.estimate - world.truth();
    tally.nearer += std::abs(after) < std::abs(before) ? 1 : 0;
    tally.before += before * before;
    tally.after += after * after;
  }
  return tally;
}

}  // namespace

TEST_CASE("the verdict keeps its word where the truth is known", "[listening]") {
  const auto by_totals = [](int size, int region, double) { return 0.6 * size + 1.2 * (region == 0 ? 1 : 0) - 2.0; };
  const auto by_chance = [](int, int, double) { return -1.0; };
  const auto by_outcome = [](int, int, double y) { return y - 1.0; };

  // Heard by what the totals know: corrected, and nearer to the truth, though they explain 30 % or only 5 %.
  for (const double share : {0.3, 0.05}) {
    const CheckTally tally = judge_worlds(share, by_totals);
    CHECK(tally.corrected() >= 17);
    CHECK(10 * tally.nearer >= 9 * tally.corrected());
    CHECK(tally.after < 0.25 * tally.before);
  }
  // Outcomes that the totals say nothing about, heard in whatever way.
  CHECK(judge_worlds(0.0, by_totals).not_to_be_trusted() >= 17);
  CHECK(judge_worlds(0.0, by_outcome).not_to_be_trusted() >= 17);
  // Nothing to correct: hardly ever "corrected".
  CHECK(judge_worlds(0.3, by_chance).barely_changed() >= 17);
  CHECK(judge_worlds(0.05, by_chance).corrected() <= 2);
  // Heard by the outcome: the totals explain too little to tell, and most of the bias stays.
  CHECK(judge_worlds(0.05, by_outcome).not_to_be_trusted() >= 17);
  // A margin held out that decides who is heard and matters for the outcome.
  CHECK(judge_worlds(0.3, by_totals, false).not_to_be_trusted() == 20);
}

TEST_CASE("a margin that is as far off as before is not said to be closer", "[listening]") {
  outweigh::stats::Random random(8);
  std::vector<std::uint8_t> group;
  std::vector<std::uint8_t> twin;   // goes with the group
  std::vector<std::uint8_t> other;  // off, and unrelated to the group
  std::vector<double> y;
  for (int row = 0; row < 2000; ++row) {
    group.push_back(random.bernoulli(0.8) ? 1 : 0);
    twin.push_back(random.bernoulli(0.1) ? static_cast<std::uint8_t>(1 - group.back()) : group.back());
    other.push_back(random.bernoulli(0.7) ? 1 : 0);
    y.push_back(random.normal());
  }
  const Weights weights = poststratify(Design(), {{"group", {"a", "b"}, Codes(group)}, {{"a", 500}, {"b", 500}}});
  const std::vector<Outcome> outcomes = {{"y", y}};
  const std::vector<Margin> held = {{{"twin", {"a", "b"}, Codes(twin)}, {{"a", 0.5}, {"b", 0.5}}},
                                    {{"other", {"a", "b"}, Codes(other)}, {{"a", 0.5}, {"b", 0.5}}},
                                    {{"right", {"a", "b"}, Codes(other)}, {{"a", 0.3}, {"b", 0.7}}},
                                    {{"away", {"a", "b"}, Codes(twin)}, {{"a", 0.26}, {"b", 0.74}}}};
  const WeightingCheck check = does_weighting_help(weights, outcomes, held);
  REQUIRE(check.held_out.size() == 4);
  CHECK(check.held_out[0].movement == MarginMovement::closer);
  CHECK(check.held_out[1].movement == MarginMovement::no_closer);
  CHECK(check.held_out[1].after > 3.0 * check.held_out[1].chance);
  CHECK(check.held_out[2].movement == MarginMovement::near);
  CHECK(check.held_out[3].movement == MarginMovement::further);
  CHECK(check.held_out[3].failed);
  CHECK(check.outcomes[0].reason.find("'other' came no closer") != std::string::npos);
  // Two levels: the distance by chance is the standard error of the share.
  double squares = 0.0;
  double share = 0.0;
  for (std::size_t row = 0; row < y.size(); ++row) share += weights.values()[row] * other[row] / weights.total();
  for (std::size_t row = 0; row < y.size(); ++row) {
    const double score = weights.values()[row] / weights.total() * (other[row] - share);
    squares += score * score;
  }
  CHECK(check.held_out[1].chance == Approx(std::sqrt(squares * 2000.0 / 1999.0)).epsilon(1e-9));
}

TEST_CASE("what the totals explain is held against chance", "[listening]") {
  // R^2 = 0.2 from 3 free levels and 24 rows: F = (0.2 / 3) / (0.8 / 20), of which R's pf says 0.206.
  std::vector<std::uint8_t> group;
  std::vector<double> y;
  for (int row = 0; row < 24; ++row) {
    group.push_back(static_cast<std::uint8_t>(row % 4));
    y.push_back((row % 4 < 2 ? 0.5 : -0.5) + (row / 4 % 2 == 0 ? 1.0 : -1.0));
  }
  const Weights weights = poststratify(
      Design(), {{"group", {"a", "b", "c", "d"}, Codes(group)}, {{"a", 40}, {"b", 20}, {"c", 20}, {"d", 20}}});
  const std::vector<Outcome> outcomes = {{"y", y}};
  const OutcomeCheck check = does_weighting_help(weights, outcomes).outcomes[0];
  CHECK(check.explained == Approx(1.0 - 0.8 * 23.0 / 20.0));
  CHECK(check.explained_p == Approx(0.206121652).epsilon(1e-8));
  CHECK(check.explained_lower == 0.0);
  CHECK(check.explained_upper > check.explained);
  CHECK(check.verdict == WeightingVerdict::not_to_be_trusted);
  CHECK(check.reason.find("nothing") != std::string::npos);
  CHECK_THROWS_AS(does_weighting_help(weights, outcomes, {}, {.significance = 0.0}), InvalidInput);
}
