// The partial likelihood of Cox's model with its derivatives, in one pass over rows sorted by time.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <outweigh/stats/cox.hpp>
#include <outweigh/stats/detail/lanes.hpp>
#include <outweigh/stats/maximise.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// Rows sorted by stratum, then latest time first, with standardised covariates.
struct CoxData {
  std::size_t rows = 0;
  std::size_t size = 0;  ///< covariates in use
  std::vector<std::uint32_t> order;
  std::vector<double> time;
  std::vector<std::uint8_t> event;
  std::vector<std::uint8_t> starts_stratum;
  std::vector<double> x;  ///< rows * size
  Ties ties = Ties::efron;
};

/// Numbers by covariate; the compiler knows how many there are where `N` is not 0.
template <std::size_t N>
using CoxNumbers = std::conditional_t<N == 0, std::vector<double>, std::array<double, N>>;

/// Sums of the weights, of weights times covariates, and of weights times products of covariates (the lower triangle,
/// row by row).
template <std::size_t N>
struct CoxSums {
  double weight = 0.0;
  CoxNumbers<N> first{};
  CoxNumbers<N*(N + 1) / 2> second{};

  explicit CoxSums(std::size_t size) {
    if constexpr (N == 0) {
      first.resize(size);
      second.resize(size * (size + 1) / 2);
    }
  }
  void clear() {
    weight = 0.0;
    std::fill(first.begin(), first.end(), 0.0);
    std::fill(second.begin(), second.end(), 0.0);
  }
  template <bool Curved>
  void add(double w, const double* x) {
    const std::size_t size = N == 0 ? first.size() : N;
    weight += w;
    for (std::size_t k = 0; k < size; ++k) first[k] += w * x[k];
    if constexpr (Curved) {
      std::size_t at = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const double scaled = w * x[i];
        for (std::size_t j = 0; j <= i; ++j, ++at) second[at] += scaled * x[j];
      }
    }
  }
  template <bool Curved>
  void add(const CoxSums& other) {
    weight += other.weight;
    for (std::size_t k = 0; k < first.size(); ++k) first[k] += other.first[k];
    if constexpr (Curved) {
      for (std::size_t k = 0; k < second.size(); ++k) second[k] += other.second[k];
    }
  }
};

/// At each time, from the last to the first within a stratum, `visit(first row, row after the last, sums over those at
/// risk, sums over those with the event, how many they are)`.
template <std::size_t N, bool Curved, class Visit>
void each_time(const CoxData& data, std::span<const double> risk, const Visit& visit) {
  CoxSums<N> at_risk(data.size);
  CoxSums<N> dead(data.size);
  for (std::size_t from = 0; from < data.rows;) {
    if (data.starts_stratum[from] != 0) at_risk.clear();
    std::size_t to = from;
    std::size_t deaths = 0;
    while (to < data.rows && data.time[to] == data.time[from] && (to == from || data.starts_stratum[to] == 0)) {
      const double* x = data.x.data() + to * data.size;
      if (data.event[to] != 0) {
        if (deaths == 0) dead.clear();
        ++deaths;
        dead.template add<Curved>(risk[to], x);
      } else {
        at_risk.template add<Curved>(risk[to], x);
      }
      ++to;
    }
    if (deaths > 0) at_risk.template add<Curved>(dead);
    visit(from, to, at_risk, dead, deaths);
    from = to;
  }
}

/// e^(score - shift).
struct RiskLanes {
  std::span<const double> scores;
  double shift;
  double* risk;

  OUTWEIGH_LANE void operator()() const {
    std::size_t i = 0;
    for (; i + Lanes::size <= scores.size(); i += Lanes::size) {
      exp(Lanes::load(scores.data() + i) - Lanes(shift)).store(risk + i);
    }
    for (; i < scores.size(); ++i) risk[i] = exp(Lanes(scores[i] - shift)).v[0];
  }
};

inline std::vector<double> cox_risks(const CoxData& data, std::span<const double> beta, std::vector<double>& scores,
                                     double& shift) {
  scores.assign(data.rows, 0.0);
  shift = -HUGE_VAL;
  for (std::size_t i = 0; i < data.rows; ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < data.size; ++k) sum += beta[k] * data.x[i * data.size + k];
    scores[i] = sum;
    shift = std::max(shift, sum);
  }
  std::vector<double> risk(data.rows);
  in_lanes(RiskLanes{scores, shift, risk.data()});
  return risk;
}

/// The logarithm of a product of many positive numbers, with few logarithms.
class LogProduct {
 public:
  void multiply(double factor) {
    if (factor > 1e-100 && factor < 1e100) {
      product_ *= factor;
      if (product_ > 1e-150 && product_ < 1e150) return;
      sum_ += std::log(product_);
      product_ = 1.0;
    } else {
      sum_ += std::log(factor);
    }
  }
  void add(double logarithm) { sum_ += logarithm; }
  [[nodiscard]] double value() const { return sum_ + std::log(product_); }

 private:
  double sum_ = 0.0;
  double product_ = 1.0;
};

/// Of the l-th of d events at one time, Efron takes a share l / d of those with the event out of the risk set. With
/// T = 1 - share D0 / S0, everything that depends on the covariates is a sum over l of 1 / T, share / T, 1 / T^2,
/// share / T^2 or share^2 / T^2, times sums over the risk set and over the events, each divided by S0.
struct TiedTerms {
  double inverse = 0.0;  ///< 1 / S0
  double one = 0.0, share = 0.0, one_square = 0.0, share_square = 0.0, share_twice = 0.0;

  TiedTerms(double at_risk, double dead, std::size_t deaths, Ties ties, LogProduct& totals) {
    if (deaths == 0) return;
    inverse = 1.0 / at_risk;
    const auto count = static_cast<double>(deaths);
    if (ties == Ties::breslow || deaths == 1) {
      one = one_square = count;
      deaths == 1 ? totals.multiply(at_risk) : totals.add(count * std::log(at_risk));
      return;
    }
    const double of_dead = dead * inverse;
    for (std::size_t l = 0; l < deaths; ++l) {
      const double part = static_cast<double>(l) / count;
      const double left = 1.0 - part * of_dead;
      totals.multiply(left * at_risk);
      const double grown = 1.0 / left;
      const double square = grown * grown;
      one += grown;
      share += part * grown;
      one_square += square;
      share_square += part * square;
      share_twice += part * part * square;
    }
  }
};

template <std::size_t N>
Derivatives cox_likelihood_of(const CoxData& data, std::span<const double> beta) {
  const std::size_t p = data.size;
  std::vector<double> scores;
  double shift = 0.0;
  const auto risk = cox_risks(data, beta, scores, shift);
  Derivatives result;
  result.gradient.assign(p, 0.0);
  result.hessian.assign(p * p, 0.0);
  LogProduct totals;
  double events = 0.0;
  each_time<N, true>(
      data, risk,
      [&](std::size_t from, std::size_t to, const CoxSums<N>& at_risk, const CoxSums<N>& dead, std::size_t deaths) {
        if (deaths == 0) return;
        events += static_cast<double>(deaths);
        for (std::size_t row = from; row < to; ++row) {
          if (data.event[row] == 0) continue;
          result.value += scores[row] - shift;
          for (std::size_t k = 0; k < p; ++k) result.gradient[k] += data.x[row * p + k];
        }
        const TiedTerms terms(at_risk.weight, dead.weight, deaths, data.ties, totals);
        std::size_t at = 0;
        for (std::size_t i = 0; i < p; ++i) {
          const double si = at_risk.first[i] * terms.inverse;
          const double di = dead.first[i] * terms.inverse;
          result.gradient[i] -= terms.one * si - terms.share * di;
          for (std::size_t j = 0; j <= i; ++j, ++at) {
            const double sj = at_risk.first[j] * terms.inverse;
            const double dj = dead.first[j] * terms.inverse;
            result.hessian[i * p + j] -=
                (terms.one * at_risk.second[at] - terms.share * dead.second[at]) * terms.inverse -
                (terms.one_square * si * sj - terms.share_square * (si * dj + di * sj) + terms.share_twice * di * dj);
          }
        }
      });
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < i; ++j) result.hessian[j * p + i] = result.hessian[i * p + j];
  }
  result.value = events > 0.0 ? result.value - totals.value() : 0.0;
  return result;
}

inline Derivatives cox_likelihood(const CoxData& data, std::span<const double> beta) {
  switch (data.size) {
    case 1:
      return cox_likelihood_of<1>(data, beta);
    case 2:
      return cox_likelihood_of<2>(data, beta);
    case 3:
      return cox_likelihood_of<3>(data, beta);
    case 4:
      return cox_likelihood_of<4>(data, beta);
    default:
      return cox_likelihood_of<0>(data, beta);
  }
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
