#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/graph/solution_status.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/journey/detail/quantile.hpp>
#include <outweigh/journey/detail/ratio.hpp>
#include <outweigh/journey/detail/support_facts.hpp>
#include <outweigh/journey/detail/window.hpp>
#include <outweigh/journey/support.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

namespace detail {

class SupportMaker : SupportFacts {
 public:
  SupportMaker(const graph::CustomerGraph& graph, const SupportOptions& options) : SupportFacts(graph, options) {}

  NamedTables make() {
    begin_ = days_before(graph_.as_of(), options_.days);
    core::Instant earliest = graph_.as_of();
    for (std::uint32_t row = 0; row < tickets_.rows; ++row) {
      if (!counts(row)) continue;
      earliest = std::min(earliest, tickets_.opened[row]);
      if (tickets_.opened[row] > begin_) rows_.push_back(row);
    }
    since_ = std::max(begin_, std::min(earliest, days_before(graph_.as_of(), days_of_month)));
    find_cost();
    NamedTables result;
    result.tables.emplace_back("showstoppers", showstoppers());
    result.tables.emplace_back("causes", causes());
    result.tables.emplace_back("blockers", blockers());
    result.tables.emplace_back("articles", articles());
    result.tables.emplace_back("workarounds", workarounds());
    result.tables.emplace_back("defects", defects());
    result.tables.emplace_back("fixes", fixes());
    overview();
    result.figures = figures_;
    result.missing = missing_.table();
    result.assumptions = {
        "A fix ends tickets of the needs that it meets by the share that it meets, and without it they would go on as "
        "in the window.",
        "Accounts are independent of each other; tickets of one account are not."};
    if (tickets_.minutes.any()) {
      const auto unknown =
          std::count_if(rows_.begin(), rows_.end(), [&](std::uint32_t row) { return !tickets_.minutes.has(row); });
      if (unknown > 0) {
        result.assumptions.push_back(core::detail::counted(unknown, "ticket") +
                                     " of unknown minutes: what they take is in no minutes, costs and savings.");
      }
    }
    const std::size_t down = result.tables.front().second.rows();
    const auto open = figures_.find("open");
    using core::detail::counted;
    result.summary =
        counted(rows_.size(), "ticket") + " in " + counted(static_cast<std::int64_t>(options_.days), "day");
    if (open != figures_.end()) {
      result.summary += ", " + core::detail::grouped(static_cast<std::int64_t>(open->second)) + " open";
    }
    if (tickets_.showstopper.any()) result.summary += "; " + counted(down, "showstopper");
    result.summary += ".";
    return result;
  }

 private:
  core::Table showstoppers() {
    TableMaker maker{{"ticket_id", Type::id},    {"account_id", Type::id}, {"product", Type::text},
                     {"opened", Type::time},     {"open", Type::flag},     {"days", Type::number},
                     {"severity", Type::number}, {"arr", Type::number}};
    if (!missing_.needs("showstoppers", "tickets", "showstopper", tickets_.showstopper)) return maker.table();
    std::vector<std::uint32_t> list;
    // One that is still open counts however long ago it began.
    for (std::uint32_t row = 0; row < tickets_.rows; ++row) {
      if (tickets_.showstopper.value_or(row, 0) == 0 || !counts(row)) continue;
      if (!resolved(row) || tickets_.opened[row] > begin_) list.push_back(row);
    }
    const auto& arr = graph_.accounts().arr;
    const auto worth = [&](std::uint32_t row) { return arr.value_or(tickets_.account[row].value(), core::Money()); };
    std::stable_sort(list.begin(), list.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (resolved(a) != resolved(b)) return !resolved(a);
      if (worth(a) != worth(b)) return worth(a) > worth(b);
      return tickets_.opened[a] < tickets_.opened[b];
    });
    std::int64_t open = 0;
    for (const std::uint32_t row : list) {
      const core::Instant end = resolved(row) ? tickets_.resolved[row] : graph_.as_of();
      open += resolved(row) ? 0 : 1;
      const std::uint32_t account = tickets_.account[row].value();
      maker.row({NodeId{&graph_.ids(graph::NodeKind::ticket), row},
                 NodeId{&graph_.ids(graph::NodeKind::account), account}, tickets_.product.get(row),
                 tickets_.opened[row], !resolved(row), days(end.microseconds() - tickets_.opened[row].microseconds()),
                 tickets_.severity.get(row), arr.get(account)});
    }
    figures_["showstoppers_open"] = static_cast<double>(open);
    return maker.table();
  }

  core::Table causes() const {
    std::map<CauseKey, std::vector<std::uint32_t>> groups;
    for (const std::uint32_t row : rows_) groups[cause(row)].push_back(row);
    TableMaker maker{{"cause", Type::text},         {"of", Type::text},
                     {"title", Type::text},         {"tickets", Type::count},
                     {"share", Type::number},       {"per_month", Type::number},
                     {"accounts", Type::count},     {"open", Type::count},
                     {"showstoppers", Type::count}, {"severity", Type::number},
                     {"median_days", Type::number}, {"minutes", Type::number}};
    for (const auto& [key, list] : by_size(groups)) {
      const Facts f = facts(list);
      maker.row({key.second, key.first, title(key), f.tickets,
                 static_cast<double>(f.tickets) / static_cast<double>(rows_.size()),
                 static_cast<double>(f.tickets) / months(), f.accounts, f.open, f.showstoppers, f.severity,
                 f.median_days, f.minutes});
    }
    return maker.table();
  }

  core::Table blockers() {
    TableMaker maker{{"blocks", Type::text},       {"rank", Type::count}, {"cause", Type::text},
                     {"of", Type::text},           {"title", Type::text}, {"tickets", Type::count},
                     {"accounts", Type::count},    {"open", Type::count}, {"severity", Type::number},
                     {"median_days", Type::number}};
    if (!missing_.needs("blockers", "tickets", "blocks", tickets_.blocks)) return maker.table();
    for (const graph::Blocks what : {graph::Blocks::implementation, graph::Blocks::deployment}) {
      std::map<CauseKey, std::vector<std::uint32_t>> groups;
      for (const std::uint32_t row : rows_) {
        if (tickets_.blocks.has(row) && tickets_.blocks[row] == what) groups[cause(row)].push_back(row);
      }
      std::vector<std::pair<CauseKey, Facts>> list;
      for (const auto& [key, rows] : groups) list.emplace_back(key, facts(rows));
      // Accounts blocked, then tickets: one loud account is one account.
      std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.second.accounts, a.second.tickets) > std::tuple(b.second.accounts, b.second.tickets);
      });
      for (std::size_t i = 0; i < std::min<std::size_t>(3, list.size()); ++i) {
        const auto& [key, f] = list[i];
        maker.row({graph::to_string(what), i + 1, key.second, key.first, title(key), f.tickets, f.accounts, f.open,
                   f.severity, f.median_days});
      }
    }
    return maker.table();
  }

  core::Table articles() {
    TableMaker maker{{"article", Type::text}, {"reads", Type::number}, {"tickets", Type::count}};
    std::map<std::string, double, std::less<>> reads;
    std::map<std::string, std::int64_t, std::less<>> used;
    const auto& articles = graph_.articles();
    if (missing_.needs(graph_, "most read articles", "articles")) {
      for (std::size_t row = 0; row < articles.rows; ++row) {
        if (articles.at[row] > begin_ && articles.at[row] <= graph_.as_of())
          reads[std::string(articles.article[row])] += articles.reads[row];
      }
    }
    for (const std::uint32_t row : rows_) {
      if (tickets_.article.has(row)) ++used[std::string(tickets_.article[row])];
    }
    std::vector<std::pair<std::string, double>> list(reads.begin(), reads.end());
    for (const auto& [name, count] : used) {
      if (reads.find(name) == reads.end()) list.emplace_back(name, -1.0);
    }
    std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) {
      const auto tickets = [&](const std::string& name) {
        const auto found = used.find(name);
        return found == used.end() ? std::int64_t{0} : found->second;
      };
      return a.second != b.second ? a.second > b.second : tickets(a.first) > tickets(b.first);
    });
    for (const auto& [name, count] : list) {
      const auto found = used.find(name);
      maker.row({name, count >= 0.0 ? Cell(count) : Cell(), found == used.end() ? std::int64_t{0} : found->second});
    }
    return maker.table();
  }

  core::Table workarounds() {
    TableMaker maker{{"cause", Type::text},          {"of", Type::text},        {"title", Type::text},
                     {"tickets", Type::count},       {"accounts", Type::count}, {"minutes", Type::number},
                     {"minutes_known", Type::count}, {"cost", Type::number}};
    if (!missing_.needs("costliest workarounds", "tickets", "workaround", tickets_.workaround)) return maker.table();
    missing_.needs("minutes of workarounds", "tickets", "minutes", tickets_.minutes);
    std::map<CauseKey, std::vector<std::uint32_t>> groups;
    for (const std::uint32_t row : rows_) {
      if (tickets_.workaround.value_or(row, 0) != 0) groups[cause(row)].push_back(row);
    }
    std::vector<std::tuple<double, CauseKey, Facts, std::int64_t>> list;
    for (const auto& [key, rows] : groups) {
      std::int64_t known = 0;
      for (const std::uint32_t row : rows) known += tickets_.minutes.has(row) ? 1 : 0;
      const Facts f = facts(rows);
      list.emplace_back(f.minutes.value_or(-1.0), key, f, known);
    }
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
      return std::get<0>(a) != std::get<0>(b) ? std::get<0>(a) > std::get<0>(b)
                                              : std::get<2>(a).tickets > std::get<2>(b).tickets;
    });
    for (const auto& [minutes, key, f, known] : list) {
      maker.row({key.second, key.first, title(key), f.tickets, f.accounts, f.minutes, known,
                 f.minutes && cost_per_minute_ ? Cell(*f.minutes * *cost_per_minute_) : Cell()});
    }
    return maker.table();
  }

  core::Table defects() {
    TableMaker maker{{"product", Type::text},     {"cause", Type::text},     {"of", Type::text},
                     {"title", Type::text},       {"tickets", Type::count},  {"accounts", Type::count},
                     {"per_month", Type::number}, {"reopened", Type::count}, {"severity", Type::number},
                     {"first", Type::time},       {"last", Type::time}};
    if (!missing_.needs("recurring defects", "tickets", "kind", tickets_.kind)) return maker.table();
    missing_.needs("recurring defects by product", "tickets", "product", tickets_.product);
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::uint32_t>> groups;
    for (const std::uint32_t row : rows_) {
      if (!tickets_.kind.has(row) || tickets_.kind[row] != "defect") continue;
      const CauseKey key = cause(row);
      groups[{tickets_.product.has(row) ? std::string(tickets_.product[row]) : std::string(), key.first, key.second}]
          .push_back(row);
    }
    for (const auto& [key, list] : by_size(groups)) {
      std::int64_t reopened = 0;
      core::Instant first = tickets_.opened[list.front()];
      core::Instant last = first;
      for (const std::uint32_t row : list) {
        reopened += tickets_.reopened.has(row) && tickets_.reopened[row] > 0 ? 1 : 0;
        first = std::min(first, tickets_.opened[row]);
        last = std::max(last, tickets_.opened[row]);
      }
      if (static_cast<double>(list.size()) + static_cast<double>(reopened) < options_.recurring) continue;
      const Facts f = facts(list);
      const std::string& product = std::get<0>(key);
      maker.row({product.empty() ? Cell() : Cell(product), std::get<2>(key), std::get<1>(key),
                 title({std::get<1>(key), std::get<2>(key)}), f.tickets, f.accounts,
                 static_cast<double>(f.tickets) / months(), reopened, f.severity, first, last});
    }
    return maker.table();
  }

  core::Table fixes() {
    TableMaker maker{{"solution_id", Type::id},
                     {"title", Type::text},
                     {"tickets", Type::count},
                     {"accounts", Type::count},
                     {"minutes_per_month", Type::number},
                     {"saved_per_month", Type::number},
                     {"lower", Type::number},
                     {"upper", Type::number},
                     {"cost", Type::number},
                     {"pays_after_months", Type::number},
                     {"months_lower", Type::number},
                     {"months_upper", Type::number},
                     {"status", Type::text},
                     {"reason", Type::text}};
    const char* figure = "which fixes pay for themselves";
    if (!missing_.needs(graph_, figure, "solutions") || !missing_.needs(graph_, figure, "covers") ||
        !missing_.needs(figure, "tickets", "need_id", tickets_.need) ||
        !missing_.needs(figure, "tickets", "minutes", tickets_.minutes))
      return maker.table();
    const auto& solutions = graph_.solutions();
    if (!options_.cost_per_effort) missing_.add(figure, "solutions", "effort and the option cost_per_effort");
    const auto& covers = graph_.covers();
    // The share that one solution meets of each need; several rows do not meet more than all.
    std::map<std::uint32_t, std::map<std::uint32_t, double>> shares;
    for (std::size_t row = 0; row < covers.rows; ++row) {
      double& share = shares[covers.solution[row].value()][covers.need[row].value()];
      share = std::min(1.0, share + covers.share.value_or(row, 1.0));
    }
    std::map<std::uint32_t, std::vector<std::uint32_t>> of_need;
    for (const std::uint32_t row : rows_) {
      if (tickets_.need.has(row)) of_need[tickets_.need[row].value()].push_back(row);
    }
    struct Line {
      std::uint32_t solution;
      std::int64_t tickets = 0;
      std::set<std::uint32_t> accounts{};
      std::map<std::uint32_t, double> minutes{};
      double total = 0.0;
    };
    std::vector<Line> lines;
    for (const auto& [solution, needs] : shares) {
      const auto status = graph::status_of(graph_, solution);
      if (status == graph::SolutionStatus::shipped || status == graph::SolutionStatus::dropped) continue;
      Line line{solution};
      for (const auto& [need, share] : needs) {
        const auto found = of_need.find(need);
        if (found == of_need.end()) continue;
        for (const std::uint32_t row : found->second) {
          ++line.tickets;
          line.accounts.insert(tickets_.account[row].value());
          if (!tickets_.minutes.has(row)) continue;
          line.minutes[tickets_.account[row].value()] += share * tickets_.minutes[row];
          line.total += share * tickets_.minutes[row];
        }
      }
      if (line.tickets > 0) lines.push_back(std::move(line));
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.total > b.total; });
    const auto base = static_cast<double>(std::max<std::size_t>(graph_.base().size(), 1));
    for (const Line& line : lines) {
      const double a_month = line.total / months();
      Cell saved, lower, upper, cost, pays, pays_lower, pays_upper, reason;
      auto status = core::Status::undefined;
      if (cost_per_minute_) {
        // Total over accounts of the base as independent units; those without tickets of these needs count with 0.
        double squares = 0.0;
        const double mean = line.total / base;
        for (const auto& [account, minutes] : line.minutes) squares += (minutes - mean) * (minutes - mean);
        squares += std::max(0.0, base - static_cast<double>(line.minutes.size())) * mean * mean;
        const double rate = *cost_per_minute_ / months();
        const double half =
            base > 1.0 ? stats::normal_two_sided(1.0 - options_.level) * std::sqrt(base / (base - 1.0) * squares) * rate
                       : line.total * rate;
        const double value = a_month * *cost_per_minute_;
        const double low = std::max(0.0, value - half);
        const double high = value + half;
        saved = value;
        lower = low;
        upper = high;
        status = line.accounts.size() < 5 ? core::Status::doubtful : core::Status::estimated;
        if (line.accounts.size() < 5) reason = "tickets of fewer than five accounts";
        if (options_.cost_per_effort && solutions.effort.has(line.solution)) {
          const double price = solutions.effort[line.solution] * *options_.cost_per_effort;
          cost = price;
          if (value > 0.0) {
            pays = price / value;
            pays_lower = price / high;
            if (low > 0.0) pays_upper = price / low;
          }
        } else {
          reason = options_.cost_per_effort ? "the effort of the solution is unknown" : "the cost of effort is unknown";
        }
      } else {
        reason = "the cost of support is unknown";
      }
      maker.row({NodeId{&graph_.ids(graph::NodeKind::solution), line.solution}, solutions.title.get(line.solution),
                 line.tickets, line.accounts.size(), a_month, saved, lower, upper, cost, pays, pays_lower, pays_upper,
                 status, reason});
    }
    return maker.table();
  }

  void put(const char* name, const Ratio& ratio) {
    const std::string text(name);
    if (ratio.value) figures_[text] = *ratio.value;
    if (ratio.lower) figures_[text + "_lower"] = *ratio.lower;
    if (ratio.upper) figures_[text + "_upper"] = *ratio.upper;
  }

  void overview() {
    std::int64_t open = 0;
    for (std::uint32_t row = 0; row < tickets_.rows; ++row) open += counts(row) && !resolved(row) ? 1 : 0;
    const Facts all = facts(rows_);
    figures_["tickets"] = static_cast<double>(rows_.size());
    if (tickets_.resolved.any())
      figures_["open"] = static_cast<double>(open);
    else
      missing_.add("open tickets", "tickets", "resolved");
    figures_["accounts"] = static_cast<double>(all.accounts);
    const auto& accounts = graph_.accounts();
    std::map<std::uint32_t, std::pair<double, double>> rate;  // tickets, account-years
    for (const graph::AccountIndex index : graph_.base()) {
      const std::size_t a = index.value();
      const core::Instant start = accounts.started.has(a) ? std::max(since_, accounts.started[a]) : since_;
      rate[index.value()].second = std::max(0.0, days(graph_.as_of().microseconds() - start.microseconds())) / 365.25;
    }
    std::map<std::uint32_t, std::pair<double, double>> severity;
    for (const std::uint32_t row : rows_) {
      const std::uint32_t a = tickets_.account[row].value();
      if (const auto found = rate.find(a); found != rate.end()) found->second.first += 1.0;
      if (tickets_.severity.has(row)) {
        severity[a].first += tickets_.severity[row];
        severity[a].second += 1.0;
      }
    }
    put("rate", ratio_of(rate, options_.level, 0.0, 1e300));
    if (missing_.needs("mean severity", "tickets", "severity", tickets_.severity))
      put("severity", ratio_of(severity, options_.level, 1.0, 5.0));
    if (missing_.needs("concentration on products", "tickets", "product", tickets_.product)) {
      std::map<std::string, std::int64_t> products;
      std::int64_t known = 0;
      for (const std::uint32_t row : rows_) {
        if (!tickets_.product.has(row)) continue;
        ++products[std::string(tickets_.product[row])];
        ++known;
      }
      std::vector<std::int64_t> counts;
      for (const auto& [name, count] : products) counts.push_back(count);
      std::sort(counts.rbegin(), counts.rend());
      const std::size_t tenth = std::max<std::size_t>(1, counts.size() / 10);
      std::int64_t top = 0;
      for (std::size_t i = 0; i < std::min(tenth, counts.size()); ++i) top += counts[i];
      if (known > 0) {
        figures_["products"] = static_cast<double>(counts.size());
        figures_["top_tenth_share"] = static_cast<double>(top) / static_cast<double>(known);
      }
    }
  }
};

}  // namespace detail

OUTWEIGH_INLINE NamedTables support_summary(const graph::CustomerGraph& graph, const SupportOptions& options) {
  return detail::SupportMaker(graph, options).make();
}

}  // namespace outweigh::inline OUTWEIGH_ABI::journey
