#include <outweigh/economics/cost_to_serve.hpp>

#include <algorithm>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh::economics;

TEST_CASE("time-driven costs keep unused capacity apart", "[economics]") {
  // Kaplan and Anderson, Time-Driven Activity-Based Costing: orders, complaints, credit checks.
  const std::vector<CostPool> pools = {{"service", 560'000, 700'000}};
  const std::vector<CostActivity> activities = {{"order", 0, 40}, {"complaint", 0, 220}, {"credit", 0, 250}};
  const std::vector<CostUse> uses = {{0, 0, 9000}, {1, 0, 800}, {1, 1, 280}, {0, 2, 500}};
  const CostToServe result = cost_to_serve(pools, activities, uses, 2);
  CHECK(result.activity_cost == std::vector<double>{313'600, 49'280, 100'000});
  CHECK(result.used_minutes[0] == 578'600.0);
  CHECK(result.used_cost[0] == 462'880.0);
  CHECK(result.unused_minutes[0] == 121'400.0);
  CHECK(result.unused_cost[0] == 97'120.0);
  CHECK(result.cost[0] == 9000 * 32.0 + 500 * 200.0);
  CHECK(result.cost[0] + result.cost[1] + result.unused_cost[0] == 560'000.0);
}

TEST_CASE("the order of uses does not show in costs", "[economics]") {
  const std::vector<CostPool> pools = {{"service", 1e4, 1e5}, {"sales", 3e4, 1e5}};
  const std::vector<CostActivity> activities = {{"order", 0, 3.1}, {"complaint", 1, 4.7}};
  std::vector<CostUse> uses;
  for (std::uint32_t i = 0; i < 3000; ++i) uses.push_back({i % 7, i % 2, 0.1 + 0.37 * (i * 7919 % 3001)});
  const CostToServe result = cost_to_serve(pools, activities, uses, 7);
  std::reverse(uses.begin(), uses.end());
  const CostToServe reversed = cost_to_serve(pools, activities, uses, 7);
  CHECK(reversed.cost == result.cost);
  CHECK(reversed.activity_quantity == result.activity_quantity);
  CHECK(reversed.unused_cost == result.unused_cost);
}

TEST_CASE("bad costs are named", "[economics]") {
  const std::vector<CostPool> pools = {{"support", 100, 0}};
  const std::vector<CostPool> good = {{"support", 100, 10}};
  const std::vector<CostActivity> activities = {{"call", 0, 5}};
  const std::vector<CostUse> negative = {{0, 0, -1}}, unknown = {{7, 0, 1}};
  CHECK_THROWS_WITH(cost_to_serve(pools, activities, {}, 1), Catch::Contains("minutes"));
  CHECK_THROWS_WITH(cost_to_serve(good, activities, negative, 1), Catch::Contains("quantity"));
  CHECK_THROWS_WITH(cost_to_serve(good, activities, unknown, 1), Catch::Contains("account"));
  CHECK(cost_to_serve(good, activities, {}, 0).unused_cost[0] == 100.0);
}
