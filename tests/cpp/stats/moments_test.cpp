#include <outweigh/stats/moments.hpp>

#include <limits>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;
using outweigh::core::CorruptState;
using outweigh::core::InvalidInput;

TEST_CASE("moments of nothing, one and a few", "[stats]") {
  Moments moments;
  CHECK(moments.mean() == 0.0);
  CHECK(moments.variance() == 0.0);
  moments.add(3.0);
  CHECK(moments.mean() == 3.0);
  CHECK(moments.variance() == 0.0);
  for (const double x : {5.0, 7.0, 9.0}) moments.add(x);
  CHECK(moments.mean() == 6.0);
  CHECK(moments.variance() == Approx(20.0 / 3.0).epsilon(1e-15));
  CHECK_THROWS_AS(moments.add(std::numeric_limits<double>::quiet_NaN()), InvalidInput);
}

TEST_CASE("a large mean does not drown the variance", "[stats]") {
  Moments moments;
  for (int i = 0; i < 1000; ++i) moments.add(1e15 + (i % 2 == 0 ? 1.0 : -1.0));
  CHECK(moments.variance() == Approx(1000.0 / 999.0).epsilon(1e-12));
}

TEST_CASE("merging in any order through bytes gives the bytes of one pass", "[stats]") {
  Random random(6);
  for (int round = 0; round < 100; ++round) {
    std::vector<Moments> parts(1 + static_cast<std::size_t>(random.below(6)));
    Moments whole;
    for (int i = 0; i < 200; ++i) {
      const double x = random.normal(1e6, 1.0);
      whole.add(x);
      parts[static_cast<std::size_t>(random.below(parts.size()))].add(x);
    }
    random.shuffle(parts);
    Moments merged;
    for (const Moments& part : parts) merged.merge(Moments::from_bytes(part.to_bytes()));
    REQUIRE(merged.to_bytes() == whole.to_bytes());
    REQUIRE(merged == whole);
  }
  const auto bytes = Moments().to_bytes();
  CHECK_THROWS_AS(Moments::from_bytes(std::span(bytes).first(bytes.size() - 1)), CorruptState);
}
