#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/journey/churn_risk.hpp>
#include <outweigh/journey/detail/churn_features.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/detail/window.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/logistic_regression.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

struct ChurnData {
  std::vector<double> rows{};  ///< NaN where unknown
  std::vector<std::uint8_t> left{};
  std::vector<std::uint32_t> account{};
  std::vector<std::int64_t> landmark{};  ///< 1 is the latest
};

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

inline void fit_churn(ChurnModel& model, const ChurnData& data, const std::vector<std::uint32_t>& rows,
                      double penalty) {
  std::vector<double> matrix;
  std::vector<std::uint8_t> outcomes;
  for (const std::uint32_t row : rows) {
    const auto values = model.standardised(&data.rows[row * churn_feature_count]);
    matrix.insert(matrix.end(), values.begin(), values.end());
    outcomes.push_back(data.left[row]);
  }
  model.fit = stats::fit_logistic_regression(matrix, model.features.size(), outcomes, penalty);
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
                             const std::vector<std::uint32_t>& fold_of, const ChurnModel& prepared) {
  constexpr std::array<double, 6> penalties{1.0, 3.0, 10.0, 30.0, 100.0, 300.0};
  double best = 30.0;
  double least = std::numeric_limits<double>::infinity();
  for (const double penalty : penalties) {
    double loss = 0.0;
    bool failed = false;
    for (std::uint32_t fold = 0; fold < 5 && !failed; ++fold) {
      std::vector<std::uint32_t> inside;
      std::vector<std::uint32_t> outside;
      for (const std::uint32_t row : rows) (fold_of[data.account[row]] == fold ? outside : inside).push_back(row);
      ChurnModel model = prepared;
      try {
        fit_churn(model, data, inside, penalty);
      } catch (const core::NotIdentified&) {
        failed = true;
        break;
      }
      for (const std::uint32_t row : outside) {
        loss += log_loss(model.fit.probability(model.standardised(&data.rows[row * churn_feature_count])),
                         data.left[row] != 0);
      }
    }
    if (!failed && loss < least) {
      least = loss;
      best = penalty;
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

inline core::Table calibration_table(const std::vector<double>& risk, const std::vector<std::uint8_t>& left,
                                     double level) {
  using Type = TableMaker::Type;
  TableMaker maker{{"fifth", Type::count}, {"accounts", Type::count},    {"expected", Type::number},
                   {"left", Type::count},  {"left_share", Type::number}, {"lower", Type::number},
                   {"upper", Type::number}};
  std::vector<std::uint32_t> order(risk.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return risk[a] < risk[b]; });
  for (std::size_t fifth = 0; fifth < 5; ++fifth) {
    const std::size_t begin = fifth * order.size() / 5;
    const std::size_t end = (fifth + 1) * order.size() / 5;
    if (begin == end) continue;
    double expected = 0.0;
    std::int64_t gone = 0;
    for (std::size_t i = begin; i < end; ++i) {
      expected += risk[order[i]];
      gone += left[order[i]];
    }
    const auto count = static_cast<double>(end - begin);
    const auto interval = stats::wilson_interval(static_cast<double>(gone), count, level);
    maker.row({fifth + 1, end - begin, expected / count, gone, static_cast<double>(gone) / count, interval.lower,
               interval.upper});
  }
  return maker.table();
}

}  // namespace detail

OUTWEIGH_INLINE NamedTables churn_risk(const graph::CustomerGraph& graph, const ChurnRiskOptions& options) {
  using Type = detail::TableMaker::Type;
  using detail::Cell;
  detail::require_days(options.horizon_days, "horizon_days");
  detail::require_days(options.window_days, "window_days");
  if (options.landmarks < 1 || options.landmarks > 60) {
    throw core::InvalidInput("there are 1 to 60 landmarks",
                             {.column = "landmarks", .value = std::to_string(options.landmarks)});
  }
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw core::InvalidInput("the level of intervals lies between 0 and 1",
                             {.column = "level", .value = std::to_string(options.level)});
  }
  const auto& accounts = graph.accounts();
  if (!accounts.started.any())
    throw core::MissingInput("the risk of leaving needs to know when accounts began",
                             {.table = "accounts", .column = "started"});
  if (accounts.ended.absent())
    throw core::MissingInput("the risk of leaving needs to know when accounts ended",
                             {.table = "accounts", .column = "ended"});
  detail::Missing missing;
  const std::vector<std::uint32_t> folds = detail::folds_of(graph, 5);
  const auto allowed = detail::known_features(graph, options.nps_question, missing);
  if (std::count(allowed.begin(), allowed.end(), true) < 2) {
    throw core::MissingInput(
        "the risk of leaving needs something that happened: tickets, events, interactions or surveys",
        {.table = "tickets"});
  }

  const auto horizon = static_cast<std::int64_t>(options.horizon_days * detail::microseconds_per_day);
  const std::int64_t as_of = graph.as_of().microseconds();
  core::Instant earliest = graph.as_of();
  for (std::size_t a = 0; a < accounts.rows; ++a) {
    if (accounts.started.has(a)) earliest = std::min(earliest, accounts.started[a]);
  }
  const auto is_customer = [&](std::size_t a) {
    using graph::AccountKind;
    const AccountKind kind = accounts.kind.value_or(a, AccountKind::customer);
    // A former customer that ended at an unknown time left, and nobody knows when.
    return kind == AccountKind::customer || (kind == AccountKind::former && accounts.ended.has(a));
  };
  detail::ChurnData data;
  for (std::int64_t k = 1; k <= options.landmarks; ++k) {
    const core::Instant now = core::Instant::from_microseconds(as_of - k * horizon);
    if (now <= earliest) break;
    const auto rows = detail::features_at(graph, now, options.window_days, options.nps_question);
    for (std::uint32_t a = 0; a < accounts.rows; ++a) {
      if (!is_customer(a) || !accounts.started.has(a) || accounts.started[a] > now) continue;
      if (accounts.ended.has(a) && accounts.ended[a] <= now) continue;
      const bool left = accounts.ended.has(a) && accounts.ended[a].microseconds() <= now.microseconds() + horizon;
      data.rows.insert(data.rows.end(), rows[a].begin(), rows[a].end());
      data.left.push_back(left ? 1 : 0);
      data.account.push_back(a);
      data.landmark.push_back(k);
    }
  }
  std::vector<std::uint32_t> all(data.left.size());
  std::iota(all.begin(), all.end(), 0U);
  const auto count_left = [&](const std::vector<std::uint32_t>& rows) {
    return std::count_if(rows.begin(), rows.end(), [&](std::uint32_t row) { return data.left[row] != 0; });
  };
  const auto gone = count_left(all);
  if (all.empty()) {
    throw core::NotIdentified("no account was a customer one horizon before as_of, so nothing says who leaves",
                              {.table = "accounts", .column = "started"});
  }
  if (gone == 0) {
    throw core::NotIdentified("no account left in the time to learn from, so nothing says who leaves",
                              {.table = "accounts", .column = "ended"});
  }
  if (static_cast<std::size_t>(gone) == all.size()) {
    throw core::NotIdentified("every account left in the time to learn from, so nothing tells them apart",
                              {.table = "accounts", .column = "ended"});
  }

  NamedTables result;
  result.assumptions = {
      "What goes with leaving goes on to do so; the features are associated with leaving and need not cause it.",
      "Unknown values count as average.", "Intervals hold the uncertainty of the coefficients, not that of the model."};
  auto status = gone < 10 ? core::Status::doubtful : core::Status::estimated;
  std::string verdict =
      gone < 10 ? "Only " + core::detail::counted(gone, "departure") + " to learn from: the risks are doubtful." : "";

  // Calibration: learn from earlier landmarks, look at the last.
  std::vector<std::uint32_t> earlier;
  std::vector<std::uint32_t> last;
  for (const std::uint32_t row : all) (data.landmark[row] == 1 ? last : earlier).push_back(row);
  core::Table calibration = detail::calibration_table({}, {}, options.level);
  const auto gone_earlier = count_left(earlier);
  if (gone_earlier == 0 || static_cast<std::size_t>(gone_earlier) == earlier.size() || last.empty()) {
    missing.add("calibration on later data", "accounts", "ended: nobody left early enough to learn from");
    if (status == core::Status::estimated) status = core::Status::doubtful;
    verdict += " The risks could not be checked on later data.";
  } else {
    auto model = detail::prepare_churn(data, earlier, allowed);
    detail::fit_churn(model, data, earlier, detail::choose_penalty(data, earlier, folds, model));
    std::vector<double> risk;
    std::vector<std::uint8_t> left;
    double expected = 0.0;
    double brier = 0.0;
    const double average = static_cast<double>(gone_earlier) / static_cast<double>(earlier.size());
    double brier_of_average = 0.0;
    for (const std::uint32_t row : last) {
      risk.push_back(model.fit.probability(model.standardised(&data.rows[row * detail::churn_feature_count])));
      left.push_back(data.left[row]);
      expected += risk.back();
      brier += (risk.back() - left.back()) * (risk.back() - left.back());
      brier_of_average += (average - left.back()) * (average - left.back());
    }
    const auto n = static_cast<double>(last.size());
    const auto later = static_cast<double>(count_left(last));
    calibration = detail::calibration_table(risk, left, options.level);
    result.figures["expected"] = expected;
    result.figures["left_later"] = later;
    result.figures["brier"] = brier / n;
    result.figures["brier_of_average"] = brier_of_average / n;
    if (const auto area = detail::area_under_curve(risk, left)) result.figures["auc"] = *area;
    const auto interval = stats::wilson_interval(later, n, 0.99);
    if (expected / n < interval.lower || expected / n > interval.upper) {
      if (status == core::Status::estimated) status = core::Status::doubtful;
      verdict += " On later data the risks were " + std::string(expected > later ? "too high." : "too low.");
    }
    if (brier >= brier_of_average) {
      if (status == core::Status::estimated) status = core::Status::doubtful;
      verdict += " On later data they were no nearer to what happened than the average risk.";
    }
  }

  auto model = detail::prepare_churn(data, all, allowed);
  const double penalty = detail::choose_penalty(data, all, folds, model);
  detail::fit_churn(model, data, all, penalty);
  const double z = stats::normal_two_sided(1.0 - options.level);
  const std::size_t width = model.features.size() + 1;
  detail::TableMaker associations{{"feature", Type::text}, {"associated", Type::text}, {"odds_ratio", Type::number},
                                  {"lower", Type::number}, {"upper", Type::number},    {"known", Type::number}};
  std::vector<std::size_t> order(model.features.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(model.fit.coefficients[a]) > std::abs(model.fit.coefficients[b]);
  });
  for (const std::size_t j : order) {
    const double coefficient = model.fit.coefficients[j];
    const double error = std::sqrt(std::max(0.0, model.fit.covariance[(j + 1) * width + j + 1]));
    const auto& feature = detail::churn_features[model.features[j]];
    associations.row({feature.name, coefficient >= 0.0 ? feature.high : feature.low, std::exp(coefficient),
                      std::exp(coefficient - z * error), std::exp(coefficient + z * error), model.known[j]});
  }

  struct Line {
    std::uint32_t account;
    double risk, lower, upper;
    std::vector<std::string> reasons;
  };
  std::vector<Line> lines;
  const auto now = detail::features_at(graph, graph.as_of(), options.window_days, options.nps_question);
  for (const graph::AccountIndex index : graph.base()) {
    const std::uint32_t a = index.value();
    const auto values = model.standardised(now[a].data());
    const double predictor = model.fit.predictor(values);
    const double error = model.fit.standard_error(values);
    const auto logistic = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    Line line{a, logistic(predictor), logistic(predictor - z * error), logistic(predictor + z * error), {}};
    std::vector<std::pair<double, std::size_t>> parts;
    for (std::size_t j = 0; j < values.size(); ++j) {
      const double part = model.fit.coefficients[j] * values[j];
      if (part > 1e-6) parts.emplace_back(part, j);
    }
    std::stable_sort(parts.begin(), parts.end(), [](const auto& x, const auto& y) { return x.first > y.first; });
    for (std::size_t i = 0; i < std::min<std::size_t>(3, parts.size()); ++i) {
      const std::size_t j = parts[i].second;
      const auto& feature = detail::churn_features[model.features[j]];
      line.reasons.push_back("associated: " + std::string(values[j] >= 0.0 ? feature.high : feature.low));
    }
    lines.push_back(std::move(line));
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.risk > b.risk; });
  std::vector<std::uint32_t> who;
  detail::TableMaker maker{{"risk", Type::number},   {"lower", Type::number},           {"upper", Type::number},
                           {"reason_1", Type::text}, {"reason_2", Type::text},          {"reason_3", Type::text},
                           {"arr", Type::number},    {"revenue_at_risk", Type::number}, {"status", Type::text}};
  for (const Line& line : lines) {
    who.push_back(line.account);
    const auto reason = [&](std::size_t i) { return i < line.reasons.size() ? Cell(line.reasons[i]) : Cell(); };
    const auto arr = accounts.arr.get(line.account);
    maker.row({line.risk, line.lower, line.upper, reason(0), reason(1), reason(2), arr,
               arr ? Cell(arr->units() * line.risk) : Cell(), status});
  }
  core::Table table;
  table.add("account_id", graph.ids(graph::NodeKind::account).column(who));
  const core::Table rest = maker.table();
  for (std::size_t i = 0; i < rest.columns(); ++i) table.add(rest.names()[i], rest.column(i));
  if (!accounts.arr.any()) missing.add("revenue at risk", "accounts", "arr");

  result.tables.emplace_back("accounts", std::move(table));
  result.tables.emplace_back("calibration", std::move(calibration));
  result.tables.emplace_back("associations", associations.table());
  result.figures["observations"] = static_cast<double>(all.size());
  result.figures["left"] = static_cast<double>(gone);
  result.figures["penalty"] = penalty;
  result.missing = missing.table();
  using core::detail::counted;
  result.summary = "Risk of leaving within " + counted(static_cast<std::int64_t>(options.horizon_days), "day") +
                   " of " + counted(lines.size(), "account") + ", learned from " + counted(gone, "departure") + "." +
                   (verdict.empty() || verdict.front() == ' ' ? verdict : " " + verdict);
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
