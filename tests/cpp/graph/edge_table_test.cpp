#include <outweigh/graph/edge_table.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <outweigh/core/errors.hpp>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::graph;
using outweigh::core::Column;
using outweigh::core::InvalidInput;
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
  CHECK(edges.from == std::vector<std::uint32_t>{1, 2, 1});
  CHECK(edges.to == std::vector<std::uint32_t>{0, 1, 2});
  const EdgeTable numbers = read_edges(edge_table(Column::int64s({9, 7}), Column::strings({"x", "w"})), {}, false);
  CHECK(numbers.sources.integer(0) == 7);
  CHECK(numbers.to == std::vector<std::uint32_t>{1, 0});
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
