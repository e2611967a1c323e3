#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include <outweigh/core/parallel.hpp>
#include <outweigh/economics/detail/with_purchase_model.hpp>
#include <outweigh/economics/purchase_covariates.hpp>

namespace outweigh::inline OUTWEIGH_ABI::economics {

namespace detail {

/// A process that covariates act on: the position of its parameter, and the sign with which they move its logarithm.
struct CovariateProcess {
  std::size_t parameter;
  double sign;
};

inline std::vector<CovariateProcess> covariate_processes(PurchaseModel model) {
  if (model == PurchaseModel::pareto_nbd) return {{1, -1.0}, {3, -1.0}};
  if (model == PurchaseModel::bg_bb) return {{0, 1.0}, {1, 1.0}, {2, 1.0}, {3, 1.0}};
  return {{1, -1.0}, {2, 1.0}, {3, 1.0}};
}

/// Customers with the same covariates.
struct AlikeCustomers {
  std::vector<double> z;
  PurchaseHistory history;
};

inline void check_covariates(const PurchaseColumns& columns, const CovariateColumns& covariates) {
  const std::size_t width = covariates.names.size();
  const std::size_t rows = columns.frequency.size();
  if (width == 0) throw core::InvalidInput("there is no covariate", {.column = "covariates"});
  if (covariates.values.size() != rows * width) {
    throw core::InvalidInput("covariates have one row a customer", {.column = covariates.names.front()});
  }
  for (std::size_t i = 0; i < covariates.values.size(); ++i) {
    if (!std::isfinite(covariates.values[i])) {
      throw core::InvalidInput(
          "a covariate is known and finite",
          {.column = covariates.names[i % width], .row = i / width, .value = number_text(covariates.values[i])});
    }
  }
}

inline std::vector<AlikeCustomers> group_by_covariates(const PurchaseColumns& columns,
                                                       const CovariateColumns& covariates,
                                                       std::span<const double> standard) {
  const std::size_t width = covariates.names.size();
  std::map<std::vector<double>, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < columns.frequency.size(); ++i) {
    if (!columns.weight.empty() && columns.weight[i] == 0.0) continue;
    const auto z = standard.subspan(i * width, width);
    groups[std::vector<double>(z.begin(), z.end())].push_back(i);
  }
  std::vector<AlikeCustomers> result;
  for (const auto& [z, rows] : groups) {
    std::array<std::vector<double>, 4> parts;
    for (const std::size_t i : rows) {
      parts[0].push_back(columns.frequency[i]);
      parts[1].push_back(columns.recency[i]);
      parts[2].push_back(columns.age[i]);
      if (!columns.weight.empty()) parts[3].push_back(columns.weight[i]);
    }
    result.push_back({z, PurchaseHistory({parts[0], parts[1], parts[2], parts[3]})});
  }
  return result;
}

/// Means and standard deviations of the columns, and which of them nothing can be told about.
struct CovariateScale {
  std::vector<double> mean, deviation;
  std::vector<std::uint8_t> dropped;
  std::string cause;
};

inline CovariateScale scale_of(const PurchaseColumns& columns, const CovariateColumns& covariates) {
  const std::size_t width = covariates.names.size();
  const std::size_t rows = columns.frequency.size();
  const auto weight = [&](std::size_t i) { return columns.weight.empty() ? 1.0 : columns.weight[i]; };
  CovariateScale scale{std::vector<double>(width), std::vector<double>(width), std::vector<std::uint8_t>(width), {}};
  double total = 0.0;
  for (std::size_t i = 0; i < rows; ++i) total += weight(i);
  std::vector<std::vector<double>> kept;
  for (std::size_t k = 0; k < width; ++k) {
    double size = 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
      scale.mean[k] += weight(i) * covariates.values[i * width + k] / total;
      size = std::max(size, std::abs(covariates.values[i * width + k]));
    }
    std::vector<double> rest(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      rest[i] = std::sqrt(weight(i) / total) * (covariates.values[i * width + k] - scale.mean[k]);
    }
    const auto norm = [&] {
      double squares = 0.0;
      for (const double value : rest) squares += value * value;
      return std::sqrt(squares);
    };
    scale.deviation[k] = norm();
    // Twice, against rounding.
    for (int pass = 0; pass < 2; ++pass) {
      for (const std::vector<double>& other : kept) {
        double along = 0.0;
        for (std::size_t i = 0; i < rows; ++i) along += rest[i] * other[i];
        for (std::size_t i = 0; i < rows; ++i) rest[i] -= along * other[i];
      }
    }
    const double left = norm();
    const bool constant = !(scale.deviation[k] > 1e-10 * size);
    if (constant || left < 1e-7 * scale.deviation[k]) {
      scale.dropped[k] = 1;
      scale.deviation[k] = 1.0;
      scale.cause += (scale.cause.empty() ? "" : "; ") + covariates.names[k] +
                     (constant ? " is the same for all customers" : " follows from the covariates before it");
      continue;
    }
    for (double& value : rest) value /= left;
    kept.push_back(std::move(rest));
  }
  return scale;
}

/// Sums a four-parameter likelihood over groups whose parameters are shifted: the chain rule is linear in logarithms.
inline stats::SmoothFunction covariate_likelihood(const std::vector<AlikeCustomers>& groups, PurchaseModel model,
                                                  const std::vector<CovariateProcess>& processes, double unit,
                                                  const core::RunControl& control, const core::RunControl& alone) {
  std::vector<JetFunction> likelihoods;
  for (const AlikeCustomers& group : groups) likelihoods.push_back(likelihood_of(model, group.history, unit, alone));
  return [&groups, &processes, &control, likelihoods = std::move(likelihoods)](std::span<const double> point) {
    const std::size_t size = point.size();
    constexpr std::size_t block = 256;
    const std::size_t blocks = core::block_count(groups.size(), block);
    std::vector<stats::Derivatives> parts(blocks);
    const auto task = [&](std::size_t b) {
      stats::Derivatives sum{0.0, std::vector<double>(size), std::vector<double>(size * size)};
      // Position in the point, parameter that it moves, by how much.
      std::vector<std::pair<std::size_t, double>> moves = {{0, 1.0}, {1, 1.0}, {2, 1.0}, {3, 1.0}};
      moves.resize(size);
      std::array<double, 16> curvature{};
      const std::size_t end = std::min(groups.size(), (b + 1) * block);
      for (std::size_t g = b * block; g < end; ++g) {
        std::array<double, 4> shifted = {point[0], point[1], point[2], point[3]};
        std::size_t next = 4;
        for (const CovariateProcess& process : processes) {
          for (const double value : groups[g].z) {
            const double factor = process.sign * value;
            shifted[process.parameter] += factor * point[next];
            moves[next++] = {process.parameter, factor};
          }
        }
        const stats::Jet<4> own = likelihoods[g](shifted);
        sum.value += own.value;
        for (std::size_t i = 0, at = 0; i < 4; ++i) {
          for (std::size_t j = 0; j <= i; ++j, ++at) curvature[i * 4 + j] = curvature[j * 4 + i] = own.hessian[at];
        }
        // The lower triangle; the upper one is filled in at the end.
        for (std::size_t i = 0; i < size; ++i) {
          const auto [p, by] = moves[i];
          if (by == 0.0) continue;
          sum.gradient[i] += by * own.gradient[p];
          for (std::size_t j = 0; j <= i; ++j) {
            sum.hessian[i * size + j] += by * moves[j].second * curvature[p * 4 + moves[j].first];
          }
        }
      }
      parts[b] = std::move(sum);
    };
    core::parallel_for(control, blocks, task);
    stats::Derivatives total = std::move(parts.front());
    for (std::size_t b = 1; b < blocks; ++b) {
      total.value += parts[b].value;
      for (std::size_t i = 0; i < size; ++i) total.gradient[i] += parts[b].gradient[i];
      for (std::size_t i = 0; i < size * size; ++i) total.hessian[i] += parts[b].hessian[i];
    }
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < i; ++j) total.hessian[j * size + i] = total.hessian[i * size + j];
    }
    return total;
  };
}

/// Log parameters = matrix * (log parameters in standard units); rows of the matrix, size * size.
inline void transform_logs(ModelFit& fit, const std::vector<double>& matrix) {
  const std::size_t size = fit.size();
  std::vector<double> logs(size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) logs[i] += matrix[i * size + j] * std::log(fit.parameters[j]);
  }
  std::vector<double> half(size * size);
  std::vector<double> covariance(size * size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t k = 0; k < size; ++k)
        half[i * size + j] += matrix[i * size + k] * fit.log_covariance[k * size + j];
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t k = 0; k < size; ++k) covariance[i * size + j] += half[i * size + k] * matrix[j * size + k];
    }
  }
  for (std::size_t i = 0; i < size; ++i) fit.parameters[i] = std::exp(std::clamp(logs[i], -700.0, 700.0));
  fit.log_covariance = std::move(covariance);
}

}  // namespace detail

OUTWEIGH_INLINE ModelFit fit_with_covariates(const PurchaseColumns& columns, const CovariateColumns& covariates,
                                             PurchaseModel model, const core::RunControl& control) {
  const PurchaseHistory whole(columns);
  detail::check_covariates(columns, covariates);
  const auto scale = detail::scale_of(columns, covariates);
  const std::size_t width = covariates.names.size();
  std::vector<std::size_t> used;
  for (std::size_t k = 0; k < width; ++k) {
    if (scale.dropped[k] == 0) used.push_back(k);
  }
  const ModelFit simple = detail::fit_one(model, whole, control);
  const auto processes = detail::covariate_processes(model);
  ModelFit part = simple;
  if (!used.empty() && simple.status != FitStatus::not_identified) {
    std::vector<double> standard(columns.frequency.size() * used.size());
    CovariateColumns chosen;
    for (const std::size_t k : used) chosen.names.push_back(covariates.names[k]);
    for (std::size_t i = 0; i < columns.frequency.size(); ++i) {
      for (std::size_t k = 0; k < used.size(); ++k) {
        standard[i * used.size() + k] =
            (covariates.values[i * width + used[k]] - scale.mean[used[k]]) / scale.deviation[used[k]];
      }
    }
    const auto groups = detail::group_by_covariates(columns, chosen, standard);
    const double unit = detail::unit_of(model, whole);
    std::vector<std::string> names;
    for (const auto& process : processes) {
      for (const std::size_t k : used) names.push_back(simple.names[process.parameter] + ":" + covariates.names[k]);
    }
    auto limits = detail::limits_of(model);
    for (const std::string& name : names) {
      limits.push_back(
          {name.c_str(), 1e-8, 1e8, "the covariate separates customers", "the covariate separates customers"});
    }
    std::vector<double> start;
    for (std::size_t i = 0; i < 4; ++i) {
      const double value = simple.parameters[i] / (detail::is_time(model, i) ? unit : 1.0);
      start.push_back(std::log(std::clamp(value, 1e-3, 1e3)));
    }
    start.resize(limits.size(), 0.0);
    const core::RunControl alone;
    part =
        detail::fit_logs(limits, detail::covariate_likelihood(groups, model, processes, unit, control, alone), {start});
    for (std::size_t i = 0; i < 4; ++i) part.parameters[i] *= detail::is_time(model, i) ? unit : 1.0;
    part.log_likelihood -= whole.repeat_purchases() * std::log(unit);
    // Back to the covariates' own units and to z = 0.
    const std::size_t size = part.size();
    std::vector<double> matrix(size * size);
    for (std::size_t i = 0; i < 4; ++i) matrix[i * size + i] = 1.0;
    for (std::size_t p = 0; p < processes.size(); ++p) {
      for (std::size_t k = 0; k < used.size(); ++k) {
        const std::size_t at = 4 + p * used.size() + k;
        matrix[at * size + at] = 1.0 / scale.deviation[used[k]];
        matrix[processes[p].parameter * size + at] =
            -processes[p].sign * scale.mean[used[k]] / scale.deviation[used[k]];
        if (part.undetermined[at] != 0) part.undetermined[processes[p].parameter] = 1;
      }
    }
    detail::transform_logs(part, matrix);
  }
  // Covariates that tell nothing stand there with the factor 1.
  ModelFit fit = part;
  const std::size_t size = 4 + processes.size() * width;
  std::vector<std::size_t> place = {0, 1, 2, 3};
  fit.names.assign(simple.names.begin(), simple.names.end());
  fit.parameters.assign(part.parameters.begin(), part.parameters.begin() + 4);
  fit.undetermined.assign(part.undetermined.begin(), part.undetermined.begin() + 4);
  fit.log_covariance.assign(size * size, 0.0);
  for (std::size_t p = 0; p < processes.size(); ++p) {
    std::size_t next = 4 + p * used.size();
    for (std::size_t k = 0; k < width; ++k) {
      fit.names.push_back(simple.names[processes[p].parameter] + ":" + covariates.names[k]);
      const bool known = scale.dropped[k] == 0 && next < part.size();
      fit.parameters.push_back(known ? part.parameters[next] : 1.0);
      fit.undetermined.push_back(known ? part.undetermined[next] : 1);
      if (known) place.push_back(fit.parameters.size() - 1);
      if (scale.dropped[k] == 0) ++next;
    }
  }
  for (std::size_t i = 0; i < place.size(); ++i) {
    for (std::size_t j = 0; j < place.size(); ++j) {
      fit.log_covariance[place[i] * size + place[j]] = part.log_covariance[i * part.size() + j];
    }
  }
  fit.customers = simple.customers;
  fit.distinct_rows = simple.distinct_rows;
  if (!scale.cause.empty()) fit.cause += (fit.cause.empty() ? "" : "; ") + scale.cause;
  if (!scale.cause.empty() && fit.status == FitStatus::estimated) fit.status = FitStatus::boundary;
  return fit;
}

OUTWEIGH_INLINE ModelFit at_covariates(const ModelFit& joint, PurchaseModel model, std::span<const double> z) {
  joint.require_identified();
  const auto processes = detail::covariate_processes(model);
  if (joint.size() != 4 + processes.size() * z.size()) {
    throw core::InvalidInput("the model has " + std::to_string((joint.size() - 4) / processes.size()) + " covariates",
                             {.column = "covariates", .value = std::to_string(z.size())});
  }
  for (std::size_t k = 0; k < z.size(); ++k) {
    if (!std::isfinite(z[k]))
      throw core::InvalidInput("a covariate is known and finite",
                               {.column = joint.names[4 + k].substr(joint.names[4 + k].find(':') + 1)});
  }
  const std::size_t size = joint.size();
  std::vector<double> matrix(4 * size);
  for (std::size_t i = 0; i < 4; ++i) matrix[i * size + i] = 1.0;
  for (std::size_t p = 0; p < processes.size(); ++p) {
    for (std::size_t k = 0; k < z.size(); ++k) {
      matrix[processes[p].parameter * size + 4 + p * z.size() + k] = processes[p].sign * z[k];
    }
  }
  ModelFit fit = joint;
  fit.names.resize(4);
  fit.parameters.assign(4, 0.0);
  fit.undetermined.resize(4);
  fit.log_covariance.assign(16, 0.0);
  for (std::size_t i = 0; i < 4; ++i) {
    double log_parameter = 0.0;
    for (std::size_t j = 0; j < size; ++j) log_parameter += matrix[i * size + j] * std::log(joint.parameters[j]);
    fit.parameters[i] = std::exp(std::clamp(log_parameter, -700.0, 700.0));
    for (std::size_t j = 0; j < 4; ++j) {
      for (std::size_t k = 0; k < size; ++k) {
        for (std::size_t l = 0; l < size; ++l) {
          fit.log_covariance[i * 4 + j] +=
              matrix[i * size + k] * joint.log_covariance[k * size + l] * matrix[j * size + l];
        }
      }
    }
  }
  return fit;
}

OUTWEIGH_INLINE Predictions predict_with_covariates(const ModelFit& joint, PurchaseModel model,
                                                    std::span<const double> values, std::span<const double> horizon,
                                                    const PurchaseColumns& rows, const PredictAlike& predict,
                                                    const core::RunControl& control) {
  joint.require_identified();
  check_purchases(rows);
  const std::size_t count = rows.frequency.size();
  const std::size_t processes = detail::covariate_processes(model).size();
  const std::size_t width = joint.size() < 4 ? 0 : (joint.size() - 4) / processes;
  if (values.size() != count * width || width == 0) {
    throw core::InvalidInput("covariates have one row a customer", {.column = "covariates"});
  }
  if (!horizon.empty()) detail::check_horizon(horizon, count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      const std::string& name = joint.names[4 + i % width];
      throw core::InvalidInput(
          "a covariate is known and finite",
          {.column = name.substr(name.find(':') + 1), .row = i / width, .value = detail::number_text(values[i])});
    }
  }
  const auto z = [&](std::size_t row) { return values.subspan(row * width, width); };
  std::vector<std::uint32_t> order(count);
  for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto [at_a, at_b] = std::mismatch(z(a).begin(), z(a).end(), z(b).begin());
    return at_a == z(a).end() ? a < b : *at_a < *at_b;
  });
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == 0 || !std::equal(z(order[i]).begin(), z(order[i]).end(), z(order[i - 1]).begin())) starts.push_back(i);
  }
  starts.push_back(count);
  Predictions result;
  result.values.resize(count);
  result.standard_errors.resize(count);
  std::atomic<bool> with_errors = false;
  constexpr std::size_t block = 64;
  const std::size_t groups = starts.size() - 1;
  core::parallel_for(control, core::block_count(groups, block), [&](std::size_t b) {
    core::RunControl alone;
    alone.threads = 1;
    std::array<std::vector<double>, 4> own;
    const std::size_t end = std::min(groups, (b + 1) * block);
    for (std::size_t g = b * block; g < end; ++g) {
      for (auto& column : own) column.clear();
      for (std::size_t i = starts[g]; i < starts[g + 1]; ++i) {
        const std::size_t row = order[i];
        own[0].push_back(rows.frequency[row]);
        own[1].push_back(rows.recency[row]);
        own[2].push_back(rows.age[row]);
        if (!horizon.empty()) own[3].push_back(detail::horizon_at(horizon, row));
      }
      const ModelFit fit = at_covariates(joint, model, z(order[starts[g]]));
      const Predictions part = predict(fit, own[3], {own[0], own[1], own[2]}, alone);
      for (std::size_t i = starts[g]; i < starts[g + 1]; ++i) {
        result.values[order[i]] = part.values[i - starts[g]];
        if (part.standard_errors.empty()) continue;
        result.standard_errors[order[i]] = part.standard_errors[i - starts[g]];
        with_errors = true;
      }
    }
  });
  if (!with_errors) result.standard_errors.clear();
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::economics
