#pragma once

#include <algorithm>
#include <array>

#include <outweigh/economics/bg_bb.hpp>
#include <outweigh/economics/detail/bg_bb_math.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

inline stats::SmoothFunction bg_bb_likelihood(const PurchaseHistory& history, const core::RunControl& control) {
  std::size_t most = 0;
  for (const auto& row : history.rows()) {
    const std::array<double, 1> x = {row.frequency};
    const std::array<double, 1> recency = {row.recency};
    const std::array<double, 1> age = {row.age};
    check_occasions({x, recency, age});
    most = std::max(most, whole(row.age));
  }
  return [&history, &control, most](std::span<const double> point) {
    const BgBbLogs<stats::Jet<4>> logs(log_variables<4>(point), most);
    return unpack<4>(sum_rows<4>(history.rows().size(), control, [&](std::size_t i) {
      const auto& row = history.rows()[i];
      return logs.row(whole(row.frequency), whole(row.recency), whole(row.age)) * row.weight;
    }));
  };
}

}  // namespace detail

OUTWEIGH_INLINE ModelFit fit_bg_bb(const PurchaseHistory& history, const core::RunControl& control) {
  const std::vector<detail::ParameterLimits> limits = {
      {"alpha", 1e-8, 1e7, "hardly anybody buys again", "all customers buy with the same probability"},
      {"beta", 1e-8, 1e7, "customers buy at every occasion", "all customers buy with the same probability"},
      {"gamma", 1e-8, 1e7, "nobody is seen to leave", "all customers leave with the same probability"},
      {"delta", 1e-8, 1e7, "customers leave at once or never", "all customers leave with the same probability"}};
  ModelFit fit = detail::fit_logs(limits, detail::bg_bb_likelihood(history, control),
                                  {{0.0, 0.0, std::log(0.5), std::log(3.0)}, {0.0, 1.0, -2.0, 0.0}});
  fit.customers = history.customers();
  fit.distinct_rows = history.rows().size();
  if (history.repeat_purchases() == 0.0) {
    fit.status = FitStatus::not_identified;
    fit.undetermined.assign(fit.size(), 1);
    fit.cause = "no customer bought again: the probabilities of buying and of leaving cannot be told apart";
  }
  return fit;
}

OUTWEIGH_INLINE ModelFit known_bg_bb(double alpha, double beta, double gamma, double delta) {
  return ModelFit::known({"alpha", "beta", "gamma", "delta"}, {alpha, beta, gamma, delta});
}

OUTWEIGH_INLINE double bg_bb_log_likelihood(const ModelFit& fit, const PurchaseHistory& history) {
  std::vector<double> point;
  for (const double value : fit.parameters) point.push_back(std::log(value));
  const core::RunControl control;
  return detail::bg_bb_likelihood(history, control)(point).value;
}

OUTWEIGH_INLINE Predictions bg_bb_probability_alive(const ModelFit& fit, const PurchaseColumns& rows, bool with_errors,
                                                    const core::RunControl& control) {
  check_purchases(rows);
  detail::check_occasions(rows);
  return detail::predict_rows<4>(fit, rows.frequency.size(), with_errors, control,
                                 [&]<class S>(const std::array<S, 4>& theta, std::size_t i) {
    using std::exp;
    const std::size_t n = detail::whole(rows.age[i]);
    const std::size_t x = detail::whole(rows.frequency[i]);
    const detail::BgBbLogs<S> logs(theta, n);
    return exp(logs.sequence(x, n) + logs.active(n) - logs.row(x, detail::whole(rows.recency[i]), n));
  });
}

OUTWEIGH_INLINE Predictions bg_bb_expected_purchases(const ModelFit& fit, std::span<const double> horizon,
                                                     const PurchaseColumns& rows, bool with_errors,
                                                     const core::RunControl& control) {
  check_purchases(rows);
  detail::check_occasions(rows);
  detail::check_horizon(horizon, rows.frequency.size());
  for (std::size_t i = 0; i < horizon.size(); ++i) {
    if (horizon[i] != std::floor(horizon[i]) || horizon[i] > 1e7) {
      throw core::InvalidInput("the horizon is a whole number of occasions",
                               {.column = "horizon", .row = i, .value = detail::number_text(horizon[i])});
    }
  }
  return detail::predict_rows<4>(fit, rows.frequency.size(), with_errors, control,
                                 [&]<class S>(const std::array<S, 4>& theta, std::size_t i) {
    using std::exp;
    const std::size_t n = detail::whole(rows.age[i]);
    const std::size_t x = detail::whole(rows.frequency[i]);
    const detail::BgBbLogs<S> logs(theta, n);
    const S alive = exp(logs.sequence(x, n) + logs.active(n) - logs.row(x, detail::whole(rows.recency[i]), n));
    const auto occasions = static_cast<double>(n);
    // Still active at each further occasion, given active now.
    S stays = 1.0;
    S sum = 0.0;
    const std::size_t steps = detail::whole(detail::horizon_at(horizon, i));
    for (std::size_t j = 0; j < steps; ++j) {
      const double at = occasions + static_cast<double>(j);
      stays = stays * ((theta[3] + at) / (theta[2] + theta[3] + at));
      sum += stays;
    }
    return alive * sum * ((theta[0] + static_cast<double>(x)) / (theta[0] + theta[1] + occasions));
  });
}

OUTWEIGH_INLINE double bg_bb_purchase_probability(const ModelFit& fit, std::int64_t count, std::int64_t occasions) {
  fit.require_identified();
  if (count < 0) throw core::InvalidInput("a count is 0 or more", {.column = "count", .value = std::to_string(count)});
  if (occasions < 0 || occasions > 10'000'000) {
    throw core::InvalidInput("occasions lie between 0 and 1e7",
                             {.column = "horizon", .value = std::to_string(occasions)});
  }
  if (count > occasions) return 0.0;
  const std::array<double, 4> theta = {fit.parameters[0], fit.parameters[1], fit.parameters[2], fit.parameters[3]};
  const auto n = static_cast<std::size_t>(occasions);
  const auto x = static_cast<std::size_t>(count);
  const detail::BgBbLogs<double> logs(theta, n);
  const auto choose = [&](std::size_t trials) {
    return stats::log_gamma(static_cast<double>(trials) + 1.0) - stats::log_gamma(static_cast<double>(x) + 1.0) -
           stats::log_gamma(static_cast<double>(trials - x) + 1.0);
  };
  double sum = std::exp(choose(n) + logs.sequence(x, n) + logs.active(n));
  for (std::size_t i = x; i < n; ++i) sum += std::exp(choose(i) + logs.sequence(x, i) + logs.left(i));
  return std::min(1.0, sum);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
