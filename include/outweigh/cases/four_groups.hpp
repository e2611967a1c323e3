// Happy on target, unhappy on target, pioneer, misfit: which of the four each customer is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/demand/prevalence.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/journey/named_tables.hpp>

namespace outweigh::inline OUTWEIGH_ABI::cases {

struct FourGroupsOptions {
  /// Values of the table `uses` that the product is made for; empty: "target" (and "adjacent" is not), other values
  /// tell nothing.
  std::vector<std::string> target_uses{};
  double days = 365.0;            ///< sentiment, answers, revenue and costs of so many days before as_of, > 0
  std::int64_t look_alikes = 10;  ///< so many further accounts with the same need make a niche worth a look, >= 1
  std::string nps_question = "nps";
  double level = 0.9;
  core::RunControl control{};
};

/// Tables: `accounts` (account_id, group 1..4, name, p_1 .. p_4, on_target, happy, niche, profit, look_alikes,
/// break_even, reason, action, status) by account of the base, and `groups` (group, name, accounts whose most probable
/// it is, expected, revenue). An account of which nothing says what it uses the product for is `not_identified` and
/// counts in no group.
///
/// on_target is the probability that more than half of what the account does with the product is what it is made for:
/// a beta posterior from its uses, and from the needs it asked for by their column `use`, with the base's average as
/// the prior, worth as many observations as accounts are alike (a beta law fitted to all; one where fewer than ten
/// accounts tell of two uses or needs). happy is the probability that its mean mood is above 0, a normal posterior from
/// NPS answers (promoter 1, passive 0, detractor -1), moods of conversations and the account's own sentiment, with the
/// spread of signs inside accounts and the worth of the base's average from all accounts (0.6 and one sign where fewer
/// than ten have two). niche is
/// the probability that at least `break_even` further accounts of the base have one of its adjacent needs (by the draws
/// of demand, which counts those never heard, too) or are known to have one of its adjacent uses. break_even is
/// `look_alikes`, or more where the account costs more than it pays: accounts that each pay as much and need the same
/// cover its costs at costs / revenue - 1 further ones. Then p_1 = on_target happy, p_2 = on_target (1 - happy), p_3 =
/// (1 - on_target) niche, p_4 = (1 - on_target) (1 - niche). An account of which nothing is known has the base's
/// averages and is not_identified.
///
/// Throws MissingInput where neither uses nor needs tell target from adjacent; InvalidInput for options out of range.
[[nodiscard]] journey::NamedTables categorise_customers(const graph::CustomerGraph& graph,
                                                        const FourGroupsOptions& options = {});
/// With a demand at hand: its graph.
[[nodiscard]] journey::NamedTables categorise_customers(const demand::Demand& demand,
                                                        const FourGroupsOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::cases

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/cases/four_groups-inl.hpp>
#endif
