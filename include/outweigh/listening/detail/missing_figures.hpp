// What an audit cannot say for want of a table or a column.
#pragma once

#include <string>
#include <vector>

#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/audit_rows.hpp>
#include <outweigh/listening/detail/voices.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening::detail {

/// `left_out`: dimensions with too many levels for representativity.
inline std::vector<MissingFigure> missing_figures(const graph::CustomerGraph& graph,
                                                  const std::vector<std::string>& left_out) {
  std::vector<MissingFigure> missing;
  const auto& accounts = graph.accounts();
  const auto& interactions = graph.interactions();
  const auto need = [&](bool present, const char* figure, const char* table, const char* column) {
    if (!present) missing.push_back({figure, table, column});
  };
  need(accounts.arr.any(), "share of whales, revenue never heard, revenue bands", "accounts", "arr");
  need(accounts.sentiment.any(), "share of unhappy outliers", "accounts", "sentiment");
  need(graph.has_table("interactions"), "calls made to learn against escalations", "interactions", "interaction_id");
  if (graph.has_table("interactions")) {
    need(interactions.purpose.any(), "calls made to learn against escalations", "interactions", "purpose");
    need(interactions.initiated_by.any(), "who began the contact", "interactions", "initiated_by");
    need(interactions.minutes.any(), "share of conversations that were long enough", "interactions", "minutes");
    need(interactions.customer_talk_share.any(), "share of conversations in which the customer talked", "interactions",
         "customer_talk_share");
  }
  need(graph.has_table("customers"), "stakeholders, internal users and partners apart", "customers", "party");
  need(PersonNames(graph).any(), "who is heard by team and by person", "sources", "owner");
  for (const std::string& name : left_out) {
    missing.push_back({"representativity by " + name + ": it has too many levels", "accounts", name});
  }
  return missing;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::listening::detail
