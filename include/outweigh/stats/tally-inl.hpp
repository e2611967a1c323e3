#pragma once

#include <algorithm>
#include <limits>

#include <outweigh/stats/tally.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

inline std::int64_t checked_sum(std::int64_t a, std::int64_t b) {
  using limits = std::numeric_limits<std::int64_t>;
  if ((b > 0 && a > limits::max() - b) || (b < 0 && a < limits::min() - b)) {
    throw core::InvalidInput("a count is out of range");
  }
  return a + b;
}

}  // namespace detail

OUTWEIGH_INLINE void Tally::add(std::string_view key, std::int64_t count) {
  const auto found = counts_.find(key);
  if (found == counts_.end()) {
    counts_.emplace(std::string(key), count);
  } else {
    found->second = detail::checked_sum(found->second, count);
  }
}

OUTWEIGH_INLINE void Tally::merge(const Tally& other) {
  if (&other == this) {
    const Tally copy = other;
    merge(copy);
    return;
  }
  for (const auto& [key, count] : other.counts_) add(key, count);
}

OUTWEIGH_INLINE std::int64_t Tally::count(std::string_view key) const {
  const auto found = counts_.find(key);
  return found == counts_.end() ? 0 : found->second;
}

OUTWEIGH_INLINE std::int64_t Tally::total() const {
  std::int64_t sum = 0;
  for (const auto& [key, count] : entries()) sum = detail::checked_sum(sum, count);
  return sum;
}

OUTWEIGH_INLINE std::vector<std::pair<std::string, std::int64_t>> Tally::entries() const {
  std::vector<std::pair<std::string, std::int64_t>> sorted(counts_.begin(), counts_.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

OUTWEIGH_INLINE core::Bytes Tally::to_bytes() const {
  core::ByteWriter writer("tally", 1);
  writer.write(static_cast<std::uint64_t>(counts_.size()));
  for (const auto& [key, count] : entries()) {
    writer.write(key);
    writer.write(count);
  }
  return std::move(writer).finish();
}

OUTWEIGH_INLINE Tally Tally::from_bytes(std::span<const std::byte> bytes) {
  core::ByteReader reader(bytes, "tally", 1);
  Tally tally;
  const std::size_t size = reader.read_count(16);
  tally.counts_.reserve(size);
  std::string_view last;
  for (std::size_t i = 0; i < size; ++i) {
    const std::string_view key = reader.read_text();
    if (i > 0 && key <= last) core::ByteReader::fail("the keys of a tally are not in order");
    last = key;
    tally.counts_.emplace(std::string(key), reader.read_int64());
  }
  reader.finish();
  return tally;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
