#include <outweigh/journey/churn_risk.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <outweigh/core/read_column.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;

namespace {

/// Accounts that open many tickets leave more often.
graph::CustomerGraph base(std::uint64_t seed, double effect, bool anybody_leaves = true) {
  stats::Random random(seed);
  std::vector<std::string> ids, ticket_ids, ticket_accounts;
  std::vector<core::Instant> started, ended, opened;
  std::vector<std::uint8_t> ended_known;
  const auto at = [](double day) { return core::Instant::from_microseconds(static_cast<std::int64_t>(day * 8.64e10)); };
  for (int a = 0; a < 900; ++a) {
    ids.push_back("a" + std::to_string(a));
    const double start = 1.0 + random.uniform(0.0, 850.0);
    started.push_back(at(start));
    const bool troubled = random.bernoulli(0.3);
    const double rate = anybody_leaves ? 0.0006 * std::exp(troubled ? effect : 0.0) : 0.0;
    double end = 1e9;
    if (rate > 0.0) end = start + random.exponential(rate);
    ended_known.push_back(end <= 900.0 ? 1 : 0);
    ended.push_back(at(end <= 900.0 ? end : 0.0));
    for (double day = start; day < std::min(900.0, end);) {
      day += random.exponential(troubled ? 0.05 : 0.005);
      if (day >= std::min(900.0, end)) break;
      ticket_ids.push_back("t" + std::to_string(ticket_ids.size()));
      ticket_accounts.push_back(ids.back());
      opened.push_back(at(day));
    }
  }
  graph::GraphBuilder builder([&] {
    graph::BuildOptions options;
    options.as_of = at(900.0);
    return options;
  }());
  core::Table accounts;
  accounts.add("account_id", core::Column::strings(std::span<const std::string>(ids)));
  accounts.add("started", core::Column::instants(started));
  accounts.add("ended", core::Column::instants(ended, ended_known));
  core::Table tickets;
  tickets.add("ticket_id", core::Column::strings(std::span<const std::string>(ticket_ids)));
  tickets.add("account_id", core::Column::strings(std::span<const std::string>(ticket_accounts)));
  tickets.add("opened", core::Column::instants(opened));
  builder.add("accounts", accounts);
  builder.add("tickets", tickets);
  return builder.build();
}

}  // namespace

TEST_CASE("the risk follows what goes with leaving, and is calibrated on later data", "[journey]") {
  const auto result = journey::churn_risk(base(1, 2.0));
  CHECK(result.figures.at("auc") > 0.6);
  CHECK(result.figures.at("brier") < result.figures.at("brier_of_average"));
  CHECK(std::abs(result.figures.at("expected") - result.figures.at("left_later")) <
        4.0 * std::sqrt(result.figures.at("left_later") + 1.0));
  const auto& table = result.to_table();
  const auto risk = core::read_float64s(table["risk"]);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    CHECK(core::read_float64s(table["lower"])[row] <= risk[row]);
    CHECK(core::read_float64s(table["upper"])[row] >= risk[row]);
    if (row > 0) CHECK(risk[row] <= risk[row - 1]);
  }
  CHECK(table["reason_1"].text(0) == "associated: more tickets than others lately");
  CHECK(result.table("associations")["feature"].text(0) == "recent_tickets");
  CHECK(journey::NamedTables::from_bytes(result.to_bytes()) == result);
}

TEST_CASE("nobody who left: not identified; no ends: missing", "[journey]") {
  CHECK_THROWS_AS(journey::churn_risk(base(2, 0.0, false)), core::NotIdentified);
  CHECK_THROWS_AS(journey::churn_risk(test::build([] {
                    auto tables = test::sample();
                    tables["accounts"] = test::without_column(tables["accounts"], "ended");
                    return tables;
                  }())),
                  core::MissingInput);
  journey::ChurnRiskOptions options;
  options.horizon_days = -1.0;
  CHECK_THROWS_AS(journey::churn_risk(base(3, 1.0), options), core::InvalidInput);
}
