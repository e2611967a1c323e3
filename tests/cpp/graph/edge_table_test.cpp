#include <outweigh/graph/edge_table.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::Column;
using outweigh::core::InvalidInput;
using outweigh::core::LargeVector;
using outweigh::core::MissingInput;
using outweigh::core::Table;
using outweigh::core::TypeMismatch;

namespace {

Table edge_table(Column source, Column target) {
  Table table;
  table.add("source", std::move(source));
  table.add("target", std::move(target));
  return table;
}

}  // namespace

TEST_CASE("ids of edges are put in ascending order") {
  const EdgeTable edges =
      read_edges(edge_table(Column::strings({"b", "c", "b"}), Column::strings({"a", "b", "c"})), {}, true);
  CHECK(edges.sources.size() == 3);
  CHECK(edges.sources.text(0) == "a");
  CHECK(edges.from == LargeVector<std::uint32_t>{1, 2, 1});
  CHECK(edges.to == LargeVector<std::uint32_t>{0, 1, 2});
  const EdgeTable numbers = read_edges(edge_table(Column::int64s({9, 7}), Column::strings({"x", "w"})), {}, false);
  CHECK(numbers.sources.integer(0) == 7);
  CHECK(numbers.to == LargeVector<std::uint32_t>{1, 0});
}

TEST_CASE("tables that hold no edges are refused") {
  const std::vector<std::uint8_t> gap{1, 0};
  CHECK_THROWS_AS((void)read_edges(Table(), {}, true), MissingInput);
  CHECK_THROWS_AS((void)read_edges(edge_table(Column::int64s({1, 2}, gap), Column::int64s({1, 2})), {}, true),
                  InvalidInput);
  CHECK_THROWS_AS((void)read_edges(edge_table(Column::int64s({1}), Column::strings({"a"})), {}, true), TypeMismatch);
  Table weighted = edge_table(Column::int64s({1, 2}), Column::int64s({1, 2}));
  weighted.add("weight", Column::float64s({1.0, 1.0}, gap));
  CHECK_THROWS_AS((void)read_edges(weighted, {.weight = "weight"}, true), InvalidInput);
}

TEST_CASE("ids that lie close together and far apart are numbered alike, on any number of threads") {
  constexpr std::size_t rows = 700'000;  // several blocks
  std::vector<std::int64_t> source(rows);
  std::vector<std::int64_t> target(rows);
  std::vector<double> weight(rows);
  std::uint64_t state = 7;
  const auto next = [&](std::uint64_t limit) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>((state >> 33U) % limit);
  };
  for (std::size_t row = 0; row < rows; ++row) {
    source[row] = next(50'000) * 3 - 40'000;
    target[row] = next(300) - 150;
    weight[row] = static_cast<double>(next(8));
  }
  const auto read = [&](std::int64_t spread, bool one_kind, std::size_t threads) {
    std::vector<std::int64_t> from = source;
    std::vector<std::int64_t> to = target;
    for (std::int64_t& id : from) id *= spread;
    for (std::int64_t& id : to) id *= spread;
    Table table = edge_table(Column::int64s(from), Column::int64s(to));
    table.add("weight", Column::float64s(weight));
    return read_edges(table, {.weight = "weight"}, one_kind, {.threads = threads});
  };
  for (const bool one_kind : {false, true}) {
    const EdgeTable dense = read(1, one_kind, 1);
    for (const EdgeTable& other : {read(1, one_kind, 3), read(1'000'000'007, one_kind, 2)}) {
      CHECK(dense.from == other.from);
      CHECK(dense.to == other.to);
      CHECK(dense.weights == other.weights);
      CHECK(dense.sources.size() == other.sources.size());
    }
    CHECK(dense.sources == read(1, one_kind, 2).sources);
    bool ascending = true;
    for (std::size_t i = 1; i < dense.sources.size(); ++i) {
      ascending = ascending && dense.sources.integer(i - 1) < dense.sources.integer(i);
    }
    CHECK(ascending);
    CHECK(dense.sources.integer(dense.from[123'456]) == source[123'456]);
    CHECK(dense.targets.integer(dense.to[654'321]) == target[654'321]);
  }
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const EdgeTable ends = read_edges(edge_table(Column::int64s({most, least}), Column::int64s({least, 0})), {}, true);
  CHECK(ends.from == LargeVector<std::uint32_t>{2, 0});
  CHECK(ends.to == LargeVector<std::uint32_t>{0, 1});
}

TEST_CASE("the first bad weight is named, whichever block it lies in") {
  std::vector<std::int64_t> ids(600'000, 5);
  std::vector<double> weights(ids.size(), 1.0);
  weights[300'001] = -2.0;
  weights[599'999] = -3.0;
  Table table = edge_table(Column::int64s(ids), Column::int64s(ids));
  table.add("weight", Column::float64s(weights));
  try {
    (void)read_edges(table, {.weight = "weight"}, false, {.threads = 4});
    FAIL("a negative weight was taken");
  } catch (const InvalidInput& error) {
    CHECK(error.place().row == 300'001);
    CHECK(error.place().column == "weight");
  }
}
