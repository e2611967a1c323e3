// Time that counts only while somebody is at work.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/instant.hpp>
#include <outweigh/core/time_zone.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

struct WorkingHoursOptions {
  int start_minute = 9 * 60;             ///< of the day on local clocks, 0..1439
  int end_minute = 17 * 60;              ///< after start_minute, up to 1440
  std::uint8_t weekdays = 0b0001'1111;   ///< bit 0 is Monday
  std::vector<std::int32_t> holidays{};  ///< local days since 1970-01-01; any order, repeated ones count once
  std::string timezone = "UTC";          ///< IANA name or offset
};

/// A calendar of working hours. A local clock that is changed inside working hours makes them longer or
/// shorter, as it does at work (up to 2106).
class WorkingHours {
 public:
  /// Throws InvalidInput for hours that do not lie in a day or a week without a working day, and an unknown time zone.
  explicit WorkingHours(WorkingHoursOptions options = {});

  /// Working hours from `from` to `to`; negative when `to` is earlier. O(log holidays).
  [[nodiscard]] double between(core::Instant from, core::Instant to) const;
  [[nodiscard]] double hours_a_day() const noexcept { return (options_.end_minute - options_.start_minute) / 60.0; }

 private:
  [[nodiscard]] std::int64_t worked(core::Instant until) const;  ///< microseconds since some fixed time
  [[nodiscard]] bool works(std::int64_t day) const;
  /// Begin and end on a local day, microseconds of UTC.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> hours_of(std::int64_t day) const;
  [[nodiscard]] std::int64_t length() const noexcept;  ///< of a day on which no clock is changed, microseconds

  WorkingHoursOptions options_;
  core::TimeZone zone_;
  std::vector<std::int64_t> off_;  ///< holidays that would be working days, ascending
  /// Working days on which clocks are changed, and by how much hours up to them, and on them, differ from the usual.
  std::vector<std::pair<std::int64_t, std::int64_t>> changed_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/working_hours-inl.hpp>
#endif
