#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/detail/small_matrix.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/small_area.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

namespace detail {

/// The regression at one variance of the areas.
struct AreaModel {
  std::span<const double> y;
  std::span<const double> d;
  std::span<const double> x;
  std::size_t columns;
  std::vector<std::size_t> rows;  // sampled

  struct Fit {
    std::vector<double> beta{};
    SmallMatrix<double> factor{0};
    double score_reml = 0.0;
    double score_ml = 0.0;
    double log_reml = 0.0;
    double log_ml = 0.0;
    double weights2 = 0.0;  // sum of w^2
    double trace = 0.0;     // of (X'WX)^-1 X'W^2X
  };

  [[nodiscard]] Fit fit(double a) const {
    Fit result;
    result.factor = SmallMatrix<double>(columns);
    result.beta.assign(columns, 0.0);
    std::vector<double> second(columns * columns, 0.0);
    double weights = 0.0;
    double log_weights = 0.0;
    for (const std::size_t i : rows) {
      const double w = 1.0 / (a + d[i]);
      weights += w;
      log_weights += std::log(w);
      result.weights2 += w * w;
      for (std::size_t r = 0; r < columns; ++r) {
        const double xr = x[i * columns + r];
        result.beta[r] += w * xr * y[i];
        for (std::size_t c = 0; c < columns; ++c) {
          result.factor(r, c) += w * xr * x[i * columns + c];
          second[r * columns + c] += w * w * xr * x[i * columns + c];
        }
      }
    }
    if (!result.factor.factor(1e-12)) throw core::InvalidInput("the columns of x are collinear", {.column = "x"});
    result.factor.solve(result.beta.data());
    double log_determinant = 0.0;
    std::vector<double> column(columns);
    for (std::size_t c = 0; c < columns; ++c) {
      for (std::size_t r = 0; r < columns; ++r) column[r] = second[r * columns + c];
      result.factor.solve(column.data());
      result.trace += column[c];
      log_determinant += 2.0 * std::log(result.factor(c, c));
    }
    double squares = 0.0;
    double squares2 = 0.0;
    for (const std::size_t i : rows) {
      const double w = 1.0 / (a + d[i]);
      const double residual = y[i] - predict(result.beta, i);
      squares += w * residual * residual;
      squares2 += w * w * residual * residual;
    }
    const auto n = static_cast<double>(rows.size());
    const double constant = std::log(2.0 * std::numbers::pi);
    result.score_ml = 0.5 * (squares2 - weights);
    result.score_reml = result.score_ml + 0.5 * result.trace;
    result.log_ml = 0.5 * (log_weights - squares - n * constant);
    result.log_reml = 0.5 * (log_weights - squares - log_determinant - (n - static_cast<double>(columns)) * constant);
    return result;
  }
  [[nodiscard]] double predict(const std::vector<double>& beta, std::size_t i) const noexcept {
    double sum = 0.0;
    for (std::size_t c = 0; c < columns; ++c) sum += x[i * columns + c] * beta[c];
    return sum;
  }
};

/// Between `least` and `greatest`, or 0.
[[nodiscard]] inline double area_variance(const AreaModel& model, AreaVariance method, double least, double greatest) {
  const auto score = [&](double a) {
    const AreaModel::Fit fit = model.fit(a);
    if (method == AreaVariance::ml) return fit.score_ml;
    return fit.score_reml + (method == AreaVariance::adjusted ? 1.0 / a : 0.0);
  };
  const auto value = [&](double a) {
    const AreaModel::Fit fit = model.fit(a);
    if (method == AreaVariance::ml) return fit.log_ml;
    return fit.log_reml + (method == AreaVariance::adjusted ? std::log(a) : 0.0);
  };
  double best = 0.0;
  double top = method == AreaVariance::adjusted ? -std::numeric_limits<double>::infinity() : value(0.0);
  // Every local maximum lies between a rising and a falling point of a fine grid.
  double low = least;
  double at_low = score(low);
  for (double high = low * 1.5; high < greatest; high *= 1.5) {
    const double at_high = score(high);
    if (at_low > 0.0 && at_high <= 0.0) {
      double a = low;
      double b = high;
      for (int i = 0; i < 100 && b - a > 1e-15 * b; ++i) {
        const double middle = 0.5 * (a + b);
        (score(middle) > 0.0 ? a : b) = middle;
      }
      const double found = 0.5 * (a + b);
      const double reached = value(found);
      if (reached > top) {
        top = reached;
        best = found;
      }
    }
    low = high;
    at_low = at_high;
  }
  return best;
}

}  // namespace detail

OUTWEIGH_INLINE SmallAreas fay_herriot(std::span<const double> y, std::span<const double> variances,
                                       std::span<const double> x, std::size_t columns,
                                       std::span<const std::uint8_t> sampled, const SmallAreaOptions& options) {
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw core::InvalidInput("the level must lie between 0 and 1",
                             {.column = "level", .value = std::to_string(options.level)});
  }
  const std::size_t n = y.size();
  if (variances.size() != n || x.size() != n * columns || (!sampled.empty() && sampled.size() != n)) {
    throw core::InvalidInput("the columns of areas differ in length", {.value = std::to_string(n)});
  }
  constexpr double largest = std::numeric_limits<double>::max();
  detail::AreaModel model{y, variances, x, columns, {}};
  double sampling = 0.0;
  double squares = 0.0;
  double least_variance = largest;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (!(std::abs(x[i * columns + c]) <= largest)) {
        throw core::InvalidInput("covariates must be finite",
                                 {.column = "x", .row = i, .value = std::to_string(x[i * columns + c])});
      }
    }
    if (!sampled.empty() && sampled[i] == 0) continue;
    if (!(std::abs(y[i]) <= 1e150))  // their squares are added up
      throw core::InvalidInput("estimates must be finite, and so must be their squares",
                               {.column = "y", .row = i, .value = std::to_string(y[i])});
    if (!(variances[i] > 0.0) || variances[i] > largest) {
      throw core::InvalidInput("sampling variances must be positive and finite",
                               {.column = "variance", .row = i, .value = std::to_string(variances[i])});
    }
    model.rows.push_back(i);
    sampling += variances[i];
    squares += y[i] * y[i];
    least_variance = std::min(least_variance, variances[i]);
  }
  SmallAreas result;
  result.areas.resize(n);
  const std::size_t size = model.rows.size();
  if (size == 0 || size <= columns) {
    result.status = size == 0 ? core::Status::undefined : core::Status::not_identified;
    result.reason = size == 0 ? "there is no sampled area" : "there are no more sampled areas than columns of x";
    for (SmallArea& area : result.areas) area.estimate.status = result.status;
    return result;
  }
  result.method = options.method != AreaVariance::automatic ? options.method
                  : size < 10 && size > columns + 2         ? AreaVariance::adjusted
                                                            : AreaVariance::reml;
  if (result.method == AreaVariance::adjusted && size <= columns + 2) {
    result.status = core::Status::not_identified;
    result.reason = "the adjusted likelihood has no maximum with at most two areas more than columns of x";
    for (SmallArea& area : result.areas) area.estimate.status = result.status;
    return result;
  }
  const double a = detail::area_variance(model, result.method, 1e-10 * least_variance,
                                         1e8 * std::max((sampling + squares) / static_cast<double>(size), 1e-290));
  const detail::AreaModel::Fit fit = model.fit(a);
  result.variance = a;
  result.coefficients = fit.beta;
  result.log_likelihood = result.method == AreaVariance::ml ? fit.log_ml : fit.log_reml;
  for (std::size_t c = 0; c < columns; ++c) {
    std::vector<double> unit(columns, 0.0);
    unit[c] = 1.0;
    fit.factor.solve(unit.data());
    result.coefficient_errors.push_back(std::sqrt(unit[c]));
  }
  if (a == 0.0) result.reason = "areas differ from the regression no more than sampling explains: its variance is 0";
  if (size <= columns + 2) {
    result.status = core::Status::doubtful;
    result.reason +=
        std::string(a == 0.0 ? "; " : "") +
        "with at most two areas more than columns of x, how areas differ is hardly known, and intervals may "
        "be far too narrow";
  }
  const double z = normal_quantile(0.5 + options.level / 2.0);
  std::vector<std::uint8_t> has_y(n, 0);
  for (const std::size_t i : model.rows) has_y[i] = 1;
  for (std::size_t i = 0; i < n; ++i) {
    SmallArea& area = result.areas[i];
    area.synthetic = model.predict(fit.beta, i);
    std::vector<double> direction(x.begin() + static_cast<std::ptrdiff_t>(i * columns),
                                  x.begin() + static_cast<std::ptrdiff_t>((i + 1) * columns));
    fit.factor.solve(direction.data());
    double leverage = 0.0;
    for (std::size_t c = 0; c < columns; ++c) leverage += direction[c] * x[i * columns + c];
    double mse = a + leverage;
    area.shrinkage = 1.0;
    area.estimate.value = area.synthetic;
    if (has_y[i] != 0) {
      const double v = a + variances[i];
      const double b = variances[i] / v;
      area.shrinkage = b;
      area.estimate.value = (1.0 - b) * y[i] + b * area.synthetic;
      const double g1 = a * b;
      const double g2 = b * b * leverage;
      const double g3 = b * b / v * 2.0 / fit.weights2;
      mse = g1 + g2 + 2.0 * g3;
      if (result.method == AreaVariance::ml) mse += b * b * fit.trace / fit.weights2;
    }
    area.estimate.standard_error = std::sqrt(mse);
    area.estimate.interval = {area.estimate.value - z * area.estimate.standard_error,
                              area.estimate.value + z * area.estimate.standard_error, options.level};
    area.estimate.status = result.status;
  }
  return result;
}

OUTWEIGH_INLINE std::vector<double> smooth_variances(std::span<const double> variances, std::span<const double> sizes) {
  if (variances.size() != sizes.size()) {
    throw core::InvalidInput("variances and sizes differ in length", {.value = std::to_string(variances.size())});
  }
  double count = 0.0;
  double mean_x = 0.0;
  double mean_y = 0.0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (!(sizes[i] > 0.0) || sizes[i] > std::numeric_limits<double>::max()) {
      throw core::InvalidInput("sample sizes must be positive and finite",
                               {.column = "size", .row = i, .value = std::to_string(sizes[i])});
    }
    if (!(variances[i] >= 0.0) || variances[i] > std::numeric_limits<double>::max()) {
      throw core::InvalidInput("variances must be finite and not negative",
                               {.column = "variance", .row = i, .value = std::to_string(variances[i])});
    }
    if (variances[i] == 0.0) continue;
    count += 1.0;
    mean_x += std::log(sizes[i]);
    mean_y += std::log(variances[i]);
  }
  if (count == 0.0) throw core::InvalidInput("no variance is positive", {.column = "variance"});
  mean_x /= count;
  mean_y /= count;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (variances[i] == 0.0) continue;
    const double dx = std::log(sizes[i]) - mean_x;
    const double dy = std::log(variances[i]) - mean_y;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const bool sloped = count >= 3.0 && xx > 1e-12;
  const double slope = sloped ? xy / xx : 0.0;
  const double free = count - (sloped ? 2.0 : 1.0);
  const double noise = free > 0.0 ? std::max(0.0, yy - slope * xy) / free : 0.0;
  std::vector<double> smoothed;
  for (const double size : sizes)
    smoothed.push_back(std::exp(mean_y + slope * (std::log(size) - mean_x) + noise / 2.0));
  return smoothed;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
