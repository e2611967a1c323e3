// Rows grouped by their combination of levels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/detail/prefetch.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/listening/categorical.hpp>
#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

using core::LargeVector;

/// A variable's name and levels without its rows.
struct Factor {
  std::string name;
  std::vector<std::string> levels;
};

/// The cell of each row, in two bytes where there are few enough cells.
class RowCells {
 public:
  using Narrow = std::uint16_t;
  using Wide = std::uint32_t;

  [[nodiscard]] std::size_t size() const noexcept { return is_narrow_ ? narrow_.size() : wide_.size(); }
  [[nodiscard]] std::uint32_t operator[](std::size_t row) const noexcept {
    return is_narrow_ ? std::uint32_t{narrow_[row]} : wide_[row];
  }
  [[nodiscard]] std::uint32_t back() const noexcept { return (*this)[size() - 1]; }
  /// Calls `with` with the span of the numbers as they are stored.
  template <class With>
  decltype(auto) visit(With with) const {
    if (is_narrow_) return with(std::span<const Narrow>(narrow_));
    return with(std::span<const Wide>(wide_));
  }

  /// `rows` numbers, unset, that can hold 0 .. count - 1.
  void reset(std::size_t rows, std::size_t count) {
    clear();
    is_narrow_ = count <= std::size_t{1} << 16U;
    if (is_narrow_) {
      narrow_.resize(rows);
    } else {
      wide_.resize(rows);
    }
  }
  /// Room for numbers 0 .. count - 1, those there are kept.
  void widen(std::size_t count) {
    if (!is_narrow_ || count <= std::size_t{1} << 16U) return;
    wide_.assign(narrow_.begin(), narrow_.end());
    narrow_ = {};
    is_narrow_ = false;
  }
  void assign(std::size_t rows, std::uint32_t cell) {
    reset(rows, std::size_t{cell} + 1);
    store(0, rows, [cell](std::size_t) { return cell; });
  }
  /// Numbers of rows begin .. end - 1.
  template <class Of>
  void store(std::size_t begin, std::size_t end, Of of) {
    if (is_narrow_) {
      for (std::size_t row = begin; row < end; ++row) narrow_[row] = static_cast<Narrow>(of(row));
    } else {
      for (std::size_t row = begin; row < end; ++row) wide_[row] = of(row);
    }
  }
  void renumber(std::span<const std::uint32_t> number) {
    store(0, size(), [&](std::size_t row) { return number[(*this)[row]]; });
  }
  void truncate(std::size_t rows) {
    if (is_narrow_) {
      narrow_.resize(rows);
    } else {
      wide_.resize(rows);
    }
  }
  void clear() {
    narrow_ = {};
    wide_ = {};
    is_narrow_ = true;
  }
  /// Stored numbers, for one of the types above as `is_narrow` says.
  [[nodiscard]] bool is_narrow() const noexcept { return is_narrow_; }
  [[nodiscard]] Narrow* narrow() noexcept { return narrow_.data(); }
  [[nodiscard]] Wide* wide() noexcept { return wide_.data(); }

 private:
  LargeVector<Narrow> narrow_;
  LargeVector<Wide> wide_;
  bool is_narrow_ = true;
};

struct Cells {
  std::vector<Factor> factors;
  RowCells of_row;
  std::size_t count = 0;                          ///< number of cells, possibly empty ones among them
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
  throw core::InvalidInput(code < 0 ? "the level of '" + variable.name +
                                          "' is unknown in a row; give unknown a level of its own or leave the row out"
                                    : "a code of '" + variable.name + "' has no level",
                           {.column = variable.name, .row = row, .value = code < 0 ? "" : std::to_string(code)});
}

/// cell = cell * levels + code for codes of consecutive rows; false when a code is bad. `Cell` holds the largest
/// number.
template <class Cell, class Integer>
OUTWEIGH_LANE bool combine_codes(const Integer* codes, std::size_t rows, std::uint32_t levels, Cell* cell, bool first) {
  using Unsigned = std::make_unsigned_t<Integer>;
  // Codes are compared in the type of the cells, so that all of a register is used; what lies above is gathered apart.
  Unsigned above = 0;
  Cell greatest = 0;
  const auto step = static_cast<Cell>(levels);
  if (first) {
    for (std::size_t row = 0; row < rows; ++row) {
      const auto code = static_cast<Unsigned>(codes[row]);
      const auto low = static_cast<Cell>(code);
      above = static_cast<Unsigned>(above | code);
      greatest = std::max(greatest, low);
      cell[row] = low;
    }
  } else {
    for (std::size_t row = 0; row < rows; ++row) {
      const auto code = static_cast<Unsigned>(codes[row]);
      const auto low = static_cast<Cell>(code);
      above = static_cast<Unsigned>(above | code);
      greatest = std::max(greatest, low);
      cell[row] = static_cast<Cell>(cell[row] * step + low);
    }
  }
  return std::uint64_t{above} <= std::numeric_limits<Cell>::max() && greatest < levels;
}

/// combine_codes of rows from .. to - 1. Fetches what comes next in the column: the processor's own fetching begins
/// anew whenever columns are read in turn.
template <class Cell, class Integer>
OUTWEIGH_LANE bool combine_block(std::span<const Integer> codes, std::size_t from, std::size_t to, std::uint32_t levels,
                                 Cell* cell, bool first) {
  constexpr std::size_t line = 64 / sizeof(Integer);
  constexpr std::size_t ahead = 4096 / sizeof(Integer);
  constexpr std::size_t step = 256;
  bool good = true;
  for (std::size_t row = from; row < to; row += step) {
    const std::size_t fetched = std::min(codes.size(), row + ahead + step);
    for (std::size_t next = row + ahead; next < fetched; next += line) core::detail::prefetch(codes.data() + next);
    const std::size_t rows = std::min(step, to - row);
    good &= combine_codes(codes.data() + row, rows, levels, cell + (row - from), first);
  }
  return good;
}

/// The first bad code of rows begin .. end - 1.
template <class Integer>
std::size_t first_bad(std::span<const Integer> codes, std::uint32_t levels, std::size_t begin, std::size_t end) {
  for (std::size_t row = begin; row < end; ++row) {
    if (codes[row] < Integer{0} || static_cast<std::uint64_t>(codes[row]) >= levels) return row;
  }
  return end;
}

/// Rows that are dealt with at once: their cells stay in the fastest cache.
inline constexpr std::size_t row_block = 4096;

struct BadCode {
  std::size_t row = 0;
  std::size_t variable = 0;
};

/// Extends `cell`, the numbers of rows from .. to - 1, by the columns first .. last - 1. False, with the first bad row
/// and its variable, when a code is bad.
template <class Cell>
bool number_block(std::span<const Categorical> variables, std::size_t first, std::size_t last, std::size_t from,
                  std::size_t to, Cell* cell, BadCode& bad) {
  bool good = true;
  bad.row = to;
  for (std::size_t v = first; v < last; ++v) {
    const auto levels = static_cast<std::uint32_t>(variables[v].levels.size());
    std::visit(
        [&](auto codes) {
          bool all_good = false;
          stats::detail::in_lanes(
              [&]() OUTWEIGH_LANE_CALL { all_good = combine_block(codes, from, to, levels, cell, v == 0); });
          if (all_good) return;
          good = false;
          const std::size_t found = first_bad(codes, levels, from, to);
          if (found < bad.row) bad = {found, v};
        },
        variables[v].codes.column());
  }
  return good;
}

/// Extends the cell of each row by the columns first .. last - 1, which gives numbers below `count`, and calls
/// `visit(part, from, to, cells of these rows)` block by block. Throws for the first row with a bad code.
template <class Visit>
void number_cells(std::span<const Categorical> variables, std::size_t first, std::size_t last, std::size_t count,
                  std::size_t parts, RowCells& of_row, std::size_t rows, const core::RunControl& control, Visit visit) {
  if (first == 0) {
    of_row.reset(rows, count);
  } else {
    of_row.widen(count);
  }
  std::vector<BadCode> bad(parts, BadCode{rows, 0});
  const auto run = [&](auto* cells, std::size_t part) {
    const std::size_t end = rows * (part + 1) / parts;
    for (std::size_t from = rows * part / parts; from < end; from += row_block) {
      const std::size_t to = std::min(end, from + row_block);
      if (!number_block(variables, first, last, from, to, cells + from, bad[part])) return;
      bad[part].row = rows;
      visit(part, from, to, cells + from);
    }
  };
  core::parallel_for(control, parts, [&](std::size_t part) {
    if (of_row.is_narrow()) {
      run(of_row.narrow(), part);
    } else {
      run(of_row.wide(), part);
    }
  });
  for (const BadCode& found : bad) {
    if (found.row != rows) throw_bad_code(variables[found.variable], found.row);
  }
}

/// Cells of the combinations that `variables` take. Dense while the product of level counts is small against the rows,
/// otherwise only combinations that occur, numbered in the order of their levels.
/// Calls `visit(part, from, to, cells of these rows)` over `parts(count of cells)` parts, once `start(count, parts)`
/// was called; false when numbers had to be given anew, so that nothing was visited.
template <class Parts, class Start, class Visit>
bool make_cells(std::span<const Categorical> variables, std::size_t rows, const core::RunControl& control, Cells& cells,
                Parts parts_of, Start start, Visit visit) {
  bool visited = false;
  for (const Categorical& variable : variables) {
    if (variable.codes.size() != rows) {
      throw core::InvalidInput("the column '" + variable.name +
                                   "' has another length than the sample or its base weights: " +
                                   std::to_string(variable.codes.size()) + " against " + std::to_string(rows),
                               {.column = variable.name, .value = std::to_string(variable.codes.size())});
    }
    cells.factors.push_back({variable.name, variable.levels});
  }
  cells.count = 1;
  cells.level.assign(variables.size(), {});
  if (variables.empty()) {
    cells.of_row.assign(rows, 0);
    return false;
  }

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
    if (last == variables.size() && count <= limit) {
      const std::size_t parts = parts_of(count);
      start(count, parts);
      number_cells(variables, first, last, count, parts, cells.of_row, rows, control, visit);
      visited = true;
    } else {
      number_cells(variables, first, last, count, part_count(rows, 1), cells.of_row, rows, control,
                   [](std::size_t, std::size_t, std::size_t, const auto*) {});
    }

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
      for (std::size_t row = 0; row < rows; ++row) renumbered[cells.of_row[row]] = 1;
      std::uint32_t next = 0;
      for (std::size_t cell = 0; cell < count; ++cell) {
        if (renumbered[cell] == 0) continue;
        for (std::size_t u = 0; u < last; ++u) cells.level[u][next] = cells.level[u][cell];
        renumbered[cell] = next++;
      }
      cells.of_row.renumber(renumbered);
      for (std::size_t u = 0; u < last; ++u) cells.level[u].resize(next);
      cells.count = next;
    }
  }
  return visited;
}

[[nodiscard]] inline Cells make_cells(std::span<const Categorical> variables, std::size_t rows,
                                      const core::RunControl& control = {}) {
  Cells cells;
  (void)make_cells(
      variables, rows, control, cells, [rows](std::size_t) { return part_count(rows, 1); },
      [](std::size_t, std::size_t) {}, [](std::size_t, std::size_t, std::size_t, const auto*) {});
  return cells;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
