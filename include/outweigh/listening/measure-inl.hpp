#pragma once

#include <cmath>
#include <cstddef>

#include <outweigh/core/read_column.hpp>
#include <outweigh/listening/measure.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

OUTWEIGH_INLINE Measure measure_base(const graph::CustomerGraph& graph, std::string_view name) {
  const auto base = graph.base();
  const auto& accounts = graph.accounts();
  Measure measure{std::string(name), std::vector<std::optional<double>>(base.size())};
  const auto fill = [&](bool present, const char* column, const auto& value_of) {
    if (!present) {
      throw core::MissingInput("there are no numbers to compare without this column",
                               {.table = "accounts", .column = column});
    }
    for (std::size_t slot = 0; slot < base.size(); ++slot)
      measure.values[slot] = value_of(std::size_t{base[slot].value()});
  };
  if (name == "arr") {
    fill(accounts.arr.any(), "arr", [&](std::size_t account) {
      return accounts.arr.has(account) ? std::optional(accounts.arr[account].units()) : std::nullopt;
    });
  } else if (name == "sentiment") {
    fill(accounts.sentiment.any(), "sentiment", [&](std::size_t account) { return accounts.sentiment.get(account); });
  } else if (name == "tenure") {
    fill(accounts.started.any(), "started", [&](std::size_t account) {
      return accounts.started.has(account)
                 ? std::optional((graph.as_of().days() - accounts.started[account].days()) / 365.25)
                 : std::nullopt;
    });
  } else {
    const core::Column* column = graph.attributes("accounts").find(name);
    const core::Place place{.table = "accounts", .column = std::string(name)};
    if (column == nullptr) throw core::MissingInput("the table of accounts has no such column of numbers", place);
    const core::Field<double> numbers = core::read_float64s(*column, place);
    for (std::size_t slot = 0; slot < base.size(); ++slot) {
      const std::size_t account = base[slot].value();
      if (!numbers.has(account)) continue;
      if (!std::isfinite(numbers[account])) {
        throw core::InvalidInput("a number to compare must be finite; leave the cell empty where it is unknown",
                                 {.table = "accounts",
                                  .column = std::string(name),
                                  .row = account,
                                  .value = std::to_string(numbers[account])});
      }
      measure.values[slot] = numbers[account];
    }
  }
  return measure;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening
