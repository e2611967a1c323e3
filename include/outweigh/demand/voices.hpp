// Who said what to whom and when: the mergeable state that all demand models start from.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

/// What an account of the base said about a need.
enum class Voice : std::uint8_t {
  silent,     ///< contacted or not, it never mentioned the need
  requested,  ///< at least one request that nobody denied
  confirmed,  ///< it said yes when asked, or a request was confirmed
  denied      ///< it said no when asked, or a request of it was found untrue and none confirmed
};

/// One voice: an account mentioned a need on one occasion. Two reports of one call are one voice.
struct Mention {
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t need = none;  ///< `none`: the request names no need
  std::uint32_t account = 0;
  std::uint32_t interaction = none;
  std::uint32_t source = 0;  ///< 0 where the interaction is known: it tells the source
  std::int64_t at = 0;       ///< microseconds; 0 where the interaction is known: it tells the time
  std::uint8_t direct = 1;   ///< said by the account itself and not passed on
  std::uint8_t belief = 0;   ///< 0 nobody checked, 1 confirmed, 2 found untrue

  friend constexpr auto operator<=>(const Mention&, const Mention&) noexcept = default;
};

/// A set of mentions with a canonical form: whatever the order of `add` and `merge`, and however the rows were split,
/// the bytes are those of one pass. Numbers are positions in a dictionary of ids that the fingerprint stands for.
class Voices {
 public:
  explicit Voices(std::uint64_t fingerprint = 0) noexcept : fingerprint_(fingerprint) {}

  void add(const Mention& mention);
  /// Throws InvalidInput when the fingerprints differ.
  void merge(const Voices& other);
  /// Sorted and distinct.
  [[nodiscard]] std::vector<Mention> mentions() const;
  [[nodiscard]] std::uint64_t fingerprint() const noexcept { return fingerprint_; }

  /// Versioned, little-endian.
  [[nodiscard]] std::string to_bytes() const;
  /// Throws CorruptState for bytes that are truncated, too long, foreign or of another version.
  [[nodiscard]] static Voices from_bytes(std::string_view bytes);

  friend bool operator==(const Voices& a, const Voices& b) {
    return a.fingerprint_ == b.fingerprint_ && a.mentions() == b.mentions();
  }

 private:
  std::uint64_t fingerprint_;
  std::vector<Mention> mentions_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::demand

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/demand/voices-inl.hpp>
#endif
