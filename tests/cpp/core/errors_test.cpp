#include <outweigh/core/errors.hpp>

#include <string>
#include <type_traits>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("an error says what and where", "[core]") {
  const InvalidInput error("the id is not known",
                           {.table = "requests", .column = "account_id", .row = 3, .value = "A9"});
  CHECK(error.message() == "the id is not known");
  CHECK(std::string(error.what()) == "the id is not known (table 'requests', column 'account_id', row 3, value 'A9')");
  CHECK(error.place().row == 3U);
  CHECK(std::string(MissingInput("a table is missing").what()) == "a table is missing");
  CHECK(to_string(Place{}).empty());
  CHECK(to_string(Place{.row = 0}) == "row 0");
}

TEST_CASE("all errors have one base", "[core]") {
  static_assert(std::is_base_of_v<std::runtime_error, Error>);
  const auto is_caught = [](const auto& error) {
    try {
      throw error;
    } catch (const Error& caught) {
      return caught.message() == "x";
    }
  };
  CHECK(is_caught(InvalidInput("x")));
  CHECK(is_caught(MissingInput("x")));
  CHECK(is_caught(TypeMismatch("x")));
  CHECK(is_caught(NotIdentified("x")));
  CHECK(is_caught(Infeasible("x")));
  CHECK(is_caught(ContractViolation("x")));
  CHECK(is_caught(CorruptState("x")));
  CHECK(is_caught(Cancelled("x")));
}
