// From ids to positions, with errors that name the row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

inline std::unordered_map<std::string, std::uint32_t> positions(const std::vector<std::string>& ids,
                                                                std::string_view table, std::string_view column) {
  std::unordered_map<std::string, std::uint32_t> found;
  found.reserve(ids.size());
  for (std::size_t row = 0; row < ids.size(); ++row) {
    core::Place place{.table = std::string(table), .column = std::string(column), .row = row, .value = ids[row]};
    if (ids[row].empty()) throw core::InvalidInput("an id is empty", std::move(place));
    if (!found.emplace(ids[row], static_cast<std::uint32_t>(row)).second) {
      throw core::InvalidInput("an id occurs twice", std::move(place));
    }
  }
  return found;
}

inline std::uint32_t look_up(const std::unordered_map<std::string, std::uint32_t>& known, const std::string& id,
                             std::string_view table, std::string_view column, std::size_t row) {
  const auto at = known.find(id);
  if (at == known.end()) {
    throw core::InvalidInput("an id is unknown",
                             {.table = std::string(table), .column = std::string(column), .row = row, .value = id});
  }
  return at->second;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
