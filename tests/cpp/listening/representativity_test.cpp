#include <outweigh/listening/representativity.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <outweigh/listening/never_heard.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using listening::Dimension;

namespace {

Dimension dimension_of(const std::string& name, const std::vector<std::uint32_t>& level, std::size_t levels) {
  Dimension dimension{name, {}, std::vector<std::vector<std::uint32_t>>(levels), false};
  for (std::size_t k = 0; k < levels; ++k) dimension.levels.push_back(name + std::to_string(k));
  for (std::uint32_t slot = 0; slot < level.size(); ++slot) dimension.members[level[slot]].push_back(slot);
  return dimension;
}

}  // namespace

TEST_CASE("one variable has the closed form of cell rates", "[listening]") {
  // 40 accounts heard 10, 60 heard 45.
  std::vector<std::uint32_t> level(100, 1);
  std::vector<std::uint8_t> heard(100, 0);
  for (std::size_t i = 0; i < 40; ++i) level[i] = 0;
  for (std::size_t i = 0; i < 10; ++i) heard[i] = 1;
  for (std::size_t i = 40; i < 85; ++i) heard[i] = 1;
  const std::vector<Dimension> variables = {dimension_of("x", level, 2)};
  const auto r = listening::representativity(heard, variables);
  const double spread = (40.0 * 0.3 * 0.3 + 60.0 * 0.2 * 0.2) / 99.0;
  const double bias = (0.25 * 0.75 + 0.75 * 0.25) / 100.0;
  CHECK(*r.unadjusted == Approx(1.0 - 2.0 * std::sqrt(spread)));
  CHECK(*r.bias == Approx(bias));
  CHECK(*r.adjusted == Approx(1.0 - 2.0 * std::sqrt(spread - bias)));
  CHECK(*r.coefficient_of_variation == Approx(std::sqrt(spread - bias) / 0.55));
  REQUIRE(r.partial.size() == 3);
  CHECK(r.partial[0].unconditional == Approx(std::sqrt(0.4 * 0.09 + 0.6 * 0.04)));
  CHECK(r.partial[0].conditional == Approx(std::sqrt(spread)));
  CHECK(r.partial[1].unconditional == Approx(-std::sqrt(0.4) * 0.3));
  CHECK(r.partial[2].unconditional == Approx(std::sqrt(0.6) * 0.2));
  CHECK(r.partial[2].conditional == Approx(std::sqrt(60.0 * 0.04 / 99.0)));
  CHECK(*r.lower < *r.adjusted);
  CHECK(*r.upper > *r.adjusted);
  CHECK(r.status == core::Status::estimated);
}

TEST_CASE("limits of representativity", "[listening]") {
  const std::vector<std::uint32_t> level = {0, 0, 1, 1, 2, 2};
  const std::vector<Dimension> variables = {dimension_of("x", level, 3)};
  const auto all = listening::representativity(std::vector<std::uint8_t>(6, 1), variables);
  CHECK(*all.adjusted == 1.0);
  CHECK(all.status == core::Status::exact);
  CHECK(all.partial[0].unconditional == 0.0);
  const auto none = listening::representativity(std::vector<std::uint8_t>(6, 0), variables);
  CHECK_FALSE(none.adjusted.has_value());
  CHECK(none.status == core::Status::undefined);
  CHECK(listening::representativity({}, {}).status == core::Status::undefined);
  // One level is heard by all and the others by none: propensities 1 and 0, no NaN.
  const auto split = listening::representativity(std::vector<std::uint8_t>{1, 1, 0, 0, 0, 0}, variables);
  CHECK(*split.unadjusted ==
        Approx(std::max(0.0, 1.0 - 2.0 * std::sqrt((2.0 * 4.0 / 9.0 + 4.0 / 9.0) / 5.0))).margin(1e-6));
  CHECK(split.status == core::Status::doubtful);
  CHECK(split.partial[1].propensity == Approx(1.0).margin(1e-6));
  const auto single =
      listening::representativity(std::vector<std::uint8_t>{1}, std::vector<Dimension>{dimension_of("x", {0}, 1)});
  CHECK(*single.adjusted == 1.0);
  CHECK_THROWS_AS(listening::representativity(std::vector<std::uint8_t>(5, 1), variables), core::InvalidInput);
  CHECK_THROWS_AS(listening::representativity(std::vector<std::uint8_t>(7, 1), variables), core::InvalidInput);
  CHECK_THROWS_AS(listening::representativity(std::vector<std::uint8_t>(6, 1), variables, 0.0), core::InvalidInput);
  // The same variable twice says nothing twice.
  const std::vector<std::uint8_t> some = {1, 0, 1, 1, 0, 0};
  const auto once = listening::representativity(some, variables);
  const auto twice =
      listening::representativity(some, std::vector<Dimension>{variables[0], dimension_of("y", level, 3)});
  CHECK(*twice.unadjusted == Approx(*once.unadjusted));
  CHECK(*twice.bias == Approx(*once.bias));
  CHECK(twice.partial[0].conditional == Approx(0.0).margin(1e-9));
}

TEST_CASE("levels heard wholly or not at all leave an error", "[listening]") {
  std::vector<std::uint32_t> level(60, 1);
  std::vector<std::uint8_t> heard(60, 0);
  for (std::size_t i = 0; i < 20; ++i) {
    level[i] = 0;
    heard[i] = 1;
  }
  const auto split = listening::representativity(heard, std::vector<Dimension>{dimension_of("x", level, 2)});
  CHECK(split.status == core::Status::doubtful);
  CHECK(split.reason.find("wholly") != std::string::npos);
  CHECK(*split.upper - *split.lower > 0.02);
  CHECK(*split.lower <= *split.adjusted);
  CHECK(*split.upper >= *split.adjusted);
}

TEST_CASE("the adjusted indicator is less biased, and its interval covers the truth", "[listening]") {
  stats::Random random(3);
  constexpr int rounds = 400;
  constexpr std::size_t n = 600;
  std::vector<std::uint32_t> a;
  std::vector<std::uint32_t> b;
  for (std::size_t i = 0; i < n; ++i) {
    a.push_back(static_cast<std::uint32_t>(i % 6));
    b.push_back(static_cast<std::uint32_t>(i / 6 % 4));
  }
  const std::vector<Dimension> variables = {dimension_of("a", a, 6), dimension_of("b", b, 4)};
  const listening::RepresentativityModel model(n, variables);
  for (const double effect : {0.0, 0.8}) {
    std::vector<double> propensity;
    double mean = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      propensity.push_back(
          1.0 / (1.0 + std::exp(1.0 - effect * (static_cast<double>(a[i]) / 3.0 - static_cast<double>(b[i]) / 4.0))));
      mean += propensity.back() / static_cast<double>(n);
    }
    double variance = 0.0;
    for (const double p : propensity) variance += (p - mean) * (p - mean) / static_cast<double>(n - 1);
    const double truth = 1.0 - 2.0 * std::sqrt(variance);
    double raw = 0.0;
    double adjusted = 0.0;
    int covered = 0;
    for (int round = 0; round < rounds; ++round) {
      std::vector<std::uint8_t> heard;
      for (const double p : propensity) heard.push_back(random.bernoulli(p) ? 1 : 0);
      const auto r = model.fit(heard);
      raw += *r.unadjusted / rounds;
      adjusted += *r.adjusted / rounds;
      covered += *r.lower <= truth + 1e-12 && truth <= *r.upper + 1e-12 ? 1 : 0;
    }
    INFO("effect " << effect << ", truth " << truth << ", raw " << raw << ", adjusted " << adjusted << ", covered "
                   << covered);
    CHECK(std::abs(adjusted - truth) < std::abs(raw - truth));
    CHECK(covered >= 0.86 * rounds);
  }
}

TEST_CASE("the never heard in words", "[listening]") {
  test::Tables t;
  std::vector<std::string> ids;
  std::vector<std::string> region;
  std::vector<double> arr;
  std::vector<double> sentiment;
  std::vector<core::Instant> started;
  for (int i = 0; i < 12; ++i) {
    ids.push_back("a" + std::to_string(i));
    region.push_back(i < 6 ? "east" : "west");
    arr.push_back(10.0 + i);
    sentiment.push_back(i < 6 ? 0.8 : -0.8);
    started.push_back(core::Instant::from_date(i < 6 ? 2025 : 2015, 7, 1));
  }
  const auto text = [](const std::vector<std::string>& texts) {
    return core::Column::strings(std::span<const std::string>(texts));
  };
  t["accounts"]
      .add("account_id", text(ids))
      .add("arr", core::Column::float64s(arr))
      .add("sentiment", core::Column::float64s(sentiment))
      .add("started", core::Column::instants(started))
      .add("region", text(region));
  t["events"]
      .add("account_id", test::words({"a6", "a6", "a6", "a0", "a1", "a7"}))
      .add("at", test::days({1, 2, 3, 4, 5, 6}))
      .add("activity", test::words({"log in", "log in", "log in", "log in", "log in", "log in"}))
      .add("stage", test::words({"use", "use", "use", "use", "use", "use"}));
  graph::BuildOptions build;
  build.as_of = core::Instant::from_date(2026, 2, 1);
  const auto graph = test::build(t, build);
  std::vector<std::uint8_t> heard(12, 1);
  for (const std::size_t silent : {0U, 1U, 2U, 6U}) heard[silent] = 0;
  const auto result =
      listening::never_heard(graph, heard, std::vector<Dimension>{listening::divide_base(graph, "region")});
  REQUIRE(result.rows.size() == 2);
  CHECK(result.rows[0].levels[0] == "east");
  CHECK(result.rows[0].never_heard == 3);
  CHECK(result.rows[0].rank_by_accounts == 1);
  CHECK(*result.rows[0].rank_by_revenue == 1);
  CHECK(result.rows[0].description == "happy, small, new");
  CHECK(result.rows[1].description == "unhappy, mid-sized, long with us, power users, late adopters");
  // Eight heard of twelve; six in the cell: C(6, 2) ways to draw the other eight without it do not exist.
  CHECK(result.rows[0].chance_of_silence == 0.0);
  // At most three of the six among eight: C(6,2) C(6,6) + C(6,3) C(6,5) over C(12, 8).
  CHECK(result.rows[0].chance == Approx((15.0 * 1.0 + 20.0 * 6.0) / 495.0));
  CHECK(listening::never_heard(graph, std::vector<std::uint8_t>(12, 1), {}).rows.empty());
  CHECK(listening::never_heard(graph, heard, {}).rows.size() == 1);
  CHECK_THROWS_AS(listening::never_heard(graph, std::vector<std::uint8_t>(3, 1), {}), core::InvalidInput);
}
