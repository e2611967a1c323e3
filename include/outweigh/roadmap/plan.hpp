// The roadmap: which solutions to build under a capacity, from their scores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/node_kind.hpp>
#include <outweigh/roadmap/displacement.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>
#include <outweigh/scoring/scores.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// What there is of a resource, such as a team.
struct Capacity {
  std::string resource{};
  double amount = 0.0;  ///< >= 0, in the unit of the graph's table of efforts; infinity for no limit

  friend bool operator==(const Capacity&, const Capacity&) = default;
};

struct PlanOptions {
  double capacity = 0.0;                  ///< >= 0, in the unit of the solutions' effort; infinity for no limit
  std::vector<Capacity> capacities{};     ///< one for each resource of the table of efforts; these take its place
  std::vector<std::string> include{};     ///< ids of solutions that must be in
  std::vector<std::string> exclude{};     ///< ids of solutions that must stay out
  Overlap overlap = Overlap::best_share;  ///< how far solutions meet a need together
  double time_limit = std::numeric_limits<double>::infinity();  ///< see SolveOptions
  std::uint64_t work_limit = 0;
  double tolerance = 0.0;
  core::RunControl control{};
};

/// A solution that cannot be planned, and why.
struct LeftOut {
  graph::SolutionIndex solution{};
  std::string reason{};

  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

/// What the user asks of a scored graph, as a problem of its own.
struct PlanProblem {
  RoadmapProblem problem{};
  std::vector<graph::SolutionIndex> solutions{};  ///< by position in the problem
  std::vector<LeftOut> left_out{};                ///< by solution
  std::vector<std::string> warnings{};
};

/// Needs with their values, solutions with their efforts and covers, and the graph's dependencies. The value of a plan
/// is the sum over needs of value * how far the plan meets the need (see RoadmapProblem), so that solutions that cover
/// the same need do not count it twice; the scorer's ranking does not enter. Efforts of several resources are those of
/// the graph's table of efforts, where it has one for each solution that can be planned; otherwise a warning says that
/// they do not enter.
///
/// Candidates and solutions in progress can be planned. What has shipped is taken as there: it satisfies `requires` and
/// `together`, and bars what excludes it. Left out, with the reason: what has shipped or was dropped, what has no known
/// effort, and what requires or goes together with something that cannot be planned. Dependencies of kind `value` and
/// `effort` are not part of this problem and lead to a warning. Throws MissingInput when no solution has an effort,
/// InvalidInput for dependencies in a cycle or in contradiction.
[[nodiscard]] PlanProblem plan_problem(const scoring::Scores& scores, Overlap overlap = Overlap::best_share);

/// A plan made from scores; it keeps them. Immutable; copies share everything.
class Plan {
 public:
  /// Throws InvalidInput when the selection is not one of this problem.
  Plan(scoring::Scores scores, PlanOptions options, PlanProblem problem, Selection selection);

  [[nodiscard]] const scoring::Scores& scores() const noexcept { return data_->scores; }
  /// As given, without the run control.
  [[nodiscard]] const PlanOptions& options() const noexcept { return data_->options; }
  [[nodiscard]] const RoadmapProblem& problem() const noexcept { return data_->problem.problem; }
  /// Positions in it are positions in problem().
  [[nodiscard]] const Selection& selection() const noexcept { return data_->selection; }
  /// The chosen solutions, ascending.
  [[nodiscard]] std::span<const graph::SolutionIndex> solutions() const noexcept { return data_->chosen; }
  [[nodiscard]] bool contains(graph::SolutionIndex solution) const noexcept;
  [[nodiscard]] std::span<const LeftOut> left_out() const noexcept { return data_->problem.left_out; }
  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return data_->problem.warnings; }

  [[nodiscard]] double value() const noexcept { return selection().value; }
  [[nodiscard]] double effort() const noexcept { return selection().cost; }
  /// Infinite under several capacities, which options() and selection() have.
  [[nodiscard]] double capacity() const noexcept { return selection().budget; }
  [[nodiscard]] double bound() const noexcept { return selection().bound; }
  [[nodiscard]] double gap() const noexcept { return selection().gap; }
  [[nodiscard]] bool proven() const noexcept { return selection().proven; }

  /// Position of a solution in problem(); nothing for one that is left out.
  [[nodiscard]] std::optional<std::uint32_t> position(graph::SolutionIndex solution) const noexcept;
  /// The solution at a position in problem(). Precondition: position < problem().solution_count().
  [[nodiscard]] graph::SolutionIndex solution_at(std::size_t position) const noexcept {
    return data_->problem.solutions[position];
  }

  /// Columns solution_id, chosen, value (stand-alone), adds (to what the rest of the plan is worth; null if not
  /// chosen), effort, rank, reason (why it cannot be planned, else empty); chosen ones first, both by rank, then in
  /// the order of the solutions.
  [[nodiscard]] core::Table to_table() const;

  friend bool operator==(const Plan& a, const Plan& b);

 private:
  struct Data {
    scoring::Scores scores;
    PlanOptions options;
    PlanProblem problem;
    Selection selection;
    std::vector<graph::SolutionIndex> chosen;
    std::vector<std::uint32_t> position;
  };
  std::shared_ptr<const Data> data_;
};

/// The best plan within the capacity; see solve() for method, limits and what `proven` means. Throws InvalidInput for
/// an option out of range, an id that is unknown, or capacities that are not one for each resource; Infeasible when
/// what must be in cannot be, with the reason.
[[nodiscard]] Plan plan(const scoring::Scores& scores, const PlanOptions& options);

/// A plan with one decision reversed.
struct PlanDisplacement {
  graph::SolutionIndex solution{};
  bool forced_in = false;
  std::vector<graph::SolutionIndex> entering{};  ///< ascending
  std::vector<graph::SolutionIndex> leaving{};   ///< ascending
  double value_lost = 0.0;                       ///< by forcing the solution in or out
  double effort_change = 0.0;                    ///< effort of the alternative less that of the plan
  Plan alternative;
};

/// Forces the solution into the plan, or out if it is in, and plans again under the plan's options. Throws what plan()
/// throws; Infeasible for a solution that is left out.
[[nodiscard]] PlanDisplacement displaced_by(const Plan& plan, std::string_view solution_id,
                                            const core::RunControl& control = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/plan-inl.hpp>
#endif
