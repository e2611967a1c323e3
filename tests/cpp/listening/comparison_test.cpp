#include <outweigh/listening/comparison.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <outweigh/listening/concentration.hpp>
#include <outweigh/listening/measure.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using core::Column;

TEST_CASE("shares heard against the base by hand", "[listening]") {
  const std::vector<std::uint32_t> level = {0, 0, 0, 1};
  const std::vector<double> contacts = {3, 1, 0, 4};
  const auto test = listening::compare_shares(level, 2, contacts);
  CHECK(test.independent_contacts == Approx(64.0 / 26.0));
  CHECK(*test.design_effect == Approx(26.0 / 8.0));
  CHECK(*test.dissimilarity == Approx(0.25));
  CHECK(*test.chi_squared == Approx(64.0 / 26.0 * (0.0625 / 0.75 + 0.0625 / 0.25)));
  CHECK(test.degrees_of_freedom == 1);
  CHECK(test.status == core::Status::doubtful);
  CHECK_FALSE(listening::compare_shares(level, 2, std::vector<double>(4, 0.0)).p_value.has_value());
  CHECK_FALSE(listening::compare_shares(std::vector<std::uint32_t>(4, 0), 1, contacts).p_value.has_value());
  CHECK(listening::compare_shares({}, 0, {}).status == core::Status::undefined);
  CHECK_THROWS_AS(listening::compare_shares(level, 1, contacts), core::InvalidInput);
  CHECK_THROWS_AS(listening::compare_shares(level, 2, std::vector<double>{1, 2, 3, -1}), core::InvalidInput);
  CHECK_THROWS_AS(listening::compare_shares(level, 2, std::vector<double>{1, 2}), core::InvalidInput);
}

TEST_CASE("a number heard against the base by hand", "[listening]") {
  const std::vector<double> values = {4, 1, 2, 3};
  const std::vector<double> contacts = {2, 0, 1, 1};
  const auto c = listening::compare_numbers(values, contacts);
  CHECK(*c.base_mean == Approx(2.5));
  CHECK(*c.base_deviation == Approx(std::sqrt(1.25)));
  CHECK(*c.heard_mean == Approx(3.25));
  CHECK(*c.standardised_difference == Approx(0.75 / std::sqrt(1.25)));
  CHECK(*c.kolmogorov_smirnov == Approx(0.25));
  // |0 - 1/4| + |1/4 - 1/2| + |1/2 - 3/4|, one unit wide each.
  CHECK(*c.wasserstein == Approx(0.75));
  CHECK(*c.lower < *c.standardised_difference);
  CHECK(*c.upper > *c.standardised_difference);
  CHECK(*c.p_value > 0.5);

  const auto equal = listening::compare_numbers(std::vector<double>(4, 7.0), contacts);
  CHECK_FALSE(equal.standardised_difference.has_value());
  CHECK(*equal.kolmogorov_smirnov == 0.0);
  CHECK(*equal.p_value == Approx(1.0));
  CHECK_FALSE(listening::compare_numbers(values, std::vector<double>(4, 0.0)).wasserstein.has_value());
  CHECK(listening::compare_numbers({}, {}).status == core::Status::undefined);
  CHECK_THROWS_AS(listening::compare_numbers(std::vector<double>{1, std::nan(""), 2, 3}, contacts), core::InvalidInput);
  CHECK_THROWS_AS(listening::compare_numbers(values, contacts, 1.0), core::InvalidInput);
}

TEST_CASE("comparisons of numbers agree with brute force, and do not depend on order or scale", "[listening]") {
  stats::Random random(5);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + static_cast<std::size_t>(random.below(30));
    std::vector<double> values;
    std::vector<double> contacts;
    for (std::size_t i = 0; i < n; ++i) {
      values.push_back(static_cast<double>(random.below(12)) + (random.bernoulli(0.5) ? random.uniform() : 0.0));
      contacts.push_back(static_cast<double>(random.below(4)));
    }
    double all = 0.0;
    for (const double x : contacts) all += x;
    const auto c = listening::compare_numbers(values, contacts);
    if (all == 0.0) continue;
    // Wasserstein as the mean distance of sorted copies, one for each contact and account.
    std::vector<double> base;
    std::vector<double> heard;
    for (std::size_t i = 0; i < n; ++i) {
      for (int k = 0; k < static_cast<int>(all); ++k) base.push_back(values[i]);
      for (int k = 0; k < static_cast<int>(contacts[i]) * static_cast<int>(n); ++k) heard.push_back(values[i]);
    }
    std::sort(base.begin(), base.end());
    std::sort(heard.begin(), heard.end());
    double distance = 0.0;
    for (std::size_t i = 0; i < base.size(); ++i) distance += std::abs(base[i] - heard[i]);
    REQUIRE(*c.wasserstein == Approx(distance / static_cast<double>(base.size())).margin(1e-9));
    double largest = 0.0;
    for (const double at : values) {
      double below = 0.0;
      double heard_below = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        below += values[i] <= at ? 1.0 / static_cast<double>(n) : 0.0;
        heard_below += values[i] <= at ? contacts[i] / all : 0.0;
      }
      largest = std::max(largest, std::abs(below - heard_below));
    }
    REQUIRE(*c.kolmogorov_smirnov == Approx(largest).margin(1e-12));
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    random.shuffle(order);
    std::vector<double> v;
    std::vector<double> w;
    std::vector<double> scaled;
    for (const std::size_t i : order) {
      v.push_back(values[i]);
      w.push_back(contacts[i]);
      scaled.push_back(8.0 * values[i]);
    }
    REQUIRE(listening::compare_numbers(v, w) == c);
    REQUIRE(*listening::compare_numbers(scaled, w).wasserstein == Approx(8.0 * *c.wasserstein));
  }
}

TEST_CASE("tests reject fair contact no more often than they say", "[listening]") {
  stats::Random random(17);
  int shares = 0;
  int numbers = 0;
  constexpr int rounds = 1500;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> values;
    std::vector<std::uint32_t> level;
    std::vector<double> contacts(400, 0.0);
    for (int i = 0; i < 400; ++i) {
      values.push_back(random.pareto(1.0, 1.2));
      level.push_back(static_cast<std::uint32_t>(random.below(4)));
    }
    for (int k = 0; k < 40; ++k)
      contacts[static_cast<std::size_t>(random.below(400))] += static_cast<double>(1 + random.below(4));
    shares += *listening::compare_shares(level, 4, contacts).p_value < 0.05 ? 1 : 0;
    numbers += *listening::compare_numbers(values, contacts).p_value < 0.05 ? 1 : 0;
  }
  // 5 % of 1500 is 75, with a standard error of 8.4.
  CHECK(shares < 105);
  CHECK(numbers < 105);
  CHECK(shares > 30);
  CHECK(numbers > 20);
}

TEST_CASE("concentration by hand", "[listening]") {
  const auto even = listening::concentration(std::vector<double>(10, 3.0));
  CHECK(*even.gini == Approx(0.0).margin(1e-12));
  CHECK(even.effective_accounts == Approx(10.0));
  CHECK(*even.loudest_tenth == Approx(0.1));
  CHECK(*even.design_effect == Approx(3.0));
  std::vector<double> one(20, 0.0);
  one[7] = 5.0;
  const auto alone = listening::concentration(one);
  CHECK(*alone.gini == Approx(0.95));
  CHECK(*alone.herfindahl == Approx(1.0));
  CHECK(*alone.loudest_tenth == Approx(1.0));
  CHECK(listening::concentration({}) == listening::Concentration{});
  CHECK(listening::concentration(std::vector<double>(3, 0.0)) == listening::Concentration{});
  CHECK_THROWS_AS(listening::concentration(std::vector<double>{1.0, -1.0}), core::InvalidInput);
  CHECK_THROWS_AS(listening::concentration(std::vector<double>{std::numeric_limits<double>::infinity()}),
                  core::InvalidInput);
}

TEST_CASE("numbers of the base", "[listening]") {
  auto tables = test::sample();
  tables["accounts"].add("seats", Column::int64s({3, 0, 5, 6}, std::vector<std::uint8_t>{1, 0, 1, 1}));
  const auto graph = test::build(tables);
  const auto arr = listening::measure_base(graph, "arr");
  REQUIRE(arr.values.size() == graph.base().size());
  CHECK(*arr.values[0] == Approx(100.5));
  const auto seats = listening::measure_base(graph, "seats");
  CHECK(*seats.values[0] == 3.0);
  CHECK_FALSE(seats.values[1].has_value());
  CHECK_THROWS_AS(listening::measure_base(graph, "sentiment"), core::MissingInput);
  CHECK_THROWS_AS(listening::measure_base(graph, "nonsense"), core::MissingInput);
  CHECK_THROWS_AS(listening::measure_base(graph, "region"), core::TypeMismatch);
}
