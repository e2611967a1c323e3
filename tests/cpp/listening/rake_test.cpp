#include <outweigh/listening/rake.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/survey_estimates.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::Infeasible;
using outweigh::core::InvalidInput;
using outweigh::stats::Random;

namespace {

/// A made-up sample: rows of three variables, base weights, and totals that some positive weights meet.
struct RakedSample {
  std::vector<std::vector<std::int32_t>> codes;
  std::vector<std::vector<std::string>> levels;
  std::vector<double> weights;
  std::vector<std::vector<double>> totals;
  std::vector<double> outcome;

  std::vector<Margin> margins() const {
    std::vector<Margin> result;
    for (std::size_t v = 0; v < codes.size(); ++v) {
      Margin margin{{"v" + std::to_string(v), levels[v], Codes(codes[v])}, {}};
      for (std::size_t l = 0; l < levels[v].size(); ++l) margin.totals.push_back({levels[v][l], totals[v][l]});
      result.push_back(margin);
    }
    return result;
  }
};

RakedSample make_sample(Random& random, std::size_t rows, std::vector<std::size_t> level_counts) {
  RakedSample sample;
  std::vector<double> truth(rows);
  for (double& w : truth) w = random.gamma(2.0) + 0.05;
  for (const std::size_t count : level_counts) {
    std::vector<std::int32_t> codes(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      codes[row] = row < count ? static_cast<std::int32_t>(row) : static_cast<std::int32_t>(random.below(count));
    }
    std::vector<std::string> names;
    std::vector<double> totals(count, 0.0);
    for (std::size_t l = 0; l < count; ++l) names.push_back("l" + std::to_string(l));
    for (std::size_t row = 0; row < rows; ++row) totals[static_cast<std::size_t>(codes[row])] += truth[row];
    sample.codes.push_back(codes);
    sample.levels.push_back(names);
    sample.totals.push_back(totals);
  }
  // The same sum to the last bit is not needed, but the same sum is.
  sample.weights.resize(rows);
  sample.outcome.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    sample.weights[row] = random.uniform(0.5, 2.0);
    sample.outcome[row] = random.normal();
  }
  return sample;
}

DesignColumns weighted(const RakedSample& sample) {
  DesignColumns columns;
  columns.weights = sample.weights;
  return columns;
}

double largest_residual(const RakedSample& sample, std::span<const double> weights) {
  double worst = 0.0;
  for (std::size_t v = 0; v < sample.codes.size(); ++v) {
    std::vector<double> sums(sample.totals[v].size(), 0.0);
    for (std::size_t row = 0; row < weights.size(); ++row) {
      sums[static_cast<std::size_t>(sample.codes[v][row])] += weights[row];
    }
    for (std::size_t l = 0; l < sums.size(); ++l)
      worst = std::max(worst, std::abs(sums[l] / sample.totals[v][l] - 1.0));
  }
  return worst;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const outweigh::core::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a table of two by two is raked to its known answer", "[listening]") {
  // With one row a cell and equal base weights the odds ratio stays 1: weights are products of the margins.
  const std::vector<std::int32_t> a = {0, 0, 1, 1};
  const std::vector<std::int32_t> b = {0, 1, 0, 1};
  const std::vector<Margin> margins = {{{"a", {"x", "y"}, Codes(a)}, {{"y", 60}, {"x", 40}}},
                                       {{"b", {"p", "q"}, Codes(b)}, {{"p", 30}, {"q", 70}}}};
  const Weights weights = rake(Design(), margins);
  const std::vector<double> expected = {12, 28, 18, 42};
  for (std::size_t row = 0; row < 4; ++row) CHECK(weights.values()[row] == Approx(expected[row]).epsilon(1e-12));
  CHECK(weights.convergence().residual <= 1e-12);
  CHECK(weights.total() == Approx(100.0));
}

TEST_CASE("raking meets every margin, whatever the order of rows and margins and the number of threads",
          "[listening]") {
  Random random(1);
  for (int round = 0; round < 60; ++round) {
    const std::size_t rows = 20 + static_cast<std::size_t>(random.below(300));
    RakedSample sample = make_sample(random, rows, {2 + random.below(3), 2 + random.below(5), 3});
    const auto margins = sample.margins();
    const Weights weights = rake(Design(weighted(sample)), margins);
    REQUIRE(largest_residual(sample, weights.values()) <= 1e-10);

    std::vector<Margin> reversed(margins.rbegin(), margins.rend());
    const Weights other = rake(Design(weighted(sample)), reversed);
    for (std::size_t row = 0; row < rows; ++row) {
      REQUIRE(other.values()[row] == Approx(weights.values()[row]).epsilon(1e-9));
    }

    RakedSample shuffled = sample;
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(order);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t v = 0; v < 3; ++v) shuffled.codes[v][row] = sample.codes[v][order[row]];
      shuffled.weights[row] = sample.weights[order[row]];
    }
    const Weights moved = rake(Design(weighted(shuffled)), shuffled.margins());
    for (std::size_t row = 0; row < rows; ++row) {
      REQUIRE(moved.values()[row] == Approx(weights.values()[order[row]]).epsilon(1e-9));
    }
    // Raking is calibration by the raking distance.
    try {
      const Weights calibrated =
          calibrate(Design(weighted(sample)), margins, {}, {.method = CalibrationMethod::raking});
      for (std::size_t row = 0; row < rows; ++row) {
        REQUIRE(calibrated.values()[row] == Approx(weights.values()[row]).epsilon(1e-9));
      }
    } catch (const InvalidInput&) {
      // Small samples can make levels follow from each other, which raking takes and calibration does not.
    }
  }
}

TEST_CASE("threads do not change a bit", "[listening]") {
  Random random(2);
  const RakedSample sample = make_sample(random, 700'000, {5, 8, 4});
  const auto margins = sample.margins();
  RakeOptions options;
  const Weights one = rake(Design(weighted(sample)), margins, options);
  options.control.threads = 4;
  const Weights four = rake(Design(weighted(sample)), margins, options);
  CHECK(std::equal(one.values().begin(), one.values().end(), four.values().begin()));
  CHECK(one.convergence().residual == four.convergence().residual);
}

TEST_CASE("bounds hold exactly", "[listening]") {
  Random random(3);
  int bounded_rounds = 0;
  for (int round = 0; round < 60; ++round) {
    const RakedSample sample = make_sample(random, 400, {3, 4});
    const auto margins = sample.margins();
    const Weights free = rake(Design(weighted(sample)), margins);
    double least = 1e300;
    double most = 0.0;
    for (std::size_t row = 0; row < 400; ++row) {
      least = std::min(least, free.values()[row] / sample.weights[row]);
      most = std::max(most, free.values()[row] / sample.weights[row]);
    }
    const double lower = least + 0.1 * (most - least);
    const double upper = most - 0.1 * (most - least);
    try {
      const Weights bounded = rake(Design(weighted(sample)), margins, {.bounds = {lower, upper}});
      ++bounded_rounds;
      REQUIRE(largest_residual(sample, bounded.values()) <= 1e-10);
      for (std::size_t row = 0; row < 400; ++row) {
        REQUIRE(bounded.values()[row] >= sample.weights[row] * lower);
        REQUIRE(bounded.values()[row] <= sample.weights[row] * upper);
      }
    } catch (const Infeasible& error) {
      CHECK(!error.place().column.empty());
    }
  }
  CHECK(bounded_rounds > 10);
}

TEST_CASE("one margin is post-stratification", "[listening]") {
  Random random(4);
  const RakedSample sample = make_sample(random, 100, {4});
  const Weights raked = rake(Design(weighted(sample)), sample.margins());
  const Weights stratified = poststratify(Design(weighted(sample)), sample.margins()[0]);
  for (std::size_t row = 0; row < 100; ++row) {
    CHECK(raked.values()[row] == Approx(stratified.values()[row]).epsilon(1e-13));
  }
}

TEST_CASE("a total of zero removes its rows, many levels are grouped by what occurs", "[listening]") {
  const std::vector<std::int32_t> a = {0, 0, 1, 1, 2};
  const std::vector<std::int32_t> b = {0, 1, 0, 1, 1};
  const std::vector<Margin> margins = {{{"a", {"x", "y", "z"}, Codes(a)}, {{"x", 40}, {"y", 60}, {"z", 0}}},
                                       {{"b", {"p", "q"}, Codes(b)}, {{"p", 30}, {"q", 70}}}};
  const Weights weights = rake(Design(), margins);
  CHECK(weights.values()[4] == 0.0);
  CHECK(weights.values()[0] == Approx(12.0));
  const Weights calibrated = calibrate(Design(), margins, {}, {.method = CalibrationMethod::raking});
  CHECK(calibrated.values()[4] == 0.0);
  CHECK(calibrated.values()[3] == Approx(42.0));

  Random random(9);
  const RakedSample wide = make_sample(random, 3000, {60, 70, 50});
  CHECK(largest_residual(wide, rake(Design(), wide.margins()).values()) <= 1e-10);
}

TEST_CASE("a raking that cannot be says which variable and level", "[listening]") {
  const std::vector<std::int32_t> a = {0, 0, 1, 1};
  const std::vector<std::int32_t> b = {0, 1, 0, 1};
  const Categorical first{"a", {"x", "y"}, Codes(a)};
  const Categorical second{"b", {"p", "q"}, Codes(b)};
  const auto raked = [&](std::vector<LevelTotal> left, std::vector<LevelTotal> right, Design design = {}) {
    return message_of([&] { (void)rake(design, std::vector<Margin>{{first, left}, {second, right}}); });
  };
  using outweigh::test::contains;
  CHECK_THAT(raked({{"x", 40}, {"y", 60}}, {{"p", 30}, {"q", 71}}),
             contains("contradict") && contains("'a'") && contains("'b'"));
  CHECK_THAT(raked({{"x", 40}, {"y", 60}}, {{"p", 30}}), contains("'q'") && contains("no total"));
  CHECK_THAT(raked({{"x", 40}, {"y", 60}}, {{"p", 30}, {"q", 60}, {"r", 10}}), contains("'r'") && contains("no row"));
  CHECK_THAT(raked({{"x", -40}, {"y", 140}}, {{"p", 30}, {"q", 70}}), contains("'x'") && contains("not negative"));
  CHECK_THAT(raked({{"x", std::nan("")}, {"y", 140}}, {{"p", 30}, {"q", 70}}), contains("'x'"));
  CHECK_THAT(raked({{"x", 40}, {"x", 40}, {"y", 20}}, {{"p", 30}, {"q", 70}}), contains("two totals"));
  CHECK_THAT(raked({{"x", 0}, {"y", 0}}, {{"p", 0}, {"q", 0}}), contains("all 0"));

  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> weights = {1.0, bad, 1.0, 1.0};
    DesignColumns columns;
    columns.weights = weights;
    CHECK_THAT(message_of([&] { (void)Design(columns); }), contains("row 1"));
  }
  const std::vector<double> zero = {0.0, 0.0, 1.0, 1.0};
  DesignColumns columns;
  columns.weights = zero;
  CHECK_THAT(raked({{"x", 40}, {"y", 60}}, {{"p", 30}, {"q", 70}}, Design(columns)),
             contains("base weight 0") && contains("'x'"));

  // Level x only ever goes with p, so that p cannot be smaller than x.
  const std::vector<std::int32_t> c = {0, 0, 1, 1};
  const std::vector<std::int32_t> d = {0, 0, 0, 1};
  const std::vector<Margin> impossible = {{{"a", {"x", "y"}, Codes(c)}, {{"x", 40}, {"y", 60}}},
                                          {{"b", {"p", "q"}, Codes(d)}, {{"p", 30}, {"q", 70}}}};
  CHECK_THROWS_AS(rake(Design(), impossible), Infeasible);
  CHECK_THAT(message_of([&] { (void)rake(Design(), impossible); }), contains("level") && contains("off by"));

  const std::vector<Margin> fine = {{first, {{"x", 40}, {"y", 60}}}, {second, {{"p", 30}, {"q", 70}}}};
  CHECK_THAT(message_of([&] {
               (void)rake(Design(), fine, {.bounds = {0.9, 1.1}});
             }),
             contains("too tight") && contains("'a'"));
  CHECK_THROWS_AS(rake(Design(), fine, {.bounds = {2.0, 1.0}}), InvalidInput);

  const std::vector<std::int32_t> unknown = {0, -1, 1, 1};
  CHECK_THAT(message_of([&] {
               (void)rake(Design(), std::vector<Margin>{{{"a", {"x", "y"}, Codes(unknown)}, {{"x", 40}, {"y", 60}}}});
             }),
             contains("unknown") && contains("row 1"));
  const std::vector<std::int32_t> outside = {0, 2, 1, 1};
  CHECK_THAT(message_of([&] {
               (void)rake(Design(), std::vector<Margin>{{{"a", {"x", "y"}, Codes(outside)}, {{"x", 40}, {"y", 60}}}});
             }),
             contains("no level") && contains("row 1"));
  const std::vector<std::int32_t> shorter = {0, 1};
  CHECK_THAT(
      message_of([&] {
        (void)rake(Design(), std::vector<Margin>{fine[0], {{"b", {"p", "q"}, Codes(shorter)}, {{"p", 30}, {"q", 70}}}});
      }),
      contains("length") && contains("'b'"));
  CHECK_THROWS_AS(rake(Design(), std::vector<Margin>{}), InvalidInput);
}

TEST_CASE("weights of another length than a column say both lengths", "[listening]") {
  const std::vector<std::uint8_t> five = {0, 1, 0, 1, 0};
  const std::vector<double> three = {1.0, 1.0, 1.0};
  DesignColumns columns;
  columns.weights = three;
  try {
    (void)rake(Design(columns), std::vector<Margin>{{{"a", {"x", "y"}, Codes(five)}, {{"x", 1}, {"y", 1}}}});
    FAIL("lengths differ");
  } catch (const InvalidInput& error) {
    CHECK(std::string(error.what()).find("5 against 3") != std::string::npos);
    CHECK(error.place().column == "a");
  }
}

TEST_CASE("a stop ends a raking", "[listening]") {
  RakeOptions options;
  options.control.stop.request_stop();
  const std::vector<std::int32_t> a = {0, 1};
  CHECK_THROWS_AS(rake(Design(), std::vector<Margin>{{{"a", {"x", "y"}, Codes(a)}, {{"x", 1}, {"y", 1}}}}, options),
                  outweigh::core::Cancelled);
}
