// Tickets of a window and what is counted on groups of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/journey/detail/missing.hpp>
#include <outweigh/journey/detail/table_maker.hpp>
#include <outweigh/journey/detail/window.hpp>
#include <outweigh/journey/median_time.hpp>
#include <outweigh/journey/support.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

using CauseKey = std::pair<std::string, std::string>;  ///< what kind of cause, and which

class SupportFacts {
 protected:
  SupportFacts(const graph::CustomerGraph& graph, const SupportOptions& options)
      : graph_(graph), options_(options), tickets_(graph.tickets()) {
    const auto positive = [](double value, const char* name) {
      if (!(value > 0.0) || !std::isfinite(value)) {
        throw core::InvalidInput("must be positive and finite", {.column = name, .value = std::to_string(value)});
      }
    };
    require_days(options.days, "days");
    positive(options.recurring, "recurring");
    if (options.cost_per_minute) positive(*options.cost_per_minute, "cost_per_minute");
    if (options.cost_per_effort) positive(*options.cost_per_effort, "cost_per_effort");
    if (!(options.level > 0.0 && options.level < 1.0)) {
      throw core::InvalidInput("the level of intervals lies between 0 and 1",
                               {.column = "level", .value = std::to_string(options.level)});
    }
    if (!graph.has_table("tickets"))
      throw core::MissingInput("a summary of support needs tickets", {.table = "tickets"});
  }

  using Type = TableMaker::Type;

  [[nodiscard]] bool resolved(std::uint32_t row) const {
    return tickets_.resolved.has(row) && tickets_.resolved[row] <= graph_.as_of();
  }
  /// Is it a ticket of a customer, opened by now?
  [[nodiscard]] bool counts(std::uint32_t row) const {
    return tickets_.opened[row] <= graph_.as_of() && !graph::is_stakeholder(graph_, tickets_.account[row]);
  }
  static constexpr double days_of_month = 365.25 / 12.0;
  /// Of the window, from the first ticket on: before it none were logged.
  [[nodiscard]] double months() const {
    return days(graph_.as_of().microseconds() - since_.microseconds()) / days_of_month;
  }
  [[nodiscard]] CauseKey cause(std::uint32_t row) const {
    if (tickets_.need.has(row)) {
      const std::size_t need = tickets_.need[row].value();
      return {"need", graph_.ids(graph::NodeKind::need).text(need)};
    }
    if (tickets_.product.has(row)) return {"product", std::string(tickets_.product[row])};
    if (tickets_.kind.has(row)) return {"kind", std::string(tickets_.kind[row])};
    return {"unknown", "unknown"};
  }

  /// Of the need that is the cause; empty where another thing is, or the need has none.
  [[nodiscard]] Cell title(const CauseKey& key) const {
    if (key.first != "need") return {};
    const auto need = graph_.ids(graph::NodeKind::need).find(key.second);
    const auto text = need ? graph_.needs().title.get(*need) : std::nullopt;
    return text ? Cell(std::string(*text)) : Cell();
  }

  struct Facts {
    std::int64_t tickets = 0, accounts = 0, open = 0, showstoppers = 0;
    std::optional<double> severity, median_days, minutes;
  };
  [[nodiscard]] Facts facts(const std::vector<std::uint32_t>& list) const {
    options_.control.check();
    Facts f;
    std::set<std::uint32_t> accounts;
    double severity = 0.0;
    double minutes = 0.0;
    std::int64_t rated = 0;
    std::int64_t timed = 0;
    std::vector<WaitingTime> times;
    for (const std::uint32_t row : list) {
      ++f.tickets;
      accounts.insert(tickets_.account[row].value());
      f.showstoppers += tickets_.showstopper.value_or(row, 0) != 0 ? 1 : 0;
      if (tickets_.severity.has(row)) {
        severity += tickets_.severity[row];
        ++rated;
      }
      if (tickets_.minutes.has(row)) {
        minutes += tickets_.minutes[row];
        ++timed;
      }
      const core::Instant end = resolved(row) ? tickets_.resolved[row] : graph_.as_of();
      times.push_back({days(end.microseconds() - tickets_.opened[row].microseconds()), resolved(row)});
      f.open += resolved(row) ? 0 : 1;
    }
    f.accounts = static_cast<std::int64_t>(accounts.size());
    if (rated > 0) f.severity = severity / static_cast<double>(rated);
    if (timed > 0) f.minutes = minutes;
    if (tickets_.resolved.any()) f.median_days = median_time(std::move(times), options_.level).median;
    return f;
  }
  /// The groups with the most tickets first; ties by name.
  template <class Key>
  static std::vector<std::pair<Key, std::vector<std::uint32_t>>> by_size(
      const std::map<Key, std::vector<std::uint32_t>>& groups) {
    std::vector<std::pair<Key, std::vector<std::uint32_t>>> list(groups.begin(), groups.end());
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    return list;
  }

  void find_cost() {
    cost_per_minute_ = options_.cost_per_minute;
    double minutes = 0.0;
    for (const std::uint32_t row : rows_) minutes += tickets_.minutes.value_or(row, 0.0);
    if (!cost_per_minute_ && minutes > 0.0) {
      const auto& costs = graph_.costs();
      core::Money sum;
      for (std::size_t row = 0; row < costs.rows; ++row) {
        if (costs.function.has(row) && costs.function[row] == graph::CostFunction::support && costs.at[row] > begin_ &&
            costs.at[row] <= graph_.as_of() &&
            !(costs.account.has(row) && graph::is_stakeholder(graph_, costs.account[row])))
          sum += costs.amount[row];
      }
      if (sum > core::Money()) cost_per_minute_ = sum.units() / minutes;
    }
    if (cost_per_minute_)
      figures_["cost_per_minute"] = *cost_per_minute_;
    else
      missing_.add("cost of support", graph_.has_table("costs") ? "tickets" : "costs",
                   "minutes, or the option cost_per_minute");
  }

  const graph::CustomerGraph& graph_;
  const SupportOptions& options_;
  const graph::Tickets& tickets_;
  core::Instant begin_{};
  core::Instant since_{};  ///< begin_, or the first ticket where that is later, but a month before now at the latest
  std::vector<std::uint32_t> rows_;
  std::optional<double> cost_per_minute_;
  std::map<std::string, double> figures_;
  Missing missing_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
