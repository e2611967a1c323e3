#pragma once

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include <outweigh/cases/deal_case.hpp>
#include <outweigh/cases/detail/demand_if_known.hpp>
#include <outweigh/core/detail/counted.hpp>
#include <outweigh/journey/detail/missing.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/roadmap/plan.hpp>
#include <outweigh/scoring/named_scorers.hpp>
#include <outweigh/scoring/score.hpp>
#include <outweigh/stats/proportion.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases {

namespace detail {

struct Deal {
  double price = 0.0;
  double cost = 0.0;
  std::optional<std::uint32_t> account{};
  std::optional<std::uint32_t> need{};
};

inline Deal read_deal(const graph::CustomerGraph& graph, const DealOptions& options) {
  const auto number = [](const std::optional<double>& value, const char* name, double least, bool strict) {
    if (value && (!std::isfinite(*value) || *value < least || (strict && *value == least))) {
      throw core::InvalidInput("out of range", {.column = name, .value = std::to_string(*value)});
    }
  };
  number(options.price, "price", 0.0, false);
  number(options.cost, "cost", 0.0, true);
  number(options.contribution, "contribution", 0.0, true);
  number(options.effort, "effort", 0.0, false);
  number(options.capacity, "capacity", 0.0, false);
  number(options.markup, "markup", 1.0, false);
  const auto find = [&](graph::NodeKind kind, const std::string& id, const char* table, const char* column) {
    const auto found = graph.ids(kind).find(id);
    if (!found) throw core::InvalidInput("there is no such id", {.table = table, .column = column, .value = id});
    return *found;
  };
  Deal deal;
  std::optional<double> price = options.price;
  std::optional<double> cost = options.cost;
  if (!options.account_id.empty())
    deal.account = find(graph::NodeKind::account, options.account_id, "accounts", "account_id");
  if (!options.need_id.empty()) deal.need = find(graph::NodeKind::need, options.need_id, "needs", "need_id");
  if (!options.deal_id.empty()) {
    const auto& deals = graph.deals();
    std::optional<std::size_t> row;
    for (std::size_t i = 0; i < deals.rows; ++i) {
      if (deals.deal[i] == options.deal_id) row = i;
    }
    if (!row)
      throw core::InvalidInput("there is no such deal",
                               {.table = "deals", .column = "deal_id", .value = options.deal_id});
    if (!deal.account) deal.account = deals.account[*row].value();
    if (!deal.need && deals.need.has(*row)) deal.need = deals.need[*row].value();
    if (!price && deals.custom_work_price.has(*row)) price = deals.custom_work_price[*row].units();
    if (!cost && deals.custom_work_cost.has(*row)) cost = deals.custom_work_cost[*row].units();
    if (cost && !(*cost > 0.0))
      throw core::InvalidInput(
          "a cost is positive",
          {.table = "deals", .column = "custom_work_cost", .row = *row, .value = std::to_string(*cost)});
    if (price && *price < 0.0)
      throw core::InvalidInput(
          "a price is not negative",
          {.table = "deals", .column = "custom_work_price", .row = *row, .value = std::to_string(*price)});
  }
  if (!price)
    throw core::MissingInput("a deal needs the price of its one-off work",
                             {.table = "deals", .column = "custom_work_price"});
  if (!cost)
    throw core::MissingInput("a deal needs the cost of its one-off work",
                             {.table = "deals", .column = "custom_work_cost"});
  deal.price = *price;
  deal.cost = *cost;
  return deal;
}

/// In each draw, how many others have the need. The asker is taken to have it in every draw, if it is of the base.
inline std::vector<double> others_with_need(const demand::Demand& demand, const Deal& deal) {
  std::vector<double> others;
  if (!deal.need) return others;
  const graph::NeedIndex need(*deal.need);
  double own = 0.0;
  if (deal.account && demand.graph().in_base(graph::AccountIndex(*deal.account)))
    own = demand.probability(need, graph::AccountIndex(*deal.account)) > 0.5 ? 1.0 : 0.0;
  for (const double draw : demand.account_draws(need)) others.push_back(std::max(0.0, draw - own));
  return others;
}

inline void displace(const demand::Demand& demand, const DealOptions& options, journey::NamedTables& result,
                     journey::detail::Missing& missing) {
  using journey::detail::TableMaker;
  using Type = TableMaker::Type;
  TableMaker maker{{"solution_id", Type::id}, {"title", Type::text}, {"value", Type::number}, {"effort", Type::number}};
  const auto leave = [&] { result.tables.emplace_back("displaced", maker.table()); };
  if (!options.effort || !options.capacity) {
    missing.add("roadmap displaced", "", !options.effort ? "the option effort" : "the option capacity");
    return leave();
  }
  if (*options.effort > *options.capacity) {
    throw core::Infeasible("the work takes more than the whole capacity",
                           {.column = "effort", .value = std::to_string(*options.effort)});
  }
  const graph::CustomerGraph& graph = demand.graph();
  if (!missing.needs(graph, "roadmap displaced", "solutions") || !missing.needs(graph, "roadmap displaced", "covers") ||
      !missing.needs("roadmap displaced", "solutions", "effort", graph.solutions().effort))
    return leave();
  const auto scores = scoring::score(demand, scoring::named_scorer("rice"));
  roadmap::PlanOptions whole;
  whole.capacity = *options.capacity;
  whole.control = options.control;
  roadmap::PlanOptions less = whole;
  less.capacity = *options.capacity - *options.effort;
  const auto before = roadmap::plan(scores, whole);
  const auto after = roadmap::plan(scores, less);
  const auto added = roadmap::added_values(before.problem(), before.selection());
  double effort = 0.0;
  for (std::size_t i = 0; i < before.solutions().size(); ++i) {
    const graph::SolutionIndex solution = before.solutions()[i];
    if (after.contains(solution)) continue;
    double value = 0.0;
    const auto position = before.position(solution);
    for (std::size_t k = 0; k < added.size() && position; ++k) {
      if (before.solution_at(before.selection().solutions[k]) == solution) value = added[k];
    }
    const auto cost = graph.solutions().effort.get(solution.value());
    effort += cost.value_or(0.0);
    maker.row({journey::detail::NodeId{&graph.ids(graph::NodeKind::solution), solution.value()},
               graph.solutions().title.get(solution.value()), value, cost});
  }
  result.figures["value_displaced"] = std::max(0.0, before.value() - after.value());
  result.figures["effort_displaced"] = effort;
  if (!before.proven() || !after.proven())
    result.assumptions.push_back("The roadmaps with and without the work were not both proved best.");
  leave();
}

inline journey::NamedTables make_deal(const graph::CustomerGraph& graph, const demand::Demand* demand,
                                      const DealOptions& options) {
  using journey::detail::Cell;
  using journey::detail::TableMaker;
  using Type = TableMaker::Type;
  const Deal deal = read_deal(graph, options);
  journey::detail::Missing missing;
  journey::NamedTables result;
  const double floor = options.markup * deal.cost;
  const bool enough = deal.price >= floor;
  TableMaker price{{"price", Type::number},  {"cost", Type::number},     {"markup", Type::number},
                   {"floor", Type::number},  {"short_by", Type::number}, {"ratio", Type::number},
                   {"is_enough", Type::flag}};
  price.row({deal.price, deal.cost, options.markup, floor, std::max(0.0, floor - deal.price), deal.price / deal.cost,
             enough});
  result.tables.emplace_back("price", price.table());
  result.figures = {{"price", deal.price},
                    {"cost", deal.cost},
                    {"floor", floor},
                    {"ratio", deal.price / deal.cost},
                    {"margin", deal.price - deal.cost}};

  TableMaker customers{{"goal", Type::text},           {"needed", Type::count},        {"others", Type::number},
                       {"others_lower", Type::number}, {"others_upper", Type::number}, {"probability", Type::number},
                       {"lower", Type::number},        {"upper", Type::number},        {"status", Type::text},
                       {"reason", Type::text}};
  std::vector<double> others;
  if (demand != nullptr) others = others_with_need(*demand, deal);
  if (!deal.need)
    missing.add("who else needs it", "deals", "need_id, or the option need_id");
  else if (others.empty())
    missing.add("who else needs it", "requests", "need_id: a demand with draws");
  if (!options.contribution) missing.add("break-even customers", "", "the option contribution");
  Cell mean, mean_lower, mean_upper;
  if (!others.empty()) {
    double sum = 0.0;
    for (const double count : others) sum += count;
    auto copy = others;
    mean = sum / static_cast<double>(others.size());
    mean_lower = journey::detail::quantile(std::span(copy), 0.05);
    mean_upper = journey::detail::quantile(std::span(copy), 0.95);
  }
  for (const bool to_floor : {false, true}) {
    const double gap = std::max(0.0, (to_floor ? floor : deal.cost) - deal.price);
    std::optional<double> needed;
    if (gap == 0.0)
      needed = 0.0;
    else if (options.contribution)
      needed = std::ceil(gap / *options.contribution - 1e-9);
    Cell probability, lower, upper;
    auto status = core::Status::undefined;
    std::string reason;
    if (!needed) {
      reason = "what each further customer would bring was not given";
    } else if (*needed == 0.0) {
      probability = lower = upper = Cell(1.0);
      status = core::Status::exact;
      reason = "the price covers it";
    } else if (others.empty()) {
      status = core::Status::not_identified;
      reason = "who else has the need is not known";
    } else {
      double at_least = 0.0;
      for (const double count : others) at_least += count >= *needed ? 1.0 : 0.0;
      const auto draws = static_cast<double>(others.size());
      const auto interval = stats::wilson_interval(at_least, draws, 0.9);
      probability = at_least / draws;
      lower = interval.lower;
      upper = interval.upper;
      status = core::Status::estimated;
      for (const auto& row : demand->overall()) {
        if (row.need.value() == *deal.need) {
          status = row.prevalence.status == core::Status::exact ? core::Status::estimated : row.prevalence.status;
          reason = row.reason;
        }
      }
    }
    customers.row({to_floor ? "floor" : "cost",
                   needed && *needed < 9e15 ? Cell(static_cast<std::int64_t>(*needed)) : Cell(), mean, mean_lower,
                   mean_upper, probability, lower, upper, status, reason.empty() ? Cell() : Cell(reason)});
  }
  result.tables.emplace_back("customers", customers.table());
  result.assumptions = {
      "An account that has the need is not yet one that buys: the probability is an upper limit for selling it.",
      "What a further customer brings is as given; nothing is earned from customers who are not in the base."};
  if (demand != nullptr) {
    displace(*demand, options, result, missing);
  } else {
    missing.add("roadmap displaced", "requests", "need_id");
    result.tables.emplace_back(
        "displaced",
        TableMaker{{"solution_id", Type::id}, {"title", Type::text}, {"value", Type::number}, {"effort", Type::number}}
            .table());
  }
  result.missing = missing.table();
  const auto percent = static_cast<std::int64_t>(std::llround(std::min(1e12, 100.0 * deal.price / deal.cost)));
  result.summary =
      "The price is " + core::detail::grouped(percent) + " % of the cost" +
      (enough ? ", enough by the rule."
              : ", below the rule of " + core::detail::grouped(std::llround(100.0 * options.markup)) + " %.");
  return result;
}

}  // namespace detail

OUTWEIGH_INLINE journey::NamedTables deal_case(const demand::Demand& demand, const DealOptions& options) {
  return detail::make_deal(demand.graph(), &demand, options);
}

OUTWEIGH_INLINE journey::NamedTables deal_case(const graph::CustomerGraph& graph, const DealOptions& options) {
  const std::optional<demand::Demand> demand = detail::demand_if_known(graph, options.control);
  return detail::make_deal(graph, demand ? &*demand : nullptr, options);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::cases
