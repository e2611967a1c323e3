#include <outweigh/core/integer_dictionary.hpp>

#include <initializer_list>
#include <limits>
#include <random>
#include <unordered_map>
#include <vector>

#include "../support/catch.hpp"

using outweigh::core::Column;
using outweigh::core::IntegerDictionary;
using outweigh::core::InvalidInput;
using outweigh::core::TypeMismatch;

TEST_CASE("integers get codes by first appearance, as a hash map gives them", "[core]") {
  std::mt19937_64 random(3);
  for (const std::size_t rows : std::initializer_list<std::size_t>{0, 1, 64, 65, 5000}) {
    for (const std::uint64_t distinct : {std::uint64_t{1}, std::uint64_t{900}, ~std::uint64_t{0}}) {
      std::vector<std::int64_t> values(rows);
      std::vector<std::uint8_t> valid(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        values[i] = static_cast<std::int64_t>(random() % distinct);
        valid[i] = random() % 5 != 0;
      }
      std::unordered_map<std::int64_t, std::uint32_t> expected;
      std::vector<std::uint32_t> codes(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        codes[i] = valid[i] == 0
                       ? IntegerDictionary::null_row
                       : expected.emplace(values[i], static_cast<std::uint32_t>(expected.size())).first->second;
      }
      IntegerDictionary dictionary;
      REQUIRE(dictionary.encode(Column::int64s(values, valid)) == codes);
      REQUIRE(dictionary.size() == expected.size());
      for (const auto& [value, code] : expected) REQUIRE(dictionary.find(value) == code);
      REQUIRE(dictionary.lookup(Column::int64s(values, valid)) == codes);
    }
  }
}

TEST_CASE("doubles that hold integers count as integers, others do not", "[core]") {
  IntegerDictionary dictionary;
  CHECK(dictionary.encode(Column::float64s({5.0, -1.0, 5.0})) == std::vector<std::uint32_t>{0, 1, 0});
  CHECK(dictionary[1] == -1);
  CHECK_THROWS_AS(dictionary.encode(Column::float64s({0.5})), InvalidInput);
  CHECK_THROWS_AS(dictionary.encode(Column::float64s({1e19})), InvalidInput);
  CHECK_THROWS_AS(dictionary.encode(Column::strings({"5"})), TypeMismatch);
  CHECK(dictionary.encode(Column::nulls(1)) == std::vector<std::uint32_t>{IntegerDictionary::null_row});
  CHECK(dictionary.lookup(Column::int64s({9})) == std::vector<std::uint32_t>{IntegerDictionary::unknown});
  CHECK(dictionary.add(9) == 2);
}
