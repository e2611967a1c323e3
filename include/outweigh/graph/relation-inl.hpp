#pragma once

#include <algorithm>

#include <outweigh/graph/detail/relation_maker.hpp>
#include <outweigh/graph/relation.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

OUTWEIGH_INLINE std::uint32_t Relation::source(std::size_t edge) const noexcept {
  const auto after = std::upper_bound(out_offsets_.begin(), out_offsets_.end(), edge);
  return static_cast<std::uint32_t>(after - out_offsets_.begin() - 1);
}

OUTWEIGH_INLINE Relation make_relation(std::span<const std::uint32_t> sources, std::span<const std::uint32_t> targets,
                                       std::size_t from_size, std::size_t to_size, const core::RunControl& control) {
  return detail::RelationMaker::make(sources, targets, {}, from_size, to_size, control);
}

OUTWEIGH_INLINE Relation make_relation(std::span<const std::uint32_t> sources, std::span<const std::uint32_t> targets,
                                       std::span<const std::uint32_t> rows, std::size_t from_size, std::size_t to_size,
                                       const core::RunControl& control) {
  return detail::RelationMaker::make(sources, targets, rows, from_size, to_size, control);
}

OUTWEIGH_INLINE Relation make_function(std::span<const std::uint32_t> targets, std::span<const std::uint8_t> valid,
                                       std::size_t to_size, const core::RunControl& control) {
  return detail::RelationMaker::make_function<std::uint32_t>(targets, valid, to_size, control);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
