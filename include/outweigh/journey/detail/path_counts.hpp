// What the figures of paths share: variants of cases, stages in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/journey/detail/path_numbers.hpp>
#include <outweigh/journey/paths.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

/// Each case's variant, in order of first appearance.
inline std::vector<std::uint32_t> number_variants(const EventLog& log, std::vector<Variant>& variants) {
  PathNumbers numbers = number_paths(log);
  for (std::size_t v = 0; v < numbers.example.size(); ++v) {
    variants.push_back({numbers.example[v], numbers.cases[v], 0.0});
  }
  return std::move(numbers.of_case);
}

inline std::string stage_word(std::uint8_t stage) {
  return std::string(graph::to_string(static_cast<graph::Stage>(stage)));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
