// A problem under its budgets as a linear model, for any other solver and for MPS, and back.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include <outweigh/roadmap/linear_model.hpp>
#include <outweigh/roadmap/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

struct ModelOptions {
  double budget = std::numeric_limits<double>::infinity();  ///< >= 0
  std::vector<double> capacities{};  ///< >= 0, by resource of the problem; where given, in place of the budget
  bool is_scaled = false;  ///< capacities in units in which the largest effort is about 1, for solvers with tolerances
};

/// Columns s0, s1, ... for the solutions and c0, c1, ... for the customers, in their order, all whole; needs that
/// solutions cover add continuous columns. The optimum is that of solve() less what customers pay who ask for nothing.
/// Throws InvalidInput for a budget or capacity that is negative or NaN, and capacities that are not one for each
/// resource.
[[nodiscard]] LinearModel model_of(const RoadmapProblem& problem, const ModelOptions& options);

struct ModelledProblem {
  RoadmapProblem problem{};
  double budget = std::numeric_limits<double>::infinity();  ///< infinite without a row that limits efforts
  std::vector<double> capacities{};                         ///< by resource, where several rows do; else empty
};

/// The problem of a model whose columns are all binary. A row limits a sum of efforts that are not negative, or says
/// x - y <= 0 (x requires y), x + y <= 1 (they exclude each other, unless the row is called `capacity` or
/// `capacity_of_` a resource) or x - y = 0 (they stay together). Throws InvalidInput, naming it, for a column or row of
/// another form.
[[nodiscard]] ModelledProblem problem_of(const LinearModel& model);

/// What rows are called in MPS: `capacity` and `capacity_of_` a resource, where the resource has a name that MPS
/// takes; other rows by their number.
[[nodiscard]] std::vector<std::string> row_names(const LinearModel& model);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/problem_model-inl.hpp>
#endif
