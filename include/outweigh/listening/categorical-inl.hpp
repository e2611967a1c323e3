#pragma once

#include <outweigh/listening/categorical.hpp>
#include <outweigh/listening/detail/cells.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE Crossed cross(std::span<const Categorical> variables) {
  if (variables.empty()) throw core::InvalidInput("there is no column to cross");
  const detail::Cells cells = detail::make_cells(variables, variables.front().codes.size());
  std::vector<std::uint32_t> number(cells.count, 0);
  for (std::size_t row = 0; row < cells.of_row.size(); ++row) number[cells.of_row[row]] = 1;
  Crossed crossed;
  for (const Categorical& variable : variables) {
    if (!crossed.variable.name.empty()) crossed.variable.name += " x ";
    crossed.variable.name += variable.name;
  }
  for (std::size_t cell = 0; cell < cells.count; ++cell) {
    if (number[cell] == 0) continue;
    number[cell] = static_cast<std::uint32_t>(crossed.variable.levels.size());
    std::string level;
    for (std::size_t v = 0; v < variables.size(); ++v) {
      if (v > 0) level += " x ";
      level += variables[v].levels[cells.level[v][cell]];
    }
    crossed.variable.levels.push_back(std::move(level));
  }
  crossed.codes.reserve(cells.of_row.size());
  for (std::size_t row = 0; row < cells.of_row.size(); ++row) crossed.codes.push_back(number[cells.of_row[row]]);
  crossed.variable.codes = Codes(crossed.codes);
  return crossed;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
