#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/ids.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/graph_builder.hpp>
#include <outweigh/lab/detail/account_tables.hpp>
#include <outweigh/lab/detail/cells.hpp>
#include <outweigh/lab/detail/money_tables.hpp>
#include <outweigh/lab/detail/population.hpp>
#include <outweigh/lab/detail/solution_tables.hpp>
#include <outweigh/lab/detail/truth_data.hpp>
#include <outweigh/lab/detail/voice_tables.hpp>
#include <outweigh/lab/detail/voices.hpp>
#include <outweigh/lab/detail/world.hpp>
#include <outweigh/lab/simulation.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

namespace detail {

inline std::vector<Voices> simulate_voices(const World& world, const Population& population) {
  const std::size_t count = population.accounts.size();
  const std::size_t blocks = core::block_count(count, account_block);
  std::vector<Voices> voices(blocks);
  core::parallel_for(world.options.control, blocks, [&](std::size_t block) {
    const std::size_t end = std::min(count, (block + 1) * account_block);
    for (std::size_t i = block * account_block; i < end; ++i) Speaker(world, population, i, voices[block]).speak();
  });
  return voices;
}

inline Truth make_truth(const World& world, Population&& population, const SimulatedIds& ids) {
  auto data = std::make_shared<TruthData>();
  const std::size_t accounts = population.accounts.size();
  const std::size_t needs = world.needs.size();
  data->needs = core::Ids(ids.need.column(needs));
  data->accounts = core::Ids(ids.account.column(accounts));
  data->words = world.need_words;
  data->base.resize(accounts);

  struct Count {
    std::int64_t accounts = 0;
    double revenue = 0.0;
  };
  std::vector<Count> counts(needs * segment_count);
  std::array<std::int64_t, segment_count> sizes{};
  for (std::size_t i = 0; i < accounts; ++i) {
    data->base[i] = population.active(i) ? 1 : 0;
    if (!population.active(i)) continue;
    const SimulatedAccount& account = population.accounts[i];
    ++sizes[account.segment];
    for (std::size_t k = 0; k < needs; ++k) {
      if (!has_need(population.need_bits, world.need_words, i, k)) continue;
      Count& cell = counts[k * segment_count + account.segment];
      ++cell.accounts;
      cell.revenue += account.revenue;
    }
  }
  data->bits = std::move(population.need_bits);

  std::vector<std::int64_t> need_of_row;
  WordCells segment;
  Cells<double> prevalence;
  Cells<std::int64_t> size;
  Cells<std::int64_t> with_need;
  Cells<double> revenue;
  Cells<double> whole_prevalence;
  Cells<std::int64_t> whole_size;
  Cells<std::int64_t> whole_with_need;
  Cells<double> whole_revenue;
  std::int64_t base = 0;
  for (const std::int64_t members : sizes) base += members;
  for (std::size_t k = 0; k < needs; ++k) {
    Count whole;
    for (std::size_t s = 0; s < segment_count; ++s) {
      if (sizes[s] == 0) continue;
      const Count& cell = counts[k * segment_count + s];
      whole.accounts += cell.accounts;
      whole.revenue += cell.revenue;
      need_of_row.push_back(as_row(k));
      segment.add(s);
      prevalence.add(static_cast<double>(cell.accounts) / static_cast<double>(sizes[s]));
      size.add(sizes[s]);
      with_need.add(cell.accounts);
      revenue.add(cell.revenue);
    }
    whole_prevalence.add(static_cast<double>(whole.accounts) / static_cast<double>(base));
    whole_size.add(base);
    whole_with_need.add(whole.accounts);
    whole_revenue.add(whole.revenue);
  }
  data->prevalence.add("need_id", ids.need.column(need_of_row));
  data->prevalence.add("segment_id", column(std::move(segment), segment_names()));
  data->prevalence.add("prevalence", column(std::move(prevalence)));
  data->prevalence.add("accounts", column(std::move(size)));
  data->prevalence.add("accounts_with_need", column(std::move(with_need)));
  data->prevalence.add("revenue_with_need", column(std::move(revenue)));
  data->by_need.add("need_id", ids.need.column(needs));
  data->by_need.add("prevalence", column(std::move(whole_prevalence)));
  data->by_need.add("accounts", column(std::move(whole_size)));
  data->by_need.add("accounts_with_need", column(std::move(whole_with_need)));
  data->by_need.add("revenue_with_need", column(std::move(whole_revenue)));
  return Truth(std::move(data));
}

}  // namespace detail

OUTWEIGH_INLINE const core::Table& Simulation::table(std::string_view name) const {
  for (const auto& [known, table] : tables) {
    if (known == name) return table;
  }
  throw core::MissingInput("the simulation makes no such table", {.table = std::string(name)});
}

OUTWEIGH_INLINE graph::CustomerGraph Simulation::graph(const core::RunControl& control) const {
  graph::BuildOptions options;
  options.as_of = as_of;
  options.currency = "EUR";
  options.effort_unit = "person weeks";
  options.control = control;
  graph::GraphBuilder builder(options);
  // In a small or silent company nobody may have been asked, or promised, anything.
  for (const auto& [name, table] : tables) {
    if (table.rows() > 0) builder.add(name, table);
  }
  return builder.build();
}

OUTWEIGH_INLINE Simulation simulate(const SimulationOptions& options) {
  const detail::World world = detail::simulate_world(options);
  const core::RunControl& control = options.control;
  control.report("simulating accounts", 0.0);
  detail::Population population = detail::simulate_population(world);
  control.report("simulating contacts", 0.2);
  const std::vector<detail::Voices> voices = detail::simulate_voices(world, population);

  control.report("writing tables", 0.5);
  detail::BlockOffsets offsets;
  std::size_t interactions = 0;
  std::size_t requests = 0;
  std::size_t tickets = 0;
  for (const detail::Voices& block : voices) {
    offsets.interactions.push_back(detail::as_row(interactions));
    offsets.requests.push_back(detail::as_row(requests));
    offsets.tickets.push_back(detail::as_row(tickets));
    interactions += block.interactions.size();
    requests += block.requests.size();
    tickets += block.tickets.size();
  }
  const detail::SimulatedIds ids{.account = {'A', options.accounts},
                                 .customer = {'P', static_cast<std::size_t>(population.first_customer.back())},
                                 .interaction = {'I', interactions},
                                 .request = {'R', requests},
                                 .ticket = {'T', tickets},
                                 .need = {'N', options.needs},
                                 .solution = {'S', options.solutions},
                                 .source = {'V', detail::simulated_sources.size()}};

  std::vector<std::pair<std::string, core::Table>> tables;
  tables.emplace_back("accounts", detail::accounts_table(population, ids));
  tables.emplace_back("segments", detail::segments_table(population, ids));
  tables.emplace_back("customers", detail::customers_table(world, population, ids));
  tables.emplace_back("uses", detail::uses_table(population, ids));
  tables.emplace_back("sources", detail::sources_table(ids));
  tables.emplace_back("coverage", detail::coverage_table(population, ids));
  control.report("writing tables", 0.6);
  tables.emplace_back("interactions", detail::interactions_table(population, voices, offsets, ids));
  tables.emplace_back("asked", detail::asked_table(voices, offsets, ids));
  tables.emplace_back("surveys", detail::surveys_table(population, voices, ids));
  tables.emplace_back("needs", detail::needs_table(world, ids));
  control.report("writing tables", 0.7);
  tables.emplace_back("requests", detail::requests_table(world, population, voices, offsets, ids));
  tables.emplace_back("tickets", detail::tickets_table(population, voices, offsets, ids));
  tables.emplace_back("articles", detail::articles_table(world));
  tables.emplace_back("solutions", detail::solutions_table(world, ids));
  tables.emplace_back("efforts", detail::efforts_table(world, ids));
  tables.emplace_back("capacities", detail::capacities_table(world));
  tables.emplace_back("covers", detail::covers_table(world, ids));
  tables.emplace_back("dependencies", detail::dependencies_table(world, ids));
  tables.emplace_back("commitments", detail::commitments_table(world, population, ids));
  control.report("writing tables", 0.8);
  tables.emplace_back("deals", detail::deals_table(world, population, ids));
  tables.emplace_back("revenue", detail::revenue_table(world, population, ids));
  tables.emplace_back("costs", detail::costs_table(world, population, voices, ids));
  tables.emplace_back("events", detail::events_table(world, population, ids));
  control.report("writing tables", 0.9);
  Truth truth = detail::make_truth(world, std::move(population), ids);
  control.report("simulated", 1.0);
  return Simulation{std::move(tables), std::move(truth), options.as_of};
}

}  // namespace outweigh::inline OUTWEIGH_ABI::lab
