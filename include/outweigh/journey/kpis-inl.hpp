#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/read_column.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/journey/detail/counted_figures.hpp>
#include <outweigh/journey/detail/figures.hpp>
#include <outweigh/journey/detail/groups.hpp>
#include <outweigh/journey/detail/missing.hpp>
#include <outweigh/journey/detail/nps_answers.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/retention.hpp>
#include <outweigh/journey/detail/window.hpp>
#include <outweigh/journey/kpis.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

class KpiMaker {
 public:
  KpiMaker(const graph::CustomerGraph& graph, const KpiOptions& options)
      : graph_(graph),
        options_(options),
        groups_(group_accounts(graph, options.by)),
        period_(period_of(options.period)) {
    if (!(options.level > 0.0 && options.level < 1.0)) {
      throw core::InvalidInput("the level of intervals lies between 0 and 1",
                               {.column = "level", .value = std::to_string(options.level)});
    }
    require_days(options.adoption_days, "adoption_days");
  }

  NamedTables make() {
    deals();
    first_value();
    tickets();
    surveys();
    adoption();
    commitments();
    churn();
    retention();
    for (const CountedFigure& figure : counted_figures) {
      if (told_.count(figure.name) == 0 && !missing_.has(figure.name))
        missing_.add(figure.name, figure.table, figure.column);
    }
    NamedTables result;
    result.tables.emplace_back("kpis", maker_.table());
    result.missing = missing_.table();
    result.assumptions = {
        "Times: what has not happened yet is like what has, at the same age.",
        "Proportions: each ticket, deal or account counts alike.",
        "Accounts are independent of each other; tickets, deals, answers and money of one account are not.",
        "Revenue retention: of the accounts that paid recurring revenue throughout the period before, by the day they "
        "paid."};
    const auto several = std::count_if(groups_.of_account.begin(), groups_.of_account.end(),
                                       [](const auto& list) { return list.size() > 1; });
    if (several > 0) {
      result.assumptions.push_back("Segments overlap: " + core::detail::counted(several, "account") +
                                   (several == 1 ? " counts" : " count") + " in several.");
    }
    result.summary = core::detail::counted(result.tables.front().second.rows(), "figure") + "; " +
                     std::to_string(result.missing.rows()) + " missing, for want of a table, a column or rows.";
    return result;
  }

 private:
  [[nodiscard]] std::int64_t period(core::Instant at) const { return period_index(at, period_); }
  [[nodiscard]] bool later(core::Instant at) const { return at > graph_.as_of(); }
  [[nodiscard]] double between(core::Instant from, core::Instant to) const {
    return options_.working_hours ? options_.working_hours->between(from, to)
                                  : days(to.microseconds() - from.microseconds());
  }

  void put(const char* kpi, std::vector<Item> items, const char* unit, const Estimator& estimate,
           const std::string& period_text = {}) {
    std::map<std::pair<std::uint32_t, std::int64_t>, std::vector<Item>> cells;
    for (const Item& item : items) {
      if (graph::is_stakeholder(graph_, graph::AccountIndex(item.account))) continue;
      for (const std::uint32_t group : groups_.of_account[item.account]) cells[{group, item.period}].push_back(item);
    }
    std::vector<std::uint32_t> order(groups_.names.size());
    for (std::uint32_t g = 0; g < order.size(); ++g) order[g] = g;
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return groups_.names[a] < groups_.names[b]; });
    for (const std::uint32_t group : order) {
      for (auto cell = cells.lower_bound({group, std::numeric_limits<std::int64_t>::min()});
           cell != cells.end() && cell->first.first == group; ++cell) {
        options_.control.check();
        const Figure f = estimate(cell->second);
        told_.insert(kpi);
        maker_.row({kpi, groups_.names[group],
                    period_text.empty() ? period_name(cell->first.second, period_) : period_text, f.value, f.lower,
                    f.upper, unit, f.count, f.open, f.status, f.reason.empty() ? Cell() : Cell(f.reason)});
      }
    }
  }
  Estimator waiting(const OpenWords& words) const {
    return [level = options_.level, words](std::span<const Item> items) { return waiting_figure(items, level, words); };
  }
  Estimator share() const {
    return [level = options_.level](std::span<const Item> items) { return share_figure(items, level); };
  }

  void deals() {
    if (!graph_.has_table("deals")) {
      for (const char* kpi : {"time_to_close", "win_rate", "sales_cycle"}) missing_.add(kpi, "deals", "");
      return;
    }
    const auto& deals = graph_.deals();
    const bool has_closed = missing_.needs("time_to_close", "deals", "closed", deals.closed);
    const bool has_outcome = missing_.needs("win_rate", "deals", "outcome", deals.outcome);
    std::vector<Item> close, won, cycle;
    for (std::size_t row = 0; row < deals.rows; ++row) {
      if (later(deals.opened[row])) continue;
      const std::uint32_t account = deals.account[row].value();
      const core::Instant opened = deals.opened[row];
      const bool is_open = deals.outcome.has(row) && deals.outcome[row] == graph::DealOutcome::open;
      const bool closed = deals.closed.has(row) && !later(deals.closed[row]) && !is_open;
      const double time = days((closed ? deals.closed[row] : graph_.as_of()).microseconds() - opened.microseconds());
      // Won or lost at an unknown time: no time to count.
      const bool decided = deals.outcome.has(row) && !is_open;
      if (closed || !decided || deals.closed.has(row))
        close.push_back({account, period(opened), time, closed ? 1.0 : 0.0});
      if (!closed && !decided) cycle.push_back({account, period(opened), time, 0.0});
      if (!has_outcome || !decided || (deals.closed.has(row) && !closed)) continue;
      const bool is_won = deals.outcome[row] == graph::DealOutcome::won;
      if (closed || period_ == Period::all)
        won.push_back({account, closed ? period(deals.closed[row]) : 0, 0.0, is_won ? 1.0 : 0.0});
      if (closed && is_won) cycle.push_back({account, period(opened), time, 1.0});
    }
    if (has_closed)
      put("time_to_close", std::move(close), "days",
          waiting({"deal is open and counts as not closed yet", "deals are open and count as not closed yet"}));
    if (has_outcome) put("win_rate", std::move(won), "share", share());
    if (has_closed && has_outcome) {
      put("sales_cycle", std::move(cycle), "days",
          [level = options_.level](std::span<const Item> items) { return happened_figure(items, level); });
    } else {
      missing_.add("sales_cycle", "deals", has_closed ? "outcome" : "closed");
    }
  }

  void first_value() {
    const auto& accounts = graph_.accounts();
    if (!missing_.needs(graph_, "time_to_first_value", "events") ||
        !missing_.needs("time_to_first_value", "accounts", "started", accounts.started))
      return;
    const auto& events = graph_.events();
    if (options_.first_value.empty() && !missing_.needs("time_to_first_value", "events", "stage", events.stage)) return;
    std::vector<std::optional<core::Instant>> first(accounts.rows);
    for (std::size_t row = 0; row < events.rows; ++row) {
      if (later(events.at[row])) continue;
      const bool is_value = options_.first_value.empty()
                                ? events.stage.has(row) && events.stage[row] == graph::Stage::use
                                : std::find(options_.first_value.begin(), options_.first_value.end(),
                                            events.activity[row]) != options_.first_value.end();
      auto& at = first[events.account[row].value()];
      if (is_value && (!at || events.at[row] < *at)) at = events.at[row];
    }
    std::vector<Item> items;
    for (std::size_t a = 0; a < accounts.rows; ++a) {
      if (!accounts.started.has(a) || later(accounts.started[a])) continue;
      const core::Instant start = accounts.started[a];
      const core::Instant end = accounts.ended.has(a) ? std::min(accounts.ended[a], graph_.as_of()) : graph_.as_of();
      const bool happened = first[a] && *first[a] <= end;
      // Who left without one stays without: only time itself censors.
      const core::Instant until = happened ? std::max(*first[a], start) : graph_.as_of();
      items.push_back({static_cast<std::uint32_t>(a), period(start), days(until.microseconds() - start.microseconds()),
                       happened ? 1.0 : 0.0});
    }
    put("time_to_first_value", std::move(items), "days",
        [&](std::span<const Item> list) { return first_value_figure(list, options_.level); });
  }

  void tickets() {
    if (!graph_.has_table("tickets")) {
      for (const char* kpi : {"time_to_respond", "time_to_repair", "sla_met", "reopen_rate", "reassign_rate"})
        missing_.add(kpi, "tickets", "");
      return;
    }
    const auto& tickets = graph_.tickets();
    std::vector<Item> respond, repair, sla, reopened, reassigned;
    for (std::size_t row = 0; row < tickets.rows; ++row) {
      const core::Instant opened = tickets.opened[row];
      if (later(opened)) continue;
      const std::uint32_t account = tickets.account[row].value();
      const bool resolved = tickets.resolved.has(row) && !later(tickets.resolved[row]);
      const core::Instant end = resolved ? tickets.resolved[row] : graph_.as_of();
      repair.push_back({account, period(opened), between(opened, end), resolved ? 1.0 : 0.0});
      // Resolved without a known response: it came at some time before, and nobody knows when.
      const bool responded = tickets.first_response.has(row) && !later(tickets.first_response[row]);
      if (responded || !resolved) {
        const core::Instant until = responded ? tickets.first_response[row] : graph_.as_of();
        respond.push_back({account, period(opened), between(opened, until), responded ? 1.0 : 0.0});
      }
      if (tickets.due.has(row) && !later(tickets.due[row])) {
        sla.push_back(
            {account, period(opened), 0.0, resolved && tickets.resolved[row] <= tickets.due[row] ? 1.0 : 0.0});
      }
      if (!resolved) continue;
      if (tickets.reopened.has(row))
        reopened.push_back({account, period(opened), 0.0, tickets.reopened[row] > 0 ? 1.0 : 0.0});
      if (tickets.reassigned.has(row))
        reassigned.push_back({account, period(opened), 0.0, tickets.reassigned[row] > 0 ? 1.0 : 0.0});
    }
    const char* unit = options_.working_hours ? "working hours" : "days";
    if (missing_.needs_column("time_to_respond", "tickets", "first_response", tickets.first_response)) {
      put("time_to_respond", std::move(respond), unit,
          waiting(
              {"ticket without a response yet counts as waiting", "tickets without a response yet count as waiting"}));
    }
    if (missing_.needs_column("time_to_repair", "tickets", "resolved", tickets.resolved)) {
      put("time_to_repair", std::move(repair), unit,
          waiting({"ticket is open and counts as not repaired yet", "tickets are open and count as not repaired yet"}));
    }
    if (missing_.needs("sla_met", "tickets", "due", tickets.due)) {
      if (missing_.needs_column("sla_met", "tickets", "resolved", tickets.resolved))
        put("sla_met", std::move(sla), "share", share());
    }
    if (missing_.needs("reopen_rate", "tickets", "reopened", tickets.reopened))
      put("reopen_rate", std::move(reopened), "share", share());
    if (missing_.needs("reassign_rate", "tickets", "reassigned", tickets.reassigned))
      put("reassign_rate", std::move(reassigned), "share", share());
  }

  void surveys() {
    if (!missing_.needs(graph_, "nps", "surveys")) return;
    bool any = false;
    std::vector<Item> items = nps_items(graph_, options_.nps_question, period_, any);
    if (!any) {
      missing_.add("nps", "surveys", "question '" + options_.nps_question + "'");
      return;
    }
    put("nps", std::move(items), "points",
        [level = options_.level](std::span<const Item> list) { return nps_figure(list, level); });
  }

  void adoption() {
    if (options_.promised.empty()) {
      missing_.add("adoption", "accounts", "named by the option 'promised'");
      return;
    }
    const core::Column* column = graph_.attributes("accounts").find(options_.promised);
    if (column == nullptr) {
      missing_.add("adoption", "accounts", options_.promised);
      return;
    }
    if (!missing_.needs(graph_, "adoption", "events") ||
        !missing_.needs("adoption", "events", "customer_id", graph_.events().customer) ||
        !missing_.needs("adoption", "events", "stage", graph_.events().stage))
      return;
    const auto promised = core::read_float64s(*column, {.table = "accounts", .column = options_.promised});
    const auto& events = graph_.events();
    std::vector<std::set<std::uint32_t>> people(graph_.accounts().rows);
    for (std::size_t row = 0; row < events.rows; ++row) {
      if (!events.customer.has(row) || !events.stage.has(row) || events.stage[row] != graph::Stage::use ||
          later(events.at[row]))
        continue;
      if (days(graph_.as_of().microseconds() - events.at[row].microseconds()) > options_.adoption_days) continue;
      people[events.account[row].value()].insert(events.customer[row].value());
    }
    std::vector<Item> items;
    for (const graph::AccountIndex account : graph_.base()) {
      const std::size_t a = account.value();
      if (!promised.has(a)) continue;
      if (!(promised[a] >= 0.0) || !std::isfinite(promised[a])) {
        throw core::InvalidInput(
            "what was promised is not negative",
            {.table = "accounts", .column = options_.promised, .row = a, .value = column->text(a)});
      }
      items.push_back({account.value(), 0, promised[a], static_cast<double>(people[a].size())});
    }
    const auto ratio = [this](std::span<const Item> list) { return ratio_figure(list, options_.level, 0.0, 1e300); };
    put("adoption", std::move(items), "of promised", ratio, "at as_of");
  }

  void commitments() {
    if (!missing_.needs(graph_, "promises_kept", "commitments")) return;
    const auto& commitments = graph_.commitments();
    const auto& solutions = graph_.solutions();
    if (!missing_.needs("promises_kept", "commitments", "due", commitments.due) ||
        !missing_.needs_column("promises_kept", "solutions", "shipped", solutions.shipped))
      return;
    std::vector<Item> items;
    for (std::size_t row = 0; row < commitments.rows; ++row) {
      if (!commitments.due.has(row) || later(commitments.due[row])) continue;
      const std::size_t solution = commitments.solution[row].value();
      // Shipped at an unknown time: nobody knows whether in time.
      const bool unknown = !solutions.shipped.has(solution) && solutions.status.has(solution) &&
                           solutions.status[solution] == graph::SolutionStatus::shipped;
      if (unknown) continue;
      const bool kept = solutions.shipped.has(solution) && solutions.shipped[solution] <= commitments.due[row];
      items.push_back({commitments.account[row].value(), period(commitments.due[row]), 0.0, kept ? 1.0 : 0.0});
    }
    put("promises_kept", std::move(items), "share", share());
  }

  /// Periods that are over, as [begin, end); the last year where there are no periods.
  std::vector<std::pair<core::Instant, core::Instant>> periods(core::Instant first) const {
    std::vector<std::pair<core::Instant, core::Instant>> list;
    if (period_ == Period::all) {
      list.emplace_back(core::detail::years_before(graph_.as_of(), 1), graph_.as_of());
      return list;
    }
    const std::int64_t last = period_index(graph_.as_of(), period_);
    for (std::int64_t index = std::max(period_index(first, period_), last - 1200); index < last; ++index) {
      list.emplace_back(period_begin(index, period_), period_begin(index + 1, period_));
    }
    return list;
  }

  void churn() {
    const auto& accounts = graph_.accounts();
    if (!missing_.needs("churn", "accounts", "started", accounts.started)) return;
    core::Instant first = graph_.as_of();
    bool any_former = false;
    for (std::size_t a = 0; a < accounts.rows; ++a) {
      if (accounts.started.has(a)) first = std::min(first, accounts.started[a]);
      any_former = any_former || (accounts.kind.has(a) && accounts.kind[a] == graph::AccountKind::former);
    }
    // Without a column of ends, nobody known to have left is not the same as nobody having left.
    if (accounts.ended.absent() || (any_former && !accounts.ended.any())) {
      missing_.add("churn", "accounts", "ended");
      return;
    }
    std::vector<Item> items;
    for (const auto& [begin, end] : periods(first)) {
      const std::int64_t index = period_ == Period::all ? 0 : period_index(begin, period_);
      for (std::size_t a = 0; a < accounts.rows; ++a) {
        const bool former = accounts.kind.has(a) && accounts.kind[a] == graph::AccountKind::former;
        const bool customer = !accounts.kind.has(a) || accounts.kind[a] == graph::AccountKind::customer || former;
        if (!customer) continue;
        if (!accounts.started.has(a) || (former && !accounts.ended.has(a))) {
          items.push_back({static_cast<std::uint32_t>(a), index, unknown_dates, 0.0});
          continue;
        }
        if (accounts.started[a] > begin) continue;
        if (accounts.ended.has(a) && accounts.ended[a] <= begin) continue;
        const bool left = accounts.ended.has(a) && accounts.ended[a] <= end && !later(accounts.ended[a]);
        items.push_back({static_cast<std::uint32_t>(a), index, 0.0, left ? 1.0 : 0.0});
      }
    }
    put(
        "churn", std::move(items), "share of accounts",
        [level = options_.level](std::span<const Item> list) { return churn_figure(list, level); },
        period_ == Period::all ? "last year" : "");
  }

  void retention() {
    const auto& revenue = graph_.revenue();
    if (!revenue.kind.any()) {
      const char* column = graph_.has_table("revenue") ? "kind" : "";
      for (const char* kpi : {"gross_revenue_retention", "net_revenue_retention"}) missing_.add(kpi, "revenue", column);
      return;
    }
    core::Instant first = graph_.as_of();
    for (std::size_t row = 0; row < revenue.rows; ++row) first = std::min(first, revenue.at[row]);
    const auto list = periods(first);
    if (list.empty()) return;
    // One pass; calendar periods hold their beginning, the last year and the one before it their end.
    const core::Instant before = core::detail::years_before(graph_.as_of(), 2);
    std::vector<std::map<std::uint32_t, core::Money>> sums(period_ == Period::all ? 2 : list.size());
    for (std::size_t row = 0; row < revenue.rows; ++row) {
      if (!revenue.kind.has(row) || revenue.kind[row] != graph::RevenueKind::recurring || later(revenue.at[row]))
        continue;
      std::int64_t slot = 0;
      if (period_ == Period::all) {
        if (revenue.at[row] <= before) continue;
        slot = revenue.at[row] > list.front().first ? 1 : 0;
      } else {
        slot = period(revenue.at[row]) - period(list.front().first);
      }
      if (slot >= 0 && slot < static_cast<std::int64_t>(sums.size()))
        sums[static_cast<std::size_t>(slot)][revenue.account[row].value()] += revenue.amount[row];
    }
    const RecurringPayments payments(graph_);
    std::vector<Item> gross, net;
    for (std::size_t i = 1; i < sums.size(); ++i) {
      const core::Instant begin = list[period_ == Period::all ? 0 : i].first;
      const core::Instant end = list[period_ == Period::all ? 0 : i].second;
      const core::Instant start = period_ == Period::all ? before : list[i - 1].first;
      const auto& now = sums[i];
      for (const auto& [account, amount] : sums[i - 1]) {
        if (!(amount > core::Money())) continue;
        const auto found = now.find(account);
        const double paid = found == now.end() ? 0.0 : found->second.units();
        const std::int64_t index = period_ == Period::all ? 0 : period_index(begin, period_);
        const auto standing = payments.standing(account, start, begin);
        if (standing != RecurringPayments::Standing::throughout) {
          const bool rarely = standing == RecurringPayments::Standing::rarer;
          net.push_back({account, index, rarely ? billed_rarely : began_or_ended, 0.0});
          gross.push_back(net.back());
          continue;
        }
        const double uneven =
            payments.standing(account, begin, end) == RecurringPayments::Standing::throughout
                ? amount.units() * payments.uneven(account, {start, begin, end}, period_ == Period::all)
                : 0.0;
        if (uneven > 0.0) {
          net.push_back({account, index, billed_unevenly, uneven});
          gross.push_back(net.back());
        }
        net.push_back({account, index, amount.units(), paid});
        gross.push_back({account, index, amount.units(), std::max(0.0, std::min(paid, amount.units()))});
      }
    }
    const std::string text = period_ == Period::all ? "last year" : "";
    const auto retained = [this](double highest) {
      return [this, highest](std::span<const Item> items) { return retention_figure(items, options_.level, highest); };
    };
    put("gross_revenue_retention", std::move(gross), "share of revenue", retained(1.0), text);
    put("net_revenue_retention", std::move(net), "share of revenue", retained(1e300), text);
  }

  const graph::CustomerGraph& graph_;
  const KpiOptions& options_;
  Groups groups_;
  Period period_;
  Missing missing_;
  std::set<std::string, std::less<>> told_;  ///< figures with a row
  TableMaker maker_{
      {"kpi", TableMaker::Type::text},     {"group", TableMaker::Type::text},   {"period", TableMaker::Type::text},
      {"value", TableMaker::Type::number}, {"lower", TableMaker::Type::number}, {"upper", TableMaker::Type::number},
      {"unit", TableMaker::Type::text},    {"count", TableMaker::Type::count},  {"open", TableMaker::Type::count},
      {"status", TableMaker::Type::text},  {"reason", TableMaker::Type::text}};
};

}  // namespace detail

OUTWEIGH_INLINE NamedTables kpis(const graph::CustomerGraph& graph, const KpiOptions& options) {
  return detail::KpiMaker(graph, options).make();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
