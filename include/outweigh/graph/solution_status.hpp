// How far a solution is, by its status or, without one, by its date; since when needs are met.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include <outweigh/core/instant.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// The status that the table gives; without one, `shipped` from the time `shipped` on, and a candidate before.
[[nodiscard]] inline SolutionStatus status_of(const CustomerGraph& graph, std::size_t solution) {
  const auto& solutions = graph.solutions();
  const bool has_shipped = solutions.shipped.has(solution) && solutions.shipped[solution] <= graph.as_of();
  return solutions.status.value_or(solution, has_shipped ? SolutionStatus::shipped : SolutionStatus::candidate);
}

/// By need: when the first solution that meets it whole had shipped, up to now; nothing where none is known to have.
[[nodiscard]] inline std::vector<std::optional<core::Instant>> met_since(const CustomerGraph& graph) {
  std::vector<std::optional<core::Instant>> since(graph.size(NodeKind::need));
  const Covers& covers = graph.covers();
  const auto& shipped = graph.solutions().shipped;
  for (std::size_t row = 0; row < covers.rows; ++row) {
    const std::size_t solution = covers.solution[row].value();
    if (covers.share.value_or(row, 1.0) < 1.0 || !shipped.has(solution) || shipped[solution] > graph.as_of()) continue;
    if (status_of(graph, solution) != SolutionStatus::shipped) continue;
    std::optional<core::Instant>& first = since[covers.need[row].value()];
    first = std::min(first.value_or(shipped[solution]), shipped[solution]);
  }
  return since;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
