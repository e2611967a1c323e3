#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include <outweigh/core/detail/decimal.hpp>
#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/detail/time_text.hpp>
#include <outweigh/core/detail/type_mismatch.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/core/time_zone.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

/// Collects what a reader makes of each row.
template <class T>
class ReadingBuilder {
 public:
  explicit ReadingBuilder(const Column& column) : column_(column), values_(column.size()) {
    if (column.null_count() != 0) valid_.assign(column.size(), 1);
  }
  void set(std::size_t row, T value) { values_[row] = value; }
  void set_null(std::size_t row) { valid_[row] = 0; }
  void set_bad(std::size_t row, const char* message) {
    if (valid_.empty()) valid_.assign(values_.size(), 1);
    valid_[row] = 0;
    bad_.push_back({row, printable_text(row), message});
  }
  [[nodiscard]] T* values() noexcept { return values_.data(); }
  [[nodiscard]] Reading<T> finish() && { return {Field<T>(std::move(values_), std::move(valid_)), std::move(bad_)}; }

 private:
  [[nodiscard]] std::string printable_text(std::size_t row) const { return column_.text(row); }

  const Column& column_;
  std::vector<T> values_;
  std::vector<std::uint8_t> valid_;
  std::vector<BadCell> bad_;
};

/// Calls `take(row, values, position)` for the known rows and marks the others.
template <class T, class Take>
void read_rows(const Column& column, ReadingBuilder<T>& builder, Take&& take) {
  const ColumnData& data = column.data();
  if (data.format.layout == Layout::null) {
    for (std::size_t row = 0; row < data.rows; ++row) builder.set_null(row);
    return;
  }
  for (std::size_t c = 0; c < data.chunks.size(); ++c) {
    const Chunk& chunk = data.chunks[c];
    const std::size_t start = data.starts[c];
    const bool all_known = chunk.values.nulls == 0 && (!chunk.encoded || chunk.dictionary.nulls == 0);
    if (all_known && !chunk.encoded) {
      for (std::size_t i = 0; i < chunk.values.length; ++i) take(start + i, chunk.values, i);
      continue;
    }
    for (std::size_t i = 0; i < chunk.values.length; ++i) {
      if (!all_known && !is_known(chunk, i)) {
        builder.set_null(start + i);
      } else {
        const Cell at = cell(chunk, i);
        take(start + i, *at.values, at.position);
      }
    }
  }
}

template <class T>
[[nodiscard]] Field<T> only_good(Reading<T> reading, const Place& where) {
  if (!reading.bad.empty()) {
    const BadCell& bad = reading.bad.front();
    Place place = where;
    place.row = bad.row;
    place.value = bad.value;
    throw InvalidInput(bad.message, std::move(place));
  }
  return std::move(reading.field);
}

/// Calls `read(load)` with a function that loads a value of a plain number layout as its own type.
template <class Read>
void with_plain_number(Layout layout, Read&& read) {
  const auto loader = [](auto zero) {
    return [](const Values& values, std::size_t i) { return load<decltype(zero)>(values.data, values.offset + i); };
  };
  if (layout == Layout::float64) {
    read(loader(double{}));
  } else if (layout == Layout::float32) {
    read(loader(float{}));
  } else if (layout == Layout::float16) {
    read([](const Values& values, std::size_t i) {
      return half_to_double(load<std::uint16_t>(values.data, values.offset + i));
    });
  } else {
    with_integer(layout, [&](auto zero) { read(loader(zero)); });
  }
}

/// What texts of times say of their zone: dates alone nothing, and where one names a zone all have to.
enum class WrittenZone { none, local, zoned };

[[nodiscard]] inline WrittenZone written_zone(const Column& column) {
  WrittenZone zone = WrittenZone::none;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_null(row)) continue;
    const auto time = time_from(column.string(row));
    if (!time) continue;
    if (time->kind == WrittenTime::Kind::zoned) return WrittenZone::zoned;
    if (time->kind == WrittenTime::Kind::local) zone = WrittenZone::local;
  }
  return zone;
}

template <class Number>
[[nodiscard]] bool to_int64(Number number, std::int64_t& value) noexcept {
  if constexpr (std::is_floating_point_v<Number>) {
    const double wide = static_cast<double>(number);
    if (!(wide >= -9'223'372'036'854'775'808.0 && wide < 9'223'372'036'854'775'808.0) || std::trunc(wide) != wide) {
      return false;
    }
  } else if constexpr (std::is_same_v<Number, std::uint64_t>) {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return false;
  }
  value = static_cast<std::int64_t>(number);
  return true;
}

}  // namespace detail

OUTWEIGH_INLINE Reading<double> try_read_float64s(const Column& column, const Place& where) {
  const detail::Format& format = column.data().format;
  detail::ReadingBuilder<double> builder(column);
  double* const values = builder.values();
  switch (column.type()) {
    case ColumnType::null:
      detail::read_rows(column, builder, [](std::size_t, const detail::Values&, std::size_t) {});
      break;
    case ColumnType::int64:
    case ColumnType::float64:
      detail::with_plain_number(format.layout, [&](auto load) {
        detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
          values[row] = static_cast<double>(load(from, i));
        });
      });
      break;
    case ColumnType::decimal:
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        values[row] = detail::decimal_to_double(detail::decimal_at(format.layout, from, i), format.scale);
      });
      break;
    default:
      detail::throw_type(column, where, "the column must hold numbers");
  }
  return std::move(builder).finish();
}

OUTWEIGH_INLINE Reading<std::int64_t> try_read_int64s(const Column& column, const Place& where) {
  const detail::Format& format = column.data().format;
  detail::ReadingBuilder<std::int64_t> builder(column);
  const auto keep = [&](std::size_t row, auto number) {
    std::int64_t value = 0;
    if (detail::to_int64(number, value)) {
      builder.set(row, value);
    } else {
      builder.set_bad(row, "the value must be an integer from -2^63 to 2^63 - 1");
    }
  };
  switch (column.type()) {
    case ColumnType::null:
      detail::read_rows(column, builder, [](std::size_t, const detail::Values&, std::size_t) {});
      break;
    case ColumnType::int64:
    case ColumnType::float64:
      detail::with_plain_number(format.layout, [&](auto load) {
        detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
          keep(row, load(from, i));
        });
      });
      break;
    case ColumnType::decimal:
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        const detail::Decimal decimal = detail::decimal_at(format.layout, from, i);
        const auto value = detail::decimal_to_scaled(decimal, format.scale, 0);
        if (value && detail::decimal_is_integer(decimal, format.scale)) {
          builder.set(row, *value);
        } else {
          builder.set_bad(row, "the value must be an integer from -2^63 to 2^63 - 1");
        }
      });
      break;
    default:
      detail::throw_type(column, where, "the column must hold integers");
  }
  return std::move(builder).finish();
}

OUTWEIGH_INLINE Reading<std::uint8_t> try_read_booleans(const Column& column, const Place& where) {
  detail::ReadingBuilder<std::uint8_t> builder(column);
  switch (column.type()) {
    case ColumnType::null:
      detail::read_rows(column, builder, [](std::size_t, const detail::Values&, std::size_t) {});
      break;
    case ColumnType::boolean:
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        builder.set(row, detail::bit(static_cast<const std::uint8_t*>(from.data), from.offset + i) ? 1 : 0);
      });
      break;
    case ColumnType::int64:
    case ColumnType::float64:
      detail::with_plain_number(column.data().format.layout, [&](auto load) {
        detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
          const auto number = load(from, i);
          const bool is_one = number == static_cast<decltype(number)>(1);
          if (is_one || number == static_cast<decltype(number)>(0)) {
            builder.set(row, is_one ? 1 : 0);
          } else {
            builder.set_bad(row, "the value must be true or false, or 1 or 0");
          }
        });
      });
      break;
    default:
      detail::throw_type(column, where, "the column must hold true and false");
  }
  return std::move(builder).finish();
}

OUTWEIGH_INLINE Reading<Money> try_read_moneys(const Column& column, const Place& where) {
  const detail::Format& format = column.data().format;
  constexpr const char* out_of_range = "an amount of money must be finite and below 9.2e14";
  constexpr const char* not_a_number = "an amount of money is a number: write an unknown amount as null";
  detail::ReadingBuilder<Money> builder(column);
  switch (column.type()) {
    case ColumnType::null:
      detail::read_rows(column, builder, [](std::size_t, const detail::Values&, std::size_t) {});
      break;
    case ColumnType::int64:
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        const detail::Integer units = detail::integer_at(format.layout, from, i);
        constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / Money::ticks_per_unit;
        if (units.fits_int64() && units.value() <= limit && units.value() >= -limit) {
          builder.set(row, Money::from_ticks(units.value() * Money::ticks_per_unit));
        } else {
          builder.set_bad(row, out_of_range);
        }
      });
      break;
    case ColumnType::float64:
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        const double units = detail::double_at(format.layout, from, i);
        if (std::abs(units) < 9.2e14) {
          builder.set(row, Money::from_units(units));
        } else {
          builder.set_bad(row, std::isnan(units) ? not_a_number : out_of_range);
        }
      });
      break;
    case ColumnType::decimal:
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        const auto ticks = detail::decimal_to_scaled(detail::decimal_at(format.layout, from, i), format.scale, 4);
        if (ticks) {
          builder.set(row, Money::from_ticks(*ticks));
        } else {
          builder.set_bad(row, out_of_range);
        }
      });
      break;
    default:
      detail::throw_type(column, where, "the column must hold amounts of money");
  }
  return std::move(builder).finish();
}

OUTWEIGH_INLINE bool has_local_times(const Column& column) {
  if (column.type() == ColumnType::timestamp) return column.timezone().empty();
  return column.type() == ColumnType::string && detail::written_zone(column) == detail::WrittenZone::local;
}

OUTWEIGH_INLINE Reading<Instant> try_read_instants(const Column& column, const TimeZone* zone, const Place& where) {
  const detail::Format& format = column.data().format;
  detail::ReadingBuilder<Instant> builder(column);
  const auto require_zone = [&] {
    if (zone != nullptr) return;
    Place place = where;
    place.value = column.type_name();
    throw InvalidInput("times without a time zone need the option timezone", std::move(place));
  };
  std::size_t hint = 0;
  const auto set_local = [&](std::size_t row, std::int64_t microseconds, bool is_date) {
    const TimeZone::Local local = zone->resolve(microseconds, hint);
    if (local.kind == TimeZone::Kind::unique || is_date) {
      builder.set(row, local.earlier);
    } else if (local.kind == TimeZone::Kind::skipped) {
      builder.set_bad(row, "the time zone skipped this local time");
    } else {
      builder.set_bad(row, "the time zone had this local time twice");
    }
  };
  switch (column.type()) {
    case ColumnType::null:
      detail::read_rows(column, builder, [](std::size_t, const detail::Values&, std::size_t) {});
      break;
    case ColumnType::date:
    case ColumnType::timestamp: {
      const bool is_date = column.type() == ColumnType::date;
      const bool is_local = is_date ? zone != nullptr : format.timezone.empty();
      if (is_local) require_zone();
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        std::int64_t microseconds = 0;
        if (!detail::to_microseconds(detail::ticks_at(format, from, i), microseconds)) {
          builder.set_bad(row, "the time is out of range");
        } else if (is_local) {
          set_local(row, microseconds, is_date);
        } else {
          builder.set(row, Instant::from_microseconds(microseconds));
        }
      });
      break;
    }
    case ColumnType::string: {
      const detail::WrittenZone written = detail::written_zone(column);
      if (written == detail::WrittenZone::local) require_zone();
      detail::read_rows(column, builder, [&](std::size_t row, const detail::Values& from, std::size_t i) {
        const auto time = detail::time_from(detail::string_at(format.layout, from, i));
        if (!time) {
          builder.set_bad(row, "the value is not a time such as 2026-01-31T09:30:00Z");
        } else if (time->kind == detail::WrittenTime::Kind::local && written == detail::WrittenZone::zoned) {
          builder.set_bad(row, "the value has no time zone, while others in the column have one");
        } else if (time->kind == detail::WrittenTime::Kind::zoned || zone == nullptr) {
          builder.set(row, Instant::from_microseconds(time->microseconds));
        } else {
          set_local(row, time->microseconds, time->kind == detail::WrittenTime::Kind::date);
        }
      });
      break;
    }
    default:
      detail::throw_type(column, where, "the column must hold times");
  }
  return std::move(builder).finish();
}

OUTWEIGH_INLINE Field<double> read_float64s(const Column& column, const Place& where) {
  return detail::only_good(try_read_float64s(column, where), where);
}
OUTWEIGH_INLINE Field<std::int64_t> read_int64s(const Column& column, const Place& where) {
  return detail::only_good(try_read_int64s(column, where), where);
}
OUTWEIGH_INLINE Field<std::uint8_t> read_booleans(const Column& column, const Place& where) {
  return detail::only_good(try_read_booleans(column, where), where);
}
OUTWEIGH_INLINE Field<Money> read_moneys(const Column& column, const Place& where) {
  return detail::only_good(try_read_moneys(column, where), where);
}
OUTWEIGH_INLINE Field<Instant> read_instants(const Column& column, const TimeZone* zone, const Place& where) {
  return detail::only_good(try_read_instants(column, zone, where), where);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
