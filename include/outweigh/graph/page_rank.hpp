// Who matters in a network: PageRank.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/network.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

struct PageRankOptions {
  double damping = 0.85;              ///< probability of following an edge, in [0, 1)
  std::span<const double> restart{};  ///< where the walk begins anew, one weight a node; empty: anywhere alike
  double tolerance = 1e-10;           ///< bound on the error, summed over all nodes
  std::size_t max_iterations = 10'000;
  core::RunControl control{};
};

struct PageRank {
  std::vector<double> rank{};  ///< not negative, sum 1 (no nodes: empty)
  std::size_t iterations = 0;
  double error = 0.0;     ///< bound on the summed error
  bool converged = true;  ///< is the error within the tolerance?
};

/// Stationary distribution of a walk that follows edges in proportion to their weights with probability `damping` and
/// restarts otherwise: x = d (P' x + dangling mass * r) + (1 - d) r. A node without an edge to follow (also one whose
/// edges all weigh 0) restarts; so parts that are not connected with each other are ranked together, and a part that no
/// restart reaches has rank 0. Undirected edges lead both ways.
/// Power iteration; the error bound is d / (1 - d) times the last change. O(edges) an iteration, about
/// log(tolerance) / log(damping) iterations. The same result for any number of threads and order of edges.
/// Throws InvalidInput for options out of range and restarts that are negative, not finite, all 0, or of another
/// length. Brin and Page 1998, doi:10.1016/S0169-7552(98)00110-X.
[[nodiscard]] PageRank page_rank(const Network& network, const PageRankOptions& options = {});

struct HitsOptions {
  double tolerance = 1e-12;  ///< estimated error, summed over all nodes
  std::size_t max_iterations = 10'000;
  core::RunControl control{};
};

struct Hits {
  std::vector<double> hubs{};  ///< not negative, sum 1
  std::vector<double> authorities{};
  std::size_t iterations = 0;
  double error = 0.0;
  bool converged = true;
};

/// Hubs and authorities: the leading singular vectors of the adjacency matrix, a = A' h and h = A a, each scaled to sum
/// 1; power iteration from equal hubs. Nodes outside the part with the largest singular value have 0 in the limit;
/// where several parts share it the result is the projection of equal scores on them. Without edges all are 0.
/// `converged` is false where the two largest singular values are too close to be told apart in `max_iterations`.
/// Throws InvalidInput for options out of range. Kleinberg 1999, doi:10.1145/324133.324140.
[[nodiscard]] Hits hits(const Network& network, const HitsOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/page_rank-inl.hpp>
#endif
