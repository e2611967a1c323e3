// Numbers cut to bounds, their sum kept.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

struct TrimRule {
  double lower = 0.0;
  double upper = 0.0;
  bool proportional = false;
  bool strict = true;
};

[[nodiscard]] inline std::vector<double> trim_values(std::span<const double> given, const TrimRule& options) {
  if (!(options.lower <= options.upper) || std::isnan(options.lower)) {
    throw core::InvalidInput("the bounds of a trim must satisfy lower <= upper",
                             {.column = "bounds", .value = std::to_string(options.lower) + ", " + std::to_string(options.upper)});
  }
  std::vector<double> values(given.begin(), given.end());
  const double rows = static_cast<double>(values.size());
  double total = 0.0;
  for (const double value : values) total += value;
  if (!values.empty() && (total > options.upper * rows * (1.0 + 1e-12) || total < options.lower * rows * (1.0 - 1e-12))) {
    throw core::Infeasible("no weights within the bounds have the sum of these weights",
                           {.column = "weights", .value = std::to_string(total)});
  }
  // A row once cut stays cut, so that each round settles at least one row.
  std::vector<char> settled(values.size(), 0);
  for (;;) {
    double cut = 0.0;
    double open_rows = 0.0;
    double open_weight = 0.0;
    bool any = false;
    std::vector<char> outside(values.size(), 0);
    for (std::size_t row = 0; row < values.size(); ++row) {
      const double kept = std::clamp(values[row], options.lower, options.upper);
      if (kept != values[row]) {
        cut += values[row] - kept;
        values[row] = kept;
        outside[row] = 1;
        any = true;
      }
      if (outside[row] == 0 && (settled[row] == 0 || !options.strict)) {
        open_rows += 1.0;
        open_weight += values[row];
      }
    }
    if (!any) break;
    const bool shared = options.proportional && open_weight > 0.0;
    if (open_rows == 0.0) break;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (outside[row] != 0) {
        settled[row] = 1;
      } else if (settled[row] == 0) {
        values[row] += shared ? cut * values[row] / open_weight : cut / open_rows;
      }
    }
    if (!options.strict) break;
  }
  return values;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
