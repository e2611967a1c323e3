// Exponential functions and logarithms of arrays, four numbers at a time.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Replaces each number by `function` of the lanes that it stands in; the last lanes are filled up with ones.
template <class Function>
OUTWEIGH_LANE void for_each_lane(double* values, std::size_t size, const Function& function) {
  std::size_t i = 0;
  for (; i + Lanes::size <= size; i += Lanes::size) function(Lanes::load(values + i)).store(values + i);
  if (i == size) return;
  std::array<double, Lanes::size> rest{1.0, 1.0, 1.0, 1.0};
  for (std::size_t k = i; k < size; ++k) rest[k - i] = values[k];
  function(Lanes::load(rest.data())).store(rest.data());
  for (std::size_t k = i; k < size; ++k) values[k] = rest[k - i];
}

/// values[i] = exp(values[i]).
inline void exp_all(std::span<double> values) {
  double* const first = values.data();
  const std::size_t size = values.size();
  in_lanes([=]() OUTWEIGH_LANE_CALL {
    for_each_lane(first, size, [](const Lanes& x) OUTWEIGH_LANE_CALL { return exp(x); });
  });
}

/// values[i] = log(values[i]), of positive, normal numbers.
inline void log_all(std::span<double> values) {
  double* const first = values.data();
  const std::size_t size = values.size();
  in_lanes([=]() OUTWEIGH_LANE_CALL {
    for_each_lane(first, size, [](const Lanes& x) OUTWEIGH_LANE_CALL { return log(x); });
  });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
