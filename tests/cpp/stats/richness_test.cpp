#include <outweigh/stats/richness.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;
using outweigh::core::InvalidInput;
using outweigh::core::Status;

namespace {

bool is_near(double found, double expected) { return std::abs(found - expected) < 1e-9 * std::max(1.0, expected); }

}  // namespace

TEST_CASE("how many were never seen, in closed form") {
  const std::vector<double> counts{9, 9, 9, 5, 5, 5, 5, 3, 3, 3, 3, 3, 3, 2, 2, 2,
                                   2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  CHECK(is_near(chao1(counts, {}, 0.9, ChaoForm::classic).total.value, 42.285714285714285));
  CHECK(is_near(chao1(counts, {}, 0.9, ChaoForm::bias_corrected).total.value, 40.25));
  CHECK(is_near(chao1(counts).total.value, 42.17268445839875));
  CHECK(is_near(std::pow(chao1(counts, {}, 0.9, ChaoForm::classic).total.standard_error, 2), 60.664723032069965));
  CHECK(is_near(good_turing(counts).value, 0.13186813186813187));
  CHECK(is_near(chapman(200, 150, 30).value, 978.0645161290323));
  CHECK(is_near(std::pow(chapman(200, 150, 30).standard_error, 2), 20133.988033298647));
  CHECK(is_near(chapman(20, 15, 0).value, 335.0));
  CHECK(is_near(std::pow(chapman(20, 15, 0).standard_error, 2), 50400.0));
  CHECK(is_near(chao2(std::vector<double>{1, 1, 1, 2, 2, 3}, 4.0).total.value, 6.0 + 0.75 * 9.0 / 4.0));
}

TEST_CASE("bounds on those never seen stay between those seen and the population") {
  const std::vector<double> counts{1, 1, 1, 1, 2};
  const Richness capped = chao1(counts, 6.0);
  CHECK(capped.capped);
  CHECK(capped.total.value == 6.0);
  CHECK(capped.total.interval.upper == 6.0);
  CHECK(capped.total.interval.lower >= 5.0);
  CHECK(chao1({}).total.status == Status::undefined);
  CHECK(chao1(std::vector<double>{0, 0}).total.status == Status::undefined);
  CHECK(chao1(std::vector<double>{1, 1}).total.status == Status::not_identified);
  const Richness one_left = chao1(std::vector<double>{1, 3});
  CHECK(one_left.total.value == 2.0);
  CHECK(one_left.total.standard_error == Approx(std::sqrt(2.0 * std::exp(-2.0) * (1.0 - std::exp(-2.0)))));
  CHECK(one_left.total.interval.upper > 2.5);
  const Richness all = chao1(std::vector<double>{3, 4, 5});
  CHECK(all.total.value == 3.0);
  CHECK(all.total.interval.lower == 3.0);
  CHECK(all.total.interval.upper < 3.5);  // a mean count of 4: one like these stays unseen with chance e^-4
  CHECK(chao1(std::vector<double>{1, 1, 3}).total.value > 3.0);
  CHECK(chapman(0, 5, 0).status == Status::undefined);
  CHECK(chapman(5, 5, 5).status == Status::doubtful);
  CHECK(chapman(20, 15, 14).status == Status::estimated);
  CHECK(chapman(20, 15, 0, 100.0).value == 100.0);
  CHECK(good_turing({}).status == Status::undefined);
  CHECK_THROWS_AS((void)chao1(std::vector<double>{1.5}), InvalidInput);
  CHECK_THROWS_AS((void)chao1(std::vector<double>{-1}), InvalidInput);
  CHECK_THROWS_AS((void)chao1(counts, 3.0), InvalidInput);
  CHECK_THROWS_AS((void)chao2(std::vector<double>{3}, 2.0), InvalidInput);
  CHECK_THROWS_AS((void)chapman(2, 3, 3), InvalidInput);
  CHECK_THROWS_WITH((void)chapman(2, 3, 3), Catch::Contains("value '3'"));
}

TEST_CASE("the interval of what will be new covers the share of those never seen") {
  for (const double shape : {0.5, 5.0}) {
    CAPTURE(shape);
    constexpr int worlds = 300;
    int covered = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
      outweigh::stats::Random random(seed);
      std::vector<double> counts;
      double unseen = 0.0;
      double all = 0.0;
      for (int account = 0; account < 100; ++account) {
        const double rate = 1.2 * random.gamma(shape) / shape;
        const auto times = static_cast<double>(random.poisson(rate));
        all += rate;
        times > 0.0 ? counts.push_back(times) : void(unseen += rate);
      }
      const auto found = good_turing(counts);
      covered += found.interval.lower <= unseen / all && unseen / all <= found.interval.upper ? 1 : 0;
    }
    CHECK(covered >= 0.86 * worlds);
  }
}

TEST_CASE("two lists: the interval is that of the hypergeometric law, and covers") {
  const auto chance = [](double size, double first, double second, double both) {  // as fractions of factorials
    const auto choose = [](double n, double k) {
      double product = 1.0;
      for (double i = 1.0; i <= k; ++i) product *= (n - k + i) / i;
      return product;
    };
    return choose(first, both) * choose(size - first, second - both) / choose(size, second);
  };
  const auto below = [&](double size, double first, double second, double both) {
    double sum = 0.5 * chance(size, first, second, both);
    for (double k = std::max(0.0, first + second - size); k < both; ++k) sum += chance(size, first, second, k);
    return sum;
  };
  for (const auto& [first, second, both] :
       std::vector<std::array<double, 3>>{{5, 5, 5}, {20, 15, 14}, {10, 12, 3}, {30, 8, 1}, {40, 45, 38}}) {
    CAPTURE(first, second, both);
    const auto interval = chapman(first, second, both).interval;
    CHECK(below(interval.lower, first, second, both) > 0.05);
    CHECK(below(interval.upper, first, second, both) <= 0.95);
    CHECK(below(interval.upper + 1.0, first, second, both) > 0.95);
    if (interval.lower > first + second - both) CHECK(below(interval.lower - 1.0, first, second, both) <= 0.05);
  }
  const auto none = chapman(20, 15, 0);
  CHECK(none.status == Status::bounds_only);
  CHECK(std::isinf(none.interval.upper));
  CHECK(chapman(20, 15, 0, 100.0).interval.upper == 100.0);
  CHECK(chapman(20, 15, 0, 60.0).status == Status::doubtful);  // of 60, five would be on both
  CHECK(chapman(20, 15, 0, 60.0).interval.lower == 35.0);
  for (const auto& [size, one, other] :
       std::vector<std::array<double, 3>>{{30, 0.2, 0.2}, {50, 0.8, 0.9}, {100, 0.1, 0.1}}) {
    CAPTURE(size, one, other);
    constexpr int worlds = 400;
    int covered = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
      outweigh::stats::Random random(seed);
      double first = 0, second = 0, both = 0;
      for (int i = 0; i < static_cast<int>(size); ++i) {
        const bool a = random.bernoulli(one);
        const bool b = random.bernoulli(other);
        first += a ? 1.0 : 0.0;
        second += b ? 1.0 : 0.0;
        both += a && b ? 1.0 : 0.0;
      }
      covered += first == 0.0 || second == 0.0 || chapman(first, second, both).interval.contains(size) ? 1 : 0;
    }
    CHECK(covered >= 0.86 * worlds);
  }
}

TEST_CASE("the lower end of how many there are does not exceed them where nearly all were seen") {
  for (const double rate : {2.0, 3.0, 5.0}) {
    CAPTURE(rate);
    constexpr int worlds = 400;
    int below = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
      outweigh::stats::Random random(seed);
      std::vector<double> counts;
      for (int account = 0; account < 50; ++account) counts.push_back(static_cast<double>(random.poisson(rate)));
      const Richness found = chao1(counts);
      below += found.total.status == Status::not_identified || found.total.interval.lower <= 50.0 ? 1 : 0;
    }
    CHECK(below >= 0.9 * worlds);
  }
}
