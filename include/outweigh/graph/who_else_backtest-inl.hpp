#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <outweigh/core/errors.hpp>
#include <outweigh/core/parallel.hpp>
#include <outweigh/graph/detail/want_ranker.hpp>
#include <outweigh/graph/who_else_backtest.hpp>
#include <outweigh/stats/distributions.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

namespace detail {

struct RankFigures {
  double precision = 0.0;
  double recall = 0.0;
  double average_precision = 0.0;
  double ndcg = 0.0;
};

/// Of the first `top` of a ranking, where `relevant` is ascending and not empty.
[[nodiscard]] inline RankFigures rank_figures(const std::vector<std::uint32_t>& ranking,
                                              std::span<const std::uint32_t> relevant, std::size_t top) {
  double found = 0.0;
  double precisions = 0.0;
  double gain = 0.0;
  for (std::size_t i = 0; i < std::min(top, ranking.size()); ++i) {
    if (!std::binary_search(relevant.begin(), relevant.end(), ranking[i])) continue;
    found += 1.0;
    precisions += found / static_cast<double>(i + 1);
    gain += 1.0 / std::log2(static_cast<double>(i + 2));
  }
  const std::size_t most = std::min(top, relevant.size());
  double best = 0.0;
  for (std::size_t i = 0; i < most; ++i) best += 1.0 / std::log2(static_cast<double>(i + 2));
  return {found / static_cast<double>(top), found / static_cast<double>(relevant.size()),
          precisions / static_cast<double>(most), gain / best};
}

/// What a back-test ranks: queries with what came true of each.
struct ForetoldPairs {
  std::vector<std::uint32_t> queries{};                // needs or accounts, ascending
  std::vector<std::vector<std::uint32_t>> relevant{};  // of each query, ascending
  std::size_t cold = 0;
  std::size_t pairs = 0;
};

[[nodiscard]] inline ForetoldPairs foretold(const Adjacency& known, const Adjacency& later) {
  ForetoldPairs result;
  for (std::uint32_t row = 0; row < known.rows(); ++row) {
    std::vector<std::uint32_t> fresh;
    const auto before = known.neighbours.begin();
    const auto after = later.neighbours.begin();
    std::set_difference(after + later.offsets[row], after + later.offsets[row + 1], before + known.offsets[row],
                        before + known.offsets[row + 1], std::back_inserter(fresh));
    if (fresh.empty()) continue;
    if (known.offsets[row] == known.offsets[row + 1]) {
      ++result.cold;
      continue;
    }
    result.pairs += fresh.size();
    result.queries.push_back(row);
    result.relevant.push_back(std::move(fresh));
  }
  return result;
}

/// The best needs of each account so far, as needs come by.
struct AccountBest {
  struct Scored {
    double score;
    std::uint32_t worth;
    std::uint32_t need;
    friend bool operator<(const Scored& a, const Scored& b) noexcept {  // better first
      if (a.score != b.score) return a.score > b.score;
      return a.worth != b.worth ? a.worth > b.worth : a.need < b.need;
    }
  };
  std::vector<Scored> heap{};

  void offer(const Scored& scored, std::size_t top) {
    if (heap.size() == top) {
      if (!(scored < heap.front())) return;
      std::pop_heap(heap.begin(), heap.end());
      heap.pop_back();
    }
    heap.push_back(scored);
    std::push_heap(heap.begin(), heap.end());
  }
};

/// Figures of one method, one a query.
[[nodiscard]] inline std::vector<RankFigures> figures_of(const CustomerGraph& graph, const Wants& wants,
                                                         const ForetoldPairs& pairs, WhoElseMethod method,
                                                         const BacktestOptions& options) {
  WhoElseOptions chosen = options.who_else;
  chosen.method = method;
  chosen.control = options.control;
  chosen.control.progress = {};
  const WantRanker ranker(graph, wants, chosen);
  std::vector<RankFigures> figures(pairs.queries.size());
  // Of these pairs it is known whether the account has the need.
  const auto is_known = [&](std::uint32_t account, std::uint32_t need) {
    return detail::lists(wants.by_account, account, need) || detail::lists(wants.denied, account, need);
  };
  if (!options.by_account) {
    core::parallel_for(options.control, pairs.queries.size(), [&](std::size_t q) {
      const std::uint32_t need = pairs.queries[q];
      std::vector<double> scores;
      ranker.score(need, scores);
      std::vector<std::uint32_t> candidates;
      for (std::uint32_t account = 0; account < scores.size(); ++account) {
        if (scores[account] > 0.0 && !is_known(account, need)) candidates.push_back(account);
      }
      figures[q] = rank_figures(best_of(std::move(candidates), scores, options.top,
                                        [&](std::uint32_t account) { return ranker.needs_of(account); }),
                                pairs.relevant[q], options.top);
    });
    return figures;
  }
  std::vector<AccountBest> best(pairs.queries.size());
  constexpr std::size_t together = 16;  // needs scored at a time
  std::vector<std::vector<double>> scores(together);
  const std::size_t needs = wants.needs.size();
  for (std::size_t first = 0; first < needs; first += together) {
    const std::size_t size = std::min(together, needs - first);
    core::parallel_for(options.control, size, [&](std::size_t i) { ranker.score(first + i, scores[i]); });
    const std::size_t block = 1024;
    core::parallel_for(options.control, core::block_count(best.size(), block), [&](std::size_t b) {
      for (std::size_t q = b * block; q < std::min(best.size(), (b + 1) * block); ++q) {
        const std::uint32_t account = pairs.queries[q];
        for (std::size_t i = 0; i < size; ++i) {
          const auto need = static_cast<std::uint32_t>(first + i);
          // Walks from a need to an account and back differ by the edges of their ends only.
          const double score =
              scores[i][account] * (method == WhoElseMethod::page_rank ? ranker.accounts_of(need) : 1U);
          if (score > 0.0 && !is_known(account, need)) {
            best[q].offer({score, ranker.accounts_of(need), need}, options.top);
          }
        }
      }
    });
  }
  for (std::size_t q = 0; q < best.size(); ++q) {
    std::sort_heap(best[q].heap.begin(), best[q].heap.end());
    std::vector<std::uint32_t> ranking;
    for (const AccountBest::Scored& scored : best[q].heap) ranking.push_back(scored.need);
    figures[q] = rank_figures(ranking, pairs.relevant[q], options.top);
  }
  return figures;
}

}  // namespace detail

OUTWEIGH_INLINE Backtest backtest_who_else(const CustomerGraph& graph, core::Instant split,
                                           const BacktestOptions& options) {
  const core::Instant until = options.until.value_or(graph.as_of());
  if (options.top == 0) throw core::InvalidInput("at least one must be listed", {.column = "top", .value = "0"});
  if (options.methods.empty()) throw core::InvalidInput("there must be a method", {.column = "methods"});
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw core::InvalidInput("the level must lie between 0 and 1",
                             {.column = "level", .value = std::to_string(options.level)});
  }
  if (!(split < until)) {
    throw core::InvalidInput("the split must lie before the end of what is to be foretold",
                             {.column = "split", .value = core::to_string(split)});
  }
  const Wants known = collect_wants(graph, {.after = {}, .until = split});
  const Wants later = collect_wants(graph, {.after = split, .until = until});
  detail::ForetoldPairs pairs;
  if (options.by_account) {
    pairs = detail::foretold(known.by_account, later.by_account);
  } else {
    pairs = detail::foretold(transpose(known.by_account, known.needs.size()),
                             transpose(later.by_account, later.needs.size()));
  }
  Backtest result;
  result.top = options.top;
  result.queries = pairs.queries.size();
  result.cold = pairs.cold;
  result.known_pairs = known.by_account.entries();
  result.later_pairs = pairs.pairs;
  const std::string what = options.by_account ? "account" : "need";
  if (result.queries == 0) {
    result.status = core::Status::undefined;
    result.reason = "no " + what + " that was known at the split has a new want after it";
    return result;
  }
  const auto n = static_cast<double>(result.queries);
  const std::vector<detail::RankFigures> baseline =
      detail::figures_of(graph, known, pairs, WhoElseMethod::popularity, options);
  for (std::size_t m = 0; m < options.methods.size(); ++m) {
    options.control.report("backtest", static_cast<double>(m) / static_cast<double>(options.methods.size()));
    const WhoElseMethod method = options.methods[m];
    const std::vector<detail::RankFigures> figures =
        method == WhoElseMethod::popularity ? baseline : detail::figures_of(graph, known, pairs, method, options);
    BacktestRow row;
    row.method = method;
    double squares = 0.0;
    for (std::size_t q = 0; q < figures.size(); ++q) {
      row.precision += figures[q].precision / n;
      row.recall += figures[q].recall / n;
      row.average_precision += figures[q].average_precision / n;
      row.ndcg += figures[q].ndcg / n;
      row.gain += (figures[q].ndcg - baseline[q].ndcg) / n;
    }
    for (std::size_t q = 0; q < figures.size(); ++q) {
      const double difference = figures[q].ndcg - baseline[q].ndcg - row.gain;
      squares += difference * difference;
    }
    const double error = result.queries > 1 ? std::sqrt(squares / (n - 1.0) / n) : 1.0;
    const double width =
        method == WhoElseMethod::popularity ? 0.0 : stats::normal_two_sided(1.0 - options.level) * error;
    row.gain_interval = {std::max(-1.0, row.gain - width), std::min(1.0, row.gain + width), options.level};
    result.rows.push_back(row);
  }
  options.control.report("backtest", 1.0);
  if (result.queries < 20) {
    result.status = core::Status::doubtful;
    result.reason = "only " + std::to_string(result.queries) + " " + what + (result.queries == 1 ? " has" : "s have") +
                    " something to foretell";
  }
  return result;
}

OUTWEIGH_INLINE core::Table Backtest::to_table() const {
  std::vector<std::string_view> methods;
  std::vector<double> columns[7];
  for (const BacktestRow& row : rows) {
    methods.push_back(to_string(row.method));
    const double values[] = {
        row.precision,          row.recall, row.average_precision, row.ndcg, row.gain, row.gain_interval.lower,
        row.gain_interval.upper};
    for (std::size_t i = 0; i < 7; ++i) columns[i].push_back(values[i]);
  }
  const char* const names[] = {"precision", "recall", "map", "ndcg", "ndcg_gain", "gain_lower", "gain_upper"};
  core::Table table;
  table.add("method", core::Column::strings(std::span<const std::string_view>(methods)));
  for (std::size_t i = 0; i < 7; ++i) table.add(names[i], core::Column::float64s(columns[i]));
  return table;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph
