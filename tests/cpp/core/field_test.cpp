#include <outweigh/core/field.hpp>

#include <cstdint>
#include <vector>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("a field knows which rows are known", "[core]") {
  const Field<double> field({1.0, 2.0, 3.0}, {1, 0, 7});
  CHECK(field.size() == 3);
  CHECK(field.count() == 2);
  CHECK(field.has(0));
  CHECK_FALSE(field.has(1));
  CHECK_FALSE(field.has(3));
  CHECK(field.get(2) == 3.0);
  CHECK_FALSE(field.get(1).has_value());
  CHECK(field.value_or(1, -1.0) == -1.0);
  CHECK(field.values()[1] == 0.0);
  CHECK(field.any());
  CHECK_THROWS_AS(Field<double>({1.0}, {1, 1}), InvalidInput);
}

TEST_CASE("fields compare by what is known", "[core]") {
  CHECK(Field<int>({1, 5}, {1, 0}) == Field<int>({1, 6}, {1, 0}));
  CHECK(Field<int>({1, 2}, {1, 1}) == Field<int>({1, 2}));
  CHECK_FALSE(Field<int>({1, 2}, {1, 0}) == Field<int>({1, 2}));
  CHECK(Field<int>({1}, {1}).valid().empty());
}

TEST_CASE("an absent field has rows and no values", "[core]") {
  const auto field = Field<int>::missing(4);
  CHECK(field.absent());
  CHECK(field.size() == 4);
  CHECK_FALSE(field.has(0));
  CHECK_FALSE(field.any());
  CHECK(field.values().empty());
  CHECK_FALSE(field == Field<int>({0, 0, 0, 0}, {0, 0, 0, 0}));
  CHECK_FALSE(Field<int>(std::vector<int>{}).absent());
}
