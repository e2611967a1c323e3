// Maximum likelihood over the logarithms of positive parameters, with a diagnosis of what the data can tell.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/model_fit.hpp>
#include <outweigh/stats/jet.hpp>
#include <outweigh/stats/maximise.hpp>
#include <outweigh/stats/symmetric.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// A parameter and what it means when it runs to a limit.
struct ParameterLimits {
  const char* name;
  double lower;
  double upper;
  const char* towards_zero;
  const char* towards_infinity;
};

template <std::size_t N>
[[nodiscard]] std::array<stats::Jet<N>, N> log_variables(std::span<const double> point) {
  std::array<stats::Jet<N>, N> theta;
  for (std::size_t i = 0; i < N; ++i) theta[i] = exp(stats::Jet<N>::variable(point[i], i));
  return theta;
}

template <std::size_t N>
[[nodiscard]] stats::Derivatives unpack(const stats::Jet<N>& jet) {
  stats::Derivatives result;
  result.value = jet.value;
  result.gradient.assign(jet.gradient.begin(), jet.gradient.end());
  result.hessian.resize(N * N);
  std::size_t at = 0;
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t j = 0; j <= i; ++j, ++at) {
      result.hessian[i * N + j] = jet.hessian[at];
      result.hessian[j * N + i] = jet.hessian[at];
    }
  }
  return result;
}

/// Sum of `row(i)` over `count` rows in fixed blocks: the same on any number of threads.
template <std::size_t N, class RowJet>
[[nodiscard]] stats::Jet<N> sum_rows(std::size_t count, const core::RunControl& control, const RowJet& row) {
  constexpr std::size_t block = 4096;
  const std::size_t blocks = core::block_count(count, block);
  std::vector<stats::Jet<N>> sums(blocks);
  const auto task = [&](std::size_t b) {
    stats::Jet<N> sum;
    const std::size_t end = std::min(count, (b + 1) * block);
    for (std::size_t i = b * block; i < end; ++i) sum += row(i);
    sums[b] = sum;
  };
  if (blocks <= 2) {
    for (std::size_t b = 0; b < blocks; ++b) task(b);
  } else {
    core::parallel_for(control, blocks, task);
  }
  stats::Jet<N> total;
  for (const stats::Jet<N>& sum : sums) total += sum;
  return total;
}

/// A log parameter is taken as undetermined when its uncertainty spans a factor of e^10 either way.
inline constexpr double flat_curvature = 0.01;

[[nodiscard]] inline bool is_clear(const stats::Maximum& maximum, std::size_t size) {
  std::vector<double> information(size * size);
  for (std::size_t i = 0; i < size; ++i) {
    if (maximum.at_lower[i] != 0 || maximum.at_upper[i] != 0) return false;
    for (std::size_t j = 0; j < size; ++j) information[i * size + j] = -maximum.at.hessian[i * size + j];
  }
  return stats::symmetric_eigen(information, size).values.front() > flat_curvature;
}

/// `function` maximised from each of `starts` (logarithms); the best maximum with its diagnosis. `inner` limits are the
/// values beyond which a flat parameter counts as having run to a limit.
inline ModelFit fit_logs(const std::vector<ParameterLimits>& limits, const stats::SmoothFunction& function,
                         const std::vector<std::vector<double>>& starts, double inner = 1e3) {
  const std::size_t size = limits.size();
  std::vector<double> lower(size);
  std::vector<double> upper(size);
  for (std::size_t i = 0; i < size; ++i) {
    lower[i] = std::log(limits[i].lower);
    upper[i] = std::log(limits[i].upper);
  }
  stats::MaximiseOptions options;
  options.lower = lower;
  options.upper = upper;
  stats::Maximum best;
  bool found = false;
  for (const std::vector<double>& start : starts) {
    stats::Maximum maximum = stats::maximise(function, start, options);
    if (!found || maximum.at.value > best.at.value + 1e-7 * (1.0 + std::abs(best.at.value) * 1e-6)) {
      best = std::move(maximum);
      found = true;
    }
    // A clear maximum needs no second start.
    if (best.converged && is_clear(best, size)) break;
  }

  ModelFit fit;
  fit.iterations = best.iterations;
  fit.log_likelihood = best.at.value;
  fit.undetermined.assign(size, 0);
  fit.log_covariance.assign(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) {
    fit.names.emplace_back(limits[i].name);
    fit.parameters.push_back(std::exp(best.point[i]));
  }
  std::vector<double> information(size * size);
  for (std::size_t i = 0; i < size * size; ++i) information[i] = -best.at.hessian[i];
  // A limit is approached ever more slowly: beside it counts as at it.
  constexpr double beside = 0.05;
  const auto at_lower = [&](std::size_t i) { return best.at_lower[i] != 0 || best.point[i] < lower[i] + beside; };
  const auto at_upper = [&](std::size_t i) { return best.at_upper[i] != 0 || best.point[i] > upper[i] - beside; };
  const auto is_held = [&](std::size_t i) { return at_lower(i) || at_upper(i); };
  for (std::size_t i = 0; i < size; ++i) {
    if (!is_held(i)) continue;
    for (std::size_t j = 0; j < size; ++j) information[i * size + j] = information[j * size + i] = 0.0;
  }
  const stats::Spectrum eigen = stats::symmetric_eigen(information, size);
  const double noise = 1e-12 * std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
  std::vector<std::uint8_t> runs(size, 0);
  for (std::size_t k = 0; k < size; ++k) {
    const double* vector = eigen.vectors.data() + k * size;
    if (eigen.values[k] > std::max(flat_curvature, noise)) {
      for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j < size; ++j) {
          fit.log_covariance[i * size + j] += vector[i] * vector[j] / eigen.values[k];
        }
      }
      continue;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (std::abs(vector[i]) > 0.05) fit.undetermined[i] = 1;
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (is_held(i)) fit.undetermined[i] = 1;
    const double value = fit.parameters[i];
    if (fit.undetermined[i] != 0 && (is_held(i) || value < 1.0 / inner || value > inner)) runs[i] = 1;
  }
  // Parameters that ran along with one at its limit are determined only relative to it.
  constexpr double far = 1e4;
  if (std::any_of(runs.begin(), runs.end(), [](auto bit) { return bit != 0; })) {
    for (std::size_t i = 0; i < size; ++i) {
      if (fit.parameters[i] > far || fit.parameters[i] < 1.0 / far) fit.undetermined[i] = runs[i] = 1;
    }
  }
  const bool flat = std::any_of(fit.undetermined.begin(), fit.undetermined.end(), [](auto bit) { return bit != 0; });
  if (!flat) {
    fit.status = FitStatus::estimated;
    return fit;
  }
  std::string cause;
  std::string free;
  bool explained = false;
  for (std::size_t i = 0; i < size; ++i) {
    if (fit.undetermined[i] == 0) continue;
    if (runs[i] != 0) {
      const bool down = at_lower(i) || fit.parameters[i] < 1.0;
      const std::string reason = down ? limits[i].towards_zero : limits[i].towards_infinity;
      if (cause.find(reason) == std::string::npos || reason.empty()) {
        cause += std::string(cause.empty() ? "" : "; ") + limits[i].name +
                 (down ? " goes to 0" : " grows without limit") + (reason.empty() ? "" : ": " + reason);
      }
      explained = true;
    } else {
      free += std::string(free.empty() ? "" : ", ") + limits[i].name;
    }
  }
  if (explained) {
    fit.status = FitStatus::boundary;
    fit.cause = "the likelihood has its maximum at a limit: " + cause;
    if (!free.empty()) fit.cause += "; the data do not determine " + free;
  } else {
    fit.status = FitStatus::not_identified;
    fit.cause = "very different values explain the data equally well: the data do not determine " + free;
  }
  return fit;
}

/// Variance of a quantity with this gradient in the logarithms of the parameters.
template <std::size_t N>
[[nodiscard]] double delta_variance(const std::array<double, N>& gradient, std::span<const double> covariance) {
  double variance = 0.0;
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t j = 0; j < N; ++j) variance += gradient[i] * gradient[j] * covariance[i * N + j];
  }
  return variance > 0.0 ? variance : 0.0;
}

/// `value(theta, row)` for each row, where theta are numbers or, for standard errors, jets of the parameters. Threads
/// take `block` rows at a time.
template <std::size_t N, std::size_t block = 1024, class Value>
[[nodiscard]] Predictions predict_rows(const ModelFit& fit, std::size_t count, bool with_errors,
                                       const core::RunControl& control, const Value& value) {
  fit.require_identified();
  if (fit.size() != N) throw core::InvalidInput("the fit is one of another model");
  Predictions result;
  result.values.resize(count);
  if (with_errors) result.standard_errors.resize(count);
  std::array<double, N> theta{};
  std::array<stats::Jet<N, false>, N> jets{};
  for (std::size_t i = 0; i < N; ++i) {
    theta[i] = fit.parameters[i];
    jets[i] = stats::Jet<N, false>::variable(theta[i], i);
    jets[i].gradient[i] = theta[i];
  }
  core::parallel_for(control, core::block_count(count, block), [&](std::size_t b) {
    const std::size_t end = std::min(count, (b + 1) * block);
    for (std::size_t i = b * block; i < end; ++i) {
      if (with_errors) {
        const stats::Jet<N, false> jet = value(jets, i);
        result.values[i] = jet.value;
        result.standard_errors[i] = std::sqrt(delta_variance<N>(jet.gradient, fit.log_covariance));
      } else {
        result.values[i] = value(theta, i);
      }
    }
  });
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
