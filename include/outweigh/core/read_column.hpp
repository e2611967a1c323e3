// Typed values out of columns of any width and encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/field.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/money.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

class TimeZone;

/// A cell that could not be read as what was asked for.
struct BadCell {
  std::size_t row = 0;
  std::string value{};    ///< as text
  std::string message{};  ///< what is wrong with it

  friend bool operator==(const BadCell&, const BadCell&) = default;
};

/// A column that was read as far as possible: bad cells are unknown in `field` and listed, in the order of rows.
template <class T>
struct Reading {
  Field<T> field;
  std::vector<BadCell> bad;
};

/// Readers that list bad cells. A column whose type cannot be read at all throws TypeMismatch with `where`; one of type
/// null has only unknown rows. O(rows).
///
/// Integers, floating point and decimals. NaN and infinities come out as they are: the caller knows whether they may.
/// Integers beyond 2^53 and decimals become the nearest double.
[[nodiscard]] Reading<double> try_read_float64s(const Column& column, const Place& where = {});
/// Integers, and floating point or decimals whose values are integers (pandas turns integers with gaps into doubles).
[[nodiscard]] Reading<std::int64_t> try_read_int64s(const Column& column, const Place& where = {});
/// Booleans, and numbers that are 0 or 1. One byte a row.
[[nodiscard]] Reading<std::uint8_t> try_read_booleans(const Column& column, const Place& where = {});
/// Integers, floating point and decimals, rounded half away from zero to a ten-thousandth.
[[nodiscard]] Reading<Money> try_read_moneys(const Column& column, const Place& where = {});
/// Timestamps, dates, and texts of either as ISO 8601 has them ("2026-05-04", "2026-05-04T09:30:00+02:00"). Zoned times
/// are UTC inside. Naive ones and dates (their midnight) are local times of `zone`; without one (nullptr) dates are
/// midnight UTC and a column for which has_local_times holds throws InvalidInput. Parts of a microsecond are cut
/// towards the past. Bad cells: out of range, a local time that the zone skipped or had twice, a text that is no time,
/// and one without a zone where others in the column have one.
[[nodiscard]] Reading<Instant> try_read_instants(const Column& column, const TimeZone* zone = nullptr,
                                                 const Place& where = {});

/// Are the times of a column on local clocks? Naive timestamps, and texts of times of which none has a zone.
[[nodiscard]] bool has_local_times(const Column& column);

/// Readers that throw InvalidInput for the first bad cell, naming its row and value.
[[nodiscard]] Field<double> read_float64s(const Column& column, const Place& where = {});
[[nodiscard]] Field<std::int64_t> read_int64s(const Column& column, const Place& where = {});
[[nodiscard]] Field<std::uint8_t> read_booleans(const Column& column, const Place& where = {});
[[nodiscard]] Field<Money> read_moneys(const Column& column, const Place& where = {});
[[nodiscard]] Field<Instant> read_instants(const Column& column, const TimeZone* zone = nullptr,
                                           const Place& where = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::core

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/core/read_column-inl.hpp>
#endif
