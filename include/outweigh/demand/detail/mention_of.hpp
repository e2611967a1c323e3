// Which requests are voices of accounts of the base.
#pragma once

#include <cstddef>
#include <optional>

#include <outweigh/demand/voices.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/stakeholders.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

/// The voice of one row of requests; nothing where it is later than `as_of`, outside the base, not a customer's, or a
/// guess.
[[nodiscard]] inline std::optional<Mention> mention_of(const graph::CustomerGraph& graph, std::size_t row) {
  const graph::Requests& requests = graph.requests();
  const graph::AccountIndex account = requests.account[row];
  if (!graph.in_base(account) || requests.at[row] > graph.as_of() ||
      graph::speaks_as_stakeholder(graph, requests.customer, row) || is_guess(requests, row)) {
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
