#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/economics/contract.hpp>
#include <outweigh/economics/detail/distinct_rows.hpp>
#include <outweigh/economics/detail/fit_logs.hpp>
#include <outweigh/economics/detail/number_text.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

/// log(1 - e^y) for y < 0.
inline double log1m_exp(double y) {
  return y > -0.6931471805599453 ? std::log(-std::expm1(y)) : std::log1p(-std::exp(y));
}
template <std::size_t N, bool C>
stats::Jet<N, C> log1m_exp(const stats::Jet<N, C>& y) {
  const double odds = 1.0 / -std::expm1(-y.value);  // e^y / (e^y - 1)
  return y.apply(log1m_exp(y.value), odds, odds - odds * odds);
}

/// log Gamma(x + a) / Gamma(x), whose parts cancel where x is large: there by Stirling's series (DLMF 5.11.1).
template <class S>
S log_gamma_ratio(const S& x, const S& a) {
  using stats::log_gamma;
  using std::log;
  using std::log1p;
  if (stats::value_of(x) < 50.0) return log_gamma(x + a) - log_gamma(x);
  const auto rest = [](const S& at) {
    const S inverse = 1.0 / at;
    const S square = inverse * inverse;
    return inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0)));
  };
  return (x - 0.5) * log1p(a / x) + a * (log(x + a) - 1.0) + (rest(x + a) - rest(x));
}

/// log B(alpha, beta + t) / B(alpha, beta).
template <class S>
S log_survival(const S& alpha, const S& beta, const S& t) {
  if (stats::value_of(t) == 0.0) return S(0.0);
  return log_gamma_ratio(beta, alpha) - log_gamma_ratio(S(beta + t), alpha);
}

/// log survival after `periods` for theta = (alpha, beta) or (alpha, beta, c).
template <class S, std::size_t N>
S contract_log_survival(const std::array<S, N>& theta, double periods) {
  using std::exp;
  using std::log1p;
  if (periods == 0.0) return S(0.0);
  if constexpr (N == 3) {
    const S log_time = theta[2] * std::log(periods);
    // Beyond what a number can hold only the power law is left.
    if (stats::value_of(log_time) > 600.0) return log_gamma_ratio(theta[1], theta[0]) - theta[0] * log_time;
    return log_survival(theta[0], theta[1], S(exp(log_time)));
  } else {
    if (periods == std::floor(periods) && periods <= 64.0) {
      S sum = 0.0;
      for (double i = 0.0; i < periods; i += 1.0) sum -= log1p(theta[0] / (theta[1] + i));
      return sum;
    }
    return log_survival(theta[0], theta[1], S(periods));
  }
}

struct ContractCounts {
  std::map<double, std::array<double, 2>> by_period;  ///< {still there, left}
  double customers = 0.0;
  double left = 0.0;

  /// Half of the customers are seen for at most so many periods; 2 at least.
  [[nodiscard]] double middle() const {
    double sum = 0.0;
    for (const auto& [periods, by_fate] : by_period) {
      sum += by_fate[0] + by_fate[1];
      if (sum >= 0.5 * customers) return std::max(periods, 2.0);
    }
    return 2.0;
  }
};

inline ContractCounts count_contracts(const ContractColumns& columns) {
  const std::size_t count = columns.periods.size();
  if (columns.left.size() != count || (!columns.weight.empty() && columns.weight.size() != count)) {
    throw core::InvalidInput("columns differ in length: periods has " + core::detail::counted(count, "row") +
                                 ", left has " + core::detail::grouped(columns.left.size()),
                             {.column = "left"});
  }
  ContractCounts result;
  for (std::size_t i = 0; i < count; ++i) {
    const double periods = columns.periods[i];
    const double left = columns.left[i];
    if (left != 0.0 && left != 1.0) {
      throw core::InvalidInput("a customer left (1) or is still there (0)",
                               {.column = "left", .row = i, .value = number_text(left)});
    }
    if (!(periods >= left && periods <= 1e6) || periods != std::floor(periods)) {
      throw core::InvalidInput("periods are whole numbers, at least 1 for who left",
                               {.column = "periods", .row = i, .value = number_text(periods)});
    }
    const double weight = columns.weight.empty() ? 1.0 : columns.weight[i];
    if (!(weight >= 0.0) || !std::isfinite(weight)) {
      throw core::InvalidInput("a weight is 0 or more and finite",
                               {.column = "weights", .row = i, .value = number_text(weight)});
    }
    if (weight == 0.0) continue;
    result.by_period[periods][left != 0.0 ? 1 : 0] += weight;
    result.customers += weight;
    result.left += left * weight;
  }
  if (result.customers == 0.0) throw core::InvalidInput("there is no customer to learn from", {.column = "periods"});
  return result;
}

template <std::size_t N>
stats::SmoothFunction contract_likelihood(const ContractCounts& counts) {
  return [&counts](std::span<const double> point) {
    using Jet = stats::Jet<N>;
    using std::log;
    const std::array<Jet, N> theta = log_variables<N>(point);
    Jet sum;
    for (const auto& [periods, by_fate] : counts.by_period) {
      if (by_fate[0] > 0.0) sum += contract_log_survival(theta, periods) * by_fate[0];
      if (by_fate[1] > 0.0) {
        const Jet before = contract_log_survival(theta, periods - 1.0);
        Jet leaving;
        if constexpr (N == 2) {
          leaving = log(theta[0]) - log(theta[0] + theta[1] + (periods - 1.0));
        } else {
          leaving = log1m_exp(contract_log_survival(theta, periods) - before);
        }
        sum += (before + leaving) * by_fate[1];
      }
    }
    return unpack<N>(sum);
  };
}

/// Calls `with` with the number of parameters as a constant.
template <class With>
auto with_contract_size(const ModelFit& fit, const With& with) {
  if (fit.size() == 3) return with(std::integral_constant<std::size_t, 3>{});
  return with(std::integral_constant<std::size_t, 2>{});
}

}  // namespace detail

OUTWEIGH_INLINE ModelFit fit_contract(const ContractColumns& columns, ContractModel model, const core::RunControl&) {
  const detail::ContractCounts counts = detail::count_contracts(columns);
  std::vector<detail::ParameterLimits> limits = {
      {"alpha", 1e-8, 1e5, "nobody is seen to leave", "all customers leave with the same probability"},
      {"beta", 1e-8, 1e5, "customers leave at once or never", "all customers leave with the same probability"}};
  ModelFit fit;
  if (model == ContractModel::shifted_beta_geometric) {
    fit = detail::fit_logs(limits, detail::contract_likelihood<2>(counts), {{0.0, std::log(3.0)}, {-2.0, 2.0}});
  } else {
    limits[1].upper = 1e60;  // on the scale of tenure^c
    limits.push_back({"c", 1e-4, 50.0, "leaving does not depend on tenure", "all leave at the same tenure"});
    std::vector<std::vector<double>> starts = {{0.0, std::log(3.0), 0.0}, {-2.0, 2.0, 0.5}, {0.0, 1.0, -0.7}};
    for (const double c : {4.0, 12.0}) starts.push_back({0.0, c * std::log(counts.middle()), std::log(c)});
    fit = detail::fit_logs(limits, detail::contract_likelihood<3>(counts), starts);
  }
  fit.customers = counts.customers;
  std::size_t informative = 0;
  for (const auto& [periods, by_fate] : counts.by_period) {
    fit.distinct_rows += (by_fate[0] > 0.0 ? 1U : 0U) + (by_fate[1] > 0.0 ? 1U : 0U);
    if (periods > 0.0) ++informative;
  }
  if (informative == 0 || (counts.left > 0.0 && fit.distinct_rows == 1)) {
    fit.status = FitStatus::not_identified;
    fit.undetermined.assign(fit.size(), 1);
    fit.cause = informative == 0 ? "no customer was observed for a period"
                                 : "all customers left at the same period: how they differ cannot be told";
  } else if (counts.left == 0.0) {
    fit.status = FitStatus::boundary;
    fit.cause = "nobody left: the likelihood has its maximum where nobody ever leaves";
    fit.undetermined.assign(fit.size(), 1);
    fit.log_covariance.assign(fit.size() * fit.size(), 0.0);
    fit.log_likelihood = 0.0;
    // The limit, whatever the other parameters.
    fit.parameters[0] = 1e-8;
    fit.parameters[1] = 1.0;
    if (fit.size() == 3) fit.parameters[2] = 1.0;
  }
  return fit;
}

OUTWEIGH_INLINE ModelFit known_shifted_beta_geometric(double alpha, double beta) {
  return ModelFit::known({"alpha", "beta"}, {alpha, beta});
}

OUTWEIGH_INLINE ModelFit known_beta_discrete_weibull(double alpha, double beta, double c) {
  return ModelFit::known({"alpha", "beta", "c"}, {alpha, beta, c});
}

OUTWEIGH_INLINE Predictions contract_survival(const ModelFit& fit, std::span<const double> periods, bool with_errors,
                                              const core::RunControl& control) {
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (!(periods[i] >= 0.0) || !std::isfinite(periods[i])) {
      throw core::InvalidInput("periods are 0 or more and finite",
                               {.column = "periods", .row = i, .value = detail::number_text(periods[i])});
    }
  }
  return detail::with_contract_size(fit, [&]<std::size_t N>(std::integral_constant<std::size_t, N>) {
    return detail::predict_rows<N>(fit, periods.size(), with_errors, control, [&](const auto& theta, std::size_t i) {
      using std::exp;
      return exp(detail::contract_log_survival(theta, periods[i]));
    });
  });
}

OUTWEIGH_INLINE Predictions contract_retention(const ModelFit& fit, std::span<const double> periods, bool with_errors,
                                               const core::RunControl& control) {
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (!(periods[i] >= 1.0) || !std::isfinite(periods[i])) {
      throw core::InvalidInput("retention is over a period that has ended: 1 or more",
                               {.column = "periods", .row = i, .value = detail::number_text(periods[i])});
    }
  }
  return detail::with_contract_size(fit, [&]<std::size_t N>(std::integral_constant<std::size_t, N>) {
    return detail::predict_rows<N>(fit, periods.size(), with_errors, control,
                                   [&]<class S>(const std::array<S, N>& theta, std::size_t i) -> S {
                                     using std::exp;
                                     if constexpr (N == 2)
                                       return 1.0 - theta[0] / (theta[0] + theta[1] + (periods[i] - 1.0));
                                     return exp(detail::contract_log_survival(theta, periods[i]) -
                                                detail::contract_log_survival(theta, periods[i] - 1.0));
                                   });
  });
}

OUTWEIGH_INLINE Predictions contract_discounted_periods(const ModelFit& fit, std::span<const double> renewals,
                                                        double discount, double horizon, bool with_errors,
                                                        const core::RunControl& control) {
  if (!(discount >= 0.0) || !std::isfinite(discount)) {
    throw core::InvalidInput("a discount rate is 0 or more",
                             {.column = "discount", .value = detail::number_text(discount)});
  }
  if (!(horizon >= 0.0) || (std::isinf(horizon) && discount == 0.0)) {
    throw core::InvalidInput("a horizon is 0 or more, and infinite only with a positive discount rate",
                             {.column = "horizon", .value = detail::number_text(horizon)});
  }
  for (std::size_t i = 0; i < renewals.size(); ++i) {
    if (!(renewals[i] >= 0.0) || !std::isfinite(renewals[i])) {
      throw core::InvalidInput("renewals are 0 or more and finite",
                               {.column = "renewals", .row = i, .value = detail::number_text(renewals[i])});
    }
  }
  constexpr double most = 1e7;
  const double terms = std::min(horizon, discount > 0.0 ? 35.0 / std::log1p(discount) : horizon);
  if (terms > most) {
    throw core::InvalidInput(
        "so long a horizon with so low a discount rate has more than ten million periods that count",
        {.column = discount > 0.0 ? "discount" : "horizon",
         .value = detail::number_text(discount > 0.0 ? discount : horizon)});
  }
  // Many customers have survived the same number of periods.
  const detail::DistinctRows kinds = detail::distinct_rows<1>({renewals}, renewals.size());
  const Predictions of_kinds =
      detail::with_contract_size(fit, [&]<std::size_t N>(std::integral_constant<std::size_t, N>) {
        return detail::predict_rows<N, 1>(
            fit, kinds.first.size(), with_errors, control,
            [&]<class S>(const std::array<S, N>& theta, std::size_t kind) {
              using std::exp;
              const double done = renewals[kinds.first[kind]];
              const S start = detail::contract_log_survival(theta, done);
              S sum = 0.0;
              S stays = 1.0;
              double factor = 1.0;
              const double shrink = 1.0 / (1.0 + discount);
              for (double j = 0.0; j < horizon && j <= most; j += 1.0) {
                if (j > 0.0) {
                  if constexpr (N == 2) {
                    stays = stays * (1.0 - theta[0] / (theta[0] + theta[1] + (done + j - 1.0)));
                  } else {
                    stays = exp(detail::contract_log_survival(theta, done + j) - start);
                  }
                }
                sum += stays * factor;
                factor *= shrink;
                if (discount > 0.0 && stats::value_of(stays) * factor / (1.0 - shrink) < 1e-14 * stats::value_of(sum))
                  break;
              }
              return sum;
            });
      });
  Predictions result;
  for (const std::uint32_t kind : kinds.kind) {
    result.values.push_back(of_kinds.values[kind]);
    if (with_errors) result.standard_errors.push_back(of_kinds.standard_errors[kind]);
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
