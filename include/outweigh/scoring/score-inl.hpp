#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/solution_status.hpp>
#include <outweigh/scoring/detail/worth.hpp>
#include <outweigh/scoring/score.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

namespace detail {

/// Needs that each solution covers, ascending, with the greater of two shares.
inline void read_covers(ScoresParts& parts) {
  const graph::CustomerGraph& graph = parts.demand.graph();
  const graph::Covers& covers = graph.covers();
  const std::size_t solutions = graph.size(graph::NodeKind::solution);
  std::vector<std::vector<CoveredNeed>> lists(solutions);
  for (std::size_t row = 0; row < covers.rows; ++row) {
    lists[covers.solution[row].value()].push_back({covers.need[row], covers.share.value_or(row, 1.0), 0.0});
  }
  parts.covered_offsets.assign(1, 0);
  for (std::vector<CoveredNeed>& list : lists) {
    std::sort(list.begin(), list.end(), [](const CoveredNeed& a, const CoveredNeed& b) {
      return a.need != b.need ? a.need < b.need : a.share > b.share;
    });
    list.erase(std::unique(list.begin(), list.end(),
                           [](const CoveredNeed& a, const CoveredNeed& b) { return a.need == b.need; }),
               list.end());
    for (CoveredNeed& covered : list) {
      covered.value = covered.share * parts.needs[covered.need.value()].value;
      parts.covered.push_back(covered);
    }
    parts.covered_offsets.push_back(parts.covered.size());
  }
}

/// By need: is it met by a solution that has shipped?
[[nodiscard]] inline std::vector<std::uint8_t> met_needs(const ScoresParts& parts) {
  const graph::CustomerGraph& graph = parts.demand.graph();
  std::vector<std::uint8_t> met(graph.size(graph::NodeKind::need), 0);
  for (std::size_t s = 0; s + 1 < parts.covered_offsets.size(); ++s) {
    if (graph::status_of(graph, s) != graph::SolutionStatus::shipped) continue;
    for (std::size_t c = parts.covered_offsets[s]; c < parts.covered_offsets[s + 1]; ++c) {
      if (parts.covered[c].share >= 1.0) met[parts.covered[c].need.value()] = 1;
    }
  }
  return met;
}

/// Mean urgency of the requests for each need; 0 where none states one.
[[nodiscard]] inline std::vector<double> urgencies(const graph::CustomerGraph& graph) {
  std::vector<double> result(graph.size(graph::NodeKind::need), 0.0);
  const graph::Requests& requests = graph.requests();
  const graph::Relation& of_need = graph.relation(graph::RelationKind::request_need);
  for (std::size_t need = 0; need < std::min(result.size(), of_need.to_size()); ++need) {
    std::vector<double> stated;
    for (const std::uint32_t request : of_need.in(need)) {
      if (requests.urgency.has(request) && graph.in_base(requests.account[request]) &&
          requests.at[request] <= graph.as_of()) {
        stated.push_back(requests.urgency[request]);
      }
    }
    if (!stated.empty()) result[need] = exact_sum(stated) / static_cast<double>(stated.size());
  }
  return result;
}

/// Scores without one covered need at a time, all else as it was.
[[nodiscard]] inline std::vector<double> removal_effects(const ScoresParts& parts, const AnyScorer& scorer,
                                                         const ScoringInput& input,
                                                         std::span<const std::uint32_t> ranked,
                                                         std::span<const double> scores) {
  const graph::CustomerGraph& graph = parts.demand.graph();
  std::vector<double> effects(parts.covered.size(), 0.0);
  std::array<std::vector<double>, 8> columns;
  const std::array<std::span<const double>, 8> before{input.value,      input.value_lower, input.value_upper,
                                                      input.confidence, input.risk_value,  input.needs,
                                                      input.accounts,   input.revenue};
  for (std::size_t c = 0; c < columns.size(); ++c) columns[c].assign(before[c].begin(), before[c].end());
  ScoringInput changed = input;
  changed.value = columns[0];
  changed.value_lower = columns[1];
  changed.value_upper = columns[2];
  changed.confidence = columns[3];
  changed.risk_value = columns[4];
  changed.needs = columns[5];
  changed.accounts = columns[6];
  changed.revenue = columns[7];
  for (std::size_t r = 0; r < ranked.size(); ++r) {
    const std::size_t s = ranked[r];
    for (std::size_t c = parts.covered_offsets[s]; c < parts.covered_offsets[s + 1]; ++c) {
      const CoveredNeed& need = parts.covered[c];
      const NeedValue& whole = parts.needs[need.need.value()];
      const double rest = std::max(0.0, input.value[r] - need.value);
      const double kept = input.value[r] > 0.0 ? rest / input.value[r] : 0.0;
      columns[0][r] = rest;
      columns[1][r] = std::clamp(input.value_lower[r] - need.share * whole.interval.lower, 0.0, rest);
      columns[2][r] = std::max(rest, input.value_upper[r] - need.share * whole.interval.upper);
      columns[3][r] = rest > 0.0 ? rest / (rest + columns[2][r] - columns[1][r]) : 0.0;
      const bool is_risk = graph.needs().outcome.has(need.need.value()) &&
                           graph.needs().outcome[need.need.value()] == graph::Outcome::risk;
      columns[4][r] = std::max(0.0, input.risk_value[r] - (is_risk ? need.value : 0.0));
      columns[5][r] = input.needs[r] - 1.0;
      columns[6][r] = input.accounts[r] * kept;
      columns[7][r] = input.revenue[r] * kept;
      effects[c] = scores[r] - scorer.score(changed)[r];
    }
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c][r] = before[c][r];
  }
  return effects;
}

}  // namespace detail

OUTWEIGH_INLINE Scores score(const demand::Demand& demand, const AnyScorer& scorer, const ScoreOptions& options) {
  const graph::CustomerGraph& graph = demand.graph();
  if (!graph.has_table("solutions")) {
    throw core::MissingInput("there is nothing to score: the table of solutions was not given", {.table = "solutions"});
  }
  if (!graph.has_table("covers")) {
    throw core::MissingInput(
        "solutions get their value from the needs they cover, and the table that says which was "
        "not given",
        {.table = "covers"});
  }
  ScoresParts parts{.demand = demand};
  parts.scorer = scorer.name();
  parts.is_additive = scorer.is_additive();
  parts.level = options.level.value_or(demand.options().level);
  if (!(parts.level > 0.0 && parts.level < 1.0)) {
    throw core::InvalidInput("a level must lie between 0 and 1",
                             {.column = "level", .value = std::to_string(parts.level)});
  }
  if (options.value) {
    parts.value = *options.value;
  } else if (const auto basis = scorer.value_basis()) {
    parts.value.basis = *basis;
  }
  detail::check_options(parts.value);
  const detail::BaseRevenue revenue = detail::base_revenue(graph);
  parts.needs = need_values(demand, parts.value, parts.level);
  detail::read_covers(parts);

  const graph::Solutions& table = graph.solutions();
  const std::size_t solutions = graph.size(graph::NodeKind::solution);
  const std::size_t accounts = graph.base().size();
  const bool has_effort = table.effort.any();
  const std::vector<double> urgency_of_need = detail::urgencies(graph);
  const std::vector<std::uint8_t> met = detail::met_needs(parts);
  std::vector<std::vector<double>> draws(parts.needs.size());
  parts.solutions.resize(solutions);
  std::vector<std::uint32_t> ranked;
  std::vector<double> value;
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> reach;
  std::vector<double> money;
  std::vector<double> confidence;
  std::vector<double> urgency;
  std::vector<double> risk_value;
  std::vector<double> risk;
  std::vector<double> needs;
  std::vector<double> effort;
  for (std::size_t s = 0; s < solutions; ++s) {
    SolutionScore& row = parts.solutions[s];
    row.solution = graph::SolutionIndex(s);
    const auto covered =
        std::span<const CoveredNeed>(parts.covered)
            .subspan(parts.covered_offsets[s], parts.covered_offsets[s + 1] - parts.covered_offsets[s]);
    std::vector<double> terms;
    std::vector<double> risky;
    std::vector<double> total(demand.draws(), 0.0);
    std::vector<double> misses(accounts, 1.0);
    double least = 0.0;
    double most = 0.0;
    bool has_bounds = false;
    double urgent = 0.0;
    double urgent_weight = 0.0;
    core::Status worst = core::Status::exact;
    for (const CoveredNeed& need : covered) {
      const std::size_t i = need.need.value();
      terms.push_back(need.value);
      if (graph.needs().outcome.has(i) && graph.needs().outcome[i] == graph::Outcome::risk) risky.push_back(need.value);
      if (draws[i].empty()) {
        draws[i] = detail::value_draws(demand, need.need, parts.value, revenue, parts.needs[i].value);
      }
      for (std::size_t d = 0; d < total.size(); ++d) total[d] += need.share * draws[i][d];
      const auto probabilities = demand.probabilities(need.need);
      if (need.share > 0.0) {
        for (std::size_t b = 0; b < accounts; ++b) misses[b] *= 1.0 - probabilities[b];
      }
      least += need.share * parts.needs[i].interval.lower;
      most += need.share * parts.needs[i].interval.upper;
      has_bounds = has_bounds || parts.needs[i].status == core::Status::bounds_only;
      worst = std::max(worst, parts.needs[i].status);
      if (urgency_of_need[i] > 0.0) {
        const double weight = std::max(need.value, 1e-300);
        urgent += weight * urgency_of_need[i];
        urgent_weight += weight;
      }
    }
    row.value = detail::exact_sum(terms);
    row.interval = detail::interval_of(std::move(total), row.value, parts.level);
    if (has_bounds && !detail::is_naive(parts.value.basis)) {
      row.interval = {std::min(least, row.value), std::max(most, row.value), parts.level};
    }
    std::vector<double> hits(accounts, 0.0);
    for (std::size_t b = 0; b < accounts; ++b) hits[b] = 1.0 - misses[b];
    row.accounts = detail::exact_sum(hits);
    for (std::size_t b = 0; b < accounts; ++b) hits[b] *= revenue.amount[b];
    row.revenue = detail::exact_sum(hits);
    row.status = covered.empty() ? core::Status::exact : worst;
    if (table.effort.has(s)) row.effort = table.effort[s];
    if (covered.empty()) row.reason = "it covers no need, so it has no value";
    if (worst == core::Status::doubtful) row.reason = "the demand for a need it covers is doubtful";
    if (worst == core::Status::bounds_only) row.reason = "for a need it covers, only bounds of the demand are known";

    const graph::SolutionStatus status = graph::status_of(graph, s);
    if (status == graph::SolutionStatus::shipped) {
      row.reason = "already shipped";
    } else if (status == graph::SolutionStatus::dropped) {
      row.reason = "dropped";
    } else if (has_effort && !row.effort) {
      row.reason = "its effort is not known, so it can be neither ranked nor planned";
    } else {
      if (std::any_of(covered.begin(), covered.end(), [&](const auto& need) { return met[need.need.value()] != 0; })) {
        row.reason += row.reason.empty() ? "" : "; ";
        row.reason += "a solution that has shipped meets a need it covers, whose value is of the time before";
      }
      ranked.push_back(static_cast<std::uint32_t>(s));
      value.push_back(row.value);
      lower.push_back(row.interval.lower);
      upper.push_back(row.interval.upper);
      reach.push_back(row.accounts);
      money.push_back(row.revenue);
      confidence.push_back(row.value > 0.0 ? row.value / (row.value + row.interval.width()) : 0.0);
      urgency.push_back(urgent_weight > 0.0 ? std::clamp(urgent / urgent_weight, 1.0, 5.0) : 0.0);
      risk_value.push_back(detail::exact_sum(risky));
      risk.push_back(table.risk.value_or(s, 0.0));
      needs.push_back(static_cast<double>(covered.size()));
      if (has_effort) effort.push_back(*row.effort);
    }
  }
  const ScoringInput input{.size = ranked.size(),
                           .solutions = ranked,
                           .value = value,
                           .value_lower = lower,
                           .value_upper = upper,
                           .accounts = reach,
                           .revenue = money,
                           .confidence = confidence,
                           .urgency = urgency,
                           .risk_value = risk_value,
                           .risk = risk,
                           .needs = needs,
                           .effort = effort};
  const std::vector<double> scores = scorer.score(input);
  const ScoreParts named = scorer.parts(input, scores);
  parts.part_names = named.names;
  parts.part_values.assign(named.names.size() * solutions, 0.0);
  for (std::size_t r = 0; r < ranked.size(); ++r) {
    SolutionScore& row = parts.solutions[ranked[r]];
    row.score = scores[r];
    row.rank = 1;
    for (const double other : scores) row.rank += other > scores[r] ? 1U : 0U;
    for (std::size_t p = 0; p < named.names.size(); ++p) {
      parts.part_values[ranked[r] * named.names.size() + p] = named.values[r * named.names.size() + p];
    }
  }
  if (!scorer.is_additive() && parts.covered.size() <= ScoresParts::most_removals) {
    parts.removals = detail::removal_effects(parts, scorer, input, ranked, scores);
  }
  if (has_effort && table.effort.count() < solutions) {
    parts.warnings.push_back(std::to_string(solutions - table.effort.count()) +
                             " solutions have no known effort (solutions.effort) and are not ranked");
  }
  if (!has_effort && solutions > 0) {
    parts.warnings.push_back("no solution has a known effort (solutions.effort): scores do not weigh it");
  }
  if (revenue.known == 0 && accounts > 0) {
    parts.warnings.push_back("no account has a known revenue (accounts.arr): revenue counts 0");
  }
  return Scores(std::move(parts));
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
