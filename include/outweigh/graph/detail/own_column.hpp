// Columns that are the user's own.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/read_column.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// The column as it is; NaN is unknown.
[[nodiscard]] inline core::Column own_column(const core::Column& column) {
  if (column.type() != core::ColumnType::float64) return column;
  const core::Field<double> field = core::try_read_float64s(column).field;
  std::vector<double> values(field.size(), 0.0);
  std::vector<std::uint8_t> valid(field.size(), 0);
  bool has_nan = false;
  for (std::size_t row = 0; row < field.size(); ++row) {
    if (!field.has(row)) continue;
    if (std::isnan(field[row])) {
      has_nan = true;
    } else {
      values[row] = field[row];
      valid[row] = 1;
    }
  }
  return has_nan ? core::Column::float64s(std::move(values), valid) : column;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
