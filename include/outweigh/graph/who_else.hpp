// Who else would want a need, and which accounts are like one another, each with the evidence that is shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/implicit_factors.hpp>
#include <outweigh/graph/similarity.hpp>
#include <outweigh/graph/wants.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// Score of an account a for a need n. The first three add up, over the other needs of a, how similar each is to n.
enum class WhoElseMethod : std::uint8_t {
  common_neighbours,  ///< similarity: the number of accounts that want both
  adamic_adar,        ///< sum over these accounts of 1 / log(needs of the account)
  cosine,     ///< accounts that want both / sqrt(accounts of each); only the `neighbours` needs most similar to n count
  page_rank,  ///< share of time at a of a walk over accounts, needs and segments that restarts at n
  factors,    ///< product of the vectors of a and n, see implicit_factors
  popularity  ///< needs of a times accounts of n / all pairs: what is expected if wants had nothing in common
};

inline constexpr WhoElseMethod who_else_methods[] = {
    WhoElseMethod::common_neighbours, WhoElseMethod::adamic_adar, WhoElseMethod::cosine,
    WhoElseMethod::page_rank,         WhoElseMethod::factors,     WhoElseMethod::popularity};

[[nodiscard]] constexpr std::string_view to_string(WhoElseMethod method) noexcept {
  switch (method) {
    case WhoElseMethod::common_neighbours:
      return "common_neighbours";
    case WhoElseMethod::adamic_adar:
      return "adamic_adar";
    case WhoElseMethod::cosine:
      return "cosine";
    case WhoElseMethod::page_rank:
      return "page_rank";
    case WhoElseMethod::factors:
      return "factors";
    case WhoElseMethod::popularity:
      return "popularity";
  }
  return "popularity";
}

struct WhoElseOptions {
  WhoElseMethod method = WhoElseMethod::cosine;
  std::size_t top = 20;              ///< accounts that are listed, at least 1
  std::size_t neighbours = 20;       ///< cosine: similar needs that count, at least 1
  double damping = 0.85;             ///< page_rank: in [0, 1)
  ImplicitFactorsOptions factors{};  ///< its `control` is not used
  core::RunControl control{};
};

/// Accounts of the base that are not known to want a need, the likeliest first; ties by number of needs, then by id.
/// Accounts that were found not to have the need, and those with nothing in common with it (score 0), are not listed.
struct WhoElse {
  NeedIndex need{};
  WhoElseMethod method = WhoElseMethod::cosine;
  std::vector<AccountIndex> accounts{};
  std::vector<double> scores{};               ///< an order, not chances
  std::vector<std::uint32_t> wanted_needs{};  ///< needs that the account is known to want
  std::vector<std::uint32_t> contacts{};      ///< interactions with its customers: silence after many says more
  /// Needs of account i that others want together with this one, the most similar first, are at evidence[offsets[i]] ..
  /// evidence[offsets[i + 1] - 1]; `both` counts the accounts that want both.
  std::vector<std::uint32_t> offsets{};
  std::vector<NeedIndex> evidence{};
  std::vector<std::uint32_t> both{};
  std::size_t wanted_by = 0;   ///< accounts known to want the need
  std::size_t denied_by = 0;   ///< accounts found not to have it
  std::size_t candidates = 0;  ///< all others of the base
  core::Status status = core::Status::estimated;
  std::string reason{};

  /// Columns account_id, score, wanted_needs, shared_needs, contacts, evidence (the first needs that are shared, in
  /// words).
  [[nodiscard]] core::Table to_table(const CustomerGraph& graph) const;
  friend bool operator==(const WhoElse&, const WhoElse&) = default;
};

/// Status `undefined`, and no rows, when nobody is known to want the need; `doubtful` below 5
/// accounts. Throws InvalidInput for an unknown need and options out of range. The first three methods cost
/// O(pairs), factors O(pairs * factors^2) an iteration; the same for any number of threads and order of rows.
/// Common neighbours and Adamic-Adar: Liben-Nowell and Kleinberg 2007, doi:10.1002/asi.20591; cosine: Deshpande and
/// Karypis 2004, doi:10.1145/963770.963776.
[[nodiscard]] WhoElse who_else(const CustomerGraph& graph, std::string_view need_id,
                               const WhoElseOptions& options = {});

/// Which things two accounts can have in common.
struct LookAlikesOptions {
  SimilarityMethod method = SimilarityMethod::adamic_adar;
  std::size_t top = 20;
  bool needs = true;
  bool uses = true;
  bool segments = true;
};

/// Accounts of the base like one account, the most similar first, ties by id.
struct LookAlikes {
  AccountIndex account{};
  SimilarityMethod method = SimilarityMethod::adamic_adar;
  std::vector<AccountIndex> accounts{};
  std::vector<double> similarities{};
  std::vector<std::uint32_t> shared_needs{};
  std::vector<std::uint32_t> shared_uses{};
  std::vector<std::uint32_t> shared_segments{};
  std::vector<std::uint32_t> denied_needs{};  ///< needs of the account that the other was found not to have
  std::vector<std::string> evidence{};        ///< what is shared, the rarest first, in words
  core::Status status = core::Status::estimated;
  std::string reason{};

  /// Columns account_id, similarity, shared_needs, shared_uses, shared_segments, denied_needs, evidence.
  [[nodiscard]] core::Table to_table(const CustomerGraph& graph) const;
  friend bool operator==(const LookAlikes&, const LookAlikes&) = default;
};

/// Similarity of two accounts by what they share: as for similar_columns, each need, use and segment being a row. What
/// all accounts of the base have in common tells nothing and is left out. Status `undefined` when nothing is known of
/// the account, `doubtful` when it has only one thing that others could share. Throws InvalidInput for an account that
/// is unknown or outside the base, and for top = 0. O(pairs).
[[nodiscard]] LookAlikes look_alikes(const CustomerGraph& graph, std::string_view account_id,
                                     const LookAlikesOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/who_else-inl.hpp>
#endif
