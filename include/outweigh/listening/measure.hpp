// Numbers known about the accounts of the base.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// A number for each account of `graph.base()`, in its order; nothing where unknown.
struct Measure {
  std::string name;
  std::vector<std::optional<double>> values;
};

/// `name` is `arr` (units of the currency a year), `sentiment` (-1..1), `tenure` (years since `started` at `as_of`), or
/// a numeric column of the accounts table that is not of ours. Throws MissingInput, naming the column, when the table
/// does not have it, TypeMismatch for a column that holds no numbers, InvalidInput for NaN or infinity, naming the row.
/// O(accounts).
[[nodiscard]] Measure measure_base(const graph::CustomerGraph& graph, std::string_view name);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/measure-inl.hpp>
#endif
