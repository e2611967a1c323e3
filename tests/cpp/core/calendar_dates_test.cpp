#include <outweigh/core/detail/calendar_dates.hpp>

#include <cstdint>
#include <string>

#include "../support/catch.hpp"

using namespace outweigh::core;

namespace {

std::string month_of_date(int year, int month, int day) {
  return detail::month_text(detail::month_of(Instant::from_date(year, month, day)));
}

}  // namespace

TEST_CASE("months and weeks of the calendar", "[core]") {
  CHECK(month_of_date(2026, 1, 1) == "2026-01");
  CHECK(month_of_date(2024, 2, 29) == "2024-02");
  CHECK(month_of_date(2023, 12, 31) == "2023-12");
  CHECK(month_of_date(1970, 1, 1) == "1970-01");
  CHECK(month_of_date(1969, 12, 31) == "1969-12");
  CHECK(month_of_date(1600, 3, 1) == "1600-03");
  for (const std::string month : {"2026-03", "0001-12", "1999-01"}) {
    CHECK(detail::month_text(detail::month_from(month).value()) == month);
  }
  for (const std::string wrong : {"2026-13", "2026-00", "2026-3", "March", "", "2026/03", "+026-03"}) {
    CHECK_FALSE(detail::month_from(wrong).has_value());
  }
  // 2 March 2026 is a Monday.
  const std::int64_t monday = detail::day_of(Instant::from_date(2026, 3, 2));
  for (int day = 0; day < 7; ++day) CHECK(detail::monday_of(monday + day) == monday);
  CHECK(detail::day_text(detail::monday_of(monday - 1)) == "2026-02-23");
  CHECK(detail::monday_of(-1) == -3);
}
