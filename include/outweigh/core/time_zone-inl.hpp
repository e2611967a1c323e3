#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include <outweigh/core/time_zone.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

inline constexpr std::int64_t beginning_of_time = std::numeric_limits<std::int64_t>::min() / 4;
inline constexpr std::int64_t seconds_per_day = 86'400;
/// Rules of a TZif footer are written out up to here; later times repeat the Gregorian calendar's 400 years.
inline constexpr int last_written_year = 2500;
inline constexpr std::int64_t seconds_per_cycle = std::int64_t{146'097} * seconds_per_day;

[[nodiscard]] OUTWEIGH_INLINE std::int64_t seconds_of_date(int year, int month, int day) noexcept {
  return Instant::from_date(year, month, day).microseconds() / 1'000'000;
}

/// "+02:00", "-0530", "+2", "+02:00:30" with the sign as on maps: east is positive.
[[nodiscard]] OUTWEIGH_INLINE std::optional<std::int32_t> parse_offset(std::string_view text) noexcept {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::array<std::int32_t, 3> parts{};
  std::size_t part = 0;
  std::size_t at = 1;
  while (at < text.size()) {
    if (part == parts.size()) return std::nullopt;
    std::size_t digits = 0;
    while (at < text.size() && digits < 2 && text[at] >= '0' && text[at] <= '9') {
      parts[part] = parts[part] * 10 + (text[at] - '0');
      ++at;
      ++digits;
    }
    if (digits == 0 || (part > 0 && digits != 2)) return std::nullopt;
    ++part;
    if (at < text.size() && text[at] == ':') {
      ++at;
      if (at == text.size()) return std::nullopt;
    }
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  const std::int32_t seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
  return text[0] == '-' ? -seconds : seconds;
}

/// Reads the rule that a TZif file ends with, in the form of the environment variable TZ of POSIX:
/// "CET-1CEST,M3.5.0,M10.5.0/3".
class PosixRule {
 public:
  /// Nothing when the text is not such a rule.
  [[nodiscard]] static std::optional<PosixRule> parse(std::string_view text) {
    PosixRule rule;
    Reader in{text};
    if (!in.name() || !in.time(rule.standard_, true)) return std::nullopt;
    rule.standard_ = -rule.standard_;
    if (in.done()) return rule;
    rule.has_summer_ = true;
    rule.summer_ = rule.standard_ + 3600;
    if (!in.name()) return std::nullopt;
    if (!in.done() && in.peek() != ',') {
      if (!in.time(rule.summer_, true)) return std::nullopt;
      rule.summer_ = -rule.summer_;
    }
    if (!in.take(',') || !in.day(rule.begins_) || !in.take(',') || !in.day(rule.ends_) || !in.done()) {
      return std::nullopt;
    }
    return rule;
  }
  [[nodiscard]] bool has_summer() const noexcept { return has_summer_; }
  [[nodiscard]] std::int32_t standard() const noexcept { return standard_; }
  [[nodiscard]] std::int32_t summer() const noexcept { return summer_; }
  /// UTC seconds at which summer time begins or ends in a year.
  [[nodiscard]] std::int64_t begin(int year) const noexcept { return at(begins_, year) - standard_; }
  [[nodiscard]] std::int64_t end(int year) const noexcept { return at(ends_, year) - summer_; }

 private:
  struct Day {
    char form = 'M';  // M: month, week, weekday; J: day 1..365 without leap days; 0: day 0..365
    int month = 1;
    int week = 1;
    int day = 0;
    std::int32_t time = 7200;
  };
  struct Reader {
    std::string_view text;
    std::size_t at = 0;

    [[nodiscard]] bool done() const noexcept { return at >= text.size(); }
    [[nodiscard]] char peek() const noexcept { return done() ? '\0' : text[at]; }
    bool take(char c) noexcept {
      if (peek() != c) return false;
      ++at;
      return true;
    }
    bool name() noexcept {
      if (take('<')) {
        while (!done() && peek() != '>') ++at;
        return take('>');
      }
      const std::size_t begin = at;
      while ((peek() >= 'A' && peek() <= 'Z') || (peek() >= 'a' && peek() <= 'z')) ++at;
      return at - begin >= 3;
    }
    bool number(int& value, int limit) noexcept {
      if (!(peek() >= '0' && peek() <= '9')) return false;
      value = 0;
      while (peek() >= '0' && peek() <= '9') {
        value = value * 10 + (peek() - '0');
        if (value > limit) return false;
        ++at;
      }
      return true;
    }
    bool time(std::int32_t& seconds, bool is_offset) noexcept {
      int sign = 1;
      if (take('-')) {
        sign = -1;
      } else {
        take('+');
      }
      int hours = 0;
      int minutes = 0;
      int rest = 0;
      if (!number(hours, is_offset ? 24 : 167)) return false;
      if (take(':')) {
        if (!number(minutes, 59)) return false;
        if (take(':') && !number(rest, 59)) return false;
      }
      seconds = sign * (hours * 3600 + minutes * 60 + rest);
      return true;
    }
    bool day(Day& day) noexcept {
      if (take('M')) {
        day.form = 'M';
        if (!number(day.month, 12) || day.month < 1 || !take('.') || !number(day.week, 5) || day.week < 1 ||
            !take('.') || !number(day.day, 6)) {
          return false;
        }
      } else if (take('J')) {
        day.form = 'J';
        if (!number(day.day, 365) || day.day < 1) return false;
      } else {
        day.form = '0';
        if (!number(day.day, 365)) return false;
      }
      return !take('/') || time(day.time, false);
    }
  };

  [[nodiscard]] static std::int64_t at(const Day& day, int year) noexcept {
    const std::int64_t first = seconds_of_date(year, 1, 1) / seconds_per_day;
    std::int64_t days = first + day.day;
    if (day.form == 'J') {
      const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      days = first + day.day - 1 + (is_leap && day.day >= 60 ? 1 : 0);
    } else if (day.form == 'M') {
      const std::int64_t begin = seconds_of_date(year, day.month, 1) / seconds_per_day;
      const std::int64_t end =
          (day.month == 12 ? seconds_of_date(year + 1, 1, 1) : seconds_of_date(year, day.month + 1, 1)) /
          seconds_per_day;
      const auto weekday = static_cast<int>(((begin + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
      days = begin + (day.day - weekday + 7) % 7 + (day.week - 1) * 7;
      if (days >= end) days -= 7;
    }
    return days * seconds_per_day + day.time;
  }

  std::int32_t standard_ = 0;
  std::int32_t summer_ = 0;
  bool has_summer_ = false;
  Day begins_{};
  Day ends_{};
};

[[nodiscard]] OUTWEIGH_INLINE std::optional<std::string> read_time_zone_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace detail

OUTWEIGH_INLINE TimeZone::TimeZone() : spans_{{detail::beginning_of_time, 0}} {}

OUTWEIGH_INLINE TimeZone TimeZone::fixed(std::int32_t seconds_east_of_utc) {
  if (seconds_east_of_utc <= -86'400 || seconds_east_of_utc >= 86'400) {
    throw InvalidInput("an offset from UTC must be less than a day", {.value = std::to_string(seconds_east_of_utc)});
  }
  TimeZone zone;
  zone.spans_ = {{detail::beginning_of_time, seconds_east_of_utc}};
  return zone;
}

OUTWEIGH_INLINE TimeZone TimeZone::find(std::string_view name) {
  if (name == "UTC" || name == "utc" || name == "Z" || name == "Etc/UTC" || name == "GMT") return TimeZone();
  if (const auto offset = detail::parse_offset(name)) {
    TimeZone zone = fixed(*offset);
    zone.name_ = name;
    return zone;
  }
  const Place place{.value = std::string(name)};
  bool is_plain = !name.empty() && name.size() < 4096;
  for (const char c : name) is_plain = is_plain && static_cast<unsigned char>(c) >= 0x20;
  if (!is_plain) throw InvalidInput("this is not the name of a time zone", place);
  const bool is_path = name.front() == '/' || (name.size() > 2 && name[1] == ':');
  if (is_path) {
    const auto bytes = detail::read_time_zone_file(std::string(name));
    if (!bytes) throw InvalidInput("the time zone's file cannot be read", place);
    return from_tzif(*bytes, std::string(name));
  }
  if (name.find("..") != std::string_view::npos) throw InvalidInput("this is not the name of a time zone", place);
  std::vector<std::string> folders;
  if (const char* folder = std::getenv("TZDIR"); folder != nullptr && *folder != '\0') folders.emplace_back(folder);
  for (const char* folder : {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"}) {
    folders.emplace_back(folder);
  }
  for (const std::string& folder : folders) {
    const auto bytes = detail::read_time_zone_file(folder + "/" + std::string(name));
    if (bytes && bytes->substr(0, 4) == "TZif") return from_tzif(*bytes, std::string(name));
  }
  throw InvalidInput(
      "no such time zone is known here; give an IANA name that the system has, a fixed offset like '+02:00', or the "
      "path of a TZif file",
      place);
}

OUTWEIGH_INLINE TimeZone TimeZone::from_tzif(std::string_view bytes, std::string name) {
  const auto fail = [&] { return InvalidInput("the time zone's rules are not in TZif form", {.value = name}); };
  const auto number = [&](std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    if (width == 4) return std::int64_t{static_cast<std::int32_t>(static_cast<std::uint32_t>(value))};
    return static_cast<std::int64_t>(value);
  };
  struct Header {
    std::size_t is_ut, is_standard, leaps, times, types, letters;
  };
  const auto header = [&](std::size_t at) {
    if (bytes.size() < at + 44 || bytes.substr(at, 4) != "TZif") throw fail();
    std::array<std::size_t, 6> counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::int64_t count = number(at + 20 + 4 * i, 4);
      if (count < 0 || count > 1'000'000) throw fail();
      counts[i] = static_cast<std::size_t>(count);
    }
    return Header{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
  };
  const auto body = [](const Header& h, std::size_t width) {
    return h.times * (width + 1) + h.types * 6 + h.letters + h.leaps * (width + 4) + h.is_standard + h.is_ut;
  };

  std::size_t at = 0;
  std::size_t width = 4;
  Header h = header(0);
  const bool has_long = bytes[4] >= '2';
  if (has_long) {
    at = 44 + body(h, 4);
    width = 8;
    h = header(at);
  }
  at += 44;
  if (bytes.size() < at + body(h, width) || h.types == 0) throw fail();

  const std::size_t indices = at + h.times * width;
  const std::size_t types = indices + h.times;
  const auto offset_of = [&](std::size_t type) {
    const std::int64_t offset = number(types + type * 6, 4);
    if (type >= h.types || offset <= -93'600 || offset >= 93'600) throw fail();
    return static_cast<std::int32_t>(offset);
  };
  TimeZone zone;
  zone.name_ = name;
  zone.spans_ = {{detail::beginning_of_time, offset_of(0)}};
  for (std::size_t i = 0; i < h.times; ++i) {
    const std::int64_t begin = number(at + i * width, width);
    const auto type = static_cast<std::size_t>(static_cast<unsigned char>(bytes[indices + i]));
    if (type >= h.types) throw fail();
    if (begin <= zone.spans_.back().begin) {
      // Some files begin with a change at the beginning of time.
      if (zone.spans_.size() != 1) throw fail();
      zone.spans_.front().offset = offset_of(type);
      continue;
    }
    zone.spans_.push_back({begin, offset_of(type)});
  }

  const std::size_t footer = at + body(h, width);
  if (has_long && footer + 2 <= bytes.size() && bytes[footer] == '\n') {
    const std::size_t end = bytes.find('\n', footer + 1);
    if (end == std::string_view::npos) throw fail();
    const std::string_view text = bytes.substr(footer + 1, end - footer - 1);
    if (!text.empty()) {
      const auto rule = detail::PosixRule::parse(text);
      if (!rule) throw fail();
      const std::int64_t last = zone.spans_.back().begin;
      if (!rule->has_summer()) {
        if (zone.spans_.size() == 1) zone.spans_.front().offset = rule->standard();
      } else {
        int year = 1900;
        while (year < detail::last_written_year && detail::seconds_of_date(year + 1, 1, 1) < last) ++year;
        std::vector<Span> later;
        for (; year <= detail::last_written_year; ++year) {
          later.push_back({rule->begin(year), rule->summer()});
          later.push_back({rule->end(year), rule->standard()});
        }
        std::stable_sort(later.begin(), later.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
        for (const Span& span : later) {
          if (span.begin > last && span.begin > zone.spans_.back().begin && span.offset != zone.spans_.back().offset) {
            zone.spans_.push_back(span);
          }
        }
      }
    }
  }
  return zone;
}

OUTWEIGH_INLINE std::size_t TimeZone::span_at(std::int64_t seconds) const noexcept {
  const auto after = std::upper_bound(spans_.begin(), spans_.end(), seconds,
                                      [](std::int64_t value, const Span& span) { return value < span.begin; });
  return after == spans_.begin() ? 0 : static_cast<std::size_t>(after - spans_.begin()) - 1;
}

OUTWEIGH_INLINE std::vector<Instant> TimeZone::changes() const {
  std::vector<Instant> times;
  for (std::size_t i = 1; i < spans_.size(); ++i) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1'000'000;
    if (spans_[i].offset != spans_[i - 1].offset && spans_[i].begin > -most && spans_[i].begin < most)
      times.push_back(Instant::from_microseconds(spans_[i].begin * 1'000'000));
  }
  return times;
}

OUTWEIGH_INLINE std::int32_t TimeZone::offset(Instant instant) const noexcept {
  std::int64_t seconds = instant.microseconds() / 1'000'000 - (instant.microseconds() % 1'000'000 < 0 ? 1 : 0);
  const std::int64_t end = detail::seconds_of_date(detail::last_written_year, 1, 1);
  if (spans_.size() > 1 && seconds >= end) {
    seconds -= ((seconds - end) / detail::seconds_per_cycle + 1) * detail::seconds_per_cycle;
  }
  return spans_[span_at(seconds)].offset;
}

OUTWEIGH_INLINE TimeZone::Local TimeZone::resolve(std::int64_t local_microseconds, std::size_t& hint) const {
  std::int64_t local = local_microseconds / 1'000'000;
  std::int64_t fraction = local_microseconds % 1'000'000;
  if (fraction < 0) {
    fraction += 1'000'000;
    --local;
  }
  std::int64_t shift = 0;
  const std::int64_t end = detail::seconds_of_date(detail::last_written_year, 1, 1);
  if (spans_.size() > 1 && local >= end) {
    shift = ((local - end) / detail::seconds_per_cycle + 1) * detail::seconds_per_cycle;
    local -= shift;
  }
  const auto instant = [&](std::int64_t seconds) {
    return Instant::from_microseconds((seconds + shift) * 1'000'000 + fraction);
  };
  // Offsets differ from UTC by less than 26 hours, so a local time this far inside a span can only belong to it.
  constexpr std::int64_t margin = 2 * detail::seconds_per_day;
  const auto is_inside = [&](std::size_t i) {
    return local - spans_[i].begin >= margin && (i + 1 == spans_.size() || spans_[i + 1].begin - local >= margin);
  };
  if (hint >= spans_.size() || !is_inside(hint)) hint = span_at(local);
  if (is_inside(hint)) {
    const Instant found = instant(local - spans_[hint].offset);
    return {Kind::unique, found, found};
  }

  std::size_t from = span_at(local - margin);
  const std::size_t to = span_at(local + margin);
  std::int64_t first = 0;
  std::int64_t second = 0;
  int found = 0;
  std::int64_t jump = 0;
  for (std::size_t i = from; i <= to; ++i) {
    const std::int64_t utc = local - spans_[i].offset;
    const bool begun = utc >= spans_[i].begin;
    const bool over = i + 1 < spans_.size() && utc >= spans_[i + 1].begin;
    if (begun && !over) {
      (found == 0 ? first : second) = utc;
      ++found;
    } else if (!begun) {
      // The first span that this local time comes before is the one its clocks jumped into.
      if (jump == 0 && i > from) jump = spans_[i].begin;
    }
  }
  if (found >= 2) return {Kind::ambiguous, instant(first), instant(second)};
  if (found == 1) return {Kind::unique, instant(first), instant(first)};
  fraction = 0;
  return {Kind::skipped, instant(jump), instant(jump)};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
