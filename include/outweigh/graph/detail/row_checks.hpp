// What cannot both be true in one row, in rows that share a key, or in a row and those it refers to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <outweigh/graph/detail/cycles.hpp>
#include <outweigh/graph/detail/graph_data.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

/// Where checks of one table report to. Rows that already have a problem are not looked at again.
class RowReport {
 public:
  struct Found {
    std::string_view column;
    std::size_t row;
    ProblemKind kind;
    std::string message;
  };

  explicit RowReport(std::span<const std::uint8_t> is_bad) : is_bad_(is_bad) {}

  [[nodiscard]] bool ok(std::size_t row) const noexcept { return is_bad_.empty() || is_bad_[row] == 0; }
  void add(std::string_view column, std::size_t row, ProblemKind kind, std::string message) {
    found_.push_back({column, row, kind, std::move(message)});
  }
  [[nodiscard]] const std::vector<Found>& found() const noexcept { return found_; }

 private:
  std::span<const std::uint8_t> is_bad_;
  std::vector<Found> found_;
};

/// `later` must not lie before `earlier`.
inline void check_order(RowReport& report, std::size_t rows, const core::Field<core::Instant>& earlier,
                        std::string_view earlier_name, const core::Field<core::Instant>& later,
                        std::string_view later_name) {
  if (earlier.absent() || later.absent()) return;
  for (std::size_t row = 0; row < rows; ++row) {
    if (earlier.has(row) && later.has(row) && report.ok(row) && later[row] < earlier[row]) {
      report.add(later_name, row, ProblemKind::contradiction,
                 std::string(later_name) + " lies before " + std::string(earlier_name) + ", which is " +
                     to_string(earlier[row]));
    }
  }
}

/// Rows with the same key say the same thing twice, perhaps differently.
template <class Key>
void check_distinct(RowReport& report, std::size_t rows, std::string_view column, std::string_view what, Key&& key) {
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!report.ok(row)) continue;
    const auto [at, is_new] = first.emplace(key(row), row);
    if (!is_new) {
      report.add(column, row, ProblemKind::duplicate_id,
                 "the same " + std::string(what) + " already stands in row " + std::to_string(at->second));
    }
  }
}

[[nodiscard]] inline std::string joined(std::string_view a, std::string_view b) {
  return std::to_string(a.size()) + ":" + std::string(a) + std::string(b);
}
[[nodiscard]] inline std::string joined(std::size_t a, std::size_t b) {
  return std::to_string(a) + ":" + std::to_string(b);
}

/// The account at the top of each account's family.
[[nodiscard]] inline std::vector<std::uint32_t> families(const Accounts& accounts) {
  std::vector<std::uint32_t> root(accounts.rows, no_node);
  std::vector<std::uint32_t> path;
  for (std::size_t start = 0; start < accounts.rows; ++start) {
    auto at = static_cast<std::uint32_t>(start);
    path.clear();
    while (root[at] == no_node && accounts.parent.has(at)) {
      path.push_back(at);
      at = accounts.parent[at].value();
    }
    const std::uint32_t top = root[at] == no_node ? at : root[at];
    root[at] = top;
    for (const std::uint32_t below : path) root[below] = top;
  }
  return root;
}

/// A row's account and that of the row it refers to must be of one family (a parent and its subsidiaries).
template <class Tag, class Skip>
void check_same_family(RowReport& report, const GraphData& data, std::size_t rows,
                       const core::Field<AccountIndex>& account, const core::Field<core::Index<Tag>>& reference,
                       std::string_view column, const core::Field<AccountIndex>& other, Skip&& skip) {
  if (reference.absent() || other.absent()) return;
  const Accounts& accounts = data.get<Accounts>();
  std::vector<std::uint32_t> family;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!reference.has(row) || !account.has(row) || !report.ok(row)) continue;
    const std::size_t at = reference[row].value();
    if (!other.has(at) || other[at] == account[row] || skip(at)) continue;
    if (family.empty()) family = families(accounts);
    if (family[other[at].value()] == family[account[row].value()]) continue;
    const core::Ids& ids = data.ids[position(NodeKind::account)];
    report.add(column, row, ProblemKind::contradiction,
               "this " + std::string(to_string(Tag::kind)) + " belongs to account '" + ids.text(other[at].value()) +
                   "', the row to the unrelated account '" + ids.text(account[row].value()) + "'");
  }
}

inline constexpr auto never = [](std::size_t) { return false; };

/// Partners, stakeholders and our own people speak for accounts that they do not belong to.
[[nodiscard]] inline auto speaks_for_others(const GraphData& data) {
  return [&customers = data.get<Customers>()](std::size_t customer) {
    return customers.party.has(customer) && customers.party[customer] != Party::customer;
  };
}

template <class T>
void check_rows(RowReport&, const T&, const GraphData&) {}

inline void check_rows(RowReport& report, const Accounts& accounts, const GraphData&) {
  check_order(report, accounts.rows, accounts.started, "started", accounts.ended, "ended");
}
inline void check_rows(RowReport& report, const Coverage& coverage, const GraphData&) {
  check_order(report, coverage.rows, coverage.since, "since", coverage.until, "until");
}
inline void check_rows(RowReport& report, const Interactions& rows, const GraphData& data) {
  check_same_family(report, data, rows.rows, rows.account, rows.customer, "customer_id", data.get<Customers>().account,
                    speaks_for_others(data));
}
inline void check_rows(RowReport& report, const Surveys& rows, const GraphData& data) {
  check_same_family(report, data, rows.rows, rows.account, rows.customer, "customer_id", data.get<Customers>().account,
                    speaks_for_others(data));
}
inline void check_rows(RowReport& report, const Events& rows, const GraphData& data) {
  check_same_family(report, data, rows.rows, rows.account, rows.customer, "customer_id", data.get<Customers>().account,
                    speaks_for_others(data));
}
inline void check_rows(RowReport& report, const Tickets& tickets, const GraphData& data) {
  check_order(report, tickets.rows, tickets.opened, "opened", tickets.first_response, "first_response");
  check_order(report, tickets.rows, tickets.opened, "opened", tickets.resolved, "resolved");
  check_same_family(report, data, tickets.rows, tickets.account, tickets.interaction, "interaction_id",
                    data.get<Interactions>().account, never);
  check_same_family(report, data, tickets.rows, tickets.account, tickets.customer, "customer_id",
                    data.get<Customers>().account, speaks_for_others(data));
}
inline void check_rows(RowReport& report, const Requests& requests, const GraphData& data) {
  check_same_family(report, data, requests.rows, requests.account, requests.interaction, "interaction_id",
                    data.get<Interactions>().account, never);
  check_same_family(report, data, requests.rows, requests.account, requests.ticket, "ticket_id",
                    data.get<Tickets>().account, never);
  check_same_family(report, data, requests.rows, requests.account, requests.customer, "customer_id",
                    data.get<Customers>().account, speaks_for_others(data));
}
inline void check_rows(RowReport& report, const Deals& deals, const GraphData&) {
  check_order(report, deals.rows, deals.opened, "opened", deals.closed, "closed");
  check_distinct(report, deals.rows, "deal_id", "deal", [&](std::size_t row) { return std::string(deals.deal[row]); });
}
inline void check_rows(RowReport& report, const Efforts& efforts, const GraphData&) {
  for (std::size_t row = 0; row < efforts.rows; ++row) {
    if (!report.ok(row)) continue;
    if (efforts.low.has(row) && efforts.low[row] > efforts.amount[row]) {
      report.add("low", row, ProblemKind::contradiction, "low lies above amount");
    }
    if (efforts.high.has(row) && efforts.high[row] < efforts.amount[row]) {
      report.add("high", row, ProblemKind::contradiction, "high lies below amount");
    }
  }
  check_distinct(report, efforts.rows, "solution_id", "solution and resource", [&](std::size_t row) {
    return joined(std::to_string(efforts.solution[row].value()), efforts.resource[row]);
  });
}
inline void check_rows(RowReport& report, const Capacities& capacities, const GraphData&) {
  check_distinct(report, capacities.rows, "resource", "resource and period",
                 [&](std::size_t row) { return joined(capacities.resource[row], capacities.period[row]); });
}
inline void check_rows(RowReport& report, const Covers& covers, const GraphData&) {
  check_distinct(report, covers.rows, "need_id", "solution and need",
                 [&](std::size_t row) { return joined(covers.solution[row].value(), covers.need[row].value()); });
}
inline void check_rows(RowReport& report, const Population& population, const GraphData&) {
  check_distinct(report, population.rows, "level", "dimension, level and time", [&](std::size_t row) {
    return joined(joined(population.dimension[row], population.level[row]),
                  population.at.has(row) ? to_string(population.at[row]) : std::string());
  });
}

/// "a -> b -> a"
template <class Name>
[[nodiscard]] std::string cycle_text(const std::vector<std::uint32_t>& cycle, Name&& name) {
  std::string text;
  constexpr std::size_t shown = 8;
  for (std::size_t i = 0; i < std::min(cycle.size(), shown); ++i) text += name(cycle[i]) + " -> ";
  if (cycle.size() > shown) text += "... (" + std::to_string(cycle.size()) + " in all) -> ";
  return text + name(cycle.front());
}

/// What excludes each other must not need each other, by whatever chain of `requires` and `together`.
/// O(rows + excludes * what a solution needs).
template <class Name>
void check_excludes(RowReport& report, const Dependencies& dependencies, std::size_t solutions, const Name& name) {
  std::vector<std::uint32_t> sources, targets, rows;
  const auto add = [&](std::uint32_t from, std::uint32_t to) {
    rows.push_back(static_cast<std::uint32_t>(sources.size()));
    sources.push_back(from);
    targets.push_back(to);
  };
  bool any = false;
  for (std::size_t row = 0; row < dependencies.rows; ++row) {
    if (!report.ok(row)) continue;
    const DependencyKind kind = dependencies.kind[row];
    const std::uint32_t one = dependencies.solution[row].value();
    const std::uint32_t other = dependencies.on[row].value();
    any = any || kind == DependencyKind::excludes;
    if (kind == DependencyKind::requires_ || kind == DependencyKind::together) add(one, other);
    if (kind == DependencyKind::together) add(other, one);
  }
  if (!any || sources.empty()) return;
  const Relation needed = make_relation(sources, targets, rows, solutions, solutions);
  std::vector<std::uint32_t> seen_by(solutions, 0);
  std::vector<std::uint32_t> open;
  std::uint32_t search = 0;
  const auto needs = [&](std::uint32_t from, std::uint32_t target) {
    ++search;
    open.assign(1, from);
    seen_by[from] = search;
    while (!open.empty() && seen_by[target] != search) {
      const std::uint32_t at = open.back();
      open.pop_back();
      for (const std::uint32_t next : needed.out(at)) {
        if (seen_by[next] == search) continue;
        seen_by[next] = search;
        open.push_back(next);
      }
    }
    return seen_by[target] == search;
  };
  for (std::size_t row = 0; row < dependencies.rows; ++row) {
    if (!report.ok(row) || dependencies.kind[row] != DependencyKind::excludes) continue;
    const std::uint32_t one = dependencies.solution[row].value();
    const std::uint32_t other = dependencies.on[row].value();
    const bool forward = needs(one, other);
    if (!forward && !needs(other, one)) continue;
    report.add("on", row, ProblemKind::contradiction,
               "the two exclude each other, but " + name(forward ? one : other) + " cannot be without " +
                   name(forward ? other : one));
  }
}

inline void check_rows(RowReport& report, const Dependencies& dependencies, const GraphData& data) {
  const core::Ids& ids = data.ids[position(NodeKind::solution)];
  const auto name = [&](std::uint32_t solution) { return "'" + ids.text(solution) + "'"; };
  std::vector<std::uint32_t> sources;
  std::vector<std::uint32_t> targets;
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < dependencies.rows; ++row) {
    if (!report.ok(row)) continue;
    const DependencyKind kind = dependencies.kind[row];
    const bool is_self = dependencies.solution[row] == dependencies.on[row];
    if (kind == DependencyKind::requires_) {
      sources.push_back(dependencies.solution[row].value());
      targets.push_back(dependencies.on[row].value());
      rows.push_back(static_cast<std::uint32_t>(row));
    } else if (is_self) {
      report.add("on", row, ProblemKind::contradiction, "a solution stands in this dependency to itself");
    } else if ((kind == DependencyKind::value || kind == DependencyKind::effort) && !dependencies.amount.has(row)) {
      report.add("amount", row, ProblemKind::missing_value,
                 "a dependency of value or effort needs the amount that the two together add or take away");
    }
  }
  const std::size_t solutions = data.size(NodeKind::solution);
  const Relation relation = make_relation(sources, targets, rows, solutions, solutions);
  const auto out = [&](std::size_t solution) { return relation.out(solution); };
  const std::vector<std::uint32_t> component = strong_components(solutions, out);
  std::vector<std::string> texts(solutions);
  std::vector<std::uint8_t> is_known(solutions, 0);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::uint32_t solution = sources[i];
    if (component[solution] != component[targets[i]]) continue;
    // One text for all rows of a component: the shortest cycle through its first solution that is on one.
    const std::uint32_t which = component[solution];
    if (is_known[which] == 0) {
      const std::vector<std::uint32_t> cycle = cycle_through(solution, component, out);
      is_known[which] = 1;
      texts[which] = cycle_text(cycle, name);
    }
    report.add("on", rows[i], ProblemKind::cycle, "these solutions require each other: " + texts[which]);
  }
  check_excludes(report, dependencies, solutions, name);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
