// Items put in the order of small whole keys, by counting in parts that several threads share.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <outweigh/core/parallel.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// The key of an item that is left out.
inline constexpr std::uint32_t no_key = std::numeric_limits<std::uint32_t>::max();

/// Places of items 0 .. size - 1 in the order of their keys below `keys`, items of one key as they stand.
/// `visit(begin, end, take)` calls `take(key, item)` for items begin .. end - 1, whatever an item is. Calls
/// `start(how many are placed)` once, then `put(item, place)` for each that has a key, from several threads.
/// Returns where each key begins, and the end. O(size + parts keys); the same on any number of threads.
template <class Visit, class Start, class Put>
std::vector<std::uint32_t> place_items(std::size_t size, std::size_t keys, const core::RunControl& control, Visit visit,
                                       Start start, Put put) {
  // As many parts as pay, since each counts all keys; a power of two, which few threads share evenly.
  const std::size_t parts = std::bit_floor(std::clamp<std::size_t>(std::min(size >> 17U, size / (keys + 1)), 1, 8));
  std::vector<std::vector<std::uint32_t>> next(parts);
  core::parallel_for(control, parts, [&](std::size_t part) {
    std::vector<std::uint32_t> count(keys, 0);
    visit(size * part / parts, size * (part + 1) / parts, [&](std::uint32_t key, const auto&) {
      if (key != no_key) ++count[key];
    });
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
    visit(size * part / parts, size * (part + 1) / parts, [&](std::uint32_t key, const auto& item) {
      if (key != no_key) put(item, place[key]++);
    });
  });
  return begin;
}

/// The same where item i has key `key_of(i)`.
template <class KeyOf, class Start, class Put>
std::vector<std::uint32_t> place_by(std::size_t size, std::size_t keys, const core::RunControl& control, KeyOf key_of,
                                    Start start, Put put) {
  const auto visit = [&](std::size_t begin, std::size_t end, auto take) {
    for (std::size_t i = begin; i < end; ++i) take(key_of(i), i);
  };
  return place_items(size, keys, control, visit, start, put);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
