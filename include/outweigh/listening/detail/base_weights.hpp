// The base weights that a method starts from, and their sums by cell.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

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

/// Sums of base weights and rows by cell. Throws InvalidInput for a negative base weight (an earlier calibration).
[[nodiscard]] inline CellSums sum_by_cell(const Cells& cells, const Base& base, const core::RunControl& control) {
  const std::size_t rows = cells.of_row.size();
  const std::size_t parts = part_count(rows, cells.count);
  std::vector<CellSums> sums(parts);
  core::parallel_for(control, parts, [&](std::size_t part) {
    std::vector<std::uint32_t> counts(cells.count, 0);
    std::vector<double>& mass = sums[part].mass;
    mass.assign(base.values.empty() ? 0 : cells.count, 0.0);
    const std::size_t begin = rows * part / parts;
    const std::size_t end = rows * (part + 1) / parts;
    const std::uint32_t* of_row = cells.of_row.data();
    if (base.values.empty()) {
      for (std::size_t row = begin; row < end; ++row) ++counts[of_row[row]];
    } else {
      const double* values = base.values.data();
      double least = 0.0;
      for (std::size_t row = begin; row < end; ++row) {
        ++counts[of_row[row]];
        mass[of_row[row]] += values[row];
        least = std::min(least, values[row]);
      }
      if (least < 0.0) {
        throw core::InvalidInput("base weights must not be negative", {.column = "weights", .value = std::to_string(least)});
      }
    }
    sums[part].rows.assign(counts.begin(), counts.end());
  });
  CellSums total = std::move(sums.front());
  for (std::size_t part = 1; part < parts; ++part) {
    for (std::size_t cell = 0; cell < cells.count; ++cell) total.rows[cell] += sums[part].rows[cell];
    for (std::size_t cell = 0; cell < total.mass.size(); ++cell) total.mass[cell] += sums[part].mass[cell];
  }
  if (base.values.empty()) total.mass = total.rows;
  return total;
}

/// The length of the sample; throws InvalidInput when there is none or lengths differ.
[[nodiscard]] inline std::size_t sample_rows(std::span<const Margin> margins, std::span<const NumericTotal> numeric,
                                             const Base& base) {
  std::size_t rows = base.values.empty() ? base.design->rows() : base.values.size();
  const auto check = [&rows](std::size_t length, const std::string& name) {
    if (rows == 0) rows = length;
    if (length != rows) {
      throw core::InvalidInput("the column '" + name + "' has another length than the sample",
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
[[nodiscard]] inline std::vector<double> spread(const Cells& cells, const Base& base, std::span<const double> ratio,
                                                const core::RunControl& control) {
  const std::size_t rows = cells.of_row.size();
  std::vector<double> weights(rows);
  const std::size_t parts = part_count(rows, 1);
  core::parallel_for(control, parts, [&](std::size_t part) {
    const std::size_t begin = rows * part / parts;
    const std::size_t end = rows * (part + 1) / parts;
    const std::uint32_t* of_row = cells.of_row.data();
    const double* by_cell = ratio.data();
    double* out = weights.data();
    if (base.values.empty()) {
      for (std::size_t row = begin; row < end; ++row) out[row] = by_cell[of_row[row]];
    } else {
      const double* values = base.values.data();
      for (std::size_t row = begin; row < end; ++row) out[row] = values[row] * by_cell[of_row[row]];
    }
  });
  return weights;
}

[[nodiscard]] inline Weights finish(const Base& base, std::vector<double> values, Adjustment adjustment,
                                    Convergence convergence) {
  auto adjustments = base.adjustments;
  adjustments.push_back(std::make_shared<const Adjustment>(std::move(adjustment)));
  return Weights(base.design, std::move(values), std::move(adjustments), std::move(convergence));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
