// Small dense symmetric matrices: eigenvalues, inverse. For the few parameters of a model, not for data.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <outweigh/core/errors.hpp>

namespace outweigh::inline OUTWEIGH_ABI::stats {

/// Eigenvalues in ascending order and their vectors: component i of vector k is `vectors[k * size + i]`.
struct Spectrum {
  std::vector<double> values;
  std::vector<double> vectors;
};

/// Eigenvalues and orthonormal eigenvectors of the symmetric matrix with `matrix.size()` = size * size entries, by
/// Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5). Throws InvalidInput for a matrix that is not
/// square or not finite. O(size^3) a sweep, under ten sweeps.
[[nodiscard]] Spectrum symmetric_eigen(std::span<const double> matrix, std::size_t size);

/// Inverse of a symmetric positive definite matrix; empty when an eigenvalue is at most `tolerance` times the greatest.
[[nodiscard]] std::vector<double> symmetric_inverse(std::span<const double> matrix, std::size_t size,
                                                    double tolerance = 1e-14);

}  // namespace outweigh::inline OUTWEIGH_ABI::stats

#if defined(OUTWEIGH_HEADER_ONLY)
#include <outweigh/stats/symmetric-inl.hpp>
#endif
