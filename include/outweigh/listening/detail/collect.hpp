// One pass over everything that was heard, counted by a key of the caller's and by account.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <outweigh/core/detail/number.hpp>
#include <outweigh/core/errors.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/detail/own_contacts.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

inline void require_thresholds(const HeardOptions& options) {
  const auto refuse = [](const char* name, double value) {
    throw core::InvalidInput("this threshold is out of range",
                             {.column = name, .value = core::detail::number_text(value)});
  };
  if (!(options.long_enough >= 0.0) || !std::isfinite(options.long_enough)) refuse("long_enough", options.long_enough);
  if (!(options.customer_talked >= 0.0 && options.customer_talked <= 1.0))
    refuse("customer_talked", options.customer_talked);
}

enum class ContactTable : std::uint8_t { interactions, tickets, requests };

/// A row through which an account was heard.
struct ContactRow {
  ContactTable table = ContactTable::interactions;
  std::size_t row = 0;
  graph::SourceIndex source{};
  std::optional<std::size_t> customer{};
};

/// By party, then by (key << 32 | account).
using CountsByParty = std::array<std::unordered_map<std::uint64_t, HeardCounts>, 4>;

/// Everything heard up to `as_of`, as collect_heard() describes. `key_of(ContactRow)` gives an optional 32-bit key;
/// rows without one are left out. Counts are integers, so that the order of rows does not matter. Throws InvalidInput
/// for a threshold that is out of range.
template <class KeyOf>
CountsByParty collect_counts(const graph::CustomerGraph& graph, const HeardOptions& options, KeyOf key_of) {
  using graph::Party;
  require_thresholds(options);
  CountsByParty result;
  HeardCounts ignored;
  const auto cell = [&](ContactTable table, std::size_t row, graph::SourceIndex source, graph::AccountIndex account,
                        const core::Field<graph::CustomerIndex>& customer) -> HeardCounts& {
    ContactRow contact{table, row, source, std::nullopt};
    if (customer.has(row)) contact.customer = customer[row].value();
    const std::optional<std::uint32_t> key = key_of(contact);
    if (!key) return ignored = HeardCounts();
    return result[static_cast<std::size_t>(graph::party_of(graph, customer, row))]
                 [(std::uint64_t{*key} << 32U) | account.value()];
  };
  const core::Instant as_of = graph.as_of();
  const auto later = [as_of](const core::Field<core::Instant>& at, std::size_t row) {
    return at.has(row) && at[row] > as_of;
  };

  const auto& interactions = graph.interactions();
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    if (!interactions.source.has(row) || !interactions.account.has(row) || later(interactions.at, row)) continue;
    HeardCounts& counts = cell(ContactTable::interactions, row, interactions.source[row], interactions.account[row],
                               interactions.customer);
    ++counts.contacts;
    if (interactions.purpose.has(row)) {
      switch (interactions.purpose[row]) {
        case graph::Purpose::learn:
          ++counts.learn;
          break;
        case graph::Purpose::escalation:
          ++counts.escalation;
          break;
        case graph::Purpose::sell:
          ++counts.sell;
          break;
        case graph::Purpose::support:
          ++counts.support;
          break;
      }
    }
    if (interactions.initiated_by.has(row)) {
      ++(interactions.initiated_by[row] == graph::Side::us ? counts.begun_by_us : counts.begun_by_them);
    }
    if (interactions.minutes.has(row)) {
      ++counts.timed;
      counts.long_enough += interactions.minutes[row] >= options.long_enough ? 1 : 0;
    }
    if (interactions.customer_talk_share.has(row)) {
      ++counts.talk_known;
      counts.customer_talked += interactions.customer_talk_share[row] >= options.customer_talked ? 1 : 0;
    }
  }

  const auto& tickets = graph.tickets();
  for (std::size_t row = 0; row < tickets.rows; ++row) {
    if (!tickets.source.has(row) || !tickets.account.has(row) || tickets.interaction.has(row) ||
        later(tickets.opened, row))
      continue;
    ++cell(ContactTable::tickets, row, tickets.source[row], tickets.account[row], tickets.customer).contacts;
  }

  const auto& requests = graph.requests();
  std::vector<Occurrence> own;
  const auto occurrence = [&](ContactTable table, const auto& columns, std::size_t row) -> std::optional<Occurrence> {
    ContactRow contact{table, row, columns.source[row], std::nullopt};
    if (columns.customer.has(row)) contact.customer = columns.customer[row].value();
    const std::optional<std::uint32_t> key = key_of(contact);
    if (!key) return std::nullopt;
    return Occurrence{*key, columns.source[row].value(), columns.account[row].value(),
                      static_cast<std::uint8_t>(graph::party_of(graph, columns.customer, row)),
                      columns.at.has(row) ? columns.at[row].microseconds() : 0};
  };
  for (std::size_t row = 0; row < requests.rows; ++row) {
    if (!requests.source.has(row) || !requests.account.has(row) || later(requests.at, row)) continue;
    if (is_guess(requests, row)) continue;
    ++cell(ContactTable::requests, row, requests.source[row], requests.account[row], requests.customer).requests;
    const bool by_ticket = requests.ticket.has(row) && tickets.source.has(requests.ticket[row].value());
    // One that is filed under another account's contact came from a contact that was not logged.
    const bool by_interaction = requests.interaction.has(row) &&
                                (!interactions.account.has(requests.interaction[row].value()) ||
                                 interactions.account[requests.interaction[row].value()] == requests.account[row]);
    if (by_interaction || by_ticket) continue;
    if (const auto request = occurrence(ContactTable::requests, requests, row)) own.push_back(*request);
  }
  if (own.empty()) return result;
  std::vector<Occurrence> logged;
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    if (!interactions.source.has(row) || !interactions.account.has(row) || later(interactions.at, row)) continue;
    if (const auto contact = occurrence(ContactTable::interactions, interactions, row)) logged.push_back(*contact);
  }
  keep_one_a_contact(own, logged, joined_within_days * core::Instant::microseconds_per_day);
  for (const Occurrence& contact : own) {
    ++result[contact.party][(std::uint64_t{contact.key} << 32U) | contact.account].contacts;
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
