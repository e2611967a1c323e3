#include <outweigh/cases/four_groups.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/cases/deal_case.hpp>
#include <outweigh/cases/detail/exit_facts.hpp>
#include <outweigh/cases/exit_case.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/journey/churn_risk.hpp>
#include <outweigh/lab/simulation.hpp>
#include <outweigh/stats/random.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;

namespace {

double number(const core::Table& table, const char* column, std::size_t row) {
  return core::read_float64s(table[column])[row];
}

std::size_t row_of(const core::Table& table, const char* column, const std::string& value) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table[column].text(row) == value) return row;
  }
  FAIL("no row " << value);
  return 0;
}

}  // namespace

TEST_CASE("the four groups follow uses, moods and look-alikes", "[cases]") {
  test::Tables tables;
  std::vector<std::string> ids, use_accounts, uses;
  std::vector<double> mood;
  for (int a = 0; a < 40; ++a) {
    const std::string id = "a" + std::to_string(a);
    ids.push_back(id);
    mood.push_back(a % 2 == 0 ? 0.9 : -0.9);
    // 0 to 24 on target, 25 to 38 in the yard, 39 at sea.
    for (const char* part : {"", "2", "3"}) {
      use_accounts.push_back(id);
      uses.push_back((a < 25 ? "plant" : a < 39 ? "yard" : "sea") + std::string(part));
    }
  }
  tables["accounts"]
      .add("account_id", core::Column::strings(std::span<const std::string>(ids)))
      .add("sentiment", core::Column::float64s(mood));
  tables["uses"]
      .add("account_id", core::Column::strings(std::span<const std::string>(use_accounts)))
      .add("use", core::Column::strings(std::span<const std::string>(uses)));
  const auto graph = test::build(tables);
  cases::FourGroupsOptions options;
  options.target_uses = {"plant", "plant2", "plant3"};
  const auto result = cases::categorise_customers(graph, options);
  const auto& table = result.to_table();
  REQUIRE(table.rows() == 40);
  CHECK(number(table, "group", 0) == 1.0);
  CHECK(number(table, "group", 1) == 2.0);
  CHECK(number(table, "group", 30) == 3.0);
  CHECK(number(table, "group", 39) == 4.0);
  for (std::size_t row = 0; row < 40; ++row) {
    const double sum =
        number(table, "p_1", row) + number(table, "p_2", row) + number(table, "p_3", row) + number(table, "p_4", row);
    CHECK(sum == Approx(1.0));
  }
  // A niche that needs more look-alikes than there are is none.
  options.look_alikes = 14;
  CHECK(number(cases::categorise_customers(graph, options).to_table(), "group", 30) == 4.0);
  options.look_alikes = 0;
  CHECK_THROWS_AS(cases::categorise_customers(graph, options), core::InvalidInput);
  CHECK_THROWS_AS(cases::categorise_customers(graph), core::MissingInput);
}

TEST_CASE("how probably an account is on target is right on average", "[cases]") {
  // Shares of use on target from a beta law; the more alike accounts are, the less one use says.
  for (const auto& [alpha, beta] : std::vector<std::pair<double, double>>{{3.0, 2.0}, {0.6, 0.4}, {6.0, 4.0}}) {
    stats::Random random(7);
    std::map<std::size_t, std::array<double, 3>> bins;  // accounts, predicted, true
    for (int world = 0; world < 5; ++world) {
      test::Tables tables;
      std::vector<std::string> ids, use_accounts, uses;
      std::vector<std::uint8_t> truth;
      cases::FourGroupsOptions options;
      for (int use = 0; use < 6; ++use) options.target_uses.push_back("t" + std::to_string(use));
      for (int a = 0; a < 300; ++a) {
        ids.push_back("a" + std::to_string(a));
        const double share = random.beta(alpha, beta);
        truth.push_back(share > 0.5 ? 1 : 0);
        const int known = 1 + static_cast<int>(random.below(5));
        for (int use = 0; use < known; ++use) {
          use_accounts.push_back(ids.back());
          uses.push_back((random.uniform() < share ? "t" : "x") + std::to_string(use));
        }
      }
      tables["accounts"].add("account_id", core::Column::strings(std::span<const std::string>(ids)));
      tables["uses"]
          .add("account_id", core::Column::strings(std::span<const std::string>(use_accounts)))
          .add("use", core::Column::strings(std::span<const std::string>(uses)));
      const auto result = cases::categorise_customers(test::build(tables), options);
      const auto on_target = core::read_float64s(result.to_table()["on_target"]);
      for (std::size_t a = 0; a < truth.size(); ++a) {
        auto& bin = bins[static_cast<std::size_t>(on_target[a] * 4.999)];
        bin[0] += 1.0;
        bin[1] += on_target[a];
        bin[2] += truth[a];
      }
    }
    for (const auto& [which, bin] : bins) {
      if (bin[0] < 30.0) continue;
      INFO(alpha << " " << beta << ", fifth " << which << " of " << bin[0]);
      CHECK(bin[1] / bin[0] == Approx(bin[2] / bin[0]).margin(3.0 * 0.5 / std::sqrt(bin[0])));
    }
  }
}

TEST_CASE("how probably an account is happy is right on average", "[cases]") {
  // Moods of accounts about 0.2, and signs about those.
  for (const auto& [between, inside] : std::vector<std::pair<double, double>>{{0.15, 0.6}, {0.6, 0.6}, {0.15, 0.2}}) {
    stats::Random random(11);
    test::Tables tables;
    std::vector<std::string> ids, who, uses;
    std::vector<std::int64_t> numbers;
    std::vector<double> moods;
    std::vector<std::uint8_t> truth;
    for (int a = 0; a < 1500; ++a) {
      ids.push_back("a" + std::to_string(a));
      uses.emplace_back("target");
      const double mood = random.normal(0.2, between);
      truth.push_back(mood > 0.0 ? 1 : 0);
      for (std::uint64_t sign = 1 + random.below(4); sign > 0; --sign) {
        who.push_back(ids.back());
        numbers.push_back(static_cast<std::int64_t>(numbers.size()));
        moods.push_back(std::clamp(random.normal(mood, inside), -1.0, 1.0));
      }
    }
    const auto texts = [](const std::vector<std::string>& values) {
      return core::Column::strings(std::span<const std::string>(values));
    };
    tables["accounts"].add("account_id", texts(ids));
    tables["uses"].add("account_id", texts(ids)).add("use", texts(uses));
    tables["sources"].add("source_id", test::words({"s"})).add("kind", test::words({"discovery"}));
    tables["interactions"]
        .add("interaction_id", core::Column::int64s(numbers))
        .add("account_id", texts(who))
        .add("source_id", texts(std::vector<std::string>(who.size(), "s")))
        .add("at", core::Column::instants(std::vector<core::Instant>(who.size(), core::Instant::from_date(2026, 1, 1))))
        .add("sentiment", core::Column::float64s(moods));
    const auto result = cases::categorise_customers(test::build(tables));
    const auto happy = core::read_float64s(result.to_table()["happy"]);
    std::map<std::size_t, std::array<double, 3>> bins;  // accounts, predicted, true
    for (std::size_t a = 0; a < truth.size(); ++a) {
      auto& bin = bins[static_cast<std::size_t>(happy[a] * 4.999)];
      bin[0] += 1.0;
      bin[1] += happy[a];
      bin[2] += truth[a];
    }
    for (const auto& [which, bin] : bins) {
      if (bin[0] < 50.0) continue;
      INFO(between << " " << inside << ", fifth " << which << " of " << bin[0]);
      CHECK(bin[1] / bin[0] == Approx(bin[2] / bin[0]).margin(0.04 + 3.0 * 0.5 / std::sqrt(bin[0])));
    }
  }
}

TEST_CASE("a need behind an account's trouble is called by its title", "[cases]") {
  auto tables = test::sample();
  tables["uses"].add("account_id", test::words({"a", "b"})).add("use", test::words({"target", "target"}));
  tables["accounts"] = test::with(tables["accounts"], "sentiment", core::Column::float64s({-0.9, -0.9, 0.0, 0.5}));
  const auto result = cases::categorise_customers(test::build(tables));
  const auto& accounts = result.to_table();
  const auto row = row_of(accounts, "account_id", "a");
  CHECK(accounts["reason"].text(row).find("; most often about Export") != std::string::npos);
  CHECK(accounts["action"].text(row) == "diagnose Export, and bring to group 1");
}

TEST_CASE("an exit with its functions, roadmap and ways", "[cases]") {
  auto tables = test::sample();
  tables["revenue"]
      .add("account_id", test::words({"a", "b"}))
      .add("at", test::days({10, 11}))
      .add("amount", core::Column::float64s({100, 40}));
  tables["costs"]
      .add("account_id", test::words({"a", "b", "a"}))
      .add("at", test::days({10, 11, 12}))
      .add("amount", core::Column::float64s({30, 5, 20}))
      .add("function", test::words({"support", "support", "engineering"}));
  const auto graph = test::build(tables);
  cases::ExitOptions options;
  options.avoidable = {{"support", 0.5}};
  const auto result = cases::exit_case(graph, {"a"}, options);
  CHECK(result.figures.at("revenue") == 100.0);
  CHECK(result.figures.at("profit") == 50.0);
  CHECK(result.figures.at("avoidable_lower") == 15.0);
  CHECK(result.figures.at("avoidable_upper") == 35.0);
  const auto& ways = result.table("ways");
  const auto withdraw = row_of(ways, "way", "withdraw");
  CHECK(number(ways, "net_lower", withdraw) == -85.0);
  CHECK(number(ways, "net_upper", withdraw) == -65.0);
  CHECK(ways["net_lower"].is_null(row_of(ways, "way", "refund")));
  // With and without: 140 of revenue and 55 of costs, of which 15 to 35 end.
  const auto& compared = result.table("compared");
  const auto profit = row_of(compared, "figure", "profit");
  CHECK(number(compared, "with_them", profit) == 85.0);
  CHECK(number(compared, "without_lower", profit) == 40.0 - (55.0 - 15.0));
  CHECK(number(compared, "without_upper", profit) == 40.0 - (55.0 - 35.0));
  const auto largest = row_of(compared, "figure", "largest customer's share of revenue");
  CHECK(number(compared, "with_them", largest) == Approx(100.0 / 140.0));
  CHECK(number(compared, "without_lower", largest) == 1.0);
  // Each function has its say, whether or not it has costs.
  const auto& functions = result.table("functions");
  for (const char* name : {"support", "engineering", "finance", "marketing", "sales"}) {
    CAPTURE(name);
    row_of(functions, "function", name);
  }
  CHECK(functions["lost"].text(row_of(functions, "function", "finance")) == "revenue 100, 71.4 % of all");
  const auto& risks = result.table("risks");
  const auto stays = row_of(risks, "risk", "costs stay");
  CHECK(number(risks, "amount_lower", stays) == 15.0);
  CHECK(number(risks, "amount_upper", stays) == 35.0);
  CHECK(number(risks, "amount_lower", row_of(risks, "risk", "revenue is lost")) == 100.0);
  // b has one open ticket; a million is written as people read it.
  auto open = tables;
  open["tickets"] = test::with(open["tickets"], "showstopper", core::Column::booleans(std::vector<std::uint8_t>{1}));
  const auto of_b = cases::exit_case(test::build(open), {"b"}, options);
  const auto& risks_of_b = of_b.table("risks");
  CHECK(risks_of_b["note"].text(row_of(risks_of_b, "risk", "tickets are open")) == "it stops the customer");
  open["revenue"] = test::with(open["revenue"], "amount", core::Column::float64s({1234567.6, 1e6}));
  open["costs"] = test::with(open["costs"], "amount", core::Column::float64s({-2000, 5, -3}));
  const auto large = cases::exit_case(test::build(open), {"a"}, options);
  CHECK(large.summary.find("1 account, revenue 1,234,568, costs -2,003; roadmap freed") == 0);
  CHECK(large.table("functions")["lost"]
            .text(row_of(large.table("functions"), "function", "finance"))
            .find("revenue 1,234,567.6, ") == 0);
  CHECK(cases::detail::showstopper_note(1, 0) == "it does not stop the customer");
  CHECK(cases::detail::showstopper_note(3, 0) == "none of them stops the customer");
  CHECK(cases::detail::showstopper_note(3, 1) == "1 of them stops the customer");
  CHECK(cases::detail::showstopper_note(3, 2) == "2 of them stop the customer");
  // What references and referrals bring is given, or missing.
  options.revenue_by_referrals = 7.0;
  const auto referring = cases::exit_case(graph, {"a"}, options);
  CHECK(number(referring.table("ways"), "net_lower", withdraw) == -92.0);
  options.revenue_by_referrals = -1.0;
  CHECK_THROWS_AS(cases::exit_case(graph, {"a"}, options), core::InvalidInput);
  options.revenue_by_referrals.reset();
  // Only a asked for n1, which only s1 meets alone; s3 also meets n2, which b asked for.
  const auto& roadmap = result.table("roadmap");
  REQUIRE(roadmap.rows() == 1);
  CHECK(roadmap["solution_id"].text(0) == "s1");
  CHECK(cases::exit_case(graph, {"a", "b"}).figures.at("revenue") == 140.0);
  CHECK_THROWS_AS(cases::exit_case(graph, {"nobody"}), core::InvalidInput);
  CHECK_THROWS_AS(cases::exit_case(graph, {}), core::InvalidInput);
  options.avoidable = {{"cooking", 0.5}};
  CHECK_THROWS_AS(cases::exit_case(graph, {"a"}, options), core::InvalidInput);
  CHECK(cases::exit_case(test::build(test::sample()), {"a"}).missing.rows() >= 3);
}

TEST_CASE("that they leave anyway has the bounds of their risks", "[cases]") {
  lab::SimulationOptions simulated;
  simulated.accounts = 400;
  const auto simulation = lab::simulate(simulated);
  const auto& graph = simulation.graph();
  const auto churn = journey::churn_risk(graph);
  const auto& accounts = churn.table("accounts");
  std::vector<std::string> ids;
  double lower = 0.0;
  double upper = 0.0;
  for (std::size_t row = 0; row < 20; ++row) {
    ids.push_back(accounts["account_id"].text(row));
    const auto paid = number(cases::exit_case(graph, {ids.back()}).table("accounts"), "revenue", 0);
    lower += number(accounts, "lower", row) * paid;
    upper += number(accounts, "upper", row) * paid;
  }
  const auto result = cases::exit_case(graph, ids);
  const auto& risks = result.table("risks");
  const auto anyway = row_of(risks, "risk", "they leave anyway");
  CHECK(number(risks, "amount_lower", anyway) == Approx(lower));
  CHECK(number(risks, "amount_upper", anyway) == Approx(upper));
  CHECK(number(risks, "amount_lower", anyway) < number(risks, "amount_upper", anyway));
  CHECK((risks["note"].text(anyway).find("doubtful") != std::string::npos) ==
        (accounts["status"].text(0) == "doubtful"));
}

TEST_CASE("a deal against its floor, with those who need the same", "[cases]") {
  lab::SimulationOptions simulated;
  simulated.accounts = 100;
  simulated.needs = 5;
  simulated.solutions = 12;
  const auto simulation = lab::simulate(simulated);
  const auto demand = demand::demand(simulation.graph());
  cases::DealOptions options;
  options.price = 100.0;
  options.cost = 50.0;
  options.contribution = 10.0;
  options.need_id = simulation.graph().ids(graph::NodeKind::need).text(0);
  options.effort = 10.0;
  options.capacity = 60.0;
  const auto result = cases::deal_case(demand, options);
  CHECK(result.figures.at("floor") == 250.0);
  CHECK(result.figures.at("ratio") == 2.0);
  CHECK(result.summary == "The price is 200 % of the cost, below the rule of 500 %.");
  const auto& customers = result.table("customers");
  CHECK(number(customers, "needed", 0) == 0.0);
  CHECK(number(customers, "probability", 0) == 1.0);
  CHECK(number(customers, "needed", 1) == 15.0);
  double at_least = 0.0;
  const auto draws = demand.account_draws(graph::NeedIndex(0));
  for (const double draw : draws) at_least += draw >= 15.0 ? 1.0 : 0.0;
  CHECK(number(customers, "probability", 1) == Approx(at_least / static_cast<double>(draws.size())));
  CHECK(result.figures.at("value_displaced") >= 0.0);
  options.effort = 70.0;
  CHECK_THROWS_AS(cases::deal_case(demand, options), core::Infeasible);
  options = {};
  options.price = 1e6;
  options.cost = 1.0;
  CHECK(cases::deal_case(demand, options).summary == "The price is 100,000,000 % of the cost, enough by the rule.");
  options = {};
  options.price = 1.0;
  CHECK_THROWS_AS(cases::deal_case(demand, options), core::MissingInput);
  options.cost = 0.0;
  CHECK_THROWS_AS(cases::deal_case(demand, options), core::InvalidInput);
  options.cost = 1.0;
  options.need_id = "nothing";
  CHECK_THROWS_AS(cases::deal_case(demand, options), core::InvalidInput);
}
