// What predictions of Cox's model are made of: the baseline hazard with its errors, and rows held against the fit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/stats/cox.hpp>
#include <outweigh/stats/detail/cox_likelihood.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats::detail {

/// The baseline, with what the errors of predictions need, in the units of the columns.
inline void cox_baseline(const CoxColumns& columns, const CoxData& data, std::span<const double> beta,
                         std::span<const std::size_t> used, std::span<const double> spread, CoxFit& fit) {
  const std::size_t p = data.size;
  std::vector<double> scores;
  double shift = 0.0;
  const auto risk = cox_risks(data, beta, scores, shift);
  struct Jump {
    std::size_t row = 0;
    double hazard = 0.0, variance = 0.0;
    std::vector<double> mean{};  ///< sum over the terms of the mean covariates times the jump of the hazard
  };
  std::vector<Jump> jumps;
  LogProduct unused;
  each_time<0, false>(
      data, risk,
      [&](std::size_t from, std::size_t, const CoxSums<0>& at_risk, const CoxSums<0>& dead, std::size_t deaths) {
        if (deaths == 0) return;
        const TiedTerms terms(at_risk.weight, dead.weight, deaths, data.ties, unused);
        Jump jump{from, terms.one * terms.inverse, terms.one_square * terms.inverse * terms.inverse};
        for (std::size_t k = 0; k < p; ++k) {
          jump.mean.push_back((terms.one_square * at_risk.first[k] - terms.share_square * dead.first[k]) *
                              terms.inverse * terms.inverse);
        }
        jumps.push_back(std::move(jump));
      });
  // They came from the first stratum to the last, descending in time.
  const auto stratum_of = [&](std::size_t at) {
    return columns.strata.empty() ? std::size_t{0} : columns.strata[data.order[jumps[at].row]];
  };
  const double unshifted = std::exp(-shift);
  const std::size_t size = fit.names.size();
  std::vector<double> slope(size);
  for (std::size_t end = 0; end < jumps.size();) {
    const std::size_t begin = end;
    while (end < jumps.size() && stratum_of(end) == stratum_of(begin)) ++end;
    double hazard = 0.0;
    double variance = 0.0;
    std::fill(slope.begin(), slope.end(), 0.0);
    for (std::size_t at = end; at-- > begin;) {
      hazard += jumps[at].hazard * unshifted;
      variance += jumps[at].variance * unshifted * unshifted;
      for (std::size_t k = 0; k < p; ++k) slope[used[k]] -= jumps[at].mean[k] * unshifted * spread[used[k]];
      fit.baseline_stratum.push_back(stratum_of(at));
      fit.baseline_time.push_back(data.time[jumps[at].row]);
      fit.baseline_hazard.push_back(hazard);
      fit.baseline_variance.push_back(variance);
      fit.baseline_slope.insert(fit.baseline_slope.end(), slope.begin(), slope.end());
    }
  }
}

/// x - means by row, checked, and the score of each row.
struct CoxRows {
  std::vector<std::vector<double>> away;
  std::vector<double> scores;

  CoxRows(const CoxFit& fit, const std::vector<std::span<const double>>& covariates) {
    if (fit.events == 0) throw core::NotIdentified(fit.cause);
    if (covariates.size() != fit.names.size()) throw core::InvalidInput("each covariate of the fit has a column");
    const std::size_t rows = covariates.empty() ? 1 : covariates.front().size();
    scores.assign(rows, 0.0);
    for (std::size_t k = 0; k < covariates.size(); ++k) {
      if (covariates[k].size() != rows) {
        throw core::InvalidInput("columns differ in length", {.column = fit.names[k]});
      }
      away.emplace_back(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        if (!std::isfinite(covariates[k][i])) {
          throw core::InvalidInput("a covariate is finite and known",
                                   {.column = fit.names[k], .row = i, .value = std::to_string(covariates[k][i])});
        }
        away[k][i] = covariates[k][i] - fit.means[k];
        scores[i] += fit.coefficients[k] * away[k][i];
      }
    }
    // Beyond this the hazard says no more, and it must stay a number.
    for (double& score : scores) score = std::clamp(score, -700.0, 700.0);
  }

  /// vector' covariance vector for the vector `part(k)`.
  template <class Part>
  static double spread_along(const CoxFit& fit, const Part& part) {
    const std::size_t size = fit.names.size();
    double sum = 0.0;
    for (std::size_t k = 0; k < size; ++k) {
      for (std::size_t l = 0; l < size; ++l) sum += part(k) * fit.covariance[k * size + l] * part(l);
    }
    return std::max(sum, 0.0);
  }
};

}  // namespace outweigh::inline OUTWEIGH_ABI::stats::detail
