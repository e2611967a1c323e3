// Local times to instants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/instant.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

/// The offsets from UTC that clocks in some place had and will have. Standard libraries of the compilers we support
/// have no time zone database, so rules come from the system's compiled files (TZif, RFC 8536), where there are any.
class TimeZone {
 public:
  /// UTC.
  TimeZone();

  /// A fixed offset ("UTC", "Z", "+02:00", "-0530"), an IANA name ("Europe/Zurich") looked up in the folder that the
  /// environment variable TZDIR names and in the usual system folders, or the absolute path of a TZif file. Throws
  /// InvalidInput for an unknown name, a name where the system has no database, and a file that is not TZif.
  [[nodiscard]] static TimeZone find(std::string_view name);
  /// Throws InvalidInput unless the offset is less than a day.
  [[nodiscard]] static TimeZone fixed(std::int32_t seconds_east_of_utc);
  /// Reads the content of a TZif file of version 1 to 4. Throws InvalidInput when it is not one.
  [[nodiscard]] static TimeZone from_tzif(std::string_view bytes, std::string name);

  enum class Kind : std::uint8_t {
    unique,
    ambiguous,  ///< clocks were set back over this time: it happened twice
    skipped     ///< clocks were set forward over this time: it never happened
  };
  /// When a local time was: `earlier` and `later` differ only if ambiguous. For a skipped time both are the instant of
  /// the jump.
  struct Local {
    Kind kind = Kind::unique;
    Instant earlier{};
    Instant later{};
  };

  /// What microseconds since 1970-01-01T00:00:00 on local clocks mean. O(log changes).
  [[nodiscard]] Local resolve(std::int64_t local_microseconds) const {
    std::size_t hint = 0;
    return resolve(local_microseconds, hint);
  }
  /// The same; `hint` carries the place of the last answer and makes neighbouring times O(1).
  [[nodiscard]] Local resolve(std::int64_t local_microseconds, std::size_t& hint) const;

  /// Seconds that local clocks are ahead of UTC.
  [[nodiscard]] std::int32_t offset(Instant instant) const noexcept;

  /// When clocks are changed, ascending.
  [[nodiscard]] std::vector<Instant> changes() const;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  /// A stretch of time with one offset.
  struct Span {
    std::int64_t begin;  ///< seconds since 1970, UTC
    std::int32_t offset;
  };
  [[nodiscard]] std::size_t span_at(std::int64_t seconds) const noexcept;

  std::string name_ = "UTC";
  std::vector<Span> spans_;  ///< the first one begins before all times
};

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/time_zone-inl.hpp>
#endif
