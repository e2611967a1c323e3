#include <outweigh/listening/account_weights.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <outweigh/lab/simulation.hpp>

#include "../graph/sample.hpp"
#include "../support/catch.hpp"

using namespace outweigh;
using core::Column;
using core::Status;
using listening::AccountWeights;

namespace {

test::Tables base(const std::vector<std::string>& segments, const std::vector<std::string>& heard) {
  test::Tables t;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < segments.size(); ++i) ids.push_back("a" + std::to_string(i));
  const auto column = [](const std::vector<std::string>& texts) {
    return Column::strings(std::span<const std::string>(texts));
  };
  t["accounts"].add("account_id", column(ids));
  t["segments"].add("segment_id", column(segments)).add("account_id", column(ids));
  t["sources"].add("source_id", test::words({"desk"})).add("kind", test::words({"pooled_support"}));
  if (!heard.empty()) {
    std::vector<std::int64_t> numbers;
    std::vector<core::Instant> at;
    for (std::size_t i = 0; i < heard.size(); ++i) {
      numbers.push_back(static_cast<std::int64_t>(i));
      at.push_back(core::Instant::from_date(2026, 1, 2));
    }
    t["interactions"]
        .add("interaction_id", Column::int64s(numbers))
        .add("source_id", column(std::vector<std::string>(heard.size(), "desk")))
        .add("account_id", column(heard))
        .add("at", Column::instants(at));
  }
  return t;
}

}  // namespace

TEST_CASE("heard accounts stand for their segment", "[listening]") {
  const auto found = listening::weights(test::build(base({"x", "x", "x", "y", "y"}, {"a0", "a0", "a3", "a4"})));
  REQUIRE(found.accounts.size() == 3);
  CHECK(found.accounts[0].account_id == "a0");
  CHECK(found.accounts[0].weight == Approx(3.0));
  CHECK(found.accounts[1].weight == Approx(1.0));
  CHECK(found.heard_accounts == 3);
  CHECK(found.effective_sample_size == Approx(25.0 / 11.0));
  CHECK(found.collapsed_cells == 0);
  CHECK(found.status == Status::doubtful);  // three accounts are few
  CHECK(found.verdict.find("arr") != std::string::npos);
  CHECK(found.to_table().rows() == 3);
  CHECK(AccountWeights::from_bytes(found.to_bytes()) == found);
}

TEST_CASE("cells without a voice are joined and reported", "[listening]") {
  const auto found = listening::weights(test::build(base({"x", "x", "x", "y", "y"}, {"a0"})));
  REQUIRE(found.cells.size() == 2);
  CHECK(found.cells[1].segment == "y");
  CHECK(found.cells[1].heard == 0);
  CHECK_FALSE(found.cells[1].reason.empty());
  CHECK(found.cells[0].group == found.cells[1].group);
  CHECK(found.accounts[0].weight == Approx(5.0));
  CHECK(found.collapsed_share == Approx(0.4));
  CHECK(found.status == Status::doubtful);
  CHECK(found.collapsed_cells == 1);
  CHECK(found.verdict.find("1 cell with 40 %") != std::string::npos);
}

TEST_CASE("nobody heard, all heard, an empty base", "[listening]") {
  const auto nobody = listening::weights(test::build(base({"x", "y"}, {})));
  CHECK(nobody.status == Status::not_identified);
  CHECK(nobody.accounts.empty());
  const auto all = listening::weights(test::build(base({"x", "y"}, {"a0", "a1"})));
  CHECK(all.status == Status::exact);
  CHECK(all.accounts[1].weight == 1.0);
  CHECK(all.design_effect == 1.0);
  auto tables = base({"x", "y"}, {});
  tables["accounts"].add("kind", test::words({"former", "prospect"}));
  CHECK(listening::weights(test::build(tables)).status == Status::undefined);
}

TEST_CASE("weights add up to the base in every cell, and recover shares better than counting", "[listening]") {
  lab::SimulationOptions options;
  options.seed = 5;
  options.accounts = 1500;
  const auto graph = lab::simulate(options).graph();
  const auto found = listening::weights(graph);
  double sum = 0.0;
  for (const auto& account : found.accounts) sum += account.weight;
  CHECK(sum == Approx(static_cast<double>(found.base_accounts)).epsilon(1e-12));
  CHECK(found.effective_sample_size <= static_cast<double>(found.heard_accounts) + 1e-9);
  std::int64_t accounts = 0;
  for (const auto& cell : found.cells) accounts += cell.accounts;
  CHECK(accounts == found.base_accounts);
  CHECK_FALSE(found.verdict.empty());
}
