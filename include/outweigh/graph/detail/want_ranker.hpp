// Scores of all accounts for a need, by any of the methods.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/graph/page_rank.hpp>
#include <outweigh/graph/who_else.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph::detail {

[[nodiscard]] inline bool lists(const Adjacency& adjacency, std::size_t row, std::uint32_t column) {
  const auto begin = adjacency.neighbours.begin();
  return std::binary_search(begin + adjacency.offsets[row], begin + adjacency.offsets[row + 1], column);
}

inline void check_who_else(const WhoElseOptions& options) {
  if (options.top == 0)
    throw core::InvalidInput("at least one account must be listed", {.column = "top", .value = "0"});
  if (options.neighbours == 0) {
    throw core::InvalidInput("at least one similar need must count", {.column = "neighbours", .value = "0"});
  }
  if (!(options.damping >= 0.0 && options.damping < 1.0)) {
    throw core::InvalidInput("the damping must lie in [0, 1)",
                             {.column = "damping", .value = std::to_string(options.damping)});
  }
}

/// How similar another need is, and how many accounts want both.
struct SimilarNeed {
  std::uint32_t need;
  std::uint32_t both;
  double similarity;
};

/// Const, and safe to use from several threads.
class WantRanker {
 public:
  WantRanker(const CustomerGraph& graph, const Wants& wants, const WhoElseOptions& options)
      : wants_(wants), options_(options), by_need_(transpose(wants.by_account, wants.needs.size())) {
    check_who_else(options);
    if (options.method == WhoElseMethod::page_rank) join_all(graph);
    if (options.method == WhoElseMethod::factors) {
      ImplicitFactorsOptions chosen = options.factors;
      chosen.control = options.control;
      factors_ = implicit_factors(wants.by_account, wants.needs.size(), chosen);
    }
  }

  [[nodiscard]] std::uint32_t needs_of(std::size_t account) const noexcept {
    return wants_.by_account.offsets[account + 1] - wants_.by_account.offsets[account];
  }
  [[nodiscard]] std::uint32_t accounts_of(std::size_t need) const noexcept {
    return by_need_.offsets[need + 1] - by_need_.offsets[need];
  }
  [[nodiscard]] const Adjacency& by_need() const noexcept { return by_need_; }

  /// Needs that some account wants together with this one, the most similar first.
  [[nodiscard]] std::vector<SimilarNeed> similar_needs(std::size_t need) const {
    const std::size_t size = wants_.needs.size();
    std::vector<std::uint32_t> both(size, 0);
    std::vector<double> sums(options_.method == WhoElseMethod::adamic_adar ? size : 0, 0.0);
    for (std::size_t i = by_need_.offsets[need]; i < by_need_.offsets[need + 1]; ++i) {
      const std::uint32_t account = by_need_.neighbours[i];
      const std::uint32_t count = needs_of(account);
      const double weight = count > 1 ? 1.0 / std::log(static_cast<double>(count)) : 0.0;
      for (std::size_t j = wants_.by_account.offsets[account]; j < wants_.by_account.offsets[account + 1]; ++j) {
        ++both[wants_.by_account.neighbours[j]];
        if (!sums.empty()) sums[wants_.by_account.neighbours[j]] += weight;
      }
    }
    std::vector<SimilarNeed> similar;
    for (std::uint32_t other = 0; other < size; ++other) {
      if (other == need || both[other] == 0) continue;
      double value = both[other];
      if (!sums.empty()) {
        value = sums[other];
      } else if (options_.method != WhoElseMethod::common_neighbours) {
        value /= std::sqrt(static_cast<double>(accounts_of(need)) * static_cast<double>(accounts_of(other)));
      }
      similar.push_back({other, both[other], value});
    }
    std::stable_sort(similar.begin(), similar.end(),
                     [](const SimilarNeed& a, const SimilarNeed& b) { return a.similarity > b.similarity; });
    return similar;
  }

  /// `scores` has one entry an account of `wants`.
  void score(std::size_t need, std::vector<double>& scores) const {
    scores.assign(wants_.accounts.size(), 0.0);
    if (accounts_of(need) == 0) return;
    switch (options_.method) {
      case WhoElseMethod::page_rank:
        return walk(need, scores);
      case WhoElseMethod::factors:
        for (std::size_t account = 0; account < scores.size(); ++account) {
          if (needs_of(account) > 0) scores[account] = std::max(0.0, factors_.score(account, need));
        }
        return;
      case WhoElseMethod::popularity: {
        const auto pairs = static_cast<double>(wants_.by_account.entries());
        for (std::size_t account = 0; account < scores.size(); ++account) {
          scores[account] = static_cast<double>(needs_of(account)) * accounts_of(need) / pairs;
        }
        return;
      }
      default:
        break;
    }
    std::vector<SimilarNeed> similar = similar_needs(need);
    if (options_.method == WhoElseMethod::cosine && similar.size() > options_.neighbours)
      similar.resize(options_.neighbours);
    for (const SimilarNeed& other : similar) {
      for (std::size_t i = by_need_.offsets[other.need]; i < by_need_.offsets[other.need + 1]; ++i) {
        scores[by_need_.neighbours[i]] += other.similarity;
      }
    }
  }

 private:
  void join_all(const CustomerGraph& graph) {
    const auto accounts = static_cast<std::uint32_t>(wants_.accounts.size());
    const auto needs = static_cast<std::uint32_t>(wants_.needs.size());
    std::vector<std::uint32_t> from;
    std::vector<std::uint32_t> to;
    const Relation& segments = graph.relation(RelationKind::account_segment);
    for (std::uint32_t account = 0; account < accounts; ++account) {
      for (std::size_t i = wants_.by_account.offsets[account]; i < wants_.by_account.offsets[account + 1]; ++i) {
        from.push_back(account);
        to.push_back(accounts + wants_.by_account.neighbours[i]);
      }
      if (wants_.accounts[account] >= segments.from_size()) continue;
      std::vector<std::uint32_t> members(segments.out(wants_.accounts[account]).begin(),
                                         segments.out(wants_.accounts[account]).end());
      std::sort(members.begin(), members.end());
      members.erase(std::unique(members.begin(), members.end()), members.end());
      for (const std::uint32_t segment : members) {
        from.push_back(account);
        to.push_back(accounts + needs + segment);
      }
    }
    network_ = make_network({from, to, {}}, std::size_t{accounts} + needs + graph.size(NodeKind::segment), false);
  }

  void walk(std::size_t need, std::vector<double>& scores) const {
    std::vector<double> restart(network_.nodes(), 0.0);
    restart[scores.size() + need] = 1.0;
    const PageRank found = page_rank(network_, {options_.damping, restart, 1e-9, 1000, {}});
    std::copy(found.rank.begin(), found.rank.begin() + static_cast<std::ptrdiff_t>(scores.size()), scores.begin());
  }

  const Wants& wants_;
  const WhoElseOptions& options_;
  Adjacency by_need_;
  Network network_;
  ImplicitFactors factors_;
};

/// Positions among `candidates` with a positive score, the best first: ties by `worth`, then by position.
template <class Worth>
[[nodiscard]] std::vector<std::uint32_t> best_of(std::vector<std::uint32_t> candidates,
                                                 const std::vector<double>& scores, std::size_t top, Worth worth) {
  std::erase_if(candidates, [&](std::uint32_t i) { return !(scores[i] > 0.0); });
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    if (scores[a] != scores[b]) return scores[a] > scores[b];
    return worth(a) != worth(b) ? worth(a) > worth(b) : a < b;
  };
  const auto middle = candidates.begin() + static_cast<std::ptrdiff_t>(std::min(top, candidates.size()));
  std::partial_sort(candidates.begin(), middle, candidates.end(), before);
  candidates.erase(middle, candidates.end());
  return candidates;
}

}  // namespace outweigh::inline OUTWEIGH_ABI::graph::detail
