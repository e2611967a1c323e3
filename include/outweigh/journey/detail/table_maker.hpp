// Small tables, row by row.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/ids.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

/// The id of a node, which keeps the user's own type.
struct NodeId {
  const core::Ids* ids;
  std::uint32_t position;
};

/// One value of a row; unknown when made of nothing, of an empty optional, or of a number that is not finite.
class Cell {
 public:
  Cell() = default;
  Cell(std::nullopt_t) {}
  Cell(std::string text) : value_(std::move(text)) {}
  Cell(std::string_view text) : value_(std::string(text)) {}
  Cell(const char* text) : value_(std::string(text)) {}
  Cell(core::Instant at) : value_(at) {}
  Cell(NodeId id) : value_(id) {}
  Cell(core::Status status) : value_(std::string(core::to_string(status))) {}
  Cell(core::Money amount) : value_(amount.units()) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  Cell(T number) {
    if constexpr (std::is_same_v<T, bool>) {
      value_ = number;
    } else if constexpr (std::is_integral_v<T>) {
      value_ = static_cast<std::int64_t>(number);
    } else if (std::isfinite(number)) {
      value_ = static_cast<double>(number);
    }
  }
  template <class T>
  Cell(const std::optional<T>& value) {
    if (value) *this = Cell(*value);
  }

  template <class T>
  [[nodiscard]] const T* get() const noexcept {
    return std::get_if<T>(&value_);
  }

 private:
  std::variant<std::monostate, std::string, double, std::int64_t, bool, core::Instant, NodeId> value_;
};

/// Collects rows of columns whose types are named beforehand.
class TableMaker {
 public:
  enum class Type : std::uint8_t { text, number, count, flag, time, id };
  struct Heading {
    std::string name;
    Type type;
  };

  TableMaker(std::initializer_list<Heading> headings) : headings_(headings), cells_(headings.size()) {}

  void row(std::initializer_list<Cell> cells) {
    std::size_t column = 0;
    for (const Cell& cell : cells) cells_[column++].push_back(cell);
    if (column != cells_.size()) throw core::InvalidInput("a row of a result has another number of cells than columns");
  }
  [[nodiscard]] std::size_t rows() const noexcept { return cells_.empty() ? 0 : cells_.front().size(); }

  [[nodiscard]] core::Table table() const {
    core::Table table;
    for (std::size_t i = 0; i < headings_.size(); ++i) table.add(headings_[i].name, column(i));
    return table;
  }

 private:
  template <class T>
  void values(std::size_t column, std::vector<T>& out, std::vector<std::uint8_t>& valid) const {
    for (const Cell& cell : cells_[column]) {
      const T* value = cell.get<T>();
      valid.push_back(value != nullptr ? 1 : 0);
      out.push_back(value != nullptr ? *value : T{});
    }
  }
  [[nodiscard]] core::Column column(std::size_t index) const {
    std::vector<std::uint8_t> valid;
    switch (headings_[index].type) {
      case Type::text: {
        std::vector<std::string> out;
        values(index, out, valid);
        return core::Column::strings(std::span<const std::string>(out), valid);
      }
      case Type::number: {
        std::vector<double> out;
        for (const Cell& cell : cells_[index]) {
          const double* real = cell.get<double>();
          const std::int64_t* whole = cell.get<std::int64_t>();
          valid.push_back(real != nullptr || whole != nullptr ? 1 : 0);
          out.push_back(real != nullptr ? *real : whole != nullptr ? static_cast<double>(*whole) : 0.0);
        }
        return core::Column::float64s(std::move(out), valid);
      }
      case Type::count: {
        std::vector<std::int64_t> out;
        values(index, out, valid);
        return core::Column::int64s(std::move(out), valid);
      }
      case Type::flag: {
        std::vector<std::uint8_t> out;
        for (const Cell& cell : cells_[index]) {
          const bool* value = cell.get<bool>();
          valid.push_back(value != nullptr ? 1 : 0);
          out.push_back(value != nullptr && *value ? 1 : 0);
        }
        return core::Column::booleans(out, valid);
      }
      case Type::time: {
        std::vector<core::Instant> out;
        values(index, out, valid);
        return core::Column::instants(out, valid);
      }
      case Type::id: {  // known in every row
        std::vector<std::uint32_t> out;
        for (const Cell& cell : cells_[index]) out.push_back(cell.get<NodeId>()->position);
        if (out.empty()) return core::Column::strings(std::span<const std::string>(), valid);
        return cells_[index].front().get<NodeId>()->ids->column(out);
      }
    }
    return {};
  }

  std::vector<Heading> headings_;
  std::vector<std::vector<Cell>> cells_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
