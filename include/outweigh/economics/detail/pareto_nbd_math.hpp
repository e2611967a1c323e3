// Pareto/NBD for numbers and for jets.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/economics/detail/fit_purchases.hpp>
#include <outweigh/stats/quadrature.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

struct ParetoNbdModel {
  template <class S>
  struct Shared {
    S constant{};  ///< log Gamma(r + x) / Gamma(r) - x log alpha
    double frequency = 0.0;
  };

  static std::vector<ParameterLimits> limits() {
    return {{"r", 1e-8, 1e8, "hardly anybody buys again", "all customers buy at the same rate"},
            {"alpha", 1e-10, 1e10, "rates of purchase have no bound", "all customers buy at the same rate"},
            {"s", 1e-8, 1e8, "nobody is seen to leave", "all customers leave at the same rate"},
            {"beta", 1e-10, 1e10, "customers leave at once or never", "all customers leave at the same rate"}};
  }
  static std::vector<std::vector<double>> starts(double log_rate) {
    const auto start = [&](double r, double s, double beta) {
      return std::vector<double>{std::log(r), std::log(r) - log_rate, std::log(s), std::log(beta)};
    };
    return {start(0.5, 0.6, 0.5), start(2.0, 0.3, 2.0)};
  }

  /// Customers expected to have left, at most.
  static double departures(const std::vector<double>& parameters, const PurchaseHistory& history, double unit) {
    return parameters[2] / parameters[3] * history.total_age() / unit;
  }

  template <class S, std::size_t N>
  static std::vector<Shared<S>> prepare(const std::array<S, N>& theta, std::span<const double> frequencies) {
    using std::log;
    const S log_alpha = log(theta[1]);
    S rising = 0.0;
    double done = 0.0;
    std::vector<Shared<S>> result;
    for (const double x : frequencies) {
      if (x - done > 4096.0) {
        using stats::log_gamma;
        rising = log_gamma(theta[0] + x) - log_gamma(theta[0]);
        done = x;
      }
      for (; done < x; done += 1.0) rising += log(theta[0] + done);
      result.push_back({rising - x * log_alpha, x});
    }
    return result;
  }

  /// log of s / beta int_{recency}^{age} (1 + t / alpha)^-(r + x) (1 + t / beta)^-(s + 1) dt; empty intervals give -inf
  /// as a number and no contribution as a jet. Derivatives are those of the integrand under the integral.
  template <class S, std::size_t N>
  static S log_integral(const std::array<S, N>& theta, double x, double recency, double age) {
    const double r = stats::value_of(theta[0]);
    const double alpha = stats::value_of(theta[1]);
    const double s = stats::value_of(theta[2]);
    const double beta = stats::value_of(theta[3]);
    const double n = r + x;
    const double least = std::min(alpha, beta);
    const auto exponent = [&](double t) { return n * std::log1p(t / alpha) + (s + 1.0) * std::log1p(t / beta); };
    const double at_start = exponent(recency);
    constexpr bool numbers = std::is_same_v<S, double>;
    using Logs = stats::Jet<4>;
    double sum = 0.0;
    Logs derivatives;
    double from = recency;
    while (from < age) {
      const double slope = n / (alpha + from) + (s + 1.0) / (beta + from);
      const double to = std::min(age, from + std::min(2.0 * (least + from), 20.0 / slope));
      double panel = 0.0;
      stats::gauss_legendre(from, to, [&](double t, double weight) {
        const double mass = weight * std::exp(at_start - exponent(t));
        panel += mass;
        if constexpr (!numbers) {
          const double la = std::log1p(t / alpha);
          const double lb = std::log1p(t / beta);
          const double qa = t / (alpha + t);
          const double qb = t / (beta + t);
          // Derivatives of the log integrand in log r, log alpha, log s, log beta.
          const std::array<double, 4> d = {-r * la, n * qa, -s * lb, (s + 1.0) * qb};
          for (std::size_t i = 0; i < 4; ++i) derivatives.gradient[i] += mass * d[i];
          if constexpr (S::curvatures > 0) {
            derivatives.hessian[0] += mass * (d[0] * d[0] - r * la);
            derivatives.hessian[1] += mass * (d[0] * d[1] + r * qa);
            derivatives.hessian[2] += mass * (d[1] * d[1] - n * qa * alpha / (alpha + t));
            derivatives.hessian[3] += mass * d[2] * d[0];
            derivatives.hessian[4] += mass * d[2] * d[1];
            derivatives.hessian[5] += mass * (d[2] * d[2] - s * lb);
            derivatives.hessian[6] += mass * d[3] * d[0];
            derivatives.hessian[7] += mass * d[3] * d[1];
            derivatives.hessian[8] += mass * (d[3] * d[2] + s * qb);
            derivatives.hessian[9] += mass * (d[3] * d[3] - (s + 1.0) * qb * beta / (beta + t));
          }
        }
      });
      sum += panel;
      const double left = std::exp(at_start - exponent(to)) * (age - to);
      if (left < 1e-18 * sum) break;
      from = to;
    }
    const double constant = std::log(s / beta) - at_start;
    if constexpr (numbers) {
      return sum > 0.0 ? constant + std::log(sum) : -HUGE_VAL;
    } else {
      S result(-HUGE_VAL);
      if (!(sum > 0.0)) return result;
      result.value = constant + std::log(sum);
      std::array<double, 4> g{};
      for (std::size_t i = 0; i < 4; ++i) g[i] = derivatives.gradient[i] / sum;
      result.gradient = g;
      // log(s / beta) itself.
      result.gradient[2] += 1.0;
      result.gradient[3] -= 1.0;
      if constexpr (S::curvatures > 0) {
        std::size_t at = 0;
        for (std::size_t i = 0; i < 4; ++i) {
          for (std::size_t j = 0; j <= i; ++j, ++at) result.hessian[at] = derivatives.hessian[at] / sum - g[i] * g[j];
        }
      }
      return result;
    }
  }

  /// log of (1 + T / alpha)^-(r + x) (1 + T / beta)^-s: still active at the end.
  template <class S, std::size_t N>
  static S log_active(const std::array<S, N>& theta, double x, double age) {
    using std::log1p;
    return -((theta[0] + x) * log1p(age / theta[1])) - theta[2] * log1p(age / theta[3]);
  }

  template <class S, std::size_t N>
  static S row(const Shared<S>& shared, const std::array<S, N>& theta, double recency, double age) {
    using stats::log1p_exp;
    const S active = log_active(theta, shared.frequency, age);
    const S left = log_integral(theta, shared.frequency, recency, age);
    if (stats::value_of(left) == -HUGE_VAL) return shared.constant + active;
    return shared.constant + active + log1p_exp(left - active);
  }

  /// Sum of the logarithms of the likelihoods of rows of one frequency.
  template <std::size_t N>
  static stats::Jet<N> rows_of_one(const Shared<stats::Jet<N>>& shared, const std::array<stats::Jet<N>, N>& theta,
                                   std::span<const PurchaseHistory::Row> rows, double per_unit) {
    stats::Jet<N> sum;
    for (const auto& each : rows) sum += row(shared, theta, each.recency * per_unit, each.age * per_unit) * each.weight;
    return sum;
  }

  template <class S, std::size_t N>
  static S alive(const std::array<S, N>& theta, double x, double recency, double age) {
    using stats::log1p_exp;
    using std::exp;
    const S left = log_integral(theta, x, recency, age);
    if (stats::value_of(left) == -HUGE_VAL) return S(1.0);
    return exp(-log1p_exp(left - log_active(theta, x, age)));
  }

  template <class S, std::size_t N>
  static S purchases_if_alive(const std::array<S, N>& theta, double x, double age, double horizon) {
    using stats::relative_expm1;
    using std::log1p;
    const S from = theta[3] + age;
    const S grown = log1p(horizon / from);
    return (theta[0] + x) / (theta[1] + age) * (from * grown * relative_expm1((1.0 - theta[2]) * grown));
  }

  /// Discounted purchases within `end` of a customer known to be active, integrated by parts so that all terms are
  /// positive.
  template <class S, std::size_t N>
  static S discounted_if_alive(const std::array<S, N>& theta, double x, double age, double force, double end) {
    S sum = purchases_if_alive(theta, x, age, end) * std::exp(-force * end);
    const double scale = age + stats::value_of(theta[3]);
    for (double from = 0.0; force > 0.0 && from < end;) {
      const double to = std::min(end, from + std::min(from + scale, 3.0 / force));
      stats::gauss_legendre(from, to, [&](double t, double weight) {
        sum += purchases_if_alive(theta, x, age, t) * (force * weight * std::exp(-force * t));
      });
      from = to;
    }
    return sum;
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
