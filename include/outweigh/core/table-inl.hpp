#pragma once

#include <algorithm>
#include <utility>

#include <outweigh/core/table.hpp>

namespace outweigh::inline OUTWEIGH_ABI::core {

OUTWEIGH_INLINE Table& Table::add(std::string name, Column column) {
  if (has(name)) throw InvalidInput("a table has two columns of the same name", {.column = std::move(name)});
  if (!columns_.empty() && column.size() != rows()) {
    throw InvalidInput("a table's columns differ in length: " + std::to_string(column.size()) + " rows instead of " +
                           std::to_string(rows()),
                       {.column = std::move(name)});
  }
  names_.push_back(std::move(name));
  columns_.push_back(std::move(column));
  return *this;
}

OUTWEIGH_INLINE const Column* Table::find(std::string_view name) const noexcept {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? nullptr : &columns_[static_cast<std::size_t>(found - names_.begin())];
}

OUTWEIGH_INLINE const Column& Table::operator[](std::string_view name) const {
  if (const Column* column = find(name)) return *column;
  std::string message = names_.empty() ? "the table has no columns" : "there is no such column; the table has ";
  for (std::size_t i = 0; i < names_.size(); ++i) message += (i == 0 ? "" : ", ") + names_[i];
  throw MissingInput(message, {.column = std::string(name)});
}

OUTWEIGH_INLINE Table Table::take(std::span<const std::uint32_t> rows) const {
  Table taken;
  taken.names_ = names_;
  taken.columns_.reserve(columns_.size());
  for (const Column& column : columns_) taken.columns_.push_back(column.take(rows));
  return taken;
}

OUTWEIGH_INLINE Table Table::slice(std::size_t begin, std::size_t count) const {
  Table part;
  part.names_ = names_;
  part.columns_.reserve(columns_.size());
  for (const Column& column : columns_) part.columns_.push_back(column.slice(begin, count));
  return part;
}

OUTWEIGH_INLINE Table Table::select(std::span<const std::string> names) const {
  Table chosen;
  for (const std::string& name : names) chosen.add(name, (*this)[name]);
  return chosen;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::core
