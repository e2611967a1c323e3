// A graph's tables as one event log: every moment in which an account and the company met.
#pragma once

#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::journey {

/// Columns case_id, account_id, at, activity, stage, function, value, sentiment, up to `as_of`. The rows are the table
/// `events`, and where `others` is set: interactions (activity is the purpose: learn is of the stage learn, sell of
/// buy, support and escalation of fix; function product, sales or support), tickets (opened, resolved, and showstopper:
/// fix, support), deals (opened, won, lost: buy, sales; value is the amount), the start of accounts (buy, sales),
/// their end (of no stage, sales), and answers to surveys (for_life, product). Customers' accounts only: no internal
/// ones and no partners. Throws MissingInput when there is nothing.
[[nodiscard]] core::Table touchpoints(const graph::CustomerGraph& graph, bool others = true);

}  // namespace outweigh::inline OUTWEIGH_ABI::journey

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/journey/touchpoints-inl.hpp>
#endif
