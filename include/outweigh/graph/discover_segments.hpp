// Groups of accounts that want alike, against the declared segments, and what is unusual in each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <outweigh/core/estimate.hpp>
#include <outweigh/core/run_control.hpp>
#include <outweigh/core/table.hpp>
#include <outweigh/graph/communities.hpp>
#include <outweigh/graph/customer_graph.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

struct DiscoverOptions {
  CommunityMethod method = CommunityMethod::leiden;
  double resolution = 1.0;       ///< greater gives more and smaller segments
  double held_out = 0.3;         ///< share of accounts, 0 to 0.9, set apart to test what is found; 0: only described
  std::size_t smallest = 10;     ///< accounts of a segment at least; members of smaller ones join the likeliest other
  std::size_t descriptions = 5;  ///< unusual things that are listed of each segment
  core::RunControl control{};    ///< `seed` decides who is held out, and where the search begins
};

/// One unusual thing of a discovered segment.
struct SegmentDescription {
  std::uint32_t segment = 0;
  std::string kind{};  ///< need, use or segment (a declared one)
  std::string id{};
  double share = 0.0;                      ///< of the segment's accounts, 0..1
  double share_elsewhere = 0.0;            ///< of the other assigned accounts
  std::optional<double> held_out_share{};  ///< of accounts held out that are assigned without this need
  std::optional<double> held_out_elsewhere{};
  std::optional<double>
      q_value{};  ///< Cochran's test on accounts held out, among those that want as many others; Benjamini and Hochberg
  friend bool operator==(const SegmentDescription&, const SegmentDescription&) = default;
};

struct DiscoveredSegments {
  std::vector<AccountIndex> accounts{};  ///< the base, in the order of ids
  std::vector<std::uint32_t> segment{};  ///< of each account: 0 is the largest; `unassigned` without a want
  std::vector<std::uint8_t> held_out{};
  std::vector<std::uint32_t> sizes{};  ///< of each segment
  std::vector<SegmentDescription> descriptions{};
  double modularity = 0.0;            ///< of the network of accounts and needs that the search saw
  std::optional<double> agreement{};  ///< adjusted mutual information with the declared segments, if there are two
  bool tested = false;                ///< else what is listed describes these accounts and is no finding
  std::size_t confirmed = 0;          ///< segments with a description whose q-value is at most 0.05
  core::Status status = core::Status::estimated;
  std::string reason{};

  static constexpr std::uint32_t unassigned = 0xFFFF'FFFFU;

  /// Columns account_id, segment, held_out.
  [[nodiscard]] core::Table to_table(const CustomerGraph& graph) const;
  /// Columns segment, accounts, kind, id, share, share_elsewhere, held_out_share, held_out_elsewhere, q_value.
  [[nodiscard]] core::Table descriptions_table() const;
  friend bool operator==(const DiscoveredSegments&, const DiscoveredSegments&) = default;
};

/// Communities of the network of accounts and the needs they want, found without the accounts held out. These, and
/// members of communities that are too small, are then assigned by what they want: multinomial naive Bayes. A need is
/// tested among accounts held out, each assigned by its other needs only, so that a segment is not confirmed by the
/// very wants it was made of; uses and declared segments are never used to find or assign. Accounts that differ in how
/// much they ask may still look alike for that reason. Status `undefined` without wants, `not_identified` when fewer
/// than two segments are found, `doubtful` when fewer than 20 accounts can be held out (descriptive only) or no
/// description holds in them. The same for any number of threads and order of rows. Throws InvalidInput for options out
/// of range. About O(pairs * segments).
[[nodiscard]] DiscoveredSegments discover_segments(const CustomerGraph& graph, const DiscoverOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/discover_segments-inl.hpp>
#endif
