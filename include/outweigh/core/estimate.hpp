// What every estimate carries: a value, an interval, and whether it can be believed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// How far a figure can be believed.
enum class Status : std::uint8_t {
  exact,           ///< counted on all of the base; no error of estimation
  estimated,       ///< estimated, its interval holds under the stated assumptions
  doubtful,        ///< estimated, but a check of the assumptions failed; the interval may be too narrow
  bounds_only,     ///< the data give a range without assumptions and nothing inside it
  not_identified,  ///< the data cannot tell
  undefined        ///< there is nothing to estimate (an empty segment, zero weight)
};

[[nodiscard]] constexpr std::string_view to_string(Status status) noexcept {
  switch (status) {
    case Status::exact:
      return "exact";
    case Status::estimated:
      return "estimated";
    case Status::doubtful:
      return "doubtful";
    case Status::bounds_only:
      return "bounds_only";
    case Status::not_identified:
      return "not_identified";
    case Status::undefined:
      return "undefined";
  }
  return "undefined";
}

/// Closed interval [lower, upper] that covers the true value with probability `level`.
struct Interval {
  double lower = 0.0;
  double upper = 0.0;
  double level = 0.9;

  [[nodiscard]] constexpr double width() const noexcept { return upper - lower; }
  [[nodiscard]] constexpr bool contains(double value) const noexcept { return lower <= value && value <= upper; }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

/// A figure with its uncertainty. With status `undefined` or `not_identified` the value is 0 and means nothing;
/// tables export it as null.
struct Estimate {
  double value = 0.0;
  double standard_error = 0.0;
  Interval interval{};
  Status status = Status::undefined;

  friend constexpr bool operator==(const Estimate&, const Estimate&) = default;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core
