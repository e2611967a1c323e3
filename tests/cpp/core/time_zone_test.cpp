#include <outweigh/core/time_zone.hpp>

#include <string>

#include "../support/catch.hpp"

using outweigh::core::Instant;
using outweigh::core::InvalidInput;
using outweigh::core::TimeZone;

namespace {

std::int64_t local(int year, int month, int day, int hour, int minute) {
  return Instant::from_date(year, month, day).microseconds() + (hour * 60LL + minute) * 60'000'000LL;
}

std::string number(std::uint64_t value, std::size_t width) {
  std::string bytes(width, '\0');
  for (std::size_t i = width; i-- > 0; value >>= 8U) bytes[i] = static_cast<char>(value & 0xFFU);
  return bytes;
}

/// A TZif file without listed changes and with a footer.
std::string tzif(const std::string& footer, std::int32_t offset) {
  const auto block = [&](bool empty) {
    return std::string("TZif2") + std::string(15, '\0') + number(0, 4) + number(0, 4) + number(0, 4) + number(0, 4) +
           number(1, 4) + number(empty ? 1 : 4, 4) + number(static_cast<std::uint32_t>(offset), 4) + number(0, 2) +
           std::string(empty ? 1 : 4, '\0');
  };
  return block(true) + block(false) + "\n" + footer + "\n";
}

}  // namespace

TEST_CASE("fixed offsets", "[core]") {
  CHECK(TimeZone::find("UTC").resolve(5).earlier == Instant::from_microseconds(5));
  CHECK(TimeZone::find("+02:00").offset(Instant{}) == 7200);
  CHECK(TimeZone::find("-0530").offset(Instant{}) == -19'800);
  CHECK(TimeZone::find("+5").offset(Instant{}) == 18'000);
  CHECK(TimeZone::find("-03:30").resolve(-1).earlier.microseconds() == 12'600'000'000LL - 1);
  for (const char* bad : {"+", "+24:00", "+1:2", "+12:60", "+:30", "+1:", "", "../etc/passwd", "No/Where", "UTC\n"}) {
    CHECK_THROWS_AS(TimeZone::find(bad), InvalidInput);
  }
  CHECK_THROWS_AS(TimeZone::fixed(86'400), InvalidInput);
}

TEST_CASE("rules with summer time know what was skipped and what happened twice", "[core]") {
  const TimeZone zone = TimeZone::from_tzif(tzif("CET-1CEST,M3.5.0,M10.5.0/3", 3600), "test");
  CHECK(zone.resolve(local(2026, 1, 15, 12, 0)).earlier.microseconds() == local(2026, 1, 15, 11, 0));
  CHECK(zone.resolve(local(2026, 7, 15, 12, 0)).earlier.microseconds() == local(2026, 7, 15, 10, 0));

  const auto skipped = zone.resolve(local(2026, 3, 29, 2, 30));
  CHECK(skipped.kind == TimeZone::Kind::skipped);
  CHECK(skipped.earlier.microseconds() == local(2026, 3, 29, 1, 0));
  CHECK(zone.resolve(local(2026, 3, 29, 1, 59)).kind == TimeZone::Kind::unique);
  CHECK(zone.resolve(local(2026, 3, 29, 3, 0)).earlier.microseconds() == local(2026, 3, 29, 1, 0));

  const auto twice = zone.resolve(local(2026, 10, 25, 2, 30));
  CHECK(twice.kind == TimeZone::Kind::ambiguous);
  CHECK(twice.earlier.microseconds() == local(2026, 10, 25, 0, 30));
  CHECK(twice.later.microseconds() == local(2026, 10, 25, 1, 30));
  CHECK(zone.resolve(local(2026, 10, 25, 3, 0)).kind == TimeZone::Kind::unique);

  // Beyond the years that are written out the calendar repeats.
  CHECK(zone.resolve(local(2926, 7, 15, 12, 0)).earlier.microseconds() == local(2926, 7, 15, 10, 0));
  CHECK(zone.offset(Instant::from_date(4026, 7, 15)) == 7200);
}

TEST_CASE("southern rules, days of the year, and rules without summer time", "[core]") {
  const TimeZone south = TimeZone::from_tzif(tzif("NZST-12NZDT,M9.5.0,M4.1.0/3", 43'200), "test");
  CHECK(south.offset(Instant::from_date(2026, 1, 15)) == 13 * 3600);
  CHECK(south.offset(Instant::from_date(2026, 7, 15)) == 12 * 3600);
  const TimeZone days = TimeZone::from_tzif(tzif("AAA0BBB,J60/0,J300/0", 0), "test");
  CHECK(days.resolve(local(2024, 3, 1, 0, 30)).kind == TimeZone::Kind::skipped);
  CHECK(days.resolve(local(2025, 3, 1, 0, 30)).kind == TimeZone::Kind::skipped);
  const TimeZone plain = TimeZone::from_tzif(tzif("<+0545>-5:45", 20'700), "test");
  CHECK(plain.offset(Instant{}) == 20'700);
}

TEST_CASE("files that are not TZif are refused wherever they are cut", "[core]") {
  const std::string good = tzif("CET-1CEST,M3.5.0,M10.5.0/3", 3600);
  CHECK_THROWS_AS(TimeZone::from_tzif("", "test"), InvalidInput);
  for (std::size_t length = 0; length < good.size() - 29; ++length) {
    CHECK_THROWS_AS(TimeZone::from_tzif(good.substr(0, length), "test"), InvalidInput);
  }
  CHECK_THROWS_AS(TimeZone::from_tzif(tzif("nonsense", 0), "test"), InvalidInput);
  CHECK_THROWS_AS(TimeZone::from_tzif(tzif("CET-1CEST,M13.5.0,M10.5.0", 0), "test"), InvalidInput);
}

TEST_CASE("every local time of the system's zones comes back", "[core]") {
  for (const char* name :
       {"Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"}) {
    TimeZone zone;
    try {
      zone = TimeZone::find(name);
    } catch (const InvalidInput&) {
      WARN("no time zone database here");
      return;
    }
    std::size_t hint = 0;
    for (std::int64_t seconds = -3'000'000'000; seconds < 5'000'000'000; seconds += 1'234'567) {
      const Instant instant = Instant::from_microseconds(seconds * 1'000'000 + 250'000);
      const std::int64_t at = instant.microseconds() + std::int64_t{zone.offset(instant)} * 1'000'000;
      const auto found = zone.resolve(at, hint);
      REQUIRE(found.kind != TimeZone::Kind::skipped);
      REQUIRE((found.earlier == instant || found.later == instant));
    }
  }
}

TEST_CASE("clocks are changed when the offset is", "[core]") {
  CHECK(TimeZone().changes().empty());
  TimeZone zone;
  try {
    zone = TimeZone::find("Europe/Zurich");
  } catch (const InvalidInput&) {
    WARN("no time zone database here");
    return;
  }
  const auto changes = zone.changes();
  CHECK(changes.size() > 200);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::int64_t at = changes[i].microseconds();
    CHECK(zone.offset(changes[i]) != zone.offset(Instant::from_microseconds(at - 1)));
    if (i > 0) {
      CHECK(changes[i - 1] < changes[i]);
      CHECK(zone.offset(changes[i - 1]) == zone.offset(Instant::from_microseconds(at - 1)));
    }
  }
}
