// Discovery's work: cells, what is uncertain in each, and the accounts to visit next.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/core/detail/counted.hpp>
#include <outweigh/core/detail/number.hpp>
#include <outweigh/graph/detail/nearest_name.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/detail/collect.hpp>
#include <outweigh/listening/detail/counted_dimension.hpp>
#include <outweigh/listening/detail/shares.hpp>
#include <outweigh/listening/detail/visit_allocation.hpp>
#include <outweigh/listening/detail/visits.hpp>
#include <outweigh/listening/discovery.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

class DiscoveryPlanner {
 public:
  DiscoveryPlanner(const graph::CustomerGraph& graph, const DiscoveryOptions& options)
      : graph_(graph), options_(options), base_(graph.base()), slot_of_(slots_of_base(graph)) {
    check();
    divide();
    count_contacts();
    weigh();
  }

  [[nodiscard]] Discovery run() {
    const VisitBook book(graph_, slot_of_, options_.long_enough);
    Discovery result;
    const auto size = static_cast<std::int64_t>(base_.size());
    result.base_accounts = size;
    result.first = std::min(options_.first, size);
    result.target = std::min(options_.target, size);
    result.hours = options_.hours;
    result.visits = book.visits();
    result.apart = book.apart();
    book.list(options_.weeks, options_.hours, result.first, result.weeks, result.people);
    make_cells(book, result);
    propose(book, result);
    state(book, result);
    return result;
  }

 private:
  void check() const {
    const auto require = [](bool holds, const char* name, auto value) {
      if (!holds)
        throw core::InvalidInput("this option is out of range",
                                 {.column = name, .value = core::detail::number_text(static_cast<double>(value))});
    };
    constexpr std::int64_t most = 1'000'000'000;
    require(options_.first >= 0 && options_.first <= most, "first", options_.first);
    require(options_.target >= 0 && options_.target <= most, "target", options_.target);
    if (options_.target < options_.first) {
      throw core::InvalidInput("target must not be below first, which is " + std::to_string(options_.first),
                               {.column = "target", .value = std::to_string(options_.target)});
    }
    require(options_.next >= 0 && options_.next <= most, "next", options_.next);
    require(options_.weeks >= 1 && options_.weeks <= 1000, "weeks", options_.weeks);
    require(options_.hours >= 0.0 && std::isfinite(options_.hours), "hours", options_.hours);
    require(options_.long_enough >= 0.0 && std::isfinite(options_.long_enough), "long_enough", options_.long_enough);
    if (options_.probabilities.empty()) return;
    if (options_.needs.empty()) {
      throw core::InvalidInput("probabilities are of needs, which must be named", {.column = "needs"});
    }
    if (options_.probabilities.size() != options_.needs.size() * base_.size()) {
      throw core::InvalidInput("there must be one probability a need and account of the base",
                               {.column = "probabilities", .value = std::to_string(options_.probabilities.size())});
    }
    for (const double p : options_.probabilities) require(p >= 0.0 && p <= 1.0, "probabilities", p);
  }

  void divide() {
    std::vector<std::string> names = options_.by;
    if (names.empty()) {
      names.emplace_back("segment");
      if (graph_.accounts().arr.any()) names.emplace_back("revenue_band");
    }
    std::vector<std::string> label(base_.size()), same(base_.size());
    std::set<std::string> seen;
    for (const std::string& name : names) {
      if (!seen.insert(name).second)
        throw core::InvalidInput("this dimension is named twice", {.column = "by", .value = name});
      CountedDimension counted;
      counted.dimension = divide_base(graph_, name, options_.dimension);
      count_levels(counted, base_.size(), {});
      const Dimension sets = counted.dimension.overlapping ? sets_of(counted, base_.size()) : counted.dimension;
      // What all accounts share tells no cell from another; it names the cell only where nothing else does.
      const auto levels =
          std::count_if(sets.members.begin(), sets.members.end(), [](const auto& m) { return !m.empty(); });
      for (std::size_t level = 0; level < sets.levels.size(); ++level) {
        for (const std::uint32_t slot : sets.members[level]) {
          std::string& text = (levels > 1 ? label : same)[slot];
          text += (text.empty() ? "" : " x ") + sets.levels[level];
        }
      }
    }
    for (std::uint32_t slot = 0; slot < base_.size(); ++slot)
      members_[label[slot].empty() ? same[slot] : label[slot]].push_back(slot);
  }

  void count_contacts() {
    contacts_.assign(base_.size(), 0);
    const CountsByParty counts =
        collect_counts(graph_, {}, [](const ContactRow&) { return std::optional<std::uint32_t>(0); });
    for (const auto& [key, value] : counts[static_cast<std::size_t>(graph::Party::customer)]) {
      if (const std::uint32_t slot = slot_of_[key & 0xFFFFFFFFU]; slot != no_level) contacts_[slot] += value.contacts;
    }
  }

  /// Needs that customers of the base asked for or said they have: (slot, need), each once.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>> heard_needs() const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    const auto add = [&](const auto& rows, const core::Field<core::Instant>& at, std::size_t row, std::size_t need) {
      if (!rows.account.has(row) || (at.has(row) && at[row] > graph_.as_of())) return;
      if (graph::speaks_as_stakeholder(graph_, rows.customer, row)) return;
      const std::uint32_t slot = slot_of_[rows.account[row].value()];
      if (slot != no_level) pairs.emplace_back(slot, static_cast<std::uint32_t>(need));
    };
    const auto& requests = graph_.requests();
    for (std::size_t row = 0; row < requests.rows; ++row) {
      if (requests.need.has(row) && !is_guess(requests, row))
        add(requests, requests.at, row, requests.need[row].value());
    }
    const auto& tickets = graph_.tickets();
    for (std::size_t row = 0; row < tickets.rows; ++row) {
      if (tickets.need.has(row)) add(tickets, tickets.opened, row, tickets.need[row].value());
    }
    const auto& asked = graph_.asked();
    const auto& interactions = graph_.interactions();
    for (std::size_t row = 0; row < asked.rows; ++row) {
      if (!asked.need.has(row) || !asked.interaction.has(row) || !asked.answer.has(row) ||
          asked.answer[row] != graph::Answer::yes)
        continue;
      add(interactions, interactions.at, asked.interaction[row].value(), asked.need[row].value());
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
  }

  /// Deviation of what is being decided, by cell, and what is uncertain of each account.
  void weigh() {
    deviation_.assign(members_.size(), 0.5);
    const core::Ids& ids = graph_.ids(graph::NodeKind::need);
    std::vector<std::uint32_t> decided;
    for (const std::string& id : options_.needs) {
      const auto found = ids.find(std::string_view(id));
      if (!found) {
        std::vector<std::string> known;
        for (std::size_t need = 0; need < std::min<std::size_t>(ids.size(), 1000); ++need)
          known.push_back(ids.text(need));
        throw core::InvalidInput("there is no such need" + graph::detail::suggestion(id, known),
                                 {.table = "needs", .column = "need_id", .value = id});
      }
      decided.push_back(static_cast<std::uint32_t>(*found));
    }
    if (!options_.probabilities.empty()) {
      weigh_probabilities(decided.size());
      return;
    }
    std::vector<std::uint32_t> cell_of(base_.size(), 0);
    std::vector<std::int64_t> heard(members_.size(), 0);
    std::int64_t heard_all = 0;
    std::uint32_t cell = 0;
    for (const auto& [name, slots] : members_) {
      for (const std::uint32_t slot : slots) {
        cell_of[slot] = cell;
        heard[cell] += contacts_[slot] > 0 ? 1 : 0;
      }
      heard_all += heard[cell];
      ++cell;
    }
    const std::set<std::uint32_t> wanted(decided.begin(), decided.end());
    std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>> hits;  // by need, then cell
    for (const auto& [slot, need] : heard_needs()) {
      if (contacts_[slot] > 0 && (wanted.empty() || wanted.count(need) != 0)) ++hits[need][cell_of[slot]];
    }
    for (const std::uint32_t need : wanted) hits[need];
    heard_needs_ = static_cast<std::int64_t>(hits.size());
    if (hits.empty()) return;
    std::vector<double> variance(members_.size(), 0.0);
    // In the order of the user's ids, so that the last digit does not depend on the order of rows.
    std::vector<std::pair<std::string, std::uint32_t>> order;
    for (const auto& [need, by_cell] : hits) order.emplace_back(ids.text(need), need);
    std::sort(order.begin(), order.end());
    for (const auto& [id, need] : order) {
      const auto& by_cell = hits[need];
      std::int64_t overall = 0;
      for (const auto& [c, number] : by_cell) overall += number;
      const double whole = (static_cast<double>(overall) + 0.5) / (static_cast<double>(heard_all) + 1.0);
      for (std::size_t c = 0; c < variance.size(); ++c) {
        const auto found = by_cell.find(static_cast<std::uint32_t>(c));
        const double number = found == by_cell.end() ? 0.0 : static_cast<double>(found->second);
        // Shares of small cells are drawn towards that of the whole, as by two accounts more.
        const double share = (number + 2.0 * whole) / (static_cast<double>(heard[c]) + 2.0);
        variance[c] += share * (1.0 - share);
      }
    }
    for (std::size_t c = 0; c < variance.size(); ++c)
      deviation_[c] = std::sqrt(std::max(0.0, variance[c] / static_cast<double>(hits.size())));
  }

  void weigh_probabilities(std::size_t needs) {
    uncertainty_.assign(base_.size(), 0.0);
    heard_needs_ = static_cast<std::int64_t>(needs);
    std::size_t cell = 0;
    for (const auto& [name, slots] : members_) {
      double variance = 0.0;
      for (std::size_t need = 0; need < needs; ++need) {
        std::vector<double> chances;
        for (const std::uint32_t slot : slots) {
          const double p = options_.probabilities[need * base_.size() + slot];
          chances.push_back(p);
          uncertainty_[slot] += p * (1.0 - p) / static_cast<double>(needs);
        }
        std::sort(chances.begin(), chances.end());
        const double share =
            std::min(1.0, std::accumulate(chances.begin(), chances.end(), 0.0) / static_cast<double>(slots.size()));
        variance += share * (1.0 - share) / static_cast<double>(needs);
      }
      deviation_[cell++] = std::sqrt(std::max(0.0, variance));
    }
  }

  void make_cells(const VisitBook& book, Discovery& result) const {
    std::vector<double> worth;
    std::vector<std::int64_t> none;
    std::vector<std::int64_t> sizes;
    for (const auto& [name, slots] : members_) {
      DiscoveryCell cell;
      cell.cell = name;
      cell.accounts = static_cast<std::int64_t>(slots.size());
      cell.deviation = deviation_[result.cells.size()];
      for (const std::uint32_t slot : slots) {
        cell.visited += book.visited(slot) ? 1 : 0;
        cell.heard_accounts += contacts_[slot] > 0 ? 1 : 0;
      }
      result.visited_accounts += cell.visited;
      worth.push_back(static_cast<double>(cell.accounts));
      none.push_back(0);
      sizes.push_back(cell.accounts);
      result.cells.push_back(std::move(cell));
    }
    for (const std::uint32_t cell : allocate_visits(worth, none, sizes, result.target)) ++result.cells[cell].target;
    for (DiscoveryCell& cell : result.cells) cell.gap = std::max<std::int64_t>(0, cell.target - cell.visited);
  }

  /// Variance of the share of the base; absent while a cell has no visit.
  class Variance {
   public:
    Variance(const std::vector<DiscoveryCell>& cells, double base) {
      for (const DiscoveryCell& cell : cells) {
        const double weight = static_cast<double>(cell.accounts) / base * cell.deviation;
        square_.push_back(weight * weight);
        size_.push_back(static_cast<double>(cell.accounts));
        made_.push_back(static_cast<double>(cell.visited));
      }
    }
    void visit(std::size_t cell) { made_[cell] += 1.0; }
    [[nodiscard]] std::optional<double> standard_error() const {
      double sum = 0.0;
      for (std::size_t c = 0; c < made_.size(); ++c) {
        if (made_[c] == 0.0) return std::nullopt;
        sum += square_[c] * (1.0 / made_[c] - 1.0 / size_[c]);
      }
      return made_.empty() ? std::nullopt : std::optional(std::sqrt(std::max(0.0, sum)));
    }

   private:
    std::vector<double> square_;
    std::vector<double> size_;
    std::vector<double> made_;
  };

  void propose(const VisitBook& book, Discovery& result) const {
    const auto& arr = graph_.accounts().arr;
    const core::Ids& ids = graph_.ids(graph::NodeKind::account);
    std::vector<std::vector<std::uint32_t>> waiting;
    std::vector<double> worth;
    std::vector<std::int64_t> visited;
    std::vector<std::int64_t> left;
    for (const auto& [name, slots] : members_) {
      std::vector<std::uint32_t>& list = waiting.emplace_back();
      for (const std::uint32_t slot : slots) {
        if (!book.visited(slot)) list.push_back(slot);
      }
      const auto key = [&](std::uint32_t slot) {
        const auto last = book.last_contact(slot);
        return std::make_tuple(
            uncertainty_.empty() ? 0.0 : -uncertainty_[slot], contacts_[slot],
            last.value_or(core::Instant::from_microseconds(std::numeric_limits<std::int64_t>::min())),
            core::Money() - arr.value_or(base_[slot].value(), core::Money()));
      };
      std::sort(list.begin(), list.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto x = key(a);
        const auto y = key(b);
        return x != y ? x < y : ids.text(base_[a].value()) < ids.text(base_[b].value());
      });
      const DiscoveryCell& cell = result.cells[waiting.size() - 1];
      worth.push_back(static_cast<double>(cell.accounts) * cell.deviation);
      visited.push_back(cell.visited);
      left.push_back(static_cast<std::int64_t>(list.size()));
    }
    Variance variance(result.cells, static_cast<double>(base_.size()));
    result.standard_error = variance.standard_error();
    std::optional<double> before = result.standard_error;
    for (const std::uint32_t c : allocate_visits(worth, visited, left, options_.next)) {
      DiscoveryCell& cell = result.cells[c];
      const std::uint32_t slot = waiting[c][static_cast<std::size_t>(cell.next)];
      const std::size_t account = base_[slot].value();
      variance.visit(c);
      DiscoveryAccount row;
      row.rank = static_cast<std::int64_t>(result.accounts.size()) + 1;
      row.account_id = ids.text(account);
      if (const auto name = graph_.accounts().name.get(account)) row.name = std::string(*name);
      row.cell = cell.cell;
      row.contacts = contacts_[slot];
      if (arr.has(account)) row.revenue = arr[account];
      row.standard_error = variance.standard_error();
      row.reason = reason(cell, before, row.standard_error, row.contacts);
      before = row.standard_error;
      ++cell.next;
      result.accounts.push_back(std::move(row));
    }
    result.standard_error_next = before;
  }

  [[nodiscard]] std::string reason(const DiscoveryCell& cell, std::optional<double> before, std::optional<double> after,
                                   std::int64_t contacts) const {
    const std::int64_t made = cell.visited + cell.next;
    const std::string all = "the " + core::detail::counted(cell.accounts, "account") + " of " + cell.cell;
    std::string text;
    if (made == 0) {
      text = cell.accounts == 1 ? "the only account of " + cell.cell + " was not visited"
                                : "not one of " + all + " was visited";
    } else {
      text = core::detail::grouped(made) + " of " + all;
      if (cell.next > 0) {
        text += made == 1 ? " is visited with those above" : " are visited with those above";
      } else {
        text += made == 1 ? " was visited" : " were visited";
      }
      if (before && after) {
        char figure[96];
        std::snprintf(figure, sizeof figure,
                      "; one more lowers the standard error from %.2f to %.2f points, as none elsewhere does",
                      100.0 * *before, 100.0 * *after);
        text += figure;
      } else {
        text += "; one more lowers its variance as none elsewhere does";
      }
    }
    text += contacts == 0 ? "; nobody ever heard this account"
                          : "; this account was heard " +
                                (contacts == 1 ? std::string("once") : core::detail::grouped(contacts) + " times") +
                                ", never in a visit";
    return text;
  }

  void state(const VisitBook& book, Discovery& result) const {
    const auto& interactions = graph_.interactions();
    const auto need = [&](bool present, const char* figure, const char* table, const char* column) {
      if (!present) result.missing.push_back({figure, table, column});
    };
    need(graph_.has_table("interactions"), "visits made", "interactions", "interaction_id");
    if (graph_.has_table("interactions")) {
      need(interactions.purpose.any(), "which conversations were made to learn (only sources of kind discovery count)",
           "interactions", "purpose");
      need(interactions.minutes.any(), "hours of visits a week, visits that were too short", "interactions", "minutes");
      need(book.are_named(), "who of us made the visits (sources stand for persons)", "sources", "owner");
    }
    need(graph_.has_table("customers"), "visits to stakeholders, internal people and partners apart", "customers",
         "party");
    if (base_.empty()) return;
    result.status = !result.standard_error
                        ? core::Status::not_identified
                        : (result.visited_accounts < result.first ? core::Status::doubtful : core::Status::estimated);
    result.assumptions.emplace_back("accounts visited stand for their cell as if drawn at random");
    if (!options_.probabilities.empty()) {
      result.assumptions.emplace_back("what is uncertain is taken from the probabilities given");
    } else if (heard_needs_ == 0) {
      result.assumptions.emplace_back("no need was heard yet: all cells count as equally uncertain");
    } else {
      result.assumptions.emplace_back(
          "how uncertain a cell is follows from the share of its heard accounts that asked; it guides whom to visit "
          "and is no estimate of demand");
    }
  }

  const graph::CustomerGraph& graph_;
  const DiscoveryOptions& options_;
  std::span<const graph::AccountIndex> base_;
  std::vector<std::uint32_t> slot_of_;
  std::map<std::string, std::vector<std::uint32_t>> members_;  ///< of each cell, ascending
  std::vector<std::int64_t> contacts_;
  std::vector<double> deviation_;    ///< by cell
  std::vector<double> uncertainty_;  ///< by account, where probabilities are given
  std::int64_t heard_needs_ = 0;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
