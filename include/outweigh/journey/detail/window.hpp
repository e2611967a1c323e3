// Windows of so many days.
#pragma once

#include <cstdint>
#include <string>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/instant.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

inline void require_days(double days, const char* name) {
  if (!(days > 0.0) || !(days <= 36'525.0)) {
    throw core::InvalidInput("must be positive and at most a century", {.column = name, .value = std::to_string(days)});
  }
}

[[nodiscard]] inline core::Instant days_before(core::Instant at, double days) noexcept {
  const double length = days * static_cast<double>(core::Instant::microseconds_per_day);
  return core::Instant::from_microseconds(at.microseconds() - static_cast<std::int64_t>(length));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
