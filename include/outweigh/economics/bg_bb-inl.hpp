#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include <outweigh/economics/bg_bb.hpp>
#include <outweigh/economics/detail/bg_bb_math.hpp>
#include <outweigh/economics/detail/distinct_rows.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

OUTWEIGH_INLINE ModelFit fit_bg_bb(const PurchaseHistory& history, const core::RunControl& control) {
  ModelFit fit = detail::fit_logs(detail::bg_bb_limits(), detail::unpacked(detail::bg_bb_likelihood(history, control)),
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

namespace detail {

/// `value(row, logs, theta)` for each row, where customers with the same history and horizon are predicted for once.
template <class Value>
[[nodiscard]] Predictions predict_occasions(const ModelFit& fit, const PurchaseColumns& rows,
                                            std::span<const double> horizon, bool with_errors,
                                            const core::RunControl& control, const Value& value) {
  const std::size_t count = rows.frequency.size();
  const auto kinds = distinct_rows<4>({rows.frequency, rows.recency, rows.age, horizon}, count);
  std::size_t most = 0;
  for (const std::uint32_t row : kinds.first) most = std::max(most, whole(rows.age[row]));
  // What all histories share is made for numbers or for jets only.
  std::optional<BgBbLogs<double>> numbers;
  std::optional<BgBbLogs<stats::Jet<4, false>>> jets;
  const auto logs_of = [&]<class S>(const std::array<S, 4>& theta) -> const BgBbLogs<S>& {
    if constexpr (std::is_same_v<S, double>) {
      if (!numbers) numbers.emplace(theta, most);
      return *numbers;
    } else {
      if (!jets) jets.emplace(theta, most);
      return *jets;
    }
  };
  fit.require_identified();
  if (fit.size() == 4) {
    // Before the threads start.
    std::array<double, 4> theta{};
    std::array<stats::Jet<4, false>, 4> slopes{};
    for (std::size_t i = 0; i < 4; ++i) {
      theta[i] = fit.parameters[i];
      slopes[i] = theta[i];
      slopes[i].gradient[i] = theta[i];
    }
    with_errors ? static_cast<void>(logs_of(slopes)) : static_cast<void>(logs_of(theta));
  }
  const Predictions distinct = predict_rows<4>(fit, kinds.first.size(), with_errors, control,
                                               [&]<class S>(const std::array<S, 4>& theta, std::size_t i) -> S {
                                                 return value(kinds.first[i], logs_of(theta), theta);
                                               });
  Predictions result;
  result.values.resize(count);
  if (with_errors) result.standard_errors.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    result.values[i] = distinct.values[kinds.kind[i]];
    if (with_errors) result.standard_errors[i] = distinct.standard_errors[kinds.kind[i]];
  }
  return result;
}

template <class S>
[[nodiscard]] S occasions_alive(const PurchaseColumns& rows, std::size_t i, const BgBbLogs<S>& logs) {
  using std::exp;
  const std::size_t n = whole(rows.age[i]);
  const std::size_t x = whole(rows.frequency[i]);
  return exp(logs.sequence(x, n) + logs.active(n) - logs.row(x, whole(rows.recency[i]), n));
}

/// Purchases at the next `steps` occasions of an active customer, that at occasion j counting `factor`^j.
template <class S>
[[nodiscard]] S occasions_ahead(const std::array<S, 4>& theta, double x, double occasions, std::size_t steps,
                                double factor) {
  S stays = 1.0;
  S sum = 0.0;
  double counts = 1.0;
  for (std::size_t j = 0; j < steps; ++j) {
    const double at = occasions + static_cast<double>(j);
    stays = stays * ((theta[3] + at) / (theta[2] + theta[3] + at));
    counts *= factor;
    sum += stays * counts;
  }
  return sum * ((theta[0] + x) / (theta[0] + theta[1] + occasions));
}

}  // namespace detail

OUTWEIGH_INLINE Predictions bg_bb_probability_alive(const ModelFit& fit, const PurchaseColumns& rows, bool with_errors,
                                                    const core::RunControl& control, std::int64_t ahead) {
  check_purchases(rows);
  detail::check_occasions(rows);
  if (ahead < 0 || ahead > 10'000'000) {
    throw core::InvalidInput("occasions lie between 0 and 1e7", {.column = "ahead", .value = std::to_string(ahead)});
  }
  return detail::predict_occasions(fit, rows, {}, with_errors, control,
                                   [&](std::size_t i, const auto& logs, const auto& theta) {
                                     auto alive = detail::occasions_alive(rows, i, logs);
                                     for (std::int64_t j = 0; j < ahead; ++j) {
                                       const double at = rows.age[i] + static_cast<double>(j);
                                       alive = alive * ((theta[3] + at) / (theta[2] + theta[3] + at));
                                     }
                                     return alive;
                                   });
}

OUTWEIGH_INLINE Predictions bg_bb_expected_purchases(const ModelFit& fit, std::span<const double> horizon,
                                                     const PurchaseColumns& rows, bool with_errors,
                                                     const core::RunControl& control) {
  check_purchases(rows);
  detail::check_occasions(rows);
  detail::check_occasions_ahead(horizon, rows.frequency.size());
  return detail::predict_occasions(fit, rows, horizon, with_errors, control,
                                   [&](std::size_t i, const auto& logs, const auto& theta) {
                                     return detail::occasions_alive(rows, i, logs) *
                                            detail::occasions_ahead(theta, rows.frequency[i], rows.age[i],
                                                                    detail::whole(detail::horizon_at(horizon, i)), 1.0);
                                   });
}

OUTWEIGH_INLINE Predictions bg_bb_discounted_purchases(const ModelFit& fit, double discount, double horizon,
                                                       const PurchaseColumns& rows, bool with_errors,
                                                       const core::RunControl& control) {
  check_purchases(rows);
  detail::check_occasions(rows);
  if (!(discount >= 0.0) || !std::isfinite(discount)) {
    throw core::InvalidInput("a discount rate is 0 or more",
                             {.column = "discount", .value = detail::number_text(discount)});
  }
  // Beyond this the discount leaves less than a rounding.
  const double counting = discount > 0.0 ? std::min(horizon, std::ceil(45.0 / std::log1p(discount))) : horizon;
  if (!(counting >= 0.0 && counting <= 1e7) || (std::isfinite(horizon) && horizon != std::floor(horizon))) {
    throw core::InvalidInput("a horizon is a whole number of occasions, infinite only with a positive discount rate",
                             {.column = "horizon", .value = detail::number_text(horizon)});
  }
  return detail::predict_occasions(
      fit, rows, {}, with_errors, control, [&](std::size_t i, const auto& logs, const auto& theta) {
        return detail::occasions_alive(rows, i, logs) * detail::occasions_ahead(theta, rows.frequency[i], rows.age[i],
                                                                                detail::whole(counting),
                                                                                1.0 / (1.0 + discount));
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
