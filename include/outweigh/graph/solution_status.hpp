// How far a solution is, by its status or, without one, by its date.
#pragma once

#include <cstddef>

#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// The status that the table gives; without one, `shipped` from the time `shipped` on, and a candidate before.
[[nodiscard]] inline SolutionStatus status_of(const CustomerGraph& graph, std::size_t solution) {
  const auto& solutions = graph.solutions();
  const bool has_shipped = solutions.shipped.has(solution) && solutions.shipped[solution] <= graph.as_of();
  return solutions.status.value_or(solution, has_shipped ? SolutionStatus::shipped : SolutionStatus::candidate);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
