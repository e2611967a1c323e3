#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/detail/positions.hpp>
#include <outweigh/graph/stakeholders.hpp>
#include <outweigh/graph/wants.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

using WantPairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

[[nodiscard]] inline Adjacency adjacency_of(WantPairs& pairs, std::size_t rows) {
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  Adjacency result;
  result.offsets.assign(rows + 1, 0);
  result.neighbours.reserve(pairs.size());
  for (const auto& [row, column] : pairs) {
    ++result.offsets[row + 1];
    result.neighbours.push_back(column);
  }
  for (std::size_t row = 0; row < rows; ++row) result.offsets[row + 1] += result.offsets[row];
  return result;
}

[[nodiscard]] inline std::size_t find_listed(const std::vector<std::uint32_t>& listed,
                                             std::optional<std::uint32_t> index, std::string_view column,
                                             std::string_view id, std::string_view what) {
  const auto place = [&] { return core::Place{.column = std::string(column), .value = std::string(id)}; };
  if (!index) throw core::InvalidInput("there is no such " + std::string(what), place());
  const auto found = std::find(listed.begin(), listed.end(), *index);
  if (found == listed.end()) throw core::InvalidInput("this " + std::string(what) + " is not in the base", place());
  return static_cast<std::size_t>(found - listed.begin());
}

}  // namespace detail

OUTWEIGH_INLINE std::size_t Wants::find_account(const CustomerGraph& graph, std::string_view account_id) const {
  return detail::find_listed(accounts, graph.ids(NodeKind::account).find(account_id), "account_id", account_id,
                             "account");
}

OUTWEIGH_INLINE std::size_t Wants::find_need(const CustomerGraph& graph, std::string_view need_id) const {
  return detail::find_listed(needs, graph.ids(NodeKind::need).find(need_id), "need_id", need_id, "need");
}

OUTWEIGH_INLINE Wants collect_wants(const CustomerGraph& graph, const WantOptions& options) {
  Wants wants;
  const core::Instant until = options.until ? std::min(*options.until, graph.as_of()) : graph.as_of();
  const auto counts = [&](core::Instant at) { return at <= until && !(options.after && at <= *options.after); };
  std::vector<std::uint32_t> order = detail::ascending(graph.ids(NodeKind::account));
  for (const std::uint32_t account : order) {
    if (graph.in_base(AccountIndex(account))) wants.accounts.push_back(account);
  }
  wants.needs = detail::ascending(graph.ids(NodeKind::need));
  const std::vector<std::uint32_t> account_at = detail::positions_of(wants.accounts, graph.size(NodeKind::account));
  const std::vector<std::uint32_t> need_at = detail::positions_of(wants.needs, graph.size(NodeKind::need));

  detail::WantPairs wanted;
  detail::WantPairs unchecked;
  detail::WantPairs untrue;
  const Requests& requests = graph.requests();
  for (std::size_t row = 0; row < requests.rows; ++row) {
    const std::uint32_t account = account_at[requests.account[row].value()];
    if (account == detail::no_position || !requests.need.has(row) || !counts(requests.at[row]) ||
        speaks_as_stakeholder(graph, requests.customer, row)) {
      continue;
    }
    detail::WantPairs& pairs = !requests.confirmed.has(row)   ? unchecked
                               : requests.confirmed[row] != 0 ? wanted
                                                              : untrue;
    pairs.emplace_back(account, need_at[requests.need[row].value()]);
  }
  std::sort(untrue.begin(), untrue.end());
  for (const auto& pair : unchecked) {
    if (!std::binary_search(untrue.begin(), untrue.end(), pair)) wanted.push_back(pair);
  }
  detail::WantPairs denied = std::move(untrue);
  const Interactions& interactions = graph.interactions();
  const Asked& asked = graph.asked();
  for (std::size_t row = 0; row < asked.rows; ++row) {
    const std::size_t contact = asked.interaction[row].value();
    const std::uint32_t account = account_at[interactions.account[contact].value()];
    if (account == detail::no_position || asked.answer[row] == Answer::unknown || !counts(interactions.at[contact]) ||
        speaks_as_stakeholder(graph, interactions.customer, contact)) {
      continue;
    }
    (asked.answer[row] == Answer::yes ? wanted : denied).emplace_back(account, need_at[asked.need[row].value()]);
  }
  wants.contacts.assign(wants.accounts.size(), 0);
  for (std::size_t row = 0; row < interactions.rows; ++row) {
    const std::uint32_t account = account_at[interactions.account[row].value()];
    if (account == detail::no_position || interactions.at[row] > until ||
        speaks_as_stakeholder(graph, interactions.customer, row)) {
      continue;
    }
    ++wants.contacts[account];
  }
  wants.by_account = detail::adjacency_of(wanted, wants.accounts.size());
  std::erase_if(denied, [&](const auto& pair) { return std::binary_search(wanted.begin(), wanted.end(), pair); });
  wants.denied = detail::adjacency_of(denied, wants.accounts.size());
  return wants;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
