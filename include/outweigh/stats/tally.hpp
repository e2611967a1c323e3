// Counts by user id as a mergeable state.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <outweigh/core/bytes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// How often each key was seen. Keys are the user's own ids, so that states made on different machines merge. Merging
/// in any order, through bytes or not, gives the bytes of one pass.
class Tally {
 public:
  /// Throws InvalidInput when a count leaves the range of 64 bits.
  void add(std::string_view key, std::int64_t count = 1);
  void merge(const Tally& other);

  /// 0 for a key that was never added.
  [[nodiscard]] std::int64_t count(std::string_view key) const;
  [[nodiscard]] std::size_t size() const noexcept { return counts_.size(); }
  /// Throws InvalidInput when the total leaves the range of 64 bits.
  [[nodiscard]] std::int64_t total() const;
  /// In ascending order of the keys' bytes.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> entries() const;

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static Tally from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const Tally&, const Tally&) = default;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> counts_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/tally-inl.hpp>
#endif
