// From tables to a validated customer graph.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/problem.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

enum class OnInvalid : std::uint8_t {
  raise,      ///< the first problem is thrown; the message says how many more there are
  quarantine  ///< invalid rows and what hangs on them are set aside and reported
};

/// Each value of a column of accounts (words, integers or booleans) is a segment, instead of a segments table. Accounts
/// where it is null are in none.
struct SegmentsByColumn {
  std::string column;  ///< the user's name for it, or ours
};

struct BuildOptions {
  OnInvalid on_invalid = OnInvalid::raise;
  std::optional<core::Instant> as_of{};        ///< default: the latest time in the data
  std::optional<SegmentsByColumn> segments{};  ///< default: the segments table, else one segment named "all"
  std::string timezone{};                      ///< IANA name for naive times; empty: naive times are an error
  std::string currency = "unit";
  std::string effort_unit = "unit";
  /// The user's column names: columns["requests"]["account_id"] = "Customer".
  std::map<std::string, std::map<std::string, std::string>> columns{};
  /// Rows that whoever read the tables could not read in full (a word among numbers in a text file), each with its
  /// table, row and the user's column. They are treated like the problems that the builder finds.
  std::vector<Problem> found_before{};
  core::RunControl control{};
};

/// Collects tables (see the table reference in the documentation), checks them all, and builds the graph.
/// `accounts` is required, all others are optional; a table that is given must have rows.
///
/// Checked are: required columns and their types; names that differ from ours in case and separators only; ids
/// (present, not empty, distinct); references (to a row that is there; integers and text match through exact digits, 7
/// is "7"); words of closed vocabularies; ranges; NaN and infinities; times (naive ones need `timezone`, and must not
/// stand among zoned ones); circles among parents, `repeats`, `triggered_by` and `requires`; distinct keys of deals,
/// efforts, capacities, covers and population; and what cannot both be true: an end before its beginning, low above
/// amount, a segment with two parents, a request, ticket or interaction that refers to a person, call or ticket of an
/// account outside its own family of parents and subsidiaries (partners, stakeholders and our own people speak for
/// anyone).
///
/// Under OnInvalid::quarantine the rows at fault and those that need or merely name them are set aside; of several rows
/// with one id the first stays. What no row is at fault for (a missing column, a wrong type, naive times, an empty
/// table) still throws.
class GraphBuilder {
 public:
  explicit GraphBuilder(BuildOptions options = {});

  /// Throws InvalidInput for a name that is none of our tables (naming the nearest) and for one given twice.
  GraphBuilder& add(std::string_view table, core::Table columns);

  /// All problems of all tables, in the order of tables, columns and rows; builds nothing. Rows that only refer to a
  /// row with a problem are not listed: they are well once that one is.
  [[nodiscard]] std::vector<Problem> validate() const;

  /// Throws InvalidInput, MissingInput or TypeMismatch naming table, column, row and value; nothing is half-built.
  [[nodiscard]] CustomerGraph build() const;

 private:
  BuildOptions options_;
  std::map<std::string, core::Table, std::less<>> tables_;
};

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/graph_builder-inl.hpp>
#endif
