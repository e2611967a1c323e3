#include <outweigh/core/table.hpp>

#include <string>
#include <vector>

#include "../support/catch.hpp"

using outweigh::core::Column;
using outweigh::core::InvalidInput;
using outweigh::core::MissingInput;
using outweigh::core::Table;

TEST_CASE("a table keeps its columns in order and by name", "[core]") {
  Table table;
  CHECK(table.rows() == 0);
  table.add("account_id", Column::strings({"a", "b"})).add("arr", Column::float64s({1.0, 2.0}));
  CHECK(table.rows() == 2);
  CHECK(table.columns() == 2);
  CHECK(table.names() == std::vector<std::string>{"account_id", "arr"});
  CHECK(table["arr"].text(1) == "2");
  CHECK(table.find("name") == nullptr);
  CHECK(table.has("arr"));
}

TEST_CASE("a table refuses what cannot be a column, and names what is missing", "[core]") {
  Table table;
  table.add("a", Column::int64s({1, 2}));
  CHECK_THROWS_AS(table.add("a", Column::int64s({1, 2})), InvalidInput);
  CHECK_THROWS_AS(table.add("b", Column::int64s({1})), InvalidInput);
  CHECK(table.columns() == 1);
  try {
    (void)table["c"];
    FAIL("no error");
  } catch (const MissingInput& error) {
    CHECK(error.place().column == "c");
    CHECK_THAT(error.message(), outweigh::test::contains("the table has a"));
  }
}

TEST_CASE("rows and columns of a table can be chosen", "[core]") {
  Table table;
  table.add("id", Column::int64s({1, 2, 3})).add("word", Column::strings({"x", "y", "z"}));
  const std::vector<std::uint32_t> rows{2, 0};
  Table expected;
  expected.add("id", Column::int64s({3, 1})).add("word", Column::strings({"z", "x"}));
  CHECK(table.take(rows) == expected);
  CHECK(table.slice(0, 3) == table);
  CHECK_FALSE(table.slice(0, 2) == table);
  const std::vector<std::string> names{"word"};
  CHECK(table.select(names).names() == names);
  CHECK_THROWS_AS(table.select(std::vector<std::string>{"nope"}), MissingInput);
}
