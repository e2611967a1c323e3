// One pass over everything that was heard, counted by a key of the caller's and by account.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/listening/heard.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

inline void require_thresholds(const HeardOptions& options) {
  const auto refuse = [](const char* name, double value) {
    throw core::InvalidInput("this threshold is out of range", {.column = name, .value = std::to_string(value)});
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
  for (std::size_t row = 0; row < requests.rows; ++row) {
    if (!requests.source.has(row) || !requests.account.has(row) || later(requests.at, row)) continue;
    HeardCounts& counts =
        cell(ContactTable::requests, row, requests.source[row], requests.account[row], requests.customer);
    ++counts.requests;
    const bool by_ticket = requests.ticket.has(row) && tickets.source.has(requests.ticket[row].value());
    if (!requests.interaction.has(row) && !by_ticket) ++counts.contacts;
  }
  return result;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
