#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/economics/detail/collapse.hpp>
#include <outweigh/economics/detail/number_text.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

/// Are the rows [from, to) fit to be predicted for? In lanes, without branches; `good` says so.
struct PurchaseCheck {
  const PurchaseColumns& columns;
  std::size_t from;
  std::size_t to;
  mutable bool good = true;

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    const Lanes zero(0.0), greatest(std::numeric_limits<double>::max()), whole(0x1.8p52);
    Lanes holds(1.0);
    std::size_t i = from;
    for (; i + Lanes::size <= to; i += Lanes::size) {
      const Lanes x = Lanes::load(columns.frequency.data() + i);
      const Lanes recency = Lanes::load(columns.recency.data() + i);
      const Lanes age = Lanes::load(columns.age.data() + i);
      const Lanes part = ((x + whole) - whole) - x;
      holds = Lanes::at_most(zero, x, holds, zero);
      holds = Lanes::at_most(x, Lanes(1e9), holds, zero);
      holds = Lanes::at_most(part, zero, holds, zero);
      holds = Lanes::at_most(zero, part, holds, zero);
      holds = Lanes::at_most(zero, recency, holds, zero);
      holds = Lanes::at_most(recency, Lanes::less(zero, x, age, zero), holds, zero);
      holds = Lanes::at_most(zero, age, holds, zero);
      holds = Lanes::at_most(age, greatest, holds, zero);
      if (!columns.weight.empty()) {
        const Lanes weight = Lanes::load(columns.weight.data() + i);
        holds = Lanes::at_most(zero, weight, holds, zero);
        holds = Lanes::at_most(weight, greatest, holds, zero);
      }
    }
    // A few rows at the end are left to the careful way.
    good = i == to && holds.sum() == 4.0;
  }
};

[[nodiscard]] inline bool are_purchases(const PurchaseColumns& columns, std::size_t from, std::size_t to) {
  const PurchaseCheck check{columns, from, to};
  stats::detail::in_lanes(check);
  return check.good;
}

}  // namespace detail

OUTWEIGH_INLINE void check_purchases(const PurchaseColumns& columns) {
  const std::size_t count = columns.frequency.size();
  const auto fail = [](const char* message, const char* column, std::size_t row, double value) {
    throw core::InvalidInput(message, {.column = column, .row = row, .value = detail::number_text(value)});
  };
  const auto same_length = [&](std::span<const double> values, const char* column) {
    if (values.size() != count) {
      throw core::InvalidInput("columns differ in length: frequency has " + core::detail::counted(count, "row") + ", " +
                                   column + " has " + core::detail::grouped(values.size()),
                               {.column = column});
    }
  };
  same_length(columns.recency, "recency");
  same_length(columns.age, "age");
  if (!columns.weight.empty()) same_length(columns.weight, "weights");
  constexpr std::size_t block = 1024;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % block == 0) {
      // Whole blocks without branches first.
      while (i < count && detail::are_purchases(columns, i, std::min(count, i + block))) i += block;
      if (i >= count) break;
    }
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
  for (std::size_t i = 0; i < count; ++i) {
    if (columns.frequency[i] > 0.0 && columns.recency[i] == 0.0) {
      throw core::InvalidInput("a repeat purchase at time 0 has no place in a model of times between purchases",
                               {.column = "recency", .row = i, .value = "0"});
    }
  }
  detail::collapse<3>({columns.frequency, columns.age, columns.recency}, columns.weight,
                      [&](const detail::WeightedRow<3>& row) {
                        if (row.weight > 0.0)
                          rows_.push_back({row.values[0], row.values[2], row.values[1], row.weight});
                      });
  this->count();
  if (rows_.empty()) throw core::InvalidInput("there is no customer to learn from", {.column = "frequency"});
}

OUTWEIGH_INLINE void PurchaseHistory::count() {
  // Rows are sorted: their sums do not depend on the order in which they came.
  customers_ = purchases_ = total_age_ = 0.0;
  for (const Row& row : rows_) {
    customers_ += row.weight;
    purchases_ += row.weight * row.frequency;
    total_age_ += row.weight * row.age;
  }
  if (!std::isfinite(total_age_) || !std::isfinite(purchases_)) {
    throw core::InvalidInput("ages add up to more than a number can hold: choose a longer unit of time",
                             {.column = "age"});
  }
}

OUTWEIGH_INLINE PurchaseHistory PurchaseHistory::thinned(std::size_t stride) const {
  PurchaseHistory result;
  for (std::size_t i = stride / 2; i < rows_.size(); i += stride) result.rows_.push_back(rows_[i]);
  result.count();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
