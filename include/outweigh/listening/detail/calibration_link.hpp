// By how much a weight changes: distances of calibration and their bounds.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <outweigh/config.hpp>
#include <outweigh/stats/detail/lanes.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

enum class Distance : std::uint8_t { linear, raking, logit };

/// e^u of `count` numbers, four at a time.
inline void exponentials(const double* u, std::size_t count, double* result) {
  using stats::detail::Lanes;
  stats::detail::in_lanes([=]() OUTWEIGH_LANE_CALL {
    std::size_t i = 0;
    for (; i + Lanes::size <= count; i += Lanes::size) exp(Lanes::load(u + i)).store(result + i);
    if (i == count) return;
    double rest[Lanes::size] = {};
    std::copy(u + i, u + count, rest);
    exp(Lanes::load(rest)).store(rest);
    std::copy(rest, rest + (count - i), result + i);
  });
}

/// G, g = G' and g' of a distance at u, truncated to [lower, upper].
struct Link {
  Distance distance = Distance::linear;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  struct Value {
    double integral;
    double ratio;
    double slope;
  };

  [[nodiscard]] Value operator()(double u) const {
    if (distance == Distance::logit) {
      const double a = (upper - lower) / ((1.0 - lower) * (upper - 1.0));
      const double e = std::exp(std::min(a * u, 700.0));
      const double below = upper - 1.0;
      const double above = (1.0 - lower) * e;
      const double denominator = below + above;
      const double ratio = (lower * below + upper * above) / denominator;
      return {lower * u + (upper - lower) / a * (a * u < 700.0 ? std::log(denominator) : a * u + std::log(1.0 - lower)),
              std::clamp(ratio, lower, upper), (upper - lower) * a * (below / denominator) * (above / denominator)};
    }
    if (distance == Distance::linear) {
      const double ratio = 1.0 + u;
      if (ratio <= lower) return {lower * u - 0.5 * (lower - 1.0) * (lower - 1.0), lower, 0.0};
      if (ratio >= upper) return {upper * u - 0.5 * (upper - 1.0) * (upper - 1.0), upper, 0.0};
      return {u + 0.5 * u * u, ratio, 1.0};
    }
    const double ratio = std::exp(u);
    if (ratio <= lower) {
      const double edge = lower > 0.0 ? std::log(lower) : 0.0;
      return {lower * (1.0 + u - edge), lower, 0.0};
    }
    if (ratio >= upper) return {upper * (1.0 + u - std::log(upper)), upper, 0.0};
    return {ratio, ratio, ratio};
  }

  /// The same for `count` values: simple loops, which compilers turn into vector instructions.
  void apply(const double* u, std::size_t count, double* ratio, double* slope) const {
    if (distance == Distance::linear) {
      for (std::size_t i = 0; i < count; ++i) {
        const double free = 1.0 + u[i];
        const double within = std::min(std::max(free, lower), upper);
        ratio[i] = within;
        slope[i] = free > lower && free < upper ? 1.0 : 0.0;
      }
      return;
    }
    if (distance == Distance::raking) {
      exponentials(u, count, ratio);
      for (std::size_t i = 0; i < count; ++i) {
        slope[i] = ratio[i] > lower && ratio[i] < upper ? ratio[i] : 0.0;
        ratio[i] = std::min(std::max(ratio[i], lower), upper);
      }
      return;
    }
    const double a = (upper - lower) / ((1.0 - lower) * (upper - 1.0));
    const double below = upper - 1.0;
    for (std::size_t i = 0; i < count; ++i) slope[i] = std::min(a * u[i], 700.0);
    exponentials(slope, count, ratio);
    for (std::size_t i = 0; i < count; ++i) {
      const double above = (1.0 - lower) * ratio[i];
      const double share = above / (below + above);
      slope[i] = (upper - lower) * a * share * (1.0 - share);
      ratio[i] = std::min(std::max(lower + (upper - lower) * share, lower), upper);
    }
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
