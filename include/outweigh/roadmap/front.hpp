// Value against cost: the supported hull, and the complete efficient front.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// A selection on a front.
struct FrontPoint {
  double cost = 0.0;
  double value = 0.0;
  double bound = 0.0;                      ///< no selection that costs at most `cost` is worth more
  bool proven = true;                      ///< nothing of at most this cost is worth more
  std::vector<std::uint32_t> solutions{};  ///< positions in the problem, increasing

  friend bool operator==(const FrontPoint&, const FrontPoint&) = default;
};

/// Selections of which none is both cheaper and worth more than another, by increasing cost and value.
struct Front {
  std::vector<FrontPoint> points{};
  bool complete = true;       ///< no further point is possible (at the step asked for)
  double total_effort = 0.0;  ///< of the problem
  double seconds = 0.0;       ///< elapsed; left out of equality

  /// Columns cost, value, bound, proven, solutions (how many).
  [[nodiscard]] core::Table to_table() const;

  friend bool operator==(const Front& a, const Front& b) {
    return a.points == b.points && a.complete == b.complete && a.total_effort == b.total_effort;
  }
};

struct FrontOptions {
  double step = 0.0;  ///< grid of the budgets of `efficient_front`, in the unit of the efforts; 0: every budget
  double time_limit = std::numeric_limits<double>::infinity();  ///< seconds, >= 0
  core::RunControl control{};
};

/// All corners of the concave hull of value against cost: the selections that are best at some price of effort, from
/// the best that costs nothing to the cheapest of the most valuable. Between two neighbours no selection lies above the
/// line that joins them, which bounds the value under every budget.
///
/// Without excluded pairs and needs that several cover, the corners are nested, and found by dividing: the maximum
/// closure at the slope between two corners either lies above their line and is a corner, or there is none between them
/// (Gallo, Grigoriadis and Tarjan 1989, doi:10.1137/0218003; Eisner and Severance 1976, doi:10.1145/321978.321982).
/// Otherwise each slope is solved by branch and bound. Weights that do not fit into 58 bits together are cut by powers
/// of two: corners closer to the line of their neighbours than that may then be left out. When the time runs out the
/// corners so far are returned, and `complete` is false. Throws InvalidInput for an option out of range.
[[nodiscard]] Front supported_front(const RoadmapProblem& problem, const FrontOptions& options = {});

/// All efficient selections, one for each value: for every budget the best value, by solving for each budget below the
/// cost of the point before. Starts from the supported hull and divides its widest gaps first. With a time limit, or
/// when stopped, the points found so far are returned; those that are not proved have a `bound`, and `complete` is
/// false. Efforts or values that are no whole multiples of 10^-6 are rounded as in `solve`, and `proven` is within
/// 1e-6.
[[nodiscard]] Front efficient_front(const RoadmapProblem& problem, const FrontOptions& options = {});

/// Area below the front and above `reference_value`, up to `reference_cost` (Zitzler and Thiele 1999,
/// doi:10.1109/4235.797969). Points beyond a reference add nothing. Throws InvalidInput for references that are not
/// finite.
[[nodiscard]] double hypervolume(std::span<const FrontPoint> points, double reference_cost,
                                 double reference_value = 0.0);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/front-inl.hpp>
#endif
