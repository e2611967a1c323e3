#include <outweigh/listening/recency.hpp>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::listening;
using outweigh::core::InvalidInput;
using outweigh::core::Status;

TEST_CASE("decay halves with every half-life", "[listening]") {
  CHECK(decay_weights(std::vector<double>{0, 30, 60}, 30) == std::vector<double>{1, 0.5, 0.25});
  CHECK_THROWS_AS(decay_weights(std::vector<double>{-1}, 30), InvalidInput);
  CHECK_THROWS_AS(decay_weights(std::vector<double>{1}, 0), InvalidInput);
  CHECK_THROWS_AS(decay_weights(std::vector<double>{std::nan("")}, 1), InvalidInput);
}

TEST_CASE("propensities, distances and weights worked out by hand", "[listening]") {
  const std::vector<std::uint8_t> period = {0, 0, 0, 1, 1};
  const std::vector<std::uint8_t> group = {0, 1, 1, 1, 1};
  const std::vector<std::int32_t> account = {7, 8, 8, 8, 9};
  const std::vector<double> base = {30, 10};
  const HearingRecords records{
      {"month", {"a", "b", "c"}, Codes(period)}, {"size", {"s", "l"}, Codes(group)}, Codes(account), base};
  const HearingDrift drift = hearing_drift(records);
  REQUIRE(drift.cells.size() == 6);
  CHECK(drift.cells[0].heard_accounts == 1);
  CHECK(drift.cells[1].heard_accounts == 1);
  CHECK(drift.cells[1].interactions == 2);
  CHECK(drift.cells[3].heard_accounts == 2);
  CHECK(drift.periods[0].distance == Approx(0.25));
  CHECK(drift.periods[1].distance == Approx(0.75));
  CHECK(drift.periods[1].drift == Approx(0.5));
  CHECK(drift.periods[2].status == Status::undefined);
  CHECK(drift.weights == std::vector<double>{30, 5, 5, 5, 5});
  // The small group differs by less than chance from period to period: its propensity is near the mean of all.
  CHECK(drift.cells[4].propensity == Approx(1.0 / 90.0).epsilon(0.5));
  for (const HearingCell& cell : drift.cells) {
    CHECK(cell.propensity >= 0.0);
    CHECK(cell.propensity <= 1.0);
    CHECK(cell.propensity_interval.contains(cell.propensity));
  }
}

TEST_CASE("a propensity that is drawn to its group's mean lies in its interval", "[listening]") {
  std::vector<std::uint8_t> period;
  std::vector<std::uint8_t> group;
  std::vector<std::int32_t> account;
  std::vector<std::string> names;
  for (std::uint8_t t = 0; t < 12; ++t) {
    names.push_back(std::to_string(10 + t));
    for (std::int32_t a = 0; a < (t == 5 ? 15 : 30); ++a) {
      period.push_back(t);
      group.push_back(0);
      account.push_back(a);
    }
  }
  const HearingDrift drift = hearing_drift(
      {{"t", names, Codes(period)}, {"g", {"g"}, Codes(group)}, Codes(account), std::vector<double>{100}});
  CHECK(drift.cells[5].propensity > 0.2);
  for (const HearingCell& cell : drift.cells) CHECK(cell.propensity_interval.contains(cell.propensity));
}

TEST_CASE("an account that changes its group within a period is one account", "[listening]") {
  const std::vector<std::uint8_t> period = {0, 0, 0};
  const std::vector<std::uint8_t> group = {0, 1, 1};
  const std::vector<std::int32_t> account = {7, 7, 8};
  const HearingDrift drift = hearing_drift(
      {{"month", {"a"}, Codes(period)}, {"size", {"s", "l"}, Codes(group)}, Codes(account), std::vector<double>{5, 5}});
  CHECK(drift.cells[0].heard_accounts == 1);
  CHECK(drift.cells[1].heard_accounts == 2);
  CHECK(drift.periods[0].heard_accounts == 2);
  CHECK(drift.cells[0].heard_share + drift.cells[1].heard_share == Approx(1.0));
}

TEST_CASE("drift is found where it is and not where it is not", "[listening]") {
  std::size_t found = 0;
  for (const bool shifts : {false, true}) {
    outweigh::stats::Random random(shifts ? 1 : 2);
    std::vector<std::uint8_t> period;
    std::vector<std::uint8_t> group;
    std::vector<std::int32_t> account;
    for (std::uint8_t t = 0; t < 6; ++t) {
      for (std::int32_t a = 0; a < 400; ++a) {
        const auto g = static_cast<std::uint8_t>(a % 2);
        if (!random.bernoulli(shifts && t == 4 && g == 1 ? 0.6 : 0.25)) continue;
        period.push_back(t);
        group.push_back(g);
        account.push_back(a);
      }
    }
    const std::vector<double> base = {200, 200};
    const HearingDrift drift = hearing_drift(
        {{"t", {"0", "1", "2", "3", "4", "5"}, Codes(period)}, {"g", {"s", "l"}, Codes(group)}, Codes(account), base});
    for (const HearingPeriod& row : drift.periods) {
      if (row.q_value < 0.05) ++found;
      CHECK(row.q_value >= row.p_value);
    }
    if (shifts) {
      CHECK(drift.periods[4].q_value < 0.05);
      CHECK(drift.cells[9].propensity == Approx(0.6).margin(0.1));
    } else {
      CHECK(found == 0);
    }
  }
}

TEST_CASE("rates do not follow the number of calls, nor who was called", "[listening]") {
  // Small accounts say it in half of their calls, large ones never; the second month has mostly large ones.
  std::vector<std::uint8_t> period;
  std::vector<std::uint8_t> group;
  std::vector<double> said;
  const auto add = [&](std::uint8_t t, std::uint8_t g, int calls) {
    for (int i = 0; i < calls; ++i) {
      period.push_back(t);
      group.push_back(g);
      said.push_back(g == 0 && i % 2 == 0 ? 1.0 : 0.0);
    }
  };
  add(0, 0, 20);
  add(0, 1, 20);
  add(1, 0, 20);
  add(1, 1, 380);
  add(2, 1, 10);
  const std::vector<double> base = {90, 10};
  const HearingRecords records{{"t", {"0", "1", "2"}, Codes(period)}, {"g", {"s", "l"}, Codes(group)}, Codes(), base};
  const auto rates = rates_by_exposure(records, said);
  CHECK(rates[0].rate == Approx(0.25));
  CHECK(rates[1].rate == Approx(0.025));
  CHECK(rates[0].standardized == Approx(0.45));
  CHECK(rates[1].standardized == Approx(0.45));
  CHECK(rates[0].interval.contains(0.25));
  CHECK(rates[2].base_covered == Approx(0.1));
  CHECK(rates[2].status == Status::doubtful);
  CHECK(rates[2].interval.lower == 0.0);
  CHECK(rates[2].interval.upper > 0.0);
}

TEST_CASE("intervals of rates hold where few accounts have most of the calls", "[listening]") {
  // Calls of an account are lognormal, what it says in each gamma over accounts. 2,000 worlds: .9 with error .007.
  constexpr int worlds = 2000;
  int rates_held = 0;
  int standardized_held = 0;
  for (int world = 0; world < worlds; ++world) {
    outweigh::stats::Random random(static_cast<std::uint64_t>(world) + 1);
    std::vector<std::uint8_t> period;
    std::vector<std::uint8_t> group;
    std::vector<std::int32_t> account;
    std::vector<double> said;
    for (std::int32_t a = 0; a < 20; ++a) {
      const auto calls = 1 + static_cast<int>(random.lognormal(1.0, 1.3));
      const double rate = 0.3 * random.gamma(2.0, 0.5);
      for (int call = 0; call < calls; ++call) {
        period.push_back(0);
        group.push_back(static_cast<std::uint8_t>(a % 2));
        account.push_back(a);
        said.push_back(random.bernoulli(std::min(1.0, 0.5 * rate)) + random.bernoulli(std::min(1.0, 0.5 * rate)));
      }
    }
    const auto row = rates_by_exposure(
        {{"t", {"0"}, Codes(period)}, {"g", {"s", "l"}, Codes(group)}, Codes(account), std::vector<double>{300, 100}},
        said)[0];
    rates_held += row.interval.contains(0.3) ? 1 : 0;
    standardized_held += row.standardized_interval.contains(0.3) ? 1 : 0;
  }
  CHECK(rates_held > 0.86 * worlds);
  CHECK(rates_held < 0.96 * worlds);
  CHECK(standardized_held > 0.83 * worlds);
  CHECK(standardized_held < 0.96 * worlds);
}

TEST_CASE("bad records name their place", "[listening]") {
  const std::vector<std::uint8_t> zero = {0, 0};
  const std::vector<std::int32_t> account = {1, 2};
  const std::vector<double> one = {1};
  const std::vector<double> negative = {-1};
  const Categorical period{"t", {"0"}, Codes(zero)};
  const Categorical group{"g", {"s"}, Codes(zero)};
  CHECK_THROWS_AS(hearing_drift({period, group, Codes(account), one}), InvalidInput);
  CHECK_THROWS_AS(hearing_drift({period, group, Codes(account), negative}), InvalidInput);
  CHECK_THROWS_AS(hearing_drift({period, group, Codes(account), {}}), InvalidInput);
  const std::vector<std::int8_t> unknown = {0, -1};
  CHECK_THROWS_AS(hearing_drift({period, {"g", {"s"}, Codes(unknown)}, Codes(account), one}), InvalidInput);
  CHECK_THROWS_AS(rates_by_exposure({period, group, Codes(), one}, std::vector<double>{1.0}), InvalidInput);
  CHECK_THROWS_AS(rates_by_exposure({period, group, Codes(), one}, std::vector<double>{1.0, -1.0}), InvalidInput);
}
