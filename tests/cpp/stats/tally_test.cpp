#include <outweigh/stats/tally.hpp>

#include <limits>
#include <string>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh::stats;
using outweigh::core::CorruptState;
using outweigh::core::InvalidInput;

TEST_CASE("a tally counts keys of any bytes", "[stats]") {
  Tally tally;
  tally.add("b");
  tally.add("a", 2);
  tally.add("b", 3);
  tally.add("");
  CHECK(tally.count("b") == 4);
  CHECK(tally.count("missing") == 0);
  CHECK(tally.total() == 7);
  CHECK(tally.size() == 3);
  CHECK(tally.entries().front().first.empty());
  tally.add("a", std::numeric_limits<std::int64_t>::max() - 2);
  CHECK_THROWS_AS(tally.add("a"), InvalidInput);
  CHECK_THROWS_AS(tally.total(), InvalidInput);
}

TEST_CASE("tallies merged in any order through bytes give the bytes of one pass", "[stats]") {
  Random random(8);
  for (int round = 0; round < 100; ++round) {
    std::vector<Tally> parts(1 + static_cast<std::size_t>(random.below(6)));
    Tally whole;
    for (int i = 0; i < 300; ++i) {
      const std::string key = "account " + std::to_string(random.below(40));
      const auto count = static_cast<std::int64_t>(random.below(5)) - 1;
      whole.add(key, count);
      parts[static_cast<std::size_t>(random.below(parts.size()))].add(key, count);
    }
    random.shuffle(parts);
    Tally merged;
    for (const Tally& part : parts) merged.merge(Tally::from_bytes(part.to_bytes()));
    REQUIRE(merged.to_bytes() == whole.to_bytes());
  }
  Tally self;
  self.add("a");
  self.merge(self);
  CHECK(self.count("a") == 2);
  const auto bytes = self.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(Tally::from_bytes(std::span(bytes).first(size)), CorruptState);
  }
}
