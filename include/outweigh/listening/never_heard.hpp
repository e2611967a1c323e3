// Parts of the base with accounts that nobody heard, in words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/money.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/dimension.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

/// A cell of the base with accounts that nobody heard.
struct NeverHeardRow {
  std::vector<std::string> levels{};  ///< one a dimension
  std::int64_t accounts = 0;
  std::int64_t heard_accounts = 0;  ///< 0: the cell has no voice
  std::int64_t never_heard = 0;
  std::optional<core::Money> revenue{};
  std::optional<core::Money> never_heard_revenue{};
  /// Chance of at least so many unheard accounts if the accounts heard were drawn from the base at random.
  double chance = 1.0;
  /// Chance that such a draw leaves out the whole cell, as a small cell easily is.
  double chance_of_silence = 1.0;
  std::optional<double> q_value{};    ///< of `chance`, over all tests of the audit
  std::int64_t rank_by_accounts = 0;  ///< from 1; cells with equally many never heard share a rank
  std::optional<std::int64_t> rank_by_revenue{};
  /// Who they are: happy or not, size by revenue, how long with us, power users, late adopters; what columns allow.
  std::string description{};

  friend bool operator==(const NeverHeardRow&, const NeverHeardRow&) = default;
};

/// Cells over some dimensions; the most never heard first, then the most revenue, then by levels.
struct NeverHeard {
  std::vector<std::string> dimensions{};
  std::vector<NeverHeardRow> rows{};

  /// A column for each dimension, then the figures.
  [[nodiscard]] core::Table to_table() const;
  void put(core::ByteWriter& writer) const;
  [[nodiscard]] static NeverHeard get(core::ByteReader& reader);

  friend bool operator==(const NeverHeard&, const NeverHeard&) = default;
};

/// Cells of the dimensions in which some account was not heard; `heard[slot]` is not 0 for accounts of `graph.base()`
/// that were. Where a dimension overlaps, an account is in several cells. Words: happy above a mean sentiment of 0.33,
/// unhappy below -0.33; small, mid-sized and large by the third of the base's revenue in which most lie; new under a
/// year, long with us from three years; power users are the tenth of accounts with the most `use` events, late adopters
/// the third with the longest time from `started` to their first one, named where they are half of the cell's never
/// heard or more. Throws as divide_base, and InvalidInput for another length. O(events + accounts log accounts).
[[nodiscard]] NeverHeard never_heard(const graph::CustomerGraph& graph, std::span<const std::uint8_t> heard,
                                     std::span<const Dimension> dimensions);

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/never_heard-inl.hpp>
#endif
