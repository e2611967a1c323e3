#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <outweigh/lab/regret.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

OUTWEIGH_INLINE double set_value(std::span<const std::uint8_t> chosen, std::span<const CoveredShare> covers,
                                 std::span<const double> need_values) {
  for (std::size_t k = 0; k < need_values.size(); ++k) {
    if (!(need_values[k] >= 0.0 && std::isfinite(need_values[k]))) {
      throw core::InvalidInput("a need's value must be finite and not negative",
                               {.table = "needs", .row = k, .value = std::to_string(need_values[k])});
    }
  }
  std::vector<double> met(need_values.size(), 0.0);
  for (std::size_t row = 0; row < covers.size(); ++row) {
    const CoveredShare& cover = covers[row];
    if (cover.solution >= chosen.size()) {
      throw core::InvalidInput(
          "there is no such solution",
          {.table = "covers", .column = "solution_id", .row = row, .value = std::to_string(cover.solution)});
    }
    if (cover.need >= met.size()) {
      throw core::InvalidInput(
          "there is no such need",
          {.table = "covers", .column = "need_id", .row = row, .value = std::to_string(cover.need)});
    }
    if (!(cover.share >= 0.0 && cover.share <= 1.0)) {
      throw core::InvalidInput(
          "a share must lie between 0 and 1",
          {.table = "covers", .column = "share", .row = row, .value = std::to_string(cover.share)});
    }
    if (chosen[cover.solution] != 0) met[cover.need] = std::max(met[cover.need], cover.share);
  }
  double value = 0.0;
  for (std::size_t k = 0; k < met.size(); ++k) value += met[k] * need_values[k];
  return value;
}

OUTWEIGH_INLINE double relative_regret(double chosen_value, double best_value) {
  if (!(chosen_value >= 0.0 && std::isfinite(chosen_value))) {
    throw core::InvalidInput("a value must be finite and not negative",
                             {.column = "chosen_value", .value = std::to_string(chosen_value)});
  }
  if (!(best_value >= 0.0 && std::isfinite(best_value) && chosen_value <= best_value * (1.0 + 1e-9) + 1e-300)) {
    throw core::InvalidInput("the best value must be finite and at least the chosen one",
                             {.column = "best_value", .value = std::to_string(best_value)});
  }
  return best_value > 0.0 ? std::clamp(1.0 - chosen_value / best_value, 0.0, 1.0) : 0.0;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
