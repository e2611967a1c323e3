// What accounts answered when they were asked outright.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <outweigh/core/instant.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/stakeholders.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

struct AskedAnswer {
  std::uint32_t account;
  std::uint32_t need;
  core::Instant at;
  std::uint32_t interaction;
  std::uint32_t source;
  bool yes;

  friend bool operator<(const AskedAnswer& a, const AskedAnswer& b) noexcept {
    if (a.account != b.account) return a.account < b.account;
    if (a.need != b.need) return a.need < b.need;
    if (a.at != b.at) return a.at < b.at;
    return a.yes < b.yes;  // of two answers at one time the yes counts as the later
  }
};

/// Known answers of customers up to `as_of`, by account, need and time.
[[nodiscard]] inline std::vector<AskedAnswer> asked_answers(const graph::CustomerGraph& graph) {
  std::vector<AskedAnswer> answers;
  const graph::Asked& asked = graph.asked();
  const graph::Interactions& interactions = graph.interactions();
  for (std::size_t row = 0; row < asked.rows; ++row) {
    const std::size_t contact = asked.interaction[row].value();
    if (asked.answer[row] == graph::Answer::unknown || interactions.at[contact] > graph.as_of() ||
        graph::speaks_as_stakeholder(graph, interactions.customer, contact)) {
      continue;
    }
    answers.push_back({interactions.account[contact].value(), asked.need[row].value(), interactions.at[contact],
                       static_cast<std::uint32_t>(contact), interactions.source[contact].value(),
                       asked.answer[row] == graph::Answer::yes});
  }
  std::sort(answers.begin(), answers.end());
  return answers;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
