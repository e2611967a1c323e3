// What is learned of leaving from accounts at earlier times: a penalised logistic regression on standardised features.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include <outweigh/core/parallel.hpp>
#include <outweigh/journey/detail/churn_features.hpp>
#include <outweigh/stats/logistic_regression.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

struct ChurnData {
  std::vector<double> rows{};  ///< NaN where unknown
  std::vector<std::uint8_t> left{};
  std::vector<std::uint32_t> account{};
  std::vector<std::int64_t> landmark{};  ///< 1 is the latest
};

/// Tenure counts against that of the others at the time: all grow older together, so that it would take what periods
/// have in common for its own.
inline void centre_tenure(std::vector<ChurnRow>& rows, const std::vector<std::uint32_t>& accounts) {
  constexpr std::size_t tenure = churn_feature_count - 1;
  double sum = 0.0;
  double count = 0.0;
  for (const std::uint32_t a : accounts) {
    if (!std::isfinite(rows[a][tenure])) continue;
    sum += rows[a][tenure];
    count += 1.0;
  }
  for (const std::uint32_t a : accounts) rows[a][tenure] -= count > 0.0 ? sum / count : 0.0;
}

/// Standardised features that vary, and a model on them.
struct ChurnModel {
  std::vector<std::size_t> features{};
  std::vector<double> mean{}, deviation{}, known{};
  stats::LogisticRegression fit{};

  [[nodiscard]] std::vector<double> standardised(const double* row) const {
    std::vector<double> out;
    for (std::size_t j = 0; j < features.size(); ++j) {
      const double value = row[features[j]];
      out.push_back(std::isfinite(value) ? (value - mean[j]) / deviation[j] : 0.0);
    }
    return out;
  }
};

inline ChurnModel prepare_churn(const ChurnData& data, const std::vector<std::uint32_t>& rows,
                                const std::array<bool, churn_feature_count>& allowed) {
  ChurnModel model;
  for (std::size_t f = 0; f < churn_feature_count; ++f) {
    if (!allowed[f]) continue;
    double sum = 0.0;
    double count = 0.0;
    for (const std::uint32_t row : rows) {
      const double value = data.rows[row * churn_feature_count + f];
      if (std::isfinite(value)) {
        sum += value;
        count += 1.0;
      }
    }
    if (count < 2.0) continue;
    const double mean = sum / count;
    double squares = 0.0;
    for (const std::uint32_t row : rows) {
      const double value = data.rows[row * churn_feature_count + f];
      if (std::isfinite(value)) squares += (value - mean) * (value - mean);
    }
    const double deviation = std::sqrt(squares / count);
    if (!(deviation > 1e-9)) continue;
    model.features.push_back(f);
    model.mean.push_back(mean);
    model.deviation.push_back(deviation);
    model.known.push_back(count / static_cast<double>(rows.size()));
  }
  return model;
}

inline bool is_never_known(const ChurnData& data, std::size_t feature) {
  for (std::size_t row = 0; row < data.left.size(); ++row) {
    if (std::isfinite(data.rows[row * churn_feature_count + feature])) return false;
  }
  return true;
}

/// Standardised rows, one after the other, and who left.
struct ChurnMatrix {
  std::vector<double> values{};
  std::vector<std::uint8_t> left{};

  ChurnMatrix(const ChurnModel& model, const ChurnData& data, const std::vector<std::uint32_t>& rows) {
    values.reserve(rows.size() * model.features.size());
    left.reserve(rows.size());
    for (const std::uint32_t row : rows) {
      const auto own = model.standardised(&data.rows[row * churn_feature_count]);
      values.insert(values.end(), own.begin(), own.end());
      left.push_back(data.left[row]);
    }
  }
};

inline void fit_churn(ChurnModel& model, const ChurnData& data, const std::vector<std::uint32_t>& rows,
                      double penalty) {
  const ChurnMatrix matrix(model, data, rows);
  model.fit = stats::fit_logistic_regression(matrix.values, model.features.size(), matrix.left, penalty);
}

inline double log_loss(double probability, bool left) {
  const double p = std::clamp(probability, 1e-12, 1.0 - 1e-12);
  return left ? -std::log(p) : -std::log1p(-p);
}

/// Folds follow ids, not rows (FNV-1a, 32 bits).
[[nodiscard]] inline std::vector<std::uint32_t> folds_of(const graph::CustomerGraph& graph, std::uint32_t folds) {
  std::vector<std::uint32_t> result(graph.size(graph::NodeKind::account));
  for (std::size_t a = 0; a < result.size(); ++a) {
    std::uint32_t hash = 2166136261U;
    for (const char c : graph.ids(graph::NodeKind::account).text(a)) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    result[a] = hash % folds;
  }
  return result;
}

/// The penalty of least loss over five folds of accounts; a strong one where folds have nobody who left.
inline double choose_penalty(const ChurnData& data, const std::vector<std::uint32_t>& rows,
                             const std::vector<std::uint32_t>& fold_of, const ChurnModel& prepared,
                             const core::RunControl& control) {
  constexpr std::array<double, 6> penalties{1.0, 3.0, 10.0, 30.0, 100.0, 300.0};
  constexpr std::size_t folds = 5;
  const std::size_t columns = prepared.features.size();
  const ChurnMatrix matrix(prepared, data, rows);
  std::array<std::vector<double>, folds> inside;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    for (const std::uint32_t row : rows) inside[fold].push_back(fold_of[data.account[row]] == fold ? 0.0 : 1.0);
  }
  std::vector<std::optional<double>> losses(penalties.size() * folds);
  core::parallel_for(control, losses.size(), [&](std::size_t task) {
    const std::vector<double>& weights = inside[task % folds];
    stats::LogisticRegression fit;
    try {
      fit = stats::fit_logistic_regression(matrix.values, columns, matrix.left, penalties[task / folds], weights);
    } catch (const core::NotIdentified&) {
      return;
    }
    double loss = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (weights[i] == 0.0)
        loss += log_loss(fit.probability({matrix.values.data() + i * columns, columns}), matrix.left[i] != 0);
    }
    losses[task] = loss;
  });
  double best = 30.0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t p = 0; p < penalties.size(); ++p) {
    double loss = 0.0;
    for (std::size_t fold = 0; fold < folds; ++fold)
      loss += losses[p * folds + fold].value_or(std::numeric_limits<double>::infinity());
    if (loss < least) {
      least = loss;
      best = penalties[p];
    }
  }
  return best;
}

/// Area under the ROC curve: chance that one who left had the higher risk, ties half. Nothing where all are alike.
inline std::optional<double> area_under_curve(const std::vector<double>& risk, const std::vector<std::uint8_t>& left) {
  std::vector<std::uint32_t> order(risk.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return risk[a] < risk[b]; });
  double ranks = 0.0;
  double positive = 0.0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && risk[order[j]] == risk[order[i]]) ++j;
    const double rank = 0.5 * static_cast<double>(i + j + 1);
    for (; i < j; ++i) {
      if (left[order[i]] == 0) continue;
      ranks += rank;
      positive += 1.0;
    }
  }
  const double negative = static_cast<double>(risk.size()) - positive;
  if (!(positive > 0.0) || !(negative > 0.0)) return std::nullopt;
  return (ranks - positive * (positive + 1.0) / 2.0) / (positive * negative);
}

/// How the log odds of leaving differ between landmarks after the model.
struct PeriodEffects {
  double mean = 0.0;    ///< against the intercept of the model, which counts landmarks by who left
  double spread = 0.0;  ///< standard deviation between landmarks beyond chance
  double error = 0.0;   ///< standard error of `mean`
};

/// An intercept for each landmark, its bias of first order removed (Firth 1993, doi:10.1093/biomet/80.1.27), and their
/// mean and spread beyond their own errors (Hedges 1983, doi:10.1037/0033-2909.93.2.388). Nothing with fewer than three
/// landmarks.
inline std::optional<PeriodEffects> period_effects(const ChurnModel& model, const ChurnData& data) {
  std::map<std::int64_t, std::vector<std::uint32_t>> landmarks;
  std::vector<double> predictor(data.left.size());
  for (std::uint32_t row = 0; row < data.left.size(); ++row) {
    predictor[row] = model.fit.predictor(model.standardised(&data.rows[row * churn_feature_count]));
    landmarks[data.landmark[row]].push_back(row);
  }
  if (landmarks.size() < 3) return std::nullopt;
  std::vector<double> effects;
  std::vector<double> variances;
  for (const auto& [landmark, rows] : landmarks) {
    double low = -40.0;
    double high = 40.0;
    double information = 0.0;
    for (int step = 0; step < 60; ++step) {
      const double effect = 0.5 * (low + high);
      double beyond = 0.0;
      double skew = 0.0;
      information = 0.0;
      for (const std::uint32_t row : rows) {
        const double risk = 1.0 / (1.0 + std::exp(-predictor[row] - effect));
        beyond += data.left[row] - risk;
        information += risk * (1.0 - risk);
        skew += risk * (1.0 - risk) * (0.5 - risk);
      }
      const bool up = beyond * information + skew > 0.0;
      (up ? low : high) = effect;
    }
    if (!(information > 1e-9)) continue;
    effects.push_back(0.5 * (low + high));
    variances.push_back(1.0 / information);
  }
  const auto count = static_cast<double>(effects.size());
  if (count < 3.0) return std::nullopt;
  // All alike: weights of their precision would count landmarks by how many left.
  PeriodEffects result;
  double chance = 0.0;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    result.mean += effects[i] / count;
    chance += variances[i] / count;
  }
  double squares = 0.0;
  for (const double effect : effects) squares += (effect - result.mean) * (effect - result.mean) / (count - 1.0);
  result.spread = std::sqrt(std::max(0.0, squares - chance));
  result.error = std::sqrt(std::max(squares, chance) / count);
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
