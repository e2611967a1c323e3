#include <outweigh/core/bytes.hpp>

#include <limits>

#include "../support/catch.hpp"

using namespace outweigh::core;

namespace {

Bytes sample() {
  ByteWriter writer("sample", 3);
  writer.write(std::uint8_t{7});
  writer.write(std::uint32_t{0xDEADBEEFU});
  writer.write(std::int64_t{-2});
  writer.write(0.1);
  writer.write(std::string_view("\xC3\xA9t\xC3\xA9"));
  return std::move(writer).finish();
}

}  // namespace

TEST_CASE("what is written is read back", "[core]") {
  const Bytes bytes = sample();
  ByteReader reader(bytes, "sample", 3);
  CHECK(reader.read_uint8() == 7);
  CHECK(reader.read_uint32() == 0xDEADBEEFU);
  CHECK(reader.read_int64() == -2);
  CHECK(reader.read_double() == 0.1);
  CHECK(reader.read_text() == "\xC3\xA9t\xC3\xA9");
  reader.finish();
  // Little-endian on every machine.
  CHECK(bytes[0] == std::byte{'O'});
  CHECK(bytes[4] == std::byte{6});
  CHECK(bytes[5] == std::byte{0});
}

TEST_CASE("truncated, damaged, foreign and other states throw", "[core]") {
  const Bytes bytes = sample();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(ByteReader(std::span(bytes).first(size), "sample", 3), CorruptState);
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Bytes damaged = bytes;
    damaged[i] ^= std::byte{0x10};
    CHECK_THROWS_AS(ByteReader(damaged, "sample", 3), CorruptState);
  }
  CHECK_THROWS_AS(ByteReader(bytes, "other", 3), CorruptState);
  CHECK_THROWS_AS(ByteReader(bytes, "sample", 4), CorruptState);
  ByteReader reader(bytes, "sample", 3);
  CHECK_THROWS_AS(reader.finish(), CorruptState);
  CHECK(reader.read_uint8() == 7);

  // A count that its bytes cannot hold.
  ByteWriter writer("sample", 3);
  writer.write(std::numeric_limits<std::uint64_t>::max());
  const Bytes huge = std::move(writer).finish();
  ByteReader count(huge, "sample", 3);
  CHECK_THROWS_AS(count.read_count(8), CorruptState);
}
