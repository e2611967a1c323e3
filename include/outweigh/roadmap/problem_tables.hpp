// Problems and selections as tables.
#pragma once

#include <outweigh/core/table.hpp>
#include <outweigh/roadmap/problem.hpp>
#include <outweigh/roadmap/selection.hpp>

namespace outweigh::inline OUTWEIGH_ABI::roadmap {

/// The tables of a problem; `*` marks columns that are needed, a table without columns is absent, further columns are
/// ignored. Ids are text or whole numbers.
struct ProblemTables {
  core::Table solutions{};  ///< solution_id*, effort* (by default the sum of the amounts in efforts), value (default 0)
  core::Table efforts{};    ///< solution_id*, resource*, amount*: what each solution takes of several resources
  core::Table customers{};  ///< customer_id*, value*
  core::Table requests{};   ///< customer_id*, solution_id*: one row for each thing that a customer asked for
  core::Table needs{};      ///< need_id*, value*
  core::Table covers{};     ///< solution_id*, need_id*, share (default 1)
  core::Table dependencies{};  ///< solution_id*, on*, kind* (requires, excludes, together)
  Overlap overlap = Overlap::best_share;
};

/// Throws MissingInput for a column that is needed and absent, TypeMismatch for a column of the wrong type,
/// InvalidInput for an unknown (null) id, effort or value, for another kind of dependency, and what
/// RoadmapBuilder::build throws.
[[nodiscard]] RoadmapProblem problem_from_tables(const ProblemTables& tables);
/// The tables that give the problem again.
[[nodiscard]] ProblemTables tables_of(const RoadmapProblem& problem);

/// Columns solution_id, chosen, effort, value (of the solution alone), adds (to what the others are worth; null if not
/// chosen), in the order of the problem.
[[nodiscard]] core::Table selection_table(const RoadmapProblem& problem, const Selection& selection);

}  // namespace outweigh::inline OUTWEIGH_ABI::roadmap

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/roadmap/problem_tables-inl.hpp>
#endif
