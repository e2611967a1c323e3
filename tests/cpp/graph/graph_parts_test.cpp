#include <outweigh/graph/graph_parts.hpp>

#include <cstdint>
#include <vector>

#include "cpp/graph/sample.hpp"
#include "cpp/support/catch.hpp"

using namespace outweigh::test;
using namespace outweigh::graph;
using outweigh::core::CorruptState;

TEST_CASE("A graph comes back from its parts", "[graph]") {
  const CustomerGraph g = build(sample());
  CHECK(from_parts(to_parts(g)) == g);

  Tables tables = sample();
  tables.erase("segments");
  BuildOptions options;
  options.segments = SegmentsByColumn{"region"};
  options.currency = "CHF";
  const CustomerGraph by_region = build(tables, options);
  CHECK(from_parts(to_parts(by_region)) == by_region);
  CHECK_FALSE(from_parts(to_parts(by_region)).has_table("segments"));
  const CustomerGraph one = build(tables);
  CHECK(from_parts(to_parts(one)) == one);

  options = {};
  options.on_invalid = OnInvalid::quarantine;
  tables = sample();
  tables["accounts"] = with(tables["accounts"], "kind", words({"customer", "x", "prospect", "customer"}));
  tables["accounts"].add("minutes", Column::int64s({1, 2, 3, 4}));
  const CustomerGraph dirty = build(tables, options);
  CHECK(from_parts(to_parts(dirty)) == dirty);
  CHECK(from_parts(to_parts(dirty)).problems().size() == dirty.problems().size());

  for (int mask = 0; mask < 16; ++mask) {
    std::vector<std::uint8_t> keep;
    for (int bit = 0; bit < 4; ++bit) keep.push_back(static_cast<std::uint8_t>((mask >> bit) & 1));
    const CustomerGraph part = filter(g, keep);
    CHECK(from_parts(to_parts(part)) == part);
  }
}

TEST_CASE("Parts that do not fit together are refused", "[graph]") {
  const CustomerGraph g = build(sample());
  GraphParts parts = to_parts(g);
  parts.tables["requests"] = with(parts.tables["requests"], "account_id", words({"a", "zz", "b", "b"}));
  CHECK_THROWS_AS(from_parts(parts), CorruptState);
  parts = to_parts(g);
  parts.tables.erase("accounts");
  CHECK_THROWS_AS(from_parts(parts), CorruptState);
  parts = to_parts(g);
  parts.attributes["accounts"] = parts.attributes["accounts"].slice(0, 2);
  CHECK_THROWS_AS(from_parts(parts), CorruptState);
  parts = to_parts(g);
  parts.segment_ids = words({"large"});
  CHECK_THROWS_AS(from_parts(parts), CorruptState);
  parts = to_parts(g);
  parts.tables["nonsense"] = Table();
  CHECK_THROWS_AS(from_parts(parts), CorruptState);
}
