// The base weights that a method starts from, and their sums by cell.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/listening/detail/adjustment.hpp>
#include <outweigh/listening/detail/fit_cells.hpp>
#include <outweigh/listening/detail/targets.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

struct Base {
  std::shared_ptr<const Design> design;
  std::span<const double> values;  ///< empty: all equal, of unknown size
  std::vector<std::shared_ptr<const Adjustment>> adjustments;

  [[nodiscard]] double operator[](std::size_t row) const { return values.empty() ? 1.0 : values[row]; }
};

[[nodiscard]] inline Base base_of(const Weights& weights) {
  const bool unknown = weights.design().weights().empty() && weights.adjustments().empty();
  return {weights.shared_design(), unknown ? std::span<const double>() : weights.values(), weights.adjustments()};
}

[[nodiscard]] inline Base base_of(Design design) {
  auto shared = std::make_shared<const Design>(std::move(design));
  const std::span<const double> values = shared->weights();
  return {std::move(shared), values, {}};
}

struct CellSums {
  std::vector<double> mass;
  std::vector<double> rows;
};

/// Adds up base weights and rows by cell, part by part.
class CellSummer {
 public:
  explicit CellSummer(const Base& base) : values_(base.values) {}

  void start(std::size_t count, std::size_t parts) {
    sums_.assign(parts, {});
    signs_.assign(parts, 0);
    for (auto& of_cell : sums_) of_cell.assign(count, Sum{});
  }
  /// `cell[0]` is the cell of row `from`.
  template <class Cell>
  void add(std::size_t part, std::size_t from, std::size_t to, const Cell* cell) {
    Sum* of_cell = sums_[part].data();
    if (values_.empty()) {
      for (std::size_t i = 0; i < to - from; ++i) of_cell[cell[i]].rows += 1.0;
      return;
    }
    const double* values = values_.data() + from;
    std::uint64_t signs = 0;
    for (std::size_t i = 0; i < to - from; ++i) {
      Sum& sum = of_cell[cell[i]];
      const double mass = sum.mass + values[i];
      const double count = sum.rows + 1.0;
      sum = {mass, count};  // both in one store
      signs |= std::bit_cast<std::uint64_t>(values[i]);
    }
    signs_[part] |= signs;
  }
  /// Throws InvalidInput for a negative base weight (an earlier calibration).
  [[nodiscard]] CellSums sums() const {
    const bool signed_weight = std::any_of(signs_.begin(), signs_.end(), [](auto signs) { return signs >> 63U != 0; });
    const double least = signed_weight ? *std::min_element(values_.begin(), values_.end()) : 0.0;
    if (least < 0.0) {
      throw core::InvalidInput("base weights must not be negative",
                               {.column = "weights", .value = core::detail::number_text(least)});
    }
    CellSums total;
    total.rows.assign(sums_.front().size(), 0.0);
    total.mass.assign(sums_.front().size(), 0.0);
    for (const auto& of_cell : sums_) {
      for (std::size_t cell = 0; cell < of_cell.size(); ++cell) {
        total.rows[cell] += of_cell[cell].rows;
        total.mass[cell] += values_.empty() ? of_cell[cell].rows : of_cell[cell].mass;
      }
    }
    return total;
  }

 private:
  struct Sum {
    double mass = 0.0;
    double rows = 0.0;
  };
  std::span<const double> values_;
  std::vector<std::vector<Sum>> sums_;
  std::vector<std::uint64_t> signs_;  ///< [part], bits of its base weights
};

struct GroupedRows {
  Cells cells;
  CellSums sums;
};

/// Cells of the rows with their sums of base weights and rows, in one pass where numbers of cells are given once.
[[nodiscard]] inline GroupedRows group_rows(std::span<const Categorical> variables, const Base& base, std::size_t rows,
                                            const core::RunControl& control) {
  GroupedRows grouped;
  CellSummer summer(base);
  const auto parts_of = [rows](std::size_t count) { return part_count(rows, count); };
  const bool summed = make_cells(
      variables, rows, control, grouped.cells, parts_of,
      [&](std::size_t count, std::size_t parts) { summer.start(count, parts); },
      [&](std::size_t part, std::size_t from, std::size_t to, const auto* cell) { summer.add(part, from, to, cell); });
  if (!summed) {
    const std::size_t parts = parts_of(grouped.cells.count);
    summer.start(grouped.cells.count, parts);
    grouped.cells.of_row.visit([&](auto of_row) {
      core::parallel_for(control, parts, [&](std::size_t part) {
        const std::size_t begin = rows * part / parts;
        summer.add(part, begin, rows * (part + 1) / parts, of_row.data() + begin);
      });
    });
  }
  grouped.sums = summer.sums();
  return grouped;
}

/// The length of the sample; throws InvalidInput when there is none or lengths differ.
[[nodiscard]] inline std::size_t sample_rows(std::span<const Margin> margins, std::span<const NumericTotal> numeric,
                                             const Base& base) {
  std::size_t rows = base.values.empty() ? base.design->rows() : base.values.size();
  const auto check = [&rows](std::size_t length, const std::string& name) {
    if (rows == 0) rows = length;
    if (length != rows) {
      throw core::InvalidInput("the column '" + name + "' has another length than the sample or its base weights: " +
                                   std::to_string(length) + " against " + std::to_string(rows),
                               {.column = name, .value = std::to_string(length)});
    }
  };
  for (const Margin& margin : margins) check(margin.variable.codes.size(), margin.variable.name);
  for (const NumericTotal& column : numeric) check(column.values.size(), column.name);
  if (margins.empty() && numeric.empty()) throw core::InvalidInput("there is no total to meet");
  if (rows == 0) throw core::InvalidInput("the sample has no rows");
  return rows;
}

/// weights[row] = base[row] * ratio[cell of row].
[[nodiscard]] inline LargeVector<double> spread(const Cells& cells, const Base& base, std::span<const double> ratio,
                                                const core::RunControl& control) {
  const std::size_t rows = cells.of_row.size();
  LargeVector<double> weights;
  weights.resize(rows);
  const std::size_t parts = part_count(rows, 1);
  cells.of_row.visit([&](auto of_row) {
    core::parallel_for(control, parts, [&](std::size_t part) {
      const std::size_t end = rows * (part + 1) / parts;
      const double* by_cell = ratio.data();
      double* out = weights.data();
      if (base.values.empty()) {
        for (std::size_t row = rows * part / parts; row < end; ++row) out[row] = by_cell[of_row[row]];
      } else {
        const double* values = base.values.data();
        for (std::size_t row = rows * part / parts; row < end; ++row) out[row] = values[row] * by_cell[of_row[row]];
      }
    });
  });
  return weights;
}

template <class Values>
[[nodiscard]] Weights finish(const Base& base, Values values, Adjustment adjustment, Convergence convergence) {
  auto adjustments = base.adjustments;
  if (!adjustments.empty()) adjustment.before.assign(base.values.begin(), base.values.end());
  adjustments.push_back(std::make_shared<const Adjustment>(std::move(adjustment)));
  auto owner = std::make_shared<const Values>(std::move(values));
  const std::span<const double> numbers(*owner);
  return Weights(base.design, std::move(owner), numbers, std::move(adjustments), std::move(convergence));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
