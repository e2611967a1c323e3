// Equal rows of numbers, collapsed.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <outweigh/config.hpp>
#include <outweigh/stats/detail/radix_sort.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// Numbers, 0 or more, as whole numbers in the same order that take as few bits as is easy to find.
class PackedColumn {
 public:
  explicit PackedColumn(std::span<const double> values) : values_(values) {
    double greatest = 0.0;
    double least = HUGE_VAL;
    unsigned whole = 1;
    for (const double value : values) {
      greatest = greatest < value ? value : greatest;
      const double positive = value > 0.0 ? value : HUGE_VAL;
      least = positive < least ? positive : least;
      whole &= static_cast<unsigned>((value + 0x1.8p52) - 0x1.8p52 == value);
    }
    if (whole != 0 && greatest < 0x1p40) {
      kind_ = Kind::whole;
      greatest_ = static_cast<std::uint64_t>(greatest);
    } else if (!make_dictionary()) {
      kind_ = Kind::bits;
      least_ = std::bit_cast<std::uint64_t>(least);
      greatest_ = std::bit_cast<std::uint64_t>(greatest) - least_ + 1;
    }
  }

  [[nodiscard]] unsigned bits() const noexcept { return static_cast<unsigned>(std::bit_width(greatest_)); }
  /// Calls `visit(row, code)` for each row.
  template <class Visit>
  void codes(const Visit& visit) const {
    const std::size_t count = values_.size();
    switch (kind_) {
      case Kind::dictionary:
        for (std::size_t row = 0; row < count; ++row) visit(row, std::uint64_t{codes_[row]});
        break;
      case Kind::whole:
        for (std::size_t row = 0; row < count; ++row) {
          visit(row, static_cast<std::uint64_t>(static_cast<std::int64_t>(values_[row])));
        }
        break;
      case Kind::bits:
        for (std::size_t row = 0; row < count; ++row) {
          const double value = values_[row];
          visit(row, value > 0.0 ? std::bit_cast<std::uint64_t>(value) - least_ + 1 : std::uint64_t{0});
        }
        break;
    }
  }
  [[nodiscard]] double value(std::uint64_t code) const noexcept {
    if (kind_ == Kind::dictionary) return distinct_[code];
    if (kind_ == Kind::whole) return static_cast<double>(code);
    return code == 0 ? 0.0 : std::bit_cast<double>(code + least_ - 1);
  }

 private:
  enum class Kind : std::uint8_t { whole, dictionary, bits };

  [[nodiscard]] static std::uint64_t mix(std::uint64_t x) noexcept {
    x *= 0x9E3779B97F4A7C15ULL;
    return x ^ (x >> 32U);
  }

  /// Of the distinct values, where they are few.
  bool make_dictionary() {
    const std::size_t slots = std::min(std::size_t{1} << 15U, std::bit_ceil(2 * values_.size() + 2));
    constexpr std::uint32_t none = 0xFFFFFFFFU;
    std::vector<std::uint32_t> table(slots, none);
    codes_.resize(values_.size());
    for (std::size_t row = 0; row < values_.size(); ++row) {
      const double value = values_[row] + 0.0;
      std::size_t slot = mix(std::bit_cast<std::uint64_t>(value)) & (slots - 1);
      while (table[slot] != none && distinct_[table[slot]] != value) slot = (slot + 1) & (slots - 1);
      if (table[slot] == none) {
        if (distinct_.size() == slots / 2) {
          codes_ = {};
          distinct_ = {};
          return false;
        }
        table[slot] = static_cast<std::uint32_t>(distinct_.size());
        distinct_.push_back(value);
      }
      codes_[row] = table[slot];
    }
    kind_ = Kind::dictionary;
    std::vector<std::uint32_t> order(distinct_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return distinct_[a] < distinct_[b]; });
    std::vector<std::uint32_t> rank(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
    for (std::uint32_t& code : codes_) code = rank[code];
    std::sort(distinct_.begin(), distinct_.end());
    greatest_ = distinct_.size() - 1;
    return true;
  }

  std::span<const double> values_;
  Kind kind_ = Kind::whole;
  std::uint64_t least_ = 0;
  std::uint64_t greatest_ = 0;
  std::vector<std::uint32_t> codes_;
  std::vector<double> distinct_;
};

template <std::size_t N>
struct WeightedRow {
  std::array<double, N> values{};
  double weight = 0.0;
};

/// A row as a whole number of 128 bits.
struct PackedRow {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const PackedRow&, const PackedRow&) = default;

  /// Shifts `bits` bits in, 0 to 63.
  void push(std::uint64_t code, unsigned bits) noexcept {
    if (bits == 0) return;
    high = (high << bits) | (low >> (64 - bits));
    low = (low << bits) | code;
  }
  [[nodiscard]] std::uint64_t pop(unsigned bits) noexcept {
    if (bits == 0) return 0;
    const std::uint64_t code = low & ((std::uint64_t{1} << bits) - 1);
    low = (low >> bits) | (high << (64 - bits));
    high >>= bits;
    return code;
  }
  /// The lowest 64 bits of the number shifted to the right.
  [[nodiscard]] std::uint64_t shifted(unsigned bits) const noexcept {
    if (bits >= 64) return high >> (bits - 64);
    return bits == 0 ? low : (low >> bits) | (high << (64 - bits));
  }
};
struct PackedWeightedRow : PackedRow {
  double weight = 1.0;
};
struct ShortRow {
  std::uint64_t low = 0;
  friend auto operator<=>(const ShortRow&, const ShortRow&) = default;

  void push(std::uint64_t code, unsigned bits) noexcept { low = (low << bits) | code; }
  [[nodiscard]] std::uint64_t pop(unsigned bits) noexcept {
    const std::uint64_t code = low & ((std::uint64_t{1} << bits) - 1);
    low >>= bits;
    return code;
  }
  [[nodiscard]] std::uint64_t shifted(unsigned bits) const noexcept { return low >> bits; }
};

/// `collapse` by way of `Row`, which holds `total` bits.
template <class Row, std::size_t N, class Each>
void collapse_packed(const std::array<PackedColumn, N>& columns, unsigned total, std::size_t count,
                     std::span<const double> weight, const Each& each) {
  std::vector<Row> rows(count);
  for (const PackedColumn& column : columns) {
    const unsigned bits = column.bits();
    column.codes([&](std::size_t row, std::uint64_t code) { rows[row].push(code, bits); });
  }
  constexpr bool weighted = std::is_same_v<Row, PackedWeightedRow>;
  if constexpr (weighted) {
    for (std::size_t row = 0; row < count; ++row) rows[row].weight = weight[row];
  }
  // The highest digits set almost all rows apart; what they leave is sorted by comparison.
  const unsigned kept = std::min({total, static_cast<unsigned>(std::bit_width(count)) + 13U, 64U});
  const unsigned dropped = total - kept;
  stats::detail::radix_sort(rows, [dropped](const Row& row) { return row.shifted(dropped); });
  const auto less = [](const Row& a, const Row& b) {
    if constexpr (weighted) {
      if (a.high == b.high && a.low == b.low) return a.weight < b.weight;
      return a.high != b.high ? a.high < b.high : a.low < b.low;
    } else {
      return a < b;
    }
  };
  const auto same = [](const Row& a, const Row& b) {
    if constexpr (weighted) {
      return a.high == b.high && a.low == b.low;
    } else {
      return a == b;
    }
  };
  for (std::size_t begin = 0; begin < count && (dropped > 0 || weighted);) {
    std::size_t end = begin + 1;
    while (end < count && rows[end].shifted(dropped) == rows[begin].shifted(dropped)) ++end;
    if (end - begin > 1) {
      const auto from = rows.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto to = rows.begin() + static_cast<std::ptrdiff_t>(end);
      if (!std::is_sorted(from, to, less)) std::sort(from, to, less);
    }
    begin = end;
  }
  for (std::size_t begin = 0; begin < count;) {
    WeightedRow<N> sum;
    std::size_t end = begin;
    for (; end < count && same(rows[begin], rows[end]); ++end) {
      if constexpr (weighted) sum.weight += rows[end].weight;
    }
    if constexpr (!weighted) sum.weight = static_cast<double>(end - begin);
    Row key = rows[begin];
    for (std::size_t k = N; k-- > 0;) sum.values[k] = columns[k].value(key.pop(columns[k].bits()));
    each(sum);
    begin = end;
  }
}

/// The distinct rows of columns of finite numbers that are 0 or more, in ascending order of the first column, then of
/// the second and so on, with the weights of equal rows added up (`weight` empty: 1 each). `each(row)` takes them. The
/// order of the rows that come in does not matter: weights of equal rows are added in ascending order. O(n) for numbers
/// of few digits, O(n log n) for any.
template <std::size_t N, class Each>
void collapse(const std::array<std::span<const double>, N>& columns, std::span<const double> weight, const Each& each) {
  const std::size_t count = columns[0].size();
  const auto packed = [&]<std::size_t... K>(std::index_sequence<K...>) {
    return std::array<PackedColumn, N>{PackedColumn(columns[K])...};
  }(std::make_index_sequence<N>());
  unsigned total = 0;
  for (const PackedColumn& column : packed) total += column.bits();
  if (total < 64 && weight.empty()) {
    collapse_packed<ShortRow>(packed, total, count, weight, each);
  } else if (total <= 128 && weight.empty()) {
    collapse_packed<PackedRow>(packed, total, count, weight, each);
  } else if (total <= 128) {
    collapse_packed<PackedWeightedRow>(packed, total, count, weight, each);
  } else {
    std::vector<WeightedRow<N>> rows(count);
    for (std::size_t row = 0; row < count; ++row) {
      for (std::size_t k = 0; k < N; ++k) rows[row].values[k] = columns[k][row] + 0.0;
      rows[row].weight = weight.empty() ? 1.0 : weight[row];
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return a.values != b.values ? a.values < b.values : a.weight < b.weight;
    });
    for (std::size_t begin = 0; begin < count;) {
      WeightedRow<N> sum = rows[begin];
      std::size_t end = begin + 1;
      for (; end < count && rows[end].values == sum.values; ++end) sum.weight += rows[end].weight;
      each(sum);
      begin = end;
    }
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
