// Would who_else have found those who asked later? A back-test by time against popularity.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/instant.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/who_else.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

struct BacktestOptions {
  std::vector<WhoElseMethod> methods{std::begin(who_else_methods), std::end(who_else_methods)};
  std::size_t top = 10;                  ///< k of the figures, at least 1
  bool by_account = false;               ///< rank needs for each account, instead of accounts for each need
  std::optional<core::Instant> until{};  ///< end of what is to be foretold; empty: `as_of`
  double level = 0.9;
  WhoElseOptions who_else{};  ///< how the methods score; its `method`, `top` and `control` are not used
  core::RunControl control{};
};

/// Means over all queries (needs, or accounts, with something to foretell) of what the first k of a ranking found.
struct BacktestRow {
  WhoElseMethod method = WhoElseMethod::popularity;
  double precision = 0.0;          ///< found / k
  double recall = 0.0;             ///< found / all that came true
  double average_precision = 0.0;  ///< precision at each that was found, over min(k, all that came true): MAP at k
  double ndcg = 0.0;               ///< sum over found of 1 / log2(1 + place), over the best there can be
  double gain = 0.0;               ///< mean over queries of NDCG minus that of popularity
  core::Interval gain_interval{};  ///< of the mean over queries, normal; queries are taken as independent
  friend bool operator==(const BacktestRow&, const BacktestRow&) = default;
};

struct Backtest {
  std::size_t top = 10;
  std::size_t queries = 0;      ///< needs (or accounts) with something to foretell and something known before
  std::size_t cold = 0;         ///< with something to foretell, and nothing known before: no method can tell
  std::size_t known_pairs = 0;  ///< wants up to the split
  std::size_t later_pairs = 0;  ///< new wants after it, of queries
  std::vector<BacktestRow> rows{};
  core::Status status = core::Status::estimated;
  std::string reason{};

  /// Columns method, precision, recall, map, ndcg, ndcg_gain, gain_lower, gain_upper.
  [[nodiscard]] core::Table to_table() const;
  friend bool operator==(const Backtest&, const Backtest&) = default;
};

/// Scores from what was known at `split` are held against wants that became known later, up to `until`. Accounts are
/// those of the base at `as_of`. A ranking lists no pair of which it was known whether the account wants it, and none
/// of score 0. Status `undefined` when there is nothing to foretell, `doubtful` below 20 queries. Throws InvalidInput
/// unless split < until, for top = 0, no methods, and a level outside (0, 1). O(needs * pairs) a method; the same for
/// any number of threads. Jarvelin and Kekalainen 2002, doi:10.1145/582415.582418.
[[nodiscard]] Backtest backtest_who_else(const CustomerGraph& graph, core::Instant split,
                                         const BacktestOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/who_else_backtest-inl.hpp>
#endif
