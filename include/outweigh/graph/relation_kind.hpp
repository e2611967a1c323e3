// The relations between nodes, each from one kind of node to another.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <outweigh/graph/node_kind.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

enum class RelationKind : std::uint8_t {
  account_parent,
  account_segment,
  segment_parent,
  customer_account,
  customer_party,
  source_account,  ///< coverage: whom a source serves
  interaction_source,
  interaction_account,
  interaction_customer,
  interaction_trigger,  ///< the interaction it follows up
  asked_need,           ///< interaction to need: asked outright
  need_parent,
  request_account,
  request_source,
  request_interaction,
  request_ticket,
  request_need,
  request_solution,
  request_customer,
  request_repeats,  ///< the request it passes on
  ticket_account,
  ticket_source,
  ticket_interaction,
  ticket_customer,
  ticket_need,
  solution_need,  ///< covers
  solution_requires,
  solution_excludes,
  solution_together,
  solution_value,      ///< value synergy
  solution_effort,     ///< effort synergy
  account_commitment,  ///< account to the solution it was promised
  account_need         ///< derived: distinct pairs of an account and a need it requested, by request
};

inline constexpr std::size_t relation_kind_count = static_cast<std::size_t>(RelationKind::account_need) + 1;

struct RelationEnds {
  std::string_view name;
  NodeKind from;
  NodeKind to;
};

inline constexpr std::array<RelationEnds, relation_kind_count> relation_ends{{
    {"account_parent", NodeKind::account, NodeKind::account},
    {"account_segment", NodeKind::account, NodeKind::segment},
    {"segment_parent", NodeKind::segment, NodeKind::segment},
    {"customer_account", NodeKind::customer, NodeKind::account},
    {"customer_party", NodeKind::customer, NodeKind::party},
    {"source_account", NodeKind::source, NodeKind::account},
    {"interaction_source", NodeKind::interaction, NodeKind::source},
    {"interaction_account", NodeKind::interaction, NodeKind::account},
    {"interaction_customer", NodeKind::interaction, NodeKind::customer},
    {"interaction_trigger", NodeKind::interaction, NodeKind::interaction},
    {"asked_need", NodeKind::interaction, NodeKind::need},
    {"need_parent", NodeKind::need, NodeKind::need},
    {"request_account", NodeKind::request, NodeKind::account},
    {"request_source", NodeKind::request, NodeKind::source},
    {"request_interaction", NodeKind::request, NodeKind::interaction},
    {"request_ticket", NodeKind::request, NodeKind::ticket},
    {"request_need", NodeKind::request, NodeKind::need},
    {"request_solution", NodeKind::request, NodeKind::solution},
    {"request_customer", NodeKind::request, NodeKind::customer},
    {"request_repeats", NodeKind::request, NodeKind::request},
    {"ticket_account", NodeKind::ticket, NodeKind::account},
    {"ticket_source", NodeKind::ticket, NodeKind::source},
    {"ticket_interaction", NodeKind::ticket, NodeKind::interaction},
    {"ticket_customer", NodeKind::ticket, NodeKind::customer},
    {"ticket_need", NodeKind::ticket, NodeKind::need},
    {"solution_need", NodeKind::solution, NodeKind::need},
    {"solution_requires", NodeKind::solution, NodeKind::solution},
    {"solution_excludes", NodeKind::solution, NodeKind::solution},
    {"solution_together", NodeKind::solution, NodeKind::solution},
    {"solution_value", NodeKind::solution, NodeKind::solution},
    {"solution_effort", NodeKind::solution, NodeKind::solution},
    {"account_commitment", NodeKind::account, NodeKind::solution},
    {"account_need", NodeKind::account, NodeKind::need},
}};

[[nodiscard]] constexpr const RelationEnds& ends(RelationKind kind) noexcept {
  return relation_ends[static_cast<std::size_t>(kind)];
}
[[nodiscard]] constexpr std::string_view to_string(RelationKind kind) noexcept { return ends(kind).name; }

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
