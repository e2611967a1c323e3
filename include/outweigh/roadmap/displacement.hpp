// What a solution displaces: the plan with it forced in or out against the plan as it is.
#pragma once

#include <cstdint>
#include <vector>

#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>
#include <outweigh/roadmap/solve.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// The best selection with one decision reversed.
struct Displacement {
  std::uint32_t solution = 0;  ///< position of the solution in question
  bool forced_in = false;      ///< it was not chosen and had to be; otherwise it was chosen and had not to be
  std::vector<std::uint32_t> entering{};  ///< positions that come in, increasing; with `solution` when it is forced in
  std::vector<std::uint32_t> leaving{};   ///< positions that go, increasing; with `solution` when it is forced out
  double value_lost = 0.0;     ///< value of the selection as it is less that of the alternative; negative only if the
                               ///< former was not proved best
  double effort_change = 0.0;  ///< cost of the alternative less that of the selection as it is
  Selection alternative{};
};

/// Solves the problem again under the same options with the solution forced in, if it is not in the selection, or out.
/// Among alternatives of the same value any may be found. Throws Infeasible when it cannot be forced in (its effort and
/// what it requires is above the budget, for example) or out, and what `solve` throws.
[[nodiscard]] Displacement displaced_by(const RoadmapProblem& problem, const Selection& selection,
                                        std::uint32_t solution, SolveOptions options);

/// What each solution of the selection adds to the others: the value lost when it alone is taken away, nothing put in
/// its place and what requires it left standing. In the order of the selection. Linear in the size of the problem,
/// times the covers of each need.
[[nodiscard]] std::vector<double> added_values(const RoadmapProblem& problem, const Selection& selection);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/displacement-inl.hpp>
#endif
