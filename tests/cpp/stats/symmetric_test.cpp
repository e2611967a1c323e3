#include <outweigh/stats/symmetric.hpp>

#include <cmath>

#include <outweigh/stats/detail/small_matrix.hpp>
#include <outweigh/stats/random.hpp>

#include "../support/catch.hpp"

#if __has_include(<Eigen/Eigenvalues>)
#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#endif

using namespace outweigh::stats;

TEST_CASE("eigenvectors give the matrix back, and the inverse inverts", "[stats]") {
  Random random(8);
  for (std::size_t size = 1; size <= 7; ++size) {
    std::vector<double> factor(size * size);
    for (double& entry : factor) entry = random.normal();
    std::vector<double> matrix(size * size, 0.0);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        for (std::size_t k = 0; k < size; ++k) matrix[i * size + j] += factor[i * size + k] * factor[j * size + k];
        if (i == j) matrix[i * size + j] += 0.1;
      }
    }
    const Spectrum found = symmetric_eigen(matrix, size);
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) CHECK(found.values[i - 1] <= found.values[i]);
      for (std::size_t j = 0; j < size; ++j) {
        double back = 0.0;
        for (std::size_t k = 0; k < size; ++k) {
          back += found.values[k] * found.vectors[k * size + i] * found.vectors[k * size + j];
        }
        CHECK(back == Approx(matrix[i * size + j]).margin(1e-12 * static_cast<double>(size)));
      }
    }
    const auto inverse = symmetric_inverse(matrix, size);
    REQUIRE(inverse.size() == size * size);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        double product = 0.0;
        for (std::size_t k = 0; k < size; ++k) product += matrix[i * size + k] * inverse[k * size + j];
        CHECK(product == Approx(i == j ? 1.0 : 0.0).margin(1e-8));
      }
    }
  }
}

TEST_CASE("singular matrices have no inverse, bad ones no eigenvalues", "[stats]") {
  const std::vector<double> singular = {1.0, 2.0, 2.0, 4.0};
  CHECK(symmetric_inverse(singular, 2).empty());
  CHECK(symmetric_eigen(singular, 2).values[0] == Approx(0.0).margin(1e-15));
  const std::vector<double> bad = {1.0, NAN, NAN, 1.0};
  CHECK_THROWS_AS(symmetric_eigen(bad, 2), outweigh::core::InvalidInput);
  CHECK_THROWS_AS(symmetric_eigen(singular, 3), outweigh::core::InvalidInput);
  CHECK(symmetric_eigen({}, 0).values.empty());
}

#if __has_include(<Eigen/Eigenvalues>)
TEST_CASE("eigenvalues, inverses and solutions are those of Eigen", "[stats]") {
  Random random(21);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t size = 1 + random.below(10);
    const auto n = static_cast<Eigen::Index>(size);
    Eigen::MatrixXd factor(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
      // Rows of unlike units.
      const double unit = std::pow(10.0, 4.0 * random.uniform() - 2.0);
      for (Eigen::Index j = 0; j < n; ++j) factor(i, j) = unit * random.normal();
    }
    Eigen::MatrixXd full = factor * factor.transpose();
    full = 0.5 * (full + full.transpose());
    for (Eigen::Index i = 0; i < n; ++i) full(i, i) *= 1.01;
    std::vector<double> matrix(full.data(), full.data() + full.size());

    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> expected(full);
    const Spectrum found = symmetric_eigen(matrix, size);
    const double scale = expected.eigenvalues().cwiseAbs().maxCoeff();
    for (std::size_t k = 0; k < size; ++k) {
      CHECK(found.values[k] == Approx(expected.eigenvalues()(static_cast<Eigen::Index>(k))).margin(1e-13 * scale));
    }

    const Eigen::VectorXd x = Eigen::VectorXd::NullaryExpr(n, [&](Eigen::Index) { return random.normal(); });
    const Eigen::VectorXd right = full * x;
    const Eigen::VectorXd solution = full.llt().solve(right);
    const auto inverse = symmetric_inverse(matrix, size);
    REQUIRE(inverse.size() == size * size);
    detail::SmallMatrix<double> cholesky(size);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) cholesky(i, j) = matrix[i * size + j];
    }
    REQUIRE(cholesky.factor(1e-14));
    std::vector<double> solved(right.data(), right.data() + right.size());
    cholesky.solve(solved.data());
    for (std::size_t i = 0; i < size; ++i) {
      double product = 0.0;
      for (std::size_t j = 0; j < size; ++j) product += inverse[i * size + j] * right(static_cast<Eigen::Index>(j));
      const double truth = solution(static_cast<Eigen::Index>(i));
      CHECK(product == Approx(truth).epsilon(1e-6).margin(1e-6));
      CHECK(solved[i] == Approx(truth).epsilon(1e-6).margin(1e-6));
    }
  }
}
#endif
