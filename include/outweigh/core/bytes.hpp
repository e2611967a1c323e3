// Byte forms of mergeable states: little-endian, versioned, checksummed.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

using Bytes = std::vector<std::byte>;

/// FNV-1a of `bytes`, finished with a bijection so that short inputs differ in all bits. A guard against damage, not
/// against malice.
[[nodiscard]] std::uint64_t checksum(std::span<const std::byte> bytes) noexcept;

/// Writes one state: the four bytes "OUTW", the kind (text), the version, the body, and a checksum of all before it.
class ByteWriter {
 public:
  ByteWriter(std::string_view kind, std::uint32_t version);

  void write(std::uint8_t value);
  void write(std::uint32_t value);
  void write(std::uint64_t value);
  void write(std::int64_t value) { write(static_cast<std::uint64_t>(value)); }
  void write(double value) { write(std::bit_cast<std::uint64_t>(value)); }
  void write(std::string_view text);

  /// The finished bytes; the writer is empty afterwards.
  [[nodiscard]] Bytes finish() &&;

 private:
  Bytes bytes_;
};

/// Reads what ByteWriter wrote. Every read checks that the bytes are there; whatever is truncated, damaged, foreign, of
/// another kind or version, or left over throws CorruptState. The bytes must outlive the reader.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, std::string_view kind, std::uint32_t version);

  [[nodiscard]] std::uint8_t read_uint8();
  [[nodiscard]] std::uint32_t read_uint32();
  [[nodiscard]] std::uint64_t read_uint64();
  [[nodiscard]] std::int64_t read_int64() { return static_cast<std::int64_t>(read_uint64()); }
  [[nodiscard]] double read_double() { return std::bit_cast<double>(read_uint64()); }
  [[nodiscard]] std::string_view read_text();
  /// A number of items that follow, each of at least `bytes_each` bytes: a damaged count never asks for memory.
  [[nodiscard]] std::size_t read_count(std::size_t bytes_each);

  /// Throws CorruptState unless all was read.
  void finish() const;
  /// Throws CorruptState with what is wrong.
  [[noreturn]] static void fail(std::string_view what);

 private:
  [[nodiscard]] std::span<const std::byte> take(std::size_t count);

  std::span<const std::byte> left_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/bytes-inl.hpp>
#endif
