// What depends on frequency and age only, for many customers: interpolated over age where one frequency has many ages.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/detail/distinct_rows.hpp>
#include <outweigh/economics/purchase_history.hpp>
#include <outweigh/stats/jet.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

[[nodiscard]] inline double greatest_part(double value) { return std::abs(value); }
template <std::size_t N>
[[nodiscard]] double greatest_part(const stats::Jet<N, false>& jet) {
  double greatest = std::abs(jet.value);
  for (const double slope : jet.gradient) greatest = std::max(greatest, std::abs(slope));
  return greatest;
}

/// A smooth, positive function between two ends by Chebyshev's polynomials; not `good` where these do not give its
/// digits (Trefethen 2013, Approximation Theory and Approximation Practice, chapters 3 and 8).
template <class S>
struct Interpolant {
  std::vector<S> coefficients{};
  double middle = 0.0;
  double half = 1.0;
  bool good = false;

  template <class Value>
  Interpolant(double least, double greatest, std::size_t points, const Value& value)
      : middle(0.5 * (least + greatest)), half(0.5 * (greatest - least)) {
    const auto angle = [&](std::size_t j) {
      return std::numbers::pi * (static_cast<double>(j) + 0.5) / static_cast<double>(points);
    };
    std::vector<S> at;
    double smallest = HUGE_VAL;
    for (std::size_t j = 0; j < points; ++j) {
      at.push_back(value(middle + half * std::cos(angle(j))));
      smallest = std::min(smallest, stats::value_of(at.back()));
    }
    coefficients.assign(points, S(0.0));
    double most = 0.0;
    for (std::size_t k = 0; k < points; ++k) {
      for (std::size_t j = 0; j < points; ++j) {
        coefficients[k] +=
            at[j] * (std::cos(static_cast<double>(k) * angle(j)) * (k == 0 ? 1.0 : 2.0) / static_cast<double>(points));
      }
      most = std::max(most, greatest_part(coefficients[k]));
    }
    double rest = 0.0;
    double slopes = 0.0;
    for (std::size_t k = points - 3; k < points; ++k) {
      rest += std::abs(stats::value_of(coefficients[k]));
      slopes += greatest_part(coefficients[k]);
    }
    good = rest < 1e-14 * smallest && slopes < 1e-11 * most && most < 1e6 * smallest;
  }

  [[nodiscard]] S operator()(double x) const {
    const double t = 2.0 * (x - middle) / half;
    S now = coefficients.back();
    S before = 0.0;
    for (std::size_t k = coefficients.size() - 1; k-- > 1;) {
      S next = coefficients[k] - before + now * t;
      before = std::move(now);
      now = std::move(next);
    }
    return coefficients[0] - before + now * (0.5 * t);
  }
};

/// `value(frequency, age)` for each kind of rows, to at least eleven digits. `scale` is less than the distance of the
/// ages from where the function is not smooth.
template <class S, class Value>
[[nodiscard]] std::vector<S> by_age(const DistinctRows& kinds, const PurchaseColumns& rows, double scale,
                                    const core::RunControl& control, const Value& value) {
  std::vector<std::uint32_t> order(kinds.first.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  const auto frequency = [&](std::uint32_t kind) { return rows.frequency[kinds.first[kind]]; };
  const auto age = [&](std::uint32_t kind) { return rows.age[kinds.first[kind]]; };
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return frequency(a) != frequency(b) ? frequency(a) < frequency(b) : age(a) < age(b);
  });
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || frequency(order[i]) != frequency(order[i - 1])) starts.push_back(i);
  }
  const std::size_t groups = starts.size();
  starts.push_back(order.size());
  std::vector<S> values(order.size());
  std::vector<std::uint32_t> alone;
  std::vector<std::uint8_t> done(groups, 0);
  core::parallel_for(control, groups, [&](std::size_t g) {
    const std::span<const std::uint32_t> own(order.data() + starts[g], starts[g + 1] - starts[g]);
    const double x = frequency(own.front());
    for (const std::size_t points : {std::size_t{16}, std::size_t{32}}) {
      if (own.size() < 2 * points) return;
      const Interpolant<S> curve(std::log(scale + age(own.front())), std::log(scale + age(own.back())), points,
                                 [&](double y) { return value(x, std::max(0.0, std::exp(y) - scale)); });
      if (!curve.good) continue;
      for (const std::uint32_t kind : own) values[kind] = curve(std::log(scale + age(kind)));
      done[g] = 1;
      return;
    }
  });
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t i = starts[g]; i < starts[g + 1] && done[g] == 0; ++i) alone.push_back(order[i]);
  }
  constexpr std::size_t block = 16;
  core::parallel_for(control, core::block_count(alone.size(), block), [&](std::size_t b) {
    const std::size_t end = std::min(alone.size(), (b + 1) * block);
    for (std::size_t i = b * block; i < end; ++i) values[alone[i]] = value(frequency(alone[i]), age(alone[i]));
  });
  return values;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
