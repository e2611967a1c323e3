// The kinds of nodes of a customer graph, and their indices.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <outweigh/core/index.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

enum class NodeKind : std::uint8_t {
  party,
  account,
  segment,
  customer,
  source,
  need,
  solution,
  interaction,
  ticket,
  request
};

inline constexpr std::array node_kinds{NodeKind::party,  NodeKind::account, NodeKind::segment,  NodeKind::customer,
                                       NodeKind::source, NodeKind::need,    NodeKind::solution, NodeKind::interaction,
                                       NodeKind::ticket, NodeKind::request};

[[nodiscard]] constexpr std::string_view to_string(NodeKind kind) noexcept {
  switch (kind) {
    case NodeKind::party:
      return "party";
    case NodeKind::account:
      return "account";
    case NodeKind::segment:
      return "segment";
    case NodeKind::customer:
      return "customer";
    case NodeKind::source:
      return "source";
    case NodeKind::need:
      return "need";
    case NodeKind::solution:
      return "solution";
    case NodeKind::interaction:
      return "interaction";
    case NodeKind::ticket:
      return "ticket";
    case NodeKind::request:
      return "request";
  }
  return "";
}

template <NodeKind Kind>
struct NodeTag {
  static constexpr NodeKind kind = Kind;
};

using PartyIndex = core::Index<NodeTag<NodeKind::party>>;
using AccountIndex = core::Index<NodeTag<NodeKind::account>>;
using SegmentIndex = core::Index<NodeTag<NodeKind::segment>>;
using CustomerIndex = core::Index<NodeTag<NodeKind::customer>>;
using SourceIndex = core::Index<NodeTag<NodeKind::source>>;
using NeedIndex = core::Index<NodeTag<NodeKind::need>>;
using SolutionIndex = core::Index<NodeTag<NodeKind::solution>>;
using InteractionIndex = core::Index<NodeTag<NodeKind::interaction>>;
using TicketIndex = core::Index<NodeTag<NodeKind::ticket>>;
using RequestIndex = core::Index<NodeTag<NodeKind::request>>;

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
