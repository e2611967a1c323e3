// The error for a column whose type cannot hold what is asked of it.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <outweigh/core/column.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core::detail {

/// Shows the first known value and its row as an example.
[[noreturn]] inline void throw_type(const Column& column, Place place, const std::string& message) {
  if (column.type() != ColumnType::unsupported) {
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (column.is_null(row)) continue;
      place.row = row;
      place.value = column.text(row);
      break;
    }
  }
  throw TypeMismatch(message + ", and is of type " + column.type_name(), std::move(place));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core::detail
