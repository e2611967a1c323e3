// A plan when values and efforts are uncertain: how often each solution is in the best plan, regret, value of
// information.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// Joint draws or scenarios of the numbers of a problem, scenario by scenario; what is empty is as in the problem.
struct Scenarios {
  std::size_t count = 0;
  std::vector<double> probabilities{};  ///< > 0, of any sum; empty: all alike
  std::vector<double> values{};         ///< count x solutions
  /// count x solutions. Where the problem has resources, what a solution takes of each grows and shrinks with its
  /// effort.
  std::vector<double> efforts{};
  std::vector<double> customer_values{};  ///< count x customers
  std::vector<double> need_values{};      ///< count x needs
};

/// The numbers of one scenario, and of their means weighted by the probabilities. Throws InvalidInput when the shapes
/// do not fit the problem, a probability is not positive, a number is none that RoadmapBuilder allows, or a solution of
/// no effort that takes something of a resource is drawn with one.
[[nodiscard]] RoadmapProblem in_scenario(const RoadmapProblem& problem, const Scenarios& scenarios,
                                         std::size_t scenario);
[[nodiscard]] RoadmapProblem on_average(const RoadmapProblem& problem, const Scenarios& scenarios);

struct UncertaintyOptions {
  double budget = 0.0;                   ///< >= 0
  std::vector<double> capacities{};      ///< by resource; where given, in place of the budget, as in SolveOptions
  std::vector<std::uint32_t> include{};  ///< positions of solutions that must be chosen
  std::vector<std::uint32_t> exclude{};  ///< positions of solutions that must not be chosen
  /// What to judge instead of the plan that is best on average, as positions: today's plan, or a robust one.
  std::optional<std::vector<std::uint32_t>> judge{};
  bool information = true;                                      ///< work out the value of information of each item
  double time_limit = std::numeric_limits<double>::infinity();  ///< seconds of each search
  core::RunControl control{};
};

enum class ItemKind : std::uint8_t { solution, customer, need, effort };

/// What it is worth to learn the value of one item, or the effort of a solution, before deciding, the others staying at
/// their means, over the plan that is best on average (also where another one is judged). An effort that is not learnt
/// comes out all the same: what then no longer fits is dropped from that plan, as little of it as is possible, and the
/// worth is what deciding anew would give beyond that.
struct ItemInformation {
  ItemKind kind = ItemKind::solution;
  std::uint32_t position = 0;  ///< of the solution where it is an effort
  double worth = 0.0;          ///< expected value of partial perfect information, >= 0
  double mean = 0.0;           ///< value of the item, or effort, on average
  /// The value nearest to the mean at which another plan becomes the best; of an effort the nearest one drawn.
  std::optional<double> threshold{};
};

struct UncertainPlan {
  Selection plan{};                   ///< best on average, or what was to be judged; in the numbers on average
  std::vector<double> values{};       ///< of the plan, by scenario
  std::vector<double> costs{};        ///< of the plan, by scenario
  std::vector<double> best_values{};  ///< of the best plan of each scenario; the plan's where no plan is possible
  std::vector<double> regrets{};      ///< best value less that of what of the plan fits, at least 0
  std::vector<double> in_best{};      ///< by solution: probability that it is in the best plan of its scenario
  double expected_value = 0.0, worst_value = 0.0;
  double expected_regret = 0.0, worst_regret = 0.0;
  double overrun = 0.0;              ///< probability that the plan costs more than the budget, or than a capacity
  std::vector<double> overruns{};    ///< by resource, under several capacities, and else empty
  double perfect_information = 0.0;  ///< expected gain of deciding after the scenario is known over dropping what no
                                     ///< longer fits from the plan that is best on average, >= 0
  std::vector<ItemInformation> information{};  ///< of items whose value or effort varies, by kind and position
  bool proven = true;                          ///< was every search finished?
};

/// Chooses before the scenario is known and compares with what could be chosen after. Value is linear in the numbers,
/// so that the plan of greatest expected value is that of the mean values; its mean effort is within the budget, and
/// `overrun` says how often the effort drawn is not. One search a scenario, in parallel; a few a varying item, since
/// the best value is convex and piecewise linear in the value of one item (Eisner and Severance 1976,
/// doi:10.1145/321978.321982): the expected value of partial perfect information is exact given that nothing is learnt
/// about the other items; where what hangs together in the scenarios would so be worth more alone than all of it, it is
/// that of all. The best value never grows with an effort, which leaves few of the efforts drawn to be looked at, two
/// searches each. Where best plans tie, any may be counted. Throws what `solve` and `on_average` throw.
[[nodiscard]] UncertainPlan plan_under_uncertainty(const RoadmapProblem& problem, const Scenarios& scenarios,
                                                   const UncertaintyOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/uncertainty-inl.hpp>
#endif
