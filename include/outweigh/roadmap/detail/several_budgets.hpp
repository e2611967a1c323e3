// Exact search for the closure problem under several budgets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include <outweigh/roadmap/detail/closure_flow.hpp>
#include <outweigh/roadmap/detail/closure_problem.hpp>
#include <outweigh/roadmap/detail/fix_nodes.hpp>
#include <outweigh/roadmap/detail/proof_step.hpp>
#include <outweigh/roadmap/detail/resource_costs.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail {

/// Depth-first branch and bound. Each budget has a price; the bound is the largest closure at these prices plus what
/// the budgets are worth at them. Before branching prices are those of the lowest bound (PriceMaster); further down
/// they, and the rates of needs that several cover, move against what the averaged closures use too much of (volume
/// algorithm; Barahona and Anbil 2000, doi:10.1007/s101070050002). The average also says what to branch on and what to
/// try first.
class SeveralBudgets {
 public:
  struct Limits {
    std::uint64_t work = 0;                           ///< steps of the flow; 0 for no limit
    double tolerance = 0.0;                           ///< a relative gap of at most this counts as proved
    std::function<bool(double, double)> interrupt{};  ///< asked now and then with value and bound; true stops
    std::function<void(const ProofStep&)> record{};   ///< told the proof; what is begun of a node is then ended
  };

  /// The costs of the problem itself are not looked at.
  SeveralBudgets(ClosureProblem problem, std::vector<ResourceCosts> resources);
  SeveralBudgets(const SeveralBudgets&) = delete;
  SeveralBudgets& operator=(const SeveralBudgets&) = delete;

  /// As in BranchAndBound.
  [[nodiscard]] bool require(std::uint32_t node);
  [[nodiscard]] bool forbid(std::uint32_t node);
  /// Starts from the nodes forced in: a budget that they do not fit, or how many budgets there are.
  [[nodiscard]] std::size_t settle();
  void offer(const std::vector<std::uint8_t>& chosen);
  void run(const Limits& limits);

  [[nodiscard]] const std::vector<std::uint8_t>& best() const noexcept { return best_set_; }
  [[nodiscard]] std::int64_t value() const noexcept { return best_; }
  [[nodiscard]] std::int64_t bound() const noexcept { return bound_; }
  [[nodiscard]] std::uint64_t nodes() const noexcept { return nodes_; }
  [[nodiscard]] std::uint64_t work() const noexcept { return flow_.work() + extra_work_; }
  [[nodiscard]] bool finished() const noexcept { return finished_; }
  /// Worth of 1 of a budget before branching.
  [[nodiscard]] double price(std::size_t resource) const noexcept { return root_prices_[resource]; }

 private:
  struct Frame {
    std::size_t mark;
    std::uint32_t node;
    bool then_in;
    bool second_pending;
    std::int64_t bound;
    std::vector<std::int64_t> prices;
  };

  [[nodiscard]] std::int64_t whole(std::int64_t scaled) const noexcept;
  [[nodiscard]] bool hopeless(std::int64_t scaled) const noexcept { return whole(scaled) <= best_ + tolerance_; }
  [[nodiscard]] std::int64_t set_value(const std::vector<std::uint8_t>& set) const;
  bool force(std::uint32_t node, bool in);
  void take_in();
  void undo_to(std::size_t mark);
  void charge();
  bool evaluate_at();
  void put_out_too_large();
  bool find_prices(int steps, bool to_the_end);
  bool smooth(int sweeps, bool to_the_end);
  bool tune(int steps, bool first = false);
  int fix();
  bool evaluate();
  void fill(std::vector<std::uint8_t>& set, std::vector<std::int64_t> room, const std::vector<double>& keys);
  void improve();
  bool make_fit(std::vector<std::uint8_t>& set, const std::vector<std::uint8_t>& kept);
  void swing();
  std::int64_t probe(std::uint32_t u, bool in);
  [[nodiscard]] std::uint32_t choose(bool& in_first, bool& again);
  void accept(std::vector<std::uint8_t> set, std::int64_t value);
  [[nodiscard]] bool stop();
  [[nodiscard]] bool stop_within() { return !limits_.record && stop(); }
  void record(ProofStep::Kind kind, std::uint32_t node = 0) const;

  ClosureProblem problem_, weighed_;  // the same with costs in one number, where that is needed
  std::vector<ResourceCosts> resources_;
  ClosureFlow flow_;
  std::vector<std::int64_t> room_, slack_, prices_, charges_;  // slack_: loose budget less budget
  std::vector<double> average_, root_prices_;
  std::size_t synced_ = 0;  // entries of the trail that the rooms know of
  std::int64_t best_ = 0, bound_ = 0, unresolved_ = 0, tolerance_ = 0, node_bound_ = 0, margin_ = 0;
  std::vector<std::uint8_t> best_set_, mark_;
  std::vector<std::uint32_t> touched_;
  FixScratch fixing_;
  std::uint64_t nodes_ = 0, extra_work_ = 0, next_check_ = 0;
  bool finished_ = false, stopped_ = false;
  Limits limits_;
  std::vector<Frame> frames_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap::detail

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/detail/several_budgets-inl.hpp>
#endif
