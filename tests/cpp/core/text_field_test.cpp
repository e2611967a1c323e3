#include <outweigh/core/text_field.hpp>

#include <string>
#include <vector>

#include "../support/catch.hpp"

using outweigh::core::Column;
using outweigh::core::TextField;
using outweigh::core::TypeMismatch;

TEST_CASE("a text field reads a column in place", "[core]") {
  const std::vector<std::string> texts{"one", "", "three"};
  const std::vector<std::uint8_t> valid{1, 1, 0};
  const TextField field(Column::strings(texts, valid));
  CHECK_FALSE(field.absent());
  CHECK(field.size() == 3);
  CHECK(field.count() == 2);
  CHECK(field.has(1));
  CHECK(field[1].empty());
  CHECK_FALSE(field.has(2));
  CHECK_FALSE(field.has(3));
  CHECK(field.get(0) == "one");
  CHECK(field.column() == Column::strings(texts, valid));
}

TEST_CASE("absent text fields and columns of nulls have no text", "[core]") {
  CHECK(TextField().absent());
  CHECK(TextField::missing(4).absent());
  CHECK(TextField::missing(4).size() == 4);
  CHECK_FALSE(TextField::missing(4).has(0));
  const TextField unknown(Column::nulls(2));
  CHECK_FALSE(unknown.absent());
  CHECK_FALSE(unknown.any());
}

TEST_CASE("numbers are not text", "[core]") {
  try {
    (void)outweigh::core::read_strings(Column::int64s({1}), {.table = "needs", .column = "title"});
    FAIL("no error");
  } catch (const TypeMismatch& error) {
    CHECK(error.place().table == "needs");
    CHECK(error.place().column == "title");
    CHECK(error.place().row == std::size_t{0});
    CHECK(error.place().value == "1");
    CHECK(std::string(error.what()).find("int64") != std::string::npos);
  }
}
