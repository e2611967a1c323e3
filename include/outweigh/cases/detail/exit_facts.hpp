// The company with and without the customers that go, and what their going puts at risk.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/solution_status.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/journey/churn_risk.hpp>
#include <outweigh/journey/detail/missing.hpp>
#include <outweigh/journey/detail/table_maker.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases::detail {

/// What is known of those who go and of all.
struct ExitFacts {
  std::int64_t customers = 0, customers_leaving = 0;
  core::Money all_revenue{}, revenue{}, largest{}, largest_left{};
  core::Money all_costs{}, costs{};
  std::int64_t open_deals = 0, promises = 0, open_tickets = 0, showstoppers = 0, references = 0;
  core::Money open_deals_amount{};
  std::int64_t sales_contacts = 0;
  double sales_minutes = 0.0;
};

template <class Recent>
[[nodiscard]] ExitFacts exit_facts(const graph::CustomerGraph& graph, const std::set<std::uint32_t>& leaving,
                                   const Recent& recent) {
  ExitFacts facts;
  const auto goes = [&](auto account) { return leaving.count(account.value()) != 0; };
  for (const graph::AccountIndex account : graph.base()) {
    ++facts.customers;
    facts.customers_leaving += goes(account) ? 1 : 0;
  }
  std::map<std::uint32_t, core::Money> by_account;
  const auto& revenue = graph.revenue();
  for (std::size_t row = 0; row < revenue.rows; ++row) {
    if (!recent(revenue.at[row])) continue;
    facts.all_revenue += revenue.amount[row];
    by_account[revenue.account[row].value()] += revenue.amount[row];
    if (goes(revenue.account[row])) facts.revenue += revenue.amount[row];
  }
  for (const auto& [account, amount] : by_account) {
    if (leaving.count(account) == 0 && graph::is_stakeholder(graph, graph::AccountIndex(account))) continue;
    facts.largest = std::max(facts.largest, amount);
    if (leaving.count(account) == 0) facts.largest_left = std::max(facts.largest_left, amount);
  }
  const auto& costs = graph.costs();
  for (std::size_t row = 0; row < costs.rows; ++row) {
    if (!recent(costs.at[row])) continue;
    facts.all_costs += costs.amount[row];
    if (goes(costs.account[row])) facts.costs += costs.amount[row];
  }
  const auto& deals = graph.deals();
  for (std::size_t row = 0; row < deals.rows; ++row) {
    if (!goes(deals.account[row]) || deals.opened[row] > graph.as_of()) continue;
    const bool closed = deals.closed.has(row) && deals.closed[row] <= graph.as_of();
    const bool decided = deals.outcome.has(row) && deals.outcome[row] != graph::DealOutcome::open;
    if (closed || (decided && !deals.closed.has(row))) continue;
    ++facts.open_deals;
    if (deals.amount.has(row)) facts.open_deals_amount += deals.amount[row];
  }
  const auto& commitments = graph.commitments();
  for (std::size_t row = 0; row < commitments.rows; ++row) {
    if (!goes(commitments.account[row])) continue;
    const auto status = graph::status_of(graph, commitments.solution[row].value());
    facts.promises += status != graph::SolutionStatus::shipped ? 1 : 0;
  }
  const auto& tickets = graph.tickets();
  for (std::size_t row = 0; row < tickets.rows; ++row) {
    if (!goes(tickets.account[row]) || tickets.opened[row] > graph.as_of()) continue;
    if (tickets.resolved.has(row) && tickets.resolved[row] <= graph.as_of()) continue;
    ++facts.open_tickets;
    facts.showstoppers += tickets.showstopper.value_or(row, 0) != 0 ? 1 : 0;
  }
  const auto& contacts = graph.interactions();
  for (std::size_t row = 0; row < contacts.rows; ++row) {
    if (!goes(contacts.account[row]) || !recent(contacts.at[row])) continue;
    if (!contacts.purpose.has(row) || contacts.purpose[row] != graph::Purpose::sell) continue;
    ++facts.sales_contacts;
    facts.sales_minutes += contacts.minutes.value_or(row, 0.0);
  }
  for (const std::uint32_t account : leaving) {
    facts.references += graph.accounts().lighthouse.value_or(account, 0) != 0 ? 1 : 0;
  }
  return facts;
}

/// The company's figures with them, and without them between two ends: what is avoidable is a range.
[[nodiscard]] inline core::Table with_and_without(const ExitFacts& facts, bool has_revenue, bool has_costs,
                                                  double avoidable_lower, double avoidable_upper) {
  using journey::detail::Cell;
  using journey::detail::TableMaker;
  using Type = TableMaker::Type;
  TableMaker maker{{"figure", Type::text},
                   {"with_them", Type::number},
                   {"without_lower", Type::number},
                   {"without_upper", Type::number}};
  const double revenue = facts.all_revenue.units();
  const double revenue_left = (facts.all_revenue - facts.revenue).units();
  const double costs = facts.all_costs.units();
  maker.row({"customers", static_cast<double>(facts.customers),
             static_cast<double>(facts.customers - facts.customers_leaving),
             static_cast<double>(facts.customers - facts.customers_leaving)});
  if (has_revenue) maker.row({"revenue", revenue, revenue_left, revenue_left});
  if (has_costs) maker.row({"costs", costs, costs - avoidable_upper, costs - avoidable_lower});
  if (has_revenue && has_costs) {
    const double low = revenue_left - (costs - avoidable_lower);
    const double high = revenue_left - (costs - avoidable_upper);
    maker.row({"profit", revenue - costs, low, high});
    const auto of = [](double part, double whole) { return whole > 0.0 ? Cell(part / whole) : Cell(); };
    maker.row({"profit / revenue", of(revenue - costs, revenue), of(low, revenue_left), of(high, revenue_left)});
  }
  if (has_revenue && revenue > 0.0) {
    const auto share = [](core::Money part, double whole) { return whole > 0.0 ? Cell(part.units() / whole) : Cell(); };
    const Cell left = share(facts.largest_left, revenue_left);
    maker.row({"largest customer's share of revenue", share(facts.largest, revenue), left, left});
  }
  return maker.table();
}

/// How probably each of them leaves anyway, where that can be known; else the reason why not.
struct LeavingAnyway {
  struct Risk {
    double mean = 0.0, lower = 0.0, upper = 0.0;
    bool is_doubtful = false;
  };
  std::map<std::string, Risk> risk{};
  std::string reason{};
};

[[nodiscard]] inline LeavingAnyway leaving_anyway(const graph::CustomerGraph& graph, const core::RunControl& control) {
  LeavingAnyway found;
  try {
    journey::ChurnRiskOptions options;
    options.control = control;
    const journey::NamedTables risks = journey::churn_risk(graph, options);
    const core::Table& accounts = risks.table("accounts");
    const core::Field<double> risk = core::read_float64s(accounts["risk"]);
    const core::Field<double> lower = core::read_float64s(accounts["lower"]);
    const core::Field<double> upper = core::read_float64s(accounts["upper"]);
    for (std::size_t row = 0; row < accounts.rows(); ++row) {
      if (!risk.has(row)) continue;
      found.risk[accounts["account_id"].text(row)] = {risk[row], lower.value_or(row, 0.0), upper.value_or(row, 1.0),
                                                      accounts["status"].text(row) == "doubtful"};
    }
  } catch (const core::MissingInput& error) {
    found.reason = error.what();
  } catch (const core::NotIdentified& error) {
    found.reason = error.what();
  }
  return found;
}

[[nodiscard]] inline std::string showstopper_note(std::int64_t tickets, std::int64_t showstoppers) {
  if (tickets == 1) return showstoppers == 1 ? "it stops the customer" : "it does not stop the customer";
  if (showstoppers == 0) return "none of them stops the customer";
  return core::detail::grouped(showstoppers) + " of them " + (showstoppers == 1 ? "stops" : "stop") + " the customer";
}

/// What their going, or their staying, puts at risk, by the function that has to deal with it.
[[nodiscard]] inline core::Table exit_risks(const graph::CustomerGraph& graph, const ExitFacts& facts,
                                            const std::map<std::uint32_t, core::Money>& revenue, bool has_revenue,
                                            std::optional<double> stranded_lower, std::optional<double> stranded_upper,
                                            journey::detail::Missing& missing, const core::RunControl& control) {
  using journey::detail::Cell;
  using journey::detail::TableMaker;
  using Type = TableMaker::Type;
  TableMaker maker{{"function", Type::text},       {"risk", Type::text},           {"count", Type::count},
                   {"amount_lower", Type::number}, {"amount_upper", Type::number}, {"note", Type::text}};
  if (has_revenue) {
    const double lost = facts.revenue.units();
    maker.row({"finance", "revenue is lost", facts.customers_leaving, lost, lost, "as in the days before"});
  }
  if (stranded_lower && *stranded_upper > 0.0) {
    maker.row({"finance", "costs stay", Cell(), *stranded_lower, *stranded_upper, "others have to bear them"});
  }
  if (facts.open_deals > 0) {
    const Cell amount = facts.open_deals_amount > core::Money() ? Cell(facts.open_deals_amount) : Cell();
    maker.row({"sales", "open deals end", facts.open_deals, amount, amount, "their amounts, won or not"});
  }
  if (facts.references > 0) {
    maker.row({"marketing", "references are lost", facts.references, Cell(), Cell(), "accounts that others look at"});
  }
  if (facts.promises > 0) {
    maker.row({"legal", "promises are not kept", facts.promises, Cell(), Cell(), "promised and not shipped"});
  }
  if (facts.open_tickets > 0) {
    maker.row({"support", "tickets are open", facts.open_tickets, Cell(), Cell(),
               showstopper_note(facts.open_tickets, facts.showstoppers)});
  }
  const LeavingAnyway anyway = leaving_anyway(graph, control);
  if (!anyway.reason.empty()) {
    missing.add("risk that they leave anyway", "accounts", anyway.reason);
    return maker.table();
  }
  // Risks of one model are off together: the bounds of the sums are the sums of the bounds.
  LeavingAnyway::Risk expected;
  double amount_lower = 0.0;
  double amount_upper = 0.0;
  for (const auto& [account, paid] : revenue) {
    const auto found = anyway.risk.find(graph.ids(graph::NodeKind::account).text(account));
    if (found == anyway.risk.end()) continue;
    const LeavingAnyway::Risk& risk = found->second;
    expected.mean += risk.mean;
    expected.lower += risk.lower;
    expected.upper += risk.upper;
    expected.is_doubtful = expected.is_doubtful || risk.is_doubtful;
    amount_lower += std::min(risk.lower * paid.units(), risk.upper * paid.units());
    amount_upper += std::max(risk.lower * paid.units(), risk.upper * paid.units());
  }
  char text[120];
  std::snprintf(text, sizeof text, "%.2f of them (%.2f to %.2f) are expected to leave within 90 days", expected.mean,
                expected.lower, expected.upper);
  maker.row({"finance", "they leave anyway", Cell(), has_revenue ? Cell(amount_lower) : Cell(),
             has_revenue ? Cell(amount_upper) : Cell(),
             std::string(text) + (expected.is_doubtful ? ", which is doubtful" : "") +
                 ": what they brought in the days before is not safe in any case"});
  return maker.table();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::cases::detail
