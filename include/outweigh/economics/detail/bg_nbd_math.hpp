// BG/NBD and MBG/NBD for numbers and for jets.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/economics/detail/bg_nbd_sums.hpp>
#include <outweigh/economics/detail/fit_purchases.hpp>
#include <outweigh/stats/quadrature.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics::detail {

/// `Late` is MBG/NBD, where the first purchase can be the last: one more chance to leave for everyone.
template <bool Late>
struct BgNbdModel {
  template <class S>
  struct Shared {
    S constant{};  ///< log B(a, b + x') / B(a, b) + log Gamma(r + x) / Gamma(r) - x log alpha
    S leave{};     ///< log of the odds of having left at the last purchase, but for the time since
    S count{};     ///< r + x
    double frequency = 0.0;
  };

  static std::vector<ParameterLimits> limits() {
    return {{"r", 1e-8, 1e8, "hardly anybody buys again", "all customers buy at the same rate"},
            {"alpha", 1e-10, 1e10, "rates of purchase have no bound", "all customers buy at the same rate"},
            {"a", 1e-10, 1e8, "nobody is seen to leave", "all customers leave with the same probability"},
            {"b", 1e-10, 1e8, "customers leave at once or never", "all customers leave with the same probability"}};
  }
  static std::vector<std::vector<double>> starts(double log_rate) {
    const auto start = [&](double r, double a, double b) {
      return std::vector<double>{std::log(r), std::log(r) - log_rate, std::log(a), std::log(b)};
    };
    return {start(0.5, 0.5, 2.0), start(2.0, 0.1, 1.0)};
  }

  /// Customers expected to have left, at most.
  static double departures(const std::vector<double>& parameters, const PurchaseHistory& history, double) {
    return parameters[2] / (parameters[2] + parameters[3]) * (history.repeat_purchases() + history.customers());
  }

  /// `frequencies` ascend.
  template <class S, std::size_t N>
  static std::vector<Shared<S>> prepare(const std::array<S, N>& theta, std::span<const double> frequencies) {
    using std::log;
    using std::log1p;
    const S& r = theta[0];
    const S& a = theta[2];
    const S& b = theta[3];
    const S log_alpha = log(theta[1]);
    const S log_a = log(a);
    S rising = 0.0;
    S staying = Late ? S(-log1p(a / b)) : S(0.0);
    double done = 0.0;
    std::vector<Shared<S>> result;
    for (const double x : frequencies) {
      if (x - done > 4096.0) {
        // Many steps at once.
        using stats::log_gamma;
        const double late = Late ? 1.0 : 0.0;
        rising = log_gamma(r + x) - log_gamma(r);
        staying = log_gamma(b + (x + late)) - log_gamma(b) - log_gamma(a + b + (x + late)) + log_gamma(a + b);
        done = x;
      }
      for (; done < x; done += 1.0) {
        rising += log(r + done);
        staying -= log1p(a / (b + (done + (Late ? 1.0 : 0.0))));
      }
      Shared<S> shared;
      shared.frequency = x;
      shared.constant = rising + staying - x * log_alpha;
      shared.count = r + x;
      if (Late) {
        shared.leave = log_a - log(b + x);
      } else if (x > 0.0) {
        shared.leave = log_a - log(b + (x - 1.0));
      }
      result.push_back(shared);
    }
    return result;
  }

  template <class S, std::size_t N>
  static S log_odds_of_having_left(const Shared<S>& shared, const std::array<S, N>& theta, double recency, double age) {
    using std::log1p;
    return shared.leave + shared.count * log1p((age - recency) / (theta[1] + recency));
  }

  template <class S, std::size_t N>
  static S row(const Shared<S>& shared, const std::array<S, N>& theta, double recency, double age) {
    using stats::log1p_exp;
    using std::log;
    using std::log1p;
    const S grown = log1p(age / theta[1]);
    S result = shared.constant - shared.count * grown;
    if (Late || shared.frequency > 0.0) {
      result += log1p_exp(log_odds_of_having_left(shared, theta, recency, age));
    }
    return result;
  }

  /// Sum of the logarithms of the likelihoods of rows of one frequency.
  template <std::size_t N>
  static stats::Jet<N> rows_of_one(const Shared<stats::Jet<N>>& shared, const std::array<stats::Jet<N>, N>& theta,
                                   std::span<const PurchaseHistory::Row> rows, double per_unit) {
    const BgNbdSums sums{
        rows, theta[1].value, shared.count.value, shared.leave.value, per_unit, Late || shared.frequency > 0.0};
    stats::detail::in_lanes(sums);
    return shared.constant * sums.weight + sums.jet(shared.count, shared.leave, 1);
  }

  template <class S, std::size_t N>
  static S alive(const std::array<S, N>& theta, double x, double recency, double age) {
    using stats::log1p_exp;
    using std::exp;
    using std::log;
    if (!Late && x == 0.0) return S(1.0);
    Shared<S> shared;
    shared.count = theta[0] + x;
    shared.leave = log(theta[2]) - log(theta[3] + (Late ? x : x - 1.0));
    return exp(-log1p_exp(log_odds_of_having_left(shared, theta, recency, age)));
  }

  /// The same as an integral over the chance p of leaving: E[(1 - (1 + p h)^-n) / p] for p distributed Beta(a, b),
  /// where h is the horizon over alpha + age and n = r + x.
  template <class S>
  static S purchases_by_integral(const S& a, const S& b, const S& n, const S& h) {
    using stats::relative_expm1;
    using std::exp;
    using std::log1p;
    const S log_norm = stats::log_beta_of(a, b);
    const auto rate = [&](double p) {
      if (!(p > 1e-300)) return S(n * h);
      const S grown = n * log1p(h * p);
      return grown * (1.0 / p) * relative_expm1(-grown);
    };
    const double log_fastest = std::log(stats::value_of(h)) + std::log(stats::value_of(n) + 1.0);
    const double steps_per_unit = std::max(1.0, 0.4 * std::sqrt(stats::value_of(a) + stats::value_of(b)));
    S total = 0.0;
    // Below and above 1/2, each on the logarithm of the distance to its end, where the weight is log-concave.
    const auto half = [&](const S& near, const S& far, bool below) {
      const double power = stats::value_of(near);
      const double other = stats::value_of(far) - 1.0;
      // The rate is near n h at first, and 1 / p from where n p h exceeds 1.
      const auto weight = [&](double y) {
        return power * y + other * std::log1p(-std::exp(y)) + (below ? std::min(log_fastest, -y) : 0.0);
      };
      // Below `still` the rate is that at the end, n h or that of p = 1, so that the rest has a closed form.
      const double still = below ? -log_fastest - 40.0 : -42.0;
      double lowest = std::min(std::log(0.5), std::log(power / (power + std::max(other, 0.0))));
      double mode = lowest;
      while (lowest > still && weight(lowest) > weight(mode) - 60.0) {
        lowest -= std::max(0.5, std::min(2.0, 0.1 * (mode - lowest)));
        if (weight(lowest) > weight(mode)) mode = lowest;
      }
      if (lowest <= still) total += exp(near * lowest - log_norm) / near * (below ? S(n * h) : rate(1.0));
      const double top = std::log(0.5);
      const auto panels = static_cast<int>(std::ceil((top - lowest) * steps_per_unit));
      for (int panel = 0; panel < panels; ++panel) {
        const double from = lowest + (top - lowest) * panel / panels;
        const double to = lowest + (top - lowest) * (panel + 1) / panels;
        if (std::max({weight(from), weight(to), from <= mode && mode <= to ? weight(mode) : -HUGE_VAL}) <
            weight(mode) - 60.0)
          continue;
        stats::gauss_legendre(from, to, [&](double y, double w) {
          const double distance = std::exp(y);
          total += exp(near * y + (far - 1.0) * std::log1p(-distance) - log_norm) *
                   rate(below ? distance : 1.0 - distance) * w;
        });
      }
    };
    half(a, b, true);
    half(b, a, false);
    return total;
  }

  /// Purchases within `horizon` of a customer known to be active.
  template <class S, std::size_t N>
  static S purchases_if_alive(const std::array<S, N>& theta, double x, double age, double horizon) {
    if (horizon == 0.0) return S(0.0);
    const S count = theta[0] + x;
    const S z = horizon / (theta[1] + (age + horizon));
    const S stay = theta[3] + (x + (Late ? 1.0 : 0.0));
    // The series has about so many terms; beyond that the integral is shorter.
    const double terms =
        stats::value_of(count) * horizon / (stats::value_of(theta[1]) + age) + 37.0 / (1.0 - stats::value_of(z));
    if (!(terms < 1e5)) return purchases_by_integral(theta[2], stay, count, S(horizon / (theta[1] + age)));
    const S sum = theta[2] + stay;
    // Weights of k = 0, 1, ... purchases relative to k = 0, and survivals E[(1 - p)^j] added up to k.
    S weight = 1.0;
    S weights = 1.0;
    S survival = 1.0;
    S made = 0.0;
    S total = 0.0;
    const double ratio = stats::value_of(z);
    for (double k = 0.0;; k += 1.0) {
      weight = weight * (z * ((count + k) / (k + 1.0)));
      made += survival;
      survival = survival * ((stay + k) / (sum + k));
      weights += weight;
      total += weight * made;
      if (stats::value_of(weights) > 1e250) {
        weight *= 1e-250;
        weights *= 1e-250;
        total *= 1e-250;
      }
      // What is left is at most a geometric series.
      const double next = ratio * (stats::value_of(count) + k + 1.0) / (k + 2.0);
      if (next < 1.0 && stats::value_of(weight) * (stats::value_of(made) + 1.0 / (1.0 - next)) / (1.0 - next) <=
                            1e-16 * stats::value_of(total)) {
        break;
      }
    }
    return total / weights;
  }

  /// Discounted purchases within `end` of a customer known to be active. With rate l and chance p of leaving they are
  /// int_0^end l exp(-(l p + force) t) dt; l is Gamma(r + x, alpha + age) and p Beta(a, b + x), independent of each
  /// other. Sums over equal steps of log l and of the log odds of p converge exponentially (Trefethen and Weideman
  /// 2014, doi:10.1137/130932132).
  template <class S, std::size_t N>
  static S discounted_if_alive(const std::array<S, N>& theta, double x, double age, double force, double end) {
    using stats::log_gamma;
    using stats::relative_expm1;
    using std::exp;
    using std::log;
    if (end == 0.0) return S(0.0);
    const S count = theta[0] + x;
    const S rest = theta[1] + age;
    const S& a = theta[2];
    const S b = theta[3] + (x + (Late ? 1.0 : 0.0));
    const double n = stats::value_of(count);
    const double scale = stats::value_of(rest);
    // At most rate * longest, and at most 1 / p.
    const double longest = force > 0.0 ? -std::expm1(-force * end) / force : end;

    const double rate_step = std::min(0.2, 0.6 / std::sqrt(n + 1.0));
    const double middle = std::log((n + 1.0) / scale);
    const auto size_of = [&](double y) { return n * y - scale * std::exp(y) + std::min(0.0, y + std::log(longest)); };
    double greatest = size_of(middle);
    int first = 0;
    while (size_of(middle + rate_step * (first - 1)) > greatest - 42.0) {
      --first;
      greatest = std::max(greatest, size_of(middle + rate_step * first));
    }
    int last = 0;
    while (size_of(middle + rate_step * (last + 1)) > greatest - 42.0) ++last;

    const double spread = std::sqrt(1.0 / stats::value_of(a) + 1.0 / stats::value_of(b));
    const double odds_step = std::min(0.25, 0.6 * spread);
    const double fastest = std::exp(middle + rate_step * last) * longest;
    const auto chance_size = [&](double z) {
      return stats::value_of(a) * -stats::log1p_exp(-z) - stats::value_of(b) * stats::log1p_exp(z);
    };
    const double centre = std::log(stats::value_of(a) / stats::value_of(b));
    // Beyond these ends the purchases do not change any more, and what is left of the distribution has a closed form.
    const double lowest = std::min(-39.0 - std::log(std::max(fastest, 1e-300)), -39.0);
    int from = static_cast<int>(std::ceil((std::max(lowest, -650.0) - centre) / odds_step));
    int to = static_cast<int>(std::floor((39.0 - centre) / odds_step));
    const bool low_tail = chance_size(centre + odds_step * from) > chance_size(centre) - 42.0;
    const bool high_tail = chance_size(centre + odds_step * to) > chance_size(centre) - 42.0;
    while (from < 0 && chance_size(centre + odds_step * from) < chance_size(centre) - 42.0) ++from;
    while (to > 0 && chance_size(centre + odds_step * to) < chance_size(centre) - 42.0) --to;

    const S log_norm = stats::log_beta_of(a, b);
    std::vector<S> chance_weight;
    std::vector<double> chance;
    for (int j = from; j <= to; ++j) {
      const double z = centre + odds_step * j;
      chance.push_back(1.0 / (1.0 + std::exp(-z)));
      chance_weight.push_back(exp(a * -stats::log1p_exp(-z) - b * stats::log1p_exp(z) - log_norm) * odds_step);
    }
    // Geometric series.
    if (low_tail) {
      const S factor = a * odds_step * relative_expm1(a * odds_step);
      chance_weight.front() = chance_weight.front() + chance_weight.front() / factor;
    }
    if (high_tail) {
      const S factor = b * odds_step * relative_expm1(b * odds_step);
      chance_weight.back() = chance_weight.back() + chance_weight.back() / factor;
    }

    const S rate_norm = log_gamma(count);
    S total = 0.0;
    for (int i = first; i <= last; ++i) {
      const double y = middle + rate_step * i;
      const double rate = std::exp(y);
      S sum = 0.0;
      for (std::size_t j = 0; j < chance.size(); ++j) {
        const double ends = rate * chance[j] + force;
        const double purchases = rate * end * relative_expm1(-ends * end);
        sum += chance_weight[j] * purchases;
      }
      total += exp(count * (log(rest) + y) - rest * rate - rate_norm) * sum * rate_step;
    }
    return total;
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::economics::detail
