// Rows grouped by their combination of levels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/listening/categorical.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// A variable's name and levels without its rows.
struct Factor {
  std::string name;
  std::vector<std::string> levels;
};

struct Cells {
  std::vector<Factor> factors;
  std::vector<std::uint32_t> of_row;
  std::size_t count = 0;                            ///< number of cells, possibly empty ones among them
  std::vector<std::vector<std::uint32_t>> level;  ///< [factor][cell]
};

/// Number of parts into which `rows` are split for sums: by size only, so that threads do not change results.
[[nodiscard]] inline std::size_t part_count(std::size_t rows, std::size_t states) {
  const std::size_t by_rows = std::max<std::size_t>(1, rows >> 17U);
  const std::size_t by_memory = std::max<std::size_t>(1, rows / (4 * std::max<std::size_t>(1, states)));
  return std::min<std::size_t>({16, by_rows, by_memory});
}

[[noreturn]] inline void throw_bad_code(const Categorical& variable, std::size_t row) {
  const std::int64_t code = variable.codes[row];
  throw core::InvalidInput(code < 0 ? "the level of '" + variable.name + "' is unknown in a row; give unknown a level of its own or leave the row out"
                                    : "a code of '" + variable.name + "' has no level",
                           {.column = variable.name, .row = row, .value = std::to_string(code)});
}

/// cell = cell * levels + code for rows begin .. end - 1; returns the first bad row or `end`.
template <class Integer>
std::size_t combine_codes(std::span<const Integer> codes, std::uint32_t levels, std::uint32_t* cell,
                          std::size_t begin, std::size_t end, bool first) {
  using Unsigned = std::make_unsigned_t<Integer>;
  // With every representable code valid no code can be bad; otherwise a negative one becomes large.
  bool bad = false;
  for (std::size_t row = begin; row < end; ++row) {
    const auto code = static_cast<std::uint64_t>(static_cast<Unsigned>(codes[row]));
    bad |= code >= levels || codes[row] < Integer{0};
    cell[row] = (first ? 0U : cell[row] * levels) + static_cast<std::uint32_t>(code);
  }
  if (!bad) return end;
  for (std::size_t row = begin; row < end; ++row) {
    if (codes[row] < Integer{0} || static_cast<std::uint64_t>(codes[row]) >= levels) return row;
  }
  return end;
}

/// Extends the cell of each row by the columns first .. last - 1. Throws for the first row with a bad code.
inline void number_cells(std::span<const Categorical> variables, std::size_t first, std::size_t last, Cells& cells,
                         const core::RunControl& control) {
  const std::size_t rows = cells.of_row.size();
  constexpr std::size_t block = 4096;
  const std::size_t parts = part_count(rows, 1);
  std::vector<std::size_t> bad(parts, rows);
  std::vector<std::size_t> bad_variable(parts, last);
  core::parallel_for(control, parts, [&](std::size_t part) {
    const std::size_t begin = rows * part / parts;
    const std::size_t end = rows * (part + 1) / parts;
    for (std::size_t from = begin; from < end; from += block) {
      const std::size_t to = std::min(end, from + block);
      for (std::size_t v = first; v < last; ++v) {
        const auto levels = static_cast<std::uint32_t>(variables[v].levels.size());
        const std::size_t found = std::visit(
            [&](auto codes) { return combine_codes(codes, levels, cells.of_row.data(), from, to, v == 0); },
            variables[v].codes.column());
        if (found < (bad[part] == rows ? to : bad[part])) {
          bad[part] = found;
          bad_variable[part] = v;
        }
      }
      if (bad[part] != rows) return;
    }
  });
  for (std::size_t part = 0; part < parts; ++part) {
    if (bad[part] != rows) throw_bad_code(variables[bad_variable[part]], bad[part]);
  }
}

/// Cells of the combinations that `variables` take. Dense while the product of level counts is small against the rows,
/// otherwise only combinations that occur, numbered in the order of their levels.
[[nodiscard]] inline Cells make_cells(std::span<const Categorical> variables, std::size_t rows,
                                      const core::RunControl& control = {}) {
  Cells cells;
  for (const Categorical& variable : variables) {
    if (variable.codes.size() != rows) {
      throw core::InvalidInput("the column '" + variable.name + "' has another length than the sample",
                               {.column = variable.name, .value = std::to_string(variable.codes.size())});
    }
    cells.factors.push_back({variable.name, variable.levels});
  }
  cells.of_row.assign(variables.empty() ? rows : 0, 0);
  cells.count = 1;
  cells.level.assign(variables.size(), {});
  if (variables.empty()) return cells;
  cells.of_row.resize(rows);

  const std::size_t limit = std::max<std::size_t>(4096, std::min<std::size_t>(rows / 4, std::size_t{1} << 20U));
  std::size_t first = 0;
  while (first < variables.size()) {
    // As many columns at once as give few enough combinations: each block of rows then stays in the cache.
    std::size_t last = first;
    std::size_t count = cells.count;
    do {
      const std::size_t levels = variables[last].levels.size();
      if (levels == 0 && rows > 0) throw_bad_code(variables[last], 0);
      if (count > 0xFFFFFFFFULL / std::max<std::size_t>(1, levels)) {
        throw core::InvalidInput("there are too many combinations of levels", {.column = variables[last].name});
      }
      count *= levels;
      ++last;
    } while (last < variables.size() && count * variables[last].levels.size() <= limit);
    number_cells(variables, first, last, cells, control);

    // Levels of the cells so far, in the order cell * levels + code.
    std::size_t repeat = count / std::max<std::size_t>(1, cells.count);
    for (std::size_t u = 0; u < first; ++u) {
      std::vector<std::uint32_t> wider(count);
      for (std::size_t cell = 0; cell < count; ++cell) wider[cell] = cells.level[u][cell / repeat];
      cells.level[u] = std::move(wider);
    }
    for (std::size_t v = first; v < last; ++v) {
      const std::size_t levels = variables[v].levels.size();
      repeat /= std::max<std::size_t>(1, levels);
      cells.level[v].resize(count);
      for (std::size_t cell = 0; cell < count; ++cell) {
        cells.level[v][cell] = static_cast<std::uint32_t>(cell / repeat % levels);
      }
    }
    cells.count = count;
    first = last;

    if (count > limit) {
      std::vector<std::uint32_t> renumbered(count, 0);
      for (const std::uint32_t cell : cells.of_row) renumbered[cell] = 1;
      std::uint32_t next = 0;
      for (std::size_t cell = 0; cell < count; ++cell) {
        if (renumbered[cell] == 0) continue;
        for (std::size_t u = 0; u < last; ++u) cells.level[u][next] = cells.level[u][cell];
        renumbered[cell] = next++;
      }
      for (std::uint32_t& cell : cells.of_row) cell = renumbered[cell];
      for (std::size_t u = 0; u < last; ++u) cells.level[u].resize(next);
      cells.count = next;
    }
  }
  return cells;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
