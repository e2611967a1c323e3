// What the evidence itself warns of, whatever the method.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/demand/evidence.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/detail/label.hpp>

namespace outweigh::inline OUTWEIGH_ABI::demand::detail {

[[nodiscard]] inline std::vector<std::string> evidence_warnings(const graph::CustomerGraph& graph,
                                                                const Evidence& evidence) {
  std::vector<std::string> warnings;
  const auto count = [](std::size_t n, std::string_view one, std::string_view many) {
    return std::to_string(n) + " " + std::string(n == 1 ? one : many);
  };
  if (evidence.requests > evidence.labelled) {
    warnings.push_back(count(evidence.requests - evidence.labelled, "request names", "requests name") +
                       " no need; their contacts count as missing, not as silent");
  }
  for (const LabelRow& row : evidence.labels) {
    if (row.share() >= 0.8) continue;
    warnings.push_back(
        "only " + std::to_string(row.labelled) + " of " + count(row.requests, "request", "requests") +
        " through source " +
        graph::detail::label(graph.ids(graph::NodeKind::source), graph.sources().name, row.source.value()) + " " +
        (row.labelled == 1 ? "names" : "name") + " a need");
  }
  if (evidence.outside > 0) {
    warnings.push_back(count(evidence.outside, "request is", "requests are") +
                       " by accounts outside the base and not counted");
  }
  if (evidence.later > 0) {
    warnings.push_back(count(evidence.later, "request is", "requests are") + " later than as_of and not counted");
  }
  const auto met = static_cast<std::size_t>(std::count_if(
      evidence.closed.begin(), evidence.closed.end(), [&](core::Instant closed) { return closed < graph.as_of(); }));
  if (met > 0) {
    warnings.push_back(count(met, "need is", "needs are") +
                       " met by a solution that has shipped: figures are of the time before, and do not say who "
                       "still has the need");
  }
  if (evidence.hearsay > 0) {
    warnings.push_back(count(evidence.hearsay, "pair", "pairs") + " of account and need " +
                       (evidence.hearsay == 1 ? "is" : "are") +
                       " known only from claims that others passed on; where these are untrue, the need is rarer");
  }
  if (evidence.guesses > 0) {
    warnings.push_back(count(evidence.guesses, "request is", "requests are") +
                       " inferred by others than the account; such count once confirmed");
  }
  if (evidence.sides_unknown) {
    warnings.push_back(
        "no contact says who began it (interactions.initiated_by); all are taken for ours, and where accounts called "
        "because of a need that makes it look too common or too rare");
  }
  if (evidence.inferred > 0) {
    warnings.push_back(count(evidence.inferred, "contact is", "contacts are") +
                       " inferred from requests that name no logged contact");
  }
  if (evidence.revenue_known < evidence.accounts.size()) {
    warnings.push_back(count(evidence.accounts.size() - evidence.revenue_known, "account has", "accounts have") +
                       " no known revenue (accounts.arr); it counts 0 in sums of revenue");
  }
  return warnings;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::demand::detail
