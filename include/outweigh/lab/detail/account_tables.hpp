// The simulated accounts, their people, and the sources that serve them, as tables.
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

inline core::Table accounts_table(const Population& population, const SimulatedIds& ids) {
  const std::size_t count = population.accounts.size();
  Cells<std::string> name;
  WordCells kind;
  Cells<double> arr;
  Cells<core::Instant> started;
  Cells<core::Instant> ended;
  Cells<double> sentiment;
  Cells<std::uint8_t> lighthouse;
  WordCells region;
  Cells<std::int64_t> employees;
  for (std::size_t i = 0; i < count; ++i) {
    const SimulatedAccount& account = population.accounts[i];
    std::string text(name_beginnings[i % name_beginnings.size()]);
    text += ' ';
    text += name_endings[i / name_beginnings.size() % name_endings.size()];
    const std::size_t round = i / (name_beginnings.size() * name_endings.size());
    if (round > 0) text += " " + std::to_string(round + 1);
    name.add(std::move(text));
    kind.add(account.kind);
    const bool paid = account.kind == graph::AccountKind::customer || account.kind == graph::AccountKind::former;
    arr.add_if(paid, account.revenue);
    started.add(account.started);
    ended.add_if(account.ends, account.ended);
    sentiment.add_if(paid, account.sentiment);
    lighthouse.add(account.lighthouse ? 1 : 0);
    region.add(account.region);
    employees.add(account.employees);
  }
  core::Table table;
  table.add("account_id", ids.account.column(count));
  table.add("name", column(std::move(name)));
  table.add("kind", words_column<graph::AccountKind>(std::move(kind)));
  table.add("arr", column(std::move(arr)));
  table.add("started", column(std::move(started)));
  table.add("ended", column(std::move(ended)));
  table.add("sentiment", column(std::move(sentiment)));
  table.add("lighthouse", column(std::move(lighthouse)));
  table.add("region", column(std::move(region), regions));
  table.add("employees", column(std::move(employees)));
  return table;
}

[[nodiscard]] inline std::vector<std::string_view> segment_names() {
  std::vector<std::string_view> names;
  for (const SegmentStory& segment : segment_stories) names.push_back(segment.name);
  return names;
}

inline core::Table segments_table(const Population& population, const SimulatedIds& ids) {
  const std::size_t count = population.accounts.size();
  WordCells segment;
  for (const SimulatedAccount& account : population.accounts) segment.add(account.segment);
  core::Table table;
  table.add("segment_id", column(std::move(segment), segment_names()));
  table.add("account_id", ids.account.column(count));
  return table;
}

inline core::Table customers_table(const World& world, const Population& population, const SimulatedIds& ids) {
  const auto count = static_cast<std::size_t>(population.first_customer.back());
  std::vector<std::int64_t> account;
  WordCells role;
  WordCells party;
  Cells<core::Instant> joined;
  const stats::Random root = stats::Random(world.options.seed).stream("people");
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    stats::Random random = root.stream(i);
    const SimulatedAccount& owner = population.accounts[i];
    const double age = world.options.as_of.days() - owner.started.days();
    for (std::size_t p = 0; p < owner.people; ++p) {
      account.push_back(as_row(i));
      role.add(static_cast<std::size_t>(random.below(roles.size())));
      const double chance = random.uniform();
      graph::Party side = graph::Party::customer;
      if (owner.kind == graph::AccountKind::internal) {
        side = graph::Party::internal;
      } else if (owner.kind == graph::AccountKind::partner) {
        side = graph::Party::partner;
      } else if (p > 0 && chance < 0.06) {
        side = graph::Party::stakeholder;
      }
      party.add(side);
      joined.add(before(world.options.as_of, age * random.uniform()));
    }
  }
  core::Table table;
  table.add("customer_id", ids.customer.column(count));
  table.add("account_id", ids.account.column(account));
  table.add("role", column(std::move(role), roles));
  table.add("party", words_column<graph::Party>(std::move(party)));
  table.add("joined", column(std::move(joined)));
  return table;
}

inline core::Table uses_table(const Population& population, const SimulatedIds& ids) {
  std::vector<std::string_view> words{"operations"};
  words.insert(words.end(), adjacent_uses.begin(), adjacent_uses.end());
  std::vector<std::int64_t> account;
  WordCells use;
  for (std::size_t i = 0; i < population.accounts.size(); ++i) {
    const int adjacent = population.accounts[i].adjacent_use;
    // A few use it for nothing but the adjacent thing.
    if (adjacent < 0 || i % 4 != 0) {
      account.push_back(as_row(i));
      use.add(std::size_t{0});
    }
    if (adjacent >= 0) {
      account.push_back(as_row(i));
      use.add(static_cast<std::size_t>(adjacent) + 1);
    }
  }
  core::Table table;
  table.add("account_id", ids.account.column(account));
  table.add("use", column(std::move(use), words));
  return table;
}

inline core::Table sources_table(const SimulatedIds& ids) {
  Cells<std::string_view> name;
  WordCells kind;
  Cells<std::string_view> owner;
  for (const SimulatedSource& source : simulated_sources) {
    name.add(source.name);
    kind.add(source.kind);
    owner.add(source.owner);
  }
  core::Table table;
  table.add("source_id", ids.source.column(simulated_sources.size()));
  table.add("name", column(std::move(name)));
  table.add("kind", words_column<graph::SourceKind>(std::move(kind)));
  table.add("owner", column(std::move(owner)));
  return table;
}

inline core::Table coverage_table(const Population& population, const SimulatedIds& ids) {
  std::vector<std::int64_t> source;
  std::vector<std::int64_t> account;
  Cells<core::Instant> since;
  Cells<core::Instant> until;
  for (std::size_t s = 0; s < simulated_sources.size(); ++s) {
    for (std::size_t i = 0; i < population.accounts.size(); ++i) {
      if (!serves(population, simulated_sources[s].reach, i)) continue;
      source.push_back(as_row(s));
      account.push_back(as_row(i));
      since.add(population.accounts[i].started);
      until.add_if(population.accounts[i].ends, population.accounts[i].ended);
    }
  }
  core::Table table;
  table.add("source_id", ids.source.column(source));
  table.add("account_id", ids.account.column(account));
  table.add("since", column(std::move(since)));
  table.add("until", column(std::move(until)));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab::detail
