// What the simulated company could build, as tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/table.hpp>
#include <outweigh/lab/detail/cells.hpp>
#include <outweigh/lab/detail/voices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab::detail {

inline core::Table solutions_table(const World& world, const SimulatedIds& ids) {
  Cells<std::string> title;
  Cells<double> effort;
  WordCells team;
  Cells<double> risk;
  WordCells outcome;
  WordCells status;
  Cells<core::Instant> shipped;
  for (const SimulatedSolution& solution : world.solutions) {
    title.add(solution.title);
    effort.add(solution.total_effort());
    team.add(solution.team);
    risk.add(solution.risk);
    outcome.add(solution.outcome);
    status.add(solution.status);
    shipped.add_if(solution.status == graph::SolutionStatus::shipped, solution.shipped);
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(world.solutions.size()));
  table.add("title", column(std::move(title)));
  table.add("effort", column(std::move(effort)));
  table.add("team", column(std::move(team), teams));
  table.add("risk", column(std::move(risk)));
  table.add("outcome", words_column<Outcome>(std::move(outcome)));
  table.add("status", words_column<graph::SolutionStatus>(std::move(status)));
  table.add("shipped", column(std::move(shipped)));
  return table;
}

inline core::Table efforts_table(const World& world, const SimulatedIds& ids) {
  std::vector<std::int64_t> solution;
  WordCells resource;
  Cells<double> amount;
  Cells<double> low;
  Cells<double> high;
  stats::Random random = stats::Random(world.options.seed).stream("efforts");
  for (std::size_t j = 0; j < world.solutions.size(); ++j) {
    for (std::size_t t = 0; t < teams.size(); ++t) {
      const double effort = world.solutions[j].effort[t];
      if (effort <= 0.0) continue;
      solution.push_back(as_row(j));
      resource.add(t);
      amount.add(effort);
      low.add(to_cents(effort * random.uniform(0.6, 0.9)));
      high.add(to_cents(effort * random.uniform(1.2, 2.2)));
    }
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(solution));
  table.add("resource", column(std::move(resource), teams));
  table.add("amount", column(std::move(amount)));
  table.add("low", column(std::move(low)));
  table.add("high", column(std::move(high)));
  return table;
}

inline core::Table capacities_table(const World& world) {
  WordCells resource;
  Cells<std::string> period;
  Cells<double> amount;
  std::array<double, teams.size()> total{};
  for (const SimulatedSolution& solution : world.solutions) {
    for (std::size_t t = 0; t < teams.size(); ++t) total[t] += solution.effort[t];
  }
  for (std::size_t t = 0; t < teams.size(); ++t) {
    for (int quarter = 1; quarter <= 4; ++quarter) {
      resource.add(t);
      period.add("quarter " + std::to_string(quarter));
      amount.add(std::max(1.0, std::floor(0.08 * total[t] + 0.5)));
    }
  }
  core::Table table;
  table.add("resource", column(std::move(resource), teams));
  table.add("period", column(std::move(period)));
  table.add("amount", column(std::move(amount)));
  return table;
}

inline core::Table covers_table(const World& world, const SimulatedIds& ids) {
  std::vector<std::int64_t> solution;
  std::vector<std::int64_t> need;
  Cells<double> share;
  for (std::size_t j = 0; j < world.solutions.size(); ++j) {
    for (const SimulatedCover& cover : world.solutions[j].covers) {
      solution.push_back(as_row(j));
      need.push_back(cover.need);
      share.add(cover.share);
    }
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(solution));
  table.add("need_id", ids.need.column(need));
  table.add("share", column(std::move(share)));
  return table;
}

inline core::Table dependencies_table(const World& world, const SimulatedIds& ids) {
  std::vector<std::int64_t> solution;
  std::vector<std::int64_t> on;
  WordCells kind;
  for (std::size_t j = 0; j < world.solutions.size(); ++j) {
    for (const std::uint32_t requirement : world.solutions[j].requirements) {
      solution.push_back(as_row(j));
      on.push_back(requirement);
      kind.add(graph::DependencyKind::requires_);
    }
  }
  core::Table table;
  table.add("solution_id", ids.solution.column(solution));
  table.add("on", ids.solution.column(on));
  table.add("kind", words_column<graph::DependencyKind>(std::move(kind)));
  return table;
}

inline core::Table commitments_table(const World& world, const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  std::vector<std::int64_t> solution;
  Cells<core::Instant> due;
  stats::Random random = stats::Random(world.options.seed).stream("commitments");
  for (std::size_t c = 0; c < 6; ++c) {
    const std::size_t owner = population.largest[c % population.largest.size()];
    const auto promised = static_cast<std::size_t>(random.below(world.solutions.size()));
    const double days = random.uniform(30.0, 300.0);
    const graph::SolutionStatus status = world.solutions[promised].status;
    if (owner == Population::none || status == graph::SolutionStatus::shipped ||
        status == graph::SolutionStatus::dropped) {
      continue;
    }
    account.push_back(as_row(owner));
    solution.push_back(as_row(promised));
    due.add(before(world.options.as_of, -days));
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("solution_id", ids.solution.column(solution));
  table.add("due", column(std::move(due)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
