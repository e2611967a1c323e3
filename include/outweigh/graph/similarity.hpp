// Which columns of an incidence (needs, say) share rows (accounts): exact nearest neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/network.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

/// Similarity of two columns a and b, with S the rows in both and w the weights of entries.
enum class SimilarityMethod : std::uint8_t {
  common_neighbours,  ///< |S|
  jaccard,            ///< |S| / |rows in either|
  cosine,             ///< sum over S of w_a w_b / (|w_a| |w_b|), 0..1
  adamic_adar         ///< sum over S of 1 / log(number of columns of the row); Adamic and Adar 2003,
                      ///< doi:10.1016/S0378-8733(03)00009-1
};

[[nodiscard]] constexpr std::string_view to_string(SimilarityMethod method) noexcept {
  switch (method) {
    case SimilarityMethod::common_neighbours:
      return "common_neighbours";
    case SimilarityMethod::jaccard:
      return "jaccard";
    case SimilarityMethod::cosine:
      return "cosine";
    case SimilarityMethod::adamic_adar:
      return "adamic_adar";
  }
  return "common_neighbours";
}

struct SimilarityOptions {
  SimilarityMethod method = SimilarityMethod::cosine;
  std::size_t top = 10;  ///< most similar columns that are kept of each, at least 1
  core::RunControl control{};
};

/// Those similar to column c are at offsets[c] .. offsets[c + 1] - 1, the most similar first, ties by position. Columns
/// without a row in common are not listed, and none is listed as similar to itself.
struct Similarities {
  std::vector<std::uint32_t> offsets{};
  std::vector<std::uint32_t> others{};
  std::vector<double> values{};
  std::vector<std::uint32_t> shared{};  ///< number of rows in common
};

/// Exact: all pairs that share a row are looked at. O(sum over rows of their columns squared) time, O(columns) memory a
/// thread. `by_row` lists the columns of each row. Throws InvalidInput for top = 0.
[[nodiscard]] Similarities similar_columns(const Adjacency& by_row, std::size_t columns,
                                           const SimilarityOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/similarity-inl.hpp>
#endif
