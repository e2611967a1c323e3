// Building a graph from its own parts.
#pragma once

#include <memory>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

struct BuildOptions;
struct GraphParts;

namespace detail {

struct GraphData;

/// Its body stands in graph_builder-inl.hpp, so that the loader is compiled once.
[[nodiscard]] std::shared_ptr<const GraphData> build_again(const GraphParts& parts, const BuildOptions& options);

}  // namespace detail

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
