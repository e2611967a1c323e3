// The partial likelihood of Cox's model with its derivatives, in one pass over rows sorted by time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
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

/// What the risk sets are made of at one time with events, for `visit(first, last, s0, s1, d0, d1, deaths)`.
template <class AtTime, class Grow>
void each_event_time(const CoxData& data, std::span<const double> risk, const Grow& grow, const AtTime& at_time) {
  const std::size_t p = data.size;
  double s0 = 0.0;
  std::vector<double> s1(p, 0.0);
  std::vector<double> d1(p, 0.0);
  for (std::size_t from = 0; from < data.rows;) {
    if (data.starts_stratum[from] != 0) {
      s0 = 0.0;
      std::fill(s1.begin(), s1.end(), 0.0);
      grow(data.rows);
    }
    std::size_t to = from;
    double d0 = 0.0;
    std::size_t deaths = 0;
    std::fill(d1.begin(), d1.end(), 0.0);
    while (to < data.rows && data.time[to] == data.time[from] && (to == from || data.starts_stratum[to] == 0)) {
      const double w = risk[to];
      const double* x = data.x.data() + to * p;
      s0 += w;
      for (std::size_t k = 0; k < p; ++k) s1[k] += w * x[k];
      grow(to);
      if (data.event[to] != 0) {
        ++deaths;
        d0 += w;
        for (std::size_t k = 0; k < p; ++k) d1[k] += w * x[k];
      }
      ++to;
    }
    at_time(from, to, s0, s1, d0, d1, deaths);
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

inline Derivatives cox_likelihood(const CoxData& data, std::span<const double> beta) {
  const std::size_t p = data.size;
  std::vector<double> scores;
  double shift = 0.0;
  const auto risk = cox_risks(data, beta, scores, shift);
  Derivatives result;
  result.gradient.assign(p, 0.0);
  result.hessian.assign(p * p, 0.0);
  const std::size_t triangle = p * (p + 1) / 2;
  std::vector<double> s2(triangle, 0.0);
  std::vector<double> d2(triangle, 0.0);
  std::vector<double> mean(p);
  bool has_events = false;
  double product = 1.0;
  const auto grow = [&](std::size_t row) {
    if (row == data.rows) {
      std::fill(s2.begin(), s2.end(), 0.0);
      return;
    }
    const double* x = data.x.data() + row * p;
    std::size_t at = 0;
    for (std::size_t i = 0; i < p; ++i) {
      const double scaled = risk[row] * x[i];
      for (std::size_t j = 0; j <= i; ++j, ++at) s2[at] += scaled * x[j];
    }
  };
  each_event_time(data, risk, grow,
                  [&](std::size_t from, std::size_t to, double s0, const std::vector<double>& s1, double d0,
                      const std::vector<double>& d1, std::size_t deaths) {
                    if (deaths == 0) return;
                    has_events = true;
                    const bool efron = data.ties == Ties::efron && deaths > 1;
                    if (efron) std::fill(d2.begin(), d2.end(), 0.0);
                    for (std::size_t row = from; row < to; ++row) {
                      if (data.event[row] == 0) continue;
                      const double* x = data.x.data() + row * p;
                      result.value += scores[row] - shift;
                      for (std::size_t k = 0; k < p; ++k) result.gradient[k] += x[k];
                      if (!efron) continue;
                      std::size_t at = 0;
                      for (std::size_t i = 0; i < p; ++i) {
                        for (std::size_t j = 0; j <= i; ++j, ++at) d2[at] += risk[row] * x[i] * x[j];
                      }
                    }
                    const std::size_t terms = efron ? deaths : 1;
                    const double times = efron ? 1.0 : static_cast<double>(deaths);
                    for (std::size_t l = 0; l < terms; ++l) {
                      const double part = static_cast<double>(l) / static_cast<double>(deaths);
                      const double total = s0 - part * d0;
                      const double inverse = 1.0 / total;
                      if (times == 1.0 && total > 1e-100 && total < 1e100) {
                        // One logarithm for many totals.
                        product *= total;
                        if (!(product > 1e-150 && product < 1e150)) {
                          result.value -= std::log(product);
                          product = 1.0;
                        }
                      } else {
                        result.value -= times * std::log(total);
                      }
                      for (std::size_t k = 0; k < p; ++k) {
                        mean[k] = (s1[k] - part * d1[k]) * inverse;
                        result.gradient[k] -= times * mean[k];
                      }
                      std::size_t at = 0;
                      for (std::size_t i = 0; i < p; ++i) {
                        for (std::size_t j = 0; j <= i; ++j, ++at) {
                          const double square = (s2[at] - (efron ? part * d2[at] : 0.0)) * inverse;
                          result.hessian[i * p + j] -= times * (square - mean[i] * mean[j]);
                        }
                      }
                    }
                  });
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < i; ++j) result.hessian[j * p + i] = result.hessian[i * p + j];
  }
  result.value -= std::log(product);
  if (!has_events) result.value = 0.0;
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
