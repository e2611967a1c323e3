// What to build in which release: capacities by team and period, deadlines, promises, floors and shares.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/roadmap/linear_model.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// What there is of a resource, such as a team, in each release, and what solutions take of it.
struct ReleaseResource {
  std::string name = "effort";
  std::vector<double> capacities{};  ///< by release, >= 0; infinity for no limit
  double lane = 0.0;                 ///< >= 0, of each capacity, kept free for showstoppers
  /// By solution, >= 0. Empty: the problem's efforts of the resource of this name; its efforts where this is the only
  /// resource and the problem knows none of its name.
  std::vector<double> efforts{};
};

struct SolutionRelease {
  std::uint32_t solution = 0;  ///< position in the problem
  std::uint32_t release = 1;   ///< from 1

  friend bool operator==(const SolutionRelease&, const SolutionRelease&) = default;
};

/// Solutions of one outcome, theme or lighthouse account, and what share of all planned effort they take.
struct ReleaseGroup {
  std::string name{};
  std::vector<std::uint32_t> solutions{};
  double least_share = 0.0, most_share = 1.0;  ///< 0..1
};

/// What a solution, or a customer that has all it asked for, is worth to a segment.
struct SegmentWorth {
  std::uint32_t position = 0;
  double value = 0.0;
};

struct ReleaseSegment {
  std::string name{};
  std::vector<SegmentWorth> solutions{}, customers{};  ///< each position once
  std::optional<double> floor{};                       ///< >= 0: what it gets at least, by the last release
};

/// A solution that has to be there once two others are: what they take beyond the effort of each.
struct PairExtra {
  std::uint32_t extra = 0, first = 0, second = 0;
};

struct ReleaseOptions {
  std::vector<ReleaseResource> resources{};    ///< at least one, all of as many releases
  double delay = 1.0;                          ///< what value is multiplied by for each release later, 0..1
  std::vector<SolutionRelease> deadlines{};    ///< by then, or not at all
  std::vector<SolutionRelease> fixed{};        ///< work in progress: in that release
  std::vector<SolutionRelease> commitments{};  ///< promises: there by then
  std::vector<ReleaseGroup> groups{};
  std::vector<ReleaseSegment> segments{};
  std::vector<PairExtra> extras{};
  bool max_min = false;  ///< first make the worst-served segment as well off as possible, then maximise value
  double time_limit = std::numeric_limits<double>::infinity();  ///< seconds of all searches together, >= 0
  double tolerance = 0.0;                                       ///< relative gap, 0..1, that counts as proved
  core::RunControl control{};
};

struct ReleasePlan {
  std::vector<std::uint32_t> releases{};   ///< by solution, from 1; 0 for one that is left out
  std::vector<std::uint32_t> customers{};  ///< by customer, from which release it has all it asked for; 0 for never
  double value = 0.0;                      ///< later releases counting less where a delay does
  double bound = 0.0;                      ///< no plan is worth more
  bool proven =
      false;  ///< the gap is within the tolerance, or a millionth of the value or of the least worth of a thing
  std::vector<double> loads{};           ///< effort by resource, then by release
  std::vector<double> segment_values{};  ///< by segment, by the last release

  [[nodiscard]] double gap() const noexcept { return bound - value; }

  friend bool operator==(const ReleasePlan&, const ReleasePlan&) = default;
};

/// The best plan over several releases, by mixed integer programming with the solver given (see highs_solver.hpp). What
/// a solution requires is there in the same release or before. The effort of a solution falls into one release.
///
/// Whether promises can be kept, with what is fixed, is found out before anything is planned. At the time limit the
/// best plan by then is returned; only where rules ask for something to be there, and no plan does so yet, one is
/// looked for beyond. What the solver takes for right by its own tolerance is checked, and forbidden where it is not.
///
/// Throws Infeasible when the rules cannot hold together, naming a smallest set that cannot, or saying that there was
/// no time for that; InvalidInput for options out of range, positions that are none and numbers that add up to more
/// than a number can hold; MissingInput for max_min without segments, and without a solver.
[[nodiscard]] ReleasePlan plan_releases(const RoadmapProblem& problem, const ReleaseOptions& options,
                                        const LinearSolver& solver);

/// All that is wrong with a plan as an answer, in words, worked out without the solver; empty when nothing is.
[[nodiscard]] std::vector<std::string> check_releases(const RoadmapProblem& problem, const ReleaseOptions& options,
                                                      const ReleasePlan& plan);

/// Columns solution_id and release, of the chosen solutions by release and id.
[[nodiscard]] core::Table releases_table(const RoadmapProblem& problem, const ReleasePlan& plan);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/releases-inl.hpp>
#endif
