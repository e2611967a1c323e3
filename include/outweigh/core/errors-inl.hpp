#pragma once

#include <string>
#include <utility>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

OUTWEIGH_INLINE std::string to_string(const Place& place) {
  std::string text;
  const auto append = [&text](std::string_view part) {
    if (!text.empty()) text += ", ";
    text += part;
  };
  if (!place.table.empty()) append("table '" + place.table + "'");
  if (!place.column.empty()) append("column '" + place.column + "'");
  if (place.row) append("row " + std::to_string(*place.row));
  if (!place.value.empty()) append("value '" + place.value + "'");
  return text;
}

OUTWEIGH_INLINE Error::Error(std::string_view message, Place place)
    : std::runtime_error([&] {
        const std::string where = to_string(place);
        return where.empty() ? std::string(message) : std::string(message) + " (" + where + ")";
      }()),
      message_(message),
      place_(std::move(place)) {}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
