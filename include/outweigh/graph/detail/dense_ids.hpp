// Ids that are whole numbers close together, numbered through an array over their range instead of a hash table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <outweigh/core/column.hpp>
#include <outweigh/core/ids.hpp>
#include <outweigh/core/large_vector.hpp>
#include <outweigh/core/parallel.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// Integers of at most 63 bits, all known, that can be read where they lie.
[[nodiscard]] inline bool is_plain_integers(const core::Column& column) {
  return column.type() == core::ColumnType::int64 && !column.is_dictionary() && column.null_count() == 0 &&
         column.data().format.layout != core::detail::Layout::uint64;
}

/// Calls `visit(row, value)` for rows begin .. end - 1. Precondition: is_plain_integers(column).
template <class Visit>
void for_each_integer(const core::Column& column, std::size_t begin, std::size_t end, Visit visit) {
  const core::detail::ColumnData& data = column.data();
  core::detail::with_integer(data.format.layout, [&](auto zero) {
    for (std::size_t c = 0; c < data.chunks.size(); ++c) {
      const core::detail::Values& values = data.chunks[c].values;
      const std::size_t first = data.starts[c];
      const std::size_t last = std::min(end, first + values.length);
      for (std::size_t row = std::max(begin, first); row < last; ++row) {
        visit(row,
              static_cast<std::int64_t>(core::detail::load<decltype(zero)>(values.data, values.offset + row - first)));
      }
    }
  });
}

/// The ids of several columns of equal length, each numbered by itself, ascending, or all together.
class DenseIds {
 public:
  static constexpr std::size_t block = std::size_t{1} << 18U;

  /// Precondition: is_plain_integers of each.
  DenseIds(std::span<const core::Column* const> columns, bool together, const core::RunControl& control)
      : columns_(columns.begin(), columns.end()), rows_(columns.front()->size()), numbers_(columns.size()) {
    core::parallel_for(control, columns_.size(), [&](std::size_t side) {
      Numbers& numbers = numbers_[side];
      for_each_integer(*columns_[side], 0, rows_, [&](std::size_t, std::int64_t value) {
        numbers.least = std::min(numbers.least, value);
        numbers.most = std::max(numbers.most, value);
      });
    });
    if (!together) return;
    for (const Numbers& numbers : numbers_) {
      numbers_.front().least = std::min(numbers_.front().least, numbers.least);
      numbers_.front().most = std::max(numbers_.front().most, numbers.most);
    }
    numbers_.resize(1);
  }

  /// Are the ranges short enough for arrays over them?
  [[nodiscard]] bool fit() const {
    return rows_ > 0 && std::all_of(numbers_.begin(), numbers_.end(), [&](const Numbers& numbers) {
             const std::uint64_t range =
                 static_cast<std::uint64_t>(numbers.most) - static_cast<std::uint64_t>(numbers.least);
             return range < 8 * std::uint64_t{rows_} + 1024;
           });
  }

  /// Finds the numbers. Precondition of what follows: fit().
  void mark(const core::RunControl& control) {
    core::parallel_for(control, numbers_.size(), [&](std::size_t set) {
      Numbers& numbers = numbers_[set];
      const auto size = static_cast<std::size_t>(numbers.most - numbers.least) + 1;
      std::vector<std::uint64_t> bits((size + 63) / 64, 0);
      for (std::size_t side = 0; side < columns_.size(); ++side) {
        if (&numbers_of(side) != &numbers) continue;
        for_each_integer(*columns_[side], 0, rows_, [&](std::size_t, std::int64_t value) {
          const auto at = static_cast<std::size_t>(value - numbers.least);
          bits[at / 64] |= std::uint64_t{1} << (at % 64);
        });
      }
      numbers.place.resize(size);
      for (std::size_t i = 0; i < size; ++i) {
        if ((bits[i / 64] >> (i % 64) & 1U) == 0) continue;
        numbers.place[i] = static_cast<std::uint32_t>(numbers.ids.size());
        numbers.ids.push_back(numbers.least + static_cast<std::int64_t>(i));
      }
    });
  }

  /// Codes of one block of the rows of a column.
  void encode(std::size_t side, std::size_t number, std::span<std::uint32_t> codes) const {
    const Numbers& numbers = numbers_of(side);
    for_each_integer(*columns_[side], number * block, std::min(rows_, (number + 1) * block),
                     [&](std::size_t row, std::int64_t value) {
                       codes[row] = numbers.place[static_cast<std::size_t>(value - numbers.least)];
                     });
  }
  [[nodiscard]] core::Ids ids(std::size_t side) const {
    return core::Ids(std::span<const std::int64_t>(numbers_of(side).ids));
  }

 private:
  struct Numbers {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    core::LargeVector<std::uint32_t> place{};  // set only where a number is there
    std::vector<std::int64_t> ids{};
  };
  [[nodiscard]] const Numbers& numbers_of(std::size_t side) const {
    return numbers_.size() == 1 ? numbers_.front() : numbers_[side];
  }

  std::vector<const core::Column*> columns_;
  std::size_t rows_;
  std::vector<Numbers> numbers_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
