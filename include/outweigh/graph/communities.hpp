// Groups of nodes that are more tightly connected among themselves than chance would have it: Louvain and Leiden.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/network.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

enum class CommunityMethod : std::uint8_t {
  louvain,  ///< Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008
  leiden    ///< Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z: communities are connected
};

[[nodiscard]] constexpr std::string_view to_string(CommunityMethod method) noexcept {
  return method == CommunityMethod::louvain ? "louvain" : "leiden";
}

struct CommunityOptions {
  CommunityMethod method = CommunityMethod::leiden;
  double resolution = 1.0;  ///< greater gives more and smaller communities
  /// Runs from different orders of nodes, of which the best is kept; 0: as many as small networks need (10 below 1e4
  /// edges, 1 above 1e5).
  std::size_t trials = 0;
  core::RunControl control{};  ///< `seed` decides in which order nodes are visited
};

struct Communities {
  std::vector<std::uint32_t> community{};  ///< of each node: 0 is the largest, ties by first member
  std::size_t count = 0;
  double modularity = 0.0;  ///< at the resolution asked for
};

/// Modularity of a grouping: sum over communities of w_in / W - resolution * (degree / (2 W))^2, with w_in the weight
/// of edges inside, W that of all edges, and a loop counting twice in its node's degree. At most 1; 0 without edges.
/// Throws InvalidInput for a directed network and for a grouping of another length. Newman and Girvan 2004,
/// doi:10.1103/PhysRevE.69.026113.
[[nodiscard]] double modularity(const Network& network, std::span<const std::uint32_t> community,
                                double resolution = 1.0);

/// A grouping of high modularity: not always the best there is, which is hard to find. A node without edges is a
/// community of its own, and no community spans parts that are not connected. The same for any number of threads.
/// About O(edges) a trial. Throws InvalidInput for a directed network or a resolution that is not positive and finite.
[[nodiscard]] Communities communities(const Network& network, const CommunityOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/communities-inl.hpp>
#endif
