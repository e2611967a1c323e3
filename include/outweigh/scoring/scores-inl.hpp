#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/scoring/scores.hpp>

namespace outweigh::inline OUTWEIGH_ABI::scoring {

OUTWEIGH_INLINE Scores::Scores(ScoresParts parts) {
  const graph::CustomerGraph& graph = parts.demand.graph();
  const std::size_t solutions = graph.size(graph::NodeKind::solution);
  if (parts.needs.size() != graph.size(graph::NodeKind::need) || parts.solutions.size() != solutions ||
      parts.covered_offsets.size() != solutions + 1 || parts.covered_offsets.front() != 0 ||
      parts.covered_offsets.back() != parts.covered.size() ||
      !std::is_sorted(parts.covered_offsets.begin(), parts.covered_offsets.end()) ||
      parts.part_values.size() != parts.part_names.size() * solutions ||
      (!parts.removals.empty() && parts.removals.size() != parts.covered.size())) {
    throw core::InvalidInput("the parts of scores do not fit their demand");
  }
  parts_ = std::make_shared<const ScoresParts>(std::move(parts));
}

OUTWEIGH_INLINE std::vector<graph::SolutionIndex> Scores::ranking() const {
  std::vector<graph::SolutionIndex> order;
  for (const SolutionScore& solution : solutions()) order.push_back(solution.solution);
  std::stable_sort(order.begin(), order.end(), [&](graph::SolutionIndex a, graph::SolutionIndex b) {
    // Rank 0, which is none, comes after all others.
    return solutions()[a.value()].rank - 1 < solutions()[b.value()].rank - 1;
  });
  return order;
}

OUTWEIGH_INLINE core::Table Scores::to_table() const {
  const std::vector<graph::SolutionIndex> order = ranking();
  std::vector<std::uint32_t> positions;
  for (const graph::SolutionIndex solution : order) positions.push_back(solution.value());
  const auto numbers = [&](auto value, auto is_known) {
    std::vector<double> values;
    std::vector<std::uint8_t> valid;
    for (const std::uint32_t s : positions) {
      const SolutionScore& row = solutions()[s];
      valid.push_back(is_known(row) ? 1 : 0);
      values.push_back(valid.back() != 0 ? value(row) : 0.0);
    }
    return core::Column::float64s(std::move(values), valid);
  };
  const auto always = [](const SolutionScore&) { return true; };
  const auto ranked = [](const SolutionScore& row) { return row.rank != 0; };
  std::vector<std::int64_t> ranks;
  std::vector<std::uint8_t> has_rank;
  std::vector<std::string> status;
  std::vector<std::string> reason;
  for (const std::uint32_t s : positions) {
    const SolutionScore& row = solutions()[s];
    ranks.push_back(static_cast<std::int64_t>(row.rank));
    has_rank.push_back(row.rank != 0 ? 1 : 0);
    status.emplace_back(core::to_string(row.status));
    reason.push_back(row.reason);
  }
  core::Table table;
  table.add("solution_id", graph().ids(graph::NodeKind::solution).column(positions));
  table.add("title", graph().solutions().title.column().take(positions));
  table.add("rank", core::Column::int64s(std::move(ranks), has_rank));
  table.add("score", numbers([](const SolutionScore& row) { return row.score; }, ranked));
  table.add("value", numbers([](const SolutionScore& row) { return row.value; }, always));
  table.add("lower", numbers([](const SolutionScore& row) { return row.interval.lower; }, always));
  table.add("upper", numbers([](const SolutionScore& row) { return row.interval.upper; }, always));
  table.add("accounts", numbers([](const SolutionScore& row) { return row.accounts; }, always));
  table.add("revenue", numbers([](const SolutionScore& row) { return row.revenue; }, always));
  table.add("effort", numbers([](const SolutionScore& row) { return *row.effort; },
                              [](const SolutionScore& row) { return row.effort.has_value(); }));
  table.add("status", core::Column::strings(std::span<const std::string>(status)));
  table.add("reason", core::Column::strings(std::span<const std::string>(reason)));
  return table;
}

OUTWEIGH_INLINE core::Table Scores::needs_table() const {
  std::vector<std::uint32_t> positions;
  std::vector<double> value;
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> accounts;
  std::vector<double> revenue;
  std::vector<std::string> status;
  for (const NeedValue& need : needs()) {
    positions.push_back(need.need.value());
    value.push_back(need.value);
    lower.push_back(need.interval.lower);
    upper.push_back(need.interval.upper);
    accounts.push_back(need.accounts);
    revenue.push_back(need.revenue);
    status.emplace_back(core::to_string(need.status));
  }
  core::Table table;
  table.add("need_id", graph().ids(graph::NodeKind::need).column(positions));
  table.add("title", graph().needs().title.column().take(positions));
  table.add("value", core::Column::float64s(std::move(value)));
  table.add("lower", core::Column::float64s(std::move(lower)));
  table.add("upper", core::Column::float64s(std::move(upper)));
  table.add("accounts", core::Column::float64s(std::move(accounts)));
  table.add("revenue", core::Column::float64s(std::move(revenue)));
  table.add("status", core::Column::strings(std::span<const std::string>(status)));
  return table;
}

OUTWEIGH_INLINE bool operator==(const Scores& a, const Scores& b) {
  const ScoresParts& x = *a.parts_;
  const ScoresParts& y = *b.parts_;
  return a.parts_ == b.parts_ ||
         (x.scorer == y.scorer && x.value == y.value && x.level == y.level && x.needs == y.needs &&
          x.solutions == y.solutions && x.covered_offsets == y.covered_offsets && x.covered == y.covered &&
          x.part_names == y.part_names && x.part_values == y.part_values && x.removals == y.removals &&
          x.warnings == y.warnings && x.demand == y.demand);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::scoring
