// Which accounts of the base are known to want which needs: what look-alikes and co-demand are computed from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <outweigh/core/instant.hpp>
#include <outweigh/graph/customer_graph.hpp>
#include <outweigh/graph/network.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// Who is counted, over which time.
struct WantOptions {
  std::optional<core::Instant> after{};  ///< only what was said later than this
  std::optional<core::Instant> until{};  ///< and not later than this; empty: `as_of` of the graph
};

/// Accounts of the base and needs in the ascending order of their ids, so that nothing depends on the order of rows.
struct Wants {
  std::vector<std::uint32_t> accounts{};  ///< graph index of each account of the base
  std::vector<std::uint32_t> needs{};     ///< graph index of each need
  Adjacency by_account{};                 ///< positions in `needs` that each account wants, each once
  Adjacency denied{};                     ///< positions in `needs` that each account was found not to have
  std::vector<std::uint32_t> contacts{};  ///< interactions with customers of each account up to `until`

  /// Position of the account or need with this id. Throws InvalidInput, naming the column, for an id that is not in the
  /// graph and for an account outside the base.
  [[nodiscard]] std::size_t find_account(const CustomerGraph& graph, std::string_view account_id) const;
  [[nodiscard]] std::size_t find_need(const CustomerGraph& graph, std::string_view need_id) const;

  friend bool operator==(const Wants&, const Wants&) = default;
};

/// An account of the base wants a need when one of its customers answered yes when asked, or requested it and nobody
/// who looked into one of its requests found it untrue, unless another was confirmed. It is denied when it is not
/// wanted and the account answered no or a request was found untrue. What stakeholders, internal people and partners
/// say is not counted. O(rows + pairs log pairs).
[[nodiscard]] Wants collect_wants(const CustomerGraph& graph, const WantOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/wants-inl.hpp>
#endif
