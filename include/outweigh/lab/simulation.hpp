// A software company's customer base from a seed, with all its biased ways of hearing, and the truth.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/lab/simulation_options.hpp>
#include <outweigh/lab/truth.hpp>

namespace outweigh::inline OUTWEIGH_ABI::lab {

/// Tables as a company would have them, named as the graph's tables, and what is true behind them.
struct Simulation {
  std::vector<std::pair<std::string, core::Table>> tables;
  Truth truth;
  core::Instant as_of;

  /// Throws MissingInput for a table that the simulation does not make.
  [[nodiscard]] const core::Table& table(std::string_view name) const;
  /// The graph of all tables that have rows, at `as_of`; money is in EUR, effort in person weeks.
  [[nodiscard]] graph::CustomerGraph graph(const core::RunControl& control = {}) const;

  friend bool operator==(const Simulation&, const Simulation&) = default;
};

/// Simulates accounts with heavy-tailed revenue in five segments (two of them small), their people, thirteen sources of
/// every kind, contacts, requests with quotes, tickets, surveys, needs, solutions with dependencies, deals, revenue,
/// costs and events.
///
/// Who has a need is drawn by account: log odds = need + need in segment + slope * standardised log revenue + anger.
/// Contacts begun by the company are occasions on which a need that is there is mentioned with some probability;
/// contacts begun by the account are caused by its needs. Sources differ in whom they meet: executives meet whales and
/// angry customers, a named-account team meets one account and claims to speak for all, pooled support hears everyone
/// but only about what hurts, surveys are answered by the happiest and the unhappiest, the portal is used by power
/// users, discovery is balanced.
///
/// The same options give the same tables on every platform and for any number of threads; needs, solutions and sources
/// do not change with the number of accounts. O(accounts * (needs + contacts)).
/// Throws InvalidInput for an option out of its range, Cancelled when stopped.
[[nodiscard]] Simulation simulate(const SimulationOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::lab

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/lab/simulation-inl.hpp>
#endif
