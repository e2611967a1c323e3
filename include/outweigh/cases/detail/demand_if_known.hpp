// Demand where the tables tell it.
#pragma once

#include <optional>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/demand/prevalence.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases::detail {

/// Nothing where the tables are missing or do not tell who has which need: a case goes on without, and says so.
[[nodiscard]] inline std::optional<demand::Demand> demand_if_known(const graph::CustomerGraph& graph,
                                                                   const core::RunControl& control) {
  demand::DemandOptions options;
  options.control = control;
  try {
    return demand::demand(graph, options);
  } catch (const core::MissingInput&) {
  } catch (const core::NotIdentified&) {
  }
  return std::nullopt;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::cases::detail
