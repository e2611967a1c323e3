#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/economics/detail/collapse.hpp>
#include <outweigh/economics/detail/fit_logs.hpp>
#include <outweigh/economics/detail/number_text.hpp>
#include <outweigh/economics/detail/spend_sums.hpp>
#include <outweigh/economics/gamma_gamma.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

inline void check_spend(const SpendColumns& columns) {
  const std::size_t count = columns.frequency.size();
  if (columns.spend.size() != count || (!columns.weight.empty() && columns.weight.size() != count)) {
    throw core::InvalidInput("columns differ in length: frequency has " + core::detail::counted(count, "row") +
                                 ", spend has " + core::detail::grouped(columns.spend.size()),
                             {.column = "spend"});
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double x = columns.frequency[i];
    if (!(x >= 0.0 && x <= 1e9) || x != std::floor(x)) {
      throw core::InvalidInput("a frequency is a whole number of purchases, 0 or more",
                               {.column = "frequency", .row = i, .value = number_text(x)});
    }
    const double spend = columns.spend[i];
    if (!std::isfinite(spend) || spend < 0.0 || (x > 0.0 && spend == 0.0)) {
      throw core::InvalidInput("a mean spend over purchases is positive and finite",
                               {.column = "spend", .row = i, .value = number_text(spend)});
    }
    if (!columns.weight.empty() && (!(columns.weight[i] >= 0.0) || !std::isfinite(columns.weight[i]))) {
      throw core::InvalidInput("a weight is 0 or more and finite",
                               {.column = "weights", .row = i, .value = number_text(columns.weight[i])});
    }
  }
}

inline std::vector<SpendRow> collapse_spend(const SpendColumns& columns) {
  std::vector<SpendRow> rows;
  collapse<2>({columns.frequency, columns.spend}, columns.weight, [&](const WeightedRow<2>& row) {
    if (row.weight > 0.0 && row.values[0] > 0.0) rows.push_back({row.values[0], row.values[1], row.weight});
  });
  return rows;
}

inline stats::SmoothFunction spend_likelihood(const std::vector<SpendRow>& rows, double unit,
                                              const core::RunControl& control) {
  // Rows are sorted by frequency.
  constexpr std::size_t block = 4096;
  std::vector<std::size_t> starts;
  double logs = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].frequency != rows[i - 1].frequency || i - starts.back() == block) starts.push_back(i);
    logs += rows[i].weight * std::log(rows[i].spend / unit);
  }
  starts.push_back(rows.size());
  return [&rows, &control, unit, logs, starts = std::move(starts)](std::span<const double> point) {
    using Jet = stats::Jet<3>;
    const auto theta = log_variables<3>(point);
    const Jet& p = theta[0];
    const Jet& q = theta[1];
    std::vector<SpendSums> sums(starts.size() - 1);
    const auto task = [&](std::size_t t) {
      sums[t].rows = std::span(rows).subspan(starts[t], starts[t + 1] - starts[t]);
      sums[t].gamma = theta[2].value;
      sums[t].per_spend = sums[t].rows.front().frequency / unit;
      stats::detail::in_lanes(sums[t]);
    };
    if (rows.size() <= 2 * block) {
      for (std::size_t t = 0; t < sums.size(); ++t) task(t);
    } else {
      core::parallel_for(control, sums.size(), task);
    }
    const Jet log_gamma_q = log_gamma(q);
    Jet total(-logs);
    Jet shared;
    double frequency = 0.0;
    for (const SpendSums& group : sums) {
      if (group.rows.front().frequency != frequency) {
        frequency = group.rows.front().frequency;
        const Jet px = p * frequency;
        shared = log_gamma(px + q) - log_gamma(px) - log_gamma_q;
      }
      total += shared * group.sums[0];
      // -p x log(1 + gamma / z) - q log(1 + z / gamma) over the logarithms of p, q and gamma.
      const double px = p.value * frequency;
      const double one = px * group.sums[1];
      const double two = q.value * group.sums[2];
      total.value -= one + two;
      total.gradient[0] -= one;
      total.gradient[1] -= two;
      total.gradient[2] -= px * group.sums[3] - q.value * group.sums[4];
      total.hessian[0] -= one;
      total.hessian[2] -= two;
      total.hessian[3] -= px * group.sums[3];
      total.hessian[4] += q.value * group.sums[4];
      total.hessian[5] -= (px + q.value) * group.sums[5];
    }
    return unpack<3>(total);
  };
}

}  // namespace detail

OUTWEIGH_INLINE ModelFit fit_gamma_gamma(const SpendColumns& columns, const core::RunControl& control) {
  detail::check_spend(columns);
  const auto rows = detail::collapse_spend(columns);
  if (rows.empty()) throw core::InvalidInput("no customer has a purchase to learn from", {.column = "frequency"});
  double customers = 0.0;
  double logs = 0.0;
  bool same = true;
  for (const auto& row : rows) {
    customers += row.weight;
    logs += row.weight * std::log(row.spend);
    same = same && row.spend == rows.front().spend;
  }
  const double unit = std::exp2(std::round(logs / customers / std::log(2.0)));
  const std::vector<detail::ParameterLimits> limits = {
      {"p", 1e-6, 1e6, "spends have no typical size", "each customer always spends the same"},
      {"q", 1e-6, 1e6, "mean spends have no typical size", "all customers have the same mean spend"},
      {"gamma", 1e-9, 1e9, "mean spends have no typical size", "all customers have the same mean spend"}};
  std::vector<std::vector<double>> starts = {{std::log(2.0), std::log(2.0), std::log(2.0)},
                                             {std::log(5.0), std::log(4.0), std::log(1.0)}};
  constexpr std::size_t enough = 8192;
  if (rows.size() > 4 * enough) {
    std::vector<detail::SpendRow> part;
    for (std::size_t i = 0; i < rows.size(); i += rows.size() / enough) part.push_back(rows[i]);
    const ModelFit first = detail::fit_logs(limits, detail::spend_likelihood(part, unit, control), starts);
    if (first.status == FitStatus::estimated) {
      starts = {{std::log(first.parameters[0]), std::log(first.parameters[1]), std::log(first.parameters[2])}};
    }
  }
  ModelFit fit = detail::fit_logs(limits, detail::spend_likelihood(rows, unit, control), starts);
  fit.parameters[2] *= unit;
  fit.log_likelihood -= customers * std::log(unit);
  fit.customers = customers;
  fit.distinct_rows = rows.size();
  if (same && rows.size() > 0) {
    fit.status = FitStatus::boundary;
    fit.cause = "all customers spend the same: the likelihood has no bound, and spend needs no model";
    // The limit: every purchase costs what all do.
    fit.parameters = {1e6, 1e6, rows.front().spend};
    fit.parameters[2] *= (1e6 - 1.0) / 1e6;
    fit.undetermined.assign(3, 1);
    fit.log_covariance.assign(9, 0.0);
  }
  return fit;
}

OUTWEIGH_INLINE ModelFit known_gamma_gamma(double p, double q, double gamma) {
  return ModelFit::known({"p", "q", "gamma"}, {p, q, gamma});
}

OUTWEIGH_INLINE double gamma_gamma_log_likelihood(const ModelFit& fit, const SpendColumns& columns) {
  detail::check_spend(columns);
  fit.require_identified();
  if (fit.size() != 3) throw core::InvalidInput("the fit is one of another model");
  std::vector<double> point;
  for (const double value : fit.parameters) point.push_back(std::log(value));
  const core::RunControl control;
  return detail::spend_likelihood(detail::collapse_spend(columns), 1.0, control)(point).value;
}

OUTWEIGH_INLINE Predictions gamma_gamma_expected_spend(const ModelFit& fit, const SpendColumns& rows, bool with_errors,
                                                       const core::RunControl& control) {
  detail::check_spend(rows);
  fit.require_identified();
  for (std::size_t i = 0; i < rows.frequency.size(); ++i) {
    const double shape = fit.parameters[0] * rows.frequency[i] + fit.parameters[1];
    if (!(shape > 1.0)) {
      throw core::NotIdentified("the mean spend of this customer has no finite value: p x + q = " +
                                    detail::number_text(shape) + " does not exceed 1",
                                {.column = "frequency", .row = i, .value = detail::number_text(rows.frequency[i])});
    }
  }
  return detail::predict_rows<3>(fit, rows.frequency.size(), with_errors, control,
                                 [&](const auto& theta, std::size_t i) {
                                   const double x = rows.frequency[i];
                                   return theta[0] * (theta[2] + rows.spend[i] * x) / (theta[0] * x + theta[1] - 1.0);
                                 });
}

OUTWEIGH_INLINE double spend_correlation(const SpendColumns& columns) {
  detail::check_spend(columns);
  double n = 0.0;
  double mean_x = 0.0;
  double mean_m = 0.0;
  const auto weight = [&](std::size_t i) { return columns.weight.empty() ? 1.0 : columns.weight[i]; };
  for (std::size_t i = 0; i < columns.frequency.size(); ++i) {
    if (columns.frequency[i] == 0.0) continue;
    n += weight(i);
    mean_x += weight(i) * columns.frequency[i];
    mean_m += weight(i) * columns.spend[i];
  }
  if (!(n > 0.0)) return 0.0;
  mean_x /= n;
  mean_m /= n;
  double xx = 0.0;
  double mm = 0.0;
  double xm = 0.0;
  for (std::size_t i = 0; i < columns.frequency.size(); ++i) {
    if (columns.frequency[i] == 0.0) continue;
    const double x = columns.frequency[i] - mean_x;
    const double m = columns.spend[i] - mean_m;
    xx += weight(i) * x * x;
    mm += weight(i) * m * m;
    xm += weight(i) * x * m;
  }
  return xx > 0.0 && mm > 0.0 ? std::clamp(xm / std::sqrt(xx) / std::sqrt(mm), -1.0, 1.0) : 0.0;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
