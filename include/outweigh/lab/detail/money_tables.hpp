// Deals, revenue, costs and events of the simulated accounts, as tables.
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

inline core::Table deals_table(const World& world, const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  Cells<core::Instant> opened;
  Cells<core::Instant> closed;
  WordCells outcome;
  Cells<double> amount;
  std::vector<std::int64_t> need;
  Cells<double> price;
  Cells<double> cost;
  const stats::Random root = stats::Random(world.options.seed).stream("deals");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& buyer = population.accounts[i];
    stats::Random random = root.stream(i);
    const bool prospect = buyer.kind == graph::AccountKind::prospect;
    if (!prospect && !(population.active(i) && random.bernoulli(0.12))) continue;
    const double age =
        random.uniform(1.0, std::min(world.options.days, world.options.as_of.days() - buyer.started.days()));
    const double length = random.lognormal(4.0, 0.6);
    const bool is_closed = length < age;
    const bool won = random.bernoulli(0.35) && !prospect;
    account.push_back(as_row(i));
    opened.add(before(world.options.as_of, age));
    closed.add_if(is_closed, before(world.options.as_of, age - length));
    outcome.add(!is_closed ? graph::DealOutcome::open : won ? graph::DealOutcome::won : graph::DealOutcome::lost);
    const SegmentStory& segment = segment_stories[buyer.segment];
    amount.add(std::floor(random.lognormal(segment.revenue_log_mean - (prospect ? 0.2 : 1.2), 0.7) + 1.0));
    const auto wanted = static_cast<std::size_t>(random.below(world.needs.size()));
    need.push_back(has_need(population.need_bits, world.need_words, i, wanted) ? as_row(wanted) : no_row);
    const bool custom = random.bernoulli(0.04);
    const double custom_cost = std::floor(random.lognormal(9.5, 0.6));
    cost.add_if(custom, custom_cost);
    price.add_if(custom, std::floor(custom_cost * random.uniform(0.6, 2.5)));
  }
  core::Table table;
  table.add("deal_id", NumberedIds('D', account.size()).column(account.size()));
  table.add("account_id", ids.account.column(account));
  table.add("opened", column(std::move(opened)));
  table.add("closed", column(std::move(closed)));
  table.add("outcome", words_column<graph::DealOutcome>(std::move(outcome)));
  table.add("amount", column(std::move(amount)));
  table.add("need_id", ids.need.column(need));
  table.add("custom_work_price", column(std::move(price)));
  table.add("custom_work_cost", column(std::move(cost)));
  return table;
}

inline constexpr int simulated_quarters = 6;
inline constexpr double quarter_days = 91.0;

/// Was the account a customer `days` before `as_of`?
[[nodiscard]] inline bool paying(const SimulatedAccount& account, core::Instant at) noexcept {
  return account.revenue > 0.0 && account.started <= at && !(account.ends && account.ended < at);
}

inline core::Table revenue_table(const World& world, const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> account;
  Cells<core::Instant> at;
  Cells<double> amount;
  WordCells kind;
  const stats::Random root = stats::Random(world.options.seed).stream("revenue");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& payer = population.accounts[i];
    stats::Random random = root.stream(i);
    for (int quarter = simulated_quarters - 1; quarter >= 0; --quarter) {
      const core::Instant when = before(world.options.as_of, quarter_days * quarter);
      if (!paying(payer, when)) continue;
      account.push_back(as_row(i));
      at.add(when);
      amount.add(to_cents(payer.revenue / 4.0));
      kind.add(graph::RevenueKind::recurring);
      if (random.bernoulli(0.03)) {
        account.push_back(as_row(i));
        at.add(when);
        amount.add(to_cents(payer.revenue * random.uniform(0.02, 0.2)));
        kind.add(graph::RevenueKind::one_off);
      }
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("amount", column(std::move(amount)));
  table.add("kind", words_column<graph::RevenueKind>(std::move(kind)));
  return table;
}

inline core::Table costs_table(const World& world, const Population& population, const std::vector<Voices>& blocks,
                               const SimulatedIds& ids) {
  // Support costs 1.20 a minute of a ticket; the rest is a share of revenue with a fixed part.
  std::vector<double> support(population.accounts.size(), 0.0);
  for (const Voices& block : blocks) {
    for (const SimulatedTicket& ticket : block.tickets) support[ticket.account] += 1.2 * ticket.minutes;
  }
  std::vector<std::int64_t> account;
  Cells<core::Instant> at;
  Cells<double> amount;
  WordCells function;
  const stats::Random root = stats::Random(world.options.seed).stream("costs");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& owner = population.accounts[i];
    stats::Random random = root.stream(i);
    const auto add = [&](double days, graph::CostFunction what, double cost) {
      const core::Instant when = before(world.options.as_of, days);
      if (cost < 0.01 || !paying(owner, when)) return;
      account.push_back(as_row(i));
      at.add(when);
      amount.add(to_cents(cost));
      function.add(what);
    };
    if (support[i] > 0.0) add(0.0, graph::CostFunction::support, support[i]);
    for (const double days : {365.0, 1.0}) {
      add(days, graph::CostFunction::product, 180.0 + owner.revenue * random.uniform(0.03, 0.12));
      add(days, graph::CostFunction::sales, 60.0 + owner.revenue * random.lognormal(-2.3, 0.7));
      if (random.bernoulli(0.1)) {
        add(days, graph::CostFunction::engineering, 400.0 + owner.revenue * random.lognormal(-1.6, 0.9));
      }
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("amount", column(std::move(amount)));
  table.add("function", words_column<graph::CostFunction>(std::move(function)));
  return table;
}

inline core::Table events_table(const World& world, const Population& population, const SimulatedIds& ids) {
  struct Step {
    std::string_view activity;
    graph::Stage stage;
    double chance;
    double log_days;
  };
  constexpr std::array<Step, 7> steps{{{"demo watched", graph::Stage::learn, 0.7, 1.5},
                                       {"contract signed", graph::Stage::buy, 1.0, 3.0},
                                       {"data imported", graph::Stage::use, 0.95, 2.2},
                                       {"first report", graph::Stage::use, 0.85, 2.0},
                                       {"second team joined", graph::Stage::use, 0.4, 4.0},
                                       {"problem repaired", graph::Stage::fix, 0.5, 4.5},
                                       {"contract renewed", graph::Stage::for_life, 0.8, 5.5}}};
  std::vector<std::string_view> activities;
  for (const Step& step : steps) activities.push_back(step.activity);
  std::vector<std::int64_t> account;
  Cells<core::Instant> at;
  WordCells activity;
  WordCells stage;
  const stats::Random root = stats::Random(world.options.seed).stream("events");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const SimulatedAccount& owner = population.accounts[i];
    if (owner.revenue <= 0.0) continue;
    stats::Random random = root.stream(i);
    core::Instant when = before(owner.started, random.lognormal(3.0, 0.5));
    const core::Instant last = owner.ends ? owner.ended : world.options.as_of;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      when = before(when, -random.lognormal(steps[s].log_days, 0.6));
      if (s == 1) when = owner.started;
      if (when > last) break;
      if (!random.bernoulli(steps[s].chance)) continue;
      account.push_back(as_row(i));
      at.add(when);
      activity.add(s);
      stage.add(steps[s].stage);
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("at", column(std::move(at)));
  table.add("activity", column(std::move(activity), activities));
  table.add("stage", words_column<graph::Stage>(std::move(stage)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
