#include <outweigh/scoring/need_value.hpp>

#include <cmath>
#include <numeric>

#include <outweigh/core/errors.hpp>

#include "../demand/small_world.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using scoring::ValueBasis;

TEST_CASE("the value of a need is the sum of its accounts' contributions", "[scoring]") {
  const auto graph = test::build(test::small_world());
  const auto demand = demand::demand(graph, {.method = "raw"});
  const graph::NeedIndex n1(test::at(graph, graph::NodeKind::need, "n1"));
  const auto value = [&](scoring::ValueOptions options) {
    const auto values = scoring::need_values(demand, options);
    const auto parts = scoring::contributions(demand, n1, options);
    CHECK(values[n1.value()].value == Approx(std::accumulate(parts.begin(), parts.end(), 0.0)).epsilon(1e-14));
    return values[n1.value()].value;
  };
  // a1, a2 and a4 asked for n1, with a revenue of 100, 50 and 10; the mean of the seven known ones is 250 / 7.
  CHECK(value({.basis = ValueBasis::accounts}) == 3.0);
  CHECK(value({.basis = ValueBasis::revenue}) == 160.0);
  CHECK(value({.basis = ValueBasis::mix, .revenue_share = 0.25}) == Approx(0.75 * 3.0 + 0.25 * 160.0 * 7.0 / 250.0));
  CHECK(value({.basis = ValueBasis::votes}) == 5.0);
  CHECK(value({.basis = ValueBasis::voiced_revenue}) == 160.0);
  scoring::ValueOptions doubled;
  doubled.outcome_weights[0] = 2.0;  // n1 is about revenue
  CHECK(value(doubled) == 6.0);

  const auto values = scoring::need_values(demand);
  CHECK(values[n1.value()].accounts == 3.0);
  CHECK(values[n1.value()].revenue == 160.0);
  CHECK(values[n1.value()].status == core::Status::bounds_only);
  CHECK(values[n1.value()].interval.lower == 0.0);
  CHECK(values[n1.value()].interval.upper == 8.0);
  CHECK(scoring::value_draws(demand, n1).size() == demand.draws());
  CHECK(scoring::worth(demand, n1) == std::vector<double>(8, 1.0));
}

TEST_CASE("options of value out of range and revenue that nobody knows are refused", "[scoring]") {
  auto tables = test::small_world();
  const auto demand = demand::demand(test::build(tables), {.method = "raw"});
  CHECK_THROWS_AS(scoring::need_values(demand, {.revenue_share = 1.5}), core::InvalidInput);
  scoring::ValueOptions options;
  options.outcome_weights[2] = std::nan("");
  CHECK_THROWS_AS(scoring::need_values(demand, options), core::InvalidInput);
  tables["accounts"] = tables["accounts"].select(std::vector<std::string>{"account_id", "kind"});
  const auto poor = demand::demand(test::build(tables), {.method = "raw"});
  CHECK_NOTHROW(scoring::need_values(poor));
  try {
    const auto values = scoring::need_values(poor, {.basis = ValueBasis::revenue});
    FAIL("nothing was thrown");
  } catch (const core::MissingInput& error) {
    CHECK(error.place().table == "accounts");
    CHECK(error.place().column == "arr");
  }
}
