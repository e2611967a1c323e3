// Exact search for the budgeted closure problem.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_flow.hpp>
#include <outweigh/roadmap/detail/closure_problem.hpp>
#include <outweigh/roadmap/detail/fix_nodes.hpp>
#include <outweigh/roadmap/detail/proof_step.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Depth-first branch and bound. Bounds come from ClosureFlow at a price near the best one; nodes are fixed by what
/// their excess says about the loss of forcing them, and branched on by the loss found by trying.
class BranchAndBound {
 public:
  struct Limits {
    std::uint64_t work = 0;                           ///< steps of the flow; 0 for no limit
    double tolerance = 0.0;                           ///< a relative gap of at most this counts as proved
    std::function<bool(double, double)> interrupt{};  ///< asked now and then with value and bound; true stops
    std::int64_t ceiling = std::numeric_limits<std::int64_t>::max();  ///< known to bound the optimum
    std::int64_t offset = 0;  ///< added to values when they are reported or a tolerance is taken of them
    /// Told cost, value and set of what is found on the way.
    std::function<void(std::int64_t, std::int64_t, const std::vector<std::uint8_t>&)> found{};
    std::function<void(const ProofStep&)> record{};  ///< told the proof
  };

  BranchAndBound(const ClosureProblem& problem, std::int64_t budget, std::int64_t loose_budget);

  /// Force a node in or out before the search. False when that contradicts what was forced before.
  [[nodiscard]] bool require(std::uint32_t node) { return flow_.force_in(node); }
  [[nodiscard]] bool forbid(std::uint32_t node) { return flow_.force_out(node); }
  /// Starts from the nodes forced in; false when they do not fit the budget.
  [[nodiscard]] bool settle();

  /// Starts anew with another budget; nothing is forced and nothing known.
  void restart(std::int64_t budget, std::int64_t loose_budget);

  /// Makes a closed set that fits the starting plan if it is better than what is known.
  void offer(const std::vector<std::uint8_t>& chosen);
  void run(const Limits& limits);

  [[nodiscard]] const std::vector<std::uint8_t>& best() const noexcept { return best_set_; }
  [[nodiscard]] std::int64_t value() const noexcept { return best_; }
  [[nodiscard]] std::int64_t bound() const noexcept { return bound_; }
  [[nodiscard]] std::uint64_t nodes() const noexcept { return nodes_; }
  [[nodiscard]] std::uint64_t work() const noexcept { return flow_.work() + extra_work_; }
  [[nodiscard]] bool finished() const noexcept { return finished_; }

 private:
  struct Frame {
    std::size_t mark;
    std::uint32_t node;
    bool then_in;
    bool second_pending;
    std::int64_t bound;
  };
  struct Line {
    std::int64_t cost = 0, weight = 0;
    bool known = false;
  };

  [[nodiscard]] std::int64_t whole(std::int64_t scaled) const noexcept;
  [[nodiscard]] bool hopeless(std::int64_t scaled_bound) const noexcept {
    return whole(scaled_bound) <= best_ + tolerance_;
  }
  [[nodiscard]] std::int64_t weight_at_zero(std::uint32_t u) const noexcept;
  [[nodiscard]] Line line_of(const std::vector<std::uint8_t>& set) const;
  [[nodiscard]] std::int64_t set_value(const std::vector<std::uint8_t>& set) const;
  [[nodiscard]] bool allowed(const std::vector<std::uint8_t>& set) const;
  bool optimize_price(int steps);
  void settle_rates();
  bool tune_rates(int steps);
  bool smooth(int sweeps);
  int fix();
  bool evaluate();
  struct Part {  ///< what a search of a part ended with
    std::int64_t bound;
    bool finished;
  };
  bool contract();
  [[nodiscard]] Part search_open(Limits limits);
  void search_core();
  void improve(std::vector<std::uint8_t> set);
  [[nodiscard]] bool part_excluded(std::vector<std::uint8_t>& set, std::int64_t& room);
  void fill(std::vector<std::uint8_t>& set, std::int64_t room);
  std::int64_t probe(std::uint32_t u, bool force_in);
  [[nodiscard]] std::uint32_t choose(bool& in_first, bool& again);
  [[nodiscard]] bool stop();
  [[nodiscard]] bool stop_within();
  void swing();
  void accept(std::vector<std::uint8_t> set, std::int64_t value);
  void record(ProofStep::Kind kind, std::uint32_t node = 0) const;
  [[nodiscard]] ProofStep priced() const;

  const ClosureProblem* problem_;
  ClosureFlow flow_;
  std::int64_t budget_;
  std::int64_t best_ = 0, bound_ = 0, unresolved_ = 0, tolerance_ = 0, node_bound_ = 0, margin_ = 0;
  std::vector<std::uint8_t> best_set_, low_set_, high_set_, scratch_, mark_;
  std::vector<std::uint32_t> stack_, touched_, order_;
  std::vector<double> likely_;  ///< how likely nodes are to be in, by the smoothed bound
  FixScratch fixing_;
  std::uint64_t nodes_ = 0, extra_work_ = 0, next_check_ = 0, patience_ = 0;
  bool finished_ = false, stopped_ = false, part_ = false;
  Limits limits_;
  ProofStep probed_;  ///< the price at which a probe found a case impossible
  std::vector<Frame> frames_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/detail/branch_and_bound-inl.hpp>
#endif
