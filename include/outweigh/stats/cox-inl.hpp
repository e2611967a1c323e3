#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <outweigh/stats/cox.hpp>
#include <outweigh/stats/detail/cox_likelihood.hpp>
#include <outweigh/stats/detail/order_by_time.hpp>
#include <outweigh/stats/maximise.hpp>
#include <outweigh/stats/symmetric.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

OUTWEIGH_INLINE std::optional<double> CoxFit::standard_error(std::size_t covariate) const {
  if (covariate >= coefficients.size() || undetermined[covariate] != 0) return std::nullopt;
  return std::sqrt(covariance[covariate * coefficients.size() + covariate]);
}

namespace detail {

/// Score residuals, rows * size, in the sorted order; the jumps of the cumulative hazard go to `hazard(row, jump)`.
template <class Hazard>
std::vector<double> cox_residuals(const CoxData& data, std::span<const double> beta, const Hazard& hazard) {
  const std::size_t p = data.size;
  std::vector<double> scores;
  double shift = 0.0;
  const auto risk = cox_risks(data, beta, scores, shift);
  struct Jump {
    std::size_t from, to;
    double total;                    ///< sum of 1 / S0
    double tied;                     ///< the part that events of this time do not share
    std::vector<double> weighted;    ///< sum of mean / S0
    std::vector<double> weighted_tied;
    std::vector<double> mean;        ///< over the terms
  };
  std::vector<Jump> jumps;
  each_event_time(data, risk, [](std::size_t) {},
                  [&](std::size_t from, std::size_t to, double s0, const std::vector<double>& s1, double d0,
                      const std::vector<double>& d1, std::size_t deaths) {
    Jump jump{from, to, 0.0, 0.0, std::vector<double>(p, 0.0), std::vector<double>(p, 0.0), std::vector<double>(p, 0.0)};
    const bool efron = data.ties == Ties::efron;
    for (std::size_t l = 0; l < deaths; ++l) {
      const double part = efron ? static_cast<double>(l) / static_cast<double>(deaths) : 0.0;
      const double total = s0 - part * d0;
      jump.total += 1.0 / total;
      jump.tied += part / total;
      for (std::size_t k = 0; k < p; ++k) {
        const double mean = (s1[k] - part * d1[k]) / total;
        jump.weighted[k] += mean / total;
        jump.weighted_tied[k] += part * mean / total;
        jump.mean[k] += mean / static_cast<double>(deaths);
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
    total += jump.total;
    for (std::size_t k = 0; k < p; ++k) weighted[k] += jump.weighted[k];
    hazard(jump.from, jump.total > 0.0, total * std::exp(-shift));
    for (std::size_t row = jump.from; row < jump.to; ++row) {
      const bool died = data.event[row] != 0;
      for (std::size_t k = 0; k < p; ++k) {
        const double x = data.x[row * p + k];
        double value = -risk[row] * (x * total - weighted[k]);
        if (died) value += x - jump.mean[k] + risk[row] * (x * jump.tied - jump.weighted_tied[k]);
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
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean) * share;
    fit.means[k] = mean;
    spread[k] = std::sqrt(squares);
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
      data.starts_stratum[i] = i == 0 || (!columns.strata.empty() && columns.strata[row] != columns.strata[data.order[i - 1]]);
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
  fit.null_log_likelihood = detail::cox_likelihood(data, zero).value;
  const Maximum best = maximise(
      [&](std::span<const double> beta) {
        control.check();
        return detail::cox_likelihood(data, beta);
      },
      zero);
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
  const auto scores = detail::cox_residuals(data, best.point, [&](std::size_t row, bool jumps, double hazard) {
    if (!jumps) return;
    fit.baseline_stratum.push_back(columns.strata.empty() ? 0 : columns.strata[data.order[row]]);
    fit.baseline_time.push_back(data.time[row]);
    fit.baseline_hazard.push_back(hazard);
  });
  // They came from the last stratum to the first, ascending in time.
  std::vector<std::size_t> position(fit.baseline_time.size());
  std::iota(position.begin(), position.end(), std::size_t{0});
  std::stable_sort(position.begin(), position.end(),
                   [&](std::size_t a, std::size_t b) { return fit.baseline_stratum[a] < fit.baseline_stratum[b]; });
  const auto rearranged = [&](auto& values) {
    auto copy = values;
    for (std::size_t i = 0; i < position.size(); ++i) values[i] = copy[position[i]];
  };
  rearranged(fit.baseline_time);
  rearranged(fit.baseline_hazard);
  rearranged(fit.baseline_stratum);

  std::vector<double> covariance = inverse;
  if (options.robust && p > 0) {
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

}  // namespace outweigh::inline OUTWEIGH_ABI::stats
