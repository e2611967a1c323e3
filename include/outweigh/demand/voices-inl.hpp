#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/demand/voices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

namespace detail {

inline constexpr std::string_view voices_magic = "OWvoices1";

template <class Integer>
void put(std::string& bytes, Integer value) {
  auto rest = static_cast<std::uint64_t>(value);
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(rest & 0xFFU)));
    rest >>= 8U;
  }
}
template <class Integer>
[[nodiscard]] Integer take(std::string_view& bytes) {
  if (bytes.size() < sizeof(Integer)) throw core::CorruptState("the state of voices is truncated");
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(Integer); i > 0; --i) {
    value = (value << 8U) | static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i - 1]));
  }
  bytes.remove_prefix(sizeof(Integer));
  return static_cast<Integer>(value);
}

}  // namespace detail

OUTWEIGH_INLINE void Voices::add(const Mention& mention) { mentions_.push_back(mention); }

OUTWEIGH_INLINE void Voices::merge(const Voices& other) {
  if (other.fingerprint_ != fingerprint_) {
    throw core::InvalidInput("states of voices over different ids cannot be merged");
  }
  mentions_.insert(mentions_.end(), other.mentions_.begin(), other.mentions_.end());
}

OUTWEIGH_INLINE std::vector<Mention> Voices::mentions() const {
  std::vector<Mention> sorted = mentions_;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

OUTWEIGH_INLINE std::string Voices::to_bytes() const {
  std::string bytes(detail::voices_magic);
  detail::put(bytes, fingerprint_);
  const std::vector<Mention> sorted = mentions();
  detail::put(bytes, static_cast<std::uint64_t>(sorted.size()));
  for (const Mention& mention : sorted) {
    detail::put(bytes, mention.need);
    detail::put(bytes, mention.account);
    detail::put(bytes, mention.interaction);
    detail::put(bytes, mention.source);
    detail::put(bytes, mention.at);
    detail::put(bytes, mention.direct);
    detail::put(bytes, mention.belief);
  }
  return bytes;
}

OUTWEIGH_INLINE Voices Voices::from_bytes(std::string_view bytes) {
  if (bytes.substr(0, detail::voices_magic.size()) != detail::voices_magic) {
    throw core::CorruptState("these bytes are no state of voices of this version");
  }
  bytes.remove_prefix(detail::voices_magic.size());
  Voices voices(detail::take<std::uint64_t>(bytes));
  constexpr std::size_t mention_bytes = 26;
  const auto count = detail::take<std::uint64_t>(bytes);
  if (bytes.size() % mention_bytes != 0 || bytes.size() / mention_bytes != count) {
    throw core::CorruptState("the state of voices is truncated or too long");
  }
  voices.mentions_.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    Mention mention;
    mention.need = detail::take<std::uint32_t>(bytes);
    mention.account = detail::take<std::uint32_t>(bytes);
    mention.interaction = detail::take<std::uint32_t>(bytes);
    mention.source = detail::take<std::uint32_t>(bytes);
    mention.at = detail::take<std::int64_t>(bytes);
    mention.direct = detail::take<std::uint8_t>(bytes);
    mention.belief = detail::take<std::uint8_t>(bytes);
    const bool is_sound = mention.direct <= 1 && mention.belief <= 2;
    if (!is_sound || (!voices.mentions_.empty() && !(voices.mentions_.back() < mention))) {
      throw core::CorruptState("the state of voices is not in its canonical form");
    }
    voices.mentions_.push_back(mention);
  }
  return voices;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
