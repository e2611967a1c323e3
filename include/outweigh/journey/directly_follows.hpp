// Which activity follows which, how often and after how long, as a mergeable state.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/journey/event_log.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

/// Durations in microseconds: their number, exact sum, ends, and counts in bins that are 1/32 of an octave wide, so
/// that a quantile is known to about 2 %.
class DurationTally {
 public:
  /// Throws InvalidInput for a negative duration and for sums out of range.
  void add(std::int64_t microseconds);
  /// All of them at once.
  void add(std::span<const std::int64_t> microseconds);
  void merge(const DurationTally& other);

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] std::int64_t total() const noexcept { return total_; }
  [[nodiscard]] std::int64_t least() const noexcept { return least_; }
  [[nodiscard]] std::int64_t most() const noexcept { return most_; }
  /// Middle of the bin that holds the quantile; 0 without durations. 0 <= share <= 1.
  [[nodiscard]] double quantile(double share) const;

  void write(core::ByteWriter& writer) const;
  [[nodiscard]] static DurationTally read(core::ByteReader& reader);

  friend bool operator==(const DurationTally&, const DurationTally&) = default;

 private:
  std::int64_t count_ = 0;
  std::int64_t total_ = 0;
  std::int64_t least_ = 0;
  std::int64_t most_ = 0;
  std::map<std::uint32_t, std::int64_t> bins_;
};

class DirectlyFollows;
/// The state of a whole log. O(events + paths log paths). Throws InvalidInput for times of a case that go backward.
[[nodiscard]] DirectlyFollows collect_directly_follows(const EventLog& log);

/// Transitions, first and last activities and whole paths of cases, keyed on the activities' own names. States of parts
/// of a log merge to the bytes of one pass, in any order, as long as each case is wholly in one part.
class DirectlyFollows {
 public:
  struct Transition {
    std::string from;
    std::string to;
    friend auto operator<=>(const Transition&, const Transition&) = default;
  };

  /// One case; the activities in their order with their times. Throws InvalidInput when the lengths differ, for times
  /// that go backward, and for a case without events.
  void add(std::span<const std::string> activities, std::span<const std::int64_t> microseconds);
  void merge(const DirectlyFollows& other);

  [[nodiscard]] std::int64_t cases() const noexcept { return cases_; }
  [[nodiscard]] std::int64_t events() const noexcept { return events_; }
  [[nodiscard]] const std::map<Transition, DurationTally>& transitions() const noexcept { return transitions_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& first() const noexcept { return first_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& last() const noexcept { return last_; }
  [[nodiscard]] const std::map<std::vector<std::string>, std::int64_t>& paths() const noexcept { return paths_; }

  /// from, to, count, mean_days, median_days (of bins), minimum_days, maximum_days; by count.
  [[nodiscard]] core::Table to_table() const;

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static DirectlyFollows from_bytes(std::span<const std::byte> bytes);

  friend DirectlyFollows collect_directly_follows(const EventLog& log);
  friend bool operator==(const DirectlyFollows&, const DirectlyFollows&) = default;

 private:
  std::int64_t cases_ = 0;
  std::int64_t events_ = 0;
  std::map<Transition, DurationTally> transitions_;
  std::map<std::string, std::int64_t> first_;
  std::map<std::string, std::int64_t> last_;
  std::map<std::vector<std::string>, std::int64_t> paths_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/directly_follows-inl.hpp>
#endif
