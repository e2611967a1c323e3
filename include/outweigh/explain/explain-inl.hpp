#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/explain/explain.hpp>
#include <outweigh/graph/detail/label.hpp>
#include <outweigh/scoring/need_value.hpp>
#include <outweigh/stats/exact_sum.hpp>

namespace outweigh::inline OUTWEIGH_ABI::explain {

namespace detail {

[[nodiscard]] inline graph::SolutionIndex find_solution(const graph::CustomerGraph& graph, std::string_view id) {
  const auto found = graph.ids(graph::NodeKind::solution).find(id);
  if (!found) {
    throw core::InvalidInput("there is no such solution",
                             {.table = "solutions", .column = "solution_id", .value = std::string(id)});
  }
  return graph::SolutionIndex(*found);
}

[[nodiscard]] inline bool was_heard(demand::Voice voice) noexcept {
  return voice == demand::Voice::requested || voice == demand::Voice::confirmed;
}

using graph::detail::label;

[[nodiscard]] inline std::string unit_of(const graph::CustomerGraph& graph, scoring::ValueBasis basis) {
  switch (basis) {
    case scoring::ValueBasis::accounts:
      return "accounts";
    case scoring::ValueBasis::revenue:
      return graph.currency() + " a year";
    case scoring::ValueBasis::mix:
      return "accounts of mean revenue";
    case scoring::ValueBasis::votes:
      return "requests";
    case scoring::ValueBasis::voiced_revenue:
      return graph.currency() + " a year";
  }
  return "";
}

[[nodiscard]] inline double exact(std::span<const double> values) {
  stats::ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

/// The lines and the evidence of one covered need.
inline void add_need(core::Ledger& ledger, const scoring::Scores& scores, const scoring::CoveredNeed& covered) {
  const graph::CustomerGraph& graph = scores.graph();
  const core::Ids& accounts = graph.ids(graph::NodeKind::account);
  const core::Ids& needs = graph.ids(graph::NodeKind::need);
  const std::size_t need = covered.need.value();
  const std::string need_id = needs.text(need);
  const std::vector<double> parts = scoring::contributions(scores.demand(), covered.need, scores.value_options());
  const auto voices = scores.demand().voices(covered.need);
  const auto probabilities = scores.demand().probabilities(covered.need);
  const auto base = graph.base();
  std::vector<double> silent;
  double expected = 0.0;
  std::size_t silent_accounts = 0;
  for (std::size_t b = 0; b < base.size(); ++b) {
    if (was_heard(voices[b])) {
      const std::string id = accounts.text(base[b].value());
      ledger.lines.push_back(
          {core::LedgerLineKind::heard,
           label(accounts, graph.accounts().name, base[b].value()) + " has " + label(needs, graph.needs().title, need),
           need_id, id, covered.share * parts[b], true});
    } else {
      silent.push_back(covered.share * parts[b]);
      expected += probabilities[b];
      ++silent_accounts;
    }
  }
  char count[64];
  std::snprintf(count, sizeof count, "%.1f of %zu", expected, silent_accounts);
  ledger.lines.push_back({core::LedgerLineKind::shrinkage,
                          "estimate beyond what was heard of " + label(needs, graph.needs().title, need) + ": " +
                              count + " other accounts are expected to have it",
                          need_id,
                          {},
                          exact(silent),
                          true});

  const graph::Relation& of_need = graph.relation(graph::RelationKind::request_need);
  if (need >= of_need.to_size()) return;
  const graph::Requests& requests = graph.requests();
  std::vector<std::size_t> times(base.size(), 0);
  std::vector<std::pair<std::size_t, std::uint32_t>> said;
  for (const std::uint32_t request : of_need.in(need)) {
    const auto found = std::lower_bound(base.begin(), base.end(), requests.account[request]);
    if (found == base.end() || *found != requests.account[request] || requests.at[request] > graph.as_of()) continue;
    const auto slot = static_cast<std::size_t>(found - base.begin());
    ++times[slot];
    said.emplace_back(slot, request);
  }
  for (const auto& [slot, request] : said) {
    core::LedgerEvidence piece;
    piece.request = graph.ids(graph::NodeKind::request).text(request);
    piece.need = need_id;
    piece.account = accounts.text(base[slot].value());
    const std::size_t source = requests.source[request].value();
    piece.source = graph.ids(graph::NodeKind::source).text(source);
    if (graph.sources().name.has(source)) piece.source_name = std::string(graph.sources().name[source]);
    piece.at = requests.at[request];
    for (const core::TextField* text : {&requests.quote, &requests.text, &requests.title}) {
      if (piece.quote.empty() && text->has(request)) piece.quote = std::string((*text)[request]);
    }
    piece.weight = covered.share * parts[slot] / static_cast<double>(times[slot]);
    ledger.evidence.push_back(std::move(piece));
  }
}

/// What stands beside the sum: effort, score, parts or removal effects.
inline void add_score(core::Ledger& ledger, const scoring::Scores& scores, graph::SolutionIndex solution) {
  const scoring::SolutionScore& row = scores.solutions()[solution.value()];
  const scoring::ScoresParts& parts = scores.parts();
  const graph::CustomerGraph& graph = scores.graph();
  if (row.effort) {
    ledger.lines.push_back(
        {core::LedgerLineKind::effort, "effort, in " + graph.effort_unit(), {}, {}, *row.effort, false});
  }
  if (row.rank == 0) return;
  const std::string name = "score by " + parts.scorer + ", rank " + std::to_string(row.rank);
  ledger.lines.push_back({core::LedgerLineKind::part, name, {}, {}, row.score, false});
  for (std::size_t p = 0; p < parts.part_names.size(); ++p) {
    ledger.lines.push_back({core::LedgerLineKind::part,
                            "of the score: " + parts.part_names[p],
                            {},
                            {},
                            parts.part_values[solution.value() * parts.part_names.size() + p],
                            false});
  }
  if (parts.removals.empty()) return;
  const core::Ids& needs = graph.ids(graph::NodeKind::need);
  const std::size_t first = parts.covered_offsets[solution.value()];
  const auto covered = scores.covered(solution);
  for (std::size_t c = 0; c < covered.size(); ++c) {
    const std::size_t need = covered[c].need.value();
    ledger.lines.push_back({core::LedgerLineKind::removal,
                            "removal effect: the score falls by this without " +
                                label(needs, graph.needs().title, need) + "; such effects need not add up",
                            needs.text(need),
                            {},
                            parts.removals[first + c],
                            false});
  }
}

[[nodiscard]] inline core::Ledger stand_alone(const scoring::Scores& scores, graph::SolutionIndex solution) {
  const graph::CustomerGraph& graph = scores.graph();
  core::Ledger ledger;
  ledger.subject = graph.ids(graph::NodeKind::solution).text(solution.value());
  if (const auto title = graph.solutions().title.get(solution.value())) ledger.title = std::string(*title);
  ledger.figure = "its value alone is";
  ledger.unit = unit_of(graph, scores.value_options().basis);
  ledger.total = scores.solutions()[solution.value()].value;
  for (const scoring::CoveredNeed& covered : scores.covered(solution)) add_need(ledger, scores, covered);
  std::stable_sort(ledger.evidence.begin(), ledger.evidence.end(),
                   [](const core::LedgerEvidence& a, const core::LedgerEvidence& b) {
                     if (a.weight != b.weight) return a.weight > b.weight;
                     return a.need != b.need ? a.need < b.need : a.request < b.request;
                   });
  const auto& assumptions = scores.demand().assumptions();
  ledger.assumptions.assign(assumptions.begin(), assumptions.end());
  ledger.assumptions.push_back("A solution that meets a share of a need is worth that share of the need's value.");
  for (const std::string& warning : scores.demand().warnings()) ledger.assumptions.push_back("Note: " + warning + ".");
  for (const std::string& warning : scores.parts().warnings) ledger.assumptions.push_back("Note: " + warning + ".");
  return ledger;
}

}  // namespace detail

OUTWEIGH_INLINE core::Ledger explain(const scoring::Scores& scores, std::string_view solution_id) {
  const graph::SolutionIndex solution = detail::find_solution(scores.graph(), solution_id);
  core::Ledger ledger = detail::stand_alone(scores, solution);
  detail::add_score(ledger, scores, solution);
  return ledger;
}

OUTWEIGH_INLINE core::Ledger explain(const roadmap::Plan& plan, std::string_view solution_id) {
  const scoring::Scores& scores = plan.scores();
  const graph::CustomerGraph& graph = scores.graph();
  const graph::SolutionIndex solution = detail::find_solution(graph, solution_id);
  core::Ledger ledger = detail::stand_alone(scores, solution);
  const bool is_chosen = plan.contains(solution);
  ledger.figure = is_chosen ? "it adds to the rest of the plan" : "it is not in the plan; it would add to it";

  const core::Ids& ids = graph.ids(graph::NodeKind::solution);
  const core::Ids& needs = graph.ids(graph::NodeKind::need);
  const bool adds_shares = plan.options().overlap == roadmap::Overlap::sum_of_shares;
  std::vector<double> adds;
  for (const scoring::CoveredNeed& covered : scores.covered(solution)) {
    double others = 0.0;
    std::string names;
    for (const graph::SolutionIndex other : plan.solutions()) {
      if (other == solution) continue;
      const auto list = scores.covered(other);
      const auto found =
          std::lower_bound(list.begin(), list.end(), covered.need,
                           [](const scoring::CoveredNeed& need, graph::NeedIndex at) { return need.need < at; });
      if (found == list.end() || found->need != covered.need || found->share <= 0.0) continue;
      others = adds_shares ? others + found->share : std::max(others, found->share);
      names += (names.empty() ? "" : ", ") + ids.text(other.value());
    }
    others = std::min(others, 1.0);
    const double together = adds_shares ? std::min(1.0, others + covered.share) : std::max(others, covered.share);
    const double value = scores.needs()[covered.need.value()].value;
    const double added = (together - others) * value;
    adds.push_back(added);
    if (added == covered.value) continue;
    ledger.lines.push_back(
        {core::LedgerLineKind::overlap,
         "overlap: " + detail::label(needs, graph.needs().title, covered.need.value()) + " is met in part by " + names,
         needs.text(covered.need.value()),
         {},
         added - covered.value,
         true});
  }
  ledger.total = detail::exact(adds);
  detail::add_score(ledger, scores, solution);
  return ledger;
}

OUTWEIGH_INLINE core::Table account_contributions(const scoring::Scores& scores, std::string_view solution_id) {
  const graph::CustomerGraph& graph = scores.graph();
  const graph::SolutionIndex solution = detail::find_solution(graph, solution_id);
  const auto base = graph.base();
  std::vector<double> amounts(base.size(), 0.0);
  std::vector<std::uint8_t> heard(base.size(), 0);
  for (const scoring::CoveredNeed& covered : scores.covered(solution)) {
    const std::vector<double> parts = scoring::contributions(scores.demand(), covered.need, scores.value_options());
    const auto voices = scores.demand().voices(covered.need);
    for (std::size_t b = 0; b < base.size(); ++b) {
      amounts[b] += covered.share * parts[b];
      if (detail::was_heard(voices[b])) heard[b] = 1;
    }
  }
  std::vector<std::uint32_t> accounts;
  std::vector<double> amount;
  std::vector<std::uint8_t> was_heard;
  for (std::size_t b = 0; b < base.size(); ++b) {
    if (amounts[b] == 0.0) continue;
    accounts.push_back(base[b].value());
    amount.push_back(amounts[b]);
    was_heard.push_back(heard[b]);
  }
  core::Table table;
  table.add("account_id", graph.ids(graph::NodeKind::account).column(accounts));
  table.add("heard", core::Column::booleans(was_heard));
  table.add("amount", core::Column::float64s(std::move(amount)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::explain
