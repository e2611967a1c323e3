#include <outweigh/core/instant.hpp>

#include <cstdio>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("dates and their text agree, leap years and times before 1970 included", "[core]") {
  CHECK(Instant::from_date(1970, 1, 1).microseconds() == 0);
  CHECK(Instant::from_date(2000, 3, 1).days() == 11'017.0);
  CHECK(to_string(Instant::from_date(2024, 2, 29)) == "2024-02-29T00:00:00Z");
  CHECK(to_string(Instant::from_date(1900, 3, 1)) == "1900-03-01T00:00:00Z");
  CHECK(to_string(Instant::from_microseconds(-1)) == "1969-12-31T23:59:59.999999Z");
  CHECK(to_string(Instant::from_microseconds(1'500'000)) == "1970-01-01T00:00:01.500000Z");
  Instant day = Instant::from_date(1899, 12, 31);
  int year = 1900;
  int month = 1;
  int date = 1;
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  while (year < 2101) {
    const Instant next = Instant::from_date(year, month, date);
    REQUIRE(next.microseconds() - day.microseconds() == Instant::microseconds_per_day);
    char expected[64];
    std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT00:00:00Z", year, month, date);
    REQUIRE(to_string(next) == expected);
    day = next;
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (++date > lengths[month - 1] + (month == 2 && is_leap ? 1 : 0)) {
      date = 1;
      if (++month > 12) {
        month = 1;
        ++year;
      }
    }
  }
  CHECK(Instant::from_microseconds(1) < Instant::from_microseconds(2));
}
