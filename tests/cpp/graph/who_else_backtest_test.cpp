#include <outweigh/graph/who_else_backtest.hpp>

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/graph/want_base.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::InvalidInput;
using outweigh::core::Status;
using outweigh::test::want_base;

namespace {

outweigh::core::Instant day_of_2026(int day) {
  return outweigh::core::Instant::from_microseconds(outweigh::core::Instant::from_date(2026, 1, 1).microseconds() +
                                                    day * outweigh::core::Instant::microseconds_per_day);
}

}  // namespace

TEST_CASE("a back-test by hand: figures at 2 of one ranking") {
  // Before: a0..a2 want n0 and n1, a3 n1, a4 n1 and n2, a5 n2. Later a4 and a5 want n0.
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1},
                                                                   {3, 1}, {4, 1}, {4, 2}, {5, 2}, {4, 0}, {5, 0}};
  const CustomerGraph graph = want_base(7, 3, pairs, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9});
  const Backtest found = backtest_who_else(
      graph, day_of_2026(5), {.methods = {WhoElseMethod::common_neighbours, WhoElseMethod::popularity}, .top = 2});
  CHECK(found.queries == 1);
  CHECK(found.cold == 0);
  CHECK(found.known_pairs == 10);
  CHECK(found.later_pairs == 2);
  CHECK(found.status == Status::doubtful);
  // Common neighbours of n0: only n1 (three accounts), so a4 and a3 score 3; a4 has more needs and comes first.
  const BacktestRow& common = found.rows[0];
  CHECK(common.precision == 0.5);
  CHECK(common.recall == 0.5);
  CHECK(common.average_precision == 0.5);
  CHECK(std::abs(common.ndcg - 1.0 / (1.0 + 1.0 / std::log2(3.0))) < 1e-12);
  // Popularity: a4 has two needs, then a3 before a5.
  CHECK(found.rows[1].ndcg == common.ndcg);
  CHECK(common.gain == 0.0);
  CHECK(found.to_table().rows() == 2);
}

TEST_CASE("a back-test finds the structure that was put in, alike on any number of threads") {
  // Two groups of accounts, each with ten needs of its own; popularity knows nothing of groups.
  outweigh::stats::Random random(3);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  std::vector<int> days;
  for (std::uint32_t account = 0; account < 120; ++account) {
    for (std::uint32_t need = 0; need < 40; ++need) {
      const bool own = (account < 60) == (need < 20);
      if (!random.bernoulli(own ? 0.4 : 0.03)) continue;
      pairs.emplace_back(account, need);
      days.push_back(random.bernoulli(0.6) ? 0 : 9);
    }
  }
  const CustomerGraph graph = want_base(120, 40, pairs, days);
  for (const bool by_account : {false, true}) {
    BacktestOptions options{.by_account = by_account};
    options.who_else.factors.factors = 4;
    const Backtest one = backtest_who_else(graph, day_of_2026(5), options);
    options.control.threads = 3;
    CHECK(one == backtest_who_else(graph, day_of_2026(5), options));
    CHECK(one.status == Status::estimated);
    for (const BacktestRow& row : one.rows) {
      if (row.method == WhoElseMethod::popularity) {
        CHECK(row.gain == 0.0);
      } else {
        CHECK(row.gain_interval.lower > 0.0);
      }
      CHECK(row.ndcg <= 1.0);
    }
  }
}

TEST_CASE("nothing to foretell, cold needs, and options that are refused") {
  const CustomerGraph graph = want_base(3, 2, {{0, 0}, {1, 1}}, {0, 9});
  const Backtest cold = backtest_who_else(graph, day_of_2026(5), {});
  CHECK(cold.status == Status::undefined);
  CHECK(cold.cold == 1);
  CHECK(cold.rows.empty());
  CHECK(cold.to_table().rows() == 0);
  CHECK_THROWS_AS((void)backtest_who_else(graph, day_of_2026(9), {}), InvalidInput);
  CHECK_THROWS_AS((void)backtest_who_else(graph, day_of_2026(5), {.top = 0}), InvalidInput);
  CHECK_THROWS_AS((void)backtest_who_else(graph, day_of_2026(5), {.methods = {}}), InvalidInput);
  CHECK_THROWS_AS((void)backtest_who_else(graph, day_of_2026(5), {.level = 1.0}), InvalidInput);
}
