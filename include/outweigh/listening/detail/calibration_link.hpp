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

  /// g and g' for `count` values.
  void apply(const double* u, std::size_t count, double* ratio, double* slope) const;
};

/// g and g' of four numbers.
template <Distance distance>
struct LaneLink {
  using Lanes = stats::detail::Lanes;
  double lower;
  double upper;
  double speed = 1.0;  ///< of the logit

  explicit LaneLink(const Link& link) : lower(link.lower), upper(link.upper) {
    if constexpr (distance == Distance::logit) speed = (upper - lower) / ((1.0 - lower) * (upper - 1.0));
  }

  OUTWEIGH_LANE Lanes operator()(const Lanes& u, Lanes& slope) const {
    const auto within = [this](const Lanes& free)
                            OUTWEIGH_LANE_CALL { return min(Lanes(upper), max(free, Lanes(lower))); };
    if constexpr (distance == Distance::logit) {
      const Lanes above = Lanes(1.0 - lower) * exp(min(Lanes(700.0), Lanes(speed) * u));
      const Lanes share = above / (Lanes(upper - 1.0) + above);
      slope = Lanes((upper - lower) * speed) * share * (Lanes(1.0) - share);
      return within(Lanes(lower) + Lanes(upper - lower) * share);
    } else {
      const bool linear = distance == Distance::linear;
      const Lanes free = linear ? Lanes(1.0) + u : exp(u);
      const Lanes inside = linear ? Lanes(1.0) : free;
      slope = Lanes::less(Lanes(lower), free, Lanes::less(free, Lanes(upper), inside, Lanes(0.0)), Lanes(0.0));
      return within(free);
    }
  }
};

/// Calls `work(g and g' of a link)` compiled for the widest registers; its call operator must be OUTWEIGH_LANE_CALL.
template <class Work>
void with_lanes(const Link& link, const Work& work) {
  using stats::detail::in_lanes;
  switch (link.distance) {
    case Distance::linear:
      in_lanes([&]() OUTWEIGH_LANE_CALL { work(LaneLink<Distance::linear>(link)); });
      break;
    case Distance::raking:
      in_lanes([&]() OUTWEIGH_LANE_CALL { work(LaneLink<Distance::raking>(link)); });
      break;
    case Distance::logit:
      in_lanes([&]() OUTWEIGH_LANE_CALL { work(LaneLink<Distance::logit>(link)); });
      break;
  }
}

inline void Link::apply(const double* u, std::size_t count, double* ratio, double* slope) const {
  using stats::detail::Lanes;
  with_lanes(*this, [=](auto of) OUTWEIGH_LANE_CALL {
    Lanes change;
    std::size_t i = 0;
    for (; i + Lanes::size <= count; i += Lanes::size) {
      of(Lanes::load(u + i), change).store(ratio + i);
      change.store(slope + i);
    }
    if (i == count) return;
    double rest[Lanes::size] = {};
    std::copy(u + i, u + count, rest);
    double rest_of_slopes[Lanes::size];
    const Lanes last = of(Lanes::load(rest), change);
    last.store(rest);
    change.store(rest_of_slopes);
    std::copy(rest, rest + (count - i), ratio + i);
    std::copy(rest_of_slopes, rest_of_slopes + (count - i), slope + i);
  });
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
