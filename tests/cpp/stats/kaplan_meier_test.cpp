#include <outweigh/stats/kaplan_meier.hpp>

#include <cmath>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"
#include "survival_sample.hpp"

using namespace outweigh::stats;

TEST_CASE("the product limit, Greenwood's errors and intervals are those of R", "[stats]") {
  const SurvivalSample sample;
  const KaplanMeier curve({sample.time, sample.event});
  REQUIRE(curve.steps().size() == 11);
  CHECK(curve.steps()[0].survival == Approx(0.9).epsilon(1e-14));
  CHECK(curve.steps()[3].survival == Approx(0.573529411764706).epsilon(1e-14));
  CHECK(curve.steps()[3].standard_error == Approx(0.1151663192560356).epsilon(1e-13));
  CHECK(curve.interval(3).lower == Approx(0.365295986084627).epsilon(1e-10));
  CHECK(curve.interval(3).upper == Approx(0.735714530496086).epsilon(1e-10));
  CHECK(curve.interval(9).lower == Approx(0.049111823020013).epsilon(1e-10));
  CHECK(curve.steps()[10].survival == 0.0);
  CHECK(curve.interval(10).lower == 0.0);
  CHECK(curve.interval(10).upper <= curve.interval(9).upper);
  CHECK(curve.time_at(0.5).value() == 6.0);
  CHECK(curve.survival(0.5) == 1.0);
  CHECK(curve.survival(4.5) == Approx(0.573529411764706));
  CHECK(curve.subjects() == 20.0);
  CHECK(curve.events() == 14.0);
}

TEST_CASE("log-rank tests are those of R", "[stats]") {
  const SurvivalSample sample;
  const LogRank test = log_rank({sample.time, sample.event}, sample.group, 2);
  CHECK(test.observed == std::vector<double>{7.0, 7.0});
  CHECK(test.expected[0] == Approx(7.69934640522876).epsilon(1e-13));
  CHECK(test.statistic == Approx(0.160285199340918).epsilon(1e-11));
  CHECK(test.degrees == 1.0);
  std::vector<std::size_t> strata;
  for (const double x : sample.x) strata.push_back(x > 0.0 ? 1 : 0);
  CHECK(log_rank({sample.time, sample.event}, sample.group, 2, strata).statistic ==
        Approx(0.000132046474466325).epsilon(1e-9));
}

TEST_CASE("survival data without events, with weights, and bad ones", "[stats]") {
  const std::vector<double> time = {1, 2, 3}, none = {0, 0, 0}, twice = {2, 2, 2}, some = {1, 0, 1};
  const KaplanMeier flat({time, none});
  CHECK(flat.steps().back().survival == 1.0);
  CHECK_FALSE(flat.time_at(0.5));
  CHECK(flat.interval(2).lower == 1.0);
  const std::vector<std::size_t> groups = {0, 1, 0};
  const LogRank nothing = log_rank({time, none}, groups, 2);
  CHECK(nothing.degrees == 0.0);
  CHECK(nothing.p_value == 1.0);
  CHECK(KaplanMeier({time, some, twice}).steps()[0].survival == KaplanMeier({time, some}).steps()[0].survival);
  const std::vector<double> negative = {1, -2, 3}, half = {0, 0.5, 1};
  CHECK_THROWS_WITH(KaplanMeier({negative, some}), Catch::Contains("row 1") && Catch::Contains("value '-2'"));
  CHECK_THROWS_WITH(KaplanMeier({std::vector<double>{1.0}, std::vector<double>{1.0, 0.0}}),
                    Catch::Contains("duration has 1 row, event has 2"));
  CHECK_THROWS_AS(KaplanMeier({time, half}), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(check_survival({{}, {}, {}}), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(log_rank({time, some}, groups, 1), outweigh::core::InvalidInput);
}

TEST_CASE("whole times, fractions and a shuffle give one curve, and all intervals are those of each step", "[stats]") {
  outweigh::stats::Random random(6);
  for (int trial = 0; trial < 40; ++trial) {
    std::vector<double> time, event, weight;
    for (int i = 0; i < 200; ++i) {
      time.push_back(static_cast<double>(random.below(trial % 2 == 0 ? 30 : 100'000)));
      event.push_back(random.bernoulli(trial % 5 == 0 ? 1.0 : 0.6) ? 1.0 : 0.0);
      weight.push_back(static_cast<double>(random.below(4)));
    }
    const outweigh::stats::KaplanMeier whole({time, event, weight});
    std::vector<double> halves = time;
    for (double& t : halves) t = 0.5 * t + 0.25;
    const outweigh::stats::KaplanMeier fractions({halves, event, weight});
    REQUIRE(whole.steps().size() == fractions.steps().size());
    const auto intervals = whole.intervals(0.8);
    for (std::size_t i = 0; i < whole.steps().size(); ++i) {
      CHECK(fractions.steps()[i].time == 0.5 * whole.steps()[i].time + 0.25);
      CHECK(fractions.steps()[i].survival == whole.steps()[i].survival);
      CHECK(fractions.steps()[i].standard_error == whole.steps()[i].standard_error);
      CHECK(intervals[i].lower == Approx(whole.interval(i, 0.8).lower).epsilon(1e-12).margin(1e-300));
      CHECK(intervals[i].upper == Approx(whole.interval(i, 0.8).upper).epsilon(1e-12));
    }
  }
}
