// Weights that make the accounts that were heard stand for the whole base.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <outweigh/core/bytes.hpp>
#include <outweigh/core/estimate.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/listening/detail/rows.hpp>
#include <outweigh/listening/heard.hpp>
#include <outweigh/listening/weights.hpp>

namespace outweigh::inline OUTWEIGH_ABI::listening {

struct WeightOptions {
  /// Bands of revenue to post-stratify by, 1..100; 1 leaves revenue out, and so does a base without `arr`.
  std::size_t revenue_bands = 3;
  core::RunControl control{};
};

/// One cell of post-stratification: a segment (or, where segments overlap, a combination of segments) and a band of
/// revenue.
struct WeightCell {
  std::string segment{};
  std::string revenue_band{};
  std::int64_t accounts = 0;  ///< of the base
  std::int64_t heard = 0;
  std::int64_t group = 0;  ///< cells of one group were collapsed into one
  double weight = 0.0;     ///< of each heard account of the group; accounts of the group / heard accounts of the group
  std::string reason{};    ///< why the cell was collapsed; empty when it was not

  static constexpr auto members() {
    using R = WeightCell;
    using detail::Member;
    return std::make_tuple(Member{"segment", &R::segment}, Member{"revenue_band", &R::revenue_band},
                           Member{"accounts", &R::accounts}, Member{"heard", &R::heard}, Member{"group", &R::group},
                           Member{"weight", &R::weight}, Member{"reason", &R::reason});
  }
  friend bool operator==(const WeightCell&, const WeightCell&) = default;
};

/// One account of the base that was heard.
struct AccountWeight {
  std::string account_id{};
  double weight = 0.0;

  static constexpr auto members() {
    using R = AccountWeight;
    using detail::Member;
    return std::make_tuple(Member{"account_id", &R::account_id}, Member{"weight", &R::weight});
  }
  friend bool operator==(const AccountWeight&, const AccountWeight&) = default;
};

/// Weights of the heard accounts. They correct for segment and revenue, and for nothing else.
struct AccountWeights {
  std::vector<AccountWeight> accounts{};  ///< in the order of the base
  std::vector<WeightCell> cells{};
  std::int64_t base_accounts = 0;
  std::int64_t heard_accounts = 0;
  std::int64_t collapsed_cells = 0;    ///< cells without a heard account
  double collapsed_share = 0.0;        ///< share of the base in them
  double effective_sample_size = 0.0;  ///< Kish's
  double design_effect = 1.0;          ///< heard accounts / effective sample size
  core::Status status = core::Status::undefined;
  std::string verdict{};  ///< what the weights are worth, in words

  [[nodiscard]] core::Table to_table() const { return detail::table_of(std::span<const AccountWeight>(accounts)); }
  [[nodiscard]] core::Table cells_table() const { return detail::table_of(std::span<const WeightCell>(cells)); }

  [[nodiscard]] core::Bytes to_bytes() const;
  /// Throws CorruptState.
  [[nodiscard]] static AccountWeights from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const AccountWeights&, const AccountWeights&) = default;
};

/// Post-stratifies the accounts of the base with at least one contact by a customer to the whole base, over the cells
/// of segment and revenue band (Holt and Smith 1979, doi:10.2307/2344652). Where segments overlap, accounts in the same
/// set of segments form a stratum, so that each account is in one cell. A cell without a heard account is joined with
/// the nearest band of its stratum that has one, and a stratum without any with the same band of the stratum heard
/// most; both are reported and make the status `doubtful`. All heard: weights 1, status `exact`. None heard: no
/// weights, `not_identified`. An empty base: `undefined`. O(rows + accounts log accounts).
[[nodiscard]] AccountWeights weights(const graph::CustomerGraph& graph, const WeightOptions& options = {});
[[nodiscard]] AccountWeights weights(const graph::CustomerGraph& graph, const Heard& heard,
                                     const WeightOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::listening

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/listening/account_weights-inl.hpp>
#endif
