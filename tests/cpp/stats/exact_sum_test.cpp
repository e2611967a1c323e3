#include <outweigh/stats/exact_sum.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;
using outweigh::core::InvalidInput;

namespace {

double exact(const std::vector<double>& values) {
  ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

}  // namespace

TEST_CASE("sums are exact and correctly rounded", "[stats]") {
  constexpr double huge = std::numeric_limits<double>::max();
  constexpr double least = std::numeric_limits<double>::denorm_min();
  CHECK(exact({}) == 0.0);
  CHECK(exact({1e16, 1.0, -1e16}) == 1.0);
  CHECK(exact({huge, 1.0, -huge}) == 1.0);
  CHECK(exact({huge, huge, -huge}) == huge);
  CHECK(exact({least}) == least);
  CHECK(exact({-least, 3 * least}) == 2 * least);
  CHECK(exact({1.0, least, -1.0}) == least);
  CHECK(exact({0x1.fp-1022, -0x1p-1022}) == 0x1.fp-1022 - 0x1p-1022);
  CHECK(exact({std::vector<double>(10, 0.1)}) == 1.0);
  // Halves go to even, and anything below the half decides.
  CHECK(exact({1.0, 0x1p-53}) == 1.0);
  CHECK(exact({1.0, 0x1p-53, 0x1p-1000}) == std::nextafter(1.0, 2.0));
  CHECK(exact({1.0, 0x1p-53, -0x1p-1000}) == 1.0);
  CHECK(exact({std::nextafter(1.0, 2.0), 0x1p-53}) == 1.0 + 0x1p-51);
  CHECK(exact({-1.0, -0x1p-53, -0x1p-1000}) == -std::nextafter(1.0, 2.0));
  CHECK_THROWS_AS(exact({huge, huge}), InvalidInput);
  CHECK_THROWS_AS(exact({std::numeric_limits<double>::infinity()}), InvalidInput);
  CHECK_THROWS_AS(exact({std::numeric_limits<double>::quiet_NaN()}), InvalidInput);
}

TEST_CASE("two terms give what the processor gives", "[stats]") {
  Random random(4);
  for (int i = 0; i < 100'000; ++i) {
    const double a = std::ldexp(random.uniform(-1.0, 1.0), static_cast<int>(random.below(120)) - 60);
    const double b = std::ldexp(random.uniform(-1.0, 1.0), static_cast<int>(random.below(120)) - 60);
    REQUIRE(exact({a, b}) == a + b);
  }
}

TEST_CASE("order and splits do not matter", "[stats]") {
  Random random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> values(400);
    for (double& value : values) value = random.normal() * std::ldexp(1.0, static_cast<int>(random.below(600)) - 300);
    ExactSum whole;
    for (const double value : values) whole.add(value);
    random.shuffle(values);
    std::vector<ExactSum> parts(5);
    for (const double value : values) parts[static_cast<std::size_t>(random.below(5))].add(value);
    ExactSum merged;
    for (const ExactSum& part : parts) merged.merge(part);
    REQUIRE(merged == whole);
    REQUIRE(merged.value() == whole.value());
    outweigh::core::ByteWriter writer("x", 1);
    merged.write(writer);
    const auto bytes = std::move(writer).finish();
    outweigh::core::ByteReader reader(bytes, "x", 1);
    REQUIRE(ExactSum::read(reader) == whole);
  }
}
