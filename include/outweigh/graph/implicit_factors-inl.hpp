#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/factor_sweep.hpp>
#include <outweigh/graph/implicit_factors.hpp>
#include <outweigh/stats/random.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

inline void check_factor_options(const ImplicitFactorsOptions& options) {
  const auto refuse = [](std::string_view message, std::string_view column, const std::string& value) {
    throw core::InvalidInput(message, {.column = std::string(column), .value = value});
  };
  if (options.factors < 1 || options.factors > 512) {
    refuse("the number of factors must lie between 1 and 512", "factors", std::to_string(options.factors));
  }
  if (!(options.regularisation >= 1e-6 && options.regularisation <= 1e6)) {
    refuse("the regularisation must lie between 1e-6 and 1e6", "regularisation",
           std::to_string(options.regularisation));
  }
  if (!(options.alpha > 0.0 && options.alpha <= 1e6)) {
    refuse("alpha must be positive and at most 1e6", "alpha", std::to_string(options.alpha));
  }
  if (options.iterations == 0) refuse("there must be an iteration", "iterations", "0");
}

/// Every pair counts: the entries apart, all others through the sums of squares.
[[nodiscard]] inline double factor_loss(const Adjacency& by_row, const FactorSide& rows, const FactorSide& columns,
                                        const ImplicitFactorsOptions& options) {
  const std::vector<double> a = gram(rows, options.control);
  const std::vector<double> b = gram(columns, options.control);
  double loss = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) loss += a[i] * b[i];
  for (std::size_t k = 0; k < rows.width; ++k) {
    loss += options.regularisation * (a[k * rows.width + k] + b[k * rows.width + k]);
  }
  const std::vector<std::uint32_t> blocks = row_blocks(by_row.offsets);
  std::vector<double> parts(blocks.size() - 1, 0.0);
  core::parallel_for(options.control, parts.size(), [&](std::size_t block) {
    for (std::size_t row = blocks[block]; row < blocks[block + 1]; ++row) {
      for (std::size_t i = by_row.offsets[row]; i < by_row.offsets[row + 1]; ++i) {
        const auto score = static_cast<double>(lane_dot(rows.row(row), columns.row(by_row.neighbours[i]), rows.width));
        parts[block] += (1.0 + options.alpha * by_row.weight(i)) * (1.0 - score) * (1.0 - score) - score * score;
      }
    }
  });
  for (const double part : parts) loss += part;
  return loss;
}

[[nodiscard]] inline std::vector<float> without_padding(const FactorSide& side, std::size_t factors) {
  std::vector<float> values;
  values.reserve(side.rows() * factors);
  for (std::size_t row = 0; row < side.rows(); ++row)
    values.insert(values.end(), side.row(row), side.row(row) + factors);
  return values;
}

}  // namespace detail

OUTWEIGH_INLINE ImplicitFactors implicit_factors(const Adjacency& by_row, std::size_t columns,
                                                 const ImplicitFactorsOptions& options) {
  detail::check_factor_options(options);
  const std::size_t width =
      (options.factors + detail::FactorSide::lanes - 1) / detail::FactorSide::lanes * detail::FactorSide::lanes;
  const Adjacency by_column = transpose(by_row, columns);
  detail::FactorSide row_side(by_row.rows(), width);
  detail::FactorSide column_side(columns, width);
  const stats::Random random(options.control.seed);
  const double spread = 1.0 / std::sqrt(static_cast<double>(options.factors));
  for (std::size_t column = 0; column < columns; ++column) {
    if (by_column.offsets[column] == by_column.offsets[column + 1]) continue;
    stats::Random own = random.stream(column);
    for (std::size_t k = 0; k < options.factors; ++k) {
      column_side.row(column)[k] = static_cast<float>(own.uniform(-0.5, 0.5) * spread);
    }
  }
  for (std::size_t iteration = 0; iteration < options.iterations; ++iteration) {
    options.control.report("factors", static_cast<double>(iteration) / static_cast<double>(options.iterations));
    detail::FactorSolver(by_row, column_side, options.regularisation, options.alpha, options.control)
        .run(row_side, options.control);
    detail::FactorSolver(by_column, row_side, options.regularisation, options.alpha, options.control)
        .run(column_side, options.control);
  }
  options.control.report("factors", 1.0);
  ImplicitFactors result;
  result.factors = options.factors;
  result.loss = detail::factor_loss(by_row, row_side, column_side, options);
  result.rows = detail::without_padding(row_side, options.factors);
  result.columns = detail::without_padding(column_side, options.factors);
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
