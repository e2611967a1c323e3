// Two plans side by side: what is added and dropped, and by whom it is felt.
#pragma once

#include <string>
#include <vector>

#include <outweigh/roadmap/plan.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// What the second plan is worth to somebody, less what the first is.
struct ChangeOfValue {
  std::string id{};
  double change = 0.0;

  friend bool operator==(const ChangeOfValue&, const ChangeOfValue&) = default;
};

/// How the second of two plans differs from the first. Solutions are known by their ids, since the plans may be of
/// different problems.
struct Comparison {
  std::vector<std::string> added{}, dropped{}, kept{};  ///< in the order of the second, the first and the first plan
  double value_change = 0.0;
  double effort_change = 0.0;
  std::vector<ChangeOfValue> accounts{};  ///< by change, largest loss first, then by id; with those that feel nothing
  std::vector<ChangeOfValue> segments{};  ///< the same; empty where the plans know no segments
  bool same_inputs = true;                ///< were both chosen from the same problem?

  /// Columns solution_id and change: added, dropped or kept.
  [[nodiscard]] core::Table to_table() const;

  friend bool operator==(const Comparison&, const Comparison&) = default;
};

/// Compares selections, of the same problem or of two. Accounts are the customers that get all they asked for, at what
/// they pay. Throws InvalidInput when a selection names positions that its problem does not have.
[[nodiscard]] Comparison compare_plans(const RoadmapProblem& first_problem, const Selection& first,
                                       const RoadmapProblem& second_problem, const Selection& second);
/// Of one problem.
[[nodiscard]] Comparison compare_plans(const RoadmapProblem& problem, const Selection& first, const Selection& second);

/// What a plan is worth to each account, in the order of the base: the needs that it meets, each as far as it is met
/// and once however many solutions meet it, shared as scoring::contributions does. It adds up to the plan's value.
/// O(needs * accounts).
[[nodiscard]] std::vector<double> worth_to_accounts(const Plan& plan);

/// Compares plans made from scores, by what they are worth to accounts and to segments: an account in two counts in
/// both. Without segments in the graph there is one, "all". O(needs * accounts).
[[nodiscard]] Comparison compare_plans(const Plan& first, const Plan& second);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/comparison-inl.hpp>
#endif
