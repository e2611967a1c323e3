// What each key figure counts, for when there is nothing of it.
#pragma once

#include <array>
#include <string_view>

#include <outweigh/config.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey::detail {

struct CountedFigure {
  std::string_view name, table, column;
};

inline constexpr std::array<CountedFigure, 15> counted_figures{{
    {"time_to_close", "deals", "opened: none before as_of"},
    {"win_rate", "deals", "outcome: none is won or lost"},
    {"sales_cycle", "deals", "outcome: none is won at a known time"},
    {"time_to_first_value", "accounts", "started: none before as_of"},
    {"time_to_respond", "tickets", "first_response: of no ticket before as_of is it known"},
    {"time_to_repair", "tickets", "opened: none before as_of"},
    {"sla_met", "tickets", "due: none before as_of"},
    {"reopen_rate", "tickets", "reopened: of no resolved ticket is it known"},
    {"reassign_rate", "tickets", "reassigned: of no resolved ticket is it known"},
    {"nps", "surveys", "score: no answer of a customer before as_of"},
    {"adoption", "accounts", "promised: for no customer is it known"},
    {"promises_kept", "commitments", "due: none before as_of of which it is known whether it was kept"},
    {"churn", "accounts", "started: nobody was a customer when a period that is over began"},
    {"gross_revenue_retention", "revenue", "at: no customer paid in a period followed by one that is over"},
    {"net_revenue_retention", "revenue", "at: no customer paid in a period followed by one that is over"},
}};

}  // namespace outweigh::inline OUTWEIGH_ABI::journey::detail
