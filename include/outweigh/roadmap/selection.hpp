// What a solver chose, and how good it is known to be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// Why the search ended.
enum class SolveStatus : std::uint8_t {
  finished,    ///< nothing is left to search: the selection is proved within the tolerance
  time_limit,  ///< the time limit came first
  work_limit,  ///< the work limit came first
  stopped      ///< the stop token or the progress callback asked for it
};

[[nodiscard]] std::string_view to_string(SolveStatus status) noexcept;

/// A set of solutions that satisfies all constraints of its problem, whatever the status.
struct Selection {
  std::vector<std::uint32_t> solutions{};  ///< positions in the problem, increasing
  std::vector<std::uint32_t> customers{};  ///< positions of the customers that get all they asked for, increasing
  double value = 0.0;                      ///< RoadmapProblem::value_of the solutions
  double cost = 0.0;                       ///< sum of their efforts, in the user's unit
  double budget = 0.0;                     ///< what the cost had to stay within; infinite under several capacities
  double bound = 0.0;                      ///< no selection within the budget has a value above this; >= value
  double gap = 0.0;                        ///< bound - value
  bool proven = false;                     ///< the gap is within the tolerance
  SolveStatus status = SolveStatus::finished;
  std::vector<std::uint32_t> include{};  ///< positions of what had to be chosen, increasing
  std::vector<std::uint32_t> exclude{};  ///< positions of what must not be chosen, increasing
  /// By resource, where the plan was held to several capacities, and else empty: the capacities, the sums of the
  /// efforts, and the shadow prices: the worth of one more unit at which the bound before branching is lowest, as in
  /// the linear relaxation; that bound grows by at most price * amount with `amount` more.
  std::vector<double> capacities{}, costs{}, prices{};
  std::uint64_t nodes = 0;  ///< of the search tree
  std::uint64_t work = 0;   ///< steps of the search, the unit of SolveOptions::work_limit
  double seconds = 0.0;     ///< elapsed; left out of equality

  friend bool operator==(const Selection& a, const Selection& b) {
    return a.solutions == b.solutions && a.customers == b.customers && a.value == b.value && a.cost == b.cost &&
           a.budget == b.budget && a.bound == b.bound && a.proven == b.proven && a.status == b.status &&
           a.include == b.include && a.exclude == b.exclude && a.capacities == b.capacities && a.costs == b.costs &&
           a.prices == b.prices;
  }
};

/// The user's ids of the chosen solutions.
[[nodiscard]] std::vector<std::string> solution_ids(const RoadmapProblem& problem, const Selection& selection);

/// All that is wrong with a selection as an answer to its problem, in words; empty when nothing is. It is worked out
/// from the problem alone, sharing no code with the solver: positions, what is required, excluded and together, cost
/// against budget and costs of resources against capacities (up to 1e-9 relative), value, customers, bound and gap.
[[nodiscard]] std::vector<std::string> check_selection(const RoadmapProblem& problem, const Selection& selection);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/selection-inl.hpp>
#endif
