#pragma once

#include <utility>

#include <outweigh/core/bytes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

template <class Integer>
void append_little_endian(Bytes& bytes, Integer value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes.push_back(static_cast<std::byte>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU));
  }
}

template <class Integer>
Integer parse_little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return static_cast<Integer>(value);
}

}  // namespace detail

OUTWEIGH_INLINE std::uint64_t checksum(std::span<const std::byte> bytes) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ bytes.size();
  for (const std::byte byte : bytes) hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001B3ULL;
  hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBULL;
  return hash ^ (hash >> 31U);
}

OUTWEIGH_INLINE ByteWriter::ByteWriter(std::string_view kind, std::uint32_t version) {
  for (const char c : {'O', 'U', 'T', 'W'}) bytes_.push_back(static_cast<std::byte>(c));
  write(kind);
  write(version);
}

OUTWEIGH_INLINE void ByteWriter::write(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
OUTWEIGH_INLINE void ByteWriter::write(std::uint32_t value) { detail::append_little_endian(bytes_, value); }
OUTWEIGH_INLINE void ByteWriter::write(std::uint64_t value) { detail::append_little_endian(bytes_, value); }

OUTWEIGH_INLINE void ByteWriter::write(std::string_view text) {
  write(static_cast<std::uint64_t>(text.size()));
  for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
}

OUTWEIGH_INLINE Bytes ByteWriter::finish() && {
  write(checksum(bytes_));
  return std::exchange(bytes_, {});
}

OUTWEIGH_INLINE ByteReader::ByteReader(std::span<const std::byte> bytes, std::string_view kind, std::uint32_t version) {
  const bool ours = bytes.size() >= 4 && bytes[0] == std::byte{'O'} && bytes[1] == std::byte{'U'} &&
                    bytes[2] == std::byte{'T'} && bytes[3] == std::byte{'W'};
  if (!ours) fail("these bytes are not a state of this library");
  if (bytes.size() < 4 + 8 + 4 + 8) fail("the state is truncated");
  const auto body = bytes.first(bytes.size() - 8);
  if (detail::parse_little_endian<std::uint64_t>(bytes.last(8)) != checksum(body)) {
    fail("the state is truncated or damaged: its checksum does not match");
  }
  left_ = body.subspan(4);
  const std::string_view found = read_text();
  if (found != kind) fail("the state is of kind '" + std::string(found) + "', not '" + std::string(kind) + "'");
  const std::uint32_t found_version = read_uint32();
  if (found_version != version) {
    fail("the state has version " + std::to_string(found_version) + ", this library reads version " +
         std::to_string(version));
  }
}

OUTWEIGH_INLINE void ByteReader::fail(std::string_view what) { throw CorruptState(what); }

OUTWEIGH_INLINE std::span<const std::byte> ByteReader::take(std::size_t count) {
  if (count > left_.size()) fail("the state is truncated");
  const auto taken = left_.first(count);
  left_ = left_.subspan(count);
  return taken;
}

OUTWEIGH_INLINE std::uint8_t ByteReader::read_uint8() { return std::to_integer<std::uint8_t>(take(1)[0]); }
OUTWEIGH_INLINE std::uint32_t ByteReader::read_uint32() { return detail::parse_little_endian<std::uint32_t>(take(4)); }
OUTWEIGH_INLINE std::uint64_t ByteReader::read_uint64() { return detail::parse_little_endian<std::uint64_t>(take(8)); }

OUTWEIGH_INLINE std::string_view ByteReader::read_text() {
  const auto text = take(read_count(1));
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

OUTWEIGH_INLINE std::size_t ByteReader::read_count(std::size_t bytes_each) {
  const std::uint64_t count = read_uint64();
  if (count > left_.size() / (bytes_each == 0 ? 1 : bytes_each)) fail("the state is truncated");
  return static_cast<std::size_t>(count);
}

OUTWEIGH_INLINE void ByteReader::finish() const {
  if (!left_.empty()) fail("the state has bytes left over");
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
