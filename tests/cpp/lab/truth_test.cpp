#include <outweigh/lab/truth.hpp>

#include <outweigh/lab/simulation.hpp>

#include "../support/catch.hpp"

using namespace outweigh;

TEST_CASE("the truth is asked by position or by id", "[lab]") {
  lab::SimulationOptions options;
  options.accounts = 40;
  const lab::Truth truth = lab::simulate(options).truth;
  const core::Table table = truth.to_table();
  for (std::size_t account = 0; account < 40; ++account) {
    const std::string id = "A0" + std::string(account < 9 ? "0" : "") + std::to_string(account + 1);
    CHECK(table["account_id"].text(account) == id);
    CHECK(truth.has("N007", id) == truth.has(6, account));
    CHECK((table["N007"].text(account) == "true") == truth.has(6, account));
  }
  CHECK_THROWS_AS(truth.has(40, 0), core::InvalidInput);
  CHECK_THROWS_AS(truth.has(0, 40), core::InvalidInput);
  CHECK_THROWS_AS(truth.in_base(40), core::InvalidInput);
  CHECK_THROWS_WITH(truth.has("N999", "A001"), test::contains("N999"));
  CHECK_THROWS_WITH(truth.has("N001", "A999"), test::contains("A999"));
  CHECK(truth == lab::simulate(options).truth);
}
