// What a gap may be told to be.
#pragma once

#include <string>

#include <outweigh/core/errors.hpp>
#include <outweigh/journey/stage_matrix.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

inline void check_gap_options(const GapOptions& options) {
  const auto share = [](double value, const char* name) {
    if (!(value >= 0.0 && value <= 1.0)) {
      throw core::InvalidInput("a share lies between 0 and 1", {.column = name, .value = std::to_string(value)});
    }
  };
  share(options.expected_share, "expected_share");
  share(options.silent_quantile, "silent_quantile");
  if (!(options.unhappy_below >= -1.0 && options.unhappy_below <= 1.0)) {
    throw core::InvalidInput("a sentiment lies between -1 and 1",
                             {.column = "unhappy_below", .value = std::to_string(options.unhappy_below)});
  }
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw core::InvalidInput("the level of intervals lies between 0 and 1",
                             {.column = "level", .value = std::to_string(options.level)});
  }
  if (options.fewest_times < 1 || options.fewest_accounts < 1) {
    throw core::InvalidInput("at least one is needed to judge", {.column = "fewest_times, fewest_accounts"});
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
