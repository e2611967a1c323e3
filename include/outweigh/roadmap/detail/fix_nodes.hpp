// Decides nodes whose other state loses more than can be lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <outweigh/roadmap/detail/closure_flow.hpp>
#include <outweigh/roadmap/detail/closure_problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Memory of `fix_nodes`; `mark` holds a 0 for each node and is left so.
struct FixScratch {
  std::vector<std::uint32_t> touched{};
  std::vector<std::uint8_t> mark{};
};

/// What is in the flow's nodes bounds what forcing them loses: a node in, what it and all that it requires lack; a node
/// out, what it and all that depends on it have to spare. Calls `put_out(u)` where having u in loses `spare` or more,
/// or `beyond(at, fresh)`, told each node that comes in with it (`fresh` at the first), says that it does not fit;
/// `put_in(u)` where leaving it out loses that much. Returns how many, or -1 when `put_in` says that it is not
/// possible. Time in proportion to what is walked, which `work` counts.
template <class Beyond, class PutOut, class PutIn>
int fix_nodes(const ClosureFlow& flow, std::int64_t spare, FixScratch& scratch, std::uint64_t& work, Beyond&& beyond,
              PutOut&& put_out, PutIn&& put_in) {
  const ClosureProblem& problem = flow.problem();
  auto& [touched, mark] = scratch;
  int fixed = 0;
  const auto reach = [&](std::uint32_t w) {
    if (mark[w] != 0 || flow.state(w) != ClosureFlow::open) return;
    mark[w] = 1;
    touched.push_back(w);
  };
  const auto leave = [&] {
    work += touched.size();
    for (const std::uint32_t at : touched) mark[at] = 0;
    touched.clear();
  };
  for (std::uint32_t u = 0; u < problem.size(); ++u) {
    if (flow.state(u) != ClosureFlow::open) continue;
    std::int64_t loss = 0;
    bool impossible = false;
    reach(u);
    for (std::size_t k = 0; k < touched.size() && !impossible; ++k) {
      const std::uint32_t at = touched[k];
      if (flow.excess(at) < 0) loss -= flow.excess(at);
      impossible = beyond(at, k == 0) || loss >= spare;
      for (std::uint32_t a = problem.requires_.first(at); a < problem.requires_.last(at); ++a)
        reach(problem.requires_.entry[a]);
    }
    leave();
    if (impossible) {
      ++fixed;
      put_out(u);
      continue;
    }
    loss = 0;
    reach(u);
    for (std::size_t k = 0; k < touched.size() && !impossible; ++k) {
      const std::uint32_t at = touched[k];
      if (flow.excess(at) > 0) loss += flow.excess(at);
      impossible = loss >= spare;
      for (std::uint32_t i = problem.dependents.first(at); i < problem.dependents.last(at); ++i) {
        reach(problem.dependents.entry[i].node);
      }
    }
    leave();
    if (!impossible) continue;
    ++fixed;
    if (!put_in(u)) return -1;
  }
  return fixed;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail
