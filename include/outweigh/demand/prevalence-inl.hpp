#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/detail/calendar_dates.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/demand/detail/evidence_warnings.hpp>
#include <outweigh/demand/detail/intervals.hpp>
#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/method.hpp>
#include <outweigh/demand/prevalence.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand {

namespace detail {

inline void check_options(const DemandOptions& options) {
  const auto require = [](bool is_right, std::string_view name, double value, std::string_view message) {
    if (!is_right) {
      throw core::InvalidInput(message, {.column = std::string(name), .value = std::to_string(value)});
    }
  };
  require(options.level > 0.0 && options.level < 1.0, "level", options.level, "a level must lie between 0 and 1");
  require(options.window >= 0.0 && options.window <= 36'500.0, "window", options.window,
          "the window must lie between 0 and 36500 days");
  require(options.follow_up >= 0.0 && options.follow_up <= 36'500.0, "follow_up", options.follow_up,
          "the follow-up time must lie between 0 and 36500 days");
  require(options.odds_ratio[0] > 0.0 && options.odds_ratio[0] <= options.odds_ratio[1] && options.odds_ratio[1] < 1e6,
          "odds_ratio", options.odds_ratio[0], "an odds ratio must be positive, its lower end not above its upper end");
  require(options.false_reports[0] <= options.false_reports[1] && options.false_reports[1] <= 0.2 &&
              options.false_reports[0] == options.false_reports[0] &&
              (options.false_reports[0] >= 0.0 || options.false_reports[1] < 0.0),
          "false_reports", options.false_reports[0],
          "chances of false reports must lie between 0 and 0.2, the lower end not above the upper end");
  require(options.draws >= 100 && options.draws <= 100'000, "draws", static_cast<double>(options.draws),
          "the number of draws must lie between 100 and 100000");
}

[[nodiscard]] inline double deviation_of(std::span<const double> values) {
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return values.size() < 2 ? 0.0 : std::sqrt(squares / static_cast<double>(values.size() - 1));
}

/// One need over the accounts `members` and the strata they make up.
[[nodiscard]] inline DemandRow make_row(const Evidence& evidence, const Fit& fit, const DemandOptions& options,
                                        std::size_t i, std::span<const std::uint32_t> members,
                                        std::span<const std::uint32_t> strata) {
  DemandRow row;
  row.need = graph::NeedIndex(evidence.needs[i]);
  row.accounts = members.size();
  const std::size_t accounts = evidence.accounts.size();
  double expected = 0.0;
  double revenue = 0.0;
  for (const std::uint32_t a : members) {
    const Voice voice = evidence.voice(i, a);
    row.contacted += evidence.was_contacted(i, a) ? 1U : 0U;
    row.requesting += voice == Voice::requested || voice == Voice::confirmed ? 1U : 0U;
    row.confirmed += voice == Voice::confirmed ? 1U : 0U;
    row.denied += voice == Voice::denied ? 1U : 0U;
    expected += fit.probabilities[i * accounts + a];
    revenue += fit.probabilities[i * accounts + a] * evidence.revenue[a];
  }
  const double size = static_cast<double>(members.size());
  row.prevalence.interval.level = options.level;
  row.revenue_interval.level = options.level;
  if (members.empty()) {
    row.prevalence.status = core::Status::undefined;
    row.prevalence.interval = {0.0, 1.0, options.level};
    row.reason = "no account of the base is in the segment";
    return row;
  }
  row.raw = static_cast<double>(row.requesting) / size;
  row.range = {static_cast<double>(row.confirmed) / size, 1.0 - static_cast<double>(row.denied) / size, 1.0};
  row.prevalence.value = std::clamp(expected / size, 0.0, 1.0);
  row.prevalence.status = fit.need_status.empty() ? fit.status : fit.need_status[i];
  row.reason = fit.need_reason.empty() || fit.need_reason[i].empty() ? fit.reason : fit.need_reason[i];
  const bool has_revenue = evidence.revenue_known > 0;
  if (has_revenue) row.revenue = core::Money::from_units(revenue);

  const bool is_listed = options.target == Target::listed;
  if (is_listed && row.confirmed + row.denied == members.size()) {
    row.prevalence.status = core::Status::exact;
    row.reason = "every account was asked, or its request looked into";
    row.prevalence.interval = {row.prevalence.value, row.prevalence.value, options.level};
    row.revenue_interval = {revenue, revenue, options.level};
    return row;
  }
  if (fit.draws == 0) {
    row.prevalence.interval = {is_listed ? row.range.lower : 0.0, is_listed ? row.range.upper : 1.0, options.level};
    double least = 0.0;
    double most = 0.0;
    for (const std::uint32_t a : members) {
      const Voice voice = evidence.voice(i, a);
      least += voice == Voice::confirmed ? evidence.revenue[a] : 0.0;
      most += voice == Voice::denied ? 0.0 : evidence.revenue[a];
    }
    row.revenue_interval = {least, most, options.level};
    return row;
  }
  const auto total = [&](const std::vector<double>& values) {
    std::vector<double> sum(fit.draws, 0.0);
    for (const std::uint32_t s : strata) {
      for (std::size_t d = 0; d < fit.draws; ++d) sum[d] += values[(i * evidence.strata + s) * fit.draws + d];
    }
    return sum;
  };
  if (!fit.other_counts.empty()) {
    double other = 0.0;
    for (const std::uint32_t s : strata) other += fit.other_counts[i * evidence.strata + s];
    row.other_mixture = std::clamp(other / size, 0.0, 1.0);
  }
  std::vector<double> counts = total(fit.counts);
  row.prevalence.standard_error = deviation_of(counts) / size;
  if (!is_listed) {
    row.prevalence.value = 0.0;
    for (const double count : counts) row.prevalence.value += count / size / static_cast<double>(counts.size());
    row.prevalence.value = std::clamp(row.prevalence.value, 0.0, 1.0);
  }
  const auto share = [&](std::vector<double>& draws) {
    core::Interval interval = is_listed ? count_interval_of(draws, options.level) : interval_of(draws, options.level);
    interval.lower = std::clamp(interval.lower / size, 0.0, 1.0);
    interval.upper = std::clamp(interval.upper / size, 0.0, 1.0);
    return interval;
  };
  row.prevalence.interval = share(counts);
  if (!fit.counts_lower.empty()) {
    std::vector<double> lower = total(fit.counts_lower);
    std::vector<double> upper = total(fit.counts_upper);
    row.prevalence.interval.lower = std::min(row.prevalence.interval.lower, share(lower).lower);
    row.prevalence.interval.upper = std::max(row.prevalence.interval.upper, share(upper).upper);
  }
  if (row.prevalence.status == core::Status::bounds_only) {
    row.prevalence.interval = {is_listed ? row.range.lower : 0.0, is_listed ? row.range.upper : 1.0, options.level};
  }
  const bool trusts_silence = !fit.trusts_silence.empty() && fit.trusts_silence[i] != 0;
  if (row.prevalence.status == core::Status::doubtful && !trusts_silence) {
    // Most failed checks put in doubt how silence was read, not what was heard.
    row.prevalence.interval.lower = std::min(row.prevalence.interval.lower, row.raw);
  }
  row.prevalence.interval.lower = std::min(row.prevalence.interval.lower, row.prevalence.value);
  row.prevalence.interval.upper = std::max(row.prevalence.interval.upper, row.prevalence.value);
  if (has_revenue) {
    std::vector<double> worths = total(fit.worths);
    row.revenue_interval = interval_of(worths, options.level);
    row.revenue_interval.lower = std::min(row.revenue_interval.lower, revenue);
    row.revenue_interval.upper = std::max(row.revenue_interval.upper, revenue);
  }
  if (row.contacted == 0 && row.prevalence.status == core::Status::estimated) {
    row.prevalence.status = core::Status::doubtful;
    row.reason = "no account of the segment was contacted: the figure rests on other segments";
  }
  return row;
}

/// Columns that rows over segments and over the whole base have in common.
inline void add_columns(core::Table& table, std::span<const DemandRow> rows) {
  const std::size_t n = rows.size();
  const auto integers = [&](auto member) {
    std::vector<std::int64_t> values(n);
    for (std::size_t r = 0; r < n; ++r) values[r] = static_cast<std::int64_t>(rows[r].*member);
    return core::Column::int64s(std::move(values));
  };
  const auto numbers = [&](auto value, auto is_known) {
    std::vector<double> values(n, 0.0);
    std::vector<std::uint8_t> valid(n, 0);
    for (std::size_t r = 0; r < n; ++r) {
      valid[r] = is_known(rows[r]) ? 1 : 0;
      if (valid[r] != 0) values[r] = value(rows[r]);
    }
    return core::Column::float64s(std::move(values), valid);
  };
  const auto texts = [&](auto value) {
    std::vector<std::string> values(n);
    for (std::size_t r = 0; r < n; ++r) values[r] = value(rows[r]);
    return core::Column::strings(std::span<const std::string>(values));
  };
  const auto means_something = [](const DemandRow& row) {
    return row.prevalence.status != core::Status::undefined && row.prevalence.status != core::Status::not_identified;
  };
  const auto has_accounts = [](const DemandRow& row) { return row.accounts > 0; };
  const auto has_revenue = [&](const DemandRow& row) { return row.revenue.has_value() && means_something(row); };
  table.add("accounts", integers(&DemandRow::accounts));
  table.add("contacted", integers(&DemandRow::contacted));
  table.add("requesting", integers(&DemandRow::requesting));
  table.add("confirmed", integers(&DemandRow::confirmed));
  table.add("denied", integers(&DemandRow::denied));
  table.add("raw", numbers([](const DemandRow& row) { return row.raw; }, has_accounts));
  table.add("prevalence", numbers([](const DemandRow& row) { return row.prevalence.value; }, means_something));
  table.add("lower", numbers([](const DemandRow& row) { return row.prevalence.interval.lower; }, has_accounts));
  table.add("upper", numbers([](const DemandRow& row) { return row.prevalence.interval.upper; }, has_accounts));
  table.add("level", numbers([](const DemandRow& row) { return row.prevalence.interval.level; }, has_accounts));
  table.add("standard_error", numbers([](const DemandRow& row) { return row.prevalence.standard_error; },
                                      [&](const DemandRow& row) {
                                        return means_something(row) &&
                                               row.prevalence.status != core::Status::bounds_only;
                                      }));
  table.add("status", texts([](const DemandRow& row) { return std::string(core::to_string(row.prevalence.status)); }));
  table.add("range_lower", numbers([](const DemandRow& row) { return row.range.lower; }, has_accounts));
  table.add("range_upper", numbers([](const DemandRow& row) { return row.range.upper; }, has_accounts));
  table.add("revenue", numbers([](const DemandRow& row) { return row.revenue->units(); }, has_revenue));
  table.add("revenue_lower", numbers([](const DemandRow& row) { return row.revenue_interval.lower; }, has_revenue));
  table.add("revenue_upper", numbers([](const DemandRow& row) { return row.revenue_interval.upper; }, has_revenue));
  table.add("reason", texts([](const DemandRow& row) { return row.reason; }));
}

[[nodiscard]] inline core::Column need_ids(const graph::CustomerGraph& graph, std::span<const DemandRow> rows) {
  std::vector<std::uint32_t> positions(rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) positions[r] = rows[r].need.value();
  return graph.ids(graph::NodeKind::need).column(positions);
}

}  // namespace detail

OUTWEIGH_INLINE Demand::Demand(DemandParts parts) : base_size_(parts.graph.base().size()) {
  const std::size_t needs = parts.graph.size(graph::NodeKind::need);
  const std::size_t segments = parts.graph.size(graph::NodeKind::segment);
  if (parts.rows.size() != needs * segments || parts.overall.size() != needs ||
      parts.probabilities.size() != needs * base_size_ || parts.voices.size() != needs * base_size_ ||
      parts.account_draws.size() != needs * parts.draws || parts.revenue_draws.size() != needs * parts.draws ||
      parts.stakeholders.size() != needs) {
    throw core::InvalidInput("the parts of a demand do not fit its graph");
  }
  for (const double p : parts.probabilities) {
    if (!(p >= 0.0 && p <= 1.0)) throw core::InvalidInput("a probability must lie in [0, 1]");
  }
  parts.options.control = {};
  parts_ = std::make_shared<const DemandParts>(std::move(parts));
}

OUTWEIGH_INLINE double Demand::probability(graph::NeedIndex need, graph::AccountIndex account) const {
  if (need.value() >= graph().size(graph::NodeKind::need) ||
      account.value() >= graph().size(graph::NodeKind::account)) {
    throw core::InvalidInput("there is no such need or account");
  }
  const auto base = graph().base();
  const auto found = std::lower_bound(base.begin(), base.end(), account);
  if (found == base.end() || *found != account) return 0.0;
  return probabilities(need)[static_cast<std::size_t>(found - base.begin())];
}

OUTWEIGH_INLINE core::Table Demand::to_table() const {
  core::Table table;
  std::vector<std::uint32_t> segments(rows().size());
  for (std::size_t r = 0; r < segments.size(); ++r) segments[r] = rows()[r].segment->value();
  table.add("need_id", detail::need_ids(graph(), rows()));
  table.add("segment_id", graph().ids(graph::NodeKind::segment).column(segments));
  detail::add_columns(table, rows());
  return table;
}

OUTWEIGH_INLINE core::Table Demand::overall_table() const {
  core::Table table;
  table.add("need_id", detail::need_ids(graph(), overall()));
  detail::add_columns(table, overall());
  return table;
}

OUTWEIGH_INLINE core::Table Demand::stakeholders_table() const {
  core::Table table;
  table.add("need_id", detail::need_ids(graph(), overall()));
  std::vector<std::int64_t> requests;
  std::vector<std::int64_t> accounts;
  for (const StakeholderRow& row : stakeholders()) {
    requests.push_back(static_cast<std::int64_t>(row.requests));
    accounts.push_back(static_cast<std::int64_t>(row.accounts));
  }
  table.add("requests", core::Column::int64s(std::move(requests)));
  table.add("accounts", core::Column::int64s(std::move(accounts)));
  return table;
}

OUTWEIGH_INLINE core::Table Demand::mixtures_table() const {
  std::vector<std::uint32_t> segments(rows().size());
  std::vector<double> prevalence(rows().size(), 0.0);
  std::vector<double> other(rows().size(), 0.0);
  std::vector<double> difference(rows().size(), 0.0);
  std::vector<std::uint8_t> known(rows().size(), 0);
  for (std::size_t r = 0; r < rows().size(); ++r) {
    const DemandRow& row = rows()[r];
    segments[r] = row.segment->value();
    if (!row.other_mixture) continue;
    known[r] = 1;
    prevalence[r] = row.prevalence.value;
    other[r] = *row.other_mixture;
    difference[r] = other[r] - prevalence[r];
  }
  core::Table table;
  table.add("need_id", detail::need_ids(graph(), rows()));
  table.add("segment_id", graph().ids(graph::NodeKind::segment).column(segments));
  table.add("prevalence", core::Column::float64s(std::move(prevalence), known));
  table.add("other_mixture", core::Column::float64s(std::move(other), known));
  table.add("difference", core::Column::float64s(std::move(difference), known));
  return table;
}

OUTWEIGH_INLINE core::Table Demand::labels_table() const {
  std::vector<std::uint32_t> sources;
  std::vector<std::int64_t> requests;
  std::vector<std::int64_t> labelled;
  std::vector<double> shares;
  for (const LabelRow& row : parts_->labels) {
    sources.push_back(row.source.value());
    requests.push_back(static_cast<std::int64_t>(row.requests));
    labelled.push_back(static_cast<std::int64_t>(row.labelled));
    shares.push_back(row.share());
  }
  core::Table table;
  table.add("source_id", graph().ids(graph::NodeKind::source).column(sources));
  table.add("requests", core::Column::int64s(std::move(requests)));
  table.add("labelled", core::Column::int64s(std::move(labelled)));
  table.add("share", core::Column::float64s(std::move(shares)));
  return table;
}

OUTWEIGH_INLINE bool operator==(const Demand& a, const Demand& b) {
  const DemandParts& x = *a.parts_;
  const DemandParts& y = *b.parts_;
  return a.parts_ == b.parts_ ||
         (x.rows == y.rows && x.overall == y.overall && x.probabilities == y.probabilities && x.voices == y.voices &&
          x.draws == y.draws && x.account_draws == y.account_draws && x.revenue_draws == y.revenue_draws &&
          x.stakeholders == y.stakeholders && x.labels == y.labels && x.since == y.since &&
          x.assumptions == y.assumptions && x.warnings == y.warnings && x.options.method == y.options.method &&
          x.options.target == y.options.target && x.graph == y.graph);
}

OUTWEIGH_INLINE Demand demand(const graph::CustomerGraph& graph, const DemandOptions& options) {
  detail::check_options(options);
  const Method& method = find_method(options.method);
  options.control.report("reading the evidence", 0.0);
  const Evidence evidence = collect_evidence(graph, options);
  Fit fit = method.fit(evidence, options);

  const std::size_t needs = evidence.needs.size();
  const std::size_t accounts = evidence.accounts.size();
  const std::size_t segments = evidence.segments.size();
  DemandParts parts{.graph = graph};
  parts.options = options;
  parts.rows.resize(needs * segments);
  parts.overall.resize(needs);
  parts.probabilities.resize(needs * accounts);
  parts.voices.resize(needs * accounts);
  parts.draws = std::max<std::size_t>(fit.draws, 1);
  parts.account_draws.assign(needs * parts.draws, 0.0);
  parts.revenue_draws.assign(needs * parts.draws, 0.0);
  parts.stakeholders.resize(needs);
  std::vector<std::uint32_t> everybody(accounts);
  for (std::size_t a = 0; a < accounts; ++a) everybody[a] = static_cast<std::uint32_t>(a);
  std::vector<std::uint32_t> all_strata(evidence.strata);
  for (std::size_t s = 0; s < evidence.strata; ++s) all_strata[s] = static_cast<std::uint32_t>(s);
  const auto say_when_met = [&](DemandRow& row, std::size_t i) {
    if (!(evidence.closed[i] < graph.as_of())) return;
    row.reason += "; a solution that meets it shipped on " +
                  core::detail::day_text(core::detail::day_of(evidence.closed[i])) +
                  ", and the figure is of the time before";
  };
  core::parallel_for(options.control, needs, [&](std::size_t i) {
    const std::size_t need = evidence.needs[i];
    for (std::size_t s = 0; s < segments; ++s) {
      DemandRow row = detail::make_row(evidence, fit, options, i, evidence.members[s], evidence.strata_of_segment[s]);
      say_when_met(row, i);
      row.segment = graph::SegmentIndex(evidence.segments[s]);
      parts.rows[need * segments + evidence.segments[s]] = std::move(row);
    }
    parts.overall[need] = detail::make_row(evidence, fit, options, i, everybody, all_strata);
    say_when_met(parts.overall[need], i);
    for (std::size_t a = 0; a < accounts; ++a) {
      const std::size_t slot = need * accounts + evidence.slots[a];
      parts.probabilities[slot] = std::clamp(fit.probabilities[i * accounts + a], 0.0, 1.0);
      parts.voices[slot] = evidence.voice(i, a);
      if (fit.draws == 0) {
        parts.account_draws[need] += parts.probabilities[slot];
        parts.revenue_draws[need] += parts.probabilities[slot] * evidence.revenue[a];
      }
    }
    for (std::size_t s = 0; s < evidence.strata && fit.draws > 0; ++s) {
      for (std::size_t d = 0; d < fit.draws; ++d) {
        parts.account_draws[need * fit.draws + d] += fit.counts[(i * evidence.strata + s) * fit.draws + d];
        parts.revenue_draws[need * fit.draws + d] += fit.worths[(i * evidence.strata + s) * fit.draws + d];
      }
    }
    parts.stakeholders[need] = {graph::NeedIndex(need), evidence.stakeholder_requests[i],
                                evidence.stakeholder_accounts[i]};
  });
  parts.since = evidence.since;
  parts.labels = evidence.labels;
  parts.assumptions = std::move(fit.assumptions);
  parts.warnings = std::move(fit.warnings);
  for (std::string& warning : detail::evidence_warnings(graph, evidence)) parts.warnings.push_back(std::move(warning));
  options.control.report("reading the evidence", 1.0);
  return Demand(std::move(parts));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand
