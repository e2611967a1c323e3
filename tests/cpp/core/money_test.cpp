#include <outweigh/core/money.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("amounts are rounded to the nearest ten-thousandth, halves away from zero", "[core]") {
  CHECK(Money::from_units(12.34).ticks() == 123'400);
  CHECK(Money::from_units(0.1).ticks() + Money::from_units(0.2).ticks() == Money::from_units(0.3).ticks());
  CHECK(Money::from_units(0.00005).ticks() == 1);
  CHECK(Money::from_units(-0.00005).ticks() == -1);
  CHECK(Money::from_units(0.00004).ticks() == 0);
  CHECK(Money::from_units(-0.0) == Money{});
  std::mt19937_64 random(2);
  for (int i = 0; i < 10'000; ++i) {
    const auto ticks = static_cast<std::int64_t>(random() % 9'000'000'000'000'000ULL) - 4'500'000'000'000'000LL;
    REQUIRE(Money::from_units(Money::from_ticks(ticks).units()).ticks() == ticks);
  }
}

TEST_CASE("what is no amount is refused", "[core]") {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), -1e15, 9.3e14}) {
    CHECK_THROWS_AS(Money::from_units(bad), InvalidInput);
  }
  CHECK(Money::from_units(-9.1e14).units() == -9.1e14);
  CHECK_THROWS_WITH(Money::from_units(std::nan("")), Catch::Contains("write an unknown amount as null"));
}

TEST_CASE("sums are exact and do not wrap", "[core]") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(Money::from_ticks(2) - Money::from_ticks(5) == Money::from_ticks(-3));
  CHECK_THROWS_AS(Money::from_ticks(most) + Money::from_ticks(1), InvalidInput);
  CHECK_THROWS_AS(Money::from_ticks(least) + Money::from_ticks(-1), InvalidInput);
  CHECK_THROWS_AS(-Money::from_ticks(least), InvalidInput);
  CHECK((Money::from_ticks(-1) - Money::from_ticks(least)).ticks() == most);
  Money sum;
  sum += Money::from_units(1.5);
  sum -= Money::from_units(0.5);
  CHECK(sum.units() == 1.0);
  CHECK(Money::from_units(1) < Money::from_units(1.0001));
}
