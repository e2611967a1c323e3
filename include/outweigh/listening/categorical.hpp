// Categorical columns and their known totals: what every weighting method takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// A borrowed column of level numbers, of any integer type. Negative numbers mean unknown.
class Codes {
 public:
  using Column =
      std::variant<std::span<const std::uint32_t>, std::span<const std::uint8_t>, std::span<const std::int8_t>,
                   std::span<const std::uint16_t>, std::span<const std::int16_t>, std::span<const std::int32_t>,
                   std::span<const std::int64_t>>;

  Codes() = default;
  template <class Integer>
    requires std::is_integral_v<Integer>
  explicit Codes(std::span<const Integer> values) : column_(values) {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  explicit Codes(const std::vector<Integer>& values) : column_(std::span<const Integer>(values)) {}
  template <class Integer>
  explicit Codes(std::vector<Integer>&&) = delete;

  [[nodiscard]] std::size_t size() const noexcept {
    return std::visit([](auto values) { return values.size(); }, column_);
  }
  [[nodiscard]] std::int64_t operator[](std::size_t row) const noexcept {
    return std::visit([row](auto values) { return static_cast<std::int64_t>(values[row]); }, column_);
  }
  [[nodiscard]] const Column& column() const noexcept { return column_; }

 private:
  Column column_{};
};

/// A categorical column: row i has level `levels[codes[i]]`. The codes are borrowed.
struct Categorical {
  std::string name;
  std::vector<std::string> levels;
  Codes codes;
};

/// The known total of one level in the population: accounts, or shares that add up to one.
struct LevelTotal {
  std::string level;
  double total = 0.0;
};

/// A categorical column and the known total of each of its levels, in any order.
struct Margin {
  Categorical variable;
  std::vector<LevelTotal> totals;
};

/// A numeric column with the known total of the population. The values are borrowed.
struct NumericTotal {
  std::string name;
  std::span<const double> values;
  double total = 0.0;
};

/// The combinations of several columns as one, named "a x b", with levels "1 x 2" in the order of the columns' levels;
/// only combinations that occur are levels. Throws InvalidInput for an unknown or impossible code, naming column and
/// row. `codes` holds what `variable.codes` borrows; moving keeps it valid.
struct Crossed {
  Categorical variable;
  std::vector<std::uint32_t> codes;

  Crossed() = default;
  Crossed(const Crossed&) = delete;
  Crossed& operator=(const Crossed&) = delete;
  Crossed(Crossed&&) = default;
  Crossed& operator=(Crossed&&) = default;
};
[[nodiscard]] Crossed cross(std::span<const Categorical> variables);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/categorical-inl.hpp>
#endif
