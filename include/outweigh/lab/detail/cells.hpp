// Columns under construction, ids, and rows that refer to each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/core/table.hpp>
#include <outweigh/lab/detail/voices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

/// Values of a column under construction.
template <class T>
struct Cells {
  std::vector<T> values;
  std::vector<std::uint8_t> valid;

  void add(T value) {
    values.push_back(std::move(value));
    valid.push_back(1);
  }
  void skip() {
    values.push_back(T{});
    valid.push_back(0);
  }
  void add_if(bool known, T value) {
    if (known) {
      add(std::move(value));
    } else {
      skip();
    }
  }
};

inline core::Column column(Cells<double>&& cells) {
  return core::Column::float64s(std::move(cells.values), cells.valid);
}
inline core::Column column(Cells<std::int64_t>&& cells) {
  return core::Column::int64s(std::move(cells.values), cells.valid);
}
inline core::Column column(Cells<core::Instant>&& cells) { return core::Column::instants(cells.values, cells.valid); }
inline core::Column column(Cells<std::uint8_t>&& cells) { return core::Column::booleans(cells.values, cells.valid); }
inline core::Column column(Cells<std::string>&& cells) { return core::Column::strings(cells.values, cells.valid); }
inline core::Column column(Cells<std::string_view>&& cells) { return core::Column::strings(cells.values, cells.valid); }

/// Words of a vocabulary, by code.
struct WordCells {
  std::vector<std::uint32_t> codes;
  std::vector<std::uint8_t> valid;

  void add(std::size_t code) {
    codes.push_back(static_cast<std::uint32_t>(code));
    valid.push_back(1);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void add(Enum value) {
    add(static_cast<std::size_t>(value));
  }
  void add_if(bool known, std::size_t code) {
    codes.push_back(known ? static_cast<std::uint32_t>(code) : 0);
    valid.push_back(known ? 1 : 0);
  }
};

inline core::Column column(WordCells&& cells, std::span<const std::string_view> words) {
  return core::Column::categories(std::move(cells.codes), words, cells.valid);
}
template <class Enum>
core::Column words_column(WordCells&& cells) {
  return column(std::move(cells), graph::Vocabulary<Enum>::words);
}

/// Ids of one kind of node: a letter and a number.
class NumberedIds {
 public:
  NumberedIds(char letter, std::size_t count) : letter_(letter), digits_(digits_for(count)) {}

  [[nodiscard]] std::string operator[](std::size_t position) const { return padded(letter_, position + 1, digits_); }
  [[nodiscard]] core::Column column(std::size_t count) const {
    std::vector<std::string> ids;
    ids.reserve(count);
    for (std::size_t i = 0; i < count; ++i) ids.push_back((*this)[i]);
    return core::Column::strings(ids);
  }
  /// `no_row` gives a null.
  [[nodiscard]] core::Column column(std::span<const std::int64_t> positions) const {
    Cells<std::string> cells;
    cells.values.reserve(positions.size());
    cells.valid.reserve(positions.size());
    for (const std::int64_t position : positions) {
      cells.add_if(position != no_row,
                   position == no_row ? std::string() : (*this)[static_cast<std::size_t>(position)]);
    }
    return detail::column(std::move(cells));
  }

 private:
  char letter_;
  std::size_t digits_;
};

struct SimulatedIds {
  NumberedIds account;
  NumberedIds customer;
  NumberedIds interaction;
  NumberedIds request;
  NumberedIds ticket;
  NumberedIds need;
  NumberedIds solution;
  NumberedIds source;
};

/// First rows of each block of voices in the joined tables.
struct BlockOffsets {
  std::vector<std::int64_t> interactions;
  std::vector<std::int64_t> requests;
  std::vector<std::int64_t> tickets;
};

[[nodiscard]] inline std::int64_t shifted(std::int64_t row, std::int64_t offset) noexcept {
  return row == no_row ? no_row : row + offset;
}
[[nodiscard]] inline std::int64_t as_row(std::size_t position) noexcept { return static_cast<std::int64_t>(position); }

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
