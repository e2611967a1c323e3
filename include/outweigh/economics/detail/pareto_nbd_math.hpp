// Pareto/NBD for numbers and for jets.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/economics/detail/fit_purchases.hpp>
#include <outweigh/stats/detail/lanes.hpp>
#include <outweigh/stats/quadrature.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// One panel of the integral of ParetoNbdModel::log_integral, times e^at_start: its value, `order` 1 its derivatives in
/// the logarithms of r, alpha, s and beta, `order` 2 the second ones too, at the 16 nodes of Gauss and Legendre.
struct ParetoNbdPanel {
  double from, to, r, alpha, s, beta, n, at_start;
  int order = 2;
  mutable std::array<double, 15> sums{};

  OUTWEIGH_LANE void operator()() const {
    using stats::detail::Lanes;
    std::array<double, 16> nodes{}, weights{};
    std::size_t next = 0;
    stats::gauss_legendre(from, to, [&](double t, double weight) {
      nodes[next] = t;
      weights[next++] = weight;
    });
    std::array<Lanes, 15> total{};
    const Lanes one(1.0);
    for (std::size_t i = 0; i < nodes.size(); i += Lanes::size) {
      const Lanes t = Lanes::load(nodes.data() + i);
      const Lanes la = stats::detail::log1p(t / Lanes(alpha));
      const Lanes lb = stats::detail::log1p(t / Lanes(beta));
      const Lanes mass =
          Lanes::load(weights.data() + i) * stats::detail::exp(Lanes(at_start) - (Lanes(n) * la + Lanes(s + 1.0) * lb));
      total[0] += mass;
      if (order == 0) continue;
      const Lanes qa = t / (Lanes(alpha) + t);
      const Lanes qb = t / (Lanes(beta) + t);
      const Lanes d0 = Lanes(-r) * la;
      const Lanes d1 = Lanes(n) * qa;
      const Lanes d2 = Lanes(-s) * lb;
      const Lanes d3 = Lanes(s + 1.0) * qb;
      total[1] += mass * d0;
      total[2] += mass * d1;
      total[3] += mass * d2;
      total[4] += mass * d3;
      if (order == 1) continue;
      total[5] += mass * (d0 * d0 + d0);
      total[6] += mass * (d0 * d1 + Lanes(r) * qa);
      total[7] += mass * (d1 * d1 - d1 * (one - qa));
      total[8] += mass * (d2 * d0);
      total[9] += mass * (d2 * d1);
      total[10] += mass * (d2 * d2 + d2);
      total[11] += mass * (d3 * d0);
      total[12] += mass * (d3 * d1);
      total[13] += mass * (d3 * d2 + Lanes(s) * qb);
      total[14] += mass * (d3 * d3 - d3 * (one - qb));
    }
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] = total[k].sum();
  }
};

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
    constexpr bool curved = !numbers && std::is_same_v<S, stats::Jet<N, true>>;
    double sum = 0.0;
    stats::Jet<4> derivatives;
    double from = recency;
    while (from < age) {
      const double slope = n / (alpha + from) + (s + 1.0) / (beta + from);
      const double to = std::min(age, from + std::min(2.0 * (least + from), 20.0 / slope));
      ParetoNbdPanel panel{from, to, r, alpha, s, beta, n, at_start, numbers ? 0 : curved ? 2 : 1};
      stats::detail::in_lanes(panel);
      sum += panel.sums[0];
      for (std::size_t i = 0; i < 4; ++i) derivatives.gradient[i] += panel.sums[1 + i];
      for (std::size_t i = 0; i < 10; ++i) derivatives.hessian[i] += panel.sums[5 + i];
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
    // As long as purchases take to level off, when customers leave soon.
    const double scale = (age + stats::value_of(theta[3])) / std::max(1.0, stats::value_of(theta[2]));
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
