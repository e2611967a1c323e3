#pragma once

#include <limits>
#include <string>
#include <utility>

#include <outweigh/core/detail/build.hpp>
#include <outweigh/core/detail/utf8.hpp>
#include <outweigh/core/ids.hpp>
#include <outweigh/core/integer_dictionary.hpp>
#include <outweigh/core/string_dictionary.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

namespace detail {

struct IdsData {
  bool is_integer = false;
  StringDictionary strings{};
  IntegerDictionary integers{};

  [[nodiscard]] std::size_t size() const noexcept { return is_integer ? integers.size() : strings.size(); }
};

/// Are the column's values integers, as opposed to text? Throws TypeMismatch when they are neither.
[[nodiscard]] OUTWEIGH_INLINE bool holds_integer_ids(const Column& column, const Place& where) {
  switch (column.type()) {
    case ColumnType::null:
    case ColumnType::string:
      return false;
    case ColumnType::int64:
    case ColumnType::float64:
    case ColumnType::decimal:
      return true;
    default: {
      Place place = where;
      place.value = column.type_name();
      throw TypeMismatch("ids must be text or integers", std::move(place));
    }
  }
}

/// The integer that `text` spells in plain digits, the way we would print it.
[[nodiscard]] OUTWEIGH_INLINE std::optional<std::int64_t> integer_of(std::string_view text) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 19 || (digits.front() == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  const std::uint64_t limit = std::uint64_t{1} << 63U;
  if (value > (negative ? limit : limit - 1)) return std::nullopt;
  return negative ? static_cast<std::int64_t>(std::uint64_t{0} - value) : static_cast<std::int64_t>(value);
}

}  // namespace detail

OUTWEIGH_INLINE Ids::Ids() : data_(std::make_shared<const detail::IdsData>()) {}

OUTWEIGH_INLINE Ids::Ids(std::shared_ptr<const detail::IdsData> data) noexcept : data_(std::move(data)) {}

OUTWEIGH_INLINE Ids::Ids(std::span<const std::string> ids) : Ids(Column::strings(ids)) {}

OUTWEIGH_INLINE Ids::Ids(std::span<const std::int64_t> ids) : Ids(Column::int64s({ids.begin(), ids.end()})) {}

OUTWEIGH_INLINE Ids::Ids(const Column& column, const Place& where, const RunControl& control) {
  Encoded encoded = encode(column, where, control);
  if (encoded.ids.size() != column.size()) {
    // Without a repetition the codes would be 0, 1, 2, ...
    std::uint32_t next = 0;
    for (std::size_t row = 0; row < encoded.codes.size(); ++row) {
      Place place = where;
      place.row = row;
      if (encoded.codes[row] == null_row) throw InvalidInput("an id is missing", std::move(place));
      if (encoded.codes[row] != next) {
        place.value = detail::printable(column.text(row));
        throw InvalidInput("an id appears twice", std::move(place));
      }
      ++next;
    }
  }
  data_ = std::move(encoded.ids.data_);
}

OUTWEIGH_INLINE Ids::Encoded Ids::encode(const Column& column, const Place& where, const RunControl& control) {
  auto data = std::make_shared<detail::IdsData>();
  data->is_integer = detail::holds_integer_ids(column, where);
  std::vector<std::uint32_t> codes =
      data->is_integer ? data->integers.encode(column, where, control) : data->strings.encode(column, control);
  return {Ids(std::move(data)), std::move(codes)};
}

OUTWEIGH_INLINE std::size_t Ids::size() const noexcept { return data_->size(); }
OUTWEIGH_INLINE bool Ids::is_integer() const noexcept { return data_->is_integer; }

OUTWEIGH_INLINE std::string Ids::text(std::size_t position) const {
  return data_->is_integer ? std::to_string(data_->integers[position]) : std::string(data_->strings[position]);
}
OUTWEIGH_INLINE std::int64_t Ids::integer(std::size_t position) const noexcept { return data_->integers[position]; }
OUTWEIGH_INLINE std::string_view Ids::string(std::size_t position) const noexcept { return data_->strings[position]; }

OUTWEIGH_INLINE std::optional<std::uint32_t> Ids::find(std::string_view id) const noexcept {
  if (!data_->is_integer) return data_->strings.find(id);
  const auto integer = detail::integer_of(id);
  return integer ? data_->integers.find(*integer) : std::nullopt;
}
OUTWEIGH_INLINE std::optional<std::uint32_t> Ids::find(std::int64_t id) const noexcept {
  return data_->is_integer ? data_->integers.find(id) : std::nullopt;
}

OUTWEIGH_INLINE std::vector<std::uint32_t> Ids::positions(const Column& column, const Place& where,
                                                          const RunControl& control) const {
  const bool integers = detail::holds_integer_ids(column, where);
  if (column.type() != ColumnType::null && size() != 0 && integers != data_->is_integer) {
    Place place = where;
    place.value = column.type_name();
    throw TypeMismatch(data_->is_integer ? "the ids that this column refers to are integers, its own are text"
                                         : "the ids that this column refers to are text, its own are integers",
                       std::move(place));
  }
  if (integers) return data_->integers.lookup(column, where, control);
  return data_->strings.lookup(column, control);
}

OUTWEIGH_INLINE Column Ids::column() const {
  if (data_->is_integer) return Column::int64s(data_->integers.keys());
  return Column(
      detail::make_column(detail::large_utf8_format(),
                          {detail::own_strings(size(), [&](std::size_t i) { return data_->strings[i]; }, {})}));
}

OUTWEIGH_INLINE Column Ids::column(std::span<const std::uint32_t> positions) const {
  std::vector<std::uint8_t> valid;
  for (std::size_t row = 0; row < positions.size(); ++row) {
    if (positions[row] < size()) continue;
    if (positions[row] != null_row) {
      throw InvalidInput("a position is not among the ids", {.row = row, .value = std::to_string(positions[row])});
    }
    if (valid.empty()) valid.assign(positions.size(), 1);
    valid[row] = 0;
  }
  if (data_->is_integer) {
    std::vector<std::int64_t> values(positions.size(), 0);
    for (std::size_t row = 0; row < positions.size(); ++row) {
      if (positions[row] != null_row) values[row] = data_->integers[positions[row]];
    }
    return Column::int64s(std::move(values), valid);
  }
  return Column(
      detail::make_column(detail::large_utf8_format(),
                          {detail::own_strings(
                              positions.size(), [&](std::size_t i) { return data_->strings[positions[i]]; }, valid)}));
}

OUTWEIGH_INLINE Ids Ids::select(std::span<const std::uint32_t> positions) const { return Ids(column(positions)); }

OUTWEIGH_INLINE bool operator==(const Ids& a, const Ids& b) {
  if (a.data_ == b.data_) return true;
  if (a.size() != b.size()) return false;
  if (a.size() == 0) return true;
  if (a.is_integer() != b.is_integer()) return false;
  if (a.is_integer()) return a.data_->integers.keys() == b.data_->integers.keys();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a.string(i) != b.string(i)) return false;
  }
  return true;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
