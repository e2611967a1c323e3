#include <outweigh/demand/voices.hpp>

#include <string>
#include <vector>

#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

using namespace outweigh;
using demand::Mention;
using demand::Voices;

namespace {

std::vector<Mention> some_mentions(std::size_t count) {
  stats::Random random(3);
  std::vector<Mention> mentions(count);
  for (Mention& m : mentions) {
    m.need = random.below(4) == 0 ? Mention::none : static_cast<std::uint32_t>(random.below(5));
    m.account = static_cast<std::uint32_t>(random.below(20));
    m.interaction = static_cast<std::uint32_t>(random.below(30));
    m.source = static_cast<std::uint32_t>(random.below(3));
    m.at = static_cast<std::int64_t>(random.below(1000)) - 500;
    m.direct = static_cast<std::uint8_t>(random.below(2));
    m.belief = static_cast<std::uint8_t>(random.below(3));
  }
  mentions.insert(mentions.end(), mentions.begin(), mentions.begin() + static_cast<std::ptrdiff_t>(count / 2));
  return mentions;
}

}  // namespace

TEST_CASE("voices give the bytes of one pass however they are split and merged", "[demand]") {
  const std::vector<Mention> mentions = some_mentions(500);
  Voices whole(42);
  for (const Mention& m : mentions) whole.add(m);
  stats::Random random(9);
  for (int round = 0; round < 20; ++round) {
    std::vector<Voices> parts(1 + random.below(7), Voices(42));
    for (const Mention& m : mentions) parts[random.below(parts.size())].add(m);
    random.shuffle(parts);
    Voices merged(42);
    for (const Voices& part : parts) merged.merge(Voices::from_bytes(part.to_bytes()));
    CHECK(merged == whole);
    CHECK(merged.to_bytes() == whole.to_bytes());
  }
}

TEST_CASE("a voice reported twice is one voice", "[demand]") {
  Voices voices;
  voices.add({.need = 1, .account = 2, .interaction = 3});
  voices.add({.need = 1, .account = 2, .interaction = 3});
  CHECK(voices.mentions().size() == 1);
  CHECK(Voices().mentions().empty());
  CHECK(Voices::from_bytes(Voices().to_bytes()) == Voices());
}

TEST_CASE("foreign, truncated and padded bytes are no voices", "[demand]") {
  Voices voices(7);
  for (const Mention& m : some_mentions(20)) voices.add(m);
  const std::string bytes = voices.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(Voices::from_bytes(std::string_view(bytes).substr(0, size)), core::CorruptState);
  }
  CHECK_THROWS_AS(Voices::from_bytes(bytes + "x"), core::CorruptState);
  CHECK_THROWS_AS(Voices::from_bytes("x" + bytes), core::CorruptState);
  CHECK_THROWS_AS(Voices::from_bytes(bytes + std::string(26, '\0')), core::CorruptState);
  Voices other(8);
  CHECK_THROWS_AS(other.merge(voices), core::InvalidInput);
}
