#include <outweigh/core/read_column.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <outweigh/core/time_zone.hpp>

#include "../support/catch.hpp"

using namespace outweigh::core;

TEST_CASE("numbers of all kinds read as doubles", "[core]") {
  const std::vector<std::uint8_t> valid{1, 0};
  CHECK(read_float64s(Column::int64s({3, 4}, valid)) == Field<double>({3.0, 0.0}, {1, 0}));
  CHECK(read_float64s(Column::float64s({0.5})) == Field<double>({0.5}));
  const std::vector<Money> amounts{Money::from_units(1.25), Money::from_units(-0.0001)};
  CHECK(read_float64s(Column::moneys(amounts)) == Field<double>({1.25, -0.0001}));
  CHECK(read_float64s(Column::nulls(1)) == Field<double>({0.0}, {0}));
  CHECK_FALSE(read_float64s(Column::nulls(1)).absent());
  CHECK(std::isnan(read_float64s(Column::float64s({std::nan("")}))[0]));
  CHECK_THROWS_AS(read_float64s(Column::strings({"1"})), TypeMismatch);
  CHECK_THROWS_AS(read_float64s(Column::booleans(valid)), TypeMismatch);
}

TEST_CASE("integers are read exactly or refused with their row", "[core]") {
  CHECK(read_int64s(Column::float64s({2.0, -3.0})) == Field<std::int64_t>({2, -3}));
  const auto reading = try_read_int64s(Column::float64s({1.0, 1.5, std::nan(""), 9.3e18}));
  CHECK(reading.field == Field<std::int64_t>({1, 0, 0, 0}, {1, 0, 0, 0}));
  REQUIRE(reading.bad.size() == 3);
  CHECK(reading.bad[0].row == 1);
  CHECK(reading.bad[0].value == "1.5");
  CHECK(reading.bad[1].value == "nan");
  try {
    (void)read_int64s(Column::float64s({1.0, 1.5}), {.table = "t", .column = "c"});
    FAIL("no error");
  } catch (const InvalidInput& error) {
    CHECK(error.place() == Place{.table = "t", .column = "c", .row = 1, .value = "1.5"});
  }
  const std::vector<Money> amounts{Money::from_units(7.0), Money::from_units(7.5)};
  CHECK(try_read_int64s(Column::moneys(amounts)).bad.size() == 1);
}

TEST_CASE("truth is true and false, or 1 and 0", "[core]") {
  const std::vector<std::uint8_t> flags{1, 0};
  CHECK(read_booleans(Column::booleans(flags)) == Field<std::uint8_t>({1, 0}));
  CHECK(read_booleans(Column::int64s({0, 1})) == Field<std::uint8_t>({0, 1}));
  CHECK(try_read_booleans(Column::float64s({1.0, 0.5})).bad.size() == 1);
  CHECK_THROWS_AS(read_booleans(Column::strings({"yes"})), TypeMismatch);
}

TEST_CASE("money is read exactly", "[core]") {
  const std::vector<Money> amounts{Money::from_ticks(std::numeric_limits<std::int64_t>::max() - 1),
                                   Money::from_ticks(-1)};
  CHECK(read_moneys(Column::moneys(amounts)) == Field<Money>({amounts[0], amounts[1]}));
  CHECK(read_moneys(Column::float64s({0.1, 19.99}))[1].ticks() == 199'900);
  CHECK(read_moneys(Column::int64s({-5}))[0].ticks() == -50'000);
  CHECK(try_read_moneys(Column::float64s({1e15, std::nan(""), -std::numeric_limits<double>::infinity()})).bad.size() ==
        3);
  CHECK(try_read_moneys(Column::int64s({std::numeric_limits<std::int64_t>::max()})).bad.size() == 1);
  CHECK_THROWS_WITH(read_moneys(Column::float64s({1.0, std::nan("")})),
                    Catch::Contains("write an unknown amount as null"));
  CHECK_THROWS_WITH(read_moneys(Column::float64s({1e15})), Catch::Contains("finite and below 9.2e14"));
}

TEST_CASE("times: zoned ones are instants, naive ones need a zone", "[core]") {
  const Instant noon = Instant::from_microseconds(Instant::from_date(2026, 7, 1).microseconds() + 43'200'000'000);
  CHECK(read_instants(Column::instants(std::vector<Instant>{noon})) == Field<Instant>({noon}));
  CHECK_THROWS_AS(read_instants(Column::local_times({0})), InvalidInput);
  const TimeZone east = TimeZone::find("+02:00");
  CHECK(read_instants(Column::local_times({noon.microseconds() + 7'200'000'000}), &east) == Field<Instant>({noon}));
  CHECK(read_instants(Column::dates({1})) == Field<Instant>({Instant::from_date(1970, 1, 2)}));
  CHECK(read_instants(Column::dates({1}), &east)[0].microseconds() ==
        Instant::from_date(1970, 1, 2).microseconds() - 7'200'000'000);
  CHECK(read_instants(Column::nulls(1)) == Field<Instant>({Instant{}}, {0}));
  CHECK_THROWS_AS(read_instants(Column::int64s({1})), TypeMismatch);
}

TEST_CASE("times that are texts", "[core]") {
  const auto at = [](std::int64_t hours) {
    return Instant::from_microseconds(Instant::from_date(2024, 2, 29).microseconds() + hours * 3'600'000'000);
  };
  const auto one = [](std::string_view text, const TimeZone* zone = nullptr) {
    return read_instants(Column::strings({text}), zone)[0];
  };
  const TimeZone east = TimeZone::find("+02:00");
  CHECK(one("2024-02-29") == at(0));
  CHECK(one("2024-02-29", &east) == at(-2));
  for (const char* text : {"2024-02-29T09:00:00Z", "2024-02-29t09:00:00z", "2024-02-29 09:00Z",
                           "2024-02-29 09:00:00 UTC", "2024-02-29 11:00:00+02", "2024-02-29 11:00:00.000+0200",
                           "2024-02-28T23:30:00-09:30", " 2024-02-29T09:00:00+00:00 "}) {
    CAPTURE(text);
    CHECK(one(text) == at(9));
    CHECK(one(text, &east) == at(9));
  }
  CHECK(one("2024-02-29 11:00:00", &east) == at(9));
  CHECK(one("2024-02-29T11:00", &east) == at(9));
  CHECK(one("2024-02-29T00:00:00.25Z").microseconds() == at(0).microseconds() + 250'000);
  CHECK(one("1969-12-31T23:59:59.999999999Z").microseconds() == -1);
  CHECK(has_local_times(Column::strings({"2024-02-29", "2024-02-29T11:00"})));
  CHECK_FALSE(has_local_times(Column::strings({"2024-02-29", "2024-02-29T11:00Z", "2024-02-29T11:00"})));
  CHECK_THROWS_AS(one("2024-02-29 11:00:00"), InvalidInput);
  for (const char* text : {"",
                           "soon",
                           "2023-02-29",
                           "2024-13-01",
                           "2024-00-01",
                           "2024-01-00",
                           "2024-04-31",
                           "0000-01-01",
                           "29/02/2024",
                           "2024-2-29",
                           "20240229",
                           "2024-02-29T",
                           "2024-02-29T24:00:00Z",
                           "2024-02-29T09:60:00Z",
                           "2024-02-29T09:00:60Z",
                           "2024-02-29T09",
                           "2024-02-29T09:00:00.Z",
                           "2024-02-29T09:00:00+2",
                           "2024-02-29T09:00:00+02:60",
                           "2024-02-29T09:00:00+02:00x",
                           "2024-02-29Z",
                           "2024-02-29T09:00:00 CET"}) {
    CAPTURE(text);
    const auto reading = try_read_instants(Column::strings({text}), &east);
    REQUIRE(reading.bad.size() == 1);
    CHECK(reading.bad[0].value == text);
    CHECK_FALSE(reading.field.has(0));
  }
  const auto mixed = try_read_instants(Column::strings({"2024-02-29T09:00:00Z", "2024-02-29 09:00:00", "2024-02-29"}));
  REQUIRE(mixed.bad.size() == 1);
  CHECK(mixed.bad[0].row == 1);
  CHECK(mixed.field[2] == at(0));
}
