// Ways of dividing the base: by segment, by revenue, by sentiment, by tenure, by any column of accounts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// The base divided into levels. Positions are those of accounts in `graph.base()`.
struct Dimension {
  std::string name;
  std::vector<std::string> levels;
  std::vector<std::vector<std::uint32_t>> members;  ///< [level], ascending
  bool overlapping = false;                         ///< some account is in several levels
};

/// How a dimension is cut.
struct DimensionOptions {
  /// Number of bands of revenue with the same number of accounts each, 1..100; accounts of equal revenue share a band.
  /// Two to four bands have names (low, middle, high), others numbers from the lowest to the highest. Numeric columns
  /// of more than 12 different values are cut into as many.
  std::size_t revenue_bands = 3;
};

/// `name` is `segment` (each segment with the segments below it), `revenue_band` and `revenue_decile` (by `arr`; ten
/// bands, 10 the highest), `sentiment` (unhappy below -0.33, happy above 0.33), `tenure` (years since `started`: under
/// 1, 1 to 3, 3 or more), or a column of the accounts table that is not of ours (region, size, industry, ...), each of
/// whose values is a level; numeric columns of more than 12 different values are cut into bands named with their range.
/// `stage`, where accounts have no such column, is the stage of the last event of each account up to `as_of`. Accounts
/// where it is unknown form the level `unknown`. Throws MissingInput, naming the column, when the table does not have
/// it, and InvalidInput for a text column of more than 1000 values, which names accounts instead of dividing them.
[[nodiscard]] Dimension divide_base(const graph::CustomerGraph& graph, std::string_view name,
                                    const DimensionOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/dimension-inl.hpp>
#endif
