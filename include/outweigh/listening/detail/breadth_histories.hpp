// What each account of a source is known to have said of one need, by independent contacts.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/solution_status.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/detail/asked_answers.hpp>
#include <outweigh/listening/detail/breadth_posterior.hpp>
#include <outweigh/listening/detail/missing_silence.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// What one body of evidence says of one account.
struct BreadthHistory {
  std::int64_t contacts = 0;
  std::int64_t mentions = 0;
  std::int64_t events = 0;
  std::int64_t exposure = whole_exposure;
  bool heard = false;                                            // first-hand, and not found untrue
  bool confirmed = false;                                        // a report was
  bool untrue = false;                                           // a report was
  std::int64_t last = std::numeric_limits<std::int64_t>::min();  // heard or confirmed
  std::optional<bool> asked{};                                   // the latest answer
  std::int64_t asked_at = 0;
};

/// A contact with an account, follow-ups and requests joined to it as estimates of demand join them.
struct BreadthContact {
  std::uint32_t account = 0;
  std::uint32_t source = 0;
  std::int64_t at = 0;
  std::uint8_t side = 0;  // 0 unknown, 1 us, 2 them
  bool is_inferred = false;
  bool is_dependent = false;
  bool is_heard = true;
  bool has_unlabelled = false;
  bool was_asked = false;                            // outright, for the need
  std::uint32_t first = graph::detail::no_position;  // request that came first, of those that name a need
  bool names_need = false;                           // a request does
  std::set<std::uint32_t> needs{};                   // said first-hand and not found untrue
  std::set<std::uint32_t> told_by{};                 // sources through which the need was said so
  bool was_passed_on = false;                        // the need was, by others
};

class BreadthEvidenceReader {
 public:
  BreadthEvidenceReader(const graph::CustomerGraph& graph, graph::NeedIndex need,
                        const std::vector<std::uint32_t>& accounts, double window, double follow_up)
      : graph_(graph),
        need_(need.value()),
        accounts_(accounts),
        place_(graph::detail::positions_of(accounts, graph.size(graph::NodeKind::account))),
        window_(microseconds(window)),
        follow_up_(microseconds(follow_up)) {
    find_open_time();
    add_interactions();
    add_requests();
    mark_asked();
  }

  /// Histories of the accounts; `apart` is the source whose word does not count, if any.
  [[nodiscard]] std::vector<BreadthHistory> histories(std::optional<graph::SourceIndex> apart) const {
    std::vector<BreadthHistory> result(accounts_.size());
    const auto counts = [&](std::uint32_t source) { return !apart || apart->value() != source; };
    const bool all_are_events = silent_ones_are_missing(counts);
    std::set<std::uint32_t> calling;  // sources through which accounts got in touch
    std::vector<std::uint8_t> touched(accounts_.size(), 0);
    for (const BreadthContact& contact : contacts_) {
      if (!counts(contact.source)) continue;
      BreadthHistory& history = result[contact.account];
      const bool said = std::any_of(contact.told_by.begin(), contact.told_by.end(), counts);
      if (said) {
        history.heard = true;
        history.last = std::max(history.last, contact.at);
      }
      if (contact.at < open_since_ || contact.at > open_until_ || !contact.is_heard) continue;
      const bool is_caused = contact.side == 2 || contact.is_inferred || all_are_events;
      if (is_caused) calling.insert(contact.source);
      touched[contact.account] = 1;
      if (contact.is_dependent || contact.has_unlabelled || contact.was_asked) continue;
      if (!said && contact.was_passed_on) continue;  // neither a voice nor silence
      const bool is_event = all_are_events || (is_caused && first_need(contact) == need_);
      if (is_event) {
        history.events += said ? 1 : 0;
      } else if (contact.is_inferred ? first_need(contact) != graph::detail::no_position
                                     : contact.side != 2 || contact.names_need) {
        // Calls that name no need had another cause: they are no occasions, as in estimates of demand.
        ++history.contacts;
        history.mentions += said ? 1 : 0;
      }
    }
    add_reports(result);
    for (const AskedAnswer& answer : asked_answers(graph_)) {
      const std::uint32_t account = place_[answer.account];
      if (answer.need != need_ || !counts(answer.source) || account == graph::detail::no_position) continue;
      result[account].asked = answer.yes;
      result[account].asked_at = answer.at.microseconds();
    }
    set_exposures(result, calling, touched);
    return result;
  }

 private:
  [[nodiscard]] static std::int64_t microseconds(double days) {
    return static_cast<std::int64_t>(days * static_cast<double>(core::Instant::microseconds_per_day));
  }
  void sort_by_id(std::vector<std::uint32_t>& rows, graph::NodeKind kind) const {
    const core::Ids& ids = graph_.ids(kind);
    std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      return ids.is_integer() ? ids.integer(a) < ids.integer(b) : ids.string(a) < ids.string(b);
    });
  }
  [[nodiscard]] bool is_passed_on(std::size_t request) const {
    const graph::Requests& requests = graph_.requests();
    return requests.repeats.has(request) ||
           requests.basis.value_or(request, graph::RequestBasis::said) != graph::RequestBasis::said;
  }
  [[nodiscard]] std::uint32_t first_need(const BreadthContact& contact) const {
    return contact.first == graph::detail::no_position ? contact.first : graph_.requests().need[contact.first].value();
  }

  void find_open_time() {
    now_ = open_until_ = graph_.as_of().microseconds();
    const auto& opened = graph_.needs().opened;
    open_since_ = opened.has(need_) ? opened[need_].microseconds() : std::numeric_limits<std::int64_t>::min();
    if (const auto met = graph::met_since(graph_)[need_]) open_until_ = met->microseconds();
  }

  void add_interactions() {
    const graph::Interactions& interactions = graph_.interactions();
    of_interaction_.assign(interactions.rows, graph::detail::no_position);
    const auto counts = [&](std::size_t row) {
      return place_[interactions.account[row].value()] != graph::detail::no_position &&
             interactions.at[row] <= graph_.as_of() &&
             !graph::speaks_as_stakeholder(graph_, interactions.customer, row);
    };
    const auto side = [&](std::size_t row) -> std::uint8_t {
      if (!interactions.initiated_by.has(row)) return 0;
      return interactions.initiated_by[row] == graph::Side::us ? 1 : 2;
    };
    // Of contacts at one instant theirs come first, as what we do then follows up.
    std::vector<std::tuple<std::uint32_t, std::int64_t, bool, std::uint32_t>> rows;
    std::vector<std::uint32_t> counted;
    for (std::uint32_t row = 0; row < interactions.rows; ++row) {
      if (counts(row)) counted.push_back(row);
    }
    sort_by_id(counted, graph::NodeKind::interaction);
    for (const std::uint32_t row : counted) {
      rows.emplace_back(place_[interactions.account[row].value()], interactions.at[row].microseconds(), side(row) != 2,
                        row);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return std::tie(std::get<0>(a), std::get<1>(a), std::get<2>(a)) <
             std::tie(std::get<0>(b), std::get<1>(b), std::get<2>(b));
    });
    const auto root_of = [&](std::size_t row) {
      std::size_t at = row;
      for (std::size_t steps = 0; interactions.triggered_by.has(at) && steps < rows.size(); ++steps) {
        const std::size_t before = interactions.triggered_by[at].value();
        if (!counts(before) || interactions.account[before] != interactions.account[row] ||
            interactions.at[before] > interactions.at[at]) {
          break;
        }
        at = before;
        if (at == row) return row;  // a circle
      }
      return at;
    };
    std::optional<std::pair<std::uint32_t, std::int64_t>> theirs;  // the last contact that an account began
    std::vector<std::pair<std::size_t, std::size_t>> followers;
    for (const auto& [account, at, is_ours, row] : rows) {
      logged_[{account, interactions.source[row].value()}].push_back({at, row});
      if (const std::size_t root = root_of(row); root != row) {
        followers.emplace_back(row, root);
        continue;
      }
      of_interaction_[row] = static_cast<std::uint32_t>(contacts_.size());
      BreadthContact contact{
          .account = account, .source = interactions.source[row].value(), .at = at, .side = side(row)};
      contact.is_dependent =
          contact.side == 1 && theirs && theirs->first == account && at - theirs->second <= follow_up_;
      if (contact.side == 2) theirs = {account, at};
      contacts_.push_back(std::move(contact));
    }
    for (const auto& [row, root] : followers) of_interaction_[row] = of_interaction_[root];
  }

  struct Loose {
    std::uint32_t account;
    std::uint32_t source;
    std::int64_t at;
    std::uint32_t request;
  };

  void add_requests() {
    const graph::Requests& requests = graph_.requests();
    const graph::Interactions& interactions = graph_.interactions();
    std::vector<Loose> loose;
    contact_of_.assign(requests.rows, graph::detail::no_position);
    std::vector<std::uint32_t> counted;
    for (std::uint32_t row = 0; row < requests.rows; ++row) {
      if (place_[requests.account[row].value()] != graph::detail::no_position && requests.at[row] <= graph_.as_of() &&
          !graph::speaks_as_stakeholder(graph_, requests.customer, row) && !graph::is_guess(requests, row)) {
        counted.push_back(row);
      }
    }
    sort_by_id(counted, graph::NodeKind::request);
    for (const std::uint32_t row : counted) {
      const std::uint32_t account = place_[requests.account[row].value()];
      if (!requests.interaction.has(row)) {
        const std::int64_t at = requests.at[row].microseconds();
        contact_of_[row] = nearest_contact(account, requests.source[row].value(), at);
        if (contact_of_[row] == graph::detail::no_position)
          loose.push_back({account, requests.source[row].value(), at, row});
        continue;
      }
      const std::size_t interaction = requests.interaction[row].value();
      const std::uint32_t contact = of_interaction_[interaction];
      if (contact != graph::detail::no_position && contacts_[contact].account == account) {
        contact_of_[row] = contact;
        continue;
      }
      // One that is filed under another account's contact came from a contact that was not logged.
      loose.push_back({account, interactions.source[interaction].value(),
                       std::min(interactions.at[interaction].microseconds(), now_), row});
    }
    std::stable_sort(loose.begin(), loose.end(), [](const Loose& a, const Loose& b) {
      return std::tie(a.account, a.source, a.at) < std::tie(b.account, b.source, b.at);
    });
    const std::size_t logged = contacts_.size();
    for (const Loose& one : loose) {
      const bool follows = contacts_.size() > logged && contacts_.back().account == one.account &&
                           contacts_.back().source == one.source && one.at - contacts_.back().at <= window_;
      if (!follows) {
        contacts_.push_back(
            {.account = one.account, .source = one.source, .at = one.at, .is_inferred = true, .is_heard = false});
      }
      contact_of_[one.request] = static_cast<std::uint32_t>(contacts_.size() - 1);
    }
    for (const std::uint32_t row : counted) {  // by id
      BreadthContact& contact = contacts_[contact_of_[row]];
      const bool is_direct = !is_passed_on(row);
      contact.is_heard = contact.is_heard || is_direct || requests.confirmed.value_or(row, 0) != 0;
      if (!requests.need.has(row)) {
        contact.has_unlabelled = true;
        continue;
      }
      contact.names_need = true;
      if (!is_direct || requests.confirmed.value_or(row, 1) == 0) {
        contact.was_passed_on = contact.was_passed_on || requests.need[row].value() == need_;
        continue;
      }
      if (contact.first == graph::detail::no_position || requests.at[row] < requests.at[contact.first])
        contact.first = row;
      contact.needs.insert(requests.need[row].value());
      if (requests.need[row].value() == need_) contact.told_by.insert(requests.source[row].value());
    }
  }

  /// The logged contact of the account and source that is nearest, within the window.
  [[nodiscard]] std::uint32_t nearest_contact(std::uint32_t account, std::uint32_t source, std::int64_t at) const {
    std::uint32_t found = graph::detail::no_position;
    const auto logged = logged_.find({account, source});
    if (logged == logged_.end()) return found;
    std::int64_t nearest = window_ + 1;
    for (const auto& [when, row] : logged->second) {
      const std::int64_t distance = std::abs(when - at);
      if (distance >= nearest) continue;
      nearest = distance;
      found = of_interaction_[row];
    }
    return found;
  }

  void mark_asked() {
    for (const AskedAnswer& answer : asked_answers(graph_)) {
      if (answer.need != need_ || of_interaction_[answer.interaction] == graph::detail::no_position) continue;
      contacts_[of_interaction_[answer.interaction]].was_asked = true;
    }
  }

  /// What was found of reports, through whichever source they came.
  void add_reports(std::vector<BreadthHistory>& histories) const {
    const graph::Requests& requests = graph_.requests();
    for (std::size_t row = 0; row < requests.rows; ++row) {
      if (contact_of_[row] == graph::detail::no_position || !requests.confirmed.has(row)) continue;
      if (!requests.need.has(row) || requests.need[row].value() != need_) continue;
      BreadthHistory& history = histories[place_[requests.account[row].value()]];
      if (requests.confirmed[row] == 0) {
        history.untrue = true;
        continue;
      }
      history.confirmed = true;
      history.last = std::max(history.last, contacts_[contact_of_[row]].at);
    }
  }

  /// As estimates of demand ask of the whole graph.
  template <class Counts>
  [[nodiscard]] bool silent_ones_are_missing(const Counts& counts) const {
    LoggedContacts logged;
    for (const BreadthContact& contact : contacts_) {
      if (contact.is_inferred || contact.is_dependent || contact.has_unlabelled || contact.side == 2) continue;
      if (counts(contact.source) && !contact.was_asked) logged.add(contact.needs.size());
    }
    return silent_contacts_are_missing(logged, graph_.size(graph::NodeKind::need));
  }

  /// How much of the time an account could have got in touch through the sources to which accounts did.
  void set_exposures(std::vector<BreadthHistory>& histories, const std::set<std::uint32_t>& calling,
                     const std::vector<std::uint8_t>& touched) const {
    std::int64_t begin = now_;
    for (const BreadthContact& contact : contacts_) begin = std::min(begin, contact.at);
    begin = std::max(begin, open_since_);
    const std::int64_t end = std::max(begin, open_until_);
    std::set<std::uint32_t> limited;  // sources that are said to serve some accounts
    std::vector<std::uint8_t> served(accounts_.size(), 0);
    const graph::Coverage& coverage = graph_.coverage();
    for (std::size_t row = 0; row < coverage.rows; ++row) {
      if (!calling.contains(coverage.source[row].value())) continue;
      limited.insert(coverage.source[row].value());
      const std::uint32_t account = place_[coverage.account[row].value()];
      if (account == graph::detail::no_position) continue;
      if (coverage.since.has(row) && coverage.since[row].microseconds() > end) continue;
      if (coverage.until.has(row) && coverage.until[row].microseconds() < begin) continue;
      served[account] = 1;
    }
    const bool all_served = limited.size() < calling.size();
    const auto& started = graph_.accounts().started;
    for (std::size_t a = 0; a < histories.size(); ++a) {
      std::int64_t since = begin;
      if (started.has(accounts_[a])) since = std::max(since, started[accounts_[a]].microseconds());
      const double share = end > begin   ? static_cast<double>(end - since) / static_cast<double>(end - begin)
                           : since > end ? 0.0
                                         : 1.0;
      std::int64_t& exposure = histories[a].exposure;
      exposure = std::clamp<std::int64_t>(
          static_cast<std::int64_t>(std::lround(share * static_cast<double>(whole_exposure))), 0, whole_exposure);
      if (!all_served && served[a] == 0) exposure = 0;
      if (touched[a] != 0) exposure = std::max<std::int64_t>(exposure, 1);
      if (histories[a].events > 0) exposure = std::max<std::int64_t>(exposure, 1);
    }
  }

  const graph::CustomerGraph& graph_;
  std::uint32_t need_;
  const std::vector<std::uint32_t>& accounts_;
  std::vector<std::uint32_t> place_;
  std::int64_t window_;
  std::int64_t follow_up_;
  std::int64_t now_ = 0;
  std::int64_t open_since_ = 0;
  std::int64_t open_until_ = 0;
  std::vector<BreadthContact> contacts_{};
  std::vector<std::uint32_t> of_interaction_{};  ///< contact of each
  std::vector<std::uint32_t> contact_of_{};      ///< contact of each request
  /// Times and interactions of an account and a source.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::pair<std::int64_t, std::uint32_t>>> logged_{};
};

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
