// A node's position among the nodes of its kind. Indices of different kinds do not convert into each other.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// Dense position 0..n-1 of a node of the kind that `Tag` names. The user's own ids live in core::Ids.
template <class Tag>
class Index {
 public:
  using value_type = std::uint32_t;

  constexpr Index() noexcept = default;
  constexpr explicit Index(std::size_t value) noexcept : value_(static_cast<value_type>(value)) {}

  [[nodiscard]] constexpr value_type value() const noexcept { return value_; }
  [[nodiscard]] constexpr explicit operator std::size_t() const noexcept { return value_; }

  friend constexpr auto operator<=>(Index, Index) noexcept = default;

 private:
  value_type value_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

template <class Tag>
struct std::hash<outweigh::core::Index<Tag>> {
  std::size_t operator()(outweigh::core::Index<Tag> index) const noexcept { return index.value(); }
};
