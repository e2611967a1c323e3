#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/journey/churn_risk.hpp>
#include <outweigh/journey/detail/churn_model.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/detail/window.hpp>
#include <outweigh/stats/distributions.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

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
  const detail::FirstRecorded recorded(graph);
  std::int64_t periods = 0;
  bool is_cut = false;
  detail::ChurnData data;
  for (std::int64_t k = 1; k <= options.landmarks; ++k) {
    const core::Instant now = core::Instant::from_microseconds(as_of - k * horizon);
    if (now <= earliest) break;
    options.control.check();
    // Times of which nothing but the tenure is known tell nothing, and are those of other accounts.
    is_cut = k > 1 && !recorded.any(now, options.window_days);
    if (is_cut) break;
    periods = k;
    auto rows = detail::features_at(graph, recorded, now, options.window_days, options.nps_question);
    std::vector<std::uint32_t> there;
    for (std::uint32_t a = 0; a < accounts.rows; ++a) {
      if (!is_customer(a) || !accounts.started.has(a) || accounts.started[a] > now) continue;
      if (accounts.ended.has(a) && accounts.ended[a] <= now) continue;
      there.push_back(a);
    }
    detail::centre_tenure(rows, there);
    for (const std::uint32_t a : there) {
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
      "Unknown values count as average; what was before the first record of a kind is unknown, not none.",
      "An interval is that of the share that leaves among accounts alike in these features; what one account does "
      "varies more, and whether leaving goes with them in the assumed way is not in it."};
  if (is_cut) {
    result.assumptions.push_back("Learned from the last " + core::detail::counted(periods, "period") +
                                 " only: before, nothing was recorded.");
  }
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
    detail::fit_churn(model, data, earlier, detail::choose_penalty(data, earlier, folds, model, options.control));
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
  const double penalty = detail::choose_penalty(data, all, folds, model, options.control);
  options.control.check();
  detail::fit_churn(model, data, all, penalty);
  options.control.check();
  // A penalty draws to the average, and its covariance takes that for knowledge: intervals are those of hardly any.
  auto loose = model;
  detail::fit_churn(loose, data, all, 1.0);
  const double z = stats::normal_two_sided(1.0 - options.level);
  // The period to come may differ as earlier ones did.
  double of_periods = 0.0;
  const auto effects = detail::period_effects(model, data);
  if (effects) {
    result.figures["spread_of_periods"] = effects->spread;
    of_periods = stats::student_t_quantile(0.5 + options.level / 2.0, static_cast<double>(periods) - 1.0) *
                 std::hypot(effects->spread, effects->error);
  } else {
    result.assumptions.emplace_back("The period to come is like the earlier ones: they are too few to tell.");
  }
  const std::size_t width = model.features.size() + 1;
  detail::TableMaker associations{{"feature", Type::text}, {"associated", Type::text}, {"odds_ratio", Type::number},
                                  {"lower", Type::number}, {"upper", Type::number},    {"known", Type::number}};
  std::vector<std::size_t> order(model.features.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(loose.fit.coefficients[a]) > std::abs(loose.fit.coefficients[b]);
  });
  for (const std::size_t j : order) {
    const double coefficient = loose.fit.coefficients[j];
    const double error = std::sqrt(std::max(0.0, loose.fit.covariance[(j + 1) * width + j + 1]));
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
  auto now = detail::features_at(graph, recorded, graph.as_of(), options.window_days, options.nps_question);
  std::vector<std::uint32_t> base;
  for (const graph::AccountIndex index : graph.base()) base.push_back(index.value());
  detail::centre_tenure(now, base);
  for (const std::uint32_t a : base) {
    const auto values = model.standardised(now[a].data());
    const double predictor = model.fit.predictor(values);
    const double half = std::hypot(z * loose.fit.standard_error(values, !effects), of_periods);
    const double middle = predictor + (effects ? effects->mean : 0.0);
    const auto logistic = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    Line line{a,
              logistic(predictor),
              logistic(std::min(predictor, middle - half)),
              logistic(std::max(predictor, middle + half)),
              {}};
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
  for (const auto& [f, place] : detail::dated_features) {
    if (allowed[f] && detail::is_never_known(data, f))
      missing.add(detail::churn_features[f].name, place, "records from earlier on: these began too late to learn from");
  }

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
