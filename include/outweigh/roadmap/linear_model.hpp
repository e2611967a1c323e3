// A linear model in whole numbers, for a general solver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <outweigh/core/run_control.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// A coefficient of a row.
struct LinearTerm {
  std::uint32_t column = 0;
  double coefficient = 0.0;

  friend bool operator==(const LinearTerm&, const LinearTerm&) = default;
};

/// An objective to make as large as possible, some columns in whole numbers. Each row comes from a rule, by whose name
/// a conflict is told. What has no bound on a side has an infinite one.
struct LinearModel {
  std::vector<std::string> names{};  ///< by column
  std::vector<double> worth{};       ///< by column: its coefficient in the objective
  std::vector<std::uint8_t> whole{};
  std::vector<double> lower{}, upper{};
  std::vector<std::string> rules{};
  std::vector<std::uint32_t> row_rules{};  ///< by row: position of its rule
  std::vector<double> row_lower{}, row_upper{};
  std::vector<std::size_t> row_begin{0};  ///< by row, and the end
  std::vector<std::uint32_t> row_columns{};
  std::vector<double> row_coefficients{};

  [[nodiscard]] std::size_t column_count() const noexcept { return worth.size(); }
  [[nodiscard]] std::size_t row_count() const noexcept { return row_rules.size(); }

  /// Position of a new column.
  std::uint32_t add_column(std::string name, double value = 0.0, bool is_whole = true, double least = 0.0,
                           double most = 1.0);
  /// Position of a rule, which is new where its name is.
  std::uint32_t rule(std::string_view name);
  /// A sum of terms, each column in one at most, between two bounds; terms of 0 are left out.
  void add_row(std::uint32_t of_rule, std::span<const LinearTerm> terms,
               double least = -std::numeric_limits<double>::infinity(),
               double most = std::numeric_limits<double>::infinity());

 private:
  std::unordered_map<std::string, std::uint32_t> rule_positions_;
};

enum class LinearStatus : std::uint8_t {
  optimal,     ///< nothing is worth more, within the tolerance
  infeasible,  ///< the rows cannot hold together
  limit        ///< the search was ended
};

struct LinearOutcome {
  LinearStatus status = LinearStatus::limit;
  double objective = 0.0;  ///< of the values
  /// Nothing is worth more.
  double bound = std::numeric_limits<double>::infinity();
  std::vector<double> values{};  ///< by column; empty where none were found
};

struct LinearOptions {
  double time_limit = std::numeric_limits<double>::infinity();  ///< seconds, >= 0
  double tolerance = 0.0;                                       ///< relative gap, 0..1, that counts as optimal
  std::vector<double> start{};                                  ///< values to start from, by column; empty for none
  core::RunControl control{};
};

/// A general solver: `highs_solver.hpp` has one. It may take what is wrong by 1e-6 for right, as such solvers do. It
/// throws Cancelled where the control asks for a stop.
using LinearSolver = std::function<LinearOutcome(const LinearModel&, const LinearOptions&)>;

/// A power of two that brings the largest of the numbers to between 2^(bits - 1) and 2^bits: a solver holds all
/// against fixed tolerances.
[[nodiscard]] double power_of_two_scale(std::span<const double> numbers, int bits = 0) noexcept;

/// What part of a model is solved.
struct LinearPart {
  std::vector<std::uint8_t> without{};  ///< by rule: 1 where its rows are left out; what is beyond the end is in
  bool only_feasible = false;           ///< anything that holds the rows, whatever it is worth
};

/// The solver's answer, with the objective scaled for it and a bound that allows for what it does not see. A model
/// without columns is optimal at 0.
[[nodiscard]] LinearOutcome solve_linear(const LinearModel& model, const LinearSolver& solver,
                                         const LinearOptions& options, const LinearPart& part = {});

/// As solve_linear, again as long as `forbid` adds rows against an answer that breaks a rule by less than the solver
/// sees. The time limit is of all of it. Throws NotIdentified after 200 times.
[[nodiscard]] LinearOutcome solve_repaired(LinearModel& model, const LinearSolver& solver, const LinearOptions& options,
                                           const std::function<bool(const LinearOutcome&)>& forbid,
                                           const LinearPart& part = {});

struct LinearConflict {
  std::vector<std::uint32_t> rules{};  ///< positions, in the order given
  bool is_smallest = true;             ///< was there time to make sure that none can be spared?
};

/// A smallest set of the rules given that cannot hold together, those of `part` left out (deletion filter; Chinneck and
/// Dravnieks 1991, doi:10.1287/ijoc.3.2.157). Many rules are tried at a time first.
[[nodiscard]] LinearConflict find_conflict(const LinearModel& model, const LinearSolver& solver,
                                           const LinearOptions& options, std::vector<std::uint32_t> rules,
                                           LinearPart part = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/linear_model-inl.hpp>
#endif
