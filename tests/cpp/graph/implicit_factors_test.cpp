#include <outweigh/graph/implicit_factors.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <outweigh/core/errors.hpp>
#include <outweigh/stats/random.hpp>

#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::InvalidInput;

namespace {

Adjacency random_wants(outweigh::stats::Random& random, std::size_t rows, std::size_t columns, double share,
                       bool weighted) {
  std::vector<std::uint32_t> from;
  std::vector<std::uint32_t> to;
  std::vector<double> weights;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (!random.bernoulli(share)) continue;
      from.push_back(static_cast<std::uint32_t>(r));
      to.push_back(static_cast<std::uint32_t>(c));
      weights.push_back(weighted ? random.uniform(0.2, 3.0) : 1.0);
    }
  }
  return make_adjacency({from, to, weighted ? std::span<const double>(weights) : std::span<const double>()}, rows,
                        columns);
}

/// The loss from its definition, over all pairs.
double dense_loss(const Adjacency& wants, std::size_t columns, const ImplicitFactors& found,
                  const ImplicitFactorsOptions& options) {
  double loss = 0.0;
  for (std::size_t r = 0; r < wants.rows(); ++r) {
    std::vector<double> weight(columns, 0.0);
    for (std::size_t i = wants.offsets[r]; i < wants.offsets[r + 1]; ++i) weight[wants.neighbours[i]] = wants.weight(i);
    for (std::size_t c = 0; c < columns; ++c) {
      const double miss = (weight[c] > 0.0 ? 1.0 : 0.0) - found.score(r, c);
      loss += (1.0 + options.alpha * weight[c]) * miss * miss;
    }
  }
  for (const float x : found.rows) loss += options.regularisation * static_cast<double>(x) * static_cast<double>(x);
  for (const float x : found.columns) loss += options.regularisation * static_cast<double>(x) * static_cast<double>(x);
  return loss;
}

}  // namespace

TEST_CASE("the loss of implicit factors is that over all pairs, and no single number can lower it") {
  outweigh::stats::Random random(4);
  for (int round = 0; round < 8; ++round) {
    const auto rows = static_cast<std::size_t>(12 + random.below(30));
    const auto columns = static_cast<std::size_t>(5 + random.below(20));
    const Adjacency wants = random_wants(random, rows, columns, round % 2 == 0 ? 0.15 : 0.6, round % 3 == 0);
    ImplicitFactorsOptions options{.factors = static_cast<std::size_t>(1 + random.below(12)),
                                   .regularisation = 0.5,
                                   .alpha = 4.0,
                                   .iterations = 200};
    ImplicitFactors found = implicit_factors(wants, columns, options);
    const double loss = dense_loss(wants, columns, found, options);
    CHECK(std::abs(found.loss - loss) < 1e-4 * (1.0 + loss));
    for (std::vector<float>* side : {&found.rows, &found.columns}) {
      for (std::size_t i = 0; i < side->size(); i += 7) {
        for (const float change : {-0.05F, 0.05F}) {
          const float kept = (*side)[i];
          (*side)[i] += change;
          CHECK(dense_loss(wants, columns, found, options) > loss * (1.0 - 1e-6));
          (*side)[i] = kept;
        }
      }
    }
  }
}

TEST_CASE("more iterations never raise the loss, and one factor of a full block is found") {
  outweigh::stats::Random random(6);
  const Adjacency wants = random_wants(random, 60, 40, 0.2, true);
  double last = 1e300;
  for (const std::size_t iterations : std::initializer_list<std::size_t>{1, 2, 3, 5, 8, 13}) {
    const double loss = implicit_factors(wants, 40, {.factors = 8, .iterations = iterations}).loss;
    CHECK(loss <= last * (1.0 + 1e-6));
    last = loss;
  }
  // Two blocks that have nothing in common: pairs inside score high, pairs across low.
  std::vector<std::uint32_t> from;
  std::vector<std::uint32_t> to;
  for (std::uint32_t r = 0; r < 20; ++r) {
    for (std::uint32_t c = 0; c < 10; ++c) {
      if ((r < 10) != (c < 5) || (r + c) % 4 == 0) continue;
      from.push_back(r);
      to.push_back(c);
    }
  }
  const ImplicitFactors blocks = implicit_factors(make_adjacency({from, to, {}}, 20, 10), 10,
                                                  {.factors = 2, .regularisation = 1.0, .alpha = 10.0});
  for (std::size_t r = 0; r < 20; ++r) {
    for (std::size_t c = 0; c < 10; ++c)
      CHECK(((r < 10) == (c < 5) ? blocks.score(r, c) > 0.5 : blocks.score(r, c) < 0.2));
  }
}

TEST_CASE("implicit factors are the same on any number of threads, and 0 for rows without entries") {
  outweigh::stats::Random random(8);
  const Adjacency wants = random_wants(random, 3000, 50, 0.06, false);
  const ImplicitFactors one =
      implicit_factors(wants, 50, {.factors = 20, .iterations = 3, .control = {.threads = 1, .seed = 5}});
  const ImplicitFactors four =
      implicit_factors(wants, 50, {.factors = 20, .iterations = 3, .control = {.threads = 4, .seed = 5}});
  CHECK(one.rows == four.rows);
  CHECK(one.columns == four.columns);
  CHECK(one.loss == four.loss);
  const ImplicitFactors other = implicit_factors(wants, 50, {.factors = 20, .iterations = 3, .control = {.seed = 6}});
  CHECK(one.rows != other.rows);
  const ImplicitFactors empty = implicit_factors(make_adjacency({}, 3, 2), 2, {});
  CHECK(empty.rows == std::vector<float>(3 * 8, 0.0F));
  CHECK(empty.loss == 0.0);
  CHECK(implicit_factors(make_adjacency({}, 0, 0), 0, {}).rows.empty());
}

TEST_CASE("options of implicit factors out of range are refused") {
  const Adjacency wants = make_adjacency({}, 2, 2);
  CHECK_THROWS_AS((void)implicit_factors(wants, 2, {.factors = 0}), InvalidInput);
  CHECK_THROWS_AS((void)implicit_factors(wants, 2, {.factors = 1000}), InvalidInput);
  CHECK_THROWS_AS((void)implicit_factors(wants, 2, {.regularisation = 0.0}), InvalidInput);
  CHECK_THROWS_AS((void)implicit_factors(wants, 2, {.regularisation = NAN}), InvalidInput);
  CHECK_THROWS_AS((void)implicit_factors(wants, 2, {.alpha = -1.0}), InvalidInput);
  CHECK_THROWS_AS((void)implicit_factors(wants, 2, {.iterations = 0}), InvalidInput);
}
