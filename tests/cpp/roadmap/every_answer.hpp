// A general solver for models of few whole columns: tries all their values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <outweigh/roadmap/linear_model.hpp>

namespace outweigh::test {

/// Right where the columns that are not whole can be raised one after the other, those worth most first.
inline roadmap::LinearOutcome every_answer(const roadmap::LinearModel& model, const roadmap::LinearOptions&) {
  const std::size_t columns = model.column_count();
  std::vector<std::uint32_t> whole, rest;
  for (std::uint32_t k = 0; k < columns; ++k) (model.whole[k] != 0 ? whole : rest).push_back(k);
  std::stable_sort(rest.begin(), rest.end(), [&](auto a, auto b) { return model.worth[a] > model.worth[b]; });
  const auto row_sum = [&](const std::vector<double>& values, std::size_t row) {
    double sum = 0.0;
    for (std::size_t k = model.row_begin[row]; k < model.row_begin[row + 1]; ++k) {
      sum += model.row_coefficients[k] * values[model.row_columns[k]];
    }
    return sum;
  };
  const auto coefficient = [&](std::size_t row, std::uint32_t column) {
    for (std::size_t k = model.row_begin[row]; k < model.row_begin[row + 1]; ++k) {
      if (model.row_columns[k] == column) return model.row_coefficients[k];
    }
    return 0.0;
  };
  roadmap::LinearOutcome best;
  best.status = roadmap::LinearStatus::infeasible;
  for (std::uint64_t code = 0; code < (std::uint64_t{1} << whole.size()); ++code) {
    std::vector<double> values(columns, 0.0);
    for (std::size_t k = 0; k < whole.size(); ++k) values[whole[k]] = static_cast<double>((code >> k) & 1U);
    for (const std::uint32_t column : rest) {
      double least = model.lower[column], most = model.upper[column];
      for (std::size_t row = 0; row < model.row_count(); ++row) {
        const double factor = coefficient(row, column);
        if (factor == 0.0) continue;
        const double others = row_sum(values, row);
        const double upper = (model.row_upper[row] - others) / factor, lower = (model.row_lower[row] - others) / factor;
        most = std::min(most, std::max(upper, lower));
        least = std::max(least, std::min(upper, lower));
      }
      values[column] = model.worth[column] > 0.0 ? most : std::max(least, std::min(0.0, most));
    }
    bool holds = true;
    for (std::size_t k = 0; k < columns; ++k) {
      holds = holds && values[k] >= model.lower[k] - 1e-9 && values[k] <= model.upper[k] + 1e-9;
    }
    for (std::size_t row = 0; row < model.row_count() && holds; ++row) {
      const double sum = row_sum(values, row);
      holds = sum >= model.row_lower[row] - 1e-9 && sum <= model.row_upper[row] + 1e-9;
    }
    if (!holds) continue;
    const double worth = std::inner_product(values.begin(), values.end(), model.worth.begin(), 0.0);
    if (best.values.empty() || worth > best.bound) {
      best = {.status = roadmap::LinearStatus::optimal, .bound = worth, .values = std::move(values)};
    }
  }
  return best;
}

}  // namespace outweigh::test
