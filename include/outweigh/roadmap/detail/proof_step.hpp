// A step of a proof as a search writes it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_flow.hpp>
#include <outweigh/roadmap/detail/closure_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// A step of a proof, in the order of the search: what was decided, and at which price and rates what is refuted was.
struct ProofStep {
  enum Kind : std::uint8_t {
    price,      ///< the price and the rates of what follows
    put_in,     ///< the node is in: nothing better leaves it out
    put_out,    ///< the node is out: nothing better has it in
    in_first,   ///< two cases, each up to its `closed`: the node in, then out
    out_first,  ///< the same the other way round
    closed      ///< nothing better is left here
  };
  Kind kind = closed;
  std::uint32_t node = 0;
  double price_value = 0.0;                               ///< worth of a unit of cost
  std::vector<double> prices{};                           ///< of several budgets: worth of a unit of each
  std::vector<std::pair<std::uint32_t, double>> rates{};  ///< of needs, where below 1
  struct Share {
    std::uint32_t need, node;
    double amount;
  };
  std::vector<Share> shares{};  ///< of open nodes in needs that are shared out
};

/// Adds the shares of a need that is shared out, if they are less than what its nodes add.
inline void add_shares(const ClosureFlow& flow, std::uint32_t need, ProofStep& step) {
  const ClosureProblem& problem = flow.problem();
  const std::int64_t room = flow.room(need);
  const std::size_t before = step.shares.size();
  bool less = false;
  for (std::uint32_t k = problem.contributors.first(need); k < problem.contributors.last(need); ++k) {
    const Contribution& c = problem.contributors.entry[k];
    if (flow.state(c.other) != ClosureFlow::open) continue;
    const std::int64_t share = flow.share(need, k);
    less = less || share < flow.unit() * std::min(c.amount, room);
    step.shares.push_back({need, c.other, static_cast<double>(share) / static_cast<double>(flow.unit())});
  }
  if (!less) step.shares.resize(before);
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
