// Numbers cut to bounds, their sum kept.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/detail/number.hpp>
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
    throw core::InvalidInput(
        "the bounds of a trim must satisfy lower <= upper",
        {.column = "bounds",
         .value = core::detail::number_text(options.lower) + ", " + core::detail::number_text(options.upper)});
  }
  std::vector<double> values(given.begin(), given.end());
  const double rows = static_cast<double>(values.size());
  double total = 0.0;
  for (const double value : values) total += value;
  if (!values.empty() &&
      (total > options.upper * rows * (1.0 + 1e-12) || total < options.lower * rows * (1.0 - 1e-12))) {
    throw core::Infeasible("no weights within the bounds have the sum of these weights",
                           {.column = "weights", .value = core::detail::number_text(total)});
  }
  // What was cut moves the others one way only. A row at the bound on that side stays there, so that each round settles
  // at least one; a row at the other bound has room and takes its part from the next round on.
  std::vector<char> settled(values.size(), 0);
  std::vector<int> outside(values.size(), 0);
  for (;;) {
    double cut = 0.0;
    double open_rows = 0.0;
    double open_weight = 0.0;
    bool any = false;
    for (std::size_t row = 0; row < values.size(); ++row) {
      const double kept = std::clamp(values[row], options.lower, options.upper);
      outside[row] = values[row] > kept ? 1 : values[row] < kept ? -1 : 0;
      if (outside[row] != 0) {
        cut += values[row] - kept;
        values[row] = kept;
        any = true;
      } else if (settled[row] == 0) {
        open_rows += 1.0;
        open_weight += values[row];
      }
    }
    if (!any || cut == 0.0) break;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (outside[row] != 0) settled[row] = (cut > 0.0) == (outside[row] > 0) ? 1 : 0;
    }
    if (open_rows == 0.0) {
      // Every row is at a bound: those at the one that has room share.
      for (std::size_t row = 0; row < values.size(); ++row) {
        if (settled[row] != 0) continue;
        open_rows += 1.0;
        open_weight += values[row];
        outside[row] = 0;
      }
      if (open_rows == 0.0) break;
    }
    const bool shared = options.proportional && open_weight > 0.0;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (outside[row] != 0 || settled[row] != 0) continue;
      values[row] += shared ? cut * values[row] / open_weight : cut / open_rows;
    }
    if (!options.strict) break;
  }
  return values;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
