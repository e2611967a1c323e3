// Whose words are no demand: internal people, stakeholders and partners, accounts that are ours or a partner's, and
// those who only guess.
#pragma once

#include <cstddef>

#include <outweigh/core/field.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// The party of the person that a row names; a row that names nobody, or a person without a party, is a customer's.
[[nodiscard]] inline Party party_of(const CustomerGraph& graph, const core::Field<CustomerIndex>& customer,
                                    std::size_t row) {
  if (!customer.has(row)) return Party::customer;
  return graph.customers().party.value_or(customer[row].value(), Party::customer);
}

[[nodiscard]] inline bool speaks_as_stakeholder(const CustomerGraph& graph, const core::Field<CustomerIndex>& customer,
                                                std::size_t row) {
  return party_of(graph, customer, row) != Party::customer;
}

/// Whoever speaks for it: one of our accounts is internal, and a partner's a partner. One without a kind is a customer.
[[nodiscard]] inline Party party_of(const CustomerGraph& graph, AccountIndex account) {
  switch (graph.accounts().kind.value_or(account.value(), AccountKind::customer)) {
    case AccountKind::internal:
      return Party::internal;
    case AccountKind::partner:
      return Party::partner;
    default:
      return Party::customer;
  }
}

/// Inferred by others than the account: what nobody said is a guess until somebody looked into it.
[[nodiscard]] inline bool is_guess(const Requests& requests, std::size_t row) {
  return requests.basis.has(row) && requests.basis[row] == RequestBasis::inferred && !requests.confirmed.has(row);
}

/// Is the account internal or a partner's?
[[nodiscard]] inline bool is_stakeholder(const CustomerGraph& graph, AccountIndex account) {
  return party_of(graph, account) != Party::customer;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
