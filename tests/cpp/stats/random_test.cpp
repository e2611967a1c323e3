#include <outweigh/stats/random.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>

#include "../support/catch.hpp"

using outweigh::core::InvalidInput;
using outweigh::stats::philox;
using outweigh::stats::Random;

namespace {

struct DrawMoments {
  double mean = 0.0;
  double variance = 0.0;
};

DrawMoments moments_of_draws(const std::function<double()>& draw, int count = 200'000) {
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < count; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / count;
  return {mean, squares / count - mean * mean};
}

}  // namespace

TEST_CASE("philox gives the known answers of its authors", "[stats]") {
  // kat_vectors of Random123 1.x.
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U});
  CHECK(philox({0xffffffffU, 0xffffffffU, 0xffffffffU, 0xffffffffU}, {0xffffffffU, 0xffffffffU}) ==
        Words{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU});
  CHECK(philox({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}) ==
        Words{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U});
}

TEST_CASE("streams are pure functions of seed, stream and position", "[stats]") {
  Random first(7);
  Random second(7);
  for (int i = 0; i < 100; ++i) CHECK(first.bits() == second.bits());
  CHECK(Random(7).stream(1).bits() == first.stream(1).bits());
  CHECK(Random(7).stream(1).bits() != Random(7).stream(2).bits());
  CHECK(Random(7).stream("needs").bits() != Random(7).stream("requests").bits());
  CHECK(Random(7).stream(1).stream(2).bits() != Random(7).stream(2).stream(1).bits());
  CHECK(Random(7).bits() != Random(8).bits());
}

TEST_CASE("draws are pinned so that a platform that differs is seen", "[stats]") {
  Random random(42);
  CHECK(random.normal() == Approx(-0.078823468852531789).epsilon(1e-15));
  CHECK(random.gamma(2.5) == Approx(1.6173253649144375).epsilon(1e-15));
  CHECK(random.poisson(3.0) == 3);
  CHECK(random.poisson(300.0) == 308);
  CHECK(random.binomial(1000, 0.3) == 307);
}

TEST_CASE("distributions have their mean and variance", "[stats]") {
  Random random(11);
  struct Case {
    std::function<double()> draw;
    double mean;
    double variance;
  };
  const auto count = [](std::int64_t k) { return static_cast<double>(k); };
  const std::vector<Case> cases = {
      {[&] { return random.uniform(); }, 0.5, 1.0 / 12.0},
      {[&] { return random.normal(3.0, 2.0); }, 3.0, 4.0},
      {[&] { return random.exponential(2.0); }, 0.5, 0.25},
      {[&] { return random.gamma(0.3, 2.0); }, 0.6, 1.2},
      {[&] { return random.gamma(5.0, 0.5); }, 2.5, 1.25},
      {[&] { return random.beta(2.0, 6.0); }, 0.25, 12.0 / (64.0 * 9.0)},
      {[&] { return random.beta(0.2, 0.3); }, 0.4, 0.06 / (0.25 * 1.5)},
      {[&] { return random.lognormal(0.0, 0.5); }, std::exp(0.125), (std::exp(0.25) - 1.0) * std::exp(0.25)},
      {[&] { return random.pareto(1.0, 6.0); }, 1.2, 6.0 / (25.0 * 4.0)},
      {[&] { return count(random.poisson(0.7)); }, 0.7, 0.7},
      {[&] { return count(random.poisson(9.9)); }, 9.9, 9.9},
      {[&] { return count(random.poisson(10.1)); }, 10.1, 10.1},
      {[&] { return count(random.poisson(1234.0)); }, 1234.0, 1234.0},
      {[&] { return count(random.binomial(7, 0.3)); }, 2.1, 1.47},
      {[&] { return count(random.binomial(100, 0.4)); }, 40.0, 24.0},
      {[&] { return count(random.binomial(1000, 0.97)); }, 970.0, 29.1},
      {[&] { return count(random.binomial(1'000'000'000, 1e-9)); }, 1.0, 1.0},
      {[&] { return count(random.negative_binomial(4.0, 0.8)); }, 4.0, 4.0 + 16.0 / 0.8},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO("case " << i);
    const DrawMoments found = moments_of_draws(cases[i].draw);
    CHECK(std::abs(found.mean - cases[i].mean) < 5.0 * std::sqrt(cases[i].variance / 200'000.0));
    CHECK(found.variance == Approx(cases[i].variance).epsilon(0.06));
  }
}

TEST_CASE("binomial and Poisson match their probabilities", "[stats]") {
  Random random(5);
  constexpr int draws = 400'000;
  std::vector<int> seen(101, 0);
  for (int i = 0; i < draws; ++i) ++seen[static_cast<std::size_t>(random.binomial(60, 0.35))];
  double mass = std::pow(0.65, 60);
  for (std::size_t k = 0; k <= 60; ++k) {
    const double expected = mass * draws;
    CHECK(std::abs(seen[k] - expected) < 5.5 * std::sqrt(expected) + 5.0);
    mass *= 0.35 / 0.65 * static_cast<double>(60 - k) / static_cast<double>(k + 1);
  }
  std::fill(seen.begin(), seen.end(), 0);
  for (int i = 0; i < draws; ++i) ++seen[std::min<std::size_t>(100, static_cast<std::size_t>(random.poisson(14.0)))];
  mass = std::exp(-14.0);
  for (std::size_t k = 0; k <= 50; ++k) {
    const double expected = mass * draws;
    CHECK(std::abs(seen[k] - expected) < 5.5 * std::sqrt(expected) + 5.0);
    mass *= 14.0 / static_cast<double>(k + 1);
  }
}

TEST_CASE("below is uniform, shuffles permute, samples are distinct", "[stats]") {
  Random random(3);
  std::vector<int> seen(7, 0);
  for (int i = 0; i < 70'000; ++i) ++seen[static_cast<std::size_t>(random.below(7))];
  for (const int n : seen) CHECK(std::abs(n - 10'000) < 500);

  std::vector<int> values(50);
  std::iota(values.begin(), values.end(), 0);
  random.shuffle(values);
  CHECK(std::set<int>(values.begin(), values.end()).size() == 50);
  CHECK_FALSE(std::is_sorted(values.begin(), values.end()));

  std::vector<int> chosen(10, 0);
  for (int i = 0; i < 20'000; ++i) {
    const auto sample = random.sample_without_replacement(10, 3);
    REQUIRE(sample.size() == 3);
    REQUIRE(std::is_sorted(sample.begin(), sample.end()));
    REQUIRE(std::adjacent_find(sample.begin(), sample.end()) == sample.end());
    for (const std::size_t s : sample) ++chosen[s];
  }
  for (const int n : chosen) CHECK(std::abs(n - 6000) < 350);
  CHECK(random.sample_without_replacement(4, 4) == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(random.sample_without_replacement(4, 0).empty());

  const std::vector<double> weights = {0.0, 1.0, 3.0};
  int heavy = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto one = random.sample_without_replacement(weights, 1);
    REQUIRE(one[0] != 0);
    heavy += one[0] == 2 ? 1 : 0;
  }
  CHECK(std::abs(heavy - 15'000) < 350);
  CHECK(random.sample_without_replacement(weights, 2) == std::vector<std::size_t>{1, 2});
  CHECK_THROWS_AS(random.sample_without_replacement(weights, 3), InvalidInput);
  CHECK(random.categorical(weights) != 0);
}

TEST_CASE("impossible parameters throw", "[stats]") {
  Random random(1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(random.gamma(0.0), InvalidInput);
  CHECK_THROWS_AS(random.gamma(nan), InvalidInput);
  CHECK_THROWS_AS(random.beta(1.0, -1.0), InvalidInput);
  CHECK_THROWS_AS(random.poisson(-1.0), InvalidInput);
  CHECK_THROWS_AS(random.binomial(-1, 0.5), InvalidInput);
  CHECK_THROWS_AS(random.binomial(3, 1.5), InvalidInput);
  CHECK_THROWS_AS(random.bernoulli(nan), InvalidInput);
  CHECK_THROWS_AS(random.below(0), InvalidInput);
  CHECK_THROWS_AS(random.normal(0.0, -1.0), InvalidInput);
  CHECK_THROWS_AS(random.uniform(1.0, 0.0), InvalidInput);
  CHECK_THROWS_AS(random.sample_without_replacement(2, 3), InvalidInput);
  CHECK_THROWS_AS(random.categorical(std::vector<double>{0.0, 0.0}), InvalidInput);
  CHECK(random.poisson(0.0) == 0);
  CHECK(random.binomial(5, 0.0) == 0);
  CHECK(random.binomial(5, 1.0) == 5);
}
