// The best set of solutions under a budget, proved or with its gap.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

struct SolveOptions {
  double budget = 0.0;  ///< >= 0, in the unit of the efforts; infinity for no limit
  /// By resource of the problem, >= 0, in the unit of its efforts; infinity for no limit. Where given, these take the
  /// place of the budget.
  std::vector<double> capacities{};
  double time_limit = std::numeric_limits<double>::infinity();  ///< seconds, >= 0
  std::uint64_t work_limit = 0;          ///< steps of the search, 0 for no limit; some 50 to 100 million a second
  double tolerance = 0.0;                ///< relative gap, 0..1, that counts as proved
  std::vector<std::uint32_t> include{};  ///< positions of solutions that must be chosen
  std::vector<std::uint32_t> exclude{};  ///< positions of solutions that must not be chosen
  /// Positions of solutions to start from, such as last quarter's plan. One that breaks a constraint is ignored.
  std::vector<std::uint32_t> start{};
  core::RunControl control{};
};

/// Maximises the value of a set of solutions within the budget (see RoadmapProblem for the value and the constraints).
///
/// Branch and bound over the budgeted closure. The budget is priced (Lagrangian relaxation), which leaves a maximum
/// closure, solved as a maximum flow (Picard 1976, doi:10.1287/mnsc.22.11.1268); at the best price its bound equals
/// that of the linear relaxation. Flow residuals fix solutions whose change would lose more than the gap. Needs that
/// several solutions cover are shared out among them: where at most twelve do and shares add up in any numbers, which
/// makes the bound that of the need's concave envelope, otherwise at one rate; both are found by coordinate descent on
/// the bound with its corners rounded off (Werner 2007, doi:10.1109/TPAMI.2007.1036). All arithmetic of the search is
/// in whole numbers. When efforts and values have at most six decimals, the input is represented exactly, `gap` is 0
/// once proved, and the budget is met to the digit. Other input is rounded (sum / 2^34 for efforts, sum / 2^38 for
/// values), in the direction that keeps selections feasible and `bound` valid for the problem as given, and `proven`
/// then means a relative gap of at most 1e-6 or the tolerance.
///
/// Under several capacities each has a price of its own (Lagrangian relaxation; Fisher 1981, doi:10.1287/mnsc.27.1.1),
/// found from mixtures of closed sets (Dantzig and Wolfe 1960, doi:10.1287/opre.8.1.101) before branching, and the
/// search is otherwise alike.
///
/// Without a time limit the result is a function of the input. A time limit, a stop token or a progress callback that
/// returns false ends the search early: the best selection so far is returned with a bound that still holds, never an
/// error. The clock is looked at within a flow as well, after some ten steps for each request. A time limit of 0 gives
/// a greedy selection. What the callback throws reaches the caller.
///
/// The empty problem, a budget of 0 and efforts above the budget are fine: what costs nothing is still chosen.
/// Throws InvalidInput when budget, a capacity, time_limit or tolerance is negative or NaN, capacities are not one for
/// each resource, or a position is none; Infeasible, naming them, when the solutions to include and what they require
/// do not fit the budget or a capacity, exclude each other, or meet the solutions to exclude. Worst case exponential;
/// instances of the next release literature with thousands of solutions take between milliseconds and seconds.
[[nodiscard]] Selection solve(const RoadmapProblem& problem, const SolveOptions& options);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/solve-inl.hpp>
#endif
