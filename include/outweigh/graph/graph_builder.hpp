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

namespace outweigh::inline OUTWEIGH_ABI::graph {

enum class OnInvalid : std::uint8_t {
  raise,      ///< the first problem is thrown; the message says how many more there are
  quarantine  ///< invalid rows and what hangs on them are set aside and reported
};

/// Puts accounts whose attribute column has a value into a segment, instead of a segments table.
struct SegmentsByColumn {
  std::string column;  ///< a column of accounts, the user's name for it
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
  core::RunControl control{};
};

/// Collects tables (see the table reference in the documentation), checks them all, and builds the graph.
/// `accounts` is required, all others are optional.
class GraphBuilder {
 public:
  explicit GraphBuilder(BuildOptions options = {});

  /// Throws InvalidInput for a name that is none of our tables (naming the nearest) and for one given twice.
  GraphBuilder& add(std::string_view table, core::Table columns);

  /// All problems of all tables, in the order of tables, columns and rows; builds nothing.
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
