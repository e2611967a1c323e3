#include <outweigh/core/ids.hpp>

#include <limits>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using outweigh::core::Column;
using outweigh::core::Ids;
using outweigh::core::InvalidInput;
using outweigh::core::TypeMismatch;

TEST_CASE("text ids keep their order and are found again", "[core]") {
  const Ids ids(Column::strings({"b", "a", "", "07"}));
  CHECK(ids.size() == 4);
  CHECK_FALSE(ids.is_integer());
  CHECK(ids.text(0) == "b");
  CHECK(ids.string(3) == "07");
  CHECK(ids.find("a") == 1U);
  CHECK(ids.find("") == 2U);
  CHECK_FALSE(ids.find("c").has_value());
  CHECK_FALSE(ids.find(std::int64_t{7}).has_value());
  CHECK(ids.column() == Column::strings({"b", "a", "", "07"}));
}

TEST_CASE("integer ids are found by number and by their digits", "[core]") {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Ids ids(std::vector<std::int64_t>{7, -3, 0, least, most});
  CHECK(ids.is_integer());
  CHECK(ids.integer(1) == -3);
  CHECK(ids.text(1) == "-3");
  CHECK(ids.find(std::int64_t{0}) == 2U);
  CHECK(ids.find("7") == 0U);
  CHECK(ids.find("-3") == 1U);
  CHECK(ids.find("0") == 2U);
  CHECK(ids.find(std::to_string(least)) == 3U);
  CHECK(ids.find(std::to_string(most)) == 4U);
  for (const char* other : {"07", "-0", "+7", "7 ", "", "-", "7.0", "9223372036854775808", "99999999999999999999"}) {
    CHECK_FALSE(ids.find(other).has_value());
  }
  CHECK(Ids(Column::float64s({3.0, 1.0})) == Ids(std::vector<std::int64_t>{3, 1}));
}

TEST_CASE("ids must be known and distinct", "[core]") {
  const std::vector<std::string> twice{"a", "b", "a"};
  try {
    Ids ids(Column::strings(twice), {.table = "accounts", .column = "account_id"});
    FAIL("no error");
  } catch (const InvalidInput& error) {
    CHECK(error.place().table == "accounts");
    CHECK(error.place().row == 2U);
    CHECK(error.place().value == "a");
  }
  const std::vector<std::uint8_t> valid{1, 0, 1};
  try {
    Ids ids(Column::int64s({1, 2, 3}, valid));
    FAIL("no error");
  } catch (const InvalidInput& error) {
    CHECK(error.place().row == 1U);
  }
  CHECK_THROWS_AS(Ids(Column::nulls(1)), InvalidInput);
  CHECK(Ids(Column::nulls(0)).size() == 0);
  CHECK_THROWS_AS(Ids(Column::float64s({0.5})), InvalidInput);
  CHECK_THROWS_AS(Ids(Column::dates({1})), TypeMismatch);
}

TEST_CASE("rows are told by the position of their id", "[core]") {
  const Ids ids(Column::strings({"x", "y"}));
  const std::vector<std::string> rows{"y", "z", "", "x"};
  const std::vector<std::uint8_t> valid{1, 1, 0, 1};
  CHECK(ids.positions(Column::strings(rows, valid)) ==
        std::vector<std::uint32_t>{1, Ids::unknown_id, Ids::null_row, 0});
  CHECK(ids.positions(Column::nulls(1)) == std::vector<std::uint32_t>{Ids::null_row});
  CHECK_THROWS_AS(ids.positions(Column::int64s({1})), TypeMismatch);
  const std::vector<std::uint32_t> back{1, Ids::null_row, 0};
  const std::vector<std::uint8_t> known{1, 0, 1};
  CHECK(ids.column(back) == Column::strings(std::vector<std::string>{"y", "", "x"}, known));
  CHECK_THROWS_AS(ids.column(std::vector<std::uint32_t>{2}), InvalidInput);
  CHECK(ids.select(std::vector<std::uint32_t>{1, 0}) == Ids(Column::strings({"y", "x"})));
  CHECK(Ids().positions(Column::int64s({1})) == std::vector<std::uint32_t>{Ids::unknown_id});
}

TEST_CASE("encoding numbers ids by first appearance", "[core]") {
  const std::vector<std::string_view> words{"unused", "b", "a"};
  const auto encoded = Ids::encode(Column::categories({1, 2, 1}, words));
  CHECK(encoded.codes == std::vector<std::uint32_t>{0, 1, 0});
  CHECK(encoded.ids == Ids(Column::strings({"b", "a"})));
}
