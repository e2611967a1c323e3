#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include <outweigh/cases/detail/exit_facts.hpp>
#include <outweigh/cases/exit_case.hpp>
#include <outweigh/core/detail/counted.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/journey/detail/missing.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/detail/window.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases {

namespace detail {

inline void check_exit_options(const ExitOptions& options) {
  journey::detail::require_days(options.days, "days");
  const auto share = [](double value, const std::string& name) {
    if (!(value >= 0.0 && value <= 1.0))
      throw core::InvalidInput("a share lies between 0 and 1", {.column = name, .value = std::to_string(value)});
  };
  share(options.discount, "discount");
  for (const auto& [function, value] : options.avoidable) {
    if (!graph::parse<graph::CostFunction>(function)) {
      throw core::InvalidInput("a function is one of support, engineering, product, marketing, sales, legal, other",
                               {.column = "avoidable", .value = function});
    }
    share(value, "avoidable");
  }
  const auto amount = [](const std::optional<double>& value, const char* name) {
    if (value && (!(*value >= 0.0) || !std::isfinite(*value)))
      throw core::InvalidInput("an amount is finite and not negative",
                               {.column = name, .value = std::to_string(*value)});
  };
  amount(options.refund, "refund");
  amount(options.export_cost, "export_cost");
  amount(options.migrate_cost, "migrate_cost");
  amount(options.referral_fee, "referral_fee");
  amount(options.revenue_by_references, "revenue_by_references");
  amount(options.revenue_by_referrals, "revenue_by_referrals");
}

/// A number in a few digits, for sentences.
inline std::string plain(double value) {
  std::string text = std::to_string(std::round(value * 10.0) / 10.0);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : core::detail::set_apart(std::move(text));
}

/// Open solutions that only these accounts asked for, or that were promised to nobody else and asked for by nobody
/// else. `effort`: theirs together, without those of `unknown` ones.
inline core::Table freed_roadmap(const graph::CustomerGraph& graph, const std::set<std::uint32_t>& leaving,
                                 double& effort, std::int64_t& unknown) {
  using journey::detail::TableMaker;
  using Type = TableMaker::Type;
  TableMaker maker{{"solution_id", Type::id}, {"title", Type::text}, {"effort", Type::number}, {"reason", Type::text}};
  const std::size_t solutions = graph.size(graph::NodeKind::solution);
  std::vector<std::uint8_t> by_them(solutions, 0);
  std::vector<std::uint8_t> by_others(solutions, 0);
  std::vector<std::uint8_t> promised(solutions, 0);
  std::vector<std::uint8_t> need_them(graph.size(graph::NodeKind::need), 0);
  std::vector<std::uint8_t> need_others(need_them.size(), 0);
  // Of others only customers count: those who buy or use.
  const auto mark = [&](std::vector<std::uint8_t>& them, std::vector<std::uint8_t>& others, std::size_t at,
                        graph::AccountIndex account) {
    if (leaving.count(account.value()) != 0)
      them[at] = 1;
    else if (!graph::is_stakeholder(graph, account))
      others[at] = 1;
  };
  const auto& requests = graph.requests();
  for (std::size_t row = 0; row < requests.rows; ++row) {
    if (requests.at[row] > graph.as_of() || graph::speaks_as_stakeholder(graph, requests.customer, row)) continue;
    if (requests.need.has(row)) mark(need_them, need_others, requests.need[row].value(), requests.account[row]);
    if (requests.solution.has(row)) mark(by_them, by_others, requests.solution[row].value(), requests.account[row]);
  }
  const auto& tickets = graph.tickets();
  for (std::size_t row = 0; row < tickets.rows; ++row) {
    if (tickets.need.has(row) && tickets.opened[row] <= graph.as_of())
      mark(need_them, need_others, tickets.need[row].value(), tickets.account[row]);
  }
  const auto& covers = graph.covers();
  for (std::size_t row = 0; row < covers.rows; ++row) {
    const std::size_t solution = covers.solution[row].value();
    const std::size_t need = covers.need[row].value();
    by_them[solution] = by_them[solution] | need_them[need];
    by_others[solution] = by_others[solution] | need_others[need];
  }
  const auto& commitments = graph.commitments();
  for (std::size_t row = 0; row < commitments.rows; ++row)
    mark(promised, by_others, commitments.solution[row].value(), commitments.account[row]);
  const auto& table = graph.solutions();
  for (std::size_t s = 0; s < solutions; ++s) {
    const auto status = table.status.value_or(s, graph::SolutionStatus::candidate);
    const bool open = status == graph::SolutionStatus::candidate || status == graph::SolutionStatus::in_progress;
    if (!open || by_others[s] != 0 || (by_them[s] == 0 && promised[s] == 0)) continue;
    effort += table.effort.value_or(s, 0.0);
    unknown += table.effort.has(s) ? 0 : 1;
    maker.row(
        {journey::detail::NodeId{&graph.ids(graph::NodeKind::solution), static_cast<std::uint32_t>(s)},
         table.title.get(s), table.effort.get(s),
         promised[s] != 0 ? "promised to nobody else, and nobody else asked for it" : "nobody else asked for it"});
  }
  return maker.table();
}

}  // namespace detail

OUTWEIGH_INLINE journey::NamedTables exit_case(const graph::CustomerGraph& graph,
                                               const std::vector<std::string>& account_ids,
                                               const ExitOptions& options) {
  using journey::detail::Cell;
  using journey::detail::TableMaker;
  using Type = TableMaker::Type;
  detail::check_exit_options(options);
  if (account_ids.empty()) throw core::InvalidInput("an exit names at least one account", {.column = "account_id"});
  std::set<std::uint32_t> leaving;
  for (const std::string& id : account_ids) {
    const auto found = graph.ids(graph::NodeKind::account).find(id);
    if (!found)
      throw core::InvalidInput("there is no such account", {.table = "accounts", .column = "account_id", .value = id});
    leaving.insert(*found);
  }
  journey::detail::Missing missing;
  const core::Instant as_of = graph.as_of();
  const core::Instant begin = journey::detail::days_before(as_of, options.days);
  const auto recent = [&](core::Instant at) { return at > begin && at <= as_of; };

  struct One {
    core::Money revenue{}, costs{};
    std::int64_t tickets = 0;
    double minutes = 0.0;
  };
  std::map<std::uint32_t, One> of;
  for (const std::uint32_t a : leaving) of[a];
  journey::NamedTables result;
  auto& figures = result.figures;

  const detail::ExitFacts facts = detail::exit_facts(graph, leaving, recent);
  const bool has_revenue = missing.needs(graph, "revenue", "revenue");
  const core::Money revenue = facts.revenue;
  const core::Money all_revenue = facts.all_revenue;
  for (std::size_t row = 0; row < graph.revenue().rows; ++row) {
    if (!recent(graph.revenue().at[row])) continue;
    const auto found = of.find(graph.revenue().account[row].value());
    if (found == of.end()) continue;
    found->second.revenue += graph.revenue().amount[row];
  }
  if (has_revenue) {
    figures["revenue"] = revenue.units();
    if (all_revenue > core::Money()) figures["share_of_revenue"] = revenue.units() / all_revenue.units();
  }

  const bool has_costs = missing.needs(graph, "costs by function", "costs");
  constexpr std::size_t function_count = graph::Vocabulary<graph::CostFunction>::words.size();
  std::array<core::Money, function_count + 1> cost{};  // the last one: unknown
  core::Money costs;
  for (std::size_t row = 0; row < graph.costs().rows; ++row) {
    const auto found = of.find(graph.costs().account[row].value());
    if (found == of.end() || !recent(graph.costs().at[row])) continue;
    const std::size_t function =
        graph.costs().function.has(row) ? static_cast<std::size_t>(graph.costs().function[row]) : function_count;
    cost[function] += graph.costs().amount[row];
    found->second.costs += graph.costs().amount[row];
    costs += graph.costs().amount[row];
  }
  if (has_costs) figures["costs"] = costs.units();
  if (has_revenue && has_costs) figures["profit"] = revenue.units() - costs.units();

  using core::detail::counted;
  std::int64_t tickets = 0;
  std::int64_t all_tickets = 0;
  double minutes = 0.0;
  std::int64_t unknown_minutes = 0;
  const bool has_tickets = missing.needs(graph, "support freed", "tickets");
  const bool has_minutes =
      has_tickets && missing.needs("support time freed", "tickets", "minutes", graph.tickets().minutes);
  for (std::size_t row = 0; row < graph.tickets().rows; ++row) {
    if (!recent(graph.tickets().opened[row])) continue;
    const auto found = of.find(graph.tickets().account[row].value());
    all_tickets += found != of.end() || !graph::is_stakeholder(graph, graph.tickets().account[row]) ? 1 : 0;
    if (found == of.end()) continue;
    ++tickets;
    ++found->second.tickets;
    const double time = graph.tickets().minutes.value_or(row, 0.0);
    unknown_minutes += graph.tickets().minutes.has(row) ? 0 : 1;
    found->second.minutes += time;
    minutes += time;
  }
  if (has_tickets) {
    figures["tickets"] = static_cast<double>(tickets);
    if (all_tickets > 0) figures["share_of_tickets"] = static_cast<double>(tickets) / static_cast<double>(all_tickets);
  }
  if (has_minutes) figures["minutes"] = minutes;
  if (has_minutes && unknown_minutes > 0) {
    missing.add("support time freed by " + counted(unknown_minutes, "ticket"), "tickets", "minutes");
  }

  double effort = 0.0;
  std::int64_t unknown_efforts = 0;
  core::Table roadmap = detail::freed_roadmap(graph, leaving, effort, unknown_efforts);
  if (missing.needs(graph, "roadmap freed", "solutions") &&
      (missing.needs(graph, "roadmap freed", "requests") || graph.has_table("commitments"))) {
    figures["effort_freed"] = effort;
    if (unknown_efforts > 0) {
      missing.add("effort freed by " + counted(unknown_efforts, "solution"), "solutions", "effort");
    }
  }
  const std::int64_t references = facts.references;
  if (missing.needs("references lost", "accounts", "lighthouse", graph.accounts().lighthouse))
    figures["references_lost"] = static_cast<double>(references);
  if (!options.revenue_by_referrals)
    missing.add("referrals lost", "", "the option revenue_by_referrals: none of the tables has them");
  if (references > 0 && !options.revenue_by_references)
    missing.add("revenue by references", "", "the option revenue_by_references");

  // By function: what it costs, what of it ends, and what people there would no longer do.
  double avoidable_lower = 0.0;
  double avoidable_upper = 0.0;
  TableMaker functions{{"function", Type::text},
                       {"cost", Type::number},
                       {"avoidable_lower", Type::number},
                       {"avoidable_upper", Type::number},
                       {"stranded_lower", Type::number},
                       {"stranded_upper", Type::number},
                       {"status", Type::text},
                       {"freed", Type::text},
                       {"lost", Type::text}};
  const auto function_row = [&](const std::string& name, std::optional<core::Money> amount_of, std::string freed,
                                std::string lost) {
    if (!amount_of) {
      functions.row({name, Cell(), Cell(), Cell(), Cell(), Cell(), "undefined", freed.empty() ? Cell() : Cell(freed),
                     lost.empty() ? Cell() : Cell(lost)});
      return;
    }
    const double amount = amount_of->units();
    const auto given = options.avoidable.find(name);
    const double low = given == options.avoidable.end() ? std::min(0.0, amount) : amount * given->second;
    const double high = given == options.avoidable.end() ? std::max(0.0, amount) : amount * given->second;
    avoidable_lower += low;
    avoidable_upper += high;
    functions.row({name, amount, low, high, amount - high, amount - low,
                   given == options.avoidable.end() ? "bounds_only" : "assumed", freed.empty() ? Cell() : Cell(freed),
                   lost.empty() ? Cell() : Cell(lost)});
  };
  for (std::size_t f = 0; f <= function_count; ++f) {
    const std::string name = f < function_count ? std::string(graph::to_string(static_cast<graph::CostFunction>(f)))
                                                : std::string("unknown");
    std::string freed, lost;
    bool always = name == "support" || name == "engineering";
    if (name == "support" && has_tickets)
      freed = counted(tickets, "ticket") +
              (has_minutes ? ", " + counted(static_cast<std::int64_t>(minutes), "minute") : "");
    if ((name == "engineering" || name == "product") && figures.count("effort_freed") != 0)
      freed = counted(roadmap.rows(), "solution") + " that nobody else asked for, effort " + detail::plain(effort);
    if (name == "marketing") {
      always = true;
      if (references > 0) lost = counted(references, "reference");
      // Money in, money out: the function without costs of its own.
      std::string paid;
      if (has_revenue) {
        paid = "revenue " + detail::plain(revenue.units());
        if (all_revenue > core::Money())
          paid += ", " + detail::plain(100.0 * revenue.units() / all_revenue.units()) + " % of all";
      }
      function_row("finance", std::nullopt, "", paid);
    }
    if (name == "sales") {
      always = true;
      if (facts.sales_contacts > 0)
        freed = counted(facts.sales_contacts, "contact") + ", " +
                counted(static_cast<std::int64_t>(facts.sales_minutes), "minute");
      if (facts.open_deals > 0) lost = counted(facts.open_deals, "open deal");
    }
    if (name == "legal" && facts.promises > 0) lost = counted(facts.promises, "open promise");
    if (!always && cost[f] == core::Money() && freed.empty() && lost.empty()) continue;
    function_row(name, has_costs ? std::optional(cost[f]) : std::nullopt, freed, lost);
  }
  if (has_costs) {
    figures["avoidable_lower"] = avoidable_lower;
    figures["avoidable_upper"] = avoidable_upper;
  }

  TableMaker ways{{"way", Type::text},
                  {"revenue_lost", Type::number},
                  {"cost_avoided_lower", Type::number},
                  {"cost_avoided_upper", Type::number},
                  {"one_off", Type::number},
                  {"net_lower", Type::number},
                  {"net_upper", Type::number},
                  {"status", Type::text},
                  {"note", Type::text}};
  const double by_references =
      (references > 0 ? options.revenue_by_references.value_or(0.0) : 0.0) + options.revenue_by_referrals.value_or(0.0);
  const auto way = [&](const char* name, std::optional<double> one_off, const char* amount, const char* note,
                       double share_lost, bool goes) {
    const bool known = has_revenue && has_costs && one_off.has_value();
    const double lost = share_lost * revenue.units() + (goes ? by_references : 0.0);
    const double low = goes ? avoidable_lower : 0.0;
    const double high = goes ? avoidable_upper : 0.0;
    std::string text = note;
    if (!one_off) text = std::string("the option ") + amount + " was not given; " + text;
    if (goes && references > 0 && !options.revenue_by_references) text += "; what references bring is not in it";
    ways.row({name, has_revenue ? Cell(lost) : Cell(), has_costs ? Cell(low) : Cell(), has_costs ? Cell(high) : Cell(),
              one_off, known ? Cell(low - lost + *one_off) : Cell(), known ? Cell(high - lost + *one_off) : Cell(),
              known ? "bounds_only" : "undefined", text});
  };
  const auto negative = [](const std::optional<double>& value) {
    return value ? std::optional<double>(-*value) : std::nullopt;
  };
  way("withdraw", 0.0, "", "end the contract at its term", 1.0, true);
  way("refer", options.referral_fee, "referral_fee", "bring them to somebody who fits", 1.0, true);
  way("refund", negative(options.refund), "refund", "end now and give money back", 1.0, true);
  way("export", negative(options.export_cost), "export_cost", "hand over their data", 1.0, true);
  way("migrate", negative(options.migrate_cost), "migrate_cost", "move them to another product of ours or of a partner",
      1.0, true);
  way("discount", 0.0, "", "keep them for less, in exchange for less service; the costs stay", options.discount, false);

  TableMaker accounts{{"revenue", Type::number}, {"costs", Type::number},   {"profit", Type::number},
                      {"tickets", Type::count},  {"minutes", Type::number}, {"lighthouse", Type::flag}};
  std::vector<std::uint32_t> who;
  for (const auto& [a, one] : of) {
    who.push_back(a);
    const auto lighthouse = graph.accounts().lighthouse.get(a);
    accounts.row({has_revenue ? Cell(one.revenue) : Cell(), has_costs ? Cell(one.costs) : Cell(),
                  has_revenue && has_costs ? Cell(one.revenue.units() - one.costs.units()) : Cell(),
                  has_tickets ? Cell(one.tickets) : Cell(), has_minutes ? Cell(one.minutes) : Cell(),
                  lighthouse ? Cell(*lighthouse != 0) : Cell()});
  }
  core::Table table;
  table.add("account_id", graph.ids(graph::NodeKind::account).column(who));
  const core::Table rest = accounts.table();
  for (std::size_t i = 0; i < rest.columns(); ++i) table.add(rest.names()[i], rest.column(i));

  std::map<std::uint32_t, core::Money> paid_by;
  for (const auto& [a, one] : of) paid_by[a] = one.revenue;
  std::optional<double> stranded_lower, stranded_upper;
  if (has_costs) {
    stranded_lower = costs.units() - avoidable_upper;
    stranded_upper = costs.units() - avoidable_lower;
  }
  result.tables.emplace_back("functions", functions.table());
  result.tables.emplace_back("compared",
                             detail::with_and_without(facts, has_revenue, has_costs, avoidable_lower, avoidable_upper));
  result.tables.emplace_back("risks", detail::exit_risks(graph, facts, paid_by, has_revenue, stranded_lower,
                                                         stranded_upper, missing, options.control));
  result.tables.emplace_back("roadmap", std::move(roadmap));
  result.tables.emplace_back("ways", ways.table());
  result.tables.emplace_back("accounts", std::move(table));
  result.missing = missing.table();
  result.assumptions = {options.days == 365.0
                            ? std::string("The next year would be as the last one.")
                            : "The next " + detail::plain(options.days) + " days would be as the last ones.",
                        "A cost whose avoidable share was not given ends by anything between nothing and all of it.",
                        "What nobody else has asked for so far may still be wanted by others who were not heard."};
  result.summary = counted(leaving.size(), "account");
  if (has_revenue) result.summary += ", revenue " + core::detail::grouped(std::llround(revenue.units()));
  if (has_costs) result.summary += ", costs " + core::detail::grouped(std::llround(costs.units()));
  result.summary += "; roadmap freed: " + counted(result.table("roadmap").rows(), "solution") + ".";
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::cases
