#include <outweigh/core/column.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../support/catch.hpp"

using outweigh::core::Column;
using outweigh::core::ColumnType;
using outweigh::core::Field;
using outweigh::core::Instant;
using outweigh::core::InvalidInput;
using outweigh::core::Money;

TEST_CASE("a column made from values gives them back", "[core]") {
  const std::vector<std::uint8_t> valid{1, 0, 1};
  const Column numbers = Column::float64s({1.5, 2.0, -3.25}, valid);
  CHECK(numbers.type() == ColumnType::float64);
  CHECK(numbers.size() == 3);
  CHECK(numbers.null_count() == 1);
  CHECK(numbers.is_null(1));
  CHECK_FALSE(numbers.is_null(2));
  CHECK(numbers.text(0) == "1.5");
  CHECK(numbers.text(1) == "null");

  const Column words = Column::strings({"", "Zürich", "b"});
  CHECK(words.type() == ColumnType::string);
  CHECK(words.string(1) == "Zürich");
  CHECK(words.string(0).empty());

  CHECK(Column::int64s({7, -8}).text(1) == "-8");
  const std::vector<std::uint8_t> flags{1, 0, 1};
  CHECK(Column::booleans(flags).text(1) == "false");
  const std::vector<Instant> times{Instant::from_date(2026, 11, 22)};
  CHECK(Column::instants(times).text(0) == "2026-11-22T00:00:00Z");
  CHECK(Column::instants(times).timezone() == "UTC");
  CHECK(Column::local_times({0}).text(0) == "1970-01-01T00:00:00");
  CHECK(Column::dates({-1}).text(0) == "1969-12-31");
  const std::vector<Money> amounts{Money::from_units(-12.5),
                                   Money::from_ticks(std::numeric_limits<std::int64_t>::min())};
  CHECK(Column::moneys(amounts).text(0) == "-12.5000");
  CHECK(Column::moneys(amounts).text(1) == "-922337203685477.5808");
  CHECK(Column::moneys(amounts).type_name() == "decimal(19, 4)");
}

TEST_CASE("a column refuses validity of another length, text that is not UTF-8, codes out of range", "[core]") {
  const std::vector<std::uint8_t> valid{1};
  CHECK_THROWS_AS(Column::float64s({1.0, 2.0}, valid), InvalidInput);
  const std::vector<std::string> bad{"fine", "\xC3\x28"};
  CHECK_THROWS_AS(Column::strings(bad), InvalidInput);
  const std::vector<std::string_view> words{"a"};
  CHECK_THROWS_AS(Column::categories({0, 1}, words), InvalidInput);
}

TEST_CASE("empty columns and columns of nulls", "[core]") {
  CHECK(Column().size() == 0);
  CHECK(Column().type() == ColumnType::null);
  const Column unknown = Column::nulls(3);
  CHECK(unknown.size() == 3);
  CHECK(unknown.null_count() == 3);
  CHECK(unknown.is_null(2));
  CHECK(unknown == Column::nulls(3));
  CHECK_FALSE(unknown == Column::nulls(2));
  const Column none = Column::float64s({});
  CHECK(none.size() == 0);
  CHECK(none.type() == ColumnType::float64);
  CHECK(none.take({}).size() == 0);
}

TEST_CASE("equality looks at values, not at layout", "[core]") {
  const std::vector<std::string_view> words{"x", "y"};
  const std::vector<std::uint8_t> valid{1, 1, 0, 1};
  const Column coded = Column::categories({1, 0, 0, 1}, words, valid);
  const std::vector<std::string> plain{"y", "x", "whatever", "y"};
  CHECK(coded == Column::strings(plain, valid));
  CHECK(coded.is_dictionary());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(Column::float64s({nan, 0.0}) == Column::float64s({nan, -0.0}));
  CHECK_FALSE(Column::float64s({1.0}) == Column::int64s({1}));
  CHECK_FALSE(Column::local_times({0}) == Column::instants(std::vector<Instant>{Instant{}}));
}

TEST_CASE("fields become columns; absent ones become nulls", "[core]") {
  CHECK(Column::from(Field<double>::missing(2)) == Column::nulls(2));
  const Field<Money> amounts({Money::from_units(1.25), Money{}}, {1, 0});
  const Column column = Column::from(amounts);
  CHECK(column.type() == ColumnType::float64);
  CHECK(column.text(0) == "1.25");
  CHECK(column.is_null(1));
  CHECK(Column::from(Field<std::uint8_t>({1, 0})).type() == ColumnType::boolean);
}

TEST_CASE("taking rows and slicing agree with doing it by hand", "[core]") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t rows = random() % 40;
    std::vector<std::uint8_t> valid(rows);
    std::vector<double> numbers(rows);
    std::vector<std::string> texts(rows);
    std::vector<std::uint8_t> flags(rows);
    std::vector<std::uint32_t> codes(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      valid[i] = random() % 4 != 0;
      numbers[i] = static_cast<double>(random() % 100);
      texts[i] = std::string(random() % 20, static_cast<char>('a' + random() % 26));
      flags[i] = random() % 2 != 0;
      codes[i] = static_cast<std::uint32_t>(random() % 2);
    }
    const std::vector<std::string_view> words{"no", "yes"};
    const std::vector<Column> columns{Column::float64s(numbers, valid), Column::strings(texts, valid),
                                      Column::booleans(flags, valid), Column::categories(codes, words, valid)};
    std::vector<std::uint32_t> chosen(rows == 0 ? 0 : random() % 60);
    for (auto& row : chosen) row = static_cast<std::uint32_t>(random() % rows);
    const std::size_t begin = rows == 0 ? 0 : random() % rows;
    const std::size_t count = rows == 0 ? 0 : random() % (rows - begin);
    for (const Column& column : columns) {
      const Column taken = column.take(chosen);
      REQUIRE(taken.size() == chosen.size());
      std::size_t nulls = 0;
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        REQUIRE(taken.text(i) == column.text(chosen[i]));
        nulls += taken.is_null(i);
      }
      REQUIRE(taken.null_count() == nulls);
      const Column part = column.slice(begin, count);
      REQUIRE(part.size() == count);
      for (std::size_t i = 0; i < count; ++i) REQUIRE(part.text(i) == column.text(begin + i));
      const Column again = part.take({});
      REQUIRE(again.type() == column.type());
    }
  }
  CHECK_THROWS_AS(Column::nulls(2).take(std::vector<std::uint32_t>{2}), InvalidInput);
  CHECK_THROWS_AS(Column::nulls(2).slice(1, 2), InvalidInput);
}

TEST_CASE("a column that nothing reads has rows and a type in words", "[core]") {
  const Column lists = Column::unsupported(3, "list");
  CHECK(lists.size() == 3);
  CHECK(lists.type() == ColumnType::unsupported);
  CHECK(lists.type_name() == "list");
  CHECK(Column::unsupported(1, "struct").type_name() == "struct");
  CHECK(Column::unsupported(0, "binary").type_name() == "binary");
  CHECK(lists.take(std::vector<std::uint32_t>{1, 1}).type_name() == "list");
  CHECK_FALSE(lists == Column::unsupported(3, "list"));
}
