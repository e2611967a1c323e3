#pragma once

#include <bit>
#include <cmath>
#include <string>
#include <tuple>

#include <outweigh/economics/detail/collapse.hpp>
#include <outweigh/economics/detail/number_text.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

OUTWEIGH_INLINE void check_purchases(const PurchaseColumns& columns) {
  const std::size_t count = columns.frequency.size();
  const auto fail = [](const char* message, const char* column, std::size_t row, double value) {
    throw core::InvalidInput(message, {.column = column, .row = row, .value = detail::number_text(value)});
  };
  const auto same_length = [&](std::span<const double> values, const char* column) {
    if (values.size() != count) {
      throw core::InvalidInput("columns differ in length: frequency has " + std::to_string(count) + " rows, " + column +
                                   " has " + std::to_string(values.size()),
                               {.column = column});
    }
  };
  same_length(columns.recency, "recency");
  same_length(columns.age, "age");
  if (!columns.weight.empty()) same_length(columns.weight, "weights");
  for (std::size_t i = 0; i < count; ++i) {
    const double x = columns.frequency[i];
    const double recency = columns.recency[i];
    const double age = columns.age[i];
    if (!(x >= 0.0 && x <= 1e9) || x != std::floor(x)) {
      fail("a frequency is a whole number of repeat purchases, 0 or more", "frequency", i, x);
    }
    if (!(recency >= 0.0) || !std::isfinite(recency)) fail("a recency is 0 or more and finite", "recency", i, recency);
    if (!(age >= 0.0) || !std::isfinite(age)) fail("an age is 0 or more and finite", "age", i, age);
    if (recency > age) {
      throw core::InvalidInput("the last purchase lies after the end of observation: recency " +
                                   detail::number_text(recency) + " exceeds age " + detail::number_text(age),
                               {.column = "recency", .row = i, .value = detail::number_text(recency)});
    }
    if (x == 0.0 && recency > 0.0) {
      fail("without a repeat purchase the recency is 0", "recency", i, recency);
    }
    if (!columns.weight.empty() && (!(columns.weight[i] >= 0.0) || !std::isfinite(columns.weight[i]))) {
      fail("a weight is 0 or more and finite", "weights", i, columns.weight[i]);
    }
  }
}

OUTWEIGH_INLINE PurchaseHistory::PurchaseHistory(const PurchaseColumns& columns) {
  check_purchases(columns);
  const std::size_t count = columns.frequency.size();
  bool whole = true;
  for (std::size_t i = 0; i < count; ++i) {
    if (columns.frequency[i] > 0.0 && columns.recency[i] == 0.0) {
      throw core::InvalidInput("a repeat purchase at time 0 has no place in a model of times between purchases",
                               {.column = "recency", .row = i, .value = "0"});
    }
    if (!columns.weight.empty() && columns.weight[i] != std::floor(columns.weight[i])) whole = false;
  }
  rows_ = detail::collapse<Row>(
      count, whole,
      [&](std::size_t i) {
        return Row{columns.frequency[i] + 0.0, columns.recency[i] + 0.0, columns.age[i] + 0.0,
                   columns.weight.empty() ? 1.0 : columns.weight[i]};
      },
      [](const Row& a, const Row& b) {
        return a.frequency == b.frequency && a.recency == b.recency && a.age == b.age;
      },
      [](const Row& a) {
        return detail::mix(std::bit_cast<std::uint64_t>(a.recency) +
                           detail::mix(std::bit_cast<std::uint64_t>(a.age) + static_cast<std::uint64_t>(a.frequency)));
      },
      [](const Row& a, const Row& b) {
        return std::tie(a.frequency, a.age, a.recency, a.weight) < std::tie(b.frequency, b.age, b.recency, b.weight);
      });
  std::erase_if(rows_, [](const Row& row) { return row.weight == 0.0; });
  this->count();
  if (rows_.empty()) throw core::InvalidInput("there is no customer to learn from", {.column = "frequency"});
}

OUTWEIGH_INLINE void PurchaseHistory::count() {
  stats::ExactSum customers;
  stats::ExactSum purchases;
  stats::ExactSum ages;
  for (const Row& row : rows_) {
    customers.add(row.weight);
    purchases.add(row.weight * row.frequency);
    ages.add(row.weight * row.age);
  }
  customers_ = customers.value();
  purchases_ = purchases.value();
  total_age_ = ages.value();
}

OUTWEIGH_INLINE PurchaseHistory PurchaseHistory::thinned(std::size_t stride) const {
  PurchaseHistory result;
  for (std::size_t i = stride / 2; i < rows_.size(); i += stride) result.rows_.push_back(rows_[i]);
  result.count();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
