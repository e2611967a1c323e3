#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <outweigh/stats/cox.hpp>
#include <outweigh/stats/detail/cox_likelihood.hpp>
#include <outweigh/stats/detail/cox_predict.hpp>
#include <outweigh/stats/detail/order_by_time.hpp>
#include <outweigh/stats/maximise.hpp>
#include <outweigh/stats/symmetric.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE std::optional<double> CoxFit::standard_error(std::size_t covariate) const {
  if (covariate >= coefficients.size() || undetermined[covariate] != 0) return std::nullopt;
  return std::sqrt(covariance[covariate * coefficients.size() + covariate]);
}

namespace detail {

/// Score residuals, rows * size, in the sorted order.
inline std::vector<double> cox_residuals(const CoxData& data, std::span<const double> beta) {
  const std::size_t p = data.size;
  std::vector<double> scores;
  double shift = 0.0;
  const auto risk = cox_risks(data, beta, scores, shift);
  struct Jump {
    std::size_t from, to;
    TiedTerms terms;
    std::vector<double> at_risk, dead, mean;  ///< sums of weighted covariates over S0; the mean over the terms
  };
  std::vector<Jump> jumps;
  LogProduct unused;
  each_time<0, false>(
      data, risk,
      [&](std::size_t from, std::size_t to, const CoxSums<0>& at_risk, const CoxSums<0>& dead, std::size_t deaths) {
        Jump jump{from, to, TiedTerms(at_risk.weight, dead.weight, deaths, data.ties, unused), {}, {}, {}};
        if (deaths > 0) {
          for (std::size_t k = 0; k < p; ++k) {
            const double si = at_risk.first[k] * jump.terms.inverse;
            const double di = dead.first[k] * jump.terms.inverse;
            jump.at_risk.push_back(si);
            jump.dead.push_back(di);
            jump.mean.push_back((jump.terms.one * si - jump.terms.share * di) / static_cast<double>(deaths));
          }
        }
        jumps.push_back(std::move(jump));
      });
  std::vector<double> residuals(data.rows * p, 0.0);
  // Earliest time first within a stratum: from the back.
  double total = 0.0;
  std::vector<double> weighted(p, 0.0);
  for (std::size_t at = jumps.size(); at-- > 0;) {
    const Jump& jump = jumps[at];
    if (jump.to == data.rows || data.starts_stratum[jump.to] != 0) {
      total = 0.0;
      std::fill(weighted.begin(), weighted.end(), 0.0);
    }
    total += jump.terms.one * jump.terms.inverse;
    for (std::size_t k = 0; k < jump.mean.size(); ++k) {
      weighted[k] +=
          (jump.terms.one_square * jump.at_risk[k] - jump.terms.share_square * jump.dead[k]) * jump.terms.inverse;
    }
    for (std::size_t row = jump.from; row < jump.to; ++row) {
      const bool died = data.event[row] != 0;
      for (std::size_t k = 0; k < p; ++k) {
        const double x = data.x[row * p + k];
        double value = -risk[row] * (x * total - weighted[k]);
        if (died) {
          const double tied = jump.terms.share_square * jump.at_risk[k] - jump.terms.share_twice * jump.dead[k];
          value += x - jump.mean[k] + risk[row] * jump.terms.inverse * (x * jump.terms.share - tied);
        }
        residuals[row * p + k] = value;
      }
    }
  }
  return residuals;
}

inline std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

}  // namespace detail

OUTWEIGH_INLINE CoxFit fit_cox(const CoxColumns& columns, const CoxOptions& options, const core::RunControl& control) {
  check_survival({columns.duration, columns.event, {}});
  const std::size_t rows = columns.duration.size();
  const std::size_t size = columns.covariates.size();
  if (columns.names.size() != size) throw core::InvalidInput("each covariate needs a name");
  if (!columns.strata.empty() && columns.strata.size() != rows) {
    throw core::InvalidInput("columns differ in length", {.column = "strata"});
  }
  if (!columns.clusters.empty() && columns.clusters.size() != rows) {
    throw core::InvalidInput("columns differ in length", {.column = "clusters"});
  }
  CoxFit fit;
  fit.names = columns.names;
  fit.rows = rows;
  fit.coefficients.assign(size, 0.0);
  fit.covariance.assign(size * size, 0.0);
  fit.undetermined.assign(size, 0);
  fit.means.assign(size, 0.0);
  std::vector<double> spread(size, 0.0);
  std::vector<std::string> constant;
  const double share = 1.0 / static_cast<double>(rows);
  for (std::size_t k = 0; k < size; ++k) {
    const auto values = columns.covariates[k];
    if (values.size() != rows) throw core::InvalidInput("columns differ in length", {.column = columns.names[k]});
    double greatest = 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
      if (!std::isfinite(values[i])) {
        throw core::InvalidInput("a covariate is finite and known",
                                 {.column = columns.names[k], .row = i, .value = std::to_string(values[i])});
      }
      greatest = std::max(greatest, std::abs(values[i]));
    }
    double mean = 0.0;
    for (const double value : values) mean += value * share;
    double farthest = 0.0;
    for (const double value : values) farthest = std::max(farthest, std::abs(value - mean));
    double squares = 0.0;
    for (const double value : values) {
      const double away = farthest > 0.0 ? (value - mean) / farthest : 0.0;
      squares += away * away * share;
    }
    fit.means[k] = mean;
    spread[k] = farthest * std::sqrt(squares);
    if (farthest > 0.0 && !(spread[k] > 1e-150 && spread[k] < 1e150)) {
      throw core::InvalidInput(
          "the variance of a covariate is more, or less, than a number can hold: choose another unit",
          {.column = columns.names[k]});
    }
    if (!(spread[k] > 1e-12 * greatest)) {
      fit.undetermined[k] = 1;
      constant.push_back(columns.names[k]);
    }
  }
  detail::CoxData data;
  data.rows = rows;
  data.ties = options.ties;
  data.order = detail::order_by_time(columns.duration);
  std::reverse(data.order.begin(), data.order.end());
  if (!columns.strata.empty()) {
    std::stable_sort(data.order.begin(), data.order.end(),
                     [&](std::size_t a, std::size_t b) { return columns.strata[a] < columns.strata[b]; });
  }
  std::vector<std::size_t> used;
  for (std::size_t k = 0; k < size; ++k) {
    if (fit.undetermined[k] == 0) used.push_back(k);
  }
  const auto sort_into = [&] {
    data.size = used.size();
    data.time.resize(rows);
    data.event.resize(rows);
    data.starts_stratum.assign(rows, 0);
    data.x.resize(rows * data.size);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = data.order[i];
      data.time[i] = columns.duration[row];
      data.event[i] = columns.event[row] != 0.0 ? 1 : 0;
      data.starts_stratum[i] =
          i == 0 || (!columns.strata.empty() && columns.strata[row] != columns.strata[data.order[i - 1]]);
      for (std::size_t k = 0; k < data.size; ++k) {
        data.x[i * data.size + k] = (columns.covariates[used[k]][row] - fit.means[used[k]]) / spread[used[k]];
      }
    }
  };
  sort_into();
  for (const std::uint8_t event : data.event) fit.events += event;
  if (fit.events == 0) {
    fit.undetermined.assign(size, 1);
    fit.cause = "no event happened: all rows are censored, and nothing can be learned about the hazard";
    return fit;
  }
  // Collinear covariates: directions without variance among the standardised columns.
  std::vector<std::string> collinear;
  if (!used.empty()) {
    const std::size_t p = used.size();
    std::vector<double> correlation(p * p, 0.0);
    for (std::size_t i = 0; i < rows; ++i) {
      const double* x = data.x.data() + i * p;
      for (std::size_t a = 0; a < p; ++a) {
        for (std::size_t b = 0; b <= a; ++b) correlation[a * p + b] += x[a] * x[b] * share;
      }
    }
    for (std::size_t a = 0; a < p; ++a) {
      for (std::size_t b = 0; b < a; ++b) correlation[b * p + a] = correlation[a * p + b];
    }
    const Spectrum found = symmetric_eigen(correlation, p);
    std::vector<std::uint8_t> drop(p, 0);
    for (std::size_t k = 0; k < p && found.values[k] < 1e-9 * found.values.back(); ++k) {
      for (std::size_t i = 0; i < p; ++i) {
        if (std::abs(found.vectors[k * p + i]) > 1e-3) drop[i] = 1;
      }
    }
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < p; ++i) {
      if (drop[i] != 0) {
        fit.undetermined[used[i]] = 1;
        collinear.push_back(columns.names[used[i]]);
      } else {
        kept.push_back(used[i]);
      }
    }
    if (!collinear.empty()) {
      used = kept;
      sort_into();
    }
  }
  const std::size_t p = used.size();
  const std::vector<double> zero(p, 0.0);
  // The search begins where no covariate counts.
  std::optional<double> without;
  const Maximum best = maximise(
      [&](std::span<const double> beta) {
        control.check();
        Derivatives at = detail::cox_likelihood(data, beta);
        if (!without) without = at.value;
        return at;
      },
      zero);
  fit.null_log_likelihood = *without;
  fit.iterations = best.iterations;
  fit.log_likelihood = best.at.value;
  std::vector<double> information(p * p);
  for (std::size_t i = 0; i < p * p; ++i) information[i] = -best.at.hessian[i];
  const Spectrum found = symmetric_eigen(information, p);
  std::vector<double> inverse(p * p, 0.0);
  std::vector<std::string> separated;
  std::vector<std::string> silent;
  std::vector<std::uint8_t> loose(p, 0);
  for (std::size_t k = 0; k < p; ++k) {
    const double* vector = found.vectors.data() + k * p;
    if (found.values[k] > 1e-5) {
      for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j < p; ++j) inverse[i * p + j] += vector[i] * vector[j] / found.values[k];
      }
      continue;
    }
    for (std::size_t i = 0; i < p; ++i) {
      if (std::abs(vector[i]) > 0.1) loose[i] = 1;
    }
  }
  for (std::size_t i = 0; i < p; ++i) {
    fit.coefficients[used[i]] = best.point[i] / spread[used[i]];
    if (loose[i] == 0) continue;
    fit.undetermined[used[i]] = 1;
    // A direction in which nothing happens at all stays at 0.
    (std::abs(best.point[i]) > 1.0 ? separated : silent).push_back(columns.names[used[i]]);
  }
  detail::cox_baseline(columns, data, best.point, used, spread, fit);

  std::vector<double> covariance = inverse;
  if (options.robust && p > 0) {
    const auto scores = detail::cox_residuals(data, best.point);
    std::vector<std::vector<double>> sums;
    std::vector<std::size_t> cluster_of;
    if (!columns.clusters.empty()) {
      std::vector<std::size_t> ids(columns.clusters.begin(), columns.clusters.end());
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      cluster_of.resize(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        cluster_of[i] = static_cast<std::size_t>(
            std::lower_bound(ids.begin(), ids.end(), columns.clusters[data.order[i]]) - ids.begin());
      }
      sums.assign(ids.size(), std::vector<double>(p, 0.0));
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t k = 0; k < p; ++k) sums[cluster_of[i]][k] += scores[i * p + k];
      }
    }
    std::vector<double> meat(p * p, 0.0);
    const auto add = [&](const double* u) {
      for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j < p; ++j) meat[i * p + j] += u[i] * u[j];
      }
    };
    if (columns.clusters.empty()) {
      for (std::size_t i = 0; i < rows; ++i) add(scores.data() + i * p);
    } else {
      for (const auto& sum : sums) add(sum.data());
    }
    const auto product = [&](const std::vector<double>& a, const std::vector<double>& b) {
      std::vector<double> c(p * p, 0.0);
      for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t k = 0; k < p; ++k) {
          for (std::size_t j = 0; j < p; ++j) c[i * p + j] += a[i * p + k] * b[k * p + j];
        }
      }
      return c;
    };
    covariance = product(product(inverse, meat), inverse);
  }
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) {
      fit.covariance[used[i] * size + used[j]] = covariance[i * p + j] / (spread[used[i]] * spread[used[j]]);
    }
  }
  const auto say = [&](const std::string& text) { fit.cause += (fit.cause.empty() ? "" : "; ") + text; };
  fit.status = FitStatus::estimated;
  if (!separated.empty()) {
    fit.status = FitStatus::separated;
    say("the events are ordered perfectly by " + detail::listed(separated) + ": the coefficient grows without limit");
  }
  if (!constant.empty()) say(detail::listed(constant) + " has one value only");
  if (!collinear.empty()) say(detail::listed(collinear) + " are collinear: only a combination of them is determined");
  if (!silent.empty()) say("no event tells about " + detail::listed(silent));
  if (!constant.empty() || !collinear.empty() || !silent.empty()) fit.status = FitStatus::not_identified;
  return fit;
}

OUTWEIGH_INLINE CoxPredictions cox_relative_risk(const CoxFit& fit,
                                                 const std::vector<std::span<const double>>& covariates) {
  const detail::CoxRows rows(fit, covariates);
  CoxPredictions result;
  for (std::size_t i = 0; i < rows.scores.size(); ++i) {
    const double risk = std::exp(rows.scores[i]);
    const double variance = detail::CoxRows::spread_along(fit, [&](std::size_t k) { return rows.away[k][i]; });
    result.values.push_back(risk);
    result.standard_errors.push_back(std::min(risk * std::sqrt(variance), std::numeric_limits<double>::max()));
  }
  return result;
}

OUTWEIGH_INLINE CoxPredictions cox_survival(const CoxFit& fit, const std::vector<std::span<const double>>& covariates,
                                            double time, std::size_t stratum) {
  const detail::CoxRows rows(fit, covariates);
  if (std::isnan(time)) throw core::InvalidInput("a time is a number", {.column = "time", .value = "nan"});
  const std::size_t size = fit.names.size();
  std::optional<std::size_t> last;
  bool known = false;
  for (std::size_t at = 0; at < fit.baseline_time.size(); ++at) {
    if (fit.baseline_stratum[at] != stratum) continue;
    known = true;
    if (fit.baseline_time[at] <= time) last = at;
  }
  if (!known) {
    throw core::InvalidInput("there is no event in this stratum",
                             {.column = "stratum", .value = std::to_string(stratum)});
  }
  CoxPredictions result;
  for (std::size_t i = 0; i < rows.scores.size(); ++i) {
    if (!last) {
      result.values.push_back(1.0);
      result.standard_errors.push_back(0.0);
      continue;
    }
    const double risk = std::exp(rows.scores[i]);
    const double hazard = fit.baseline_hazard[*last];
    const double variance = fit.baseline_variance[*last] + detail::CoxRows::spread_along(fit, [&](std::size_t k) {
                              return rows.away[k][i] * hazard + fit.baseline_slope[*last * size + k];
                            });
    const double survival = std::exp(-hazard * risk);
    result.values.push_back(survival);
    // Where nobody survives there is no error left, however large that of the hazard is.
    result.standard_errors.push_back(survival > 0.0 ? std::min(1.0, survival * risk * std::sqrt(variance)) : 0.0);
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
