#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/detail/with_purchase_model.hpp>
#include <outweigh/economics/purchase_segments.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

inline std::vector<PurchaseHistory> split_by_segment(const PurchaseColumns& columns,
                                                     std::span<const std::uint32_t> segment, std::size_t segments) {
  check_purchases(columns);
  if (segment.size() != columns.frequency.size()) {
    throw core::InvalidInput("a segment is given for each row", {.column = "segment"});
  }
  std::vector<std::array<std::vector<double>, 4>> parts(segments);
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] >= segments) {
      throw core::InvalidInput("a segment is out of range",
                               {.column = "segment", .row = i, .value = std::to_string(segment[i])});
    }
    auto& part = parts[segment[i]];
    part[0].push_back(columns.frequency[i]);
    part[1].push_back(columns.recency[i]);
    part[2].push_back(columns.age[i]);
    part[3].push_back(columns.weight.empty() ? 1.0 : columns.weight[i]);
  }
  std::vector<PurchaseHistory> histories;
  for (const auto& part : parts) {
    if (part[0].empty()) throw core::InvalidInput("a segment has no customer", {.column = "segment"});
    histories.emplace_back(PurchaseColumns{part[0], part[1], part[2], part[3]});
  }
  return histories;
}

/// A segment's most probable logarithms under what is believed of segments, with their covariance.
struct SegmentMode {
  std::vector<double> point;
  std::vector<double> covariance;
  double log_likelihood = 0.0;
};

inline SegmentMode segment_mode(const stats::SmoothFunction& likelihood, std::vector<double> start,
                                std::span<const double> mean, std::span<const double> deviation) {
  const stats::SmoothFunction penalised = [&](std::span<const double> point) {
    stats::Derivatives d = likelihood(point);
    for (std::size_t i = 0; i < 4; ++i) {
      const double away = (point[i] - mean[i]) / deviation[i];
      d.value -= 0.5 * away * away;
      d.gradient[i] -= away / deviation[i];
      d.hessian[i * 5] -= 1.0 / (deviation[i] * deviation[i]);
    }
    return d;
  };
  std::vector<double> lower(4);
  std::vector<double> upper(4);
  for (std::size_t i = 0; i < 4; ++i) {
    lower[i] = mean[i] - 20.0;
    upper[i] = mean[i] + 20.0;
    start[i] = std::clamp(start[i], lower[i], upper[i]);
  }
  stats::MaximiseOptions options;
  options.lower = lower;
  options.upper = upper;
  const stats::Maximum best = stats::maximise(penalised, std::move(start), options);
  SegmentMode mode{best.point, std::vector<double>(16), likelihood(best.point).value};
  std::vector<double> information(16);
  for (std::size_t i = 0; i < 16; ++i) information[i] = -best.at.hessian[i];
  const stats::Spectrum eigen = stats::symmetric_eigen(information, 4);
  for (std::size_t k = 0; k < 4; ++k) {
    if (!(eigen.values[k] > 0.0)) continue;
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        mode.covariance[i * 4 + j] += eigen.vectors[k * 4 + i] * eigen.vectors[k * 4 + j] / eigen.values[k];
      }
    }
  }
  return mode;
}

/// Covariances that know that the mean over segments is estimated, too (Morris 1983,
/// doi:10.1080/01621459.1983.10477920): what is drawn to it moves with its error.
inline void add_error_of_mean(std::vector<SegmentMode>& modes, std::span<const double> deviation) {
  const auto precision = [&](std::size_t i) { return 1.0 / (deviation[i] * deviation[i]); };
  std::vector<double> information(16, 0.0);
  for (const SegmentMode& mode : modes) {
    for (std::size_t i = 0; i < 4; ++i) {
      information[i * 5] += precision(i);
      for (std::size_t j = 0; j < 4; ++j) {
        information[i * 4 + j] -= precision(i) * mode.covariance[i * 4 + j] * precision(j);
      }
    }
  }
  const stats::Spectrum eigen = stats::symmetric_eigen(information, 4);
  for (SegmentMode& mode : modes) {
    std::vector<double> more(16, 0.0);
    for (std::size_t k = 0; k < 4; ++k) {
      std::array<double, 4> shift{};
      for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 4; ++j) {
          shift[i] += mode.covariance[i * 4 + j] * precision(j) * eigen.vectors[k * 4 + j];
        }
      }
      // The mean is sought within five of where all together are.
      const double variance = 1.0 / std::max(eigen.values[k], 0.04);
      for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 4; ++j) more[i * 4 + j] += shift[i] * shift[j] * variance;
      }
    }
    for (std::size_t i = 0; i < 16; ++i) mode.covariance[i] += more[i];
  }
}

}  // namespace detail

OUTWEIGH_INLINE SegmentFits fit_segments(const PurchaseColumns& columns, std::span<const std::uint32_t> segment,
                                         std::size_t segments, PurchaseModel model, const core::RunControl& control) {
  const std::vector<PurchaseHistory> histories = detail::split_by_segment(columns, segment, segments);
  const PurchaseHistory whole(columns);
  SegmentFits result;
  result.all = detail::fit_one(model, whole, control);
  for (const PurchaseHistory& history : histories) result.own.push_back(detail::fit_one(model, history, control));
  result.pooled.assign(segments, result.all);
  if (segments < 2 || result.all.status == FitStatus::not_identified) return result;

  const double unit = detail::unit_of(model, whole);
  std::vector<double> mean(4);
  for (std::size_t i = 0; i < 4; ++i) {
    mean[i] = std::log(result.all.parameters[i] / (detail::is_time(model, i) ? unit : 1.0));
  }
  const std::vector<double> start = mean;
  std::vector<double> deviation(4, 0.5);
  std::vector<detail::SegmentMode> modes(segments, {mean, {}, 0.0});
  for (int round = 0; round < 60; ++round) {
    core::parallel_for(control, segments, [&](std::size_t g) {
      const core::RunControl alone;
      modes[g] = detail::segment_mode(detail::unpacked(detail::likelihood_of(model, histories[g], unit, alone)),
                                      modes[g].point, mean, deviation);
    });
    double moved = 0.0;
    for (std::size_t i = 0; i < 4; ++i) {
      double sum = 0.0;
      for (const auto& mode : modes) sum += mode.point[i];
      // Homogeneous customers would let the mean wander off.
      const double next = std::clamp(sum / static_cast<double>(segments), start[i] - 5.0, start[i] + 5.0);
      double squares = 0.09;
      for (const auto& mode : modes) {
        squares += (mode.point[i] - next) * (mode.point[i] - next) + mode.covariance[i * 5];
      }
      const double spread = std::sqrt(squares / (static_cast<double>(segments) + 1.0));
      moved = std::max({moved, std::abs(next - mean[i]), std::abs(spread - deviation[i])});
      mean[i] = next;
      deviation[i] = spread;
    }
    if (moved < 1e-4) break;
  }
  detail::add_error_of_mean(modes, deviation);
  for (std::size_t g = 0; g < segments; ++g) {
    // Where all together are at a limit, so are the segments: what is undetermined then is drawn to the same place.
    ModelFit& fit = result.pooled[g];
    fit.log_covariance = modes[g].covariance;
    fit.customers = histories[g].customers();
    fit.distinct_rows = histories[g].rows().size();
    fit.log_likelihood = modes[g].log_likelihood - histories[g].repeat_purchases() * std::log(unit);
    for (std::size_t i = 0; i < 4; ++i) {
      fit.parameters[i] = std::exp(modes[g].point[i]) * (detail::is_time(model, i) ? unit : 1.0);
    }
  }
  result.mean = mean;
  for (std::size_t i = 0; i < 4; ++i) result.mean[i] += detail::is_time(model, i) ? std::log(unit) : 0.0;
  result.deviation = deviation;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
