// Items put in the order of small whole keys, by counting in parts that several threads share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <outweigh/core/parallel.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// The key of an item that is left out.
inline constexpr std::uint32_t no_key = std::numeric_limits<std::uint32_t>::max();

/// Places of items 0 .. size - 1 in the order of their keys below `keys`, items of one key as they stand. Calls
/// `start(how many are placed)` once, then `put(item, place)` for each that has a key, from several threads.
/// Returns where each key begins, and the end. O(size + parts keys); the same on any number of threads.
template <class KeyOf, class Start, class Put>
std::vector<std::uint32_t> place_by(std::size_t size, std::size_t keys, const core::RunControl& control, KeyOf key_of,
                                    Start start, Put put) {
  // As many parts as pay: each counts all keys.
  const std::size_t parts = std::clamp<std::size_t>(std::min(size >> 18U, size / (keys + 1)), 1, 8);
  std::vector<std::vector<std::uint32_t>> next(parts);
  core::parallel_for(control, parts, [&](std::size_t part) {
    std::vector<std::uint32_t> count(keys, 0);
    for (std::size_t i = size * part / parts; i < size * (part + 1) / parts; ++i) {
      const std::uint32_t key = key_of(i);
      if (key != no_key) ++count[key];
    }
    next[part] = std::move(count);
  });
  std::vector<std::uint32_t> begin(keys + 1);
  std::uint32_t placed = 0;
  for (std::size_t key = 0; key < keys; ++key) {
    begin[key] = placed;
    for (std::size_t part = 0; part < parts; ++part) {
      const std::uint32_t here = next[part][key];
      next[part][key] = placed;
      placed += here;
    }
  }
  begin[keys] = placed;
  start(placed);
  core::parallel_for(control, parts, [&](std::size_t part) {
    std::uint32_t* const place = next[part].data();
    for (std::size_t i = size * part / parts; i < size * (part + 1) / parts; ++i) {
      const std::uint32_t key = key_of(i);
      if (key != no_key) put(i, place[key]++);
    }
  });
  return begin;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
