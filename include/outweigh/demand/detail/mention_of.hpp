// Which requests are voices of accounts of the base.
#pragma once

#include <cstddef>
#include <optional>

#include <outweigh/demand/voices.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// Is what this person says not demand? People without a party are customers.
[[nodiscard]] inline bool is_stakeholder(const graph::CustomerGraph& graph,
                                         const core::Field<graph::CustomerIndex>& customer, std::size_t row) {
  if (!customer.has(row)) return false;
  const auto& party = graph.customers().party;
  const std::size_t person = customer[row].value();
  return party.has(person) && party[person] != graph::Party::customer;
}
[[nodiscard]] inline bool is_stakeholder_account(const graph::CustomerGraph& graph, graph::AccountIndex account) {
  const auto& kind = graph.accounts().kind;
  return kind.has(account.value()) && (kind[account.value()] == graph::AccountKind::partner ||
                                       kind[account.value()] == graph::AccountKind::internal);
}

/// The voice of one row of requests; nothing where it is later than `as_of`, outside the base or not a customer's.
[[nodiscard]] inline std::optional<Mention> mention_of(const graph::CustomerGraph& graph, std::size_t row) {
  const graph::Requests& requests = graph.requests();
  const graph::AccountIndex account = requests.account[row];
  if (!graph.in_base(account) || requests.at[row] > graph.as_of() || is_stakeholder(graph, requests.customer, row)) {
    return std::nullopt;
  }
  Mention mention;
  mention.account = account.value();
  if (requests.need.has(row)) mention.need = requests.need[row].value();
  if (requests.interaction.has(row)) {
    mention.interaction = requests.interaction[row].value();
  } else {
    mention.source = requests.source[row].value();
    mention.at = requests.at[row].microseconds();
  }
  const bool is_passed_on =
      requests.repeats.has(row) || (requests.basis.has(row) && requests.basis[row] != graph::RequestBasis::said);
  mention.direct = is_passed_on ? 0 : 1;
  if (requests.confirmed.has(row)) mention.belief = requests.confirmed[row] != 0 ? 1 : 2;
  return mention;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
