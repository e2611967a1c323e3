// Accounts and needs as points of few dimensions, from who wants what: implicit matrix factorisation.
#pragma once

#include <cstddef>
#include <vector>

#include <outweigh/core/run_control.hpp>
#include <outweigh/graph/network.hpp>

namespace outweigh::inline OUTWEIGH_ABI::graph {

struct ImplicitFactorsOptions {
  std::size_t factors = 8;       ///< dimensions, 1 to 512
  double regularisation = 10.0;  ///< > 0, on the squared lengths of all vectors
  double alpha = 4.0;            ///< > 0: an entry of weight w has confidence 1 + alpha * w
  std::size_t iterations = 15;   ///< of both sides, at least 1
  core::RunControl control{};    ///< `seed` decides where it begins
};

/// The score of a row and a column is the product of their vectors, about 1 for what is wanted and 0 for what is not.
struct ImplicitFactors {
  std::size_t factors = 0;
  std::vector<float> rows{};  ///< vector of row i at i * factors
  std::vector<float> columns{};
  double loss = 0.0;  ///< sum of confidence * (preference - score)^2 over all pairs, plus the regularisation

  [[nodiscard]] double score(std::size_t row, std::size_t column) const noexcept {
    double sum = 0.0;
    for (std::size_t f = 0; f < factors; ++f) {
      sum += static_cast<double>(rows[row * factors + f]) * static_cast<double>(columns[column * factors + f]);
    }
    return sum;
  }
};

/// Alternating least squares with preference 1 for entries, 0 for all other pairs, and confidence 1 + alpha * weight:
/// each vector is the minimum given the other side: exactly, by a system of as many unknowns as the row has entries,
/// where they are few; otherwise three conjugate gradients from the last vector. Rows without entries get the vector 0.
/// In single precision, sums over rows in double. O(entries * factors^2) an iteration at most; the same for any number
/// of threads. Throws InvalidInput for options out of range. Hu, Koren and Volinsky 2008, doi:10.1109/ICDM.2008.22;
/// conjugate gradients: Takacs, Pilaszy and Tikk 2011, doi:10.1145/2043932.2043987.
[[nodiscard]] ImplicitFactors implicit_factors(const Adjacency& by_row, std::size_t columns,
                                               const ImplicitFactorsOptions& options = {});

}  // namespace outweigh::inline OUTWEIGH_ABI::graph

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/graph/implicit_factors-inl.hpp>
#endif
