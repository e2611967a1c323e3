#include <outweigh/graph/similarity.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/support/catch.hpp"

using namespace outweigh::graph;

namespace {

struct Pair {
  double value;
  std::uint32_t other;
  std::uint32_t shared;
};

/// All columns similar to one, from the dense matrix.
std::vector<Pair> dense_similar(const std::vector<std::vector<double>>& matrix, std::size_t column,
                                SimilarityMethod method) {
  const std::size_t columns = matrix.front().size();
  std::vector<Pair> found;
  for (std::size_t other = 0; other < columns; ++other) {
    if (other == column) continue;
    double shared = 0.0;
    double either = 0.0;
    double product = 0.0;
    double a = 0.0;
    double b = 0.0;
    double adamic = 0.0;
    for (const auto& row : matrix) {
      const bool both = row[column] > 0.0 && row[other] > 0.0;
      shared += both ? 1.0 : 0.0;
      either += row[column] > 0.0 || row[other] > 0.0 ? 1.0 : 0.0;
      product += row[column] * row[other];
      a += row[column] * row[column];
      b += row[other] * row[other];
      if (both)
        adamic +=
            1.0 /
            std::log(static_cast<double>(std::count_if(row.begin(), row.end(), [](double w) { return w > 0.0; })));
    }
    if (shared == 0.0) continue;
    const double value = method == SimilarityMethod::common_neighbours ? shared
                         : method == SimilarityMethod::jaccard         ? shared / either
                         : method == SimilarityMethod::cosine          ? product / std::sqrt(a * b)
                                                                       : adamic;
    found.push_back({value, static_cast<std::uint32_t>(other), static_cast<std::uint32_t>(shared)});
  }
  std::stable_sort(found.begin(), found.end(), [](const Pair& x, const Pair& y) { return x.value > y.value; });
  return found;
}

}  // namespace

TEST_CASE("similar columns are those of the dense matrix") {
  outweigh::stats::Random random(2);
  for (int round = 0; round < 40; ++round) {
    const auto rows = static_cast<std::size_t>(1 + random.below(15));
    const auto columns = static_cast<std::size_t>(1 + random.below(15));
    const bool weighted = random.bernoulli(0.5);
    std::vector<std::vector<double>> matrix(rows, std::vector<double>(columns, 0.0));
    std::vector<std::uint32_t> from;
    std::vector<std::uint32_t> to;
    std::vector<double> weights;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        if (!random.bernoulli(0.3)) continue;
        matrix[r][c] = weighted ? random.uniform_open() : 1.0;
        from.push_back(static_cast<std::uint32_t>(r));
        to.push_back(static_cast<std::uint32_t>(c));
        weights.push_back(matrix[r][c]);
      }
    }
    const Adjacency by_row = make_adjacency({from, to, weights}, rows, columns);
    const auto top = static_cast<std::size_t>(1 + random.below(5));
    for (const auto method : {SimilarityMethod::common_neighbours, SimilarityMethod::jaccard, SimilarityMethod::cosine,
                              SimilarityMethod::adamic_adar}) {
      const Similarities found =
          similar_columns(by_row, columns, {.method = method, .top = top, .control = {.threads = 2}});
      REQUIRE(found.offsets.size() == columns + 1);
      for (std::size_t c = 0; c < columns; ++c) {
        const auto expected = dense_similar(matrix, c, method);
        const std::size_t size = found.offsets[c + 1] - found.offsets[c];
        REQUIRE(size == std::min(top, expected.size()));
        for (std::size_t i = 0; i < size; ++i) {
          const std::size_t at = found.offsets[c] + i;
          CHECK(std::abs(found.values[at] - expected[i].value) < 1e-12);
          if (!weighted && method == SimilarityMethod::common_neighbours) {
            CHECK(found.others[at] == expected[i].other);
            CHECK(found.shared[at] == expected[i].shared);
          }
        }
      }
    }
  }
}

TEST_CASE("similar columns of nothing") {
  CHECK(similar_columns(Adjacency{}, 0).others.empty());
  CHECK(similar_columns(make_adjacency({}, 3, 2), 2).offsets == std::vector<std::uint32_t>{0, 0, 0});
  CHECK_THROWS_AS((void)similar_columns(Adjacency{}, 0, {.top = 0}), outweigh::core::InvalidInput);
}
